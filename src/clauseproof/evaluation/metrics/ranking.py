"""How far up the first right passage stands."""

from __future__ import annotations

from clauseproof.evaluation.metrics.base import Metric, share

_DEPTHS = (1, 5, 10)


def count_rank(rank: int | None) -> dict[str, dict[str, float]]:
    """Count one question by the rank of its first right passage; None where none was returned."""
    counts = {"n": 1.0, "reciprocal": 1 / rank if rank else 0.0}
    for depth in _DEPTHS:
        counts[f"hit{depth}"] = float(rank is not None and rank <= depth)
    return {"": counts}


MRR = Metric(
    "mrr", "mean reciprocal rank", "ranks", share("reciprocal", "n"), ("n",), source="standard", headline=True
)
HITS = tuple(
    Metric(
        f"hit-at-{depth}",
        f"right passage in the first {depth}",
        "ranks",
        share(f"hit{depth}", "n"),
        ("n",),
        source="standard",
    )
    for depth in _DEPTHS
)
