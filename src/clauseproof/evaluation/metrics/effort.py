"""What an answer costs: quantiles over samples, drawn by document like every other figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clauseproof.evaluation.metrics.base import Documents, Measured, Unit, count_draws
from clauseproof.evaluation.results import Result, Rule
from clauseproof.evaluation.statistics import Floats


@dataclass(frozen=True)
class Quantile:
    """A quantile of something every result has; see `Metric` for the attributes they share."""

    name: str
    title: str
    read: Callable[[Result], float | None]
    quantile: float
    unit: Unit
    higher_is_better: bool | None = None
    by_class: bool = False
    rule: Rule | None = None
    headline: bool = False
    source: str = "knowledge/labelling.md, section 5"

    def reads(self, result: Result) -> object:
        """Return the value."""
        return self.read(result)

    def classes(self, documents: Documents) -> list[str]:
        """Return nothing: it has no classes."""
        return []

    def over(self, documents: Documents, only: str | None = None) -> Measured:
        """Sort the values, each with its document."""
        values, owners = [], []
        for at, results in enumerate(documents):
            for result in results:
                value = self.read(result)
                if value is not None:
                    values.append(value)
                    owners.append(at)
        order = np.argsort(values, kind="stable")
        return Measured(
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


SECONDS = Quantile("seconds-median", "seconds a sample: median", lambda one: one.seconds, 0.5, "seconds")
SECONDS_95 = Quantile(
    "seconds-95", "seconds a sample: 95th percentile", lambda one: one.seconds, 0.95, "seconds"
)
TOKENS = Quantile("tokens-median", "tokens a sample: median", lambda one: one.tokens or None, 0.5, "tokens")
COST = Quantile("cost-median", "dollars a sample: median", lambda one: one.cost, 0.5, "dollars")
EFFORT = (SECONDS, SECONDS_95, TOKENS, COST)
