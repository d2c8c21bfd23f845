"""Intervals and paired tests over documents: what a figure, and a difference of two figures, is worth.

Provisions of one document resemble each other, so documents are drawn, not provisions
(`labelling.md`, section 3). The bootstrap and the randomisation test are SciPy's; a metric hands over a
function from a multiset of documents to its value, and nothing here knows what it measures.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError

DRAWS = 1000
_LEVEL = 0.95
_EXCHANGES = 4000
_BATCH = 500
# Sums of fractions in another order differ by as much.
_ROUNDING = 1e-9
# With fewer documents an interval over documents says nothing.
_FEWEST_DOCUMENTS = 2

Floats = NDArray[np.float64]
# Takes an array (..., n) of document numbers, returns the value of each multiset, an array (...).
Evaluate = Callable[[NDArray[np.int64]], Floats]


class Figure(Model):
    """A value with its interval.

    Attributes:
        value: None where nothing was counted.
        low: Lower end of the 95 % interval; None where it cannot be told.
        high: Upper end.
        count: What the value was counted over: labels, citations, claims.
        documents: Number of documents.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    count: int = 0
    documents: int = 0


class Difference(Model):
    """B minus A on the same samples.

    Attributes:
        before: Value of A.
        after: Value of B.
        value: The difference; None where one of them has no value.
        low: Lower end of the 95 % interval over documents.
        high: Upper end.
        documents: Number of documents.
    """

    before: float | None
    after: float | None
    value: float | None
    low: float | None = None
    high: float | None = None
    documents: int = 0


def require_statistics() -> None:
    """Make sure that what the figures are computed with is installed, before the first sample is answered.

    Raises:
        ConfigurationError: It is not; says how to install it.
    """
    missing = [name for name in ("scipy", "sklearn") if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"the evaluation needs {' and '.join(missing)}: pip install 'clauseproof[evaluation]'."
        )


def estimate(evaluate: Evaluate, documents: int, count: int, seed: int) -> Figure:
    """Return the value over all documents with its bootstrap interval.

    Args:
        evaluate: The metric.
        documents: How many documents there are.
        count: What the value is counted over, for the table.
        seed: Fixes the draws.
    """
    everything = np.arange(documents)
    value = float(evaluate(everything)) if documents else float("nan")
    if np.isnan(value):
        return Figure(value=None, count=count, documents=documents)
    low, high = _interval(evaluate, documents, seed)
    return Figure(value=value, low=low, high=high, count=count, documents=documents)


def difference(evaluate: Evaluate, documents: int, seed: int) -> Difference:
    """Return how B differs from A over the same documents, with a bootstrap of the paired difference.

    Args:
        evaluate: The metric over both runs: numbers below `documents` are A's results in a document, the
            number plus `documents` is B's in the same document.
        documents: How many documents there are.
        seed: Fixes the draws.
    """
    everything = np.arange(documents)
    first = _value(evaluate, everything) if documents else None
    second = _value(evaluate, everything + documents) if documents else None
    if first is None or second is None:
        return Difference(before=first, after=second, value=None, documents=documents)
    low, high = _interval(lambda drawn: evaluate(drawn + documents) - evaluate(drawn), documents, seed)
    return Difference(
        before=first,
        after=second,
        value=second - first,
        low=low,
        high=high,
        documents=documents,
    )


def adjust(probabilities: list[float]) -> list[float]:
    """Return Holm's adjusted probabilities: several metrics looked at make one falling by chance likelier."""
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    adjusted, floor = [1.0] * len(probabilities), 0.0
    for rank, at in enumerate(order):
        floor = max(floor, min(1.0, probabilities[at] * (len(probabilities) - rank)))
        adjusted[at] = floor
    return adjusted


def _value(evaluate: Evaluate, documents: NDArray[np.int64]) -> float | None:
    value = float(evaluate(documents))
    return None if np.isnan(value) else value


def _interval(statistic: Evaluate, documents: int, seed: int) -> tuple[float | None, float | None]:
    """Return the bootstrap interval, bias-corrected and accelerated (Efron 1987) where the draws allow it."""
    from scipy import stats

    if documents < _FEWEST_DOCUMENTS:
        return None, None
    everything = np.arange(documents)

    def over(drawn: Any, axis: int = -1) -> Floats:
        return statistic(np.moveaxis(drawn, axis, -1))

    level = widened_level(documents)
    arguments: dict[str, Any] = {
        "vectorized": True,
        "n_resamples": DRAWS,
        "confidence_level": level,
        "rng": np.random.default_rng(seed),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns of draws without a value; they are left out below
        found = stats.bootstrap((everything,), over, method="BCa", **arguments)
    low, high = float(found.confidence_interval.low), float(found.confidence_interval.high)
    if not (np.isnan(low) or np.isnan(high)):
        return low, high
    # Where some draws have no value (none of a rare class), or all have the same, percentiles remain.
    drawn = found.bootstrap_distribution[~np.isnan(found.bootstrap_distribution)]
    if len(drawn) < DRAWS and (len(drawn) < DRAWS / 2 or np.ptp(drawn) == 0):
        return None, None  # counted in so few documents that drawing says nothing
    tail = 100 * (1 - level) / 2
    return float(np.percentile(drawn, tail)), float(np.percentile(drawn, 100 - tail))


def widened_level(documents: int) -> float:
    """Return the level to ask the bootstrap for, so that few documents do not make intervals too narrow.

    Expanded percentile interval (Hesterberg 2015, "What teachers should know about the bootstrap"): Student's
    quantile in place of the normal one, and the variance of a sample taken for that of the population.
    """
    from scipy import stats

    quantile = stats.t.ppf((1 + _LEVEL) / 2, documents - 1) * np.sqrt(documents / (documents - 1))
    return float(1 - 2 * stats.norm.cdf(-quantile))


def probability_of_fall(evaluate: Evaluate, documents: int, *, higher_is_better: bool, seed: int) -> float:
    """Return how likely a change for the worse at least this large is if the runs are alike.

    A randomisation test (Fisher; Noreen 1989): if the two runs are alike, exchanging their results of any
    document changes nothing but by chance. Exchanging samples would call eight samples of one document lost
    together eight witnesses (bench/intervals.py measures it).

    Args:
        evaluate: As in `difference`.
        documents: How many documents there are.
        higher_is_better: Which direction is a fall.
        seed: Fixes the exchanges, where there are too many to try all.
    """
    from scipy import stats

    sign = 1.0 if higher_is_better else -1.0

    def fall(first: Any, second: Any, axis: int = -1) -> Floats:
        first, second = np.moveaxis(first, axis, -1), np.moveaxis(second, axis, -1)
        return sign * np.nan_to_num(evaluate(first) - evaluate(second))

    everything = np.arange(documents)
    if fall(everything, everything + documents) <= _ROUNDING:
        return 1.0
    if documents < _FEWEST_DOCUMENTS:
        return 0.5  # exchanged or not: two cases, equally likely
    found = stats.permutation_test(
        (everything, everything + documents),
        fall,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_EXCHANGES,
        batch=_BATCH,
        alternative="greater",
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)
