"""Git archives: histories that are not straight, and repositories that are not whole."""

from __future__ import annotations

import datetime
import os
import subprocess
from pathlib import Path

import pytest

from clauseproof.archive import (
    GitArchive,
    find_document,
    record_at,
    version_at,
    versions_of_service_at,
)
from clauseproof.documents import VersionRecord
from clauseproof.errors import ArchiveError, CorruptRecordError, NotInArchiveError

from .conftest import FIRST, NOTICE, PRIVACY, SECOND, THIRD, Repository

SERVICE, DOCUMENT = NOTICE.removesuffix(".md").split("/")


def records(repository: Repository) -> list[VersionRecord]:
    return repository.archive().records(SERVICE, DOCUMENT)


def test_a_version_id_is_the_commit_and_the_source_says_where(recorded: Repository) -> None:
    """Anybody with the repository can look a version up."""
    last = records(recorded)[-1]
    assert last.version_id == recorded.git("rev-parse", "HEAD")
    assert recorded.git("show", last.source) == THIRD.strip()


def test_technical_commits_are_marked(recorded: Repository) -> None:
    """The tool's own recordings are told from the service's changes."""
    assert [record.technical for record in records(recorded)] == [False, False, False, True]


def test_the_day_is_the_authors_in_utc(repository: Repository) -> None:
    """An evening in New York is the next day in UTC."""
    repository.commit("2024-02-01T22:00:00-05:00", {NOTICE: FIRST})
    assert records(repository)[0].date == datetime.date(2024, 2, 2)


def test_deletion_and_readdition_bound_what_a_day_shows(recorded: Repository) -> None:
    """Between the two the document is not there, and the message says since when."""
    recorded.commit("2024-06-01", {NOTICE: None})
    archive = recorded.archive()
    assert archive.documents(SERVICE) == []
    assert archive.former_documents(SERVICE) == [DOCUMENT]
    assert find_document(archive, SERVICE, "platform") == DOCUMENT
    with pytest.raises(NotInArchiveError, match=r"removed .* on 2024-06-01"):
        record_at(archive, SERVICE, DOCUMENT)
    recorded.commit("2024-07-01", {NOTICE: FIRST})
    archive = recorded.archive()
    assert version_at(archive, SERVICE, DOCUMENT, datetime.date(2024, 5, 31)).text == THIRD
    with pytest.raises(NotInArchiveError, match="2024-06-01"):
        version_at(archive, SERVICE, DOCUMENT, datetime.date(2024, 6, 30))
    assert version_at(archive, SERVICE, DOCUMENT).text == FIRST
    assert versions_of_service_at(archive, SERVICE, datetime.date(2024, 6, 30)) == []
    assert len(archive.records(SERVICE, DOCUMENT)) == 5


def test_a_late_rereading_of_an_old_page_does_not_rewrite_the_past(recorded: Repository) -> None:
    """A technical upgrade carries the old page's date, yet stands only from where the history has it."""
    subject = "Apply technical or declaration upgrade on DALL·E Platform to Business Notice"
    late = recorded.commit("2024-02-15", {NOTICE: "# Notice\n\nRe-read.\n"}, subject)
    archive = recorded.archive()
    assert version_at(archive, SERVICE, DOCUMENT, datetime.date(2024, 3, 15)).text == SECOND
    assert record_at(archive, SERVICE, DOCUMENT, datetime.date(2024, 5, 1)).version_id == late
    assert record_at(archive, SERVICE, DOCUMENT).version_id == late


def test_versions_of_a_merged_branch_count_once(recorded: Repository) -> None:
    """What a side branch recorded is listed; the merge that only brings it in is not."""
    recorded.git("checkout", "--quiet", "-b", "side")
    side = recorded.commit("2024-06-01", {NOTICE: FIRST})
    recorded.git("checkout", "--quiet", "main")
    recorded.commit("2024-06-02", {PRIVACY: "# Privacy\n\nNew.\n"})
    recorded.git(
        "merge", "--quiet", "--no-ff", "--message", "Merge side", "side", date="2024-06-03T00:00:00Z"
    )
    assert [record.version_id for record in records(recorded)][4:] == [side]
    assert recorded.git("log", "--format=%H", "--", NOTICE).split()[0] == side


def test_a_merge_with_a_text_of_its_own_is_a_version(recorded: Repository) -> None:
    """Where both branches changed a document and the merge wrote a third text, all three are versions."""
    recorded.git("checkout", "--quiet", "-b", "side")
    side = recorded.commit("2024-06-01", {NOTICE: FIRST})
    recorded.git("checkout", "--quiet", "main")
    main = recorded.commit("2024-06-02", {NOTICE: SECOND})
    with pytest.raises(subprocess.CalledProcessError):
        recorded.git("merge", "side")
    merge = recorded.commit("2024-06-03", {NOTICE: "# Notice\n\nBoth.\n"})
    assert [record.version_id for record in records(recorded)][4:] == [side, main, merge]


def test_a_branch_that_was_overruled_leaves_no_versions(recorded: Repository) -> None:
    """A merge that keeps the main text keeps the main history, as ``git log`` of the file does."""
    recorded.git("checkout", "--quiet", "-b", "side")
    recorded.commit("2024-06-01", {NOTICE: FIRST})
    recorded.git("checkout", "--quiet", "main")
    recorded.commit("2024-06-02", {PRIVACY: "# Privacy\n\nNew.\n"})
    recorded.git("merge", "--quiet", "--strategy=ours", "--message", "Merge side", "side")
    assert len(records(recorded)) == 4


