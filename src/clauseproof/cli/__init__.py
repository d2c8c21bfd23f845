"""The command line: one module per command, imported only when it runs."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from clauseproof.cli.outcome import DONE, drop_unwritable, explain, prepare_streams

# Commands are imported only when they run, so that `clauseproof --help` costs no more than click.
_COMMANDS = {
    "demo": "Analyse the bundled sample archive and write a report.",
    "archive": "Add, list and update archives.",
    "versions": "List the recorded versions of a document.",
    "show": "Print the archived text of a document.",
    "provisions": "List the provisions of a document with their practices.",
    "classify": "Label texts with the practices they carry.",
    "search": "Search the archived provisions.",
    "quote": "Prove a quotation against the archived text.",
    "analyze": "Write the analysis of a service's documents.",
    "trace": "Show every prompt, reply and verdict of a model run.",
    "eval": "Measure analyses against labels, compare runs, gate a release.",
    "regulations": "List and show the law of the knowledge base.",
    "doctor": "Tell what is configured, reachable, missing.",
    "completion": "Print the script that completes commands in your shell.",
}


_NAME = "clauseproof"
_COMPLETE = "_CLAUSEPROOF_COMPLETE"


class _Commands(click.Group):
    """Finds commands by name without importing the others, and ends as `outcome` says."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run a command line and exit, in every case with a code scripts can rely on."""
        if os.environ.get(_COMPLETE):
            super().main(args, _NAME, _COMPLETE, **extra)
        prepare_streams()
        code = DONE
        try:
            try:
                with self.make_context(_NAME, list(sys.argv[1:] if args is None else args), **extra) as ctx:
                    self.invoke(ctx)
            except click.exceptions.Exit as done:
                code = done.exit_code
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            code = explain(error)
        drop_unwritable()
        sys.exit(code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"clauseproof.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            nearest = difflib.get_close_matches(args[0], _COMMANDS, n=2, cutoff=0.6)
            hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    _NAME,
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Exit codes: 0 done; 1 done with failures or findings; 2 wrong usage or input.",
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for state (archives, index). Default: .clauseproof, or CLAUSEPROOF_WORKSPACE.",
)
@click.version_option(package_name="clauseproof")
@click.pass_context
def cli(ctx: click.Context, workspace: Path | None) -> None:
    """Prove what archived privacy policies and terms say, and write the analysis.

    \b
    clauseproof demo
    clauseproof archive add genai-contrib-versions.bundle
    clauseproof analyze midjourney "privacy policy"
    """
    ctx.obj = workspace
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main() -> None:
    """Run the command line and exit."""
    cli.main()
