"""Replies kept in the workspace: the same question is not paid for twice, and a stopped run goes on."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from clauseproof.errors import WorkspaceError
from clauseproof.llm.base import ChatModel, Completion, Request


class CachedModel:
    """Answers from the store where it holds the reply to the same request, and keeps new replies."""

    def __init__(self, inner: ChatModel, folder: Path) -> None:
        """Wrap a model.

        Args:
            inner: The model; its name is part of a request's identity.
            folder: Where replies are kept, one file each.
        """
        self._inner = inner
        self._folder = folder
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}

    @property
    def name(self) -> str:
        """Name of the model within."""
        return self._inner.name

    def complete(self, request: Request) -> Completion:
        """Answer a request, from the store where it can be.

        Raises:
            WorkspaceError: The reply cannot be kept.
        """
        key = request.key(self.name)
        path = self._folder / key[:2] / f"{key}.json"
        with self._turn(key):
            known = _read(path)
            if known is not None:
                return known.model_copy(update={"cached": True})
            completion = self._inner.complete(request)
            if completion.finish == "stop" and completion.text.strip():
                _write(path, completion)
            return completion

    @contextmanager
    def _turn(self, key: str) -> Iterator[None]:
        """Let one thread at a time ask the same thing."""
        with self._lock:
            lock = self._asking.setdefault(key, threading.Lock())
        with lock:
            yield


def _read(path: Path) -> Completion | None:
    """Return a kept reply; None where there is none or its file is damaged."""
    try:
        return Completion.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _write(path: Path, completion: Completion) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(completion.model_dump_json())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise WorkspaceError(f"{path}: the reply cannot be kept: {error.strerror}.") from error
