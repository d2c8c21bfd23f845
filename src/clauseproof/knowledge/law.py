"""Law at a date: whether a provision of the knowledge base is in force, is coming, or has ended."""

from __future__ import annotations

import datetime

from clauseproof.claims import Force, Reference
from clauseproof.knowledge.loader import KnowledgeBase


def resolve_citation(knowledge: KnowledgeBase, citation: str, at: datetime.date) -> Reference | None:
    """Look up a citation and judge it on a date.

    Args:
        knowledge: The knowledge base.
        citation: Provision id, such as ``gdpr:6``.
        at: The day of the analysis.

    Returns:
        The reference, or None where the knowledge base has no such provision. A provision without a day
        of its own inherits its instrument's, and says so; its own decides where it has one, earlier or
        later than the act's.
    """
    entry = knowledge.provisions.get(citation)
    if entry is None:
        return None
    instrument, provision = entry
    own = provision.applies_from
    starts = own or instrument.in_force
    until = provision.applies_until or instrument.until
    label = (
        instrument.short_name
        if provision.pinpoint_unverified
        else f"{instrument.short_name} {provision.label}".strip()
    )
    return Reference(
        id=provision.id,
        instrument=instrument.id,
        label=label,
        title=provision.title,
        summary=provision.summary,
        jurisdiction=instrument.jurisdiction,
        force=_force(starts, until, at),
        applies_from=starts,
        applies_until=until,
        inherited=own is None,
        parts={part: day for part, day in provision.applies_from_parts.items() if day > at},
        confidence=provision.confidence,
        url=instrument.url,
        source_url=provision.source_url or instrument.source_url,
    )


def _force(starts: datetime.date | None, until: datetime.date | None, at: datetime.date) -> Force:
    if starts is None:
        return "unknown"
    if at < starts:
        return "coming"
    if until is not None and at >= until:
        return "ended"
    return "in-force"
