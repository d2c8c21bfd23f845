"""The language model of ``clauseproof analyze``: chosen, planned, limited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import print_json, print_line, print_table
from clauseproof.drafting import DryDrafter, ModelDrafter
from clauseproof.llm.base import Usage
from clauseproof.llm.stack import ModelSettings, price_of

if TYPE_CHECKING:
    from clauseproof.pipeline import Analyzer
    from clauseproof.settings import Settings


def choose_drafter(
    analyzer: Analyzer,
    settings: Settings,
    model: str,
    base_url: str | None,
    max_cost: float | None,
    max_tokens: int | None,
    *,
    dry_run: bool,
) -> ModelDrafter | DryDrafter:
    """Return what drafts with a model, or plans to.

    Raises:
        ConfigurationError: The model's name or the price file is malformed.
        ModelAccessError: A key is missing.
    """
    chosen = model_settings(settings, model, base_url).model_copy(
        update={"max_cost": max_cost, "max_tokens": max_tokens}
    )
    if dry_run:
        return DryDrafter(analyzer.knowledge, chosen, settings.workspace)
    return ModelDrafter(analyzer.knowledge, chosen, settings.workspace)


def model_settings(settings: Settings, model: str, base_url: str | None) -> ModelSettings:
    """Return a model with the limits of the user's settings.

    Raises:
        ConfigurationError: The model's name is malformed.
    """
    return ModelSettings(
        name=model,
        base_url=base_url,
        timeout_seconds=settings.model_timeout_seconds,
        deadline_seconds=settings.model_deadline_seconds,
        concurrency=settings.model_concurrency,
        requests_per_minute=settings.model_requests_per_minute,
        tokens_per_minute=settings.model_tokens_per_minute,
        max_output_tokens=settings.model_max_output_tokens,
    )


def print_plan(drafter: ModelDrafter | DryDrafter, *, as_json: bool) -> None:
    """Print the requests a run would send first, with tokens and the most they may cost."""
    assert isinstance(drafter, DryDrafter)
    settings, planned = drafter.settings, drafter.planned
    price, as_of = price_of(settings, drafter.workspace)
    sent = sum(one.input_tokens for one in planned)
    most = Usage(input_tokens=sent, output_tokens=len(planned) * settings.max_output_tokens)
    cost = None if price is None else price.of(most)
    if as_json:
        calls = [
            {
                "document": one.document,
                "practice": one.practice,
                "prompt": one.prompt,
                "input_tokens": one.input_tokens,
                "shared_tokens": one.shared_tokens,
                "request": one.request.model_dump(mode="json"),
            }
            for one in planned
        ]
        total = {"input_tokens": sent, "most_output_tokens": most.output_tokens, "most_cost": cost}
        print_json({"model": settings.name, "prices_as_of": as_of, **total, "calls": calls})
        return
    for one in planned:
        print_line(f"{one.document} / {one.practice}: {one.prompt}", bold=True)
        for message in one.request.messages[-1:]:
            print_line(message.text)
        click.echo()
    rows = [
        (one.document[:28], one.practice, one.prompt, one.input_tokens, one.shared_tokens) for one in planned
    ]
    print_table(rows, ("document", "practice", "prompt", "tokens", "shared with the call before"))
    click.echo()
    print_line(f"{len(planned)} calls, {sent:,} tokens sent, at most {most.output_tokens:,} received")
    if cost is None:
        print_line(f"cost unknown: no price of {settings.name} in the price file")
    else:
        print_line(f"at most ${cost:.4f}" + (f", prices as of {as_of}" if as_of else ", on this machine"))
    print_line("repairs of claims that fail come on top; nothing was sent")
