"""Running a task: samples in parallel, resumed where it stopped; what fails is kept as unscored."""

from __future__ import annotations

import copy
import datetime
import hashlib
import multiprocessing
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from clauseproof.errors import ClauseproofError
from clauseproof.evaluation.bench import Bench, BenchSettings
from clauseproof.evaluation.data import evaluation_data_path
from clauseproof.evaluation.datasets import Dataset
from clauseproof.evaluation.results import EvaluationRun, Result, ResultsFile, RunResults, Score
from clauseproof.evaluation.samples import Sample
from clauseproof.evaluation.tasks import find_task
from clauseproof.evaluation.tasks.base import Answer, Task
from clauseproof.llm.stack import ModelSettings
from clauseproof.pipeline import git_revision, own_version
from clauseproof.prompts import prompts_folder

Progress = Callable[[str], None]
_TOLD_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class RunPlan:
    """What to run.

    Attributes:
        task: The task.
        dataset: Its samples.
        settings: What the workbench is made from.
        limit: How many samples at most; None for all.
        seed: Chooses them.
        repeats: How often each is answered; a model is asked anew each time.
        jobs: How many units are worked on at once.
    """

    task: Task
    dataset: Dataset
    settings: BenchSettings
    limit: int | None = None
    seed: int = 0
    repeats: int = 1
    jobs: int = 1

    @property
    def analyst(self) -> str:
        """Who answers."""
        return self.settings.model.name if self.settings.model else "offline"


@dataclass(frozen=True)
class _Unit:
    """Samples answered together."""

    samples: tuple[Sample, ...]
    repeat: int


def run_task(plan: RunPlan, bench: Bench, outputs: Path | None, progress: Progress) -> RunResults:
    """Answer and score the samples of a plan.

    Args:
        plan: What to run.
        bench: Made from the plan's settings.
        outputs: Where results are kept as they come; a run that was stopped goes on there. None keeps none.
        progress: Told how far it is.

    Returns:
        The run with a result for every sample and repetition, in the dataset's order.

    Raises:
        EvaluationError: The outputs are another run's, or cannot be written.
    """
    samples = plan.dataset.choose(plan.limit, plan.seed)
    run = _describe_run(plan, bench, len(samples))
    file = ResultsFile(outputs, run) if outputs else None
    done = dict(file.done) if file else {}
    units = list(_iter_units(plan.task, samples, plan.repeats, done))
    total, told = len(samples) * plan.repeats, time.monotonic()
    try:
        for results in _iter_results(plan, bench, units):
            for result in results:
                done[result.key] = result
                if file:
                    file.add(result)
            if time.monotonic() - told > _TOLD_EVERY_SECONDS:
                progress(f"{plan.task.name}: {len(done)} of {total}")
                told = time.monotonic()
    finally:
        if file:
            file.close()
    ordered = [done[sample.id, repeat] for repeat in range(1, plan.repeats + 1) for sample in samples]
    if file:
        file.finish(ordered)
    return RunResults(run=run, results=tuple(ordered))


def run_anchors(plan: RunPlan, bench: Bench, progress: Progress) -> list[RunResults]:
    """Answer the same samples by the anchors of the task, scored alike; one that cannot run is told."""
    samples = plan.dataset.choose(plan.limit, plan.seed)
    runs = []
    for name, answer in plan.task.anchors.items():
        run = _describe_run(plan, bench, len(samples)).model_copy(
            update={"analyst": f"anchor: {name}", "repeats": 1}
        )
        started = time.perf_counter()
        try:
            answers = answer(samples, plan.dataset.samples, bench)
        except ClauseproofError as error:
            progress(f"anchor {name} left out: {error}")
            continue
        seconds = (time.perf_counter() - started) / len(samples)
        results = (
            _score(plan.task, sample, 1, given, bench, seconds)
            for sample, given in zip(samples, answers, strict=True)
        )
        runs.append(RunResults(run=run, results=tuple(results)))
    return runs


def _iter_units(
    task: Task, samples: Sequence[Sample], repeats: int, done: dict[tuple[str, int], Result]
) -> Iterator[_Unit]:
    for repeat in range(1, repeats + 1):
        waiting = [sample for sample in samples if (sample.id, repeat) not in done]
        for unit in task.units(waiting):
            yield _Unit(tuple(unit), repeat)


def _iter_results(plan: RunPlan, bench: Bench, units: Sequence[_Unit]) -> Iterator[list[Result]]:
    """Yield the results of each unit as it is done.

    Threads serve a language model, which is waited for; the offline analyst computes, and gets processes.
    """
    if plan.jobs == 1 or len(units) < 2:
        yield from (_solve(plan.task, unit, bench) for unit in units)
    elif plan.settings.model:
        with ThreadPoolExecutor(plan.jobs) as pool:
            yield from _collect([pool.submit(_solve, plan.task, unit, bench) for unit in units])
    else:
        yield from _solve_in_processes(plan, units)


