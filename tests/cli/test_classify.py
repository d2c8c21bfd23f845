"""`classify`: rows in, rows out, and the line a bad row stands in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from . import shapes
from .conftest import Run, error_line

GOOD = {"id": 7, "text": "We use your prompts to train our models."}


def write(path: Path, *lines: str | bytes) -> str:
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return str(path)


def test_rows_are_labelled_in_order(run: Run, tmp_path: Path) -> None:
    """One row out per row in, under the same id; blank lines and a byte order mark do not count."""
    file = write(
        tmp_path / "rows.jsonl", "\ufeff" + json.dumps(GOOD), "", json.dumps({"id": "b", "text": ""}), ""
    )
    result = run("classify", file)
    first, second = (shapes.parse(line, shapes.CLASSIFIED) for line in result.stdout.splitlines())
    assert (first["id"], second["id"], second["practices"]) == (7, "b", [])
    assert "ai-training" in {label["id"] for label in first["practices"]}


def test_rows_come_from_standard_input(run: Run) -> None:
    """A dash stands for it."""
    result = run("classify", "-", input=json.dumps(GOOD))
    assert shapes.parse(result.stdout, shapes.CLASSIFIED)["id"] == 7


def test_an_empty_file_has_no_rows(run: Run, tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    result = run("classify", write(tmp_path / "rows.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 1, "text": "x"', "not JSON"),
        ("[1]", "id and text"),
        ('{"id": 1}', "text missing"),
        ("{}", "id and text missing"),
        ('{"id": 1, "text": 5}', "text is not a text"),
        (b'{"id": 1, "text": "\xff"}', "not UTF-8"),
        ("[" * 100_000, "too deep"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(
    run: Run, tmp_path: Path, line: str | bytes, reason: str
) -> None:
    """The rows before it are labelled, the row itself is told by its number."""
    result = run("classify", write(tmp_path / "rows.jsonl", json.dumps(GOOD), line))
    assert (result.exit_code, len(result.stdout.splitlines())) == (2, 1)
    message = error_line(result.stderr)
    assert "rows.jsonl, line 2: " in message
    assert reason in message


def test_a_file_that_cannot_be_opened_is_named(run: Run, tmp_path: Path) -> None:
    """Missing, or a folder."""
    for path in (tmp_path / "missing.jsonl", tmp_path):
        result = run("classify", str(path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert str(path) in error_line(result.stderr)
