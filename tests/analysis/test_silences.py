"""A silence is worded exactly as its search ended."""

from __future__ import annotations

import pytest

from clauseproof.analysis.silences import word_silence

from .builders import make_absence, make_disclosure, make_knowledge, make_practice

PRACTICE = make_practice(disclosures=["period", "route"])
KNOWLEDGE = make_knowledge(
    [PRACTICE],
    [make_disclosure("period", title="Length of storage"), make_disclosure("route", title="Ways to object")],
)


@pytest.mark.parametrize(
    ("outcome", "fields", "words"),
    [
        (
            "not-found-in-archived-text",
            {},
            "The archived text of the Policy contains no statement on length of storage.",
        ),
        ("stated-in-general-only", {}, "The Policy speaks of length of storage in general only."),
        (
            "stated-in-general-only",
            {"touched_by": "route"},
            "The Policy speaks of length of storage in general only, by what it says on ways to object.",
        ),
        ("referred-elsewhere", {}, "On length of storage, the Policy refers its reader to another text."),
        ("stated-for-this-practice", {}, None),
        ("cannot-tell", {}, None),
    ],
)
def test_words_of_each_outcome(outcome: str, fields: dict[str, str], words: str | None) -> None:
    """Nothing is said where it is stated or nobody can tell; what touches a subject is named."""
    absence = make_absence("period", outcome, **fields)
    assert word_silence(KNOWLEDGE, PRACTICE, "Policy", absence) == words
