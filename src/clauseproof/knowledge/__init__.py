"""The knowledge base: practices, disclosures, instruments and enforcement actions, each a file to read and correct."""

from clauseproof.knowledge.loader import KnowledgeBase, load_knowledge

__all__ = ["KnowledgeBase", "load_knowledge"]
