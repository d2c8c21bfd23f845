"""`analyze` and `demo`: the report of a service, a document, a practice, a provision, a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clauseproof.documents import Version

from . import shapes
from .conftest import Process, Refused, Run, error_line

PRIVACY = ["analyze", "brushmoor", "privacy"]
_ESCAPE = re.compile(r"\x1b")


def iter_quotes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every quotation anywhere inside a report."""
    if isinstance(value, dict):
        if {"start", "end", "text", "version_id"} <= value.keys():
            yield value
        for one in value.values():
            yield from iter_quotes(one)
    elif isinstance(value, list):
        for one in value:
            yield from iter_quotes(one)


def test_a_practice_is_analysed_as_json(sample: Run, version: Version) -> None:
    """Of the shape scripts rely on, and every quotation is the version's own text[start:end]."""
    result = sample(*PRIVACY, "--practice", "ai-training", "--json")
    report = shapes.parse(result.stdout, shapes.REPORT)
    assert (result.exit_code, report["service"]) == (0, "Brushmoor")
    assert [document["version_id"] for document in report["documents"]] == [version.version_id]
    assert [analysis["practice"] for analysis in report["analyses"]] == ["ai-training"]
    quotes = [one for one in iter_quotes(report) if one["version_id"] == version.version_id]
    assert quotes
    assert all(version.text[one["start"] : one["end"]] == one["text"] for one in quotes)


def test_a_whole_service_is_analysed_as_json(sample: Run) -> None:
    """Without a document every one is read; progress goes to stderr."""
    result = sample("analyze", "Brushmoor", "--json")
    report = shapes.parse(result.stdout, shapes.REPORT)
    assert {document["document"] for document in report["documents"]} == {
        "Privacy Policy",
        "Terms of Service",
    }
    assert len({analysis["practice"] for analysis in report["analyses"]}) >= 8
    assert "Privacy Policy" in result.stderr


def test_practices_can_be_named_several_at_once(sample: Run) -> None:
    """One analysis each, found or not."""
    wanted = ["ai-training", "retention"]
    arguments = [word for practice in wanted for word in ("--practice", practice)]
    report = shapes.parse(sample(*PRIVACY, *arguments, "--json").stdout, shapes.REPORT)
    assert sorted(analysis["practice"] for analysis in report["analyses"]) == sorted(wanted)


def test_one_provision_is_analysed(sample: Run) -> None:
    """The id comes from `provisions`; everything said stands on that provision."""
    rows = json.loads(sample("provisions", "brushmoor", "privacy", "--json").stdout)
    row = next(row for row in rows if row["practices"])
    practice = row["practices"][0]["id"]
    result = sample(*PRIVACY, "--practice", practice, "--provision", row["provision_id"], "--json")
    (analysis,) = shapes.parse(result.stdout, shapes.REPORT)["analyses"]
    assert [(one["start"], one["end"]) for one in analysis["provisions"]] == [(row["start"], row["end"])]


def test_a_day_chooses_text_and_law(sample: Run) -> None:
    """What is cited as law was in force that day."""
    result = sample(*PRIVACY, "--practice", "ai-training", "--at", "2025-06-01", "--json")
    report = shapes.parse(result.stdout, shapes.REPORT)
    assert (report["at"], report["documents"][0]["date"]) == ("2025-06-01", "2025-02-11")
    in_force = {one["id"] for one in report["references"] if one["force"] != "coming"}
    cited = {
        citation
        for analysis in report["analyses"]
        for claim in analysis["regulatory_landscape"]
        for citation in claim["citations"]
    }
    assert cited <= in_force


def test_reports_are_written_and_their_paths_printed(sample: Run, tmp_path: Path) -> None:
    """One file per format, in the folder asked for, and a summary that fits a screen."""
    out = tmp_path / "reports"
    result = sample(*PRIVACY, "--practice", "ai-training", "--format", "html, md,json", "--out", str(out))
    assert result.exit_code == 0, result.output
    written = {path.suffix: path for path in out.iterdir()}
    assert set(written) == {".html", ".md", ".json"}
    for path in written.values():
        assert path.name in "".join(result.stdout.split())
    assert len(result.stdout.splitlines()) < 50
    assert not _ESCAPE.search(result.stdout)
    shapes.parse(written[".json"].read_text("utf-8"), shapes.REPORT)


