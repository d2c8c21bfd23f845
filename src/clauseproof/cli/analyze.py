"""``clauseproof analyze``: the analysis of a service's documents."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import (
    archive_option,
    at_option,
    file_option,
    json_option,
    locate,
    print_json,
    settings_of,
    tell,
)

if TYPE_CHECKING:
    from clauseproof.pipeline import Analyzed, Analyzer

DEFAULT_FOLDER = Path("clauseproof-reports")


@click.command("analyze")
@click.argument("service", required=False)
@click.argument("document", required=False)
@click.option("--practice", "practices", multiple=True, metavar="ID", help="Only this practice; repeatable.")
@click.option("--provision", metavar="ID", help="Only this provision (see `clauseproof provisions`).")
@at_option
@file_option
@click.option(
    "--format", "formats", default="html", show_default=True, help="html, md, json; comma separated."
)
@click.option("--model", metavar="PROVIDER:NAME", help="Let this language model draft, e.g. openai:gpt-4.1.")
@click.option("--base-url", metavar="URL", help="Endpoint of an OpenAI-compatible server for --model.")
@click.option("--dry-run", is_flag=True, help="Print the model's requests, tokens and cost; send nothing.")
@click.option("--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Stop before this is passed.")
@click.option(
    "--max-tokens", type=click.IntRange(min=1), metavar="N", help="Stop before this many tokens are passed."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the report.")
@click.option("--open", "open_report", is_flag=True, help="Open the report when it is written.")
@archive_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    service: str | None,
    document: str | None,
    practices: tuple[str, ...],
    provision: str | None,
    at: datetime.date | None,
    file: Path | None,
    formats: str,
    model: str | None,
    base_url: str | None,
    dry_run: bool,
    max_cost: float | None,
    max_tokens: int | None,
    out: Path | None,
    open_report: bool,
    archive_name: str | None,
    as_json: bool,
) -> None:
    """Write the proven analysis of SERVICE's documents, or of one DOCUMENT.

    \b
    clauseproof analyze midjourney "privacy policy"
    clauseproof analyze midjourney privacy --practice ai-training --json
    clauseproof analyze grok --at 2025-06-01 --format html,md,json --out reports
    clauseproof analyze --file contract.docx
    clauseproof analyze grok --practice ai-training --model openai:gpt-4.1
    """
    if (file is None) == (service is None):
        raise click.UsageError("name a SERVICE or a --file.", ctx)
    if file is not None and archive_name:
        raise click.UsageError("--archive goes with SERVICE.", ctx)
    from clauseproof.pipeline import Analyzer
    from clauseproof.reporting import known_formats

    wanted = _parse_formats(formats, known_formats(), ctx)
    analyzer = Analyzer()
    settings = settings_of(ctx)
    model, base_url = model or settings.model, base_url or settings.model_base_url
    if model is None and (base_url or dry_run or max_cost is not None or max_tokens is not None):
        raise click.UsageError("--base-url, --dry-run, --max-cost and --max-tokens go with --model.", ctx)
    drafter = None
    if model is not None:
        from clauseproof.cli.drafters import choose_drafter

        drafter = choose_drafter(analyzer, settings, model, base_url, max_cost, max_tokens, dry_run=dry_run)
    if file is not None:
        from clauseproof.archive.file import read_file

        analyzed = analyzer.analyze_version(
            read_file(file),
            practices=practices,
            provision=provision,
            at=at,
            drafter=drafter,
            progress=tell,
        )
    else:
        archive, found = locate(ctx, str(service), archive_name)
        analyzed = analyzer.analyze(
            archive,
            found,
            document,
            practices=practices,
            provision=provision,
            at=at,
            drafter=drafter,
            progress=tell,
        )
    if drafter is not None and dry_run:
        from clauseproof.cli.drafters import print_plan

        print_plan(drafter, as_json=as_json)
        return
    if as_json:
        print_json(analyzed.report.model_dump(mode="json"))
    else:
        deliver(analyzer, analyzed, wanted, out or DEFAULT_FOLDER, open_report=open_report)
    ran = analyzed.report.run.model
    if ran is not None and ran.failures:
        tell(f"the model left {len(ran.failures)} parts undone; run the same again to go on: nothing is lost")
        ctx.exit(1)


def deliver(
    analyzer: Analyzer, analyzed: Analyzed, formats: list[str], folder: Path, *, open_report: bool
) -> None:
    """Write the report files and print the one-screen summary with their paths."""
    from clauseproof.reporting import render_summary, write_report

    knowledge = analyzer.knowledge
    paths = write_report(analyzed.report, analyzed.texts, knowledge, formats, folder)
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(render_summary(analyzed.report, knowledge, paths, color=color))
    if open_report:
        click.launch(str(paths[0]))


def _parse_formats(formats: str, known: list[str], ctx: click.Context) -> list[str]:
    wanted = [one.strip() for one in formats.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in known]
    if unknown or not wanted:
        raise click.UsageError(f"unknown format {', '.join(unknown)!r}; known are {', '.join(known)}.", ctx)
    return wanted
