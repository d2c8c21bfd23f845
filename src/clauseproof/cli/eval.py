"""``clauseproof eval``: did it get better or worse?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clauseproof.cli.labelling import label
from clauseproof.cli.shared import json_option, print_json, settings_of, tell

if TYPE_CHECKING:
    from clauseproof.evaluation.campaign import Campaign
    from clauseproof.llm.stack import ModelSettings

_FILE = click.Path(path_type=Path, dir_okay=False)
_PLACE = click.Path(path_type=Path)
_COUNT = click.IntRange(min=1)


@click.group("eval")
def command() -> None:
    """Measure analyses against labels, compare runs, hold a release to a baseline.

    \b
    clauseproof eval run all
    clauseproof eval run quotes --dataset mine.jsonl --outputs out/quotes.jsonl
    clauseproof eval compare before after
    clauseproof eval report after --against before --out evaluation.html
    """


command.add_command(label)


@command.command("run")
@click.argument("task")
@click.option("--dataset", type=_FILE, metavar="F", help="JSON lines. Default: the bundled fixtures.")
@click.option("--map", "label_map", type=_FILE, metavar="F", help="Label map, for data in another scheme.")
@click.option(
    "--outputs", type=_PLACE, metavar="F", help="Keep a row per sample here (with `all`: a folder)."
)
@click.option("--limit", type=_COUNT, metavar="N", help="A random part of the samples.")
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses the part; fixes every draw.")
@click.option("--repeats", type=_COUNT, default=1, show_default=True, help="Answer each so often.")
@click.option("--jobs", type=_COUNT, default=1, show_default=True, help="Work on so many at once.")
@click.option("--model", metavar="PROVIDER:NAME", help="Let this language model draft. Default: offline.")
@click.option("--base-url", metavar="URL", help="Endpoint of an OpenAI-compatible server for --model.")
@click.option("--replies", type=_PLACE, metavar="DIR", help="Recorded replies of --model; nothing is sent.")
@click.option("--anchors", is_flag=True, help="Simple methods on the same rows beside it (SVM, BM25).")
@click.option("--gate", type=_FILE, metavar="F", help="Exit 1 where the run falls behind this baseline.")
@click.option("--pin", type=_FILE, metavar="F", help="Write the run into this baseline.")
@click.option("--lower-floors", is_flag=True, help="Let --pin write less than was pinned.")
@click.option("--junit", type=_FILE, metavar="F", help="Write the results as JUnit XML.")
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    gate: Path | None,
    pin: Path | None,
    lower_floors: bool,
    junit: Path | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Answer and score the samples of TASK, or of every task with `all`.

    A run that was stopped goes on where its --outputs stopped. Exit code 1: below the gate, or not one
    sample scored.

    \b
    clauseproof eval run all --gate eval/baseline.json
    clauseproof eval run classification --dataset valid.jsonl --map opp115.yaml --anchors
    clauseproof eval run analysis --model openai:gpt-4.1 --limit 20 --repeats 3
    """
    if lower_floors and not pin:
        raise click.UsageError("--lower-floors goes with --pin.", ctx)
    campaign = _campaign(ctx, choices)
    from clauseproof.evaluation.statistics import require_statistics

    require_statistics()
    from clauseproof.cli.evaluations import print_runs, print_verdict
    from clauseproof.errors import EvaluationError
    from clauseproof.evaluation.campaign import run_campaign
    from clauseproof.evaluation.figures import compute_figures
    from clauseproof.evaluation.gate import check_gate, load_baseline, pin_runs
    from clauseproof.evaluation.junit import write_junit

    baseline = load_baseline(gate) if gate else None
    runs = run_campaign(campaign, tell)
    ours = [one for one in runs if not one.run.is_anchor]
    verdicts = [check_gate(one, baseline) for one in ours] if baseline else []
    if junit:
        write_junit(junit, runs, verdicts)
    if as_json:
        figures = [
            {"run": one.run.model_dump(mode="json"), **compute_figures(one).model_dump(mode="json")}
            for one in runs
        ]
        print_json({"runs": figures, "gate": [one.model_dump(mode="json") for one in verdicts]})
    else:
        print_runs(runs)
        for verdict in verdicts:
            print_verdict(verdict)
    shut = not all(verdict.is_open for verdict in verdicts)
    if pin and shut and not lower_floors:
        raise EvaluationError(
            f"{pin}: nothing is pinned through a shut gate; if that is meant, say --lower-floors."
        )
    if pin:
        pin_runs(ours, pin, lower_floors=lower_floors)
        tell(f"pinned {len(ours)} runs in {pin}")
    if shut or not all(any(one.score for one in run.results) for run in ours):
        ctx.exit(1)