def test_the_default_folder_is_made_where_the_command_runs(
    sample: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`clauseproof-reports/`, holding one HTML file."""
    monkeypatch.chdir(tmp_path)
    assert sample(*PRIVACY, "--practice", "retention").exit_code == 0
    (path,) = (tmp_path / "clauseproof-reports").iterdir()
    assert path.suffix == ".html"


def test_a_file_is_analysed(run: Run, tmp_path: Path) -> None:
    """By its name or on standard input, without any archive."""
    path = tmp_path / "policy.md"
    path.write_text("# Privacy Policy\n\n## Training\n\nWe use your prompts to train our models.\n")
    for name in (str(path), "-"):
        words = ["analyze", "--file", name, "--practice", "ai-training", "--json"]
        result = run(*words, input=path.read_bytes())
        report = shapes.parse(result.stdout, shapes.REPORT)
        assert report["analyses"][0]["excerpt"]["text"].startswith("We use your prompts")


def test_a_hostile_file_steers_neither_terminal_nor_browser(run: Run, tmp_path: Path) -> None:
    """Its control characters and markup stay text, and its name stays a name."""
    path = tmp_path / "<b>evil.md"
    path.write_text(
        "# Privacy <script>alert(1)</script>\n\nWe use your \x1b]0;x\x07 prompts <img src=x onerror=y> to"
        " train our models with partners.\n\nWe use your data to train our models.\n"
    )
    out = tmp_path / "reports"
    result = run("analyze", "--file", str(path), "--practice", "ai-training", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert not _ESCAPE.search(result.stdout)
    (report,) = out.iterdir()
    text = report.read_text("utf-8")
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "<b>evil" not in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Brushmor"], "Did you mean 'Brushmoor'?"),
        (["Brushmoor", "Privcy Policy"], "Did you mean 'Privacy Policy'?"),
        (["Brushmoor", "--practice", "ai-trainin"], "'ai-training'"),
        (["Brushmoor", "--format", "pdf"], "known are"),
        (["Brushmoor", "--format", ","], "known are"),
        (["Brushmoor", "--at", "2001-01-01"], "2001-01-01"),
        (["Brushmoor", "Privacy Policy", "--at", "2001-01-01"], "was first recorded on"),
        (["Brushmoor", "--at", "soon"], "'soon' is not a day"),
        (["Brushmoor", "--archive", "smple"], "Did you mean 'sample'?"),
        ([], "SERVICE"),
        (["Brushmoor", "--file", "x.md"], "SERVICE"),
        (["--file", "x.md", "--archive", "sample"], "--archive"),
        (["../x"], "'../x'"),
    ],
)
def test_wrong_input_is_refused_in_one_line(refused: Refused, arguments: list[str], reason: str) -> None:
    """The line names the place, and where there is one, the nearest name."""
    assert reason in refused("analyze", *arguments)


def test_an_unknown_provision_is_named(sample: Run) -> None:
    """After the progress of reading, one line says so."""
    result = sample(*PRIVACY, "--provision", "nothing:1-2")
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert (result.exit_code, result.stdout, len(errors)) == (2, "", 1)
    assert "'nothing:1-2'" in errors[0]


@pytest.mark.parametrize("out", ["file/reports", "/proc/reports"])
def test_a_folder_that_cannot_be_written_is_named(sample: Run, tmp_path: Path, out: str) -> None:
    """A file in its place, or a file system that takes nothing."""
    (tmp_path / "file").touch()
    folder = str(tmp_path / out) if not out.startswith("/") else out
    result = sample(*PRIVACY, "--practice", "retention", "--out", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert folder in error_line(result.stderr.splitlines()[-1])


def test_demo_works_from_any_folder(process: Process, tmp_path: Path) -> None:
    """Without workspace, home or archive it writes a report on each of the four companies."""
    done = process("demo", env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    reports = list((tmp_path / "clauseproof-reports").iterdir())
    assert len(reports) == 4
    assert b"\x1b" not in done.stdout
    assert not (tmp_path / ".clauseproof").exists()
    printed = b"".join(done.stdout.split()).decode()
    assert all(path.name in printed for path in reports)
