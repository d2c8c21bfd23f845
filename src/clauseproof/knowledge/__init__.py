"""The knowledge base: practices, disclosures, law and enforcement as files to correct."""

from clauseproof.knowledge.loader import KnowledgeBase, load_knowledge

__all__ = ["KnowledgeBase", "load_knowledge"]
