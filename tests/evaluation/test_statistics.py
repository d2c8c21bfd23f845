"""Intervals and paired tests are SciPy's, and say nothing where there is nothing to say."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from clauseproof.evaluation.metrics.base import Metric, share
from clauseproof.evaluation.metrics.effort import SECONDS
from clauseproof.evaluation.results import Result, Score
from clauseproof.evaluation.statistics import (
    DRAWS,
    Difference,
    Evaluate,
    Figure,
    Floats,
    adjust,
    difference,
    estimate,
    probability_of_fall,
    widened_level,
)

stats = pytest.importorskip("scipy.stats")

SHARE = Metric("share", "share", "family", share("part", "whole"), ("whole",))


def _mean(values: Floats) -> Evaluate:
    """Return a metric that is the plain mean of a number per document."""
    return lambda drawn: np.asarray(values[drawn].mean(-1))


def _random(documents: int, seed: int) -> Floats:
    return np.random.default_rng(seed).random(documents)


def _counted(part: float, whole: float) -> list[Result]:
    """Return the only result of a document."""
    score = Score(passed=True, value=1, counts={"family": {"": {"part": part, "whole": whole}}})
    return [Result(id="one", group="one", score=score)]


def _fall(first: Floats, second: Floats, *, higher_is_better: bool = True, seed: int = 1) -> float:
    """Return the probability of a fall of the mean from the first run to the second."""
    evaluate = _mean(np.concatenate([first, second]))
    return probability_of_fall(evaluate, len(first), higher_is_better=higher_is_better, seed=seed)


def _width(figure: Figure | Difference) -> float:
    assert figure.low is not None
    assert figure.high is not None
    return figure.high - figure.low


class TestInterval:
    @pytest.mark.parametrize("documents", [5, 30])
    def test_interval_of_a_mean_is_scipys(self, documents: int) -> None:
        """Drawing documents of one number each is drawing the numbers, at the widened level."""
        values = _random(documents, seed=1)
        found = estimate(_mean(values), documents, count=documents, seed=7)
        expected = stats.bootstrap(
            (values,),
            np.mean,
            n_resamples=DRAWS,
            method="BCa",
            rng=np.random.default_rng(7),
            confidence_level=widened_level(documents),
        ).confidence_interval
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
        assert (found.value, found.count, found.documents) == (values.mean(), documents, documents)

    def test_interval_of_counts_is_that_of_their_share(self) -> None:
        """A metric over results draws the same documents as a plain array."""
        values = _random(12, seed=2)
        measured = SHARE.over([_counted(one, 1) for one in values])
        found, expected = (estimate(one, 12, count=12, seed=3) for one in (measured.evaluate, _mean(values)))
        assert (found.value, found.low, found.high) == pytest.approx(
            (expected.value, expected.low, expected.high)
        )

    def test_documents_are_drawn_not_samples(self) -> None:
        """Ten samples that repeat each other in a document make no figure surer than one."""
        values = _random(15, seed=4)
        alone, repeated = (
            estimate(SHARE.over([_counted(one, 1) * times for one in values]).evaluate, 15, count=15, seed=1)
            for times in (1, 10)
        )
        assert _width(repeated) == pytest.approx(_width(alone))

    def test_documents_alike_leave_nothing_to_vary(self) -> None:
        """The interval is the value."""
        found = estimate(SHARE.over([_counted(3, 4)] * 20).evaluate, 20, count=80, seed=1)
        assert (found.low, found.high) == (0.75, 0.75)

    def test_one_document_tells_no_interval(self) -> None:
        """The value stands alone."""
        found = estimate(SHARE.over([_counted(1, 2)]).evaluate, 1, count=2, seed=1)
        assert (found.value, found.low, found.high) == (0.5, None, None)

    def test_a_figure_counted_in_one_document_of_many_has_no_interval(self) -> None:
        """Draws without that document have no value, so the ends cannot be told."""
        documents = [_counted(1, 2), *[_counted(0, 0)] * 9]
        found = estimate(SHARE.over(documents).evaluate, 10, count=2, seed=1)
        assert (found.value, found.low, found.high) == (0.5, None, None)

    @pytest.mark.parametrize("documents", [0, 5])
    def test_nothing_counted_is_no_figure(self, documents: int) -> None:
        """Without documents, or without counts in them."""
        found = estimate(SHARE.over([_counted(0, 0)] * documents).evaluate, documents, count=0, seed=1)
        assert found == Figure(value=None, documents=documents)

    def test_a_seed_fixes_the_draws(self) -> None:
        """The same seed gives the same interval, another seed another one."""
        first, again, other = (estimate(_mean(_random(20, 5)), 20, count=1, seed=seed) for seed in (1, 1, 2))
        assert first == again
        assert first != other

    def test_intervals_cover_the_truth_about_as_often_as_they_promise(self) -> None:
        """Of 400 samples of 40 documents, the mean's interval holds the true mean in 90 to 98 %."""
        draw = np.random.default_rng(11)
        covered = 0
        for seed in range(400):
            found = estimate(_mean(draw.beta(4, 2, size=40)), 40, count=40, seed=seed)
            assert found.low is not None
            assert found.high is not None
            covered += found.low <= 4 / 6 <= found.high
        assert 0.90 <= covered / 400 <= 0.98

    def test_a_median_that_no_single_document_moves_still_has_an_interval(self) -> None:
        """Leaving out any one of 1, 2, 2, 2, 9 leaves the median at 2; drawing documents does not."""
        score = Score(passed=True, value=1)
        documents = [[Result(id="one", group="one", score=score, seconds=one)] for one in (1, 2, 2, 2, 9)]
        assert _width(estimate(SECONDS.over(documents).evaluate, 5, count=5, seed=1)) > 0

    def test_few_documents_widen_the_level(self) -> None:
        """With nine degrees of freedom the quantile is 2.262, times the root of 10/9; many change nothing."""
        quantile = 2.262157 * math.sqrt(10 / 9)
        assert widened_level(10) == pytest.approx(1 - 2 * stats.norm.sf(quantile), abs=1e-6)
        assert widened_level(10_000) == pytest.approx(0.95, abs=1e-3)


