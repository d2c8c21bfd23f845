"""Results of a run: a row per sample, kept as they come, and the record of the run beside them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from clauseproof.archive.storage import write_atomically
from clauseproof.documents import Model
from clauseproof.errors import EvaluationError, WorkspaceError

# What metrics add up: family -> class -> key -> number.
Counts = dict[str, dict[str, dict[str, float]]]
Rule = Literal[
    "invented-quotation",
    "non-existent-article",
    "citation-not-in-force",
    "legal-conclusion",
    "falsehood-in-report",
]


_ANCHOR = "anchor: "
# What may differ between two starts of the same run.
_INCIDENTAL = frozenset({"started", "git_revision", "dataset"})


class Breach(Model):
    """A rule without exceptions that an output broke."""

    rule: Rule
    detail: str


class Score(Model):
    """What an output is worth against its labels.

    Attributes:
        passed: Whether it is right as a whole.
        value: Between 0 and 1.
        why: What is wrong with it, in a line; empty where nothing is.
        counts: What the metrics of the task add up.
        breaches: Rules without exceptions that it broke.
    """

    passed: bool
    value: float = Field(ge=0, le=1)
    why: str = ""
    counts: Counts = Field(default_factory=dict)
    breaches: tuple[Breach, ...] = ()


class Result(Model):
    """One sample of a run.

    Attributes:
        id: The sample's.
        group: The document it is counted under.
        kind: Name of that document, for breakdowns.
        must_hold: As the dataset marks it.
        repeat: Which repetition, from 1.
        gold: What people labelled.
        output: What the program answered; None where it gave no answer.
        score: None where the sample is unscored.
        unscored: Why there is no score; None where there is one.
        seconds: Time the answer took; samples answered together share it evenly.
        tokens: Tokens a language model used for it.
        cost: US dollars; None where no price is known.
    """

    id: str
    group: str
    kind: str = ""
    must_hold: bool = False
    repeat: int = 1
    gold: dict[str, Any] = Field(default_factory=dict)
    output: dict[str, Any] | None = None
    score: Score | None = None
    unscored: str | None = None
    seconds: float = 0.0
    tokens: int = 0
    cost: float | None = None

    @model_validator(mode="after")
    def _scored_or_not(self) -> Result:
        if (self.score is None) == (self.unscored is None):
            raise ValueError("a result has either a score or the reason why it has none")
        return self

    @property
    def key(self) -> tuple[str, int]:
        """Which sample in which repetition."""
        return self.id, self.repeat


class EvaluationRun(Model):
    """Everything needed to explain or repeat a run of a task.

    Attributes:
        task: Name of the task.
        dataset: The dataset's file.
        dataset_sha256: Over the dataset's rows, with what they refer to.
        samples: Number of samples chosen.
        rows: Number of rows in the dataset.
        limit: How many samples at most; None for all.
        seed: Chooses the sample and everything else that is drawn.
        repeats: How often each sample was answered.
        label_map: Digest of the label map, where one was used.
        name: Folder and name of the dataset, however its path was written.
        analyst: Who answered.
        model: Endpoint, parameters and recordings of a language model; empty without one.
        prompts_sha256: Over the prompts.
        knowledge_sha256: Digest of the knowledge base.
        code_sha256: Over the program's own files and the evaluation's lists.
        git_revision: Commit of the checkout; None where the program is installed.
        clauseproof: Version of the program.
        python: Version of Python.
        started: When the run began.
    """

    task: str
    dataset: str
    dataset_sha256: str
    samples: int
    rows: int
    limit: int | None
    seed: int
    repeats: int
    label_map: str | None
    name: str
    analyst: str
    model: dict[str, str] = Field(default_factory=dict)
    prompts_sha256: str
    knowledge_sha256: str
    code_sha256: str
    git_revision: str | None
    clauseproof: str
    python: str
    started: datetime.datetime

    @property
    def is_anchor(self) -> bool:
        """Whether an anchor answered, not an analyst of ours."""
        return self.analyst.startswith(_ANCHOR)

    def same_work(self, other: EvaluationRun) -> bool:
        """Tell whether results of one run can stand in the other."""
        return self.difference(other) is None

    def difference(self, other: EvaluationRun) -> str | None:
        """Return the first field that makes two runs different work; None where they are the same."""
        compared = (name for name in EvaluationRun.model_fields if name not in _INCIDENTAL)
        return next((name for name in compared if getattr(self, name) != getattr(other, name)), None)


class RunResults(Model):
    """A run with its results, in the order of the dataset."""

    run: EvaluationRun
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        """Task and dataset, as tables name it."""
        return f"{self.run.task} on {self.run.name}"


def record_path(outputs: Path) -> Path:
    """Return where the record of a run lies beside its results."""
    return outputs.with_name(outputs.name + ".run.json")


def read_results(outputs: Path) -> RunResults:
    """Read a finished run.

    Raises:
        EvaluationError: A file is missing, damaged or unfinished; names file and line.
    """
    run = _read_record(outputs)
    if run is None:
        raise EvaluationError(f"{outputs}: no record of a run at {record_path(outputs)}.")
    rows = _read_rows(outputs, whole=True)
    wanted = run.samples * run.repeats
    if len(rows) != wanted:
        raise EvaluationError(
            f"{outputs}: {len(rows)} of {wanted} results; the run did not finish. Start it again, it goes on."
        )
    return RunResults(run=run, results=tuple(rows))


def write_record(outputs: Path, run: EvaluationRun) -> None:
    """Write the record of a run beside its results."""
    _replace(record_path(outputs), run.model_dump_json(indent=1) + "\n")


class ResultsFile:
    """The file a run writes: a line per answered sample as it comes, resumed where it stopped."""

    def __init__(self, outputs: Path, run: EvaluationRun) -> None:
        """Open the file for a run.

        Raises:
            EvaluationError: It holds another run's results; nothing is overwritten.
        """
        self._path = outputs
        before = _read_record(outputs)
        changed = before.difference(run) if before else None
        if changed:
            what = changed.replace("_sha256", "").replace("_", " ")
            raise EvaluationError(
                f"{outputs} holds another run ({what} differs); name another file or remove it."
            )
        if before is None and outputs.exists() and outputs.stat().st_size:
            raise EvaluationError(f"{outputs} is not the outputs of a run; name another file.")
        self.done = {result.key: result for result in _read_rows(outputs, whole=False)} if before else {}
        self.done = {key: result for key, result in self.done.items() if result.unscored is None}
        write_record(outputs, run)
        self._rewrite(self.done.values())
        try:
            self._file = outputs.open("a", encoding="utf-8")
        except OSError as error:
            raise EvaluationError(f"{outputs}: cannot be written: {error.strerror}.") from error

    def add(self, result: Result) -> None:
        """Keep a result at once: a crash of the program after this does not lose it."""
        self._file.write(_line(result))
        self._file.flush()

    def finish(self, results: Iterable[Result]) -> None:
        """Replace the file by the results in the dataset's order."""
        self._file.close()
        self._rewrite(results)

    def close(self) -> None:
        """Close the file as it is; what was added stays."""
        self._file.close()

    def _rewrite(self, results: Iterable[Result]) -> None:
        _replace(self._path, "".join(map(_line, results)))


def _replace(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except WorkspaceError as error:
        reason = error.__cause__.strerror if isinstance(error.__cause__, OSError) else str(error)
        raise EvaluationError(f"{path}: cannot be written: {reason}.") from error


def _line(result: Result) -> str:
    row = result.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def _read_record(outputs: Path) -> EvaluationRun | None:
    path = record_path(outputs)
    try:
        return EvaluationRun.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise EvaluationError(f"{path} is no record of a run; remove it and its results.") from error


def _read_rows(outputs: Path, *, whole: bool) -> list[Result]:
    """Read the rows; where the file need not be whole, a last line cut short by a crash is dropped."""
    try:
        lines = outputs.read_bytes().splitlines()
    except FileNotFoundError as error:
        if whole:
            raise EvaluationError(f"{outputs}: no such file.") from error
        return []
    except OSError as error:
        raise EvaluationError(f"{outputs}: cannot be read: {error.strerror}.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(Result.model_validate_json(line))
        except ValidationError as error:
            if not whole and number == len(lines):
                break
            raise EvaluationError(f"{outputs}, line {number}: not a result of a run.") from error
    return rows
