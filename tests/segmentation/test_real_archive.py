"""The partition on real texts; the whole history with CLAUSEPROOF_ALL_TEXTS=1."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clauseproof.segmentation import split_provisions

from .layout import assert_partition

_OLDER_TEXTS = 200


@pytest.fixture(scope="session")
def git_dir(genai_archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare clone of the bundle."""
    target = tmp_path_factory.mktemp("archive") / "git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(genai_archive_path), str(target)], check=True)
    return target


def _git(git_dir: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(git_dir), *arguments], check=True, capture_output=True, text=True
    ).stdout


def _newest_blobs(git_dir: Path) -> list[str]:
    lines = _git(git_dir, "ls-tree", "-r", "HEAD").splitlines()
    return [
        line.split()[2] for line in lines if line.endswith((".md", '.md"')) and "/" in line.split("\t")[1]
    ]


def _all_blobs(git_dir: Path) -> list[str]:
    lines = _git(git_dir, "log", "--raw", "--no-abbrev", "--no-renames", "--format=").splitlines()
    changed = [line.split("\t") for line in lines if line.startswith(":")]
    blobs = [head.split()[3] for head, path in changed if "/" in path and path.endswith((".md", '.md"'))]
    return [blob for blob in dict.fromkeys(blobs) if set(blob) != {"0"}]


def _iter_texts(git_dir: Path, blobs: list[str]) -> Iterator[str]:
    command = ["git", "-C", str(git_dir), "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for blob in blobs:
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            size = int(process.stdout.readline().split()[2])
            yield process.stdout.read(size).decode()
            process.stdout.read(1)


@pytest.mark.archive
def test_newest_texts_are_partitioned(git_dir: Path) -> None:
    """Every text of the newest state is divided without a gap, into more than headings."""
    blobs = _newest_blobs(git_dir)
    assert len(blobs) >= 150
    for text in _iter_texts(git_dir, blobs):
        segmentation = split_provisions("newest", text)
        assert_partition(text, segmentation)
        assert segmentation.provisions or len(text) < 100


@pytest.mark.archive
def test_older_texts_are_partitioned(git_dir: Path) -> None:
    """A fixed sample of the history, or all of it on request, is divided without a gap."""
    blobs = sorted(_all_blobs(git_dir))
    if os.environ.get("CLAUSEPROOF_ALL_TEXTS") != "1":
        blobs = blobs[:: max(1, len(blobs) // _OLDER_TEXTS)]
    for text in _iter_texts(git_dir, blobs):
        assert_partition(text, split_provisions("older", text))
