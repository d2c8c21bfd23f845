"""The tables of figures: whole runs side by side, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clauseproof.documents import Model
from clauseproof.evaluation.figures import FigureRow, RunFigures, metrics_of
from clauseproof.evaluation.metrics.base import Metric
from clauseproof.evaluation.report.drawing import Whisker, place_whisker
from clauseproof.evaluation.report.wording import write_interval, write_value
from clauseproof.evaluation.tasks import find_task

# With fewer counted, a class is not called the weakest: one miss would decide.
_FEWEST = 5


class FigureCell(Model):
    """A figure of one run.

    Attributes:
        value: As written.
        interval: As written.
        count: What it was counted over.
        documents: Number of documents.
        whisker: Its drawing; None where the unit has no natural scale.
        breaks: Whether it shows a rule without exceptions broken.
        weakest: Whether it is the worst of its column.
    """

    value: str
    interval: str = "–"
    count: int = 0
    documents: int = 0
    whisker: Whisker | None = None
    breaks: bool = False
    weakest: bool = False


class FigureLine(Model):
    """A figure of several runs.

    Attributes:
        title: As tables name it.
        lower_is_better: Whether it is; a reader expects the contrary.
        has_rule: Whether a rule without exceptions is behind it.
        cells: A cell for each run; None where the run has no value.
    """

    title: str
    lower_is_better: bool
    has_rule: bool
    cells: tuple[FigureCell | None, ...]


class Breakdown(Model):
    """Figures of a run by class, or by document type.

    Attributes:
        title: By what.
        corner: What the rows are.
        columns: What the columns are.
        lines: Name of the row and its cells, the row with the most counted first.
    """

    title: str
    corner: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[FigureCell | None, ...]], ...]


def tabulate(figures: Sequence[RunFigures]) -> tuple[FigureLine, ...]:
    """Return the figures of runs of the same rows, one line each, in the order of the task's metrics."""
    shown = {row.metric: row for found in figures for row in found.whole()}
    by_run = [{row.metric: row for row in found.whole()} for found in figures]
    order = [row.metric for found in figures[:1] for row in found.rows if row.scope == "all"]
    return tuple(
        FigureLine(
            title=shown[name].title,
            lower_is_better=shown[name].higher_is_better is False,
            has_rule=shown[name].rule is not None,
            cells=tuple(_cell(mine[name]) if name in mine else None for mine in by_run),
        )
        for name in (*order, *(name for name in shown if name not in order))
        if name in shown
    )


def _cell(row: FigureRow, *, weakest: bool = False) -> FigureCell:
    found = row.figure
    return FigureCell(
        value=write_value(found.value, row.unit),
        interval=write_interval(found.low, found.high, row.unit),
        count=found.count,
        documents=found.documents,
        whisker=_whisker(row),
        breaks=_breaks(row),
        weakest=weakest,
    )


def _whisker(row: FigureRow) -> Whisker | None:
    found = row.figure
    if row.unit != "share" or found.value is None:
        return None
    # Kappa alone may be negative.
    bottom = -1.0 if min(found.value, found.low or 0.0) < 0 else 0.0
    return place_whisker(found.value, found.low, found.high, bottom=bottom, top=1.0)


def _breaks(row: FigureRow) -> bool:
    if row.rule is None or row.figure.value is None:
        return False
    return row.figure.value < 1 if row.higher_is_better else row.figure.value > 0


def break_down(task: str, figures: RunFigures) -> tuple[Breakdown, ...]:
    """Return the figures of a run by class, one table for each family of classes, and by document type."""
    families: dict[str, list[str]] = {}
    for metric in metrics_of(find_task(task)):
        family = metric.family if isinstance(metric, Metric) else metric.name
        families.setdefault(family, []).append(metric.name)
    tables = [
        _by_class(family, [row for row in figures.rows if row.scope == "class" and row.metric in names])
        for family, names in families.items()
    ]
    kinds = _by_kind([row for row in figures.rows if row.scope == "document type"])
    return tuple(table for table in (*tables, kinds) if table.lines)


def _by_class(family: str, rows: Sequence[FigureRow]) -> Breakdown:
    metrics = {row.metric: row.title for row in rows}
    weakest = {id(row) for name in metrics for row in _weakest(row for row in rows if row.metric == name)}
    place = {(row.part, row.metric): row for row in rows}
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.part] = max(counted.get(row.part, 0), row.figure.count)
    return Breakdown(
        title=f"By class: {family}",
        corner="Class",
        columns=tuple(metrics.values()),
        lines=tuple(
            (part, tuple(_maybe(place.get((part, name)), weakest) for name in metrics))
            for part in sorted(counted, key=lambda part: (-counted[part], part))
        ),
    )


def _by_kind(rows: Sequence[FigureRow]) -> Breakdown:
    """Return a table with a line for each metric: there are many, and few types of documents."""
    metrics = {row.metric: row.title for row in rows if row.figure.value is not None}
    weakest = {id(row) for name in metrics for row in _weakest(row for row in rows if row.metric == name)}
    place = {(row.part, row.metric): row for row in rows}
    documents = {row.part: row.figure.documents for row in rows}
    kinds = sorted(documents, key=lambda kind: (-documents[kind], kind))
    return Breakdown(
        title="By document type",
        corner="Figure",
        columns=tuple(f"{kind} ({documents[kind]})" for kind in kinds),
        lines=tuple(
            (title, tuple(_maybe(place.get((kind, name)), weakest) for kind in kinds))
            for name, title in metrics.items()
        ),
    )


def _maybe(row: FigureRow | None, weakest: set[int]) -> FigureCell | None:
    if row is None or row.figure.value is None:
        return None
    return _cell(row, weakest=id(row) in weakest)


def _weakest(rows: Iterable[FigureRow]) -> list[FigureRow]:
    """Return the worst of the rows that were counted often enough; none where all are alike."""
    known = [
        (row.figure.value if row.higher_is_better else -row.figure.value, row)
        for row in rows
        if row.figure.value is not None and row.higher_is_better is not None and row.figure.count >= _FEWEST
    ]
    values = [value for value, _ in known]
    if len(set(values)) < 2:
        return []
    return [row for value, row in known if value == min(values)]
