"""``clauseproof versions``: the recorded versions of a document."""

from __future__ import annotations

import click

from clauseproof.cli.shared import archive_option, json_option, locate, print_json, print_table, tell


@click.command("versions")
@click.argument("service")
@click.argument("document")
@archive_option
@json_option
@click.pass_context
def command(ctx: click.Context, service: str, document: str, archive_name: str | None, as_json: bool) -> None:
    """List the recorded versions of DOCUMENT, oldest first.

    \b
    clauseproof versions midjourney "privacy policy"
    clauseproof versions "DALL·E" privacy --json
    """
    from clauseproof.archive.base import find_document
    from clauseproof.errors import CorruptRecordError

    archive, found = locate(ctx, service, archive_name)
    records = archive.records(found, find_document(archive, found, document))
    failures: list[CorruptRecordError] = []
    rows = [
        {
            "version_id": version.version_id,
            "date": version.date.isoformat(),
            "sha256": version.sha256,
            "chars": len(version.text),
            "technical": version.technical,
        }
        for version in archive.read_many(records, failures)
    ]
    for failure in failures:
        tell(f"note: {failure}")
    if as_json:
        print_json(rows)
        return
    print_table(
        (
            (r["date"], str(r["version_id"])[:12], r["chars"], "technical" if r["technical"] else "")
            for r in rows
        ),
        ("DATE", "VERSION", "CHARS", ""),
    )
