"""Nothing is called unsaid before the whole document was searched, and each hit was read in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from analysis.builders import make_disclosure, make_knowledge, make_practice, make_version, read_document
from clauseproof.claims import Absence
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer
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


def _words(count: int) -> str:
    """Return so many words, a line each."""
    return "".join(f"word{at}\n" for at in range(count))


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
            (
                _words(100),
                [_words(200), _words(210), _words(190)],
                "where the versions before it had about 200",
            ),
            (_words(130), [_words(200), _words(210), _words(190)], None),
            (_words(100), [_words(200), _words(210), _words(101), _words(99)], None),
            (_words(100), [_words(100) * 2] * 3, None),
            (_words(30), [], "only 30 words"),
            ("Access denied. " + _words(80), [], "error page"),
            ("Accept all cookies. " + _words(500), [], None),
        ],
    )
    def test_signs_of_an_incomplete_capture(self, text: str, earlier: list[str], reason: str | None) -> None:
        """Far fewer words than before, a banner, an error page or nearly nothing are signs.

        Length is none, nor a length that two captures before it had, nor half of a page recorded twice.
        """
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


# "period" is asked of two practices, "audience" of one alone. None of the three is known to the model.
TRAINS = make_practice(disclosures=["period", "audience"])
SELLS = make_practice(
    "selling",
    cues=["zzz"],
    decide=[r"\bsell\b"],
    operative=[r"\bsell\b"],
    headings=[],
    disclosures=["period"],
)
KEEPS = make_practice("keeping", cues=["zzz"], decide=[r"\bkeep\b"], operative=[r"\bkeep\b"], headings=[])
AUDIENCE = make_disclosure("audience", bind="topic", positive_cues=[r"\bvolunteers\b"])
Find = Callable[..., Absence]
SALES = "We sell lists.\n\nWe sell books.\n\n"


@pytest.fixture(scope="module")
def find() -> Find:
    """Search a notice where three practices share it and one of them is general; compiled once."""
    knowledge = make_knowledge([TRAINS, SELLS, KEEPS], [PERIOD, AUDIENCE])
    rules = knowledge.absence_rules.model_copy(update={"general_practices": (KEEPS.id,)})
    vars(knowledge).update(absence_rules=rules)
    searcher, analyzer = AbsenceSearcher(knowledge), Analyzer(knowledge)

    def find(text: str, disclosure: str = "period") -> Absence:
        document = searcher.read(analyzer.read(make_version(f"# Notice\n\n{text}")))
        return searcher.search(document, knowledge.disclosures[disclosure], TRAINS)

    return find


def _verdict(absence: Absence) -> tuple[str, list[str]]:
    return absence.outcome, [hit.verdict for hit in absence.hits]


class TestBinding:
    @pytest.mark.parametrize(
        "text",
        [
            TRAINING + "## Lists\n\nWe sell lists for 30 days.\n",
            TRAINING + "## Lists\n\nWe keep and sell lists for 30 days.\n",
        ],
        ids=["in its sentence", "with a general one"],
    )
    def test_what_is_said_of_another_subject_is_not_general(self, find: Find, text: str) -> None:
        """A period of the sales says nothing of the training, nor of data at large."""
        assert _verdict(find(text)) == ("not-found-in-archived-text", ["other-subject"])

    @pytest.mark.parametrize(
        "text",
        [
            TRAINING + "## Storage\n\nWe keep chats for 30 days.\n",
            TRAINING + "## Storage\n\nWe keep chats.\n\nThis lasts for 30 days.\n",
            TRAINING + "## Storage\n\nThis lasts for 30 days.\n",
            TRAINING + "## Lists\n\nWe sell lists.\n\nThey are valid for 30 days.\n",
        ],
        ids=["in its sentence", "in its section", "of no practice", "beside another subject"],
    )
    def test_what_is_said_of_data_at_large_is_general(self, find: Find, text: str) -> None:
        """A statement under a general practice, or under none, may hold for the training too."""
        assert _verdict(find(text)) == ("stated-in-general-only", ["general"])

    def test_general_section_with_another_subject_stays_general(self, find: Find) -> None:
        """An unlabelled sentence may go with the general provision of its section."""
        text = TRAINING + "## Storage\n\nWe keep chats.\n\nThis lasts for 30 days.\n\nWe sell lists.\n"
        assert _verdict(find(text)) == ("stated-in-general-only", ["general"])

    @pytest.mark.parametrize(
        "section",
        [
            f"We train models on chats.\n\nThey are used for 30 days.\n\n{SALES}",
            f"{SALES}They are used for 30 days.\n\nWe train models on chats.\n",
        ],
        ids=["after", "before"],
    )
    def test_neighbour_in_the_section_binds(self, find: Find, section: str) -> None:
        """The provision right before or after, whatever else the section is about."""
        assert _verdict(find(f"## Notes\n\n{section}")) == ("stated-for-this-practice", ["for-this-practice"])

    def test_neighbour_across_a_heading_does_not_bind(self, find: Find) -> None:
        """The lowest section ends there."""
        text = "## Chats\n\nWe train models on chats.\n\n## Pens\n\nThey are used for 30 days.\n"
        assert _verdict(find(text)) == ("stated-in-general-only", ["general"])

    def test_heading_that_names_the_practice_binds(self, find: Find) -> None:
        """Its section is about it, as long as one provision in it is."""
        text = f"## Training\n\nWe train models on chats.\n\n{SALES}They are used for 30 days.\n"
        assert _verdict(find(text)) == ("stated-for-this-practice", ["for-this-practice"])

    @pytest.mark.parametrize(
        "section",
        [
            f"## Notes\n\nWe train models on chats.\n\n{SALES}They are used for 30 days.\n",
            f"## Training\n\n{SALES}They are used for 30 days.\n",
        ],
        ids=["the provision stands further off", "nothing under the heading carries the practice"],
    )
    def test_without_a_tie_a_statement_is_general(self, find: Find, section: str) -> None:
        """Neither a provision two places on nor a bare title makes a sentence the training's."""
        assert _verdict(find(section)) == ("stated-in-general-only", ["general"])

    def test_another_subject_beside_the_practice_keeps_its_statement(self, find: Find) -> None:
        """Neither neighbour nor heading takes from a provision what it says of its own practice."""
        text = "## Training\n\nWe train models on chats.\n\nWe sell chats older than 30 days.\n"
        assert _verdict(find(text)) == ("not-found-in-archived-text", ["other-subject"])

    def test_wider_disclosure_touches_a_narrower_one(self) -> None:
        """Who may object to anything is told in general how to object to this; the record says by what."""
        wide = make_disclosure("wide", positive_cues=[r"\bobject to any\b"])
        narrow = make_disclosure("narrow", bind="topic", positive_cues=["zzz"], touched_by=["wide"])
        practice = make_practice(disclosures=["narrow"])
        knowledge = make_knowledge([practice], [wide, narrow])
        searcher = AbsenceSearcher(knowledge)
        for words, touched_by in (("You may object to any use.", "wide"), ("You may write to us.", None)):
            document = searcher.read(read_document(knowledge, f"{TRAINING}## Rights\n\n{words}\n"))
            absence = searcher.search(document, knowledge.disclosures["narrow"], practice)
            assert absence.touched_by == touched_by
            wanted = "stated-in-general-only" if touched_by else "not-found-in-archived-text"
            assert absence.outcome == wanted

    def test_disclosure_of_one_practice_alone_is_general_elsewhere(self, find: Find) -> None:
        """What nobody else has to disclose is hardly said of another; one that two make is."""
        text = TRAINING + "## Lists\n\nWe sell lists to volunteers for 30 days.\n"
        assert _verdict(find(text, "audience")) == ("stated-in-general-only", ["general"])
        assert _verdict(find(text, "period")) == ("not-found-in-archived-text", ["other-subject"])


