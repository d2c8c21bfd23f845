"""The command line run in this process and as a process, over the sample archive."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clauseproof.archive import Workspace
from clauseproof.cli import cli
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer, sample_archive_path

Run = Callable[..., Result]
Refused = Callable[..., str]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(autouse=True)
def _one_knowledge_base(
    analyzer: Analyzer, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read and compile the knowledge base once for all commands run in this process."""
    monkeypatch.setattr("clauseproof.knowledge.load_knowledge", lambda: knowledge)
    monkeypatch.setattr("clauseproof.pipeline.Analyzer", lambda: analyzer)


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that knows the sample archive; tests read it and leave it as it is."""
    path = tmp_path_factory.mktemp("state") / "workspace"
    Workspace(path).add(str(sample_archive_path()), "sample")
    return path


@pytest.fixture
def run() -> Run:
    """Run a command line in this process, in the test's own workspace."""

    def run(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=input)

    return run


@pytest.fixture
def sample(run: Run, sample_workspace: Path) -> Run:
    """Run a command line in this process, over the sample archive."""

    def run_on_sample(*arguments: str, input: str | bytes | None = None) -> Result:
        return run("--workspace", str(sample_workspace), *arguments, input=input)

    return run_on_sample


@pytest.fixture
def refused(sample: Run, sample_workspace: Path) -> Refused:
    """Run a command line that must fail in one line with exit code 2 and change nothing that is saved."""

    def run_refused(*arguments: str, input: str | bytes | None = None) -> str:
        before = snapshot(sample_workspace)
        result = sample(*arguments, input=input)
        assert snapshot(sample_workspace) == before
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        return error_line(result.stderr)

    return run_refused


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Run a command line as a process of its own, with stdout as given."""

    def run_process(
        *arguments: str | bytes, env: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command_line(*arguments),
            env=dict(os.environ) if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
            timeout=60,
        )

    return run_process


@pytest.fixture
def version(analyzer: Analyzer) -> Version:
    """The newest version of one sample document."""
    from clauseproof.archive import FolderArchive, version_at

    return version_at(FolderArchive("sample", sample_archive_path()), "Brushmoor", "Privacy Policy")


@pytest.fixture
def sentence(version: Version, analyzer: Analyzer) -> str:
    """A paragraph of that version as a reader sees it, in which a refusal can be provoked."""
    return next(
        one.plain.text
        for one in analyzer.read(version).provisions
        if one.provision.kind == "paragraph" and 60 < len(one.plain.text) < 400 and " may " in one.plain.text
    )


def command_line(*arguments: str | bytes) -> Sequence[str | bytes]:
    """Return the words that start the command line as a process."""
    return [sys.executable, "-m", "clauseproof", *arguments]


def error_line(stderr: str) -> str:
    """Return the one line an error is said in."""
    (line,) = stderr.splitlines()
    assert line.startswith("error: ")
    return line


def snapshot(workspace: Path) -> dict[str, bytes]:
    """Return the files of a workspace that hold what the user saved."""
    return {
        str(path.relative_to(workspace)): path.read_bytes()
        for path in sorted(workspace.rglob("*"))
        if path.is_file() and path.suffix == ".json"
    }
