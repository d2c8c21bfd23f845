"""Reciprocal rank fusion: rankings by unlike scores made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_DAMPING = 60


def fuse_rankings(
    rankings: Sequence[Sequence[str]], weights: Sequence[float], damping: int = _DAMPING
) -> Mapping[str, float]:
    """Return the fused score of every key in any ranking, best first.

    Args:
        rankings: Keys, best first, without repetition.
        weights: One per ranking; a ranking of weight 0 has no say.
        damping: How little the very first ranks count for more than the next ones.

    Returns:
        The sum over rankings of weight / (damping + rank). Equal scores keep the order of first mention.
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        if weight:
            for rank, key in enumerate(ranking, 1):
                scores[key] = scores.get(key, 0.0) + weight / (damping + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
