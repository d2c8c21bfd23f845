"""``clauseproof doctor``: what is configured, reachable, missing."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from clauseproof.cli.shared import json_option, print_json, print_line, settings_of
from clauseproof.errors import ClauseproofError

if TYPE_CHECKING:
    from clauseproof.settings import Settings


class Finding(NamedTuple):
    """What one check found."""

    status: str
    subject: str
    text: str


@click.command("doctor")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Tell what is configured, reachable and missing. Nothing is sent anywhere.

    \b
    clauseproof doctor
    """
    settings = settings_of(ctx)
    findings = [finding for check in _CHECKS for finding in _guarded(check, settings)]
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        click.echo(
            f"clauseproof {version('clauseproof')}, Python {platform.python_version()},"
            f" workspace {settings.workspace}\n"
        )
        for finding in findings:
            _print(finding)
        faults = sum(finding.status == "fault" for finding in findings)
        click.echo(f"\n{'Ready.' if not faults else f'{faults} to mend.'}")
    if any(finding.status == "fault" for finding in findings):
        ctx.exit(1)


def _print(finding: Finding) -> None:
    import textwrap

    lines = textwrap.wrap(finding.text, 54, break_on_hyphens=False) or [""]
    print_line(f"  {finding.status:9}{finding.subject:14}{lines[0]}")
    for line in lines[1:]:
        print_line(f"{'':25}{line}")


def _guarded(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except ClauseproofError as error:
        yield Finding("fault", check.__name__.removeprefix("_check_").replace("_", " "), str(error))


def _check_git(settings: Settings) -> Iterator[Finding]:
    path = shutil.which("git")
    if path:
        yield Finding("ok", "git", path)
    else:
        yield Finding("fault", "git", "not found; git archives cannot be read. Install git.")


def _check_workspace(settings: Settings) -> Iterator[Finding]:
    folder = settings.workspace
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if os.access(existing, os.W_OK):
        yield Finding("ok", "workspace", f"{folder} can be written")
    else:
        yield Finding("fault", "workspace", f"{folder} cannot be written; name another with --workspace")


def _check_archive(settings: Settings) -> Iterator[Finding]:
    from clauseproof.archive.workspace import Workspace

    workspace = Workspace(settings.workspace)
    registered = workspace.archives()
    if not registered:
        yield Finding("note", "archive", "none added yet: clauseproof archive add SOURCE")
    for one in registered:
        try:
            archive = workspace.open(one.name)
            documents = sum(len(archive.documents(service)) for service in archive.services())
        except ClauseproofError as error:
            yield Finding("fault", "archive", str(error))
        else:
            yield Finding("ok", "archive", f"{one.name}, {documents} documents ({one.source})")


def _check_knowledge(settings: Settings) -> Iterator[Finding]:
    from clauseproof.knowledge import load_knowledge

    knowledge = load_knowledge()
    faults = list(knowledge.iter_faults())
    for fault in faults[:5]:
        yield Finding("fault", "knowledge", fault)
    if not faults:
        yield Finding(
            "ok",
            "knowledge",
            f"{len(knowledge.instruments)} instruments, {len(knowledge.practices)} practices,"
            f" {len(knowledge.disclosures)} disclosures",
        )
    provisions = [provision for _, provision in knowledge.provisions.values()]
    memory = sum(one.confidence == "memory" for one in provisions)
    yield Finding(
        "note",
        "citations",
        f"{memory} of {len(provisions)} provisions of law are from memory; they print as such",
    )


def _check_embedder(settings: Settings) -> Iterator[Finding]:
    from clauseproof.retrieval.embedders import load_embedder

    load_embedder(settings.embedder, settings.embedder_base_url)
    if settings.embedder == "static":
        yield Finding("ok", "embedder", "static, shipped with the package, no network needed")
    else:
        yield Finding("ok", "embedder", f"{settings.embedder}; not contacted by this check")


def _check_index(settings: Settings) -> Iterator[Finding]:
    folder = settings.workspace / "index"
    if folder.is_dir():
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        yield Finding("ok", "search index", f"{folder} ({size / 1e6:.0f} MB)")
    else:
        yield Finding("note", "search index", "not built yet; `clauseproof search` builds what it needs")


def _check_model(settings: Settings) -> Iterator[Finding]:
    from importlib.util import find_spec

    from clauseproof.llm.langchain import KEY_VARIABLE

    if find_spec("langchain_openai") is None:
        yield Finding("note", "model", "not installed: pip install 'clauseproof[models]'")
        return
    key = f"{KEY_VARIABLE} is set" if os.environ.get(KEY_VARIABLE) else f"{KEY_VARIABLE} is not set"
    if settings.model:
        where = f" at {settings.model_base_url}" if settings.model_base_url else ""
        yield Finding("ok", "model", f"{settings.model}{where}; {key}; not contacted by this check")
    else:
        yield Finding("note", "model", f"none chosen (analyze --model openai:NAME); {key}")


def _check_offline(settings: Settings) -> Iterator[Finding]:
    from clauseproof.pipeline import sample_archive_path

    sample: Path = sample_archive_path()
    if sample.is_dir():
        yield Finding("ok", "offline", "offline analyst ready; no key needed. Try: clauseproof demo")
    else:
        yield Finding("fault", "offline", f"the sample archive is missing from {sample}")


_CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _check_git,
    _check_workspace,
    _check_archive,
    _check_knowledge,
    _check_index,
    _check_embedder,
    _check_model,
    _check_offline,
)
