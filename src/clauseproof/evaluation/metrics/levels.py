"""Agreement of exposure levels: they are ordered, so a near miss weighs less than a far one."""

from __future__ import annotations

import numpy as np

from clauseproof.claims import Level
from clauseproof.evaluation.metrics.base import Metric, Totals, share
from clauseproof.evaluation.statistics import Floats

LEVELS: tuple[Level, ...] = ("Low", "Medium", "High", "Critical")
_SEVERE = 2


def nearest_level(labelled: tuple[Level, Level], given: Level) -> Level:
    """Return the labelled level nearest to the one given: a labeller who defends a range defends its ends."""
    low, high = (LEVELS.index(one) for one in labelled)
    return LEVELS[min(max(LEVELS.index(given), low), high)]


def count_level(
    labelled: tuple[Level, Level], given: Level | None, stated: tuple[Level, Level] | None
) -> dict[str, dict[str, float]]:
    """Count one exposure.

    Args:
        labelled: Lowest and highest level a labeller defends.
        given: The level in the report; None where it gives a range alone.
        stated: The range in the report; None where nothing was scored.
    """
    counts = {"n": 1.0, "scored": float(given is not None)}
    if given is not None:
        gold = nearest_level(labelled, given)
        apart = abs(LEVELS.index(gold) - LEVELS.index(given))
        counts[f"{gold}|{given}"] = 1.0
        counts["within"] = float(apart <= 1)
        counts["exact"] = float(apart == 0)
        grave = LEVELS.index(labelled[0]) >= _SEVERE
        counts["grave"], counts["severe"] = float(grave), float(grave and given == "Low")
    if stated is not None:
        low, high = (LEVELS.index(one) for one in stated)
        meets = low <= LEVELS.index(labelled[1]) and LEVELS.index(labelled[0]) <= high
        counts["ranges"], counts["contained"] = 1.0, float(meets)
    return {"": counts}


def quadratic_kappa(totals: Totals) -> Floats:
    """Return Cohen's kappa with weights (i - j)^2 / 9."""
    table = np.stack(
        [np.stack([totals[f"{gold}|{given}"].sum(-1) for given in LEVELS], -1) for gold in LEVELS], -2
    )
    steps = np.arange(len(LEVELS))
    weights = (steps[:, None] - steps[None, :]) ** 2 / (len(LEVELS) - 1) ** 2
    whole = table.sum((-2, -1))
    expected = table.sum(-1)[..., :, None] * table.sum(-2)[..., None, :] / whole[..., None, None]
    return np.asarray(1 - (weights * table).sum((-2, -1)) / (weights * expected).sum((-2, -1)))


KAPPA = Metric(
    "level-kappa", "levels: kappa, nearest label", "levels", quadratic_kappa, ("scored",), headline=True
)
EXACT = Metric("level-exact", "levels: as labelled", "levels", share("exact", "scored"), ("scored",))
WITHIN_ONE = Metric(
    "level-within-one", "levels: at most one off", "levels", share("within", "scored"), ("scored",)
)
SEVERE_MISSES = Metric(
    "severe-misses",
    "levels: High, Critical given as Low",
    "levels",
    share("severe", "grave"),
    ("grave",),
    higher_is_better=False,
)
CONTAINED = Metric(
    "range-contains",
    "levels: ranges that meet the label",
    "levels",
    share("contained", "ranges"),
    ("ranges",),
    higher_is_better=None,
)
SCORED = Metric(
    "level-given",
    "levels: one level given",
    "levels",
    share("scored", "n"),
    ("n",),
    higher_is_better=True,
    headline=True,
)
