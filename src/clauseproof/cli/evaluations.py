"""How runs, comparisons and gates of ``clauseproof eval`` look in a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import print_line, print_table

if TYPE_CHECKING:
    from clauseproof.evaluation.compare import Comparison, Flip, MetricDifference
    from clauseproof.evaluation.gate import GateVerdict
    from clauseproof.evaluation.metrics.base import Unit
    from clauseproof.evaluation.results import RunResults
    from clauseproof.evaluation.statistics import Figure

_WIDTH = 78
_MOST_SHOWN = 10
_TITLE_WIDTH = 38
# Beside two values, a difference with its interval and a probability.
_SHORT_TITLE = 26


def print_runs(runs: Sequence[RunResults]) -> None:
    """Print the figures of runs; those of the same rows by different analysts side by side."""
    for _, together in groupby(runs, key=lambda one: (one.run.task, one.run.dataset)):
        _print_table(list(together))
        click.echo()


def _print_table(runs: Sequence[RunResults]) -> None:
    from clauseproof.evaluation.figures import compute_figures

    first = runs[0].run
    figures = [compute_figures(one, broken_down=False) for one in runs]
    documents = max((row.figure.documents for row in figures[0].whole()), default=0)
    part = f"{first.samples} of {first.rows}" if first.samples != first.rows else f"{first.rows}"
    print_line(f"{first.task}: {part} samples of {documents} documents, {first.name}"[:_WIDTH], bold=True)
    for run, found in zip(runs, figures, strict=True):
        lost = f", {found.unscored} unscored" if found.unscored else ""
        print_line(f"  {run.run.analyst}: {found.passed} of {found.scored} right{lost}")
        for reason, count in list(found.reasons.items())[:3]:
            print_line(f"    {count} x {reason}"[:_WIDTH])
    shown = {row.metric: row for found in figures for row in found.whole()}
    by_run = [{row.metric: row for row in found.whole()} for found in figures]
    rows = []
    for name, row in shown.items():
        cells = [
            format_figure(mine[name].figure, row.unit, spread=len(runs) < 3) if name in mine else "-"
            for mine in by_run
        ]
        counted = max(mine[name].figure.count for mine in by_run if name in mine)
        rows.append((row.title[:_TITLE_WIDTH], f"{counted:,}", *cells))
    heads = [one.run.analyst.removeprefix("anchor: ")[:20] for one in runs]
    print_table(rows, ("figure", "n", *heads))


def format_figure(figure: Figure, unit: Unit, *, spread: bool = True) -> str:
    """Return a value, with its interval where there is room for it."""
    if figure.value is None:
        return "-"
    value = format_value(figure.value, unit)
    if not spread or figure.low is None or figure.high is None or unit in ("seconds", "tokens", "dollars"):
        return value
    return f"{value} [{format_value(figure.low, unit)}, {format_value(figure.high, unit)}]"


def format_value(value: float, unit: Unit) -> str:
    """Return a value as its unit is written."""
    if unit == "seconds":
        return f"{value:.3f} s"
    if unit == "tokens":
        return f"{value:,.0f}"
    if unit == "dollars":
        return f"${value:.4f}"
    return f"{value:.1f}" if unit == "grade" else f"{value:.3f}"


def print_comparison(comparison: Comparison) -> None:
    """Print what rose and fell, then the samples that flipped."""
    print_line(f"{comparison.after.task}: {comparison.paired} samples scored in both runs", bold=True)
    print_line(
        f"  A  {comparison.before.dataset}, {comparison.before.analyst}, {comparison.before.started:%F %T}"
    )
    print_line(
        f"  B  {comparison.after.dataset}, {comparison.after.analyst}, {comparison.after.started:%F %T}"
    )
    for name, count in (("A", comparison.only_before), ("B", comparison.only_after)):
        if count:
            print_line(f"  {count} results in {name} alone: not compared")
    for one in comparison.collapses:
        print_line(f"  COLLAPSED  {one.part}: {one.before} right in A, {one.after} in B"[:_WIDTH])
    if comparison.before.dataset_sha256 != comparison.after.dataset_sha256:
        print_line("  the datasets differ; compared is what both have")
    for name, ids in (("A", comparison.unscored_before), ("B", comparison.unscored_after)):
        if ids:
            print_line(f"  unscored in {name} alone: {len(ids)} ({', '.join(ids[:3])})"[:_WIDTH])
    whole = [one for one in comparison.differences if not one.part]
    rows = [
        _difference_row(one, one.title) for one in whole if one.difference.value or one.p_fall is not None
    ]
    if rows:
        print_table(rows, ("figure", "A", "B", "B - A (95 %)", "p of fall"))
    parts = [one for one in comparison.differences if one.part and one.metric.endswith("f1")]
    worst = sorted(parts, key=lambda one: (not one.is_worse, -abs(one.difference.value or 0)))[:_MOST_SHOWN]
    if worst:
        click.echo()
        print_table(
            [_difference_row(one, one.part) for one in worst], ("by class, F1", "A", "B", "B - A (95 %)", "")
        )
    _print_flips(comparison)
    click.echo()


def _difference_row(one: MetricDifference, title: str) -> tuple[str, str, str, str, str]:
    found = one.difference
    spread = ""
    if found.low is not None and found.high is not None:
        spread = f" [{found.low:+.3f}, {found.high:+.3f}]"
    chance = ("" if one.p_fall is None else f"{one.p_fall:.3f}") + (" FELL" if one.fell else "")
    return (
        title[:_SHORT_TITLE],
        "-" if found.before is None else format_value(found.before, one.unit),
        "-" if found.after is None else format_value(found.after, one.unit),
        "-" if found.value is None else f"{found.value:+.3f}{spread}",
        chance,
    )


def _print_flips(comparison: Comparison) -> None:
    lost, won = comparison.lost, [one for one in comparison.flips if not one.lost]
    print_line(f"\n{len(lost)} samples right in A alone, {len(won)} in B alone")
    for flip in (*lost[:_MOST_SHOWN], *won[: _MOST_SHOWN // 2]):
        _print_flip(flip)


def _print_flip(flip: Flip) -> None:
    mark = ("lost" if flip.lost else "won") + (", must hold" if flip.must_hold else "")
    _print_wrapped(f"{flip.id} ({mark}): {flip.why}")
    for name, output in (("A", flip.before), ("B", flip.after)):
        if output is not None:
            print_line(f"    {name}  {_brief(output)}"[:_WIDTH])


def _print_wrapped(text: str) -> None:
    """Print a line in at most three, indented."""
    import textwrap

    for line in textwrap.wrap(text, _WIDTH - 4, max_lines=3, placeholder=" ..."):
        print_line(f"  {line}")


def _brief(output: dict[str, object]) -> str:
    import json

    kept = {key: value for key, value in output.items() if key not in ("counts", "advice", "passages")}
    return json.dumps(kept, ensure_ascii=False)


def print_verdict(verdict: GateVerdict) -> None:
    """Print whether the gate is open, and every reason why not."""
    if verdict.is_open:
        print_line(f"gate open: {verdict.run}")
        return
    print_line(f"GATE SHUT: {verdict.run}, {len(verdict.findings)} reasons", bold=True)
    for one in verdict.findings[: 2 * _MOST_SHOWN]:
        _print_wrapped(f"{one.reason}: {one.subject}: {one.detail}")
    if len(verdict.findings) > 2 * _MOST_SHOWN:
        print_line(f"  and {len(verdict.findings) - 2 * _MOST_SHOWN} more (--json has them all)")
