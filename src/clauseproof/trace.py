"""The trace of a model run: every prompt, reply, usage and verdict, written as it happens.

One JSON object a line in ``<workspace>/runs/<run id>/trace.jsonl``. No message holds a key, so no trace does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError, NotInArchiveError, WorkspaceError
from clauseproof.llm.base import Finish, Message, Mode, Usage

FILE_NAME = "trace.jsonl"


class CallEvent(Model):
    """One question put to a model and what came back.

    Attributes:
        prompt: Name and version of the prompt that set the task.
        prompt_sha256: Digest of its file.
        asked: Why: for the first time, again because the reply could not be read, or to repair claims.
        request_key: Identity of the request in the store of replies.
        reply: The reply as it came; empty where none came.
        error: Why there is no usable reply, where there is none.
    """

    event: Literal["call"] = "call"
    document: str
    practice: str
    prompt: str
    prompt_sha256: str
    asked: Literal["first", "form", "repair"]
    request_key: str
    messages: tuple[Message, ...]
    reply: str
    finish: Finish | None = None
    mode: Mode | None = None
    model: str = ""
    usage: Usage | None = None
    seconds: float = 0.0
    cached: bool = False
    error: str | None = None


class LostEvent(Model):
    """A reply that was lost, so that its call was repeated."""

    event: Literal["lost"] = "lost"
    request_key: str
    fault: str
    message: str


class VerdictEvent(Model):
    """What verification made of one drafted sentence.

    Attributes:
        round: 0 for the draft, 1 and 2 for its repairs.
    """

    event: Literal["verdict"] = "verdict"
    document: str
    practice: str
    prompt: str
    section: str
    text: str
    verdict: Literal["verified", "withheld"]
    reason: str | None = None
    note: str = ""
    round: int = 0


Event = Annotated[CallEvent | LostEvent | VerdictEvent, Field(discriminator="event")]
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class TraceWriter:
    """Appends events to the trace of one run; safe to share between threads."""

    def __init__(self, workspace: Path, run_id: str) -> None:
        """Open the trace of a run; the folder is made with the first event."""
        self.path = workspace / "runs" / run_id / FILE_NAME
        self._lock = threading.Lock()

    def write(self, event: Event) -> None:
        """Append an event.

        Raises:
            WorkspaceError: The file cannot be written.
        """
        line = event.model_dump_json() + "\n"
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(line)
        except OSError as error:
            raise WorkspaceError(f"{self.path}: cannot be written: {error.strerror}.") from error


def find_trace(workspace: Path, run: str) -> Path:
    """Return the trace of a run by its id or the beginning of it.

    Raises:
        NotInArchiveError: No run, or more than one, begins so; names the newest.
    """
    folder = workspace / "runs"
    traces = sorted(folder.glob(f"*/{FILE_NAME}"), key=lambda path: -path.stat().st_mtime)
    found = [path for path in traces if run and path.parent.name.startswith(run)]
    if len(found) == 1:
        return found[0]
    newest = tuple(path.parent.name for path in traces[:3])
    what = "several runs begin" if found else "no model run begins"
    raise NotInArchiveError(f"{what} with {run!r} in {folder}.", newest)


def read_trace(path: Path) -> Iterator[Event]:
    """Yield the events of a trace in order; a last line cut by a kill is passed over.

    Raises:
        ConfigurationError: A line is not an event; names file and line.
    """
    lines = path.read_text("utf-8", errors="replace").splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            yield _EVENT.validate_json(line)
        except ValidationError as error:
            if number == len(lines) and not line.endswith("\n"):
                return
            raise ConfigurationError(f"{path}, line {number}: {error.errors()[0]['msg']}") from error