def test_hostile_names_and_links_are_no_documents(repository: Repository) -> None:
    """Control characters, hidden folders, deeper paths and symbolic links are left out."""
    files = {"Acorn\x1b[2J/Terms.md": "x\n", ".github/Notes.md": "x\n", "Acorn/old/Terms.md": "x\n"}
    repository.commit("2024-01-01", {**files, "Acorn/Terms.md": "# Terms\n"})
    (repository.path / "Acorn" / "Link.md").symlink_to("/etc/hostname")
    repository.commit("2024-01-02", {})
    archive = repository.archive()
    assert archive.services() == ["Acorn"]
    assert archive.documents("Acorn") == ["Terms"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"a\0b", "binary"), (b"\xff\xfe\xfa", "UTF-8"), (b"x" * 5_300_000, "more than")],
)
def test_an_unreadable_text_is_named(repository: Repository, content: bytes, reason: str) -> None:
    """The error carries archive, document and version."""
    commit = repository.commit("2024-01-01", {PRIVACY: content})
    archive = repository.archive()
    with pytest.raises(CorruptRecordError, match=f"'acorn': Acorn Chat Privacy Policy.*{commit}.*{reason}"):
        version_at(archive, "Acorn Chat", "Privacy Policy")


def test_reading_goes_on_after_an_enormous_text(repository: Repository) -> None:
    """Its bytes are skipped, not taken for the next text."""
    repository.commit("2024-01-01", {PRIVACY: b"x" * 5_300_000})
    repository.commit("2024-01-02", {PRIVACY: "# Privacy\n"})
    archive = repository.archive()
    failures: list[CorruptRecordError] = []
    read = list(archive.read_many(archive.records("Acorn Chat", "Privacy Policy"), failures))
    assert [version.text for version in read] == ["# Privacy\n"]
    assert len(failures) == 1


def test_only_open_terms_archive_is_attributed(recorded: Repository, tmp_path: Path) -> None:
    """The notice follows from the history, so a company's own repository carries none."""
    own = Repository(tmp_path / "own")
    own.commit("2024-01-01", {PRIVACY: "# Privacy\n"}, "Add our policy")
    assert own.archive().notice == ""
    assert recorded.archive().notice == "Open Terms Archive contributors, ODC-BY 1.0"


def test_the_catalogue_is_kept_until_the_head_moves(recorded: Repository, tmp_path: Path) -> None:
    """Later commands read it; a new commit, or a damaged file, has it made again."""
    path = tmp_path / "catalogues" / "acorn.json"
    assert len(recorded.archive(path).records(SERVICE, DOCUMENT)) == 4
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"2024-05-01", b"2024-05-09"))
    assert recorded.archive(path).records(SERVICE, DOCUMENT)[-1].date == datetime.date(2024, 5, 9)
    recorded.commit("2024-06-01", {NOTICE: FIRST})
    assert len(recorded.archive(path).records(SERVICE, DOCUMENT)) == 5
    path.write_bytes(kept[:100])
    assert len(recorded.archive(path).records(SERVICE, DOCUMENT)) == 5


def test_what_is_no_repository_is_refused_in_one_line(tmp_path: Path, repository: Repository) -> None:
    """A plain folder and a repository without commits say so."""
    for git_dir in (tmp_path, repository.path / ".git"):
        with pytest.raises(ArchiveError, match="archive 'x': git rev-parse failed") as caught:
            GitArchive("x", git_dir).services()
        assert "\n" not in str(caught.value)


def test_a_repository_without_its_objects_is_refused(recorded: Repository) -> None:
    """A text that was recorded but is gone is named; without commits nothing can be listed."""
    archive = recorded.archive()
    last = records(recorded)[-1]
    objects = recorded.path / ".git" / "objects"
    (objects / last.blob[:2] / last.blob[2:]).unlink()
    with pytest.raises(CorruptRecordError, match="lacks its text"):
        archive.read(last)
    commit = records(recorded)[0].version_id
    (objects / commit[:2] / commit[2:]).unlink()
    with pytest.raises(ArchiveError, match="archive 'acorn'"):
        recorded.archive().services()


def test_a_missing_git_is_said(recorded: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message tells what to install."""
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(ArchiveError, match="install git"):
        recorded.archive().services()


def test_surroundings_do_not_redirect_git(recorded: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of a git hook and a user's configuration change nothing."""
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "log.showRoot")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "false")
    assert len(records(recorded)) == 4


@pytest.mark.archive
def test_the_real_archive_agrees_with_git(genai_archive_path: Path, tmp_path: Path) -> None:
    """Every newest text is the head's, and every history is the one ``git log`` of the file gives."""
    clone = tmp_path / "clone.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(genai_archive_path), str(clone)], check=True)
    archive = GitArchive("genai", clone)
    names = [(service, document) for service in archive.services() for document in archive.documents(service)]
    assert (len(archive.services()), len(names)) == (51, 159)
    for service, document in names[::16]:
        command = ["git", f"--git-dir={clone}", "log", "--reverse", "--format=%H", "--"]
        done = subprocess.run(
            [*command, f"{service}/{document}.md"], capture_output=True, check=True, text=True
        )
        found = [record.version_id for record in archive.records(service, document)]
        assert found == done.stdout.split()
    assert sum(1 for _ in archive.read_many(archive.records(*name)[-1] for name in names)) == 159
