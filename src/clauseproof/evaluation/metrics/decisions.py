"""Accept or reject, against what was expected."""

from __future__ import annotations

from clauseproof.evaluation.metrics.base import Metric, share


def count_decision(expected: str, decided: str) -> dict[str, dict[str, float]]:
    """Count one decision by what was expected."""
    right = float(expected == decided)
    return {"": {"n": 1.0, "right": right, f"n:{expected}": 1.0, f"wrong:{expected}": 1.0 - right}}


ACCURACY = Metric(
    "accuracy", "right decisions", "decisions", share("right", "n"), ("n",), source="standard", headline=True
)
FALSELY_ACCEPTED = Metric(
    "falsely-accepted",
    "altered quotations accepted",
    "decisions",
    share("wrong:reject", "n:reject"),
    ("n:reject",),
    higher_is_better=False,
    rule="invented-quotation",
)
FALSELY_REJECTED = Metric(
    "falsely-rejected",
    "true quotations rejected",
    "decisions",
    share("wrong:accept", "n:accept"),
    ("n:accept",),
    higher_is_better=False,
)
FALSEHOODS = Metric(
    "falsehoods-reached",
    "falsehoods that reach a report",
    "planted",
    share("wrong:reject", "n:reject"),
    ("n:reject",),
    higher_is_better=False,
    by_class=True,
    rule="falsehood-in-report",
    source="eval/README.md",
)
TRUTHS = Metric(
    "truths-reached",
    "truths that reach a report",
    "planted",
    share("right:accept", "n:accept"),
    ("n:accept",),
    source="eval/README.md",
    headline=True,
)


def count_planted(kind: str, expected: str, decided: str) -> dict[str, dict[str, float]]:
    """Count one planted sentence under its kind; accepted means that it reached the report."""
    right = float(expected == decided)
    return {kind: {f"n:{expected}": 1.0, f"right:{expected}": right, f"wrong:{expected}": 1.0 - right}}
