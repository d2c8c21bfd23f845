"""Precision, recall and F1 over sets of labels: practices, classes of another scheme, jurisdictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from clauseproof.evaluation.metrics.base import Metric, Totals
from clauseproof.evaluation.statistics import Floats

_COUNTED = ("tp", "fn")
FREQUENT = 15


def count_labels(gold: Iterable[str], found: Iterable[str]) -> dict[str, dict[str, float]]:
    """Count hits, false labels and missed ones of one sample, by label."""
    wanted, given = set(gold), set(found)
    counts: dict[str, dict[str, float]] = {}
    for key, labels in (("tp", wanted & given), ("fp", given - wanted), ("fn", wanted - given)):
        for label in labels:
            counts.setdefault(label, {})[key] = 1.0
    return counts


def dice(gold: Iterable[str], found: Iterable[str]) -> float:
    """Return how alike two sets are, 1 where both are empty."""
    wanted, given = set(gold), set(found)
    return 2 * len(wanted & given) / (len(wanted) + len(given)) if wanted or given else 1.0


def micro_f1(totals: Totals) -> Floats:
    """Return F1 over all labels together."""
    tp, fp, fn = (totals[key].sum(-1) for key in ("tp", "fp", "fn"))
    return np.asarray(2 * tp / (2 * tp + fp + fn))


def macro_f1(totals: Totals) -> Floats:
    """Return the mean over labels of their F1; a label that neither side uses is left out."""
    tp, fp, fn = (totals[key] for key in ("tp", "fp", "fn"))
    whole = 2 * tp + fp + fn
    used = whole > 0
    each = np.where(used, 2 * tp / np.where(used, whole, 1), 0.0)
    return np.asarray(each.sum(-1) / used.sum(-1))


def frequent_macro_f1(totals: Totals) -> Floats:
    """Return the mean F1 of labels that occur `FREQUENT` times or more; a row decides that of a rarer one."""
    tp, fp, fn = (totals[key] for key in ("tp", "fp", "fn"))
    used = tp + fn >= FREQUENT
    whole = 2 * tp + fp + fn
    each = np.where(used, 2 * tp / np.where(used, whole, 1), 0.0)
    return np.asarray(each.sum(-1) / used.sum(-1))


def _precision(totals: Totals) -> Floats:
    tp, fp = totals["tp"].sum(-1), totals["fp"].sum(-1)
    return np.asarray(tp / (tp + fp))


def _recall(totals: Totals) -> Floats:
    tp, fn = totals["tp"].sum(-1), totals["fn"].sum(-1)
    return np.asarray(tp / (tp + fn))


def metrics_of_labels(
    family: str, what: str, *, by_class: bool = True, macro: bool = True
) -> tuple[Metric, ...]:
    """Return F1 (micro and macro), precision and recall of a family of labels.

    Args:
        family: Which counts.
        what: What the labels are, for titles.
        by_class: Whether they are also given label by label.
        macro: Whether macro F1 is a headline, too.
    """
    return (
        Metric(
            f"{family}-micro-f1",
            f"{what}: micro F1",
            family,
            micro_f1,
            _COUNTED,
            by_class=by_class,
            headline=True,
        ),
        Metric(f"{family}-macro-f1", f"{what}: macro F1", family, macro_f1, _COUNTED, headline=macro),
        Metric(
            f"{family}-frequent-macro-f1",
            f"{what}: macro F1, {FREQUENT} labels or more",
            family,
            frequent_macro_f1,
            _COUNTED,
        ),
        Metric(
            f"{family}-precision", f"{what}: precision", family, _precision, ("tp", "fp"), by_class=by_class
        ),
        Metric(f"{family}-recall", f"{what}: recall", family, _recall, _COUNTED, by_class=by_class),
    )


def metrics_of_polarity() -> tuple[Metric, ...]:
    """Return F1, micro and macro over practices, where a practice counts only with its polarity."""
    return (
        Metric("polarity-f1", "practices, polarity: micro F1", "polarity", micro_f1, _COUNTED, headline=True),
        Metric(
            "polarity-frequent-macro-f1",
            f"practices, polarity: macro F1, {FREQUENT} labels or more",
            "polarity",
            frequent_macro_f1,
            _COUNTED,
        ),
    )


def polarised(labels: Iterable[Mapping[str, object]]) -> list[str]:
    """Return labels as practice and polarity in one word."""
    return [f"{one['id']}/{one['polarity']}" for one in labels]


def count_polarised(gold: Iterable[str], found: Iterable[str]) -> dict[str, dict[str, float]]:
    """Count labels made by `polarised` by practice: one with the wrong polarity is false and missed."""
    counts: dict[str, dict[str, float]] = {}
    for label, keys in count_labels(gold, found).items():
        place = counts.setdefault(label.rpartition("/")[0], {})
        for key, number in keys.items():
            place[key] = place.get(key, 0.0) + number
    return counts
