"""Small datasets and the workbench over them, runs made up result by result, a task that does as told."""

from __future__ import annotations

import datetime
import itertools
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from clauseproof.evaluation.bench import Bench, BenchSettings
from clauseproof.evaluation.datasets import load_dataset
from clauseproof.evaluation.execution import RunPlan, run_task
from clauseproof.evaluation.metrics.decisions import ACCURACY, count_decision
from clauseproof.evaluation.results import Breach, EvaluationRun, Result, RunResults, Score
from clauseproof.evaluation.samples import Sample
from clauseproof.evaluation.tasks import find_task, known_tasks
from clauseproof.evaluation.tasks.base import Answer, Output, Task
from clauseproof.llm.stack import ModelSettings
from clauseproof.pipeline import Analyzer, sample_archive_path

Row = Mapping[str, Any]
Answered = Callable[..., RunResults]

POLICY: Row = {
    "archive": str(sample_archive_path()),
    "service": "Brushmoor",
    "document": "Privacy Policy",
    "version_id": "2026-06-30-132ce56ae070",
    "sha256": "132ce56ae0709256eee9f1323d0377c43be34d1aa81e7b92922ee6fbddc2bf0c",
}
LOG = "ECHO_LOG"
_calls = itertools.count()


class EchoSample(Sample):
    """A row that says what is to become of it."""

    does: Literal["right", "wrong", "raise", "alternate", "die"] = "right"
    together: str = ""


def _echo(samples: Sequence[EchoSample], bench: Bench) -> list[Answer]:
    """Answer as each row says, and put it down in the log, as far as there is one."""
    return [Answer(output={"word": _say(sample)}) for sample in samples]


def _say(sample: EchoSample) -> str:
    if log := os.environ.get(LOG):
        with Path(log).open("a") as file:
            file.write(f"{sample.id}\n")
    if sample.does == "raise":
        raise RuntimeError(f"{sample.id} cannot\nbe answered")
    if sample.does == "die":
        os._exit(1)
    return f"word {next(_calls) % 2}" if sample.does == "alternate" else sample.does


def _judge(sample: EchoSample, output: Output, bench: Bench) -> Score:
    decided = "reject" if output["word"] == "wrong" else "accept"
    passed = decided == "accept"
    return Score(passed=passed, value=passed, counts={"decisions": count_decision("accept", decided)})


ECHO = Task(
    name="echo",
    title="Rows that say what becomes of them",
    row=EchoSample,
    metrics=(ACCURACY,),
    answer=_echo,
    score=_judge,
    labels=lambda output: frozenset({output["word"]}),
    together=lambda sample: sample.together or sample.id,
)


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Task:
    """Let the task `echo` be known for a test."""
    monkeypatch.setitem(known_tasks(), "echo", ECHO)
    return ECHO


def write_rows(path: Path, rows: Iterable[Row]) -> Path:
    """Write a dataset."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def make_plan(
    task: str, dataset: Path, workspace: Path, model: ModelSettings | None = None, **choices: Any
) -> RunPlan:
    """Plan a run over a dataset."""
    label_map = choices.pop("label_map", None)
    chosen = find_task(task)
    loaded = load_dataset(dataset, chosen.row, label_map)
    settings = BenchSettings(dataset.parent, workspace, label_map, model, shared=loaded.shared)
    return RunPlan(chosen, loaded, settings, **choices)


@pytest.fixture
def answered(analyzer: Analyzer, tmp_path: Path) -> Answered:
    """Answer and score rows of a task."""

    def answered(
        task: str,
        *rows: Row,
        outputs: Path | None = None,
        progress: Callable[[str], None] = lambda _: None,
        **choices: Any,
    ) -> RunResults:
        dataset = write_rows(tmp_path / f"{task}.jsonl", rows)
        plan = make_plan(task, dataset, tmp_path / "workspace", **choices)
        return run_task(plan, Bench(plan.settings, analyzer), outputs, progress)

    return answered


def decided(
    name: str,
    *,
    right: bool = True,
    group: str = "",
    must_hold: bool = False,
    breach: str = "",
    expected: Literal["accept", "reject"] = "accept",
) -> Result:
    """Return the result of a quotation that was decided rightly or not."""
    word = expected if right else {"accept": "reject", "reject": "accept"}[expected]
    return Result(
        id=name,
        group=group or name,
        must_hold=must_hold,
        gold={"expected": expected},
        output={"decision": word},
        score=Score(
            passed=right,
            value=right,
            why="" if right else f"{word}ed: altered",
            counts={"decisions": count_decision(expected, word)},
            breaches=(Breach(rule="invented-quotation", detail=breach),) if breach else (),
        ),
    )


def lost(name: str, reason: str = "ModelUnavailableError: 500", *, must_hold: bool = False) -> Result:
    """Return the result of a sample without a score."""
    return Result(id=name, group=name, must_hold=must_hold, unscored=reason)


def run_of(*results: Result, **changes: Any) -> RunResults:
    """Return a run of the task `quotes` with these results, every row of its dataset."""
    count = len({one.id for one in results})
    described: dict[str, Any] = {
        "task": "quotes",
        "dataset": "data/mine/quotes.jsonl",
        "dataset_sha256": "d" * 64,
        "samples": count,
        "rows": count,
        "limit": None,
        "seed": 0,
        "repeats": 1,
        "label_map": None,
        "analyst": "offline",
        "name": "fixtures/quotes",
        "prompts_sha256": "p0" * 16,
        "knowledge_sha256": "k" * 64,
        "code_sha256": "c" * 64,
        "git_revision": None,
        "clauseproof": "0.1.0",
        "python": "3.11",
        "started": datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC),
    }
    return RunResults(run=EvaluationRun(**{**described, **changes}), results=results)
