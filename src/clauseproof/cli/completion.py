"""``clauseproof completion``: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    eval "$(clauseproof completion bash)"
    """
    found = get_completion_class(shell)
    assert found is not None, "click completes every shell the choice lists"
    click.echo(found(ctx.find_root().command, {}, "clauseproof", "_CLAUSEPROOF_COMPLETE").source())
