"""Metrics equal what other people's code, or a sum on paper, says of the same results."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauseproof.claims import Level, Outcome
from clauseproof.documents import Span
from clauseproof.evaluation.metrics.absences import (
    FALSE_ABSENCES,
    MISSED_ABSENCES,
    OUTCOME_ACCURACY,
    count_absence,
)
from clauseproof.evaluation.metrics.base import AnyMetric, Metric, count_draws, share
from clauseproof.evaluation.metrics.calibration import CALIBRATION, count_scores
from clauseproof.evaluation.metrics.citations import ARTICLES, INSTRUMENTS, count_citations
from clauseproof.evaluation.metrics.decisions import (
    ACCURACY,
    FALSEHOODS,
    FALSELY_ACCEPTED,
    FALSELY_REJECTED,
    TRUTHS,
    count_decision,
    count_planted,
)
from clauseproof.evaluation.metrics.effort import COST, EFFORT, SECONDS, TOKENS, Quantile
from clauseproof.evaluation.metrics.labels import (
    FREQUENT,
    count_labels,
    count_polarised,
    dice,
    metrics_of_labels,
    metrics_of_polarity,
    polarised,
)
from clauseproof.evaluation.metrics.levels import (
    CONTAINED,
    EXACT,
    KAPPA,
    LEVELS,
    SCORED,
    SEVERE_MISSES,
    WITHIN_ONE,
    count_level,
    nearest_level,
)
from clauseproof.evaluation.metrics.prose import grade_level, is_plain, is_restatement
from clauseproof.evaluation.metrics.ranking import HITS, MRR, count_rank
from clauseproof.evaluation.metrics.spans import SPAN_HALF, SPAN_IOU, count_span, overlap, token_iou
from clauseproof.evaluation.results import Counts, Result, Score

sklearn = pytest.importorskip("sklearn.metrics")
preprocessing = pytest.importorskip("sklearn.preprocessing")

CLASSES = ("ads", "children", "cookies", "retention", "transfer")
MICRO, MACRO, FREQUENT_MACRO, PRECISION, RECALL = metrics_of_labels("labels", "labels")
SHARE = Metric("share", "share", "family", share("part", "whole"), ("whole",))
LABEL_SETS = st.frozensets(st.sampled_from(CLASSES))


def _result(
    counts: Counts | None = None, *, seconds: float = 0.0, tokens: int = 0, cost: float | None = None
) -> Result:
    score = Score(passed=True, value=1, counts=counts or {})
    return Result(id="one", group="one", score=score, seconds=seconds, tokens=tokens, cost=cost)


def _value(metric: AnyMetric, results: Iterable[Result], only: str | None = None) -> float:
    """Return the value over results of one document."""
    return float(metric.over([list(results)], only).evaluate(np.arange(1)))


def _values(metrics: Iterable[AnyMetric], results: Sequence[Result]) -> dict[str, float]:
    return {metric.name: _value(metric, results) for metric in metrics}


def _labelled(pairs: Iterable[tuple[Iterable[str], Iterable[str]]]) -> list[Result]:
    return [_result({"labels": count_labels(gold, found)}) for gold, found in pairs]


class TestLabels:
    @given(st.lists(st.tuples(LABEL_SETS, LABEL_SETS), min_size=1, max_size=20))
    def test_f1_precision_and_recall_are_those_of_scikit_learn(
        self, pairs: list[tuple[frozenset[str], frozenset[str]]]
    ) -> None:
        """Micro over all labels; macro over the labels that either side uses."""
        binary = preprocessing.MultiLabelBinarizer(classes=CLASSES)
        gold, found = (binary.fit_transform([pair[side] for pair in pairs]) for side in (0, 1))
        used = np.flatnonzero((gold | found).any(axis=0))
        results = _labelled(pairs)
        for metric, score, average, counted in (
            (MICRO, sklearn.f1_score, "micro", gold | found),
            (MACRO, sklearn.f1_score, "macro", gold | found),
            (PRECISION, sklearn.precision_score, "micro", found),
            (RECALL, sklearn.recall_score, "micro", gold),
        ):
            expected = score(gold, found, labels=used, average=average) if counted.any() else math.nan
            assert _value(metric, results) == pytest.approx(expected, nan_ok=True)

    def test_a_class_alone_is_scikit_learns_binary_score(self) -> None:
        """A figure by class leaves the other classes out."""
        draw = random.Random(3)
        pairs = [[[one for one in CLASSES if draw.random() < 0.4] for _ in "gf"] for _ in range(60)]
        results = _labelled((gold, found) for gold, found in pairs)
        for name in CLASSES:
            gold, found = ([name in pair[side] for pair in pairs] for side in (0, 1))
            for metric, score in (
                (MICRO, sklearn.f1_score),
                (PRECISION, sklearn.precision_score),
                (RECALL, sklearn.recall_score),
            ):
                assert _value(metric, results, name) == pytest.approx(score(gold, found))

    def test_a_class_missing_from_a_resample_is_left_out_of_macro_f1(self) -> None:
        """A multiset without a class has the macro F1 of the documents it does hold."""
        documents = [_labelled([("a", "a")]), _labelled([("a", "")]), _labelled([("b", "b"), ("b", "c")])]
        evaluate = MACRO.over(documents).evaluate
        drawn = np.array([[0, 0, 1], [0, 0, 0], [2, 2, 2], [0, 1, 2]])
        assert evaluate(drawn) == pytest.approx([4 / 5, 1, (2 / 3 + 0) / 2, (2 / 3 + 2 / 3 + 0) / 3])

    def test_classes_and_count_are_those_of_the_results(self) -> None:
        """Classes come in order of name; F1 is counted over gold labels, precision over found ones."""
        results = [_labelled([("b", "a"), ("ab", "b")])]
        assert MICRO.classes(results) == ["a", "b"]
        assert (MICRO.over(results).count, PRECISION.over(results).count) == (3, 2)
        assert MICRO.over(results, "b").count == 2

    def test_a_practice_with_the_wrong_polarity_is_false_and_missed(self) -> None:
        """Polarity F1 needs id and polarity right."""
        gold = polarised([{"id": "ads", "polarity": "restricts"}, {"id": "ai", "polarity": "permits"}])
        found = polarised([{"id": "ads", "polarity": "permits"}, {"id": "ai", "polarity": "permits"}])
        micro, _ = metrics_of_polarity()
        counts = count_polarised(gold, found)
        assert counts == {"ads": {"fp": 1.0, "fn": 1.0}, "ai": {"tp": 1.0}}
        assert _value(micro, [_result({"polarity": counts})]) == 0.5

    def test_rare_labels_are_not_averaged(self) -> None:
        """One row more or less would decide the figure of a label with a handful of them."""
        frequent = _labelled([("a", "a")] * (FREQUENT - 3) + [("a", "")] * 3)
        rare = _labelled([("b", "")] * (FREQUENT - 1))
        found = 2 * (FREQUENT - 3) / (2 * (FREQUENT - 3) + 3)
        assert _value(FREQUENT_MACRO, frequent + rare) == pytest.approx(found)

    def test_dice_of_a_sample_is_its_f1(self) -> None:
        """Two empty sets are alike."""
        assert (dice("ab", "bc"), dice("a", ""), dice("", "")) == (0.5, 0, 1)


class TestLevels:
    @given(st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS)), min_size=2, max_size=40))
    def test_kappa_is_scikit_learns_quadratic_one(self, pairs: list[tuple[Level, Level]]) -> None:
        """Also nan where both sides name one and the same level throughout."""
        results = [_result({"levels": count_level((gold, gold), given_, None)}) for gold, given_ in pairs]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = sklearn.cohen_kappa_score(
                *zip(*pairs, strict=True), labels=list(LEVELS), weights="quadratic"
            )
        assert _value(KAPPA, results) == pytest.approx(expected, abs=1e-12, nan_ok=True)

    def test_a_level_within_the_labelled_range_is_right(self) -> None:
        """Outside it, the nearer end is what was labelled."""
        nearest = [nearest_level(("Medium", "High"), one) for one in LEVELS]
        assert nearest == ["Medium", "Medium", "High", "High"]

    def test_near_far_and_severe_misses_are_told_apart(self) -> None:
        """High given as Low is severe, Medium given as Low is not; no level given is counted nowhere."""
        cases: list[tuple[Level, Level | None]] = [
            ("High", "Low"),
            ("Critical", "High"),
            ("Medium", "Low"),
            ("Low", "Low"),
            ("High", None),
        ]
        results = [_result({"levels": count_level((gold, gold), given_, None)}) for gold, given_ in cases]
        assert _values((EXACT, WITHIN_ONE, SEVERE_MISSES, SCORED), results) == {
            "level-exact": 1 / 4,
            "level-within-one": 3 / 4,
            "severe-misses": 1 / 2,
            "level-given": 4 / 5,
        }

    def test_a_stated_range_contains_gold_where_the_two_meet(self) -> None:
        """Touching at one level is enough; a range not stated is not counted."""
        ranges: list[tuple[Level, Level] | None] = [
            ("Low", "Medium"),
            ("High", "Critical"),
            ("Low", "Low"),
            None,
        ]
        results = [_result({"levels": count_level(("Medium", "High"), None, one)}) for one in ranges]
        assert _value(CONTAINED, results) == 2 / 3


class TestDecisions:
    def test_accuracy_and_both_errors_are_scikit_learns(self) -> None:
        """Falsely accepted is a share of what must be rejected, falsely rejected of what must be accepted."""
        draw = random.Random(5)
        gold, given_ = (draw.choices(["accept", "reject"], k=80) for _ in "ab")
        counts = map(count_decision, gold, given_)
        values = _values(
            (ACCURACY, FALSELY_ACCEPTED, FALSELY_REJECTED), [_result({"decisions": one}) for one in counts]
        )
        right = {
            name: sklearn.recall_score(gold, given_, pos_label=name, average="binary")
            for name in ("accept", "reject")
        }
        assert values["accuracy"] == pytest.approx(sklearn.accuracy_score(gold, given_))
        assert values["falsely-accepted"] == pytest.approx(1 - right["reject"])
        assert values["falsely-rejected"] == pytest.approx(1 - right["accept"])

    def test_planted_sentences_are_counted_by_what_they_are(self) -> None:
        """One of three falsehoods and two of three truths reach the report; a kind has its own share."""
        planted = [
            ("negation", "reject", "accept"),
            ("negation", "reject", "reject"),
            ("number", "reject", "reject"),
        ]
        planted += [("", "accept", "accept"), ("", "accept", "accept"), ("", "accept", "reject")]
        results = [_result({"planted": count_planted(*one)}) for one in planted]
        assert _values((FALSEHOODS, TRUTHS), results) == {
            "falsehoods-reached": 1 / 3,
            "truths-reached": 2 / 3,
        }
        assert _value(FALSEHOODS, results, "negation") == 1 / 2


class TestAbsences:
    def test_false_and_missed_absences_have_their_own_denominators(self) -> None:
        """False ones are a share of the absences claimed, by kind; missed ones of the silences there are."""
        silent: Outcome = "not-found-in-archived-text"
        cases: list[tuple[Outcome, Outcome]] = [
            (silent, silent),
            (silent, silent),
            (silent, "stated-in-general-only"),
            ("stated-for-this-practice", silent),
            ("referred-elsewhere", silent),
            ("referred-elsewhere", "referred-elsewhere"),
        ]
        results = [_result({"absences": count_absence(*one, claimed=one[1] == silent)}) for one in cases]
        assert _values((OUTCOME_ACCURACY, *FALSE_ABSENCES, MISSED_ABSENCES), results) == {
            "outcome-accuracy": 3 / 6,
            "false-absences": 2 / 4,
            "false-absences:stated-for-this-practice": 1 / 4,
            "false-absences:stated-in-general-only": 0,
            "false-absences:referred-elsewhere": 1 / 4,
            "missed-absences": 1 / 3,
        }

    def test_an_absence_where_the_reader_could_not_tell_is_not_false(self) -> None:
        """Only the three kinds of statement make an absence false (labelling.md, section 5)."""
        one = _result({"absences": count_absence("cannot-tell", "not-found-in-archived-text", claimed=True)})
        assert _value(FALSE_ABSENCES[0], [one]) == 0


class TestCitations:
    def _values(
        self, cited: list[str], required: list[str], acceptable: list[str], wrong: list[str]
    ) -> dict[str, float]:
        articles, instruments = count_citations(cited, required, acceptable, wrong)
        return _values(
            (*ARTICLES, *INSTRUMENTS), [_result({"articles": articles, "instruments": instruments})]
        )

    def test_precision_accepts_more_than_recall_requires(self) -> None:
        """Of four cited two are right and one is labelled wrong; of two required one is there."""
        values = self._values(
            ["gdpr:13", "ccpa:100", "dsa:14", "hipaa:1"], ["gdpr:13", "gdpr:6"], ["ccpa:100"], ["hipaa:1"]
        )
        assert values == {
            "article-precision": 2 / 4,
            "article-recall": 1 / 2,
            "wrong-citations": 1 / 4,
            "instrument-precision": 2 / 4,
            "instrument-recall": 1,
        }

    def test_a_whole_instrument_stands_for_each_of_its_articles(self) -> None:
        """``gdpr:*`` makes every article acceptable but those labelled wrong, and no other instrument's."""
        values = self._values(["gdpr:5", "gdpr:9", "ccpa:5"], ["gdpr:5"], ["gdpr:*"], ["gdpr:9"])
        assert values["article-precision"] == 1 / 3
        assert values["wrong-citations"] == 1 / 3
        assert self._values(["gdpr:5", "ccpa:5"], [], [], ["gdpr:*"])["wrong-citations"] == 1 / 2

    def test_the_right_instrument_with_a_wrong_article_counts_for_the_instrument_only(self) -> None:
        """An error of article is not one of instrument."""
        values = self._values(["gdpr:14"], ["gdpr:13"], [], [])
        assert (values["article-precision"], values["article-recall"]) == (0, 0)
        assert (values["instrument-precision"], values["instrument-recall"]) == (1, 1)

    def test_a_citation_given_twice_counts_once(self) -> None:
        """Precision is over the set."""
        assert (
            self._values(["gdpr:13", "gdpr:13", "dsa:1"], ["gdpr:13"], [], [])["article-precision"] == 1 / 2
        )

    def test_a_required_instrument_is_found_in_any_of_its_articles(self) -> None:
        """A row that requires ``gdpr:*`` is satisfied by any article of it (or the row is refused)."""
        assert self._values(["gdpr:13"], ["gdpr:*"], [], [])["article-recall"] == 1

    def test_no_citation_is_right_and_wrong_at_once(self) -> None:
        """An article required of an instrument otherwise labelled wrong is one or the other."""
        values = self._values(["gdpr:13"], ["gdpr:13"], [], ["gdpr:*"])
        assert values["article-precision"] + values["wrong-citations"] == 1


