"""The commands of the README on the real archive: adding it, and a name beyond ASCII."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import shapes
from .conftest import Process, Run

pytestmark = pytest.mark.archive
NAMES = ["DALL·E", "Platform to Business Notice"]


@pytest.fixture(scope="module")
def real(genai_archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The option naming a workspace that knows the real archive."""
    from clauseproof.archive import Workspace

    path = tmp_path_factory.mktemp("real") / "workspace"
    Workspace(path).add(str(genai_archive_path))
    return ["--workspace", str(path)]


def test_a_bundle_is_added(run: Run, genai_archive_path: Path) -> None:
    """Its name is made from the file's; it is listed, and an update finds it up to date."""
    added = shapes.parse(
        run("archive", "add", str(genai_archive_path), "--json").stdout, shapes.ARCHIVE_ADDED
    )
    assert (added["name"], added["kind"], added["services"] > 50) == ("genai-contrib-versions", "git", True)
    assert shapes.parse(run("archive", "list", "--json").stdout, shapes.ARCHIVES)[0]["name"] == added["name"]
    assert run("archive", "update").stdout == "genai-contrib-versions: up to date\n"


def test_a_service_beyond_ascii_is_found(run: Run, process: Process, real: list[str]) -> None:
    """In any letter case and in the C locale, from the first version to the newest."""
    rows = shapes.parse(run(*real, "versions", *NAMES, "--json").stdout, shapes.VERSIONS)
    assert len({row["version_id"] for row in rows}) == len(rows) > 50
    assert any(row["technical"] for row in rows)
    words = [*real, "versions", "dall·e".encode(), b"platform", "--json"]
    done = process(*words, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    assert shapes.parse(done.stdout.decode(), shapes.VERSIONS) == rows


def test_a_day_chooses_the_recorded_text(run: Run, real: list[str]) -> None:
    """The first version on its own day, none the day before, the newest without a day."""
    rows = shapes.parse(run(*real, "versions", *NAMES, "--json").stdout, shapes.VERSIONS)
    for at, row in ((["--at", rows[0]["date"]], rows[0]), ([], rows[-1])):
        shown = shapes.parse(run(*real, "show", *NAMES, *at, "--json").stdout, shapes.VERSION)
        assert (shown["version_id"], len(shown["text"])) == (row["version_id"], row["chars"])
        assert run(*real, "show", *NAMES, *at).stdout_bytes.decode() == shown["text"]
    early = run(*real, "show", *NAMES, "--at", "2001-01-01")
    assert (early.exit_code, early.stdout) == (2, "")
    assert rows[0]["date"] in early.stderr


def test_a_sentence_is_proved_and_a_practice_analysed(run: Run, real: list[str]) -> None:
    """The main job on one document, of the shape scripts rely on."""
    rows = shapes.parse(run(*real, "provisions", "midjourney", "privacy", "--json").stdout, shapes.PROVISIONS)
    text = next(row["text"] for row in rows if 80 < len(row["text"]) < 400 and "[" not in row["text"])
    proof = run(*real, "quote", text, "--service", "midjourney", "--json")
    assert shapes.parse(proof.stdout, shapes.QUOTATION)["status"] == "exact"
    analysed = run(*real, "analyze", "midjourney", "privacy", "--practice", "ai-training", "--json")
    report = shapes.parse(analysed.stdout, shapes.REPORT)
    assert report["analyses"][0]["practice"] == "ai-training"
