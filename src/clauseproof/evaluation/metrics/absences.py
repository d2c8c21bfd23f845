"""Absences claimed of what is there, and silences nobody noticed."""

from __future__ import annotations

from clauseproof.claims import Outcome
from clauseproof.evaluation.metrics.base import Metric, share

ABSENT: Outcome = "not-found-in-archived-text"
_KINDS: tuple[tuple[Outcome, str], ...] = (
    ("stated-for-this-practice", "is stated"),
    ("stated-in-general-only", "is in general"),
    ("referred-elsewhere", "is referred"),
)


def count_absence(gold: Outcome, found: Outcome, *, claimed: bool) -> dict[str, dict[str, float]]:
    """Count one search.

    Args:
        gold: What a reader found.
        found: How the search ended.
        claimed: Whether the report says that the document is silent.
    """
    counts = {"n": 1.0, "right": float(gold == found)}
    if claimed:
        counts["claimed"] = 1.0
        if gold in dict(_KINDS):
            counts["false"] = counts[f"false:{gold}"] = 1.0
    if gold == ABSENT:
        counts["absent"] = 1.0
        counts["missed"] = float(not claimed)
    return {"": counts}


OUTCOME_ACCURACY = Metric(
    "outcome-accuracy", "right outcomes", "absences", share("right", "n"), ("n",), headline=True
)
FALSE_ABSENCES = (
    Metric(
        "false-absences",
        "absences claimed falsely",
        "absences",
        share("false", "claimed"),
        ("claimed",),
        higher_is_better=False,
    ),
    *(
        Metric(
            f"false-absences:{outcome}",
            f"absences claimed falsely: {words}",
            "absences",
            share(f"false:{outcome}", "claimed"),
            ("claimed",),
            higher_is_better=False,
            headline=True,
        )
        for outcome, words in _KINDS
    ),
)
MISSED_ABSENCES = Metric(
    "missed-absences",
    "silences not noticed",
    "absences",
    share("missed", "absent"),
    ("absent",),
    higher_is_better=False,
    headline=True,
)
