"""Facts are values with the words they were read from, or a search that stands behind "not stated"."""

from __future__ import annotations

import pytest

from clauseproof.analysis.extractors import extract_places
from clauseproof.analysis.facts import read_facts, settle_absences, unstated_facts
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Practice, ValueKind

from .builders import make_absence, make_knowledge, make_practice, read_document

PRACTICE = make_practice(
    facts=[
        {
            "key": "use",
            "title": "Use",
            "describes": "",
            "values": [
                {"value": "no", "patterns": [r"\bnot\b[^.]{0,40}\btrain"], "unless": [r"\bunless\b"]},
                {"value": "yes", "patterns": [r"\btrain\b"]},
            ],
            "disclosure": "use",
        },
        {"key": "period", "title": "Period", "describes": "", "extract": "duration", "where": [r"\btrain"]},
        {"key": "kinds", "title": "Kinds", "describes": "", "extract": "data", "many": True},
    ],
    disclosures=["use"],
)


def _read(text: str, practice: Practice = PRACTICE) -> list[tuple[str, str, str]]:
    knowledge = make_knowledge([practice])
    document = read_document(knowledge, text)
    found = read_facts(document, practice, document.with_practice("training"), knowledge)
    return [(one.fact.key, one.fact.value, one.fact.quote.text if one.fact.quote else "") for one in found]


class TestReading:
    def test_value_carries_its_words(self) -> None:
        """Each fact quotes the archived words it was read from."""
        facts = _read("We keep logs too. We train models on **chats** for 30 days.")
        assert ("training.use", "yes", "We train models on **chats** for 30 days.") in facts
        assert any(key == "training.period" and value == "30 days" in words for key, value, words in facts)

    def test_first_value_of_the_file_wins(self) -> None:
        """Closed values are tried in the order of the practice file."""
        assert _read("We do not train models.")[0][:2] == ("training.use", "no")

    def test_exception_cancels_a_reading(self) -> None:
        """A value is not read where its own exception stands in the sentence."""
        assert _read("We do not train models unless you agree.")[0][:2] == ("training.use", "yes")

    def test_many_values_are_kept_where_asked(self) -> None:
        """A fact that keeps many has every kind of data that is named, each once."""
        text = "We train models on your messages, IP address and IP address."
        kinds = [value for key, value, _ in _read(text) if key == "training.kinds"]
        assert len(kinds) == len(set(kinds)) == 2

    def test_value_outside_its_place_is_not_read(self) -> None:
        """A period in a sentence that is not about the practice is not the practice's period."""
        facts = _read("We train models on chats. Invoices are kept for 8 years.")
        assert not [value for key, value, _ in facts if key == "training.period"]

    def test_other_provisions_are_not_read(self) -> None:
        """Provisions that do not carry the practice lend it no facts."""
        assert _read("# A\n\nWe keep your messages for 30 days.\n") == []


class TestUnstated:
    @pytest.mark.parametrize(
        ("outcome", "words"),
        [
            ("not-found-in-archived-text", "not stated"),
            ("stated-in-general-only", "stated in general only"),
            ("referred-elsewhere", "referred elsewhere"),
            ("stated-for-this-practice", None),
            ("cannot-tell", None),
        ],
    )
    def test_not_stated_needs_a_search(self, outcome: str, words: str | None) -> None:
        """A fact is called unstated in the words of its search, and only where the search could tell."""
        facts = unstated_facts(PRACTICE, [], [make_absence("use", outcome)])
        assert [fact.value for fact in facts] == ([words] if words else [])
        assert all(fact.quote is None and fact.absence == "use" for fact in facts)

    def test_no_search_no_word(self) -> None:
        """Without a record nothing is said of a fact that was not read."""
        assert unstated_facts(PRACTICE, [], []) == []


@pytest.mark.parametrize(
    ("kind", "sentence", "values"),
    [
        ("duration", "We keep it for 30 days and then 2 years.", ["30 days", "2 years"]),
        ("duration", "We keep it as needed.", []),
        ("age", "You must be at least 16 years old.", ["16 years old"]),
        ("amount", "You pay $50 or more.", ["$50"]),
        ("contact", "Write to privacy@acme.example now.", ["privacy@acme.example"]),
    ],
)
def test_extracted_values_are_stretches_of_the_sentence(
    kind: ValueKind, sentence: str, values: list[str], knowledge: KnowledgeBase
) -> None:
    """A value is cut from the sentence, never reworded, and values do not overlap."""
    places = extract_places(kind, sentence, knowledge.extractors)
    found = [sentence[start:end].strip() for start, end in places]
    assert len(found) == len(values)
    for value, whole in zip(values, found, strict=True):
        assert value in whole or whole in value


class TestSettledAbsences:
    def _settle(self, text: str) -> str:
        knowledge = make_knowledge([PRACTICE])
        document = read_document(knowledge, text)
        found = read_facts(document, PRACTICE, document.with_practice("training"), knowledge)
        silent = make_absence("use", "not-found-in-archived-text")
        (settled,) = settle_absences(document, PRACTICE, found, [silent])
        assert not settled.hits or settled.hits[0].quote.text in text
        return settled.outcome

    def test_a_fact_that_was_read_refutes_a_silence(self) -> None:
        """Cues that missed a wording do not make the text silent where a fact was read from it."""
        assert self._settle("We train models on chats.") == "stated-for-this-practice"

    def test_a_search_stands_where_no_fact_answers_it(self) -> None:
        """Without a fact the outcome of the search is kept."""
        assert self._settle("The weather is fine.") == "not-found-in-archived-text"
