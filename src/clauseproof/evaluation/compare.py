"""Two runs of the same samples, paired: what rose, what fell, and which samples flipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clauseproof.documents import Model
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.figures import by_document, by_document_of, metrics_of
from clauseproof.evaluation.metrics.base import AnyMetric, Unit
from clauseproof.evaluation.results import EvaluationRun, Result, RunResults
from clauseproof.evaluation.statistics import Difference, adjust, difference, probability_of_fall
from clauseproof.evaluation.tasks import find_task

SIGNIFICANT = 0.05
# Sums of fractions in another order differ by as much.
_ROUNDING = 1e-9
# Fewer right ones are halved by chance.
_ENOUGH = 8


class MetricDifference(Model):
    """How a metric differs.

    Attributes:
        metric: Name of the metric.
        title: As tables name it.
        part: Class, for metrics that have any; empty for the whole.
        unit: Of the values.
        higher_is_better: Direction; None where neither is.
        difference: B minus A.
        p_fall: Probability of such a fall by chance, adjusted for the number of metrics judged; None for
            parts and for metrics that are no headlines, which are shown and not judged.
    """

    metric: str
    title: str
    part: str
    unit: Unit
    higher_is_better: bool | None
    difference: Difference
    p_fall: float | None

    @property
    def fell(self) -> bool:
        """Whether it fell by more than chance explains, or has no value any more."""
        if self.difference.after is None:
            return self.higher_is_better is not None
        return self.p_fall is not None and self.p_fall < SIGNIFICANT

    @property
    def is_worse(self) -> bool:
        """Whether it points the wrong way, by however little."""
        value = self.difference.value
        if value is None or self.higher_is_better is None or abs(value) < _ROUNDING:
            return False
        return (value > 0) != self.higher_is_better


class Flip(Model):
    """A sample that one run had right and the other had not.

    Attributes:
        id: The sample.
        group: Its document.
        repeat: Which repetition.
        must_hold: As the dataset marks it.
        lost: True where A was right and B is not.
        gold: What people labelled.
        before: A's output.
        after: B's output.
        why: What is wrong with the one that is wrong.
    """

    id: str
    group: str
    repeat: int
    must_hold: bool
    lost: bool
    gold: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    why: str


class Collapse(Model):
    """A document or a label of which half of what was right is not, however few documents it concerns.

    Attributes:
        part: The document, or the label.
        before: How many samples (labels) were right in A.
        after: How many of the same number are in B.
    """

    part: str
    before: int
    after: int


class Comparison(Model):
    """Two runs, paired.

    Attributes:
        before: Record of run A.
        after: Record of run B.
        paired: Number of samples scored in both.
        only_before: Number of results that A alone has.
        only_after: Number of results that B alone has.
        unscored_before: Ids that A has no score of and B has.
        unscored_after: Ids that B has no score of and A has.
        differences: Whole metrics first, then their parts that differ.
        collapses: Documents and classes in which half of what was right is not.
        flips: Samples right in one run alone: the lost ones first.
    """

    before: EvaluationRun
    after: EvaluationRun
    paired: int
    only_before: int
    only_after: int
    unscored_before: tuple[str, ...]
    unscored_after: tuple[str, ...]
    differences: tuple[MetricDifference, ...]
    collapses: tuple[Collapse, ...]
    flips: tuple[Flip, ...]

    @property
    def falls(self) -> list[MetricDifference]:
        """Metrics that fell by more than chance explains."""
        return [one for one in self.differences if one.fell]

    @property
    def is_worse(self) -> bool:
        """Whether something fell, collapsed, or does not hold that must."""
        return bool(self.falls or self.collapses or any(one.must_hold for one in self.lost))

    @property
    def lost(self) -> list[Flip]:
        """Samples that were right and are not."""
        return [one for one in self.flips if one.lost]


def compare_runs(before: RunResults, after: RunResults) -> Comparison:
    """Compare two runs on the samples both have.

    Raises:
        EvaluationError: They are of different tasks, or share no sample.
    """
    if before.run.task != after.run.task:
        raise EvaluationError(f"{before.run.task} and {after.run.task} are different tasks.")
    first = {one.key: one for one in before.results}
    second = {one.key: one for one in after.results}
    shared = [key for key in first if key in second]
    if not shared:
        raise EvaluationError(f"{before.name} and {after.name} share no sample.")
    paired = [key for key in shared if first[key].score and second[key].score]
    return Comparison(
        before=before.run,
        after=after.run,
        paired=len(paired),
        only_before=len(first) - len(shared),
        only_after=len(second) - len(shared),
        unscored_before=_only_unscored(shared, first, second),
        unscored_after=_only_unscored(shared, second, first),
        differences=tuple(
            _differences(before, [first[key] for key in paired], [second[key] for key in paired])
        ),
        collapses=tuple(_collapses([first[key] for key in paired], [second[key] for key in paired])),
        flips=tuple(_flips(shared, first, second)),
    )


def _only_unscored(
    shared: Sequence[tuple[str, int]],
    one: Mapping[tuple[str, int], Result],
    other: Mapping[tuple[str, int], Result],
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key[0] for key in shared if one[key].unscored and not other[key].unscored))


def _differences(
    run: RunResults, before: Sequence[Result], after: Sequence[Result]
) -> list[MetricDifference]:
    task, seed = find_task(run.run.task), run.run.seed
    whole = [(metric, _pair(metric, before, after, seed)) for metric in metrics_of(task)]
    judged = [
        (metric, found)
        for metric, found in whole
        if found.value is not None and metric.headline and _is_touched(metric, before, after)
    ]
    chances = [_chance(metric, before, after, seed) for metric, _ in judged]
    adjusted = dict(zip((metric.name for metric, _ in judged), adjust(chances), strict=True))
    rows = [
        _row(metric, "", found, adjusted.get(metric.name))
        for metric, found in whole
        if found.before is not None or found.after is not None
    ]
    for metric, _ in whole:
        if metric.by_class:
            for name in metric.classes([before, after]):
                found = _pair(metric, before, after, seed, only=name)
                if name and abs(found.value or 0.0) > _ROUNDING:
                    rows.append(_row(metric, name, found, None))
    return rows


def _collapses(before: Sequence[Result], after: Sequence[Result]) -> Iterator[Collapse]:
    """Count right samples by document and right labels by class, where enough of them were right."""
    counts: dict[str, list[float]] = {}
    for one, other in zip(before, after, strict=True):
        for side, result in enumerate((one, other)):
            if result.score is None:
                continue
            counts.setdefault(one.group, [0.0, 0.0])[side] += result.score.passed
            for label, numbers in result.score.counts.get("practices", {}).items():
                counts.setdefault(label, [0.0, 0.0])[side] += numbers.get("tp", 0.0)
    for part, (first, second) in sorted(counts.items()):
        if first >= _ENOUGH and second <= first / 2:
            yield Collapse(part=part, before=round(first), after=round(second))


def _is_touched(metric: AnyMetric, before: Sequence[Result], after: Sequence[Result]) -> bool:
    """Tell whether a metric could fall at all: where no sample changed no alarm is false."""
    return any(metric.reads(one) != metric.reads(other) for one, other in zip(before, after, strict=True))


def _row(metric: AnyMetric, part: str, found: Difference, chance: float | None) -> MetricDifference:
    return MetricDifference(
        metric=metric.name,
        title=metric.title,
        part=part,
        unit=metric.unit,
        higher_is_better=metric.higher_is_better,
        difference=found,
        p_fall=chance,
    )


def _pair(
    metric: AnyMetric, before: Sequence[Result], after: Sequence[Result], seed: int, only: str | None = None
) -> Difference:
    groups = by_document(before), by_document_of(after, before)
    return difference(metric.over([*groups[0], *groups[1]], only).evaluate, len(groups[0]), seed)


def _chance(metric: AnyMetric, before: Sequence[Result], after: Sequence[Result], seed: int) -> float:
    groups = by_document(before), by_document_of(after, before)
    measured = metric.over([*groups[0], *groups[1]])
    return probability_of_fall(
        measured.evaluate, len(groups[0]), higher_is_better=bool(metric.higher_is_better), seed=seed
    )


def _flips(
    shared: Sequence[tuple[str, int]],
    first: Mapping[tuple[str, int], Result],
    second: Mapping[tuple[str, int], Result],
) -> list[Flip]:
    """Return the samples right in one run alone; one that lost its score counts as lost."""
    flips = []
    for key in shared:
        one, other = first[key], second[key]
        right = [bool(result.score and result.score.passed) for result in (one, other)]
        if right[0] == right[1] or (not right[0] and one.unscored):
            continue
        wrong = other if right[0] else one
        flips.append(
            Flip(
                id=one.id,
                group=one.group,
                repeat=one.repeat,
                must_hold=other.must_hold,
                lost=right[0],
                gold=other.gold,
                before=one.output,
                after=other.output,
                why=wrong.score.why if wrong.score else f"unscored: {wrong.unscored}",
            )
        )
    return sorted(flips, key=lambda flip: (not flip.lost, not flip.must_hold))