class TestSpans:
    TEXT = "We share your data with partners."

    def test_overlap_is_counted_in_tokens(self) -> None:
        """Three tokens of four, whatever their length; spaces and punctuation count nothing."""
        gold, found = Span(start=3, end=23), Span(start=8, end=23)
        assert self.TEXT[gold.start : gold.end] == "share your data with"
        assert token_iou(self.TEXT, gold, found) == 3 / 4
        assert token_iou(self.TEXT, gold, Span(start=2, end=24)) == 1

    def test_no_overlap_and_no_span_share_nothing(self) -> None:
        """A missing span is worth 0, and so is one without a token."""
        assert token_iou(self.TEXT, Span(start=0, end=8), Span(start=9, end=33)) == 0
        assert token_iou(self.TEXT, Span(start=0, end=8), None) == 0
        assert token_iou(self.TEXT, Span(start=2, end=3), Span(start=2, end=3)) == 0

    def test_equal_words_at_different_places_are_different_tokens(self) -> None:
        """The second "we" is not the first."""
        assert token_iou("we do we", Span(start=0, end=2), Span(start=6, end=8)) == 0

    def test_mean_and_share_over_half_are_over_all_spans(self) -> None:
        """Exactly one half is at least one half; a practice alone is its own mean."""
        spans = [("ads", 1.0), ("ads", 0.5), ("ai", 0.25), ("ai", 0.0)]
        results = [_result({"spans": {name: count_span(iou)}}) for name, iou in spans]
        assert (_value(SPAN_IOU, results), _value(SPAN_HALF, results)) == (1.75 / 4, 2 / 4)
        assert _value(SPAN_IOU, results, "ads") == 0.75

    def test_overlap_of_provisions_is_in_characters(self) -> None:
        """Half-open spans that touch share nothing."""
        assert overlap(Span(start=0, end=10), Span(start=5, end=20)) == 5 / 20
        assert overlap(Span(start=0, end=5), Span(start=5, end=9)) == 0


