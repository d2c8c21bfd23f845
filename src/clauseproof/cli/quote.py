"""``clauseproof quote``: a quotation proved against the archived text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clauseproof.cli.shared import archive_option, file_option, json_option, locate, print_json

if TYPE_CHECKING:
    from clauseproof.documents import Segmentation, Version
    from clauseproof.verification.quotes import QuoteCheck


@click.command("quote")
@click.argument("text")
@click.option("--service", help="Whose documents to look in.")
@click.option("--document", help="Only this document.")
@click.option("--all-versions", is_flag=True, help="Look through the history and say which version.")
@file_option
@archive_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    text: str,
    service: str | None,
    document: str | None,
    all_versions: bool,
    file: Path | None,
    archive_name: str | None,
    as_json: bool,
) -> None:
    """Prove that TEXT is a quotation of the archived text.

    Accepted are the same words in the same order; white space, typographic marks and
    markup may differ. What is refused is refused with the difference named. Exit code 1
    where it is refused.

    \b
    clauseproof quote "we do not sell your data" --service midjourney
    clauseproof quote "We may share ..." --service grok --all-versions
    clauseproof quote "Logs are kept for 30 days" --file policy.md
    """
    if (file is None) == (service is None):
        raise click.UsageError("name a --service or a --file.", ctx)
    if file is not None:
        from clauseproof.archive.file import read_file

        versions: Iterator[Version] = iter([read_file(file)])
    else:
        versions = _versions(ctx, str(service), document, archive_name, all_versions)
    result = _first_accepted(text, versions)
    if as_json:
        print_json(result)
    else:
        _print(result, text)
    if result["status"] == "rejected":
        ctx.exit(1)


def _versions(
    ctx: click.Context, service: str, document: str | None, archive_name: str | None, history: bool
) -> Iterator[Version]:
    """Yield the versions to look in: the newest of each document first, then history backwards."""
    from clauseproof.archive.base import find_document, versions_of_service_at
    from clauseproof.errors import CorruptRecordError

    archive, found = locate(ctx, service, archive_name)
    failures: list[CorruptRecordError] = []
    if document is not None:
        names = [find_document(archive, found, document)]
    else:
        names = archive.documents(found) + (archive.former_documents(found) if history else [])
    newest = [one for one in versions_of_service_at(archive, found, None, failures) if one.document in names]
    yield from newest
    if not history:
        return
    seen = {(one.document, one.blob) for one in newest}
    for name in names:
        records = []
        for record in reversed(archive.records(found, name)):
            if (name, record.blob) not in seen:
                seen.add((name, record.blob))
                records.append(record)
        yield from archive.read_many(records, failures)


def _first_accepted(text: str, versions: Iterator[Version]) -> dict[str, Any]:
    """Return the result for the first version that accepts, else for the one that comes nearest."""
    from clauseproof.segmentation import split_provisions
    from clauseproof.verification.quotes import QuoteChecker

    best: dict[str, Any] | None = None
    read = 0
    for version in versions:
        read += 1
        segmentation = split_provisions(version.version_id, version.text)
        check = QuoteChecker(version.text, segmentation).check(text)
        if check.status != "rejected":
            return _result(check, version, segmentation)
        if best is None or (best["reason"] == "quote-not-found" and check.reason != "quote-not-found"):
            best = _result(check, version, segmentation)
    if best is None:
        return {
            "status": "rejected",
            "spans": [],
            "version_id": None,
            "difference": "there is no version to look in",
            "reason": "quote-not-found",
        }
    best["documents_read"] = read
    return best


def _result(check: QuoteCheck, version: Version, segmentation: Segmentation) -> dict[str, Any]:
    span = check.spans[0] if check.spans else check.nearest
    path = next(
        (one.heading_path for one in segmentation.provisions if span is not None and one.span.overlaps(span)),
        (),
    )
    return {
        "status": check.status,
        "spans": [{"start": one.start, "end": one.end} for one in check.spans],
        "version_id": None if check.status == "rejected" else version.version_id,
        "difference": check.difference,
        "reason": check.reason,
        "allowed": list(check.allowed),
        "service": version.service,
        "document": version.document,
        "date": version.date.isoformat(),
        "heading_path": list(path),
        "missing": list(check.missing),
        "added": list(check.added),
        "nearest": check.nearest and {"start": check.nearest.start, "end": check.nearest.end},
        "nearest_text": check.nearest and version.text[check.nearest.start : check.nearest.end],
        "nearest_version_id": version.version_id,
    }


def _print(result: dict[str, Any], text: str) -> None:
    where = " > ".join(filter(None, [result.get("document"), *result.get("heading_path", [])]))
    if result["status"] != "rejected":
        click.echo(f"accepted: {result['status']}")
        click.echo(f"  {where}")
        places = ", ".join(f"{span['start']}-{span['end']}" for span in result["spans"])
        click.echo(f"  characters {places}, version of {result['date']} ({result['version_id'][:8]})")
        if result["allowed"]:
            click.echo(f"  allowed   {'; '.join(result['allowed'])}")
        return
    click.echo(f"rejected: {result['difference']}")
    if result.get("nearest_text"):
        from clauseproof.plaintext import visible

        click.echo(f"  yours     {_shortened(text)}")
        click.echo(f"  version   {_shortened(visible(result['nearest_text']))}")
        nearest = result["nearest"]
        click.echo(f"  nearest   {where}")
        click.echo(
            f"            characters {nearest['start']}-{nearest['end']},"
            f" version of {result['date']} ({result['nearest_version_id'][:8]})"
        )


def _shortened(words: str) -> str:
    return words if len(words) <= 300 else f"{words[:297]}..."
