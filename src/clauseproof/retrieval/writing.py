"""One writer at a time: Chroma loses vectors without an error when several processes write."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clauseproof.errors import RetrievalError


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the folder for writing; the lock goes with the process, however that ends.

    Raises:
        RetrievalError: Somebody else is writing, or the folder cannot be written.
    """
    path = folder / "writer.lock"
    try:
        handle = path.open("a")
    except OSError as error:
        raise RetrievalError(f"the index folder {folder} cannot be written: {error.strerror}") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RetrievalError(
                f"another process is writing the index in {folder}; run again when it has finished"
            ) from error
        yield
