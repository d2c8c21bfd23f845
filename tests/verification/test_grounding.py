"""A drafted sentence may drop words of its evidence; it may not add, exchange, reorder or recombine them."""

from __future__ import annotations

import datetime

import pytest

from clauseproof.claims import ClaimKind, Quote
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer
from clauseproof.reading import ReadDocument
from clauseproof.verification.grounding import GroundingChecker, Grounds, Ungrounded

TEXT = """# Harbourlight Privacy Policy

## Sharing

We may share your name, email address and payment data with service providers, unless you object in settings.

We do not sell aggregated data to advertisers. Our partners collect device identifiers with your consent.

## Retention

We keep support tickets for 18 months after they are closed.
"""


@pytest.fixture(scope="module")
def read(analyzer: Analyzer) -> ReadDocument:
    """A fictional policy, read."""
    version = Version(
        archive="made",
        service="Harbourlight",
        document="Privacy Policy",
        version_id="1",
        date=datetime.date(2026, 1, 1),
        source="",
        blob="1",
        sha256="0" * 64,
        text=TEXT,
    )
    return analyzer.read(version)


@pytest.fixture
def check(knowledge: KnowledgeBase, read: ReadDocument):  # type: ignore[no-untyped-def]
    """Hold a sentence against quotations of the policy."""
    checker = GroundingChecker(knowledge)

    def run(text: str, *cited: str, kind: ClaimKind = "states", carries: bool = True) -> Ungrounded | None:
        quotes = [
            Quote(
                service="Harbourlight",
                document="Privacy Policy",
                version_id="1",
                start=TEXT.index(words),
                end=TEXT.index(words) + len(words),
                text=words,
            )
            for words in cited
        ]
        grounds = Grounds(
            quotes=quotes,
            documents={("Privacy Policy", "1"): read},
            carries=lambda *_: carries,
            law=[("GDPR Art. 17", ("People may have personal data erased on stated grounds.",))],
            vocabulary=["retention of data"],
            asking=["named recipients"],
            names=["Harbourlight"],
            document="Privacy Policy",
        )
        return checker.check(text, kind, grounds)

    return run


SHARE = (
    "We may share your name, email address and payment data with service providers, unless you object"
    " in settings."
)
SELL = "We do not sell aggregated data to advertisers."
COLLECT = "Our partners collect device identifiers with your consent."
KEEP = "We keep support tickets for 18 months after they are closed."


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        (
            "Harbourlight “may share your name, email address and payment data with service providers,"
            " unless you object in settings”.",
            SHARE,
        ),
        (
            "Harbourlight may share users' name and payment data with service providers, unless users"
            " object in settings.",
            SHARE,
        ),
        ("The Privacy Policy states: “We do not sell aggregated data to advertisers”.", SELL),
        ("Harbourlight does not sell aggregated data to advertisers.", SELL),
        ("The provider retains support tickets for 18 months after they are closed.", KEEP),
        (
            "On retention, the policy says “We keep support tickets for 18 months after they are closed”.",
            KEEP,
        ),
    ],
)
def test_sentence_in_the_words_of_its_evidence_stands(check, text: str, cited: str) -> None:  # type: ignore[no-untyped-def]
    """Persons change, whole items fall away, the words stay."""
    assert check(text, cited) is None


