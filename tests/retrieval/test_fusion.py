"""The arithmetic of reciprocal rank fusion."""

import pytest

from clauseproof.retrieval.fusion import fuse_rankings


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    """Rank r of weight w counts w / (60 + r)."""
    fused = fuse_rankings((["a", "b"], ["b", "c"]), (1, 0.5))
    assert fused["a"] == pytest.approx(1 / 61)
    assert fused["b"] == pytest.approx(1 / 62 + 0.5 / 61)
    assert fused["c"] == pytest.approx(0.5 / 62)
    assert list(fused) == ["b", "a", "c"]


def test_ties_keep_the_order_of_first_mention() -> None:
    """Equal scores do not depend on hashing."""
    assert list(fuse_rankings((["x", "y"], ["y", "x"]), (1, 1))) == ["x", "y"]


def test_a_ranking_without_weight_adds_nothing() -> None:
    """Not even its keys."""
    assert list(fuse_rankings((["a"], ["b"]), (1, 0))) == ["a"]


def test_nothing_fused_is_nothing() -> None:
    """No rankings, no keys."""
    assert fuse_rankings((), ()) == {}
