"""The workspace: adding, updating and finding archives, and failing without a trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clauseproof.archive import FolderArchive, GitArchive, Workspace
from clauseproof.errors import (
    ArchiveError,
    ConfigurationError,
    NotInArchiveError,
    WorkspaceError,
)

from .conftest import FIRST, NOTICE, Repository, write

SERVICE, DOCUMENT = NOTICE.removesuffix(".md").split("/")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "state" / "workspace")


@pytest.fixture
def bundle(recorded: Repository, tmp_path: Path) -> Path:
    path = tmp_path / "acorn-versions.bundle"
    recorded.git("bundle", "create", str(path), "HEAD", "main")
    return path


def test_looking_creates_nothing(workspace: Workspace) -> None:
    """The folder appears when something is saved."""
    assert workspace.archives() == []
    with pytest.raises(NotInArchiveError, match="archive add"):
        workspace.locate("Acorn Chat")
    assert not workspace.path.exists()


def test_a_bundle_is_cloned_and_listed(workspace: Workspace, bundle: Path) -> None:
    """The clone is the workspace's own, so the bundle may go; the workspace may move."""
    registered = workspace.add(str(bundle))
    assert (registered.name, registered.kind, registered.is_owned) == ("acorn-versions", "git", True)
    bundle.unlink()
    moved = Workspace(workspace.path.rename(workspace.path.with_name("moved")))
    archive, service = moved.locate("dall·e")
    assert (archive.name, service, len(archive.records(service, DOCUMENT))) == ("acorn-versions", SERVICE, 4)
    assert (moved.path / "catalogues" / "acorn-versions.json").exists()


def test_a_file_address_is_cloned_and_updated(workspace: Workspace, recorded: Repository) -> None:
    """An update brings the new commits and says from where to where."""
    workspace.add(f"file://{recorded.path}", "mine")
    commit = recorded.commit("2024-06-01", {NOTICE: FIRST})
    assert len(workspace.open("mine").records(SERVICE, DOCUMENT)) == 4
    (update,) = workspace.update("MINE")
    assert (update.after, update.before != update.after) == (commit, True)
    assert len(workspace.open("mine").records(SERVICE, DOCUMENT)) == 5


def test_an_update_follows_a_renamed_main_branch(workspace: Workspace, recorded: Repository) -> None:
    """The source's HEAD decides, so a branch left behind under the old name does not freeze the archive."""
    workspace.add(f"file://{recorded.path}", "mine")
    recorded.git("checkout", "--quiet", "-b", "trunk")
    commit = recorded.commit("2024-06-01", {NOTICE: FIRST})
    assert workspace.update()[0].after == commit


@pytest.mark.parametrize("references", [["HEAD"], ["main"], ["HEAD", "main"]])
def test_a_bundle_that_grew_is_fetched(
    workspace: Workspace, recorded: Repository, tmp_path: Path, references: list[str]
) -> None:
    """Whether a bundle names its HEAD, its branch or both makes no difference."""
    path = str(tmp_path / "acorn.bundle")
    recorded.git("bundle", "create", path, *references)
    workspace.add(path)
    for date in ("2024-06-01", "2024-06-02"):
        commit = recorded.commit(date, {NOTICE: date})
        recorded.git("bundle", "create", path, *references)
        assert workspace.update()[0].after == commit


def test_a_source_that_went_away_leaves_the_archive_readable(workspace: Workspace, bundle: Path) -> None:
    """A failed update says why and changes nothing."""
    workspace.add(str(bundle))
    bundle.unlink()
    with pytest.raises(ArchiveError, match=r"acorn-versions\.bundle: git ls-remote failed"):
        workspace.update()
    assert workspace.open("acorn-versions").services() == ["Acorn Chat", SERVICE]


def test_a_partial_bundle_is_refused(workspace: Workspace, recorded: Repository, tmp_path: Path) -> None:
    """The message says how to make a whole one."""
    path = tmp_path / "end.bundle"
    recorded.git("bundle", "create", str(path), "main~1..main")
    with pytest.raises(ArchiveError, match="git bundle create FILE HEAD"):
        workspace.add(str(path))


def test_clones_and_folders_are_read_in_place(
    workspace: Workspace, recorded: Repository, tmp_path: Path
) -> None:
    """Nothing is copied, and there is nothing to fetch."""
    write(tmp_path / "contracts" / "Vendor" / "Terms.md", "# Terms\n")
    assert workspace.add(str(recorded.path)).kind == "git"
    assert workspace.add(str(tmp_path / "contracts")).kind == "folder"
    assert isinstance(workspace.open("acorn-versions"), GitArchive)
    assert isinstance(workspace.open("contracts"), FolderArchive)
    assert [update.after for update in workspace.update()] == [recorded.git("rev-parse", "HEAD"), ""]
    assert not (workspace.path / "archives").exists()


def test_a_folder_of_dated_files_kept_in_git_is_a_folder(
    workspace: Workspace, repository: Repository
) -> None:
    """Its history holds no documents of the archive's form, its files do."""
    repository.commit("2024-01-01", {"Vendor/Terms/2024-01-01.md": "# Terms\n"})
    assert workspace.add(str(repository.path)).kind == "folder"


def test_a_branch_that_is_not_called_main_is_found(
    workspace: Workspace, recorded: Repository, tmp_path: Path
) -> None:
    """A bundle made of one branch, without HEAD, still has a newest state."""
    recorded.git("branch", "--move", "trunk")
    path = tmp_path / "trunk.bundle"
    recorded.git("bundle", "create", str(path), "trunk")
    workspace.add(str(path))
    assert workspace.open("trunk").services() == ["Acorn Chat", SERVICE]


