"""Running a task: nothing is lost, nothing answered twice, whatever stops a run or fails in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clauseproof.evaluation import execution
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.figures import compute_figures
from clauseproof.evaluation.results import Result, RunResults, Score, read_results
from clauseproof.evaluation.samples import Sample
from clauseproof.evaluation.tasks import known_tasks
from clauseproof.evaluation.tasks.base import Output, Task
from clauseproof.knowledge import KnowledgeBase
from clauseproof.llm.stack import ModelSettings

from .conftest import LOG, Answered, Row, write_rows

MODEL = ModelSettings(name="openai:nobody-is-asked")

# Run as a program, and read once more by each of its workers: both have to know the task and need no analyst.
_PROGRAM = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from clauseproof.evaluation import bench
from clauseproof.evaluation.execution import run_task
from clauseproof.evaluation.tasks import known_tasks
from evaluation.conftest import ECHO, make_plan

dataset, outputs, jobs, digest, after = sys.argv[1:]
known_tasks()["echo"] = ECHO
bench.Analyzer = lambda: SimpleNamespace(knowledge=SimpleNamespace(digest=digest))

def stop(message):
    if message.startswith(f"echo: {after} of"):
        raise RuntimeError("stopped by the one who is told")

if __name__ == "__main__":
    from clauseproof.evaluation import execution
    execution._TOLD_EVERY_SECONDS = -1.0
    if os.environ.get("KILL_AT"):
        answered = iter(range(int(os.environ["KILL_AT"])))
        def answer(samples, bench):
            if next(answered, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return ECHO.answer(samples, bench)
        known_tasks()["echo"] = replace(ECHO, answer=answer)
    plan = make_plan("echo", Path(dataset), Path("workspace"), jobs=int(jobs))
    run_task(plan, bench.Bench(plan.settings), Path(outputs), stop)
"""
Process = Callable[..., int]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the task `echo` puts down what it answers."""
    monkeypatch.setenv(LOG, str(tmp_path / "log"))
    return tmp_path / "log"


@pytest.fixture
def process(tmp_path: Path, knowledge: KnowledgeBase) -> Process:
    """Run rows of `echo` as a process; returns its exit code."""

    def process(
        rows: list[Row], outputs: Path, *, jobs: int = 1, stop_after: int = 0, kill_at: str = ""
    ) -> int:
        program = tmp_path / "program.py"
        program.write_text(_PROGRAM)
        dataset = write_rows(tmp_path / "echo.jsonl", rows)
        done = subprocess.run(
            [sys.executable, program, dataset, outputs, str(jobs), knowledge.digest, str(stop_after)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "KILL_AT": kill_at},
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert not done.stderr or b"stopped by the one" in done.stderr, done.stderr.decode()
        return done.returncode

    return process


def _rows(count: int) -> list[Row]:
    words = ("right", "wrong", "right")
    return [{"id": f"s{count - n:03}", "does": words[n % 3], "group": f"d{n % 7}"} for n in range(count)]


def _timeless(run: RunResults) -> list[Result]:
    """Return the results as they are but for the clock."""
    return [one.model_copy(update={"seconds": 0.0}) for one in run.results]


class TestStopped:
    ROWS = _rows(500)

    def test_a_killed_run_goes_on_where_it_stopped(
        self, echo: Task, answered: Answered, process: Process, log: Path, tmp_path: Path
    ) -> None:
        """Nothing lost, nothing answered twice, as if it had never been stopped."""
        outputs = tmp_path / "outputs.jsonl"
        assert process(self.ROWS, outputs, kill_at="250") == -signal.SIGKILL
        assert len(outputs.read_text().splitlines()) == 250
        resumed = answered("echo", *self.ROWS, outputs=outputs)
        assert log.read_text().split() == [row["id"] for row in self.ROWS]
        whole = answered("echo", *self.ROWS)
        assert _timeless(resumed) == _timeless(whole)
        assert read_results(outputs).results == resumed.results
        assert [one.id for one in resumed.results] == [row["id"] for row in self.ROWS]

    def test_a_run_stopped_by_an_error_of_its_caller_goes_on(
        self, echo: Task, answered: Answered, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Stopped twice; a run that is done answers nothing when it is asked for again."""
        monkeypatch.setattr(execution, "_TOLD_EVERY_SECONDS", -1.0)
        outputs = tmp_path / "outputs.jsonl"

        def stop(message: str) -> None:
            if message in ("echo: 100 of 500", "echo: 400 of 500"):
                raise KeyboardInterrupt

        for count in (100, 400):
            with pytest.raises(KeyboardInterrupt):
                answered("echo", *self.ROWS, outputs=outputs, progress=stop)
            assert len(outputs.read_text().splitlines()) == count
        for _ in range(2):
            resumed = answered("echo", *self.ROWS, outputs=outputs)
        assert log.read_text().split() == [row["id"] for row in self.ROWS]
        assert _timeless(resumed) == _timeless(answered("echo", *self.ROWS))

    def test_a_last_line_cut_short_is_answered_again(
        self, echo: Task, answered: Answered, log: Path, tmp_path: Path
    ) -> None:
        """It alone."""
        rows, outputs = self.ROWS[:20], tmp_path / "outputs.jsonl"
        before = answered("echo", *rows, outputs=outputs)
        outputs.write_bytes(outputs.read_bytes()[:-30])
        log.unlink()
        after = answered("echo", *rows, outputs=outputs)
        assert log.read_text().split() == [rows[-1]["id"]]
        assert _timeless(after) == _timeless(before) == _timeless(read_results(outputs))

    def test_unscored_samples_are_answered_again(
        self, echo: Task, answered: Answered, log: Path, tmp_path: Path
    ) -> None:
        """What failed may have been the network; what has a score stays."""
        outputs = tmp_path / "outputs.jsonl"
        rows: list[Row] = [{"id": "a"}, {"id": "b", "does": "raise"}]
        for _ in range(2):
            run = answered("echo", *rows, outputs=outputs)
        assert log.read_text().split() == ["a", "b", "b"]
        assert [one.unscored for one in run.results] == [None, "RuntimeError: b cannot be answered"]

    def test_a_stopped_run_of_several_processes_stops(
        self, process: Process, log: Path, tmp_path: Path
    ) -> None:
        """What waits is not worked on any more; it would be for nothing."""
        outputs = tmp_path / "outputs.jsonl"
        assert process(self.ROWS, outputs, jobs=2, stop_after=1) == 1
        assert len(log.read_text().split()) < len(self.ROWS)


