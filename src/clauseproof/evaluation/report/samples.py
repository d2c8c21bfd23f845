"""The samples of a run as rows of a list, with everything a reader needs to judge one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from clauseproof.documents import Model
from clauseproof.evaluation.report.wording import RULES, describe, write_value
from clauseproof.evaluation.results import Result, RunResults, Score

SampleVerdict = Literal["right", "wrong", "unscored"]
# With more samples than these, right ones are only counted: they make the page slow and no reader wiser.
MOST_SAMPLES = 1500
# More wrong ones than these nobody reads, and no browser opens with ease.
MOST_ROWS = 3000

Fields = dict[str, tuple[str, ...]]


class SampleRow(Model):
    """A sample.

    Attributes:
        id: The sample's.
        repeat: Which repetition, where there are several.
        document: What it is counted under.
        verdict: Right, wrong or unscored.
        why: What is wrong with it, or why it has no score.
        must_hold: As the dataset marks it.
        value: Between 0 and 1, as written.
        gold: What people labelled.
        output: What the program answered.
        counts: What the metrics add up: family, class, numbers.
        breaches: Rules without exceptions that it broke, with the detail.
        effort: Seconds, tokens and dollars.
    """

    id: str
    repeat: int | None
    document: str
    verdict: SampleVerdict
    why: str
    must_hold: bool
    value: str
    gold: Fields
    output: Fields
    counts: tuple[str, ...]
    breaches: tuple[tuple[str, str], ...]
    effort: str


class SampleList(Model):
    """The samples of a run.

    Attributes:
        wrong: The worst first: breaches, what must hold, the lowest value.
        unscored: In the order of the dataset.
        right: In the order of the dataset; empty where they are only counted.
        wrong_count: How many there are, shown or not.
        unscored_count: The same.
        right_count: The same.
    """

    wrong: tuple[SampleRow, ...]
    unscored: tuple[SampleRow, ...]
    right: tuple[SampleRow, ...]
    wrong_count: int
    unscored_count: int
    right_count: int

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """What is not shown: how many of which."""
        counted = (
            (self.wrong_count - len(self.wrong), "wrong"),
            (self.unscored_count - len(self.unscored), "unscored"),
            (self.right_count - len(self.right), "right"),
        )
        return [one for one in counted if one[0]]


def choose_whole(runs: Sequence[RunResults]) -> set[int]:
    """Return which runs list their right samples too: as many as the page has room for, small runs first."""
    room, chosen = MOST_SAMPLES, set[int]()
    for at, run in sorted(enumerate(runs), key=lambda one: len(one[1].results)):
        if len(run.results) <= room:
            room -= len(run.results)
            chosen.add(at)
    return chosen


def list_samples(run: RunResults, *, with_right: bool) -> SampleList:
    """Return the samples of a run.

    Args:
        run: The run.
        with_right: Whether the right ones are listed, not only counted.
    """
    by_verdict: dict[SampleVerdict, list[Result]] = {"wrong": [], "unscored": [], "right": []}
    for one in run.results:
        by_verdict[judge(one)].append(one)
    wrong = sorted(by_verdict["wrong"], key=_badness)
    right = by_verdict["right"] if with_right else ()
    repeated = run.run.repeats > 1
    return SampleList(
        wrong=_rows(wrong, repeated=repeated),
        unscored=_rows(by_verdict["unscored"], repeated=repeated),
        right=_rows(right, repeated=repeated),
        wrong_count=len(wrong),
        unscored_count=len(by_verdict["unscored"]),
        right_count=len(by_verdict["right"]),
    )


def judge(result: Result) -> SampleVerdict:
    """Tell whether a result is right, wrong, or neither."""
    if result.score is None:
        return "unscored"
    return "right" if result.score.passed else "wrong"


def _badness(result: Result) -> tuple[bool, bool, float]:
    assert result.score is not None
    return not result.score.breaches, not result.must_hold, result.score.value


def _rows(results: Collection[Result], *, repeated: bool) -> tuple[SampleRow, ...]:
    return tuple(_row(one, repeated=repeated) for one in list(results)[:MOST_ROWS])


def _row(one: Result, *, repeated: bool) -> SampleRow:
    score = one.score
    effort = [write_value(one.seconds, "seconds")]
    effort += [f"{write_value(one.tokens, 'tokens')} tokens"] if one.tokens else []
    effort += [write_value(one.cost, "dollars")] if one.cost is not None else []
    return SampleRow(
        id=one.id,
        repeat=one.repeat if repeated else None,
        document=one.group if one.group != one.id else "",
        verdict=judge(one),
        why=(score.why if score else one.unscored) or "",
        must_hold=one.must_hold,
        value=f"{score.value:.2f}" if score else "",
        gold=describe(one.gold),
        output=describe(one.output),
        counts=_counts(score) if score else (),
        breaches=tuple((RULES[breach.rule], breach.detail) for breach in score.breaches) if score else (),
        effort=", ".join(effort),
    )


def _counts(score: Score) -> tuple[str, ...]:
    return tuple(
        f"{family}{f', {name}' if name else ''}: "
        + ", ".join(f"{key} {number:g}" for key, number in keys.items())
        for family, classes in score.counts.items()
        for name, keys in classes.items()
        if keys
    )
