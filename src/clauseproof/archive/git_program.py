"""The git program, run so that it never prompts, pages, or obeys a stranger's configuration."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from clauseproof.archive.base import printable
from clauseproof.errors import ArchiveError

# Variables that choose how git reaches a server; every other GIT_ variable could point it at another
# repository, as when Clauseproof runs inside a git hook.
_KEPT_VARIABLES = ("GIT_SSH", "GIT_SSL_", "GIT_EXEC_PATH", "GIT_HTTP_", "GIT_PROXY_")
_SETTINGS = (
    "core.quotepath=off",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "safe.directory=*",
    "protocol.ext.allow=never",
    "log.showSignature=false",
    "log.showRoot=true",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "gc.autoDetach=false",
)
_REASON = re.compile(r"^(?:fatal|error): (.+)$", re.MULTILINE)
_NOISE = re.compile(r"index-pack|remote transport|the remote end|could not read from remote", re.IGNORECASE)

_PLAINER = {
    "Needed a single revision": "it holds no commits",
    "Repository lacks these prerequisite commits:": (
        "the bundle holds only the end of a history; make a whole one with 'git bundle create FILE HEAD'"
    ),
}


def git_command(arguments: Sequence[str], git_dir: Path | None = None) -> list[str]:
    """Return the full command line of a git call on a repository."""
    command = ["git", "--no-pager", "--no-replace-objects"]
    for setting in _SETTINGS:
        command += ["-c", setting]
    if git_dir is not None:
        command.append(f"--git-dir={git_dir}")
    return [*command, *arguments]


def git_environment() -> dict[str, str]:
    """Return the environment of every git call: no prompts, no outside configuration, no translation."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or key.startswith(_KEPT_VARIABLES)
    }
    kept.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
        "LANGUAGE": "C",
    }


def run_git(arguments: Sequence[str], *, place: str, git_dir: Path | None = None) -> bytes:
    """Run git and return what it prints.

    Args:
        arguments: The command and its arguments; values from outside come after ``--``.
        place: What the call is about, for the error message.
        git_dir: The repository to work on.

    Raises:
        ArchiveError: git is not installed, or fails; one line with git's own reason.
    """
    try:
        done = subprocess.run(
            git_command(arguments, git_dir),
            env=git_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise git_missing(place, error) from error
    if done.returncode:
        raise ArchiveError(f"{place}: git {arguments[0]} failed: {failure_reason(done.stderr)}")
    return done.stdout


def git_missing(place: str, error: OSError) -> ArchiveError:
    """Return the error for a git program that cannot be started."""
    return ArchiveError(f"{place}: cannot run git ({error.strerror}); install git 2.31 or newer.")


def failure_reason(stderr: bytes) -> str:
    """Return git's reason for a failure as one printable line."""
    text = stderr.decode("utf-8", "replace")
    reasons = _REASON.findall(text) or text.strip().splitlines()[-1:] or ["it gave no reason"]
    telling = [reason for reason in reasons if not _NOISE.search(reason)]
    reason = printable((telling or reasons)[0].strip())
    return _PLAINER.get(reason, reason)
