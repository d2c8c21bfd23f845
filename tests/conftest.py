"""Fixtures every test may use; the network is closed for all of them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from clauseproof.archive.folder import FolderArchive
from clauseproof.knowledge import KnowledgeBase, load_knowledge
from clauseproof.pipeline import Analyzer, sample_archive_path

REPOSITORY = Path(__file__).parents[1]
_SHARED_BUNDLE = REPOSITORY.parent / "shared" / "archives" / "genai-contrib-versions.bundle"


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _own_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test a workspace of its own and no settings from outside."""
    monkeypatch.setenv("CLAUSEPROOF_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The shipped knowledge base."""
    return load_knowledge()


@pytest.fixture(scope="session")
def analyzer(knowledge: KnowledgeBase) -> Analyzer:
    """An analyzer over the shipped knowledge base."""
    return Analyzer(knowledge)


@pytest.fixture(scope="session")
def sample_archive() -> FolderArchive:
    """The bundled sample archive of fictional companies."""
    return FolderArchive("sample", sample_archive_path())


@pytest.fixture(scope="session")
def genai_archive_path() -> Path:
    """The bundle of the real archive; tests that need it are skipped where it is not there."""
    if not _SHARED_BUNDLE.is_file():
        pytest.skip(f"the real archive is not at {_SHARED_BUNDLE}")
    return _SHARED_BUNDLE
