"""What two labellers differ in, put before a third person, whose decisions go into copies of the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from clauseproof.documents import Model
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.labelling.agreement import Levels, Pair, is_absent, middle
from clauseproof.evaluation.labelling.sheets import (
    SeenAbsence,
    SeenPractice,
    Sheet,
    SheetDocument,
    SheetProvision,
    archive_from,
    dump_yaml,
    place,
    read_sheet,
    read_yaml,
    write_new,
    write_sheet,
)

Layer = Literal["practices", "absence", "jurisdictions", "level"]


class Place(Model):
    """Where a label stands; which fields are given depends on the layer.

    Attributes:
        layer: Kind of label.
        provision: Number in the first labeller's sheet.
        practice: Of an analysis.
        disclosure: What was looked for.
        topic: The practice it was looked for beside.
    """

    layer: Layer
    provision: int | None = None
    practice: str | None = None
    disclosure: str | None = None
    topic: str | None = None

    def __str__(self) -> str:
        parts = (self.provision, self.practice, self.disclosure, self.topic and f"for {self.topic}")
        return " ".join([self.layer, *(str(part) for part in parts if part is not None)])


class Case(Model):
    """Labels that differ, for a third person.

    Attributes:
        document: Which version.
        place: Where in it.
        labellers: First and second.
        text: The words labelled, where they are one provision's.
        split: Whether one says present and the other absent.
        first: The first labeller's label.
        second: The second's.
        decision: ``first``, ``second``, or a label of the same form; empty until decided.
        reason: One line.
    """

    document: SheetDocument
    place: Place
    labellers: tuple[str, str]
    text: str = ""
    split: bool = False
    first: Any
    second: Any
    decision: Any = None
    reason: str | None = None


class CaseRecord(Model):
    """The record of adjudication: both originals, the decision and why.

    Attributes:
        format: Version of the format.
        cases: In order of document and place.
    """

    format: int = 1
    cases: Annotated[tuple[Case, ...], BeforeValidator(lambda value: value or ())]


def iter_cases(pair: Pair) -> Iterator[Case]:
    """Yield what a third person has to decide.

    Evidence that differs alone is no case, nor are ranges of levels with the same middle: nothing that
    is measured against labels would turn on them.
    """
    for one, other in pair.provisions:
        if _polarised(one) != _polarised(other):
            where = Place(layer="practices", provision=one.number)
            yield _case(pair, where, one.practices, other.practices, text=one.text)
    for seen, theirs in pair.absences:
        if seen.outcome != theirs.outcome:
            where = Place(layer="absence", disclosure=seen.disclosure, topic=seen.topic)
            split = {is_absent(seen), is_absent(theirs)} == {True, False}
            yield _case(pair, where, seen, theirs, split=split)
    for practice, mine, yours in pair.analyses("jurisdictions"):
        if {*mine} != {*yours}:
            yield _case(pair, Place(layer="jurisdictions", practice=practice), mine, yours)
    for practice, mine, yours in pair.analyses("level"):
        if middle(mine) != middle(yours):
            yield _case(pair, Place(layer="level", practice=practice), mine, yours)


def _polarised(provision: SheetProvision) -> set[tuple[str, str]]:
    return {(label.id, label.polarity) for label in provision.practices}


def _case(pair: Pair, where: Place, one: Any, other: Any, *, text: str = "", split: bool = False) -> Case:
    return Case(
        document=pair.first.document,
        place=where,
        labellers=(pair.first.labeller, pair.second.labeller),
        text=text,
        split=split,
        first=_label(where, one),
        second=_label(where, other),
    )


# The forms a label has, by the kind of place it stands at.
_FORMS: dict[Layer, TypeAdapter[Any]] = {
    "practices": TypeAdapter(tuple[SeenPractice, ...]),
    "absence": TypeAdapter(SeenAbsence),
    "jurisdictions": TypeAdapter(tuple[str, ...]),
    "level": TypeAdapter(Levels),
}


def _label(where: Place, value: Any) -> Any:
    """Return a label as the record of cases shows it."""
    shown = _FORMS[where.layer].dump_python(value, mode="json", exclude_defaults=True)
    if where.layer == "absence":
        return {"outcome": shown["outcome"], "evidence": shown.get("evidence")}
    return shown


_CASES_HEAD = """\
# CASES TO ADJUDICATE. A third person reads the document and fills in every `decision:` and `reason:`.
# decision: first, second, or a label of the same form as theirs. reason: one line.
# Apply with: clauseproof eval label adjudicate THIS-FILE FIRST-SHEETS... --out FOLDER

"""


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write the record of cases, undecided.

    Raises:
        EvaluationError: The file is there already; decisions are never written over.
    """
    values = [
        {
            name: value
            for name, value in case.model_dump(mode="json").items()
            if name in ("first", "second", "decision", "reason") or value not in (None, "", False)
        }
        for case in cases
    ]
    for one in values:
        one["place"] = {name: value for name, value in one["place"].items() if value is not None}
    write_new(path, _CASES_HEAD + dump_yaml({"format": 1, "cases": values}))


