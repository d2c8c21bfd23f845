"""``clauseproof trace``: every prompt, reply, usage and verdict of a model run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import json_option, print_json, print_line, settings_of

if TYPE_CHECKING:
    from clauseproof.trace import CallEvent, LostEvent, VerdictEvent


@click.command("trace")
@click.argument("run", metavar="RUN")
@click.option("--prompts", is_flag=True, help="Print the prompts in full as well.")
@json_option
@click.pass_context
def command(ctx: click.Context, run: str, prompts: bool, as_json: bool) -> None:
    """Show what a model run asked, received and kept. RUN is its id or the beginning of it.

    \b
    clauseproof trace 3f9a
    clauseproof trace 3f9a --prompts
    """
    from clauseproof.trace import CallEvent, LostEvent, find_trace, read_trace

    path = find_trace(settings_of(ctx).workspace, run)
    if as_json:
        print_json([event.model_dump(mode="json") for event in read_trace(path)])
        return
    click.echo(f"{path}\n")
    for event in read_trace(path):
        if isinstance(event, CallEvent):
            _print_call(event, in_full=prompts)
        elif isinstance(event, LostEvent):
            _print_lost(event)
        else:
            _print_verdict(event)


def _print_call(event: CallEvent, *, in_full: bool) -> None:
    usage = event.usage
    tokens = f"{usage.input_tokens} + {usage.output_tokens} tokens" if usage else "tokens unknown"
    source = "from the store" if event.cached else f"{event.seconds:.1f} s"
    print_line(f"{event.document} / {event.practice}: {event.prompt} ({event.asked})", bold=True)
    print_line(f"  {event.model}, {event.mode or 'no reply'}, {tokens}, {source}")
    if in_full:
        for message in event.messages:
            print_line(f"  [{message.role}]")
            _print_block(message.text)
    print_line("  reply:")
    _print_block(event.reply or "(none)")
    if event.error:
        print_line(f"  not usable: {event.error}")
    click.echo()


def _print_lost(event: LostEvent) -> None:
    print_line(f"reply lost ({event.fault}), call repeated: {event.message}")
    click.echo()


def _print_verdict(event: VerdictEvent) -> None:
    mark = "kept" if event.verdict == "verified" else f"withheld, {event.reason}"
    print_line(f"  {event.section}, round {event.round}: {mark}")
    _print_block(event.text)
    if event.note:
        print_line(f"    {event.note}")


def _print_block(text: str) -> None:
    import textwrap

    for line in text.splitlines():
        for part in textwrap.wrap(line, 74, break_on_hyphens=False) or [""]:
            print_line(f"    {part}")