def test_a_truncated_bundle_leaves_nothing(workspace: Workspace, bundle: Path) -> None:
    """The message is one line and says that the bundle is at fault."""
    bundle.write_bytes(bundle.read_bytes()[:-200])
    with pytest.raises(ArchiveError, match="truncated or damaged") as caught:
        workspace.add(str(bundle))
    assert "\n" not in str(caught.value)
    assert workspace.archives() == []
    assert [path for path in workspace.path.rglob("*") if path.is_file()] == []


def test_an_interrupted_clone_is_swept_away(
    workspace: Workspace, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupting the command between clone and registration leaves no half-made archive."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("clauseproof.archive.workspace.write_atomically", interrupt)
        with pytest.raises(KeyboardInterrupt):
            workspace.add(str(bundle))
    assert workspace.archives() == []
    assert workspace.add(str(bundle)).name == "acorn-versions"


@pytest.mark.parametrize(
    ("source", "error", "reason"),
    [
        ("nowhere", ConfigurationError, "neither a file or folder"),
        ("--upload-pack=touch x", ConfigurationError, "neither"),
        ("ext::sh -c x", ConfigurationError, "neither"),
        ("bad\0name", ConfigurationError, "neither"),
        ("file:///nowhere/at-all.git", ArchiveError, "git clone failed"),
    ],
)
def test_a_source_of_no_known_kind_is_refused(
    workspace: Workspace, source: str, error: type[Exception], reason: str
) -> None:
    """Nothing that looks like an option or another transport reaches git."""
    with pytest.raises(error, match=reason):
        workspace.add(source, "x")


def test_a_file_that_is_no_bundle_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    """The message leads to ``--file``."""
    with pytest.raises(ArchiveError, match="--file"):
        workspace.add(str(write(tmp_path / "Terms.md", "# Terms\n")))


def test_a_folder_without_documents_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    """An archive that holds nothing is a mistake in the path."""
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ArchiveError, match="holds no documents"):
        workspace.add(str(tmp_path / "nothing"))


def test_a_password_is_not_shown(workspace: Workspace) -> None:
    """Neither the message nor the list carries it."""
    with pytest.raises(ArchiveError) as caught:
        workspace.add("https://reader:sesame@127.0.0.1:1/acorn.git")
    assert "sesame" not in str(caught.value)


def test_a_name_is_taken_once(workspace: Workspace, bundle: Path) -> None:
    """The message says how to choose another, and the letter case makes no difference."""
    workspace.add(str(bundle))
    for name in (None, "ACORN-Versions"):
        with pytest.raises(ConfigurationError, match="--name"):
            workspace.add(str(bundle), name)
    assert workspace.add(str(bundle), "second").name == "second"


@pytest.mark.parametrize("name", ["..", "a/b", "", "-x", ".hidden", "a b", "x" * 101])
def test_a_name_cannot_be_a_path_or_an_option(workspace: Workspace, bundle: Path, name: str) -> None:
    """It becomes a file's name in the workspace."""
    with pytest.raises(ConfigurationError, match="--name"):
        workspace.add(str(bundle), name)


def test_a_service_in_two_archives_needs_the_archive(workspace: Workspace, bundle: Path) -> None:
    """The message names both."""
    workspace.add(str(bundle), "one")
    workspace.add(str(bundle), "two")
    with pytest.raises(ConfigurationError, match=r"one, two.*--archive"):
        workspace.locate("Acorn Chat")
    assert workspace.locate("acorn chat", "Two")[0].name == "two"


def test_the_nearest_names_come_from_all_archives(workspace: Workspace, bundle: Path, tmp_path: Path) -> None:
    """A misspelt service, or archive, is answered with what was meant."""
    write(tmp_path / "contracts" / "Corn Exchange" / "Terms.md", "# Terms\n")
    workspace.add(str(bundle))
    workspace.add(str(tmp_path / "contracts"))
    with pytest.raises(NotInArchiveError) as caught:
        workspace.locate("acorn chta")
    assert caught.value.nearest[0] == "Acorn Chat"
    with pytest.raises(NotInArchiveError) as caught:
        workspace.locate("corn exchang")
    assert caught.value.nearest[0] == "Corn Exchange"
    with pytest.raises(NotInArchiveError, match="Did you mean 'contracts'"):
        workspace.open("contract")


def test_a_damaged_list_is_not_overwritten(workspace: Workspace, bundle: Path) -> None:
    """What is saved stays for its owner to repair."""
    workspace.add(str(bundle))
    path = workspace.path / "archives.json"
    path.write_bytes(path.read_bytes()[:20])
    kept = path.read_bytes()
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.add(str(bundle), "second")
    assert path.read_bytes() == kept


def test_a_workspace_that_cannot_be_written_is_said(bundle: Path, tmp_path: Path) -> None:
    """A folder below a file can be neither created nor read."""
    blocked = Workspace(write(tmp_path / "file", "x") / "workspace")
    with pytest.raises(WorkspaceError):
        blocked.add(str(bundle))


def test_an_archive_that_moved_away_is_named(workspace: Workspace, recorded: Repository) -> None:
    """The message tells where it was."""
    workspace.add(str(recorded.path))
    recorded.path.rename(recorded.path.with_name("elsewhere"))
    with pytest.raises(ArchiveError, match=r"is not at .*acorn-versions"):
        workspace.open("acorn-versions")


def test_the_list_is_plain_json(workspace: Workspace, recorded: Repository) -> None:
    """Other programs may read it."""
    workspace.add(str(recorded.path), "acorn")
    (entry,) = json.loads((workspace.path / "archives.json").read_text())["archives"]
    assert (entry["name"], entry["kind"]) == ("acorn", "git")
