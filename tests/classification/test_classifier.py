"""Practices with score and polarity, per provision and for a text given alone."""

from __future__ import annotations

import random
import time

import pytest

from analysis.builders import make_knowledge, make_practice, read_document
from clauseproof.documents import PracticeLabel
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer

SELLING = make_practice(
    "selling",
    cues=[r"\bsell\b", r"\bbrokers?\b"],
    decide=[r"\bsell\b[^.]{0,40}\bdata\b"],
    operative=[r"\bsell\b"],
    headings=[r"\bsale\b"],
    veto=[r"\bsell tickets\b"],
)


@pytest.fixture(scope="module")
def small() -> Analyzer:
    return Analyzer(make_knowledge([make_practice(), SELLING]))


def _labels(analyzer: Analyzer, text: str) -> dict[str, PracticeLabel]:
    return {label.id: label for label in analyzer.classify(text)}


class TestRules:
    def test_deciding_pattern_labels(self, small: Analyzer) -> None:
        """A deciding pattern alone gives the practice, surer with every cue."""
        labels = _labels(small, "We sell your data to brokers.")
        assert set(labels) == {"selling"}
        assert 0.8 < labels["selling"].score <= 0.95

    def test_cue_alone_is_too_little(self, small: Analyzer) -> None:
        """A cue needs a heading of the practice above it."""
        assert not _labels(small, "Brokers are mentioned here.")
        labels = _labels(small, "# Sale\n\nBrokers are mentioned here.")
        assert labels["selling"].score == pytest.approx(0.6)

    def test_veto_cancels(self, small: Analyzer) -> None:
        """A veto in the sentence cancels every sign in it, in that sentence only."""
        assert not _labels(small, "We sell tickets and data.")
        assert "selling" in _labels(small, "We sell tickets. We sell data.")

    def test_span_is_the_sentence(self, small: Analyzer) -> None:
        """A label points at the archived sentence that shows the practice, markup included."""
        text = "We keep logs. We **sell** your data. That is all."
        span = _labels(small, text)["selling"].span
        assert text[span.start : span.end] == "We **sell** your data."

    def test_surest_comes_first(self, small: Analyzer) -> None:
        """Labels of one text are ordered by score."""
        labels = small.classify("We sell data to brokers. Training of models takes place.")
        assert [label.score for label in labels] == sorted((one.score for one in labels), reverse=True)
        assert {label.id for label in labels} == {"selling", "training"}


class TestPolarity:
    def test_items_under_a_negation_are_negative(self, small: Analyzer) -> None:
        """Items after "We do not:" say that nothing of the kind is done."""
        labels = _labels(small, "We do not:\n\n- sell your data;\n- train models.\n")
        assert {label.polarity for label in labels.values()} == {"negative"}
        assert len(labels) == 2

    def test_items_under_a_permission_are_positive(self, small: Analyzer) -> None:
        """The same items after "We may:" say that it is done."""
        labels = _labels(small, "We may:\n\n- sell your data;\n- train models.\n")
        assert {label.polarity for label in labels.values()} == {"positive"}

    def test_row_that_says_no_is_negative(self, small: Analyzer) -> None:
        """A table's "No" turns its row round."""
        table = "| What | Done? |\n| --- | --- |\n| We sell data | {} |\n"
        assert _labels(small, table.format("No"))["selling"].polarity == "negative"
        assert _labels(small, table.format("Yes"))["selling"].polarity == "positive"

    def test_each_sentence_has_its_own(self, small: Analyzer) -> None:
        """Two practices in one paragraph do not lend each other their negation."""
        labels = _labels(small, "We do not sell your data. Training of models takes place.")
        assert labels["selling"].polarity == "negative"
        assert labels["training"].polarity == "positive"


class TestShippedTaxonomy:
    @pytest.mark.parametrize("text", ["", " \n ", "\ufeff", "---", "| | |\n|---|---|\n", "☃" * 50])
    def test_text_without_words_has_no_practice(self, analyzer: Analyzer, text: str) -> None:
        """Nothing is found in nothing."""
        assert analyzer.classify(text) == ()

    def test_noise_is_read_in_time(self, analyzer: Analyzer) -> None:
        """A hundred kilobytes of marks and letters neither crash nor stall the classifier."""
        pick = random.Random(7)
        noise = "".join(pick.choices("abc ()[]*|.\n<>&#-:", k=100_000))
        started = time.process_time()
        analyzer.classify(noise)
        analyzer.classify("not sell train model " * 5_000)
        assert time.process_time() - started < 10

    def test_labels_are_deterministic(self, knowledge: KnowledgeBase) -> None:
        """Two classifiers over the same files agree."""
        text = "We share personal data with partners. We may sell it, unless you opt out."
        assert Analyzer(knowledge).classify(text) == Analyzer(knowledge).classify(text)

    def test_sentence_labels_match_sentences(self, knowledge: KnowledgeBase) -> None:
        """Each sentence of a provision has its list of labels, empty where nothing was found."""
        document = read_document(knowledge, "We keep logs for 30 days. We do not sell personal data.")
        for provision in document.provisions:
            assert len(provision.sentence_labels) == len(provision.sentences)
            found = {label.id for labels in provision.sentence_labels for label in labels}
            assert found == {label.id for label in provision.labels}
