"""Every citation resolves and is in force on the day, or is shown as coming."""

from __future__ import annotations

import datetime

import pytest

from analysis.builders import make_instrument, make_knowledge
from clauseproof.knowledge import KnowledgeBase
from clauseproof.verification.citations import find_citation_fault

DAY = datetime.date(2026, 11, 25)


@pytest.fixture(scope="module")
def law() -> KnowledgeBase:
    return make_knowledge(
        [],
        instruments=[
            make_instrument("now", [["training"]]),
            make_instrument("soon", [["training"]], in_force="2027-01-01"),
            make_instrument("gone", [["training"]], until="2026-01-01"),
            make_instrument("undated", [["training"]], in_force=None),
        ],
    )


@pytest.mark.parametrize(
    ("citations", "coming", "reason", "words"),
    [
        (["now:1"], [], None, ""),
        ([], ["soon:1"], None, ""),
        (["now:1"], ["soon:1"], None, ""),
        (["now:99"], [], "citation-unknown", "now:99"),
        ([], ["nothing:1"], "citation-unknown", "nothing:1"),
        (["now:1", "soon:1"], [], "citation-not-in-force", "applies from 2027-01-01"),
        (["gone:1"], [], "citation-not-in-force", "ended on 2026-01-01"),
        (["undated:1"], [], "citation-not-in-force", "no confirmed day"),
        ([], ["now:1"], "citation-not-in-force", "applies since 2020-01-01"),
        ([], ["gone:1"], "citation-not-in-force", "ended"),
    ],
)
def test_citation_is_judged_on_the_day(
    law: KnowledgeBase, citations: list[str], coming: list[str], reason: str | None, words: str
) -> None:
    """Unknown, not yet, no longer and undated are told apart; what is in force is not "coming"."""
    fault = find_citation_fault(citations, coming, DAY, law)
    assert (fault.reason if fault else None) == reason
    assert fault is None or words in fault.note


def test_first_and_last_day(law: KnowledgeBase) -> None:
    """The first day counts, the last does not."""
    first = datetime.date(2027, 1, 1)
    assert find_citation_fault(["soon:1"], [], first, law) is None
    assert find_citation_fault(["soon:1"], [], first - datetime.timedelta(days=1), law) is not None
    assert find_citation_fault(["gone:1"], [], datetime.date(2025, 12, 31), law) is None
    assert find_citation_fault(["gone:1"], [], datetime.date(2026, 1, 1), law) is not None