class TestReferrals:
    @pytest.mark.parametrize(
        "words",
        [
            "How long we use chats is described in this Policy.",
            "How long we use chats is set out in this privacy notice.",
            "To learn how long we use chats, read these Terms of Service.",
            "To learn how long we use chats, see this page.",
        ],
    )
    def test_this_very_document_is_nowhere_else(self, find: Find, words: str) -> None:
        """Who is sent to the text at hand is not sent elsewhere."""
        absence = find(f"{TRAINING}{words}\n")
        assert absence.outcome == "not-found-in-archived-text"
        assert absence.referred_to is None

    @pytest.mark.parametrize(
        "words",
        [
            "How long we use chats is set out in our customer agreements.",
            "How long we use chats is described in our notices.",
            "To learn how long we use chats, see our product policies.",
            "To learn how long we use chats, review the schedules.",
        ],
    )
    def test_several_documents_are_elsewhere(self, find: Find, words: str) -> None:
        """Plural names of documents refer as singular ones do."""
        absence = find(f"{TRAINING}{words}\n")
        assert (absence.outcome, absence.referred_to) == ("referred-elsewhere", words)

    def test_both_in_one_sentence_are_elsewhere(self, find: Find) -> None:
        """Naming this document too does not take the other one away."""
        words = "Beside this Policy, see our retention policy for how long we use chats."
        assert find(f"{TRAINING}{words}\n").outcome == "referred-elsewhere"
