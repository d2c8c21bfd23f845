"""What an answer costs: quantiles over samples, drawn by document like every other figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clauseproof.evaluation.metrics.base import AnyMetric, Documents, PreparedMetric, count_draws
from clauseproof.evaluation.results import Result
from clauseproof.evaluation.statistics import Floats


@dataclass(frozen=True)
class Quantile(AnyMetric):
    """A quantile of something every result has.

    Attributes:
        name: See `AnyMetric`.
        title: See `AnyMetric`.
        read: What it is a quantile of; None leaves a result out.
        quantile: Between 0 and 1.
    """

    name: str
    title: str
    read: Callable[[Result], float | None]
    quantile: float

    def reads(self, result: Result) -> object:
        """Return the value."""
        return self.read(result)

    def over(self, documents: Documents, only: str | None = None) -> PreparedMetric:
        """Sort the values, each with its document."""
        values, owners = [], []
        for at, results in enumerate(documents):
            for result in results:
                value = self.read(result)
                if value is not None:
                    values.append(value)
                    owners.append(at)
        order = np.argsort(values, kind="stable")
        return PreparedMetric(
            _Sorted(
                np.asarray(values)[order],
                np.asarray(owners, dtype=np.int64)[order],
                len(documents),
                self.quantile,
            ),
            len(values),
        )


@dataclass(frozen=True)
class _Sorted:
    values: Floats
    owners: NDArray[np.int64]
    documents: int
    quantile: float

    def __call__(self, drawn: NDArray[np.int64]) -> Floats:
        weights = count_draws(drawn, self.documents)
        if not len(self.values):
            return np.full(weights.shape[:-1], np.nan)
        reached = np.cumsum(weights[..., self.owners], axis=-1)
        at = (reached < self.quantile * reached[..., -1:]).sum(-1)
        return np.asarray(
            np.where(reached[..., -1] > 0, self.values[np.minimum(at, len(self.values) - 1)], np.nan)
        )


SECONDS = Quantile(
    "seconds-median",
    "seconds a sample: median",
    lambda one: one.seconds,
    0.5,
    unit="seconds",
    higher_is_better=None,
)
SECONDS_95 = Quantile(
    "seconds-95",
    "seconds a sample: 95th percentile",
    lambda one: one.seconds,
    0.95,
    unit="seconds",
    higher_is_better=None,
)
TOKENS = Quantile(
    "tokens-median",
    "tokens a sample: median",
    lambda one: one.tokens or None,
    0.5,
    unit="tokens",
    higher_is_better=None,
)
COST = Quantile(
    "cost-median",
    "dollars a sample: median",
    lambda one: one.cost,
    0.5,
    unit="dollars",
    higher_is_better=None,
)
EFFORT = (SECONDS, SECONDS_95, TOKENS, COST)
