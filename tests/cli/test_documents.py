"""`versions`, `show` and `provisions`: finding a document, choosing a day, reading a file."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from archive.extract.samples import make_docx, make_pdf
from clauseproof.documents import Version

from . import shapes
from .conftest import Refused, Run

COMMANDS = ["versions", "show", "provisions"]


def test_versions_are_listed_oldest_first(sample: Run, version: Version) -> None:
    """Three recorded versions, the last of them the one that is shown."""
    rows = shapes.parse(sample("versions", "Brushmoor", "Privacy Policy", "--json").stdout, shapes.VERSIONS)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert (len(rows), rows[-1]["version_id"], rows[-1]["chars"]) == (
        3,
        version.version_id,
        len(version.text),
    )
    lines = sample("versions", "Brushmoor", "Privacy Policy").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["DATE", *(row["date"] for row in rows)]


def test_a_text_is_shown_character_for_character(sample: Run, version: Version) -> None:
    """Nothing but the archived text reaches stdout; which version it is, stderr tells."""
    result = sample("show", "brushmoor", "privacy")
    assert result.stdout_bytes.decode() == version.text
    assert version.date.isoformat() in result.stderr


def test_a_day_chooses_the_text_in_force(sample: Run) -> None:
    """The version recorded last on or before the day, from the very day it was recorded."""
    days = [
        row["date"]
        for row in shapes.parse(sample("versions", "Brushmoor", "Terms", "--json").stdout, shapes.VERSIONS)
    ]
    for at, day in ((days[0], days[0]), (f"{days[1][:4]}-12-31", days[1]), ("2099-01-01", days[2])):
        shown = sample("show", "Brushmoor", "Terms", "--at", at, "--json")
        assert shapes.parse(shown.stdout, shapes.VERSION)["date"] == day
    provisions = sample("provisions", "Brushmoor", "Terms", "--at", days[0], "--json")
    assert shapes.parse(provisions.stdout, shapes.PROVISIONS)[0]["provision_id"].startswith(days[0])


def test_provisions_are_spans_of_the_text(sample: Run, version: Version) -> None:
    """Each row's text is the version's own text[start:end], in order, without overlap."""
    rows = shapes.parse(
        sample("provisions", "Brushmoor", "Privacy Policy", "--json").stdout, shapes.PROVISIONS
    )
    assert all(version.text[row["start"] : row["end"]] == row["text"] for row in rows)
    assert all(one["end"] <= other["start"] for one, other in itertools.pairwise(rows))
    assert any(row["practices"] for row in rows)
    assert any(row["context"] for row in rows)


def test_provisions_are_printed_for_people(sample: Run) -> None:
    """Id and headings, then the beginning of the words, then the practices with their polarity."""
    printed = sample("provisions", "brushmoor", "privacy").stdout
    assert "Brushmoor" in printed.splitlines()[0]
    assert "\x1b" not in printed
    assert any(line.startswith(("  +", "  -", "  ?")) for line in printed.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_names_are_taken_in_any_letter_case_and_unknown_ones_answered(
    sample: Run, refused: Refused, command: str
) -> None:
    """Service and document, each with the nearest name."""
    assert sample(command, "BRUSHMOOR", "privacy POLICY").exit_code == 0
    assert sample(command, "brushmoor", "privacy", "--archive", "sample").exit_code == 0
    assert "Did you mean 'Brushmoor'?" in refused(command, "Brushmor", "Privacy Policy")
    assert "Did you mean 'Privacy Policy'?" in refused(command, "Brushmoor", "Privcy Policy")


@pytest.mark.parametrize(
    "name", ["../x", "--help", "/etc/passwd", "a\0b", "a\nb\x1b[2J", "", "..", "x" * 5000]
)
def test_names_from_outside_never_become_paths_options_or_lines(refused: Refused, name: str) -> None:
    """A hostile service or document is one that is not held, said in one printable line."""
    for arguments in (["--", name, "Terms"], ["--", "Brushmoor", name]):
        line = refused("show", *arguments)
        assert line.isprintable()


@pytest.mark.parametrize("at", ["2024-13-01", "yesterday", "20240101", "2024-W01-1", "2024-1-1", ""])
def test_a_day_is_written_one_way(refused: Refused, at: str) -> None:
    """The message shows how."""
    assert "2026-11-25" in refused("show", "Brushmoor", "Terms", "--at", at)


@pytest.mark.parametrize("command", ["show", "provisions"])
def test_a_day_before_the_first_version_names_that_version(refused: Refused, command: str) -> None:
    """Nothing was recorded yet, and the message says since when something is."""
    line = refused(command, "Brushmoor", "Privacy Policy", "--at", "2001-01-01")
    assert "Brushmoor Privacy Policy was first recorded on 20" in line


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The same short text in every format."""
    words = "We use your prompts to train our models."
    content = {
        "policy.md": f"# Acorn\n\n{words}\n".encode(),
        "policy.txt": f"{words}\n".encode(),
        "policy.html": f"<html><body><main><h1>Acorn</h1><p>{words}</p></main></body></html>".encode(),
        "policy.pdf": make_pdf([[(72, 720, 12, words)]]),
        "policy.docx": make_docx(),
        "policy": f"# Acorn\n\n{words}\n".encode(),
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in content}


