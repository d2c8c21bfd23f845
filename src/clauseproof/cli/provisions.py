"""``clauseproof provisions``: a document's provisions with their practices."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from clauseproof.cli.shared import (
    archive_option,
    at_option,
    file_option,
    json_option,
    locate,
    print_json,
    print_line,
)


@click.command("provisions")
@click.argument("service", required=False)
@click.argument("document", required=False)
@file_option
@at_option
@archive_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    service: str | None,
    document: str | None,
    file: Path | None,
    at: datetime.date | None,
    archive_name: str | None,
    as_json: bool,
) -> None:
    """List the provisions of a document with their practices.

    \b
    clauseproof provisions midjourney privacy
    clauseproof provisions --file policy.html --json
    """
    from clauseproof.archive.base import find_document, version_at
    from clauseproof.archive.file import read_file
    from clauseproof.pipeline import Analyzer

    if file is not None:
        if service or at or archive_name:
            raise click.UsageError("--file goes with no SERVICE, --at or --archive.", ctx)
        version = read_file(file)
    elif service and document:
        archive, found = locate(ctx, service, archive_name)
        version = version_at(archive, found, find_document(archive, found, document), at)
    else:
        raise click.UsageError("name SERVICE and DOCUMENT, or a --file.", ctx)
    read = Analyzer().read(version)
    rows = [
        {
            "provision_id": one.provision.provision_id,
            "heading_path": list(one.provision.heading_path),
            "start": one.provision.span.start,
            "end": one.provision.span.end,
            "context": [{"start": span.start, "end": span.end} for span in one.provision.context],
            "text": version.text[one.provision.span.start : one.provision.span.end],
            "kind": one.provision.kind,
            "practices": [
                {"id": label.id, "score": label.score, "polarity": label.polarity} for label in one.labels
            ],
        }
        for one in read.provisions
    ]
    if as_json:
        print_json(rows)
        return
    for row, one in zip(rows, read.provisions, strict=True):
        print_line(f"{row['provision_id']}  {' > '.join(one.provision.heading_path)}", bold=True)
        words = one.plain.text
        print_line(f"  {words[:150]}{'...' if len(words) > 150 else ''}")
        if one.labels:
            marks = {"positive": "+", "negative": "-", "conditional": "?"}
            print_line("  " + ", ".join(f"{marks[label.polarity]}{label.id}" for label in one.labels))