class TestRanking:
    def test_reciprocal_ranks_and_hits_are_means_over_questions(self) -> None:
        """Ranks 1, 4, 10, 11 and none."""
        results = [_result({"ranks": count_rank(rank)}) for rank in (1, 4, 10, 11, None)]
        assert _value(MRR, results) == pytest.approx((1 + 1 / 4 + 1 / 10 + 1 / 11) / 5)
        assert _values(HITS, results) == {"hit-at-1": 1 / 5, "hit-at-5": 2 / 5, "hit-at-10": 3 / 5}


class TestCalibration:
    def test_error_is_the_mean_gap_of_bins_weighted_by_size(self) -> None:
        """Bin 0.9: two labels of mean score 0.95, half right; bin 0.2: one label of score 0.25, wrong."""
        results = [_result({"calibration": count_scores([(0.9, True), (0.25, False)])})]
        results.append(_result({"calibration": count_scores([(1.0, False)])}))
        assert _value(CALIBRATION, results) == pytest.approx((2 * 0.45 + 0.25) / 3)

    def test_gaps_of_different_bins_do_not_cancel(self) -> None:
        """Too sure in one bin and too modest in another are two errors."""
        scores = [(0.75, False), (0.25, True)]
        assert _value(CALIBRATION, [_result({"calibration": count_scores(scores)})]) == 0.75

    def test_gaps_within_a_bin_do_cancel_across_samples(self) -> None:
        """One of two right at a score of one half is calibrated."""
        results = [_result({"calibration": count_scores([(0.5, right)])}) for right in (True, False)]
        assert _value(CALIBRATION, results) == 0


