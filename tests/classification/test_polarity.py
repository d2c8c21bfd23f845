"""Whether a sentence says that something is done, is not done, or depends."""

from __future__ import annotations

import pytest

from clauseproof.classification.polarity import read_polarity, read_row_polarity
from clauseproof.documents import Polarity
from clauseproof.knowledge import KnowledgeBase


@pytest.mark.parametrize(
    ("sentence", "words", "polarity"),
    [
        ("We sell your data.", "sell", "positive"),
        ("We do not sell your data.", "sell", "negative"),
        ("We don't sell your data.", "sell", "negative"),
        ("We will never sell your data.", "sell", "negative"),
        ("We no longer sell your data.", "sell", "negative"),
        ("Nobody is charged, and we cannot sell your data.", "sell", "negative"),
        ("We do not sell your data unless you agree.", "sell", "conditional"),
        ("We sell your data only if you consent.", "sell", "conditional"),
        ("We keep logs; we do not sell your data.", "sell", "negative"),
        ("We do not keep logs; we sell your data.", "sell", "positive"),
        ("We do not keep logs, but we sell your data.", "sell", "positive"),
        ("We sell data that does not identify you.", "sell", "positive"),
        ("Customer shall not: (a) copy the service; (b) sell your data.", "sell", "negative"),
        ("Customer may: (a) copy the service; (b) sell your data.", "sell", "positive"),
    ],
)
def test_negation_counts_where_it_governs(
    sentence: str, words: str, polarity: Polarity, knowledge: KnowledgeBase
) -> None:
    """A negation counts in its own clause and before a list it introduces; a condition makes it depend."""
    start = sentence.index(words)
    assert read_polarity(sentence, start, start + len(words), knowledge.wording) == polarity


@pytest.mark.parametrize(
    ("lead_in", "polarity"),
    [
        ("We do not:", "negative"),
        (
            "We will never do any of the following things with the information which you have given us:",
            "negative",
        ),
        ("Customer shall not, and shall not permit anyone to:", "negative"),
        ("We may:", "positive"),
        ("We do not limit our promises. We may:", "positive"),
        ("We keep data that does not identify you and:", "positive"),
        ("Purposes include but are not limited to:", "positive"),
        ("We do not keep this for long.:", "positive"),
        ("Unless you agree, we do not:", "conditional"),
    ],
)
def test_lead_in_governs_the_item(lead_in: str, polarity: Polarity, knowledge: KnowledgeBase) -> None:
    """The last clause of a list's lead-in decides for each item after it."""
    sentence = f"{lead_in} sell your data"
    item = len(lead_in) + 1
    assert read_polarity(sentence, item, item + 4, knowledge.wording, item=item) == polarity


@pytest.mark.parametrize(
    ("row", "polarity"),
    [
        ("| Face scans | NO |", "negative"),
        ("| Account data | **Yes** |", "positive"),
        ("| Account data | Yes | No |", "conditional"),
        ("| Account data | Yes, to partners |", "positive"),
        ("| Account data | Billing |", None),
        ("| Norway | Yesterday |", None),
        ("", None),
    ],
)
def test_row_answers_yes_or_no(row: str, polarity: Polarity | None) -> None:
    """A row's cells that say yes or no decide; where they differ it depends; others say nothing."""
    assert read_row_polarity(row) == polarity
