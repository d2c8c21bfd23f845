"""What commands share: options, opening the workspace, printing JSON and tables."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from clauseproof.archive.base import Archive
    from clauseproof.archive.workspace import Workspace
    from clauseproof.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[datetime.date]):
    """A day written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the day or fail naming the form."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(str(value))
        except ValueError:
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


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """Print rows under heads, columns two blanks apart; the last column keeps its length."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(one[at]) for one in [list(heads), *cells]) for at in range(len(heads) - 1)]
    for row in [list(heads), *cells]:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*padded, row[-1]]).rstrip())


def tell(message: str) -> None:
    """Say something on stderr."""
    click.echo(message, err=True)


def file_option(function: F) -> F:
    """Add ``--file``."""
    text = "Read this file (md, html, txt, pdf, docx; - for stdin) instead of an archive."
    option = click.option("--file", "file", type=click.Path(path_type=Path, allow_dash=True), help=text)
    return option(function)
