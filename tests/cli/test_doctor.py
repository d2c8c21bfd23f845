"""`doctor`: findings, and exit code 1 where something is to mend."""

from __future__ import annotations

from pathlib import Path

from . import shapes
from .conftest import Refused, Run


def test_a_new_user_is_ready(run: Run, tmp_path: Path) -> None:
    """Nothing added yet is a note, not a fault; looking creates nothing."""
    result = run("doctor", "--json")
    findings = {one["subject"]: one["status"] for one in shapes.parse(result.stdout, shapes.FINDINGS)}
    assert (result.exit_code, "fault" in findings.values()) == (0, False)
    assert (findings["archive"], findings["embedder"], findings["git"]) == ("note", "ok", "ok")
    assert not (tmp_path / "workspace").exists()


def test_what_is_there_is_named(sample: Run) -> None:
    """The archive with the number of its documents."""
    result = sample("doctor")
    assert result.exit_code == 0
    assert "sample, 9 documents" in result.stdout
    assert result.stdout.endswith("Ready.\n")


def test_each_missing_archive_is_a_fault(run: Run, tmp_path: Path) -> None:
    """Those that can be read are still listed."""
    for name in ("kept", "lost"):
        document = tmp_path / name / "Acorn" / "Terms.md"
        document.parent.mkdir(parents=True)
        document.write_text("# Terms\n")
        run("archive", "add", str(tmp_path / name))
    (tmp_path / "lost").rename(tmp_path / "elsewhere")
    result = run("doctor", "--json")
    archives = [one for one in shapes.parse(result.stdout, shapes.FINDINGS) if one["subject"] == "archive"]
    assert (result.exit_code, sorted(one["status"] for one in archives)) == (1, ["fault", "ok"])
    assert run("doctor").stdout.endswith("1 to mend.\n")


def test_a_damaged_workspace_is_a_fault(run: Run, tmp_path: Path) -> None:
    """The other checks still run."""
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "archives.json").write_text("{")
    result = run("doctor", "--json")
    findings = shapes.parse(result.stdout, shapes.FINDINGS)
    assert (result.exit_code, {"fault", "ok"} <= {one["status"] for one in findings}) == (1, True)


def test_it_takes_no_arguments(refused: Refused) -> None:
    """A stray word is refused."""
    assert "nothing" in refused("doctor", "nothing")
