"""Retrieval: passages of archived versions -> the ones nearest to a question, words and vectors fused."""

from clauseproof.retrieval.base import Embedder, Hit, IndexReport, Passage, PassageFilter, Retriever
from clauseproof.retrieval.index import PassageIndex

__all__ = ["Embedder", "Hit", "IndexReport", "Passage", "PassageFilter", "PassageIndex", "Retriever"]
