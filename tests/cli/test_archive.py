"""`archive add`, `list` and `update` as a new user types them, and what they refuse."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from clauseproof.pipeline import sample_archive_path

from . import shapes
from .conftest import Refused, Run, error_line, snapshot

SAMPLE = str(sample_archive_path())


def test_a_folder_is_added_listed_and_updated(run: Run, tmp_path: Path) -> None:
    """The three commands agree on the archive's name and say what it holds."""
    added = run("archive", "add", SAMPLE, "--name", "sample")
    assert (added.exit_code, added.stdout) == (0, "sample: 4 services, 9 documents, 27 versions\n")
    listed = run("archive", "list")
    assert listed.stdout.splitlines()[1].split()[:2] == ["sample", "folder"]
    assert run("archive", "update").stdout == "sample: up to date\n"
    assert run("archive", "update", "SAMPLE").exit_code == 0


def test_each_prints_one_json_value(run: Run) -> None:
    """Names and counts keep their places."""
    added = shapes.parse(
        run("archive", "add", SAMPLE, "--name", "sample", "--json").stdout, shapes.ARCHIVE_ADDED
    )
    assert (added["services"], added["documents"], added["versions"]) == (4, 9, 27)
    assert len(shapes.parse(run("archive", "list", "--json").stdout, shapes.ARCHIVES)) == 1
    assert len(shapes.parse(run("archive", "update", "--json").stdout, shapes.UPDATES)) == 1


def test_an_empty_workspace_says_what_to_do(run: Run) -> None:
    """The list is empty JSON, and the hint goes to stderr."""
    listed = run("archive", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert "clauseproof archive add" in listed.stderr
    assert run("archive", "list", "--json").stdout == "[]\n"
    needing = run("versions", "Brushmoor", "Privacy Policy")
    assert needing.exit_code == 2
    assert "clauseproof archive add" in error_line(needing.stderr)


@pytest.mark.parametrize("name", ["../x", "a/b", "--help", ".hidden", "", "a\0b"])
def test_an_archive_cannot_be_named_like_a_path_or_an_option(refused: Refused, name: str) -> None:
    """The name becomes a file's in the workspace."""
    assert "--name" in refused("archive", "add", SAMPLE, "--name", name)


@pytest.mark.parametrize(
    "source", ["/nowhere/at-all", "~nobody-of-this-name/archive", "a\0b", "ext::sh -c x"]
)
def test_a_source_that_is_not_there_is_named(refused: Refused, source: str) -> None:
    """A path, another user's home, and what no file system can hold."""
    assert "neither a file or folder" in refused("archive", "add", source, "--name", "x")


def test_files_that_are_no_archive_are_refused(refused: Refused, tmp_path: Path) -> None:
    """An empty file, a document, an empty folder, and a folder with an impossible date."""
    (tmp_path / "empty.bundle").touch()
    (tmp_path / "Terms.md").write_text("# Terms\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "dated" / "Acorn" / "Terms").mkdir(parents=True)
    (tmp_path / "dated" / "Acorn" / "Terms" / "2024-13-01.md").write_text("# Terms\n")
    for name, reason in {
        "empty.bundle": "not a git bundle",
        "Terms.md": "--file",
        "folder": "holds no documents",
        "dated": "2024-13-01.md",
    }.items():
        line = refused("archive", "add", str(tmp_path / name))
        assert reason in line
        assert name in line


def test_a_truncated_bundle_is_named_and_leaves_nothing(
    refused: Refused, sample_workspace: Path, tmp_path: Path
) -> None:
    """The clone begun from it is swept away."""
    repository, bundle = tmp_path / "repository", tmp_path / "cut.bundle"
    (repository / "Acorn").mkdir(parents=True)
    (repository / "Acorn" / "Terms.md").write_text("# Terms\n\n" + "We list offers.\n" * 50)
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=R", "-c", "user.email=r@example.org", "commit", "--quiet", "--message", "Record"],
        ["bundle", "create", "--quiet", str(bundle), "main"],
    ):
        subprocess.run(["git", *arguments], cwd=repository, check=True)
    bundle.write_bytes(bundle.read_bytes()[:-40])
    assert "cut.bundle" in refused("archive", "add", str(bundle))
    assert not list(sample_workspace.glob("archives/*"))


def test_a_taken_name_is_refused(refused: Refused) -> None:
    """The message says how to choose another."""
    assert "--name" in refused("archive", "add", SAMPLE, "--name", "Sample")


def test_an_unknown_archive_gets_the_nearest_name(refused: Refused) -> None:
    """In `archive update` as in `--archive`."""
    for arguments in (
        ["archive", "update", "smple"],
        ["versions", "Brushmoor", "Terms", "--archive", "smple"],
    ):
        assert "Did you mean 'sample'?" in refused(*arguments)


def test_a_service_in_two_archives_needs_the_archive(run: Run) -> None:
    """The message names both, and `--archive` chooses, in any letter case."""
    for name in ("one", "two"):
        run("archive", "add", SAMPLE, "--name", name)
    unclear = run("versions", "brushmoor", "privacy")
    assert unclear.exit_code == 2
    assert "one, two; choose one with --archive" in error_line(unclear.stderr)
    assert run("versions", "brushmoor", "privacy", "--archive", "TWO").exit_code == 0


def test_a_damaged_list_of_archives_is_named_and_kept(run: Run, tmp_path: Path) -> None:
    """Neither reading nor adding overwrites it."""
    run("archive", "add", SAMPLE, "--name", "sample")
    register = tmp_path / "workspace" / "archives.json"
    register.write_bytes(register.read_bytes()[:20])
    kept = snapshot(tmp_path / "workspace")
    for arguments in (["archive", "list"], ["archive", "add", SAMPLE], ["show", "Brushmoor", "Terms"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "archives.json is damaged" in error_line(result.stderr)
    assert snapshot(tmp_path / "workspace") == kept