def _collect(waiting: Sequence[Future[list[Result]]]) -> Iterator[list[Result]]:
    try:
        for future in as_completed(waiting):
            yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def _solve_in_processes(plan: RunPlan, units: Sequence[_Unit]) -> Iterator[list[Result]]:
    """Spread units over processes; where one dies, what it had in hand is tried once more alone."""
    waiting = list(units)
    for jobs in (plan.jobs, *[1] * len(units)):
        lost: list[_Unit] = []
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(jobs, context, _open_bench, (plan.settings,))
        try:
            futures = {pool.submit(_solve_there, plan.task.name, unit): unit for unit in waiting}
            for future in as_completed(futures):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(futures[future])
        finally:
            # Who stops reading results wants no more of them.
            pool.shutdown(wait=True, cancel_futures=True)
        if not lost:
            return
        if jobs == 1 and len(lost) == len(waiting):
            # With one worker the first unit is the one in hand: it has killed a worker twice.
            died = Answer(unscored="the worker process died")
            yield [_result(sample, lost[0].repeat, died, 0.0) for sample in lost[0].samples]
            lost = lost[1:]
        waiting = lost


_worker_bench: Bench | None = None


def _open_bench(settings: BenchSettings) -> None:
    global _worker_bench
    _worker_bench = Bench(settings)


def _solve_there(task: str, unit: _Unit) -> list[Result]:
    assert _worker_bench is not None
    return _solve(find_task(task), unit, _worker_bench)


def _solve(task: Task, unit: _Unit, bench: Bench) -> list[Result]:
    """Answer and score a unit; where it fails as a whole, each sample is tried alone."""
    started = time.perf_counter()
    view = _of_repeat(bench, unit.repeat)
    try:
        answers = task.answer(unit.samples, view)
    except Exception as error:  # a sample that fails is kept with its reason, whatever the reason
        if len(unit.samples) > 1:
            alone = [_Unit((sample,), unit.repeat) for sample in unit.samples]
            return [result for one in alone for result in _solve(task, one, bench)]
        answer = Answer(unscored=_reason(error))
        return [_result(unit.samples[0], unit.repeat, answer, time.perf_counter() - started)]
    seconds = (time.perf_counter() - started) / len(unit.samples)
    return [
        _score(task, sample, unit.repeat, answer, view, seconds)
        for sample, answer in zip(unit.samples, answers, strict=True)
    ]


def _score(task: Task, sample: Sample, repeat: int, answer: Answer, bench: Bench, seconds: float) -> Result:
    if answer.output is None:
        return _result(sample, repeat, answer, seconds)
    try:
        score = task.score(sample, answer.output, bench)
    except Exception as error:  # see above
        failed = answer.model_copy(update={"unscored": f"scoring failed: {_reason(error)}"})
        return _result(sample, repeat, failed, seconds)
    return _result(sample, repeat, answer, seconds, score)


def _result(
    sample: Sample, repeat: int, answer: Answer, seconds: float, score: Score | None = None
) -> Result:
    """Return a result; without a score it is unscored for the answer's reason."""
    return Result(
        id=sample.id,
        group=sample.unit,
        kind=sample.kind,
        must_hold=sample.must_hold,
        repeat=repeat,
        gold=sample.labelled(),
        output=answer.output,
        score=score,
        unscored=None if score else answer.unscored or "no answer",
        seconds=round(seconds, 4),
        tokens=answer.tokens,
        cost=answer.cost,
    )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


def _of_repeat(bench: Bench, repeat: int) -> Bench:
    """Return the bench for a repetition: replies kept in the first would make a model repeat itself."""
    if repeat == 1 or bench.settings.model is None:
        return bench
    view = copy.copy(bench)
    replies = bench.settings.workspace / "evaluation" / f"repeat-{repeat}"
    view.settings = replace(bench.settings, replies=replies)
    return view


def _describe_run(plan: RunPlan, bench: Bench, samples: int) -> EvaluationRun:
    label_map = plan.settings.label_map
    return EvaluationRun(
        task=plan.task.name,
        dataset=_shown_path(plan.dataset.path),
        dataset_sha256=plan.dataset.sha256,
        samples=samples,
        rows=len(plan.dataset.samples),
        limit=plan.limit,
        seed=plan.seed,
        repeats=plan.repeats,
        label_map=label_map.digest if label_map else None,
        name=f"{plan.dataset.path.resolve().parent.name}/{plan.dataset.path.stem}",
        analyst=plan.analyst,
        model=_describe_model(plan.settings.model),
        prompts_sha256=_digest_files(prompts_folder()),
        knowledge_sha256=bench.analyzer.knowledge.digest,
        code_sha256=_digest_files(Path(__file__).parents[1])
        + _digest_files(evaluation_data_path(), deep=False),
        git_revision=git_revision(),
        clauseproof=own_version(),
        python=platform.python_version(),
        started=datetime.datetime.now(datetime.UTC),
    )


def _shown_path(path: Path) -> str:
    """Return a path as a reader of this folder would write it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _describe_model(model: ModelSettings | None) -> dict[str, str]:
    if model is None:
        return {}
    found = {"base_url": model.base_url or "", **model.parameters()}
    if model.recorded:
        found["recorded"] = _digest_files(model.recorded)
    return found


@lru_cache(maxsize=8)
def _digest_files(folder: Path, *, deep: bool = True) -> str:
    """Return a hash over the files of a folder, and of the folders in it where `deep`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*") if deep else folder.glob("*")):
        if path.is_file() and path.suffix != ".pyc" and path.name != "baseline.json":
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]
