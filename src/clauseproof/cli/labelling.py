"""``clauseproof eval label``: labelling sheets, out to people and back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clauseproof.cli.shared import (
    Day,
    archive_option,
    at_option,
    json_option,
    locate,
    print_json,
    print_line,
    print_table,
    settings_of,
    tell,
)
from clauseproof.errors import EvaluationError

if TYPE_CHECKING:
    from clauseproof.evaluation.labelling.adjudication import Case
    from clauseproof.evaluation.labelling.agreement import Measure

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("label", context_settings={"help_option_names": ["-h", "--help"]})
def label() -> None:
    """Label documents by hand: sheets, import, agreement, adjudication.

    \b
    clauseproof eval label export quillowen terms --out sheets/terms.yaml
    clauseproof eval label import sheets/terms.yaml --out datasets
    clauseproof eval label agreement first second --cases cases.yaml
    clauseproof eval label adjudicate cases.yaml first/*.yaml --out gold
    """


@label.command("export")
@click.argument("service")
@click.argument("document")
@at_option
@archive_option
@click.option("--out", type=_FILE, metavar="F.yaml", help="Where to write. Default: named by the document.")
@click.option("--proposals", is_flag=True, help="Show the classifier's practices, marked as proposals.")
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Ask for the practices of N provisions only."
)
@click.pass_context
def export(
    ctx: click.Context,
    service: str,
    document: str,
    at: datetime.date | None,
    archive_name: str | None,
    out: Path | None,
    proposals: bool,
    sample: int | None,
) -> None:
    """Write a sheet of a document for a person to fill in.

    \b
    clauseproof eval label export quillowen terms
    clauseproof eval label export midjourney privacy --at 2025-06-01 --out midjourney.yaml
    """
    from clauseproof.archive.base import find_document, version_at
    from clauseproof.evaluation.labelling.exporting import HEAD, glossary, make_sheet
    from clauseproof.evaluation.labelling.sheets import write_sheet
    from clauseproof.pipeline import Analyzer

    archive, found = locate(ctx, service, archive_name)
    analyzer = Analyzer()
    version = version_at(archive, found, find_document(archive, found, document), at)
    sheet = make_sheet(analyzer.read(version), proposals=proposals, sample=sample)
    path = out or Path(f"{sheet.document.slug}.yaml")
    write_sheet(path, sheet, HEAD, glossary(analyzer.knowledge))
    print_line(f"{path}: {len(sheet.provisions)} provisions")


@label.command("import")
@click.argument("sheets", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the datasets.")
@click.option(
    "--archive", metavar="PATH_OR_NAME", help="Where the texts are, instead of what the sheets say."
)
@click.option("--at", type=Day(), metavar="DATE", help="Day of the analyses and absences. Default: today.")
@click.pass_context
def import_(
    ctx: click.Context, sheets: tuple[Path, ...], out: Path, archive: str | None, at: datetime.date | None
) -> None:
    """Check filled SHEETS and write their labels as datasets.

    Every fault is named with file and place; where there is one, nothing is written. Rows of the same
    documents are replaced, rows of others stay.

    \b
    clauseproof eval label import sheets/*.yaml --out eval/datasets/own
    clauseproof eval label import terms.yaml --out rows --archive fixtures/archive
    """
    from clauseproof.evaluation.bench import Bench, BenchSettings
    from clauseproof.evaluation.labelling.importing import import_sheets, write_rows
    from clauseproof.pipeline import Analyzer

    if archive and Path(archive).exists():
        archive = str(Path(archive).resolve())
    workspace, analyzer = settings_of(ctx).workspace, Analyzer()
    imported = import_sheets(
        sheets,
        out,
        lambda folder: Bench(BenchSettings(folder, workspace), analyzer),
        archive=archive,
        at=at or datetime.date.today(),
    )
    _refuse(imported.faults)
    for name, rows in write_rows(out, imported.rows).items():
        print_line(f"{out / name}: {rows} rows")


@label.command("agreement")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--cases", type=_FILE, metavar="F.yaml", help="Write what they differ in, for a third person.")
@json_option
def agreement(first: Path, second: Path, cases: Path | None, as_json: bool) -> None:
    """Measure how far two labellers agree: two sheets, or two folders of sheets.

    Only layers that both filled are compared. Intervals (95 %) are drawn over documents.

    \b
    clauseproof eval label agreement first/terms.yaml second/terms.yaml
    clauseproof eval label agreement first second --cases cases.yaml
    """
    from clauseproof.evaluation.labelling.adjudication import iter_cases, write_cases
    from clauseproof.evaluation.labelling.agreement import measure_agreement, read_pairs

    pairs, unpaired = read_pairs(first, second)
    measures = measure_agreement(pairs)
    found = [case for pair in pairs for case in iter_cases(pair)]
    if not measures:
        raise EvaluationError(f"{first} and {second}: there is no layer that both labellers filled.")
    if cases:
        write_cases(cases, found)
    if as_json:
        print_json(
            {
                "measures": [one.model_dump(mode="json") for one in measures],
                "cases": len(found),
                "splits": [_split(case) for case in found if case.split],
                "unpaired": unpaired,
            }
        )
        return
    _print_agreement(measures, found)
    for name in unpaired:
        tell(f"only one labeller has {name}")


@label.command("adjudicate")
@click.argument("cases", type=_FILE)
@click.argument("sheets", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the copies.")
def adjudicate(cases: Path, sheets: tuple[Path, ...], out: Path) -> None:
    """Apply the decisions in CASES to copies of the first labeller's SHEETS.

    Every case needs a decision (first, second, or a label of the same form) and a reason. The record of
    cases stays as it is.

    \b
    clauseproof eval label adjudicate cases.yaml first/*.yaml --out gold
    """
    from clauseproof.evaluation.labelling.adjudication import adjudicate as apply

    copies, faults = apply(cases, sheets, out)
    _refuse(faults)
    for copy in copies:
        print_line(str(copy))


def _refuse(faults: Sequence[str]) -> None:
    """Name every fault, a line each, and end the command."""
    for fault in faults:
        tell(fault)
    if faults:
        number = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise EvaluationError(f"{number}; nothing was written.")


def _print_agreement(measures: Sequence[Measure], cases: Sequence[Case]) -> None:
    heads = ("LAYER", "MEASURE", "VALUE", "95 % INTERVAL", "N", "DOCUMENTS", "GO ON", "STOP", "VERDICT")
    print_table([_row(one) for one in measures], heads)
    for case in cases:
        if case.split:
            split = _split(case)
            print_line(f"present or absent: {split['document']}, {split['place']}: {split['outcomes']}")
    print_line(f"{len(cases)} cases to adjudicate")


def _row(measure: Measure) -> tuple[str, ...]:
    figure, threshold = measure.figure, measure.threshold
    known = figure.low is not None and figure.high is not None
    return (
        measure.layer,
        measure.name,
        "-" if figure.value is None else f"{figure.value:.3f}",
        f"{figure.low:.3f} to {figure.high:.3f}" if known else "-",
        str(figure.count),
        str(figure.documents),
        f"{threshold.go_on:.2f}" if threshold else "-",
        f"{threshold.stop:.2f}" if threshold else "-",
        measure.verdict or "-",
    )


def _split(case: Case) -> dict[str, str]:
    return {
        "document": f"{case.document.service}, {case.document.document}",
        "place": f"{case.place.disclosure} for {case.place.topic}",
        "outcomes": f"{case.first['outcome']} / {case.second['outcome']}",
    }
