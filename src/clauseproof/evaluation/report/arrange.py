"""The whole page in reading order: what ran, what changed, the figures, the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from clauseproof.documents import Model
from clauseproof.evaluation.compare import Comparison
from clauseproof.evaluation.figures import RunFigures, compute_figures
from clauseproof.evaluation.report.comparisons import ComparisonView, view_comparison
from clauseproof.evaluation.report.plots import CostPlot, Plots, draw_costs, draw_plots
from clauseproof.evaluation.report.samples import SampleList, choose_whole, list_samples
from clauseproof.evaluation.report.tables import Breakdown, FigureLine, break_down, tabulate
from clauseproof.evaluation.report.wording import RULES, write_digest, write_time
from clauseproof.evaluation.results import EvaluationRun, RunResults
from clauseproof.evaluation.tasks import find_task
from clauseproof.reporting.wording import count_of, write_count

_MOST_REASONS = 12
_BAR = 160.0


class RunView(Model):
    """A run.

    Attributes:
        number: Its number on the page.
        run: Its record.
        title: Its task in words.
        dataset: Name of its dataset.
        analyst: Who answered, without the word anchor.
        documents: Number of documents.
        right: Number of right samples.
        scored: Number of samples with a score.
        unscored: Number without.
        share: Share of the scored ones that is right, as written.
        bar: Widths of right, wrong and unscored in a bar.
        breaches: Rules without exceptions that were broken, in words, with how often.
        reasons: Why samples are unscored, with how often, the most frequent first.
        more_reasons: How many further reasons there are.
        plots: Its drawings.
        breakdowns: Its figures by part.
        samples: Its samples.
    """

    number: int
    run: EvaluationRun
    title: str
    dataset: str
    analyst: str
    documents: int
    right: int
    scored: int
    unscored: int
    share: str
    bar: tuple[float, float, float]
    breaches: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    more_reasons: int
    plots: Plots
    breakdowns: tuple[Breakdown, ...]
    samples: SampleList

    @property
    def wrong(self) -> int:
        """Number of wrong samples."""
        return self.scored - self.right

    @property
    def broken(self) -> int:
        """Number of breaches."""
        return sum(count for _, count in self.breaches)


class GroupView(Model):
    """Runs over the same rows, side by side.

    Attributes:
        number: Its number on the page.
        title: The task in words.
        dataset: Name of the dataset.
        runs: The runs.
        lines: The table of figures.
        costs: What they cost against what they are worth; None for one run.
    """

    number: int
    title: str
    dataset: str
    runs: tuple[RunView, ...]
    lines: tuple[FigureLine, ...]
    costs: CostPlot | None


class PageView(Model):
    """The page.

    Attributes:
        title: Of the page.
        day: When the newest run began.
        facts: What ran: name and value.
        runs: Every run.
        groups: The runs, those over the same rows together.
        comparisons: Runs compared with earlier ones.
        breaches: Over all runs, in words, with how often.
        records: Everything that explains a run: name of the field, and a value for each run.
    """

    title: str
    day: str
    facts: tuple[tuple[str, str], ...]
    runs: tuple[RunView, ...]
    groups: tuple[GroupView, ...]
    comparisons: tuple[ComparisonView, ...]
    breaches: tuple[tuple[str, int], ...]
    records: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def broken(self) -> int:
        """Number of breaches of rules without exceptions."""
        return sum(count for _, count in self.breaches)

    @property
    def unscored(self) -> int:
        """Number of samples without a score."""
        return sum(one.unscored for one in self.runs)

    @property
    def is_worse(self) -> bool:
        """Whether a comparison says so."""
        return any(one.is_worse for one in self.comparisons)


def arrange_page(runs: Sequence[RunResults], comparisons: Sequence[Comparison]) -> PageView:
    """Return what the page shows.

    Args:
        runs: The runs to report on.
        comparisons: Runs compared with earlier ones; none where there is nothing to compare with.
    """
    figures = [compute_figures(one) for one in runs]
    whole = choose_whole(runs)
    views = [
        _view_run(at, run, found, with_right=at in whole)
        for at, (run, found) in enumerate(zip(runs, figures, strict=True))
    ]
    breaches: Counter[str] = Counter()
    for view in views:
        breaches.update(dict(view.breaches))
    names = dict.fromkeys(view.title for view in views)
    return PageView(
        title=f"Evaluation: {next(iter(names))}" if len(names) == 1 else "Evaluation",
        day=write_time(max(one.run.started for one in runs)) if runs else "",
        facts=tuple(_facts(runs, views)),
        runs=tuple(views),
        groups=tuple(_groups(runs, figures, views)),
        comparisons=tuple(view_comparison(at, one) for at, one in enumerate(comparisons, 1)),
        breaches=tuple(breaches.most_common()),
        records=tuple(_records([one.run for one in runs])),
    )


def _view_run(at: int, run: RunResults, figures: RunFigures, *, with_right: bool) -> RunView:
    breaches = Counter(
        RULES[breach.rule] for one in run.results if one.score for breach in one.score.breaches
    )
    unit = _BAR / max(1, len(run.results))
    wrong = figures.scored - figures.passed
    reasons = tuple(figures.reasons.items())
    return RunView(
        number=at + 1,
        run=run.run,
        title=find_task(run.run.task).title,
        dataset=_dataset(run.run),
        analyst=run.run.analyst.removeprefix("anchor: "),
        documents=len({one.group for one in run.results}),
        right=figures.passed,
        scored=figures.scored,
        unscored=figures.unscored,
        share=f"{figures.passed / figures.scored:.3f}" if figures.scored else "–",
        bar=(round(figures.passed * unit, 1), round(wrong * unit, 1), round(figures.unscored * unit, 1)),
        breaches=tuple(breaches.most_common()),
        reasons=reasons[:_MOST_REASONS],
        more_reasons=len(reasons[_MOST_REASONS:]),
        plots=draw_plots(run),
        breakdowns=break_down(run.run.task, figures),
        samples=list_samples(run, with_right=with_right),
    )


def _dataset(run: EvaluationRun) -> str:
    """Return folder and name of the dataset: two tasks may have a file of the same name."""
    path = Path(run.dataset)
    return f"{path.parent.name}/{path.stem}" if path.parent.name else path.stem


def _groups(
    runs: Sequence[RunResults], figures: Sequence[RunFigures], views: Sequence[RunView]
) -> list[GroupView]:
    together: dict[tuple[object, ...], list[int]] = {}
    for at, one in enumerate(runs):
        together.setdefault(_same_rows(one.run), []).append(at)
    return [
        GroupView(
            number=number,
            title=views[places[0]].title,
            dataset=views[places[0]].dataset,
            runs=tuple(views[at] for at in places),
            lines=tabulate([figures[at] for at in places]),
            costs=draw_costs([runs[at] for at in places], [figures[at] for at in places]),
        )
        for number, places in enumerate(together.values(), 1)
    ]


def _same_rows(run: EvaluationRun) -> tuple[object, ...]:
    """Return what runs in one table share; the seed chooses the rows where not all are taken."""
    drawn = None if run.samples == run.rows else (run.samples, run.seed)
    return run.task, run.dataset_sha256, run.label_map, drawn


def _facts(runs: Sequence[RunResults], views: Sequence[RunView]) -> list[tuple[str, str]]:
    samples = {(run.run.dataset_sha256, one.id) for run in runs for one in run.results}
    documents = {one.group for run in runs for one in run.results}
    return [
        ("Tasks", _distinct(views, lambda one: one.run.task)),
        ("Datasets", _name_datasets([run.run for run in runs])),
        ("Data", f"{count_of(len(samples), 'sample')} of {count_of(len(documents), 'document')}"),
        ("Analyst", _distinct(views, lambda one: one.run.analyst)),
        ("Clauseproof", _distinct(views, lambda one: one.run.clauseproof)),
        ("Git revision", _distinct(views, lambda one: write_digest(one.run.git_revision))),
        ("Knowledge base", _distinct(views, lambda one: write_digest(one.run.knowledge_sha256))),
        ("Code", _distinct(views, lambda one: write_digest(one.run.code_sha256))),
    ]


def _name_datasets(runs: Sequence[EvaluationRun]) -> str:
    """Return the names of datasets, their folder once where they have one in common."""
    folders = {Path(run.dataset).parent.name for run in runs}
    if len(folders) == 1 and (folder := folders.pop()):
        return f"{folder}: {', '.join(dict.fromkeys(Path(run.dataset).stem for run in runs))}"
    return ", ".join(dict.fromkeys(map(_dataset, runs))) or "none"


def _distinct(views: Sequence[RunView], read: Callable[[RunView], str]) -> str:
    return ", ".join(dict.fromkeys(map(read, views))) or "none"


def _records(runs: Sequence[EvaluationRun]) -> list[tuple[str, tuple[str, ...]]]:
    fields: tuple[tuple[str, Callable[[EvaluationRun], str]], ...] = (
        ("Dataset", lambda run: run.dataset),
        ("Dataset SHA-256", lambda run: write_digest(run.dataset_sha256)),
        ("Samples chosen", lambda run: f"{write_count(run.samples)} of {write_count(run.rows)}"),
        ("Limit", lambda run: "none" if run.limit is None else write_count(run.limit)),
        ("Seed", lambda run: str(run.seed)),
        ("Repeats", lambda run: str(run.repeats)),
        ("Label map", lambda run: write_digest(run.label_map)),
        ("Analyst", lambda run: run.analyst),
        ("Prompts", lambda run: write_digest(run.prompts_sha256)),
        ("Knowledge base", lambda run: write_digest(run.knowledge_sha256)),
        ("Code", lambda run: write_digest(run.code_sha256)),
        ("Git revision", lambda run: write_digest(run.git_revision)),
        ("Clauseproof", lambda run: run.clauseproof),
        ("Python", lambda run: run.python),
        ("Started", lambda run: write_time(run.started)),
    )
    return [(name, tuple(map(read, runs))) for name, read in fields]
