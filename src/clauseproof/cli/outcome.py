"""How a command ends: what went wrong in one line, and the exit code scripts rely on."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

import click

from clauseproof.cli.shared import tell
from clauseproof.errors import ClauseproofError

DONE, FAILED, INTERRUPTED = 0, 2, 130


def prepare_streams() -> None:
    """Make the three streams fit to be written to, whatever the process was started with.

    A closed stream (`>&-`) leads nowhere, so that no file opened later takes its place. Output is UTF-8 in
    every locale, as the archived texts and JSON are.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def explain(error: BaseException) -> int:
    """Say in one line what ended a command.

    Returns:
        The exit code.

    Raises:
        BaseException: The error itself, where it is not one a user can do anything about.
    """
    if isinstance(error, KeyboardInterrupt | EOFError | click.Abort):
        tell("interrupted; what was saved stays as it was")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # The reader has gone (`| head`): nothing is wrong, and nothing more can be printed.
        return DONE
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        tell(error.format_message())
    elif isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "clauseproof"
        _tell_error(f"{error.format_message()} Try '{command} --help'.")
    elif isinstance(error, click.ClickException):
        _tell_error(error.format_message())
    elif isinstance(error, ClauseproofError):
        _tell_error(str(error))
    elif isinstance(error, OSError):
        # Writing to a stream fails without a file's name; what writes files names them.
        _tell_error(f"{error.filename or 'standard output'}: {error.strerror or error}")
    else:
        raise error
    return FAILED


def drop_unwritable() -> None:
    """Point streams that cannot be written at nothing, or Python fails on them once more at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell_error(message: str) -> None:
    tell("error: " + " ".join(message.split()))
