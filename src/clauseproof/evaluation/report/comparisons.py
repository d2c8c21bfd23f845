"""What two runs differ in, as the page shows it: figures, classes, samples that flipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from clauseproof.documents import Model
from clauseproof.evaluation.compare import SIGNIFICANT, Comparison, Flip, MetricDifference
from clauseproof.evaluation.report.drawing import Whisker, place_whisker, round_up
from clauseproof.evaluation.report.samples import Fields
from clauseproof.evaluation.report.wording import (
    describe,
    write_chance,
    write_change,
    write_change_interval,
    write_value,
)
from clauseproof.evaluation.tasks import find_task
from clauseproof.reporting.wording import count_of

Direction = Literal["better", "worse", "same", "changed"]

_MOST_CLASSES = 12
_MOST_FLIPS = 200
_SMALLEST_SCALE = 0.01


class DifferenceRow(Model):
    """A metric of two runs.

    Attributes:
        title: As tables name it.
        part: Class; empty for the whole.
        before: As written.
        after: As written.
        change: As written, with its sign.
        interval: As written.
        documents: Number of documents.
        chance: Probability of a fall, as written; empty where it is not judged.
        fell: Whether it fell by more than chance explains.
        direction: Which way it points.
        whisker: Its drawing around zero; None where the unit is not a share.
    """

    title: str
    part: str
    before: str
    after: str
    change: str
    interval: str
    documents: int
    chance: str
    fell: bool
    direction: Direction
    whisker: Whisker | None


class FlipRow(Model):
    """A sample that one run had right and the other had not.

    Attributes:
        id: The sample.
        repeat: Which repetition, where it is not the first.
        document: Its document.
        must_hold: As the dataset marks it.
        lost: Whether A was right.
        unscored: Whether B has no score of it, which is not wrong.
        why: What is wrong with the one that is wrong.
        gold: What people labelled.
        fields: Field, A's lines, B's lines, whether they differ.
    """

    id: str
    repeat: int | None
    document: str
    must_hold: bool
    lost: bool
    unscored: bool
    why: str
    gold: Fields
    fields: tuple[tuple[str, tuple[str, ...], tuple[str, ...], bool], ...]


class ComparisonView(Model):
    """Two runs, paired.

    Attributes:
        number: Its number on the page.
        title: The task.
        comparison: The comparison itself.
        answer: Whether it got worse, in a word or few.
        verdict: Why, in a sentence.
        is_worse: Whether something fell, or a sample that must hold was lost.
        scale: End of the scale of its drawings, as written.
        class_scale: The same for the classes.
        rows: Whole metrics that differ.
        same: Whole metrics that do not.
        classes: The classes that changed the most, the worse ones first.
        more_classes: The others.
        flips: Samples, the lost ones first.
        hidden: How many flips are not shown.
        lost: Number of samples lost, without those that lost their score.
        lost_score: Number of samples that were right and have no score any more.
        won: Number of samples won.
    """

    number: int
    title: str
    comparison: Comparison
    answer: str
    verdict: str
    is_worse: bool
    scale: str
    class_scale: str
    rows: tuple[DifferenceRow, ...]
    same: tuple[DifferenceRow, ...]
    classes: tuple[DifferenceRow, ...]
    more_classes: tuple[DifferenceRow, ...]
    flips: tuple[FlipRow, ...]
    hidden: int
    lost: int
    lost_score: int
    won: int


def view_comparison(number: int, comparison: Comparison) -> ComparisonView:
    """Return a comparison as the page shows it."""
    whole = [one for one in comparison.differences if not one.part]
    parts = sorted(
        (one for one in comparison.differences if one.part),
        key=lambda one: (not one.is_worse, -abs(one.difference.value or 0)),
    )
    end, end_of_parts = _end(whole), _end(parts)
    classes = tuple(_row(one, end_of_parts) for one in parts)
    flips = tuple(_flip(one, comparison) for one in comparison.flips)
    lost = [one for one in flips if one.lost and not one.unscored]
    lost_score = [one for one in flips if one.unscored]
    held = sum(one.must_hold for one in flips if one.lost)
    return ComparisonView(
        number=number,
        title=find_task(comparison.after.task).title,
        comparison=comparison,
        answer=_answer(comparison),
        verdict=_verdict(comparison, len(lost), len(lost_score), held, len(flips) - len(comparison.lost)),
        is_worse=comparison.is_worse,
        scale=f"{end:g}",
        class_scale=f"{end_of_parts:g}",
        rows=tuple(_row(one, end) for one in whole if one.difference.value or one.fell),
        same=tuple(_row(one, end) for one in whole if not (one.difference.value or one.fell)),
        classes=classes[:_MOST_CLASSES],
        more_classes=classes[_MOST_CLASSES:],
        flips=flips[:_MOST_FLIPS],
        hidden=len(flips[_MOST_FLIPS:]),
        lost=len(lost),
        lost_score=len(lost_score),
        won=len(flips) - len(comparison.lost),
    )


def _answer(comparison: Comparison) -> str:
    """Answer in a word: a fall that chance may explain is neither a fall nor a proof that all is well."""
    if comparison.is_worse:
        return "Worse"
    if not comparison.lost and not any(one.is_worse for one in comparison.differences):
        return "Holds"
    return "Too few documents to tell" if _too_few(comparison) else "No clear change"


def _too_few(comparison: Comparison) -> bool:
    """Tell whether no fall could be shown: exchanging so few documents has too few outcomes."""
    documents = max((one.difference.documents for one in comparison.differences), default=0)
    return 0.5**documents >= SIGNIFICANT


def _verdict(comparison: Comparison, lost: int, lost_score: int, held: int, won: int) -> str:
    falls = len(comparison.falls)
    parts = [f"{count_of(falls, 'figure') if falls else 'no figure'} fell by more than chance explains"]
    rose = sum(_rose(one) for one in comparison.differences if not one.part)
    if rose:
        parts.append(f"{count_of(rose, 'figure')} improved with an interval clear of zero")
    parts += [f"{one.part}: {one.before} right before, {one.after} now" for one in comparison.collapses[:5]]
    parts += [f"{count_of(lost, 'sample')} lost, {won} won"] if lost or won else ["no sample flipped"]
    parts += [f"{lost_score} right before and unscored now"] if lost_score else []
    parts += [f"{held} that must hold {'does' if held == 1 else 'do'} not"] if held else []
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _rose(one: MetricDifference) -> bool:
    low, high = one.difference.low, one.difference.high
    if one.higher_is_better is None or low is None or high is None:
        return False
    return low > 0 if one.higher_is_better else high < 0


def _end(differences: Iterable[MetricDifference]) -> float:
    """Return the end of a scale that holds every interval of shares."""
    numbers = [
        abs(number)
        for one in differences
        if one.unit == "share"
        for number in (one.difference.value, one.difference.low, one.difference.high)
        if number is not None
    ]
    return round_up(max(*numbers, _SMALLEST_SCALE)) if numbers else 1.0


def _row(one: MetricDifference, end: float) -> DifferenceRow:
    found = one.difference
    drawn = one.unit == "share" and found.value is not None
    return DifferenceRow(
        title=one.title,
        part=one.part,
        before=write_value(found.before, one.unit),
        after=write_value(found.after, one.unit),
        change=write_change(found.value, one.unit),
        interval=write_change_interval(found.low, found.high, one.unit),
        documents=found.documents,
        chance=write_chance(one.p_fall),
        fell=one.fell,
        direction=_direction(one),
        whisker=place_whisker(found.value or 0.0, found.low, found.high, bottom=-end, top=end)
        if drawn
        else None,
    )


def _direction(one: MetricDifference) -> Direction:
    if not one.difference.value:
        return "same"
    if one.higher_is_better is None:
        return "changed"
    return "worse" if one.is_worse else "better"


def _flip(one: Flip, comparison: Comparison) -> FlipRow:
    before, after = describe(one.before), describe(one.after)
    names = dict.fromkeys((*before, *after))
    unscored = one.lost and one.id in comparison.unscored_after and one.why.startswith("unscored: ")
    return FlipRow(
        id=one.id,
        repeat=one.repeat if comparison.after.repeats > 1 else None,
        document=one.group if one.group != one.id else "",
        must_hold=one.must_hold,
        lost=one.lost,
        unscored=unscored,
        why=one.why.removeprefix("unscored: ") if unscored else one.why,
        gold=describe(one.gold),
        fields=tuple((name, before.get(name, ()), after.get(name, ()), _differ(one, name)) for name in names),
    )


def _differ(one: Flip, name: str) -> bool:
    return (one.before or {}).get(name) != (one.after or {}).get(name)