class TestEffort:
    @given(
        st.lists(st.lists(st.floats(0, 100), max_size=5), min_size=1, max_size=8).filter(
            lambda documents: any(documents)
        ),
        st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]),
        st.randoms(use_true_random=False),
    )
    def test_a_quantile_of_any_draw_is_numpys(
        self, seconds: list[list[float]], quantile: float, draw: random.Random
    ) -> None:
        """The value of a multiset of documents is the quantile of the values that it holds."""
        documents = [[_result(seconds=one) for one in values] for values in seconds]
        metric = Quantile("seconds", "seconds", lambda one: one.seconds, quantile, unit="seconds")
        drawn = [draw.randrange(len(documents)) for _ in documents]
        held = [value for at in drawn for value in seconds[at]]
        expected = np.quantile(held, quantile, method="inverted_cdf") if held else math.nan
        measured = metric.over(documents)
        assert float(measured.evaluate(np.array(drawn))) == pytest.approx(expected, abs=0, nan_ok=True)
        assert measured.count == sum(map(len, seconds))

    def test_what_a_sample_did_not_use_is_not_counted(self) -> None:
        """No tokens and no known price are no zero."""
        results = [_result(tokens=9, cost=0.0), _result(tokens=0), _result(tokens=5, cost=2.0, seconds=3)]
        assert _values((SECONDS, TOKENS, COST), results) == {
            "seconds-median": 0,
            "tokens-median": 5,
            "cost-median": 0,
        }


