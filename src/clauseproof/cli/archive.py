"""``clauseproof archive``: add, list and update archives."""

from __future__ import annotations

import sys

import click

from clauseproof.cli.shared import json_option, print_json, print_line, print_table, tell, workspace_of


@click.group("archive")
def command() -> None:
    """Add, list and update archives.

    An archive is a `versions` repository of Open Terms Archive (a clone, a git bundle or a
    git URL), or a folder of files.

    \b
    clauseproof archive add genai-contrib-versions.bundle
    clauseproof archive add ./contracts --name contracts
    clauseproof archive list
    """


@command.command("add")
@click.argument("source")
@click.option("--name", help="What to call it. Default: from the source.")
@json_option
@click.pass_context
def add(ctx: click.Context, source: str, name: str | None, as_json: bool) -> None:
    """Register SOURCE: a bundle, a git URL, a clone, or a folder.

    \b
    clauseproof archive add genai-contrib-versions.bundle
    clauseproof archive add ./contracts --name contracts
    """
    workspace = workspace_of(ctx)
    if sys.stderr.isatty():
        tell(f"adding {source}")
    registered = workspace.add(source, name)
    archive = workspace.open(registered.name)
    services = archive.services()
    documents = [(one, document) for one in services for document in archive.documents(one)]
    versions = sum(len(archive.records(*one)) for one in documents)
    summary = {
        "name": registered.name,
        "kind": registered.kind,
        "source": registered.source,
        "services": len(services),
        "documents": len(documents),
        "versions": versions,
    }
    if as_json:
        print_json(summary)
        return
    print_line(
        f"{registered.name}: {len(services)} services, {len(documents)} documents, {versions} versions"
    )


@command.command("list")
@json_option
@click.pass_context
def list_archives(ctx: click.Context, as_json: bool) -> None:
    """List the registered archives.

    \b
    clauseproof archive list --json
    """
    archives = workspace_of(ctx).archives()
    if as_json:
        print_json([one.model_dump() for one in archives])
    elif archives:
        print_table(((one.name, one.kind, one.source) for one in archives), ("NAME", "KIND", "SOURCE"))
    else:
        tell("no archives yet; add one with `clauseproof archive add SOURCE`")


@command.command("update")
@click.argument("name", required=False)
@json_option
@click.pass_context
def update(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Fetch what is new, for one archive or for all.

    \b
    clauseproof archive update
    clauseproof archive update genai-contrib-versions
    """
    updates = workspace_of(ctx).update(name)
    if as_json:
        print_json([one.model_dump() for one in updates])
        return
    for one in updates:
        changed = "up to date" if one.before == one.after else f"{one.before[:8]} -> {one.after[:8]}"
        print_line(f"{one.name}: {changed}")
