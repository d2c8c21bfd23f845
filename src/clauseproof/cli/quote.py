"""``clauseproof quote``: a quotation proved against the archived text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import archive_option, file_option, json_option, locate, print_json, print_line

if TYPE_CHECKING:
    from clauseproof.quotations import QuotationProof


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
    where it is refused. Write -- before a TEXT that begins with a dash.

    \b
    clauseproof quote "we do not sell your data" --service midjourney
    clauseproof quote "We may share ..." --service grok --all-versions
    clauseproof quote "Logs are kept for 30 days" --file policy.md
    """
    if (file is None) == (service is None):
        raise click.UsageError("name a --service or a --file.", ctx)
    if file is not None and (document or all_versions or archive_name):
        raise click.UsageError("--document, --all-versions and --archive go with --service.", ctx)
    from clauseproof.quotations import iter_versions, prove_quotation

    if file is not None:
        from clauseproof.archive.file import read_file

        proof = prove_quotation(text, [read_file(file)])
    else:
        archive, found = locate(ctx, str(service), archive_name)
        proof = prove_quotation(text, iter_versions(archive, found, document, history=all_versions))
    if as_json:
        print_json(proof.model_dump(mode="json"))
    else:
        _print(proof, text)
    if proof.status == "rejected":
        ctx.exit(1)


def _print(proof: QuotationProof, text: str) -> None:
    from clauseproof.plaintext import visible

    where = " > ".join(filter(None, [proof.document, *proof.heading_path]))
    if proof.status != "rejected":
        print_line(f"accepted: {proof.status}")
        print_line(f"  {where}")
        places = ", ".join(f"{span.start}-{span.end}" for span in proof.spans)
        print_line(f"  characters {places}, version of {proof.date} ({str(proof.version_id)[:8]})")
        if proof.allowed:
            print_line(f"  allowed   {'; '.join(proof.allowed)}")
        return
    print_line(f"rejected: {proof.difference}")
    if proof.nearest and proof.nearest_text:
        print_line(f"  yours     {_shortened(text)}")
        print_line(f"  version   {_shortened(visible(proof.nearest_text))}")
        print_line(f"  nearest   {where}")
        print_line(
            f"            characters {proof.nearest.start}-{proof.nearest.end},"
            f" version of {proof.date} ({str(proof.nearest_version_id)[:8]})"
        )


def _shortened(words: str) -> str:
    return words if len(words) <= 300 else f"{words[:297]}..."