class TestDifference:
    def test_interval_is_the_bootstrap_of_the_paired_difference(self) -> None:
        """SciPy's, over the difference of each document."""
        first, second = _random(25, seed=5), _random(25, seed=6)
        found = difference(_mean(np.concatenate([first, second])), 25, seed=2)
        expected = stats.bootstrap(
            (second - first,),
            np.mean,
            n_resamples=DRAWS,
            method="BCa",
            rng=np.random.default_rng(2),
            confidence_level=widened_level(25),
        ).confidence_interval
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
        assert found.value == pytest.approx(second.mean() - first.mean())
        assert (found.before, found.after, found.documents) == (first.mean(), second.mean(), 25)

    def test_paired_interval_is_narrower_where_runs_correlate(self) -> None:
        """What makes a document hard makes it hard for both runs."""
        first = _random(40, seed=7)
        second = first + 0.1 * _random(40, seed=8)
        paired = difference(_mean(np.concatenate([first, second])), 40, seed=1)
        unpaired = math.hypot(
            *(_width(estimate(_mean(one), 40, count=40, seed=1)) for one in (first, second))
        )
        assert _width(paired) < unpaired / 4

    def test_equal_runs_do_not_differ(self) -> None:
        """No difference, and no width of it."""
        counts = [_counted(at % 3, 2) for at in range(20)]
        found = difference(SHARE.over(counts + counts).evaluate, 20, seed=1)
        assert (found.value, found.low, found.high) == (0, 0, 0)

    def test_documents_that_one_run_answered_alone_leave_no_difference(self) -> None:
        """Where B counted nothing, A's value stands without a difference."""
        found = difference(SHARE.over([_counted(1, 2)] * 3 + [_counted(0, 0)] * 3).evaluate, 3, seed=1)
        assert found == Difference(before=0.5, after=None, value=None, documents=3)

    def test_no_documents_are_no_difference(self) -> None:
        """Nor an error."""
        found = difference(SHARE.over([]).evaluate, 0, seed=1)
        assert found == Difference(before=None, after=None, value=None)


