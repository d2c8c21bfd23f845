"""What a classifier's score promises and what it keeps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from clauseproof.evaluation.metrics.base import Metric, Totals
from clauseproof.evaluation.statistics import Floats

_BINS = 10


def count_scores(labels: Iterable[tuple[float, bool]]) -> dict[str, dict[str, float]]:
    """Count (score, right) of one sample's labels, in ten bins of score."""
    counts: dict[str, dict[str, float]] = {}
    for score, right in labels:
        low = min(int(score * _BINS), _BINS - 1) / _BINS
        one = counts.setdefault(f"{low:.1f}", {"n": 0.0, "score": 0.0, "right": 0.0})
        one["n"] += 1
        one["score"] += score
        one["right"] += right
    return counts


def _error(totals: Totals) -> Floats:
    gaps = np.abs(totals["score"] - totals["right"])
    return np.asarray(gaps.sum(-1) / totals["n"].sum(-1))


CALIBRATION = Metric(
    "calibration-error",
    "scores: calibration error",
    "calibration",
    _error,
    ("n",),
    higher_is_better=False,
    source="standard, ten bins of equal width",
)