@pytest.mark.parametrize(
    ("text", "cited", "why"),
    [
        ("Harbourlight will share users' name with service providers, unless they object.", SHARE, "modal"),
        ("Harbourlight may share users' name with service providers.", SHARE, "condition dropped"),
        (
            "Harbourlight may share users' name with advertisers, unless users object in settings.",
            SHARE,
            "recipient",
        ),
        (
            "Users may share Harbourlight's payment data with service providers, unless they object.",
            SHARE,
            "roles",
        ),
        ("Harbourlight sells aggregated data to advertisers.", SELL, "negation dropped"),
        ("Harbourlight does not sell data to advertisers.", SELL, "limit dropped"),
        ("Harbourlight collects device identifiers with users' consent.", COLLECT, "party"),
        ("Its partners collect device identifiers.", COLLECT, "consent dropped"),
        ("Harbourlight keeps support tickets for 8 months after they are closed.", KEEP, "figure"),
        ("Harbourlight keeps support tickets for 18 months.", KEEP, "start dropped"),
        ("Harbourlight keeps all support tickets for 18 months after they are closed.", KEEP, "quantifier"),
        (
            "Harbourlight keeps support tickets for 18 months after they are closed to profile.",
            KEEP,
            "purpose",
        ),
        ("Tickets closed keep support for 18 months.", KEEP, "order"),
        ("For minors, it says “We keep support tickets for 18 months after they are closed”.", KEEP, "topic"),
        ("GDPR Art. 17 lets the provider keep support tickets.", KEEP, "law"),
        (
            "The Privacy Policy lets people have personal data erased on stated grounds.",
            KEEP,
            "law as the policy's",
        ),
        (
            "Harbourlight keeps support tickets in writing for 18 months after they are closed.",
            KEEP,
            "manner",
        ),
        ("The provider reviews the text.", KEEP, "no word of the evidence"),
    ],
)
def test_sentence_that_says_more_less_or_else_is_refused(check, text: str, cited: str, why: str) -> None:  # type: ignore[no-untyped-def]
    """One word too many, or one too few of those that count."""
    assert check(text, cited) is not None, why


def test_words_of_two_passages_are_not_joined(check) -> None:  # type: ignore[no-untyped-def]
    """Each part of a sentence stands on one cited sentence."""
    assert check("Harbourlight may share device identifiers with service providers.", SHARE, COLLECT)
    joined = (
        "Harbourlight “do not sell aggregated data to advertisers”; it keeps support tickets for 18 months."
    )
    assert check(joined, SELL, KEEP)


def test_advice_may_drop_a_condition_but_not_a_negation(check) -> None:  # type: ignore[no-untyped-def]
    """Advice names what was said; it may not name as done what is denied."""
    good = (
        "Procurement should record “service providers” in the vendor file and ask the provider to name them."
    )
    assert check(good, SHARE, kind="consideration") is None
    bad = "Procurement should record that Harbourlight sells aggregated data to advertisers."
    assert check(bad, SELL, kind="consideration")


def test_question_may_use_the_words_of_records_and_of_the_practice(check) -> None:  # type: ignore[no-untyped-def]
    """A yes-or-no question asserts nothing, but brings in no stranger's words either."""
    assert check("Can the provider name the recipients in writing?", SHARE, kind="consideration") is None
    assert check("Does the provider still sell health data?", SHARE, kind="consideration")


def test_words_on_another_practice_bear_nothing(check) -> None:  # type: ignore[no-untyped-def]
    """A true quotation under the wrong practice is refused as such."""
    fault = check(
        "The Privacy Policy states: “We do not sell aggregated data to advertisers”.", SELL, carries=False
    )
    assert fault is not None
    assert "not about this practice" in fault.note


def test_introduction_may_not_say_what_the_provision_denies(check) -> None:  # type: ignore[no-untyped-def]
    """Words before a quotation name its topic; they make no statement of their own."""
    quoted = "“We do not sell aggregated data to advertisers”"
    assert check(f"On sharing, the policy says: {quoted}.", SELL) is None
    assert check(f"On data we sell to advertisers, the policy says: {quoted}.", SELL)


def test_no_kind_lets_words_on_another_practice_in(check) -> None:  # type: ignore[no-untyped-def]
    """A statement called law is still a statement on the document."""
    text = "The Privacy Policy states: “We do not sell aggregated data to advertisers”."
    for kind in ("law", "silent", "implication"):
        assert check(text, SELL, kind=kind, carries=False)
