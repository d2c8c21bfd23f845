"""A sentence says no more than its evidence: numbers, kinds, parties, negation, conditions, strength."""

from __future__ import annotations

import pytest

from clauseproof.knowledge import KnowledgeBase
from clauseproof.verification.support import find_unsupported

KEEP = "We keep account data for 30 days."
SHARE = "We may share usage data with our affiliates."
SELL = "We do not sell personal data."
TRAIN = "We will not use messages to train models unless you switch it on."


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Account data is kept for 30 days.", KEEP),
        ("Account data is kept for thirty days.", KEEP),
        ("Data is kept for 30 days.", "We keep it for thirty (30) calendar days."),
        ("The fee is $1,000.", "You pay a fee of $1000."),
        ("Usage data may be shared with affiliates.", SHARE),
        ("The text lets the provider share usage data with an affiliate.", SHARE),
        ("Personal data is not sold.", SELL),
        ("The text rules out a sale of personal data.", SELL),
        ("Messages do not train models unless it is switched on.", TRAIN),
        ("The Notice speaks of a sale in these words: “We do not sell personal data.”", SELL),
        ("The Notice ties training to a switch: “We will not use messages ... unless ...”", TRAIN),
    ],
)
def test_what_the_words_bear_stands(sentence: str, evidence: str, knowledge: KnowledgeBase) -> None:
    """Sentences that keep to their evidence are supported."""
    assert find_unsupported(sentence, [evidence], [], knowledge) is None


@pytest.mark.parametrize(
    ("sentence", "evidence", "reason"),
    [
        ("Account data is kept for 60 days.", KEEP, "figure"),
        ("Account data is kept for 3 days.", KEEP, "figure"),
        ("Account data is kept for 30 years.", KEEP, "figure"),
        ("Account data is kept for three years.", KEEP, "figure"),
        ("Messages are kept for 30 days.", KEEP, "unsupported"),
        ("Account data is not kept.", KEEP, "contradicted"),
        ("All account data is kept for 30 days.", KEEP, "unsupported"),
        ("The service will share usage data with affiliates.", SHARE, "unsupported"),
        ("Usage data is shared with affiliates.", SHARE, "unsupported"),
        ("Usage data may be shared with advertisers.", SHARE, "unsupported"),
        ("Users may share usage data with affiliates.", SHARE, "unsupported"),
        ("The service sells personal data.", SELL, "contradicted"),
        ("The service sells personal data: “We do not sell personal data.”", SELL, "contradicted"),
        ("Messages train models.", TRAIN, "contradicted"),
        ("Messages do not train models.", TRAIN, "unsupported"),
        ("Messages never train models.", TRAIN, "unsupported"),
    ],
)
def test_what_the_words_do_not_bear_is_named(
    sentence: str, evidence: str, reason: str, knowledge: KnowledgeBase
) -> None:
    """More, less hedged, of others, or the opposite: each is refused with its reason."""
    fault = find_unsupported(sentence, [evidence], [], knowledge)
    assert fault is not None
    assert fault.reason == reason
    assert fault.note


def test_known_words_need_no_bearing(knowledge: KnowledgeBase) -> None:
    """A practice's subject or a fact's value may be said without standing in the quotation."""
    assert find_unsupported("The use of messages is at issue.", ["We keep logs."], [], knowledge) is not None
    known = ["the use of messages"]
    assert find_unsupported("The use of messages is at issue.", ["We keep logs."], known, knowledge) is None


def test_markup_in_evidence_is_read_away(knowledge: KnowledgeBase) -> None:
    """Evidence is read as its reader sees it."""
    assert (
        find_unsupported("Kept for 30 days.", ["We keep it for **30**&nbsp;[days](/d)."], [], knowledge)
        is None
    )
