"""``clauseproof search``: the archived provisions nearest to a question."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import (
    archive_option,
    at_option,
    json_option,
    locate,
    print_json,
    print_line,
    settings_of,
    tell,
    workspace_of,
)

if TYPE_CHECKING:
    from clauseproof.archive.base import Archive


@click.command("search")
@click.argument("query")
@click.option("--service", help="Only this service.")
@click.option("--document", help="Only this document (with --service).")
@at_option
@click.option("-k", "count", type=click.IntRange(1, 200), default=10, show_default=True, help="How many.")
@archive_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    query: str,
    service: str | None,
    document: str | None,
    at: datetime.date | None,
    count: int,
    archive_name: str | None,
    as_json: bool,
) -> None:
    """Search the provisions of the archives, by words and by meaning.

    The index is brought up to date first; a text it knows is not read again.

    \b
    clauseproof search "how long are chats kept" --service grok
    clauseproof search "opt out of training" -k 20 --json
    """
    from clauseproof.errors import NotInArchiveError
    from clauseproof.pipeline import search_archive

    if document and not service:
        raise click.UsageError("--document goes with --service.", ctx)
    settings = settings_of(ctx)
    if service:
        archive, found = locate(ctx, service, archive_name)
        archives, name = [archive], found
    else:
        workspace = workspace_of(ctx)
        names = [archive_name] if archive_name else [one.name for one in workspace.archives()]
        if not names:
            raise NotInArchiveError("no archives yet; add one with `clauseproof archive add SOURCE`.")
        archives, name = [workspace.open(one) for one in names], None
    hits = [
        hit
        for archive in archives
        for hit in search_archive(
            archive, query, settings, service=name, document=document, at=at, count=count, progress=tell
        )
    ]
    if at and not hits:
        _check_recorded(archives, name, at)
    hits.sort(key=lambda hit: -hit.score)
    if as_json:
        rows = [
            {
                "provision_id": hit.passage.provision_id,
                "service": hit.passage.service,
                "document": hit.passage.document,
                "version_id": hit.passage.version_id,
                "date": hit.passage.date,
                "heading_path": list(hit.passage.heading_path),
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "score": round(hit.score, 6),
                "relevance": round(hit.relevance, 4),
            }
            for hit in hits[:count]
        ]
        print_json(rows)
        return
    if not hits:
        tell("nothing in the archive has to do with this question")
    for hit in hits[:count]:
        passage = hit.passage
        print_line(
            f"{passage.service} / {passage.document} > {' > '.join(passage.heading_path[-2:])}", bold=True
        )
        print_line(f"  {passage.text[:220]}{'...' if len(passage.text) > 220 else ''}")
        print_line(f"  characters {passage.start}-{passage.end}, version of {passage.date}")


def _check_recorded(archives: Sequence[Archive], service: str | None, at: datetime.date) -> None:
    """Tell a day before anything was recorded from a question nothing answers."""
    from clauseproof.errors import NotInArchiveError

    days = [
        record.date
        for archive in archives
        for name in ([service] if service else archive.services())
        for document in archive.documents(name) + archive.former_documents(name)
        for record in archive.records(name, document)[:1]
    ]
    if days and min(days) > at:
        place = service or " and ".join(archive.name for archive in archives)
        raise NotInArchiveError(f"{place} was first recorded on {min(days)}; there is no version of {at}.")
