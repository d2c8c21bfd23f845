"""Citations: every one resolves to an entry of the knowledge base in force on the day of the analysis."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from clauseproof.claims import WithheldReason
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.law import resolve_citation


@dataclass(frozen=True, slots=True)
class CitationFault:
    """A citation that cannot stand on the day of the analysis."""

    reason: WithheldReason
    note: str


def find_citation_fault(
    citations: Sequence[str], coming: Sequence[str], at: datetime.date, knowledge: KnowledgeBase
) -> CitationFault | None:
    """Return the first citation that is unknown, not in force, or wrongly shown as coming.

    Args:
        citations: Ids cited as engaged.
        coming: Ids shown as coming.
        at: The day of the analysis.
        knowledge: The knowledge base.
    """
    for citation in (*citations, *coming):
        reference = resolve_citation(knowledge, citation, at)
        if reference is None:
            return CitationFault("citation-unknown", f"the knowledge base has no {citation}")
        wanted = "in-force" if citation in citations else "coming"
        if reference.force != wanted:
            when = {
                "coming": f"applies from {reference.applies_from}",
                "ended": f"ended on {reference.applies_until}",
                "in-force": f"applies since {reference.applies_from}",
                "unknown": "has no confirmed day in force",
            }[reference.force]
            return CitationFault("citation-not-in-force", f"{reference.label} {when}, not {wanted} on {at}")
    return None
