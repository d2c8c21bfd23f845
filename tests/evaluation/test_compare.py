"""Two runs, paired: what fell is flagged and named, what flipped is shown with both outputs."""

from __future__ import annotations

import pytest

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.compare import Comparison, compare_runs
from clauseproof.evaluation.results import RunResults

from .conftest import decided, lost, run_of


def _run(right: set[int], documents: int = 12, **changes: object) -> RunResults:
    """Return a run with two samples in each document: the second right, the first where it is named."""
    return run_of(
        *(decided(f"{n}a", right=n in right, group=f"d{n:02}") for n in range(documents)),
        *(decided(f"{n}b", group=f"d{n:02}") for n in range(documents)),
        **changes,
    )


def _chance(comparison: Comparison, metric: str = "accuracy") -> float | None:
    return next(one.p_fall for one in comparison.differences if one.metric == metric)


ALL = set(range(12))


def test_equal_runs_show_no_falls_and_no_flips() -> None:
    """Every difference is nothing."""
    comparison = compare_runs(_run(ALL), _run(ALL))
    assert (comparison.falls, comparison.flips, comparison.paired) == ([], (), 24)
    assert {one.difference.value for one in comparison.differences} == {0.0}


def test_a_fall_in_every_document_is_flagged_and_named() -> None:
    """With its size and interval; the metrics that judge nothing fall without a flag."""
    comparison = compare_runs(_run(ALL), _run(set()))
    (fall,) = comparison.falls
    assert (fall.metric, fall.title, fall.is_worse) == ("accuracy", "right decisions", True)
    assert (fall.difference.before, fall.difference.after, fall.difference.value) == (1.0, 0.5, -0.5)
    assert fall.difference.documents == 12
    assert (_chance(comparison) or 1) < 0.001
    rejected = next(one for one in comparison.differences if one.metric == "falsely-rejected")
    assert (rejected.p_fall, rejected.fell, rejected.is_worse) == (None, False, True)


def test_a_rise_is_no_fall() -> None:
    """However large."""
    comparison = compare_runs(_run(set()), _run(ALL))
    assert comparison.falls == []
    assert [one.lost for one in comparison.flips] == [False] * 12


def test_one_document_lost_may_be_chance() -> None:
    """It is shown as a flip, and flags no metric."""
    comparison = compare_runs(_run(ALL), _run(ALL - {3}))
    assert comparison.falls == []
    assert [one.id for one in comparison.lost] == ["3a"]


def test_many_samples_of_one_document_are_one_witness() -> None:
    """Lost together they may be chance."""
    before = run_of(*(decided(f"{n}", group="d") for n in range(40)), decided("x"))
    after = run_of(*(decided(f"{n}", right=False, group="d") for n in range(40)), decided("x"))
    comparison = compare_runs(before, after)
    assert comparison.falls == []
    assert len(comparison.lost) == 40


def test_a_flip_carries_both_outputs_and_the_label() -> None:
    """Lost ones that must hold stand first."""
    before = run_of(decided("a"), decided("b", must_hold=True), decided("c", right=False))
    after = run_of(decided("a", right=False), decided("b", right=False, must_hold=True), decided("c"))
    flips = compare_runs(before, after).flips
    assert [(one.id, one.lost) for one in flips] == [("b", True), ("a", True), ("c", False)]
    assert flips[0].must_hold
    assert (flips[0].before, flips[0].after) == ({"decision": "accept"}, {"decision": "reject"})
    assert (flips[0].gold, flips[0].why) == ({"expected": "accept"}, "rejected: altered")


def test_unscored_samples_are_kept_apart() -> None:
    """No metric counts them; one that lost its score is a flip with the reason, one that gained it is not."""
    before = run_of(decided("a"), decided("b"), lost("c"), lost("d"))
    after = run_of(decided("a"), lost("b", "timeout"), decided("c"), lost("d"))
    comparison = compare_runs(before, after)
    assert (comparison.paired, comparison.unscored_before, comparison.unscored_after) == (1, ("c",), ("b",))
    assert comparison.falls == []
    assert {one.difference.value for one in comparison.differences} == {0.0}
    assert [(one.id, one.lost, one.why) for one in comparison.flips] == [("b", True, "unscored: timeout")]


def test_runs_without_a_common_score_have_no_differences() -> None:
    """Nothing is said of them, and nothing fails."""
    comparison = compare_runs(run_of(decided("a")), run_of(lost("a")))
    assert (comparison.paired, comparison.differences) == (0, ())


def test_what_both_have_is_compared() -> None:
    """A part, or data with further rows."""
    comparison = compare_runs(_run(ALL), run_of(decided("1a", group="d01"), decided("new"), rows=99))
    assert (comparison.paired, comparison.flips) == (1, ())


def test_repetitions_are_paired_with_their_own() -> None:
    """The second of one with the second of the other."""
    again = decided("a", right=False).model_copy(update={"repeat": 2})
    before = run_of(decided("a"), decided("a").model_copy(update={"repeat": 2}), repeats=2)
    after = run_of(decided("a"), again, repeats=2)
    assert [(one.id, one.repeat) for one in compare_runs(before, after).flips] == [("a", 2)]


def test_runs_that_share_nothing_are_refused() -> None:
    """Other tasks, other samples."""
    with pytest.raises(EvaluationError, match="quotes and truth are different tasks"):
        compare_runs(_run(ALL), _run(ALL, task="truth"))
    with pytest.raises(EvaluationError, match="share no sample"):
        compare_runs(run_of(decided("a")), run_of(decided("b")))


def test_rows_that_moved_to_another_document_are_still_paired() -> None:
    """Documents named anew in the data do not shift the pairs, nor end the comparison."""
    before = run_of(decided("a"), decided("b"), decided("c"))
    after = run_of(decided("a", group="d"), decided("b", group="d"), decided("c"))
    assert compare_runs(before, after).paired == 3


def test_documents_named_anew_are_not_paired_with_each_other() -> None:
    """Runs with equal results differ by nothing in any draw, whatever their documents are called."""
    numbers = range(8)
    right = [n < 4 for n in numbers]
    before = run_of(*(decided(f"{n}", right=right[n], group=f"d{n}") for n in numbers))
    after = run_of(*(decided(f"{n}", right=right[n], group=f"d{9 - n}") for n in numbers))
    (accuracy,) = (one for one in compare_runs(before, after).differences if one.metric == "accuracy")
    assert (accuracy.difference.low, accuracy.difference.high) == (0.0, 0.0)
