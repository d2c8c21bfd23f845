"""Nothing is called unsaid before the whole document was searched, and each hit was read in its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analysis.builders import make_disclosure, make_knowledge, make_practice, read_document
from clauseproof.claims import Absence
from clauseproof.knowledge import KnowledgeBase
from clauseproof.verification.absences import AbsenceSearcher, incomplete_capture

PRACTICE = make_practice(disclosures=["period", "contact"])
PERIOD = make_disclosure(
    "period",
    bind="topic",
    positive_cues=[r"\b\d+ (days|months)\b", r"\bno fixed period\b"],
    veto_cues=[r"\b(refund|trial)s?\b"],
    general_cues=[r"\bas long as\b"],
    subject_cues=[r"\bhow long\b"],
)
CONTACT = make_disclosure("contact", positive_cues=[r"\bwrite to\b"])
CLOSER = make_disclosure("closer", bind="topic", positive_cues=[r"\bdeleted on close\b"])
TRAINING = "## Training\n\nWe train models on chats.\n\n"


def _knowledge() -> KnowledgeBase:
    return make_knowledge(
        [PRACTICE, make_practice("other", cues=["zzz"], decide=[])], [PERIOD, CONTACT, CLOSER]
    )


def _search(
    text: str,
    *,
    disclosure: str = "period",
    others: Sequence[tuple[str, str]] = (),
    cannot_tell: str | None = None,
) -> Absence:
    knowledge = _knowledge()
    searcher = AbsenceSearcher(knowledge)
    return searcher.search(
        searcher.read(read_document(knowledge, f"# Notice\n\n{text}")),
        knowledge.disclosures[disclosure],
        PRACTICE,
        [searcher.read(read_document(knowledge, words, name)) for name, words in others],
        cannot_tell=cannot_tell,
    )


class TestOutcomes:
    @pytest.mark.parametrize(
        "text",
        [
            "We train models on chats from the last 30 days.",
            TRAINING + "Chats older than 30 days are left out.",
            "## Training\n\nWe train models on:\n\n- chats from the last 30 days;\n- ratings.\n",
            "| Training of models | Kept |\n|---|---|\n| Chats used to train models | 30 days |\n",
            "We do not train models on chats older than 30 days.",
            "For training of models there is no fixed period.",
        ],
    )
    def test_beside_the_topic_it_is_stated(self, text: str) -> None:
        """Same sentence, section, item or row as the practice, in the negative too: it is stated."""
        absence = _search(text)
        assert absence.outcome == "stated-for-this-practice"
        assert absence.hits[0].verdict == "for-this-practice"

    def test_elsewhere_it_is_general(self) -> None:
        """A period in a section on something else is no period for this practice."""
        absence = _search(TRAINING + "## Invoices\n\nInvoices are kept for 30 days.\n")
        assert absence.outcome == "stated-in-general-only"
        assert "Invoices are kept" in absence.hits[0].quote.text

    def test_general_words_beside_the_topic_stay_general(self) -> None:
        """Words that only touch the subject never state it."""
        assert _search("We train models as long as we like.").outcome == "stated-in-general-only"

    def test_decoy_changes_nothing(self) -> None:
        """A number that belongs to something else is read and set aside."""
        absence = _search(TRAINING + "Refunds are given within 30 days.\n")
        assert absence.outcome == "not-found-in-archived-text"
        assert [hit.verdict for hit in absence.hits] == ["vetoed"]

    def test_decoy_beside_a_statement_does_not_hide_it(self) -> None:
        """A vetoed sentence does not veto its neighbours."""
        text = TRAINING + "Refunds are given within 14 days. Chats are used for 30 days.\n"
        assert _search(text).outcome == "stated-for-this-practice"

    def test_nothing_is_not_found(self) -> None:
        """Where no cue hits, nothing was found in the archived text."""
        absence = _search(TRAINING)
        assert (absence.outcome, absence.hits) == ("not-found-in-archived-text", ())

    def test_referral_is_told(self) -> None:
        """A sentence that sends the reader elsewhere for this very subject is a referral."""
        absence = _search(TRAINING + "To learn how long we use chats, see our retention policy.\n")
        assert absence.outcome == "referred-elsewhere"
        assert absence.referred_to == "To learn how long we use chats, see our retention policy."
        assert absence.hits[0].verdict == "referral"

    def test_referral_on_another_subject_is_none(self) -> None:
        """A pointer to another page on another subject does not answer."""
        text = TRAINING + "For cookies, see our cookie policy.\n"
        assert _search(text).outcome == "not-found-in-archived-text"

    def test_unbound_disclosure_is_stated_anywhere(self) -> None:
        """Where presence counts, any section will do."""
        text = TRAINING + "## Contact\n\nYou can write to us at any time.\n"
        assert _search(text, disclosure="contact").outcome == "stated-for-this-practice"


class TestCannotTell:
    def test_incomplete_text_supports_no_silence(self) -> None:
        """Where the capture is incomplete the search cannot tell, and says why."""
        absence = _search(TRAINING, cannot_tell="cut off")
        assert (absence.outcome, absence.reason) == ("cannot-tell", "cut off")

    def test_what_is_there_is_there(self) -> None:
        """A statement that was found stands even in an incomplete text."""
        absence = _search("We train models on chats of 30 days.", cannot_tell="cut off")
        assert (absence.outcome, absence.reason) == ("stated-for-this-practice", None)

    @pytest.mark.parametrize(
        ("text", "earlier", "reason"),
        [
            ("word " * 100, [200, 210, 190], "where the versions before it had about 200"),
            ("word " * 130, [200, 210, 190], None),
            ("word " * 30, [], "only 30 words"),
            ("Access denied. " + "word " * 80, [], "error page"),
            ("Accept all cookies. " + "word " * 500, [], None),
        ],
    )
    def test_signs_of_an_incomplete_capture(self, text: str, earlier: list[int], reason: str | None) -> None:
        """Far fewer words than before, a banner, an error page or nearly nothing are signs; length is not."""
        knowledge = _knowledge()
        found = incomplete_capture(read_document(knowledge, text), earlier, knowledge)
        assert found is None if reason is None else found is not None and reason in found


class TestRecord:
    def test_every_document_is_listed_with_its_length(self) -> None:
        """The record names each document read whole, its characters, and how many cues were run."""
        others = [("Terms", "# Terms\n\nBe kind."), ("Rules", "# Rules\n\nBe fair.")]
        absence = _search(TRAINING, others=others)
        own = f"# Notice\n\n{TRAINING}"
        assert [(one.document, one.chars) for one in absence.searched] == [
            ("Privacy Policy", len(own)),
            ("Terms", len(others[0][1])),
            ("Rules", len(others[1][1])),
        ]
        assert absence.cues == 4
        assert absence.topic == "training"

    def test_another_document_that_states_it_is_shown(self) -> None:
        """Where another document of the service states it, its passage is kept."""
        terms = "# Terms\n\nWe train models on chats of 30 days.\n"
        absence = _search(TRAINING, others=[("Rules", "# Rules\n\nBe fair."), ("Terms", terms)])
        assert absence.outcome == "not-found-in-archived-text"
        assert [quote.document for quote in absence.elsewhere] == ["Terms"]
        assert "30 days" in absence.elsewhere[0].text

    def test_general_words_elsewhere_do_not_count(self) -> None:
        """A period for something else in another document is no answer."""
        absence = _search(TRAINING, others=[("Terms", "# Terms\n\nInvoices are kept for 30 days.\n")])
        assert absence.elsewhere == ()

    def test_unbound_search_has_no_topic(self) -> None:
        """A disclosure that counts anywhere is not tied to the practice."""
        assert _search(TRAINING, disclosure="contact").topic is None

    def test_governed_hit_is_shown_with_its_lead_in(self) -> None:
        """A passage under a negating lead-in is not shown without it."""
        absence = _search("We do not train models on:\n\n- chats older than 30 days;\n- files.\n")
        assert "We do not train" in absence.hits[0].lead[-1].text

    def test_nearest_passages_are_kept_where_silent(self) -> None:
        """The passages nearest to the subject stand in the record of a silence, and only there."""
        knowledge = _knowledge()
        searcher = AbsenceSearcher(knowledge)
        asked: list[str] = []
        for text in (TRAINING, "We train models on chats of 30 days."):
            searcher.search(
                searcher.read(read_document(knowledge, text)),
                PERIOD,
                PRACTICE,
                nearest=lambda subject: asked.append(subject) or (),  # type: ignore[func-returns-value]
            )
        assert asked == [PERIOD.title]


def test_closer_disclosure_answers_the_wider_one() -> None:
    """Who says the narrower thing need not say the wider one too."""
    wider = make_disclosure("period", bind="topic", positive_cues=[r"\bdays\b"], answered_by=["closer"])
    knowledge = make_knowledge([PRACTICE], [wider, CONTACT, CLOSER])
    searcher = AbsenceSearcher(knowledge)
    document = searcher.read(read_document(knowledge, TRAINING + "Training data is deleted on close.\n"))
    assert searcher.search(document, wider, PRACTICE).outcome == "stated-for-this-practice"