class TestProse:
    def test_grade_level_of_two_short_sentences_is_the_formula(self) -> None:
        """We keep your da-ta. You can ask us to de-lete it: 11 words, 2 sentences, 13 syllables."""
        grade = grade_level("We keep your data. You can ask us to delete it.")
        assert grade == pytest.approx(0.39 * 11 / 2 + 11.8 * 13 / 11 - 15.59)

    def test_grade_level_of_a_long_sentence_is_the_formula(self) -> None:
        """In-for-ma-tion on com-pa-nies, va-ca-tions and po-li-cies is per-so-nal: 8 words, 19 syllables."""
        grade = grade_level("Information on companies, vacations and policies is personal.")
        assert grade == pytest.approx(0.39 * 8 + 11.8 * 19 / 8 - 15.59)
        assert not is_plain("Information on companies, vacations and policies is personal.")

    def test_numbers_and_points_within_numbers_make_no_sentence(self) -> None:
        """Version 2.5 of it is one sentence; a text without words has no grade."""
        assert grade_level("We keep 2.5 of it.") == pytest.approx(0.39 * 4 + 11.8 - 15.59)
        assert grade_level("2.5 %!") == 0

    @pytest.mark.parametrize("word", ["cookie", "value", "movie", "argue", "rescue"])
    def test_an_e_after_a_vowel_is_not_a_syllable_to_take_off(self, word: str) -> None:
        """These words have two syllables: their final e ends a group of vowels, it is no group of its own."""
        assert grade_level(word) == pytest.approx(0.39 + 11.8 * 2 - 15.59)

    def test_plain_is_at_most_45_words(self) -> None:
        """Easy words in short sentences are plain up to the forty-fifth."""
        assert is_plain("We do it. " * 15)
        assert not is_plain("We do it. " * 15 + "No.")

    def test_restatement_needs_more_than_seven_of_ten_content_words(self) -> None:
        """Words of three letters or fewer do not count; order and case do not matter."""
        words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett"]
        assert not is_restatement(" ".join(words), " ".join(words[:7]))
        assert is_restatement(" ".join(words), " ".join(words[7::-1]).upper() + " and the")
        assert not is_restatement("It is so.", "It is so.")


