"""The words of a report: names of sections, outcomes and reasons; how dates and counts are written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from clauseproof.claims import ClaimKind, Level, Outcome, WithheldReason

LEVELS: tuple[Level, ...] = ("Low", "Medium", "High", "Critical")

SECTIONS = {
    "plain_statement": "Plain statement",
    "significance": "What it does and why it matters",
    "excerpt": "The archived words",
    "interpretive_note": "Interpretive note",
    "unsaid": "What the document leaves unsaid",
    "regulatory_landscape": "Regulatory landscape",
    "coming": "Coming law",
    "jurisdiction_flags": "Jurisdiction flags",
    "governance_exposure": "Governance exposure",
    "enforcement_context": "Enforcement context",
    "vendor_implications": "Contract and vendor implications",
    "due_diligence_questions": "Due diligence questions",
    "compliance_considerations": "Compliance considerations",
    "facts": "Key facts",
    "looked_for": "Looked for in the text",
}

# Order of the summary "Looked for": what a reader must know first.
OUTCOMES: dict[Outcome, str] = {
    "not-found-in-archived-text": "Not found in the archived text",
    "stated-in-general-only": "Stated in general only",
    "referred-elsewhere": "Referred elsewhere",
    "cannot-tell": "Cannot tell",
    "stated-for-this-practice": "Stated for this practice",
}

OUTCOME_SENTENCES: dict[Outcome, str] = {
    "not-found-in-archived-text": "The archived text contains no statement on it.",
    "stated-in-general-only": "The text speaks of it in general only: vaguely, or not of this practice.",
    "referred-elsewhere": "The text points its reader to another place for it.",
    "cannot-tell": "The search cannot tell, so nothing in this report rests on it.",
    "stated-for-this-practice": "The text states it for this practice.",
}

HITS: dict[str, str] = {
    "for-this-practice": "stated for this practice",
    "general": "in general only",
    "referral": "points elsewhere",
    "other-subject": "of another subject",
    "vetoed": "about something else",
}

REASONS: dict[WithheldReason, str] = {
    "quote-not-found": "Quotation not found in the archived version",
    "quote-altered": "Altered quotation, or cut so that a condition is lost",
    "unsupported": "Says more than its evidence",
    "contradicted": "Contradicted by the archived text",
    "present-elsewhere": "Stated in another document of the service",
    "citation-unknown": "Citation not in the knowledge base",
    "citation-not-in-force": "Law not in force on the date",
    "citation-inapplicable": "Law not mapped to this text",
    "legal-conclusion": "Legal conclusion",
    "figure": "Figure not in the evidence",
    "instruction": "Instruction taken over from a text",
    "cannot-tell": "The search could not tell",
}

FLAG_REASONS = {
    "text": "the text names it",
    "regime": "a regime attaches to the subject",
    "supplement": "a section is written for it",
}

# What introduces the evidence of a sentence, by its kind.
LEADS: dict[ClaimKind, str] = {
    "states": "",
    "permits": "",
    "reserves": "",
    "silent": "",
    "implication": "Not stated in the document. It follows from:",
    "consideration": "Not stated in the document. It follows from:",
    "law": "Mapped to this text because of:",
    "computed": "Computed by the rubric from:",
}

FACTOR_NAMES = {
    "S": "Data sensitivity",
    "U": "Secondary use",
    "C": "Control",
    "T": "Transparency",
    "V": "Vulnerable people",
    "X": "Reach",
    "R": "Remedies",
    "B": "Breadth",
    "A": "Regulatory salience",
    "M": "Mitigation",
}

EXPOSURE_SENTENCE = (
    "Exposure says how much attention a provision deserves from the people who govern use of the service. "
    "It is not a finding that anything is unlawful."
)

METHOD: tuple[tuple[str, str], ...] = (
    (
        "Quotations",
        "A quotation is accepted when it is the same words as one archived version, allowing only for white "
        "space, typographic quotes and dashes, markup and a marked omission. Likeness is never enough. "
        "Every quotation was compared with the archived characters once more when this report was written.",
    ),
    (
        "Support",
        "A sentence may say no more than its evidence: every number, kind of data, party, negation and modal "
        "of it stands in its quotations or facts. What fails is withheld and listed.",
    ),
    (
        "Absences",
        "The whole document is searched, then the service's other documents of the same date. Every hit is "
        "read in its sentence. “Not found” speaks of the archived text, not of what the company does.",
    ),
    (
        "Law",
        "A citation resolves to an entry of the knowledge base that is in force on the date of the analysis. "
        "A later duty is shown as coming, never as engaged. “From memory” marks an entry whose number awaits "
        "a check; “act since” marks a date taken from the instrument because the provision has none of its "
        "own. Which law applies depends on facts outside the documents and is printed as a condition.",
    ),
)

DISCLAIMER = (
    "This report describes what archived documents state, permit or reserve. It is not legal advice, and no "
    "sentence in it says that a text or a company is in breach of any law. Exposure is a measure of "
    "attention, not a finding of law. Which law applies depends on facts outside these documents."
)

# Control characters, lone surrogates, direction marks and tag characters could hide words or turn them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Make control characters and direction marks visible as U+FFFD, one for one; line breaks stay."""
    return _HIDDEN.sub("\ufffd", text)


def write_date(day: datetime.date) -> str:
    """Write a day as ``14 October 2026``."""
    return f"{day.day} {day:%B} {day.year}"


def write_short_date(day: datetime.date) -> str:
    """Write a day as ``14 Oct 2026``, where there is little room."""
    return f"{day.day} {day:%b} {day.year}"


def write_count(number: int) -> str:
    """Write a count with a narrow blank between thousands: ``4 092``."""
    return f"{number:,}".replace(",", "\u202f")


def name_count(number: int, noun: str) -> str:
    """Return a noun as it follows a number: ``quote``, ``quotes``, ``searches``."""
    if number == 1:
        return noun
    return f"{noun}es" if noun.endswith("ch") else f"{noun}s"


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 quote``, ``2 quotes``."""
    return f"{write_count(number)} {name_count(number, noun)}"


def join_words(words: Iterable[str]) -> str:
    """Join words as a sentence does: ``a, b and c``."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def capitalise(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?", ".”")) else f"{text}."


def shorten(text: str, most: int) -> str:
    """Cut a text at a word's end so that it has at most `most` characters, with an ellipsis where cut."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"


def name_section(field: str) -> str:
    """Return the heading under which a field of an analysis is printed."""
    return SECTIONS.get(field, field.replace("_", " ").replace("-", " ").capitalize())
