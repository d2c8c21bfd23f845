"""A campaign: the runs one command asks for, from the choice of tasks to their results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.bench import Bench, BenchSettings
from clauseproof.evaluation.data import evaluation_data_path
from clauseproof.evaluation.datasets import Dataset, load_dataset
from clauseproof.evaluation.execution import RunPlan, run_anchors, run_task
from clauseproof.evaluation.label_maps import LabelMap, load_label_map
from clauseproof.evaluation.results import RunResults
from clauseproof.evaluation.tasks import find_task, known_tasks
from clauseproof.llm.stack import ModelSettings

EVERY_TASK = "all"


@dataclass(frozen=True)
class Campaign:
    """What a command asks for.

    Attributes:
        task: Name of a task, or ``all``.
        workspace: The user's workspace.
        dataset: The task's data; the bundled fixtures where left out.
        label_map: How data in another scheme is read.
        outputs: Where results are kept: a file, with ``all`` a folder.
        model: The language model that drafts; None for the offline analyst alone.
        limit: How many samples at most.
        seed: Chooses them.
        repeats: How often each is answered.
        jobs: How many are worked on at once.
        anchors: Whether the anchors of the tasks run as well.
    """

    task: str
    workspace: Path
    dataset: Path | None = None
    label_map: Path | None = None
    outputs: Path | None = None
    model: ModelSettings | None = None
    limit: int | None = None
    seed: int = 0
    repeats: int = 1
    jobs: int = 1
    anchors: bool = False

    def tasks(self) -> list[str]:
        """Return the names of the tasks asked for.

        Raises:
            EvaluationError: There is no such task.
        """
        return list(known_tasks()) if self.task == EVERY_TASK else [find_task(self.task).name]


def run_campaign(campaign: Campaign, progress: Callable[[str], None]) -> list[RunResults]:
    """Run what was asked for; every dataset is read and checked before the first sample is answered."""
    label_map = load_label_map(campaign.label_map) if campaign.label_map else None
    plans = [_plan(campaign, name, label_map) for name in campaign.tasks()]
    runs: list[RunResults] = []
    bench: Bench | None = None
    for plan in plans:
        bench = Bench(plan.settings, bench.analyzer if bench else None)
        runs.append(run_task(plan, bench, _outputs(campaign, plan), progress))
        if campaign.anchors:
            runs += run_anchors(plan, bench, progress)
    return runs


def _plan(campaign: Campaign, name: str, label_map: LabelMap | None) -> RunPlan:
    path = campaign.dataset or fixture_dataset(name)
    task = find_task(name)
    dataset = load_dataset(path, task.row, label_map)
    return RunPlan(
        task=task,
        dataset=dataset,
        settings=_bench_settings(campaign, dataset, label_map),
        limit=campaign.limit,
        seed=campaign.seed,
        repeats=campaign.repeats,
        jobs=campaign.jobs,
    )


def _bench_settings(campaign: Campaign, dataset: Dataset, label_map: LabelMap | None) -> BenchSettings:
    return BenchSettings(
        folder=dataset.folder,
        workspace=campaign.workspace,
        label_map=label_map,
        model=campaign.model,
        shared=dataset.shared,
    )


def fixture_dataset(task: str) -> Path:
    """Return the bundled dataset of a task."""
    return evaluation_data_path() / "datasets" / "fixtures" / f"{task}.jsonl"


def _outputs(campaign: Campaign, plan: RunPlan) -> Path | None:
    if campaign.outputs is None:
        return None
    if campaign.task != EVERY_TASK:
        if campaign.outputs.is_dir():
            raise EvaluationError(f"{campaign.outputs} is a folder; for one task, name a file.")
        return campaign.outputs
    if campaign.outputs.is_file():
        raise EvaluationError(f"{campaign.outputs} is a file; with `all`, name a folder.")
    return campaign.outputs / f"{plan.task.name}.jsonl"


def iter_outputs(places: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the results files named, and those in the folders named, in order of name.

    Raises:
        EvaluationError: A place is neither a file nor a folder with results.
    """
    for place in places:
        if not place.is_dir():
            yield place
            continue
        found = sorted(place.glob("*.jsonl"))
        if not found:
            raise EvaluationError(f"{place}: no results (*.jsonl) in this folder.")
        yield from found


def pair_outputs(before: Path, after: Path) -> list[tuple[Path, Path]]:
    """Return the results files to compare: two files, or those of the same name in two folders.

    Raises:
        EvaluationError: One is a folder and the other is not, or the folders share no file.
    """
    if not before.is_dir() and not after.is_dir():
        return [(before, after)]
    if not (before.is_dir() and after.is_dir()):
        raise EvaluationError(f"{before} and {after}: name two files of outputs or two folders.")
    shared = [path for path in sorted(before.glob("*.jsonl")) if (after / path.name).is_file()]
    if not shared:
        raise EvaluationError(f"{before} and {after} have no results (*.jsonl) of the same name.")
    return [(path, after / path.name) for path in shared]