class TestSums:
    METRICS: tuple[AnyMetric, ...] = (
        MICRO, MACRO, PRECISION, RECALL, KAPPA, EXACT, SEVERE_MISSES, CONTAINED, ACCURACY, FALSELY_ACCEPTED,
        MRR, *FALSE_ABSENCES, MISSED_ABSENCES, *ARTICLES, *INSTRUMENTS, SPAN_IOU, CALIBRATION, TOKENS, COST,
    )  # fmt: skip

    @pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
    def test_nothing_counted_is_no_value(self, metric: AnyMetric) -> None:
        """Neither 0 nor an error, whether results lack the counts, lack a score, or are none."""
        unscored = Result(id="one", group="one", unscored="refused")
        for results in ([_result()], [unscored], []):
            measured = metric.over([results])
            assert math.isnan(float(measured.evaluate(np.arange(1))))
            assert measured.count == 0

    def test_a_draw_without_counts_has_no_value_beside_one_that_has(self) -> None:
        """A resample that misses the only document with counts spoils no other."""
        documents = [[_result({"family": {"": {"part": 1.0, "whole": 4.0}}})], [_result()]]
        values = SHARE.over(documents).evaluate(np.array([[0, 1], [1, 1], [0, 0]]))
        assert values == pytest.approx([0.25, math.nan, 0.25], nan_ok=True)

    def test_a_document_drawn_twice_counts_twice(self) -> None:
        """Sums, not means of means: a document of four outweighs one of one."""
        counts: list[Counts] = [
            {"family": {"": {"part": 0.0, "whole": 1.0}}},
            {"family": {"": {"part": 4.0, "whole": 4.0}}},
        ]
        evaluate = SHARE.over([[_result(one)] for one in counts]).evaluate
        assert evaluate(np.array([[0, 1], [0, 0], [1, 1]])) == pytest.approx([4 / 5, 0, 1])
        assert evaluate(np.array([0, 0, 1])) == pytest.approx(4 / 6)

    def test_draws_are_counted_in_any_shape(self) -> None:
        """The last axis is the multiset; none drawn is none of each."""
        assert count_draws(np.array([[[0, 2, 2]], [[1, 1, 1]]]), 3).tolist() == [[[1, 0, 2]], [[0, 3, 0]]]
        assert count_draws(np.array([], dtype=np.int64), 2).tolist() == [0, 0]

    @pytest.mark.parametrize("metric", EFFORT, ids=lambda metric: metric.name)
    def test_effort_has_no_classes(self, metric: AnyMetric) -> None:
        """A table by class leaves it out."""
        assert metric.classes([[_result({"labels": {"a": {"tp": 1.0}}})]]) == []