class TestFailures:
    def test_one_sample_that_fails_leaves_the_others_of_its_unit(
        self, echo: Task, answered: Answered
    ) -> None:
        """It is unscored with the reason in a line, and counted."""
        does = ("right", "raise", "wrong", "raise")
        rows = [{"id": f"{n}", "does": one, "together": "u"} for n, one in enumerate(does)]
        run = answered("echo", *rows)
        assert [one.score.passed if one.score else None for one in run.results] == [True, None, False, None]
        assert run.results[1].unscored == "RuntimeError: 1 cannot be answered"
        figures = compute_figures(run)
        assert (figures.scored, figures.unscored, sum(figures.reasons.values())) == (2, 2, 2)

    def test_a_failure_in_scoring_keeps_the_answer(
        self, echo: Task, answered: Answered, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The output stays for a person to look at."""

        def fail(sample: Sample, output: Output, bench: Bench) -> Score:
            raise ValueError("no scale")

        monkeypatch.setitem(known_tasks(), "echo", replace(echo, score=fail))
        (result,) = answered("echo", {"id": "a"}).results
        assert result.unscored == "scoring failed: ValueError: no scale"
        assert result.output == {"word": "right"}

    def test_a_worker_that_dies_takes_one_sample_with_it(
        self, echo: Task, process: Process, answered: Answered, tmp_path: Path
    ) -> None:
        """It is tried once more and then unscored; the others have their scores."""
        outputs = tmp_path / "outputs.jsonl"
        rows = [{"id": f"{n}", "does": "die" if n == 3 else "right"} for n in range(8)]
        assert process(rows, outputs, jobs=2) == 0
        results = read_results(outputs).results
        assert [one.id for one in results] == [row["id"] for row in rows]
        assert {one.id: one.unscored for one in results if one.unscored} == {"3": "the worker process died"}


class TestParallel:
    def test_processes_answer_as_one_does(self, answered: Answered) -> None:
        """The offline analyst, by real workers."""
        rows = [
            {"id": f"{n}", "text": text, "practices": ["retention"]}
            for n, text in enumerate(("We keep data for 30 days.", "We sell your data.", "Hello.", ""))
        ]
        assert _timeless(answered("classification", *rows, jobs=2)) == _timeless(
            answered("classification", *rows)
        )

    def test_threads_answer_as_one_does(self, echo: Task, answered: Answered) -> None:
        """Where a language model is asked, failures included."""
        rows: list[Row] = [*_rows(60), {"id": "x", "does": "raise"}]
        assert _timeless(answered("echo", *rows, jobs=4, model=MODEL)) == _timeless(
            answered("echo", *rows, model=MODEL)
        )


class TestParts:
    def test_a_seed_chooses_a_part_of_the_rows(self, echo: Task, answered: Answered) -> None:
        """The same one twice, another one with another seed, told in the record."""
        first, again, other = (answered("echo", *_rows(40), limit=10, seed=seed) for seed in (1, 1, 2))
        chosen = [{one.id for one in run.results} for run in (first, again, other)]
        assert chosen[0] == chosen[1] != chosen[2]
        assert (first.run.samples, first.run.rows, first.run.limit) == (10, 40, 10)

    def test_repeats_tell_whether_answers_stay(self, echo: Task, answered: Answered) -> None:
        """One that alternates agrees with none of its neighbours; one repetition tells nothing."""
        rows: list[Row] = [{"id": "a"}, {"id": "b", "does": "alternate"}]
        run = answered("echo", *rows, repeats=3)
        assert [(one.repeat, one.id) for one in run.results] == [
            (repeat, name) for repeat in (1, 2, 3) for name in "ab"
        ]
        (stability,) = (row for row in compute_figures(run).whole() if row.metric == "rerun-agreement")
        assert (stability.figure.value, stability.figure.count) == (0.5, 4)
        alone = compute_figures(answered("echo", *rows)).whole()
        assert "rerun-agreement" not in {row.metric for row in alone}
