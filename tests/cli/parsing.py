"""A command line parsed as the shell and click would, without running it."""

from __future__ import annotations

import shlex

import click

from clauseproof.cli import cli


def parse_command_line(line: str) -> None:
    """Fail where a line names a command, an option or an argument that is not there."""
    words = shlex.split(line.split(" > ")[0], comments=True)[1:]
    context = click.Context(cli, info_name=cli.name)
    while isinstance(context.command, click.Group):
        name, command, words = context.command.resolve_command(context, words)
        assert name is not None
        assert command is not None
        if isinstance(command, click.Group):
            context = click.Context(command, context, name)
        else:
            context = command.make_context(name, words, context)