def adjudicate(cases: Path, paths: Sequence[Path], folder: Path) -> tuple[list[Path], list[str]]:
    """Write copies of the first labeller's sheets with a third person's decisions.

    Args:
        cases: The record of cases; stays as it is.
        paths: The first labeller's sheets.
        folder: Where the copies go, under the sheets' names.

    Returns:
        The copies written and no fault, or no copy and every fault.

    Raises:
        EvaluationError: A file cannot be read or is there already.
    """
    record, faults = _read_cases(cases)
    sheets = {path: read_sheet(path) for path in paths}
    copies = {path: folder / path.name for path in paths}
    if len(set(copies.values())) < len(copies):
        faults.append(f"{folder}: two of the sheets have the same name.")
    faults += [f"{copy} is there already; name another folder." for copy in copies.values() if copy.exists()]
    decided = dict(sheets)
    for number, case in enumerate(record, 1):
        where = f"{cases}: case {number} ({case.document.slug}, {case.place})"
        path = next((path for path, sheet in sheets.items() if sheet.document == case.document), None)
        if path is None:
            faults.append(f"{where}: document: no sheet of it is given.")
            continue
        try:
            decided[path] = _apply(decided[path], sheets[path], case)
        except EvaluationError as error:
            faults.append(f"{where}: {error}")
    if faults:
        return [], faults
    for path, copy in copies.items():
        sheet = decided[path]
        archive = archive_from(folder, sheet.document.archive, path.parent)
        document = sheet.document.model_copy(update={"archive": archive})
        write_sheet(copy, sheet.model_copy(update={"document": document}))
    return list(copies.values()), []


def _read_cases(path: Path) -> tuple[list[Case], list[str]]:
    values = read_yaml(path)
    try:
        return list(CaseRecord.model_validate(values).cases), []
    except ValidationError as error:
        return [], [f"{path}: {place(one['loc'], values)}: {one['msg']}." for one in error.errors()]


def _apply(decided: Sheet, original: Sheet, case: Case) -> Sheet:
    """Return a sheet with one case's decision.

    Raises:
        EvaluationError: The decision is missing or malformed, or the sheet is not the one compared; names
            the field.
    """
    if not (case.reason or "").strip():
        raise EvaluationError("reason: missing.")
    chosen = _decision(case)
    if original.labeller != case.labellers[0]:
        raise EvaluationError(f"labellers: the sheet is by {original.labeller!r}, not {case.labellers[0]!r}.")
    if _label_at(original, case.place) != _form(case, "first", case.first):
        raise EvaluationError("first: the sheet's label is another one now; compare the sheets again.")
    labeller = f"{' and '.join(case.labellers)}, adjudicated"
    marked = decided.model_copy(update={"labeller": labeller})
    return _with_label(marked, case.place, chosen)


def _decision(case: Case) -> Any:
    if case.decision in (None, ""):
        raise EvaluationError("decision: missing.")
    if not isinstance(case.decision, str):
        return _form(case, "decision", case.decision)
    if case.decision not in ("first", "second"):
        raise EvaluationError(f"decision: {case.decision!r} is neither first, second nor a label.")
    return _form(case, case.decision, getattr(case, case.decision))


def _form(case: Case, field: str, value: Any) -> Any:
    """Return a label of the record in the form sheets have."""
    if case.place.layer == "absence" and isinstance(value, dict):
        value = {"disclosure": case.place.disclosure, "topic": case.place.topic, **value}
    try:
        return _FORMS[case.place.layer].validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        inner = place(first["loc"], value)
        raise EvaluationError(f"{field}: not a label of the same form: {inner}: {first['msg']}.") from error


def _label_at(sheet: Sheet, where: Place) -> Any:
    if where.layer == "practices":
        provision = sheet.provision(where.provision or 0)
        return provision and provision.practices
    if where.layer == "absence":
        return next((one for one in sheet.absences if _is_at(one, where)), None)
    return next((getattr(one, where.layer) for one in sheet.analyses if one.practice == where.practice), None)


def _is_at(one: SeenAbsence, where: Place) -> bool:
    return (one.disclosure, one.topic) == (where.disclosure, where.topic)


def _with_label(sheet: Sheet, where: Place, label: Any) -> Sheet:
    """Return a sheet with another label at a place."""
    changed: dict[str, Any]
    if where.layer == "practices":
        changed = {
            "provisions": tuple(
                one.model_copy(update={"practices": label}) if one.number == where.provision else one
                for one in sheet.provisions
            )
        }
    elif where.layer == "absence":
        changed = {"absences": tuple(label if _is_at(one, where) else one for one in sheet.absences)}
    else:
        changed = {
            "analyses": tuple(
                one.model_copy(update={where.layer: label}) if one.practice == where.practice else one
                for one in sheet.analyses
            )
        }
    return sheet.model_copy(update=changed)
