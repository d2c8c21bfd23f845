"""Archives small enough to read, built anew for each test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from clauseproof.archive import Archive, FolderArchive, GitArchive

NOTICE = "DALL·E/Platform to Business Notice.md"
PRIVACY = "Acorn Chat/Privacy Policy.md"
FIRST, SECOND, THIRD = (
    "# Notice\n\nWe list offers.\n",
    "# Notice\n\nWe rank offers.\n",
    "# Notice\n\nWe sell.\n",
)


class Repository:
    """A git repository written one dated commit at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, date: str = "2024-01-01T00:00:00Z") -> str:
        identity = {"NAME": "Recorder", "EMAIL": "recorder@example.org", "DATE": date}
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        for role in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{role}_{key}": value for key, value in identity.items()}
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=environment, capture_output=True, check=True, text=True
        )
        return done.stdout.strip()

    def commit(self, day: str, files: Mapping[str, str | bytes | None], subject: str = "") -> str:
        """Write files (None deletes) and return the hash of the commit that records them."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        date = day if "T" in day else f"{day}T12:00:00Z"
        self.git("commit", "--quiet", "--message", subject or "Record new changes", date=date)
        return self.git("rev-parse", "HEAD")

    def archive(self, catalogue: Path | None = None) -> GitArchive:
        return GitArchive("acorn", self.path / ".git", catalogue)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "acorn-versions")


@pytest.fixture
def recorded(repository: Repository) -> Repository:
    """A repository whose notice is changed, restored, and re-read by the tool."""
    repository.commit("2024-01-01", {"README.md": "Notes\n", "LICENSE": "Terms\n"}, "Initial commit")
    repository.commit("2024-02-01", {NOTICE: FIRST}, "First record of DALL·E Platform to Business Notice")
    repository.commit("2024-02-02", {PRIVACY: "# Privacy\n"}, "First record of Acorn Chat Privacy Policy")
    repository.commit("2024-03-01", {NOTICE: SECOND})
    repository.commit("2024-04-01", {NOTICE: FIRST})
    subject = "Apply technical or declaration upgrade on DALL·E Platform to Business Notice"
    repository.commit("2024-05-01", {NOTICE: THIRD}, subject)
    return repository


@pytest.fixture(params=["git", "folder"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    """The same four versions of one document, and one of another, in each kind of archive."""
    if request.param == "git":
        repository: Repository = request.getfixturevalue("recorded")
        return repository.archive()
    root = tmp_path / "folder"
    texts = {"2024-02-01": FIRST, "2024-03-01": SECOND, "2024-04-01": FIRST, "2024-05-01": THIRD}
    for day, text in texts.items():
        write(root / NOTICE.removesuffix(".md") / f"{day}.md", text)
    write(root / PRIVACY.removesuffix(".md") / "2024-02-02.md", "# Privacy\n")
    return FolderArchive("acorn", root)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
