"""``clauseproof regulations``: the law of the knowledge base, for people."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from clauseproof.cli.shared import at_option, json_option, print_json, print_table

if TYPE_CHECKING:
    from clauseproof.claims import Reference
    from clauseproof.knowledge import KnowledgeBase


@click.group("regulations")
def command() -> None:
    """List and show the law of the knowledge base.

    \b
    clauseproof regulations list --jurisdiction EU
    clauseproof regulations show gdpr
    clauseproof regulations show gdpr:6 --at 2019-01-01
    """


@command.command("list")
@click.option("--jurisdiction", metavar="CODE", help="Only this one: EU, UK, US, US-CA, ...")
@click.option("--practice", metavar="ID", help="Only provisions that bear on this practice.")
@at_option
@json_option
def list_regulations(
    jurisdiction: str | None, practice: str | None, at: datetime.date | None, as_json: bool
) -> None:
    """List instruments, or the provisions that bear on a practice.

    \b
    clauseproof regulations list --jurisdiction EU
    clauseproof regulations list --practice ai-training --at 2025-06-01 --json
    """
    from clauseproof.knowledge import load_knowledge
    from clauseproof.knowledge.law import resolve_citation

    knowledge = load_knowledge()
    day = at or _today()
    if jurisdiction:
        jurisdiction = _known(
            "jurisdiction", jurisdiction, {one.jurisdiction for one in knowledge.instruments.values()}
        )
    if practice:
        practice = _known("practice", practice, knowledge.practices)
    rows = []
    for instrument in knowledge.instruments.values():
        if jurisdiction and instrument.jurisdiction != jurisdiction:
            continue
        provisions = [
            resolve_citation(knowledge, one.id, day)
            for one in instrument.provisions
            if practice is None or practice in one.practices
        ]
        if practice is None or provisions:
            rows.append(
                {
                    "id": instrument.id,
                    "short_name": instrument.short_name,
                    "name": instrument.name,
                    "jurisdiction": instrument.jurisdiction,
                    "in_force": instrument.in_force,
                    "status": instrument.status_2026_11,
                    "confidence": instrument.confidence,
                    "provisions": [one.model_dump(mode="json") for one in provisions if one],
                }
            )
    if as_json:
        print_json(rows)
        return
    print_table(
        (
            (row["jurisdiction"], row["id"], len(row["provisions"]), row["in_force"] or "-", row["name"][:44])  # type: ignore[arg-type, index]
            for row in rows
        ),
        ("WHERE", "ID", "PROV.", "SINCE", "NAME"),
    )


@command.command("show")
@click.argument("citation")
@at_option
@json_option
def show_regulation(citation: str, at: datetime.date | None, as_json: bool) -> None:
    """Show an instrument (gdpr) or one of its provisions (gdpr:6).

    \b
    clauseproof regulations show gdpr
    clauseproof regulations show ccpa:121 --at 2021-05-05
    """
    from clauseproof.knowledge import load_knowledge
    from clauseproof.knowledge.law import resolve_citation

    knowledge = load_knowledge()
    day = at or _today()
    citation = _known("citation", citation, [*knowledge.instruments, *knowledge.provisions])
    if citation in knowledge.instruments:
        instrument = knowledge.instruments[citation]
        if as_json:
            print_json(instrument.model_dump(mode="json"))
        else:
            _print_instrument(knowledge, citation, day)
        return
    reference = resolve_citation(knowledge, citation, day)
    assert reference is not None, "every provision of the knowledge base resolves"
    entry = knowledge.provisions[citation][1]
    if as_json:
        print_json({**entry.model_dump(mode="json"), **reference.model_dump(mode="json"), "at": day})
    else:
        _print_provision(reference, entry.model_dump(mode="json"), day)


def _print_instrument(knowledge: KnowledgeBase, citation: str, day: datetime.date) -> None:
    from clauseproof.knowledge.law import resolve_citation

    instrument = knowledge.instruments[citation]
    _print_lines(
        f"{instrument.name} ({instrument.short_name})",
        [
            ("cited as", instrument.citation),
            ("where", instrument.jurisdiction),
            ("authority", instrument.authority),
            ("in force", f"{instrument.in_force or 'no confirmed day'} ({instrument.status_2026_11})"),
            ("applies when", instrument.applies_when),
            ("status", instrument.status_notes),
            ("entry is", _standing(instrument.confidence)),
            ("official text", instrument.url),
        ],
    )
    references = [resolve_citation(knowledge, one.id, day) for one in instrument.provisions]
    click.echo()
    print_table(
        ((one.id, one.force, one.label[:28], one.title) for one in references if one),
        ("ID", f"ON {day}", "LABEL", "TITLE"),
    )


def _print_provision(reference: Reference, entry: dict[str, Any], day: datetime.date) -> None:
    since = f"{reference.applies_from}" if reference.applies_from else "no confirmed day"
    _print_lines(
        f"{reference.label}: {reference.title}",
        [
            ("says", reference.summary),
            ("on " + str(day), reference.force.replace("-", " ")),
            ("applies from", since + (" (the instrument's day)" if reference.inherited else "")),
            *((f"from {when}", part) for part, when in reference.parts.items()),
            ("until", str(reference.applies_until or "")),
            ("bears on", ", ".join(entry["practices"])),
            ("entry is", _standing(reference.confidence)),
            ("note", entry.get("note") or ""),
            ("source", reference.source_url or ""),
            ("official text", reference.url),
        ],
    )


def _print_lines(title: str, rows: list[tuple[str, str]]) -> None:
    import textwrap

    click.secho(title, bold=True)
    for name, value in rows:
        if value:
            lines = textwrap.wrap(value, 60, break_long_words=False, break_on_hyphens=False)
            for at, line in enumerate(lines):
                click.echo(f"  {name if at == 0 else '':16}{line}")


def _standing(confidence: str) -> str:
    return "confirmed in a source" if confidence == "confirmed" else "from memory, not confirmed"


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _known(kind: str, wanted: str, known: Collection[str]) -> str:
    """Return an id as the knowledge base spells it, in any letter case."""
    import difflib

    from clauseproof.errors import NotInArchiveError

    spelt = {one.casefold(): one for one in known}
    if wanted.casefold() in spelt:
        return spelt[wanted.casefold()]
    nearest = difflib.get_close_matches(wanted.casefold(), spelt, n=3, cutoff=0.5)
    raise NotInArchiveError(
        f"the knowledge base has no {kind} {wanted!r}.", tuple(spelt[one] for one in nearest)
    )