@pytest.mark.parametrize(
    "name", ["policy.md", "policy.txt", "policy.html", "policy.pdf", "policy.docx", "policy"]
)
def test_a_file_of_any_format_is_read(run: Run, files: dict[str, Path], name: str) -> None:
    """No archive and no workspace is needed."""
    result = run("provisions", "--file", str(files[name]), "--json")
    rows = shapes.parse(result.stdout, shapes.PROVISIONS)
    assert rows
    if name != "policy.docx":
        assert "ai-training" in {label["id"] for row in rows for label in row["practices"]}


def test_a_file_is_read_from_standard_input(run: Run, files: dict[str, Path]) -> None:
    """Its first bytes tell the format."""
    for name in ("policy.md", "policy.html", "policy.pdf"):
        result = run("provisions", "--file", "-", "--json", input=files[name].read_bytes())
        assert "prompts" in shapes.parse(result.stdout, shapes.PROVISIONS)[-1]["text"]


def test_a_file_goes_with_nothing_of_an_archive(refused: Refused, files: dict[str, Path]) -> None:
    """What would be ignored is refused; so is naming neither."""
    file = ["--file", str(files["policy.md"])]
    for arguments in (["Brushmoor", *file], [*file, "--at", "2024-01-01"], [*file, "--archive", "sample"]):
        assert "--file" in refused("provisions", *arguments)
    assert "SERVICE and DOCUMENT" in refused("provisions", "Brushmoor")


@pytest.mark.parametrize("command", [["provisions"], ["quote", "We may share"], ["analyze"]])
def test_a_file_that_cannot_be_read_is_named(refused: Refused, tmp_path: Path, command: list[str]) -> None:
    """Missing, a folder, empty, blank, binary, encrypted, cut, in another encoding."""
    bad = {
        "missing.md": None,
        "folder.md": b"",
        "empty.md": b"",
        "blank.txt": b" \n\t\n",
        "binary.md": bytes(range(256)) * 8,
        "locked.pdf": make_pdf([[(72, 720, 12, "We may share.")]], encrypted=True),
        "cut.pdf": make_pdf([[(72, 720, 12, "We may share.")]])[:60],
        "cut.docx": make_docx()[:500],
        "latin.txt": "Nous vendons vos données.".encode("latin-1"),
    }
    for name, data in bad.items():
        path = tmp_path / name
        if name == "folder.md":
            path.mkdir()
        elif data is not None:
            path.write_bytes(data)
        assert name in refused(*command, "--file", str(path))
    assert "standard input" in refused(*command, "--file", "-", input=b"")


def test_a_text_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    """Control characters of a file are replaced in what is printed for people, and kept in JSON."""
    path = tmp_path / "evil.md"
    path.write_bytes(
        "# Notice\n\nWe \x1b]0;owned\x07 may share \u202edata\u202c with \x9b31m advertisers.\n".encode()
    )
    printed = run("provisions", "--file", str(path)).stdout
    printed += run("quote", "We may sell data", "--file", str(path)).stdout
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    (row,) = shapes.parse(run("provisions", "--file", str(path), "--json").stdout, shapes.PROVISIONS)
    assert "\x07" in row["text"]


def test_a_malformed_service_folder_is_named(run: Run, tmp_path: Path) -> None:
    """A file that turned bad after the archive was added is told by its place."""
    document = tmp_path / "archive" / "Acorn" / "Terms.md"
    document.parent.mkdir(parents=True)
    document.write_text("# Terms\n\nWe list offers.\n")
    assert run("archive", "add", str(tmp_path / "archive")).exit_code == 0
    document.write_bytes(b"\xff\xfe\x00")
    for command in ("show", "provisions", "analyze"):
        result = run(command, "Acorn", "Terms")
        assert result.exit_code == 2
        assert "Acorn/Terms.md" in result.stderr
    listed = run("versions", "Acorn", "Terms", "--json")
    assert (listed.exit_code, listed.stdout) == (0, "[]\n")
    assert "Acorn/Terms.md" in listed.stderr
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    assert "is not at" in run("show", "Acorn", "Terms").stderr
