"""``clauseproof show``: the archived text of a document."""

from __future__ import annotations

import datetime
import sys

import click

from clauseproof.cli.shared import (
    archive_option,
    at_option,
    json_option,
    locate,
    print_json,
    readable,
    tell,
)


@click.command("show")
@click.argument("service")
@click.argument("document")
@at_option
@archive_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    service: str,
    document: str,
    at: datetime.date | None,
    archive_name: str | None,
    as_json: bool,
) -> None:
    """Print the archived text of DOCUMENT, character for character.

    Only on a terminal are the characters that would steer it replaced.

    \b
    clauseproof show midjourney "privacy policy"
    clauseproof show midjourney privacy --at 2024-06-01
    """
    from clauseproof.archive.base import find_document, version_at

    archive, found = locate(ctx, service, archive_name)
    version = version_at(archive, found, find_document(archive, found, document), at)
    if as_json:
        print_json(version.model_dump(mode="json"))
        return
    tell(f"{version.service} / {version.document}, version of {version.date} ({version.version_id[:12]})")
    if sys.stdout.isatty():
        click.echo(readable(version.text))
    else:
        sys.stdout.buffer.write(version.text.encode())
