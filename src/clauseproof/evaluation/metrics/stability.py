"""What stays the same when a sample is asked again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from clauseproof.evaluation.metrics.base import AnyMetric, Documents, PreparedMetric, Totals, sum_up
from clauseproof.evaluation.results import Result
from clauseproof.evaluation.statistics import Floats


@dataclass(frozen=True, kw_only=True)
class Stability(AnyMetric):
    """Mean Jaccard of the answers of one repetition and the next.

    Attributes:
        labels: What of an output must be the same.
    """

    name: str = "rerun-agreement"
    title: str = "asked again: agreement of answers"
    labels: Callable[[dict[str, Any]], frozenset[str]]

    def reads(self, result: Result) -> object:
        """Return the answer's labels."""
        return None if result.output is None else self.labels(result.output)

    def over(self, documents: Documents, only: str | None = None) -> PreparedMetric:
        """Compare each sample's answers in the order they were given."""
        table = np.zeros((len(documents), 1, 2))
        for row, results in enumerate(documents):
            answers: dict[str, list[frozenset[str]]] = defaultdict(list)
            for result in sorted(results, key=lambda one: one.repeat):
                if result.output is not None:
                    answers[result.id].append(self.labels(result.output))
            for given in answers.values():
                for one, again in pairwise(given):
                    table[row, 0] += (1.0, _jaccard(one, again))
        return PreparedMetric(sum_up(_mean, table, {"n": 0, "same": 1}), round(float(table[..., 0].sum())))


def _mean(totals: Totals) -> Floats:
    return np.asarray(totals["same"].sum(-1) / totals["n"].sum(-1))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
