"""Files of the workspace, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from clauseproof.errors import WorkspaceError


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file so that a reader, or an interruption, meets the old content or the new.

    Args:
        path: The file; its folder is created where it is missing.
        data: The new content.

    Raises:
        WorkspaceError: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def _umask() -> int:
    """Return what the user withholds from new files; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def unwritable(path: Path, error: OSError) -> WorkspaceError:
    """Return the error for a workspace file that cannot be written."""
    return WorkspaceError(f"cannot write {path}: {error.strerror}; choose another folder with --workspace.")
