"""The catalogue of a git archive: every version of every document, listed once and kept beside it."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from clauseproof.archive.git_program import run_git
from clauseproof.archive.storage import write_atomically
from clauseproof.errors import ArchiveError, WorkspaceError

_FORMAT = 1
_TECHNICAL = "Apply technical or declaration upgrade on"
_OPEN_TERMS_ARCHIVE = ("First record of ", "Record new changes of ", _TECHNICAL)
_REGULAR_FILE = b"100"


class Row(NamedTuple):
    """One recorded version: what a catalogue file stores of it.

    Attributes:
        commit: Full hash of the commit that recorded it.
        date: Author date in UTC, ISO format.
        blob: Identifier of the bytes.
        technical: 1 where the commit is the tool's doing.
        removed: Day of the deletion that followed it, or an empty string.
    """

    commit: str
    date: str
    blob: str
    technical: int
    removed: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All versions of a git archive at one head commit.

    Attributes:
        head: The commit it describes.
        open_terms_archive: Whether the history was written by Open Terms Archive.
        documents: By service, then document: the versions, oldest first.
    """

    head: str
    open_terms_archive: bool
    documents: dict[str, dict[str, list[Row]]]


def load_catalogue(git_dir: Path, path: Path | None, place: str) -> Catalogue:
    """Return the catalogue of a repository, from its file where that is still true.

    Args:
        git_dir: The repository.
        path: The catalogue's file; None for an archive without a workspace.
        place: The archive, for error messages.

    Raises:
        ArchiveError: The repository cannot be read.
    """
    head = run_git(["rev-parse", "--verify", "HEAD^{commit}"], place=place, git_dir=git_dir).decode().strip()
    kept = _read_catalogue(path) if path else None
    if kept and kept.head == head:
        return kept
    made = _build_catalogue(git_dir, head, place)
    if path:
        # A read-only workspace can still be read: the next command lists the history again.
        with contextlib.suppress(WorkspaceError):
            write_atomically(path, _dump(made))
    return made


def _read_catalogue(path: Path) -> Catalogue | None:
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != _FORMAT:
            return None
        documents = {
            service: {document: [Row(*row) for row in rows] for document, rows in held.items()}
            for service, held in data["documents"].items()
        }
        return Catalogue(data["head"], data["open_terms_archive"], documents)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # absent or damaged: it is made again from the history


def _dump(catalogue: Catalogue) -> bytes:
    data: dict[str, Any] = {
        "format": _FORMAT,
        "head": catalogue.head,
        "open_terms_archive": catalogue.open_terms_archive,
        "documents": catalogue.documents,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Commit:
    hash: str
    parents: tuple[str, ...]
    date: str
    subject: str
    changes: tuple[tuple[bytes, str], ...]  # path and new blob, an empty blob where it was deleted


@dataclass(frozen=True, slots=True)
class _State:
    """A document at a commit, linked to the states it came from (several after a true merge)."""

    blob: str
    order: int
    commit: _Commit
    before: tuple[_State, ...]


def _build_catalogue(git_dir: Path, head: str, place: str) -> Catalogue:
    open_terms_archive = False
    states: dict[str, dict[bytes, _State]] = {}
    commits = list(_iter_commits(git_dir, head, place))
    waiting: dict[str, int] = {}
    for commit in commits:
        for parent in commit.parents:
            waiting[parent] = waiting.get(parent, 0) + 1
    for order, commit in enumerate(commits):
        open_terms_archive = open_terms_archive or commit.subject.startswith(_OPEN_TERMS_ARCHIVE)
        parents = [_take_state(states, waiting, parent) for parent in commit.parents]
        state = parents[0] if parents else {}
        for path, blob in commit.changes:
            _record_change(state, parents, path, blob, order, commit)
        states[commit.hash] = state
    documents: dict[str, dict[str, list[Row]]] = {}
    for path, last in sorted(states.get(head, {}).items()):
        service, document = path.decode().removesuffix(".md").split("/")
        rows = _rows(last)
        if rows:
            documents.setdefault(service, {})[document] = rows
    return Catalogue(head, open_terms_archive, documents)


def _take_state(
    states: dict[str, dict[bytes, _State]], waiting: dict[str, int], parent: str
) -> dict[bytes, _State]:
    """Hand a parent's state to its last child, a copy to earlier ones: a linear history is never copied."""
    waiting[parent] -= 1
    if waiting[parent]:
        return dict(states.get(parent, {}))
    return states.pop(parent, {})


def _record_change(
    state: dict[bytes, _State],
    parents: list[dict[bytes, _State]],
    path: bytes,
    blob: str,
    order: int,
    commit: _Commit,
) -> None:
    held = state.get(path)
    if blob == (held.blob if held else ""):
        return  # only the file's mode changed
    for other in parents[1:]:
        theirs = other.get(path)
        if theirs and theirs.blob == blob:
            state[path] = theirs  # the merge took this side whole: its history is the document's
            return
    before = tuple(parent[path] for parent in parents if path in parent)
    state[path] = _State(blob, order, commit, before)


def _rows(last: _State) -> list[Row]:
    reached: dict[int, _State] = {}
    stack = [last]
    while stack:
        state = stack.pop()
        if state.order not in reached:
            reached[state.order] = state
            stack.extend(state.before)
    rows: list[Row] = []
    for _, state in sorted(reached.items()):
        commit = state.commit
        if state.blob:
            technical = int(commit.subject.startswith(_TECHNICAL))
            rows.append(Row(commit.hash, commit.date, state.blob, technical, ""))
        elif rows:
            rows[-1] = rows[-1]._replace(removed=commit.date)
    return rows


def _iter_commits(git_dir: Path, head: str, place: str) -> Iterator[_Commit]:
    """Yield every commit behind the head, parents first, with what it changed against its first parent."""
    arguments = [
        *("log", "--author-date-order", "--reverse", "--diff-merges=first-parent", "--raw", "-z"),
        *("--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-color", "--no-decorate"),
        *("--encoding=UTF-8", "--format=%H%x00%P%x00%at%x00%s", head, "--"),
    ]
    fields = run_git(arguments, place=place, git_dir=git_dir).split(b"\0")
    position = 0
    while position + 3 < len(fields):
        commit, parents, seconds, subject = fields[position : position + 4]
        position += 4
        changes = []
        while position + 1 < len(fields) and fields[position].lstrip(b"\n").startswith(b":"):
            change = _parse_change(fields[position], fields[position + 1])
            position += 2
            if change:
                changes.append(change)
        yield _Commit(
            commit.decode(),
            tuple(parents.decode().split()),
            _parse_date(seconds, commit, place),
            subject.decode("utf-8", "replace"),
            tuple(changes),
        )


def _parse_change(raw: bytes, path: bytes) -> tuple[bytes, str] | None:
    """Return the path and new blob of a change to a document; None for any other file."""
    if path.count(b"/") != 1 or not path.endswith(b".md"):
        return None
    try:
        service, document = path.decode().removesuffix(".md").split("/")
    except UnicodeDecodeError:
        return None
    if service.startswith(".") or document.startswith(".") or not (service + document).isprintable():
        return None
    _, mode, _, blob, _ = raw.lstrip(b"\n").split(b" ")
    # A deletion, and a file that became a symbolic link or a submodule: the text is gone.
    return path, blob.decode() if mode.startswith(_REGULAR_FILE) else ""


def _parse_date(seconds: bytes, commit: bytes, place: str) -> str:
    try:
        moment = datetime.datetime.fromtimestamp(int(seconds), tz=datetime.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ArchiveError(f"{place}: commit {commit.decode()} has no usable date.") from error
    return moment.date().isoformat()
