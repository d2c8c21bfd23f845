"""What commands share: options, opening the workspace, printing JSON and tables."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from clauseproof.archive.base import Archive
    from clauseproof.archive.workspace import Workspace
    from clauseproof.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

# Control characters but for tab and line feed, and the marks that turn the direction of writing.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Day(click.ParamType[datetime.date]):
    """A day written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the day or fail naming the form."""
        if isinstance(value, datetime.date):
            return value
        with contextlib.suppress(ValueError):
            day = datetime.date.fromisoformat(str(value))
            if day.isoformat() == value:
                return day
        self.fail(f"{value!r} is not a day; write it as 2026-11-25.", param, ctx)


def json_option(function: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value on stdout.")(function)


def archive_option(function: F) -> F:
    """Add ``--archive``."""
    text = "Which archive, where several hold the service."
    return click.option("--archive", "archive_name", metavar="NAME", help=text)(function)


def at_option(function: F) -> F:
    """Add ``--at``."""
    text = "The text (and the law) in force on this day. Default: the newest text, today."
    return click.option("--at", type=Day(), metavar="DATE", help=text)(function)


def settings_of(ctx: click.Context) -> Settings:
    """Read the settings for a command."""
    from clauseproof.settings import load_settings

    return load_settings(ctx.find_root().obj)


def workspace_of(ctx: click.Context) -> Workspace:
    """Open the workspace of a command; nothing is created yet."""
    from clauseproof.archive.workspace import Workspace

    return Workspace(settings_of(ctx).workspace)


def locate(ctx: click.Context, service: str, archive_name: str | None) -> tuple[Archive, str]:
    """Find a service in the registered archives, in any letter case."""
    return workspace_of(ctx).locate(service, archive_name)


def readable(text: str) -> str:
    """Replace what would steer a terminal in a text from outside."""
    return _STEERING.sub("\ufffd", text)


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def print_line(text: str, *, bold: bool = False) -> None:
    """Print a line for people on stdout."""
    text = readable(text)
    click.echo(click.style(text, bold=True) if bold else text)


def print_table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """Print rows under heads, columns two blanks apart; the last column keeps its length."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(one[at]) for one in [list(heads), *cells]) for at in range(len(heads) - 1)]
    for row in [list(heads), *cells]:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print_line("  ".join([*padded, row[-1]]).rstrip())


def tell(message: str) -> None:
    """Say something on stderr; where nobody can hear it, the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(readable(message), err=True)


def file_option(function: F) -> F:
    """Add ``--file``."""
    text = "Read this file (md, html, txt, pdf, docx; - for stdin) instead of an archive."
    option = click.option("--file", "file", type=click.Path(path_type=Path, allow_dash=True), help=text)
    return option(function)