def _campaign(ctx: click.Context, choices: dict[str, Any]) -> Campaign:
    """Check the choices and gather them."""
    needs_task = [f"--{name.replace('label_', '')}" for name in ("dataset", "label_map") if choices[name]]
    if choices["task"] == "all" and needs_task:
        raise click.UsageError(f"{needs_task[0]} goes with one task, not with `all`.", ctx)
    if choices["label_map"] and not choices["dataset"]:
        raise click.UsageError("--map goes with --dataset.", ctx)
    model, base_url, replies = (choices.pop(name) for name in ("model", "base_url", "replies"))
    if replies and choices["repeats"] > 1:
        raise click.UsageError("--replies has one reply to each request; --repeats asks anew.", ctx)
    if model is None and (base_url or replies):
        raise click.UsageError("--base-url and --replies go with --model.", ctx)
    from clauseproof.evaluation.campaign import Campaign

    return Campaign(
        workspace=settings_of(ctx).workspace, model=_model(ctx, model, base_url, replies), **choices
    )


def _model(
    ctx: click.Context, model: str | None, base_url: str | None, replies: Path | None
) -> ModelSettings | None:
    if model is None:
        return None
    from clauseproof.cli.drafters import model_settings
    from clauseproof.errors import EvaluationError

    if replies is not None and not replies.is_dir():
        raise EvaluationError(f"{replies}: no folder of recorded replies.")
    chosen = model_settings(settings_of(ctx), model, base_url)
    return chosen.model_copy(update={"recorded": replies})


@command.command("compare")
@click.argument("before", type=_PLACE)
@click.argument("after", type=_PLACE)
@json_option
@click.pass_context
def compare(ctx: click.Context, before: Path, after: Path, as_json: bool) -> None:
    """Compare the outputs of two runs, sample by sample: BEFORE and AFTER are files, or folders of `all`.

    Exit code 1: a metric fell by more than chance explains, half of a document or a label
    was lost, or a sample that must hold does not.

    \b
    clauseproof eval compare before/quotes.jsonl after/quotes.jsonl
    clauseproof eval compare before after
    """
    from clauseproof.cli.evaluations import print_comparison
    from clauseproof.evaluation.campaign import pair_outputs
    from clauseproof.evaluation.compare import compare_runs
    from clauseproof.evaluation.results import read_results

    pairs = [(read_results(one), read_results(other)) for one, other in pair_outputs(before, after)]
    comparisons = [compare_runs(one, other) for one, other in pairs]
    if as_json:
        print_json([one.model_dump(mode="json") for one in comparisons])
    else:
        for one in comparisons:
            print_comparison(one)
    if any(one.is_worse for one in comparisons):
        ctx.exit(1)


@command.command("report")
@click.argument("outputs", nargs=-1, required=True, type=_PLACE)
@click.option("--against", type=_PLACE, metavar="BEFORE", help="Outputs of an earlier run to compare with.")
@click.option("--out", type=_FILE, default=Path("evaluation.html"), show_default=True, help="The page.")
def report(outputs: tuple[Path, ...], against: Path | None, out: Path) -> None:
    """Write one self-contained HTML page from the OUTPUTS of runs: files, or folders of `all`.

    \b
    clauseproof eval report out --out evaluation.html
    clauseproof eval report after --against before
    """
    from clauseproof.evaluation.campaign import iter_outputs, pair_outputs
    from clauseproof.evaluation.compare import compare_runs
    from clauseproof.evaluation.report import write_evaluation_report
    from clauseproof.evaluation.results import read_results

    runs = [read_results(place) for place in iter_outputs(outputs)]
    comparisons = []
    if against is not None:
        if len(outputs) != 1:
            raise click.UsageError("--against goes with one file or folder of outputs.")
        pairs = pair_outputs(against, outputs[0])
        comparisons = [compare_runs(read_results(one), read_results(other)) for one, other in pairs]
    write_evaluation_report(runs, comparisons, out)
    click.echo(str(out))
