"""The file a run writes: whose it is, and what is done where it is another's or damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.results import (
    Result,
    ResultsFile,
    RunResults,
    read_results,
    record_path,
)

from .conftest import decided, lost, run_of

RUN = run_of(decided("a"), decided("b", right=False), lost("c"))


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A finished run."""
    return _finish(tmp_path / "new folder" / "outputs.jsonl", RUN)


def _finish(path: Path, run: RunResults) -> Path:
    file = ResultsFile(path, run.run)
    file.finish(run.results)
    return path


def _contents(outputs: Path) -> tuple[bytes, bytes]:
    return outputs.read_bytes(), record_path(outputs).read_bytes()


def test_a_run_is_read_as_it_was_written(outputs: Path) -> None:
    """Record, results, order, breaches and reasons."""
    assert read_results(outputs) == RUN


def test_hostile_characters_survive(tmp_path: Path) -> None:
    """Line separators of every kind are in a text, not between rows."""
    odd = decided("a\u2028\x85\r\n\x00\u202e", breach="</script>\U0001f600")
    run = run_of(odd)
    assert read_results(_finish(tmp_path / "o.jsonl", run)) == run


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"task": "truth"}, "task"),
        ({"dataset_sha256": "e" * 64}, "dataset"),
        ({"limit": 5}, "limit"),
        ({"seed": 5}, "seed"),
        ({"repeats": 2}, "repeats"),
        ({"label_map": "m"}, "label map"),
        ({"analyst": "openai:x"}, "analyst"),
        ({"prompts_sha256": "p"}, "prompts"),
        ({"knowledge_sha256": "l" * 64}, "knowledge"),
        ({"code_sha256": "x"}, "code"),
    ],
)
def test_outputs_of_another_run_are_refused_and_left(
    outputs: Path, change: dict[str, object], named: str
) -> None:
    """What differs is named."""
    before = _contents(outputs)
    with pytest.raises(EvaluationError, match=rf"another run \({named} differs\)"):
        ResultsFile(outputs, run_of(**change).run.model_copy(update={"samples": 3, "rows": 3}))
    assert _contents(outputs) == before


def test_the_same_run_may_begin_later_and_elsewhere(outputs: Path) -> None:
    """Its day, its commit and the place of its data do not make it another; unscored rows are open again."""
    later = RUN.run.model_copy(update={"git_revision": "abc", "dataset": "elsewhere/quotes.jsonl"})
    file = ResultsFile(outputs, later)
    file.close()
    assert list(file.done) == [("a", 1), ("b", 1)]


def test_a_file_that_is_no_run_is_left(tmp_path: Path) -> None:
    """A user's own file, or a folder."""
    own = tmp_path / "own.jsonl"
    own.write_text("my notes\n")
    for path in (own, tmp_path):
        with pytest.raises(EvaluationError, match="not the outputs of a run"):
            ResultsFile(path, RUN.run)
    assert own.read_text() == "my notes\n"
    assert not record_path(own).exists()


@pytest.mark.parametrize("record", [b"", b"{}", b"\xff\x00", b"[1]"])
def test_a_damaged_record_is_named(outputs: Path, record: bytes) -> None:
    """To read and to go on; the results stay."""
    record_path(outputs).write_bytes(record)
    before = _contents(outputs)
    with pytest.raises(EvaluationError, match=record_path(outputs).name):
        read_results(outputs)
    with pytest.raises(EvaluationError, match=record_path(outputs).name):
        ResultsFile(outputs, RUN.run)
    assert _contents(outputs) == before


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b"", b'{"id": "b", "group": "b"}'])
def test_a_damaged_line_is_named(outputs: Path, line: bytes) -> None:
    """A line in the middle was no crash: nothing is thrown away."""
    lines = outputs.read_bytes().split(b"\n")
    outputs.write_bytes(b"\n".join([lines[0], line, *lines[2:]]))
    before = outputs.read_bytes()
    with pytest.raises(EvaluationError, match="line 2: not a result"):
        read_results(outputs)
    with pytest.raises(EvaluationError, match="line 2: not a result"):
        ResultsFile(outputs, RUN.run)
    assert outputs.read_bytes() == before


def test_a_last_line_cut_short_is_dropped_to_go_on_and_refused_to_read(outputs: Path) -> None:
    """At every place it can be cut."""
    data = outputs.read_bytes()
    last = len(data) - len(data.splitlines()[-1])
    for cut in range(last, len(data) - 1, 7):
        outputs.write_bytes(data[:cut])
        with pytest.raises(EvaluationError, match="line 3"):
            read_results(outputs)
        file = ResultsFile(outputs, RUN.run)
        file.close()
        assert list(file.done) == [("a", 1), ("b", 1)]


def test_results_that_are_not_there_are_named(outputs: Path) -> None:
    """The file, or its record."""
    outputs.unlink()
    with pytest.raises(EvaluationError, match="no such file"):
        read_results(outputs)
    record_path(outputs).unlink()
    with pytest.raises(EvaluationError, match="no record of a run"):
        read_results(outputs)


def test_results_come_one_by_one(tmp_path: Path) -> None:
    """Each is on disk before the next is asked for."""
    path = tmp_path / "o.jsonl"
    file = ResultsFile(path, RUN.run)
    for count, result in enumerate(RUN.results, 1):
        file.add(result)
        assert len(path.read_bytes().splitlines()) == count
    file.close()


def test_a_result_has_a_score_or_a_reason() -> None:
    """Neither both nor none."""
    for values in ({}, {"score": {"passed": True, "value": 1}, "unscored": "x"}):
        with pytest.raises(ValueError, match="either a score or the reason"):
            Result.model_validate({"id": "a", "group": "a", **values})