class TestFall:
    def test_probability_is_the_exact_share_of_exchanges(self) -> None:
        """With seven units all 128 exchanges are counted: those that fall at least as far."""
        first, second = _random(7, seed=1), _random(7, seed=2) - 0.2
        falls = first - second
        exchanged = [np.dot(signs, falls) for signs in itertools.product((1, -1), repeat=7)]
        expected = np.mean([one >= falls.sum() - 1e-12 for one in exchanged])
        assert 0 < expected < 1
        assert _fall(first, second) == pytest.approx(expected)

    def test_probability_of_many_units_is_scipys(self) -> None:
        """With thirty units 4,000 exchanges are drawn."""
        first, second = _random(30, seed=3), _random(30, seed=4) - 0.2
        expected = stats.permutation_test(
            (first, second),
            lambda one, other, axis: one.mean(axis) - other.mean(axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=4000,
            batch=500,
            alternative="greater",
            rng=np.random.default_rng(9),
        ).pvalue
        assert 0.001 < expected < 0.5
        assert _fall(first, second, seed=9) == expected

    def test_a_fall_everywhere_is_as_unlikely_as_one_exchange_of_all(self) -> None:
        """The arrangement seen is the only one of 2^8 that falls as far."""
        assert _fall(_random(8, 1), _random(8, 1) - 0.1) == pytest.approx(1 / 2**8)

    def test_which_way_is_a_fall_depends_on_the_metric(self) -> None:
        """Fewer of what must be few is no fall, more is."""
        values = _random(8, 1)
        assert _fall(values, values - 0.1, higher_is_better=False) == 1
        assert _fall(values, values + 0.1, higher_is_better=False) == pytest.approx(1 / 2**8)
        assert _fall(values, values + 0.1) == 1

    def test_equal_runs_do_not_fall(self) -> None:
        """Nothing is as likely as no change."""
        assert _fall(_random(20, 1), _random(20, 1)) == 1

    def test_units_that_are_alike_in_both_runs_change_nothing(self) -> None:
        """They may stand together in one unit, whatever they hold."""
        changed = [(1, 0)] * 4 + [(0, 1)]
        alike = [_counted(one, 1) for one in (1, 0, 1, 1, 0, 1)]
        together = [[result for unit in alike for result in unit]]
        found = []
        for rest in (alike, together):
            runs = [[_counted(one[side], 1) for one in changed] + rest for side in (0, 1)]
            evaluate = SHARE.over([*runs[0], *runs[1]]).evaluate
            found.append(probability_of_fall(evaluate, len(runs[0]), higher_is_better=True, seed=1))
        assert found == pytest.approx([6 / 2**5] * 2)

    def test_exchangeable_runs_seldom_fall(self) -> None:
        """Of 300 pairs of runs that differ by chance alone, about 5 % have p below 0.05."""
        draw = np.random.default_rng(13)
        pairs = (draw.beta(4, 2, size=(2, 10)) for _ in range(300))
        flagged = sum(_fall(*pair) < 0.05 for pair in pairs)
        assert 0.02 <= flagged / 300 <= 0.08

    def test_a_difference_of_rounding_is_no_fall(self) -> None:
        """Sums of equal fractions in another order differ in the last bit."""

        def evaluate(drawn: NDArray[np.int64]) -> Floats:
            return np.where((drawn >= 20).all(-1), 0.5 - 2**-53, 0.5)

        assert probability_of_fall(evaluate, 20, higher_is_better=True, seed=1) == 1


class TestAdjustment:
    def test_holms_steps_are_those_on_paper(self) -> None:
        """0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 not below the one before."""
        assert adjust([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])

    def test_probabilities_stay_probabilities(self) -> None:
        """None is above 1, equal ones stay equal, one alone stays as it is, none is none."""
        assert adjust([0.5, 0.9, 1.0]) == [1, 1, 1]
        assert adjust([0.02, 0.02]) == [0.04, 0.04]
        assert adjust([0.3]) == [0.3]
        assert adjust([]) == []
