"""The figures of a run: every metric of its task with count and interval, whole and by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from clauseproof.documents import Model
from clauseproof.evaluation.metrics.base import AnyMetric, Unit
from clauseproof.evaluation.metrics.stability import Stability
from clauseproof.evaluation.results import Result, Rule, RunResults
from clauseproof.evaluation.statistics import Figure, estimate
from clauseproof.evaluation.tasks import find_task
from clauseproof.evaluation.tasks.base import Task

Scope = Literal["all", "class", "document type"]


class FigureRow(Model):
    """One line of a table of figures.

    Attributes:
        metric: Name of the metric.
        title: As tables name it.
        scope: What it is restricted to.
        part: Which class or document type; empty for the whole.
        unit: Of the value.
        higher_is_better: Direction; None where neither is.
        rule: The rule without exceptions behind it, where there is one.
        figure: Value, interval and counts.
    """

    metric: str
    title: str
    scope: Scope
    part: str
    unit: Unit
    higher_is_better: bool | None
    rule: Rule | None
    figure: Figure


class RunFigures(Model):
    """The figures of a run.

    Attributes:
        scored: Number of results with a score.
        unscored: Number without one.
        reasons: Why, with how often, the most frequent first.
        passed: Number of results that are right as a whole.
        rows: The table.
    """

    scored: int
    unscored: int
    reasons: dict[str, int]
    passed: int
    rows: tuple[FigureRow, ...]

    def whole(self) -> list[FigureRow]:
        """Return the rows over everything, those with nothing counted left out."""
        return [row for row in self.rows if row.scope == "all" and row.figure.value is not None]


def metrics_of(task: Task) -> tuple[AnyMetric, ...]:
    """Return the metrics of a task, with the one every task has."""
    return (*task.metrics, Stability(labels=task.labels))


def compute_figures(run: RunResults, *, broken_down: bool = True) -> RunFigures:
    """Compute the figures of a run.

    Args:
        run: Its results; unscored ones count in no figure.
        broken_down: Whether to add figures by class and by document type.
    """
    task = find_task(run.run.task)
    scored = [one for one in run.results if one.score is not None]
    reasons: dict[str, int] = {}
    for one in run.results:
        if one.unscored:
            reasons[one.unscored] = reasons.get(one.unscored, 0) + 1
    rows: list[FigureRow] = []
    documents = by_document(scored)
    for metric in metrics_of(task):
        rows.append(_row(metric, "all", "", documents, run.run.seed))
        if broken_down and metric.by_class:
            rows += [
                _row(metric, "class", name, documents, run.run.seed, only=name)
                for name in metric.classes(documents)
                if name
            ]
    kinds = sorted({one.kind for one in scored if one.kind})
    if broken_down and len(kinds) > 1:
        for kind in kinds:
            part = by_document([one for one in scored if one.kind == kind])
            rows += [_row(metric, "document type", kind, part, run.run.seed) for metric in task.metrics]
    return RunFigures(
        scored=len(scored),
        unscored=len(run.results) - len(scored),
        reasons=dict(sorted(reasons.items(), key=lambda one: -one[1])),
        passed=sum(one.score.passed for one in scored if one.score),
        rows=tuple(row for row in rows if row.figure.count or row.scope == "all"),
    )


def by_document(results: Iterable[Result]) -> list[list[Result]]:
    """Return results grouped by the document they are counted under, in order of its name."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.group, []).append(result)
    return [groups[name] for name in sorted(groups)]


def by_document_of(results: Sequence[Result], like: Sequence[Result]) -> list[list[Result]]:
    """Return results grouped as the results of the same samples in another run are, in the same order."""
    groups: dict[str, list[Result]] = {}
    for result, other in zip(results, like, strict=True):
        groups.setdefault(other.group, []).append(result)
    return [groups[name] for name in sorted(groups)]


def _row(
    metric: AnyMetric,
    scope: Scope,
    part: str,
    documents: Sequence[Sequence[Result]],
    seed: int,
    only: str | None = None,
) -> FigureRow:
    measured = metric.over(documents, only)
    return FigureRow(
        metric=metric.name,
        title=metric.title,
        scope=scope,
        part=part,
        unit=metric.unit,
        higher_is_better=metric.higher_is_better,
        rule=metric.rule,
        figure=estimate(measured.evaluate, len(documents), measured.count, seed),
    )
