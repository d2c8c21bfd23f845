"""What a search record lets an analyst say: the words of each outcome, the same for whoever drafts."""

from __future__ import annotations

from clauseproof.claims import Absence, Quote
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Practice


def word_silence(knowledge: KnowledgeBase, practice: Practice, document: str, absence: Absence) -> str | None:
    """Return the sentence a search record bears, or None where it bears none.

    Args:
        knowledge: For the titles of disclosures.
        practice: The practice the search was for.
        document: Name of the document searched.
        absence: The record.
    """
    disclosure = knowledge.disclosures[absence.disclosure]
    subject = _begun_small(disclosure.title)
    shared = absence.topic and _is_shared(knowledge, absence.disclosure)
    tie = f" for {practice.subject}" if shared else ""
    if absence.outcome == "not-found-in-archived-text":
        text = f"The archived text of the {document} contains no statement on {subject}{tie}"
        if absence.elsewhere:
            return f"{text}; the {absence.elsewhere[-1].document} of the same service has one."
        return f"{text}."
    if absence.outcome == "stated-in-general-only":
        wider = knowledge.disclosures.get(absence.touched_by or "")
        means = f", by what it says on {_begun_small(wider.title)}" if wider else ""
        return f"The {document} speaks of {subject} in general only{means}."
    if absence.outcome == "referred-elsewhere":
        return f"On {subject}, the {document} refers its reader to another text."
    return None


def telling_passage(absence: Absence) -> tuple[Quote, ...]:
    """Return the passage that shows the outcome: general statement, referral, or another document's."""
    if absence.outcome == "not-found-in-archived-text":
        return absence.elsewhere
    wanted = {"stated-in-general-only": "general", "referred-elsewhere": "referral"}.get(absence.outcome)
    hit = next((hit for hit in absence.hits if hit.verdict == wanted), None)
    return (*hit.lead, hit.quote) if hit else ()


def _begun_small(title: str) -> str:
    return title[0].lower() + title[1:]


def _is_shared(knowledge: KnowledgeBase, disclosure: str) -> bool:
    """Tell whether a disclosure is looked for under several practices, so that the practice is named."""
    return sum(disclosure in one.disclosures for one in knowledge.practices.values()) > 1
