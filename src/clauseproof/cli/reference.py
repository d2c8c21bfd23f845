"""The commands as a page: ``python -m clauseproof.cli.reference > docs/commands.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from clauseproof.cli import cli

_OPENING = """# Commands

Written from `--help` by `python -m clauseproof.cli.reference`; a test keeps it in step.

`--json` prints one JSON value on stdout; progress and messages go to stderr. An error is one line on stderr.

| exit code | means |
|---|---|
| 0 | done |
| 1 | done, with failures or findings (`quote`: refused; `doctor`: something to mend) |
| 2 | wrong usage or input; nothing saved was changed |
| 130 | interrupted; what was saved stays as it was |
"""


def iter_commands() -> Iterator[click.Context]:
    """Yield a context for every command, the program itself first, groups before their commands."""
    waiting = [click.Context(cli, info_name=cli.name, terminal_width=80, **cli.context_settings)]
    while waiting:
        context = waiting.pop()
        yield context
        group = context.command
        if isinstance(group, click.Group):
            for name in reversed(group.list_commands(context)):
                command = group.get_command(context, name)
                if command is not None:
                    waiting.append(click.Context(command, context, name))


def render_reference() -> str:
    """Return the page."""
    parts = [_OPENING]
    for context in iter_commands():
        parts.append(f"## {context.command_path}\n\n```\n{context.get_help()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    click.echo(render_reference(), nl=False)
