"""Filled sheets held against their documents, and turned into rows of datasets."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clauseproof.archive.base import nearest_names
from clauseproof.archive.storage import write_atomically
from clauseproof.documents import Span, Version
from clauseproof.errors import ClauseproofError, EvaluationError
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.labelling.sheets import (
    SeenAbsence,
    SeenAnalysis,
    Sheet,
    SheetProvision,
    archive_from,
    parse_sheet,
)
from clauseproof.evaluation.metrics.levels import LEVELS
from clauseproof.evaluation.samples import Reference
from clauseproof.knowledge import KnowledgeBase
from clauseproof.plaintext import read_plain

_ABSENT = "not-found-in-archived-text"
Row = dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """What sheets hold.

    Attributes:
        rows: Rows by the file they go to.
        faults: Everything wrong, each with file and place; rows are of use only where there is none.
    """

    rows: dict[str, list[Row]]
    faults: tuple[str, ...]


def import_sheets(
    paths: Sequence[Path],
    folder: Path,
    open_bench: Callable[[Path], Bench],
    *,
    archive: str | None = None,
    at: datetime.date,
) -> Imported:
    """Read sheets and hold every label against the knowledge base and the archived text.

    Args:
        paths: The sheets.
        folder: Where the rows will stand; archives given as paths are named relative to it.
        open_bench: Makes the workbench for sheets of a folder.
        archive: Open this archive, a path or a registered name, instead of the one the sheets name.
        at: Day of the analyses and absences.
    """
    rows: dict[str, list[Row]] = {}
    faults: list[str] = []
    seen: dict[str, Path] = {}
    benches: dict[Path, Bench] = {}
    for path in paths:
        sheet, broken = parse_sheet(path)
        faults += broken
        if sheet is None:
            continue
        slug = sheet.document.slug
        if slug in seen:
            faults.append(f"{path}: document: {seen[slug]} is a sheet of {slug} already.")
            continue
        seen[slug] = path
        if path.parent not in benches:
            benches[path.parent] = open_bench(path.parent)
        reader = _SheetReader(path, sheet, benches[path.parent], archive, at, faults)
        for name, found in reader.read(folder):
            rows.setdefault(name, []).extend(found)
    return Imported(rows, tuple(faults))


class _SheetReader:
    """Checks one sheet and makes its rows."""

    def __init__(
        self,
        path: Path,
        sheet: Sheet,
        bench: Bench,
        archive: str | None,
        at: datetime.date,
        faults: list[str],
    ) -> None:
        self._path = path
        self._sheet = sheet
        self._bench = bench
        self._at = at
        self._faults = faults
        self._knowledge: KnowledgeBase = bench.analyzer.knowledge
        self._archive = archive or sheet.document.archive
        self._version = self._open()
        self._finder = EvidenceFinder(self._version) if self._version else None

    def read(self, folder: Path) -> Iterator[tuple[str, list[Row]]]:
        """Yield the rows of every layer that is labelled, with the file they go to."""
        self._check_whole()
        self._check_provisions()
        sheet, slug = self._sheet, self._sheet.document.slug
        reference = sheet.document.reference(archive_from(folder, self._archive, self._path.parent))
        named = reference.model_dump(exclude_none=True)
        if sheet.has_practices:
            yield (
                "classification",
                [self._classification(slug, named, one) for one in sheet.provisions if not one.unlabelled],
            )
        if sheet.absences:
            self._check_unique("absences", [f"{one.disclosure} for {one.topic}" for one in sheet.absences])
            yield (
                "absences",
                [self._absence(slug, named, at, one) for at, one in enumerate(sheet.absences, 1)],
            )
        if sheet.analyses:
            self._check_unique("analyses", [one.practice for one in sheet.analyses])
            yield "analysis", [self._analysis(slug, named, one) for one in sheet.analyses]
        if sheet.questions:
            yield "retrieval", list(self._questions(slug, named))
        if sheet.quotes:
            yield (
                "quotes",
                [
                    {"id": f"{slug}/quote{at}", "quote": one.quote, "document": named}
                    | one.model_dump(include={"expected", "why"})
                    for at, one in enumerate(sheet.quotes, 1)
                ],
            )

    def _tell(self, where: str, what: str) -> None:
        self._faults.append(f"{self._path}: {where}: {what}.")

    def _open(self) -> Version | None:
        reference: Reference = self._sheet.document.reference(self._archive)
        try:
            return self._bench.version(reference)
        except ClauseproofError as error:
            self._tell("document", str(error).rstrip("."))
            return None

    def _check_whole(self) -> None:
        sheet = self._sheet
        if not sheet.labeller.strip():
            self._tell("labeller", "nobody is named")
        layers = (sheet.has_practices, sheet.absences, sheet.analyses, sheet.questions, sheet.quotes)
        if not any(layers):
            self._tell("the sheet", "nothing is labelled")
        if self._at < sheet.document.date:
            self._tell("document, date", f"the version is of {sheet.document.date}, later than {self._at}")

    def _check_provisions(self) -> None:
        self._check_unique("provisions", [str(one.number) for one in self._sheet.provisions])
        reached = 0
        for one in self._sheet.provisions:
            where = f"provision {one.number}"
            if one.start < reached:
                self._tell(f"{where}, start", "begins before the provision above it ends")
            reached = max(reached, one.end)
            if self._finder and self._finder.differs(one):
                self._tell(f"{where}, start, end, text", "the archived text between the offsets differs")

    def _check_unique(self, layer: str, keys: Sequence[str]) -> None:
        for key in sorted({one for one in keys if keys.count(one) > 1}):
            self._tell(layer, f"{key} stands there more than once")

    def _check_known(self, where: str, name: str, known: Collection[str]) -> None:
        if name not in known:
            near = nearest_names(name, list(known))
            self._tell(where, f"{name!r} is not known{f'; {near[0]}?' if near else ''}")

    def _classification(self, slug: str, named: Row, one: SheetProvision) -> Row:
        self._check_unique(f"provision {one.number}, practices", [label.id for label in one.practices])
        practices = []
        for label in one.practices:
            where = f"provision {one.number}, practice {label.id}"
            self._check_known(f"{where}, id", label.id, self._knowledge.practices)
            if label.proposed:
                self._tell(
                    f"{where}, proposed",
                    "neither confirmed (remove the mark) nor rejected (delete the entry)",
                )
                continue
            row: Row = {"id": label.id, "polarity": label.polarity}
            row |= self._place(f"{where}, evidence", label.evidence, [one])
            practices.append(row if label.sure else {**row, "sure": False})
        text = {**named, "start": one.start, "end": one.end}
        return {"id": f"{slug}/p{one.number}", "text": text, "practices": practices}

    def _absence(self, slug: str, named: Row, at: int, one: SeenAbsence) -> Row:
        where = f"absences {at} ({one.disclosure})"
        self._check_known(f"{where}, disclosure", one.disclosure, self._knowledge.disclosures)
        self._check_known(f"{where}, topic", one.topic, self._knowledge.practices)
        row: Row = {"id": f"{slug}/a{at}", "document": named}
        row |= one.model_dump(include={"disclosure", "topic", "outcome"})
        if one.outcome == _ABSENT:
            if one.evidence:
                self._tell(f"{where}, evidence", "nothing was found, and yet words are given")
        elif one.evidence or one.outcome != "cannot-tell":
            row |= self._place(f"{where}, evidence", one.evidence or "", self._sheet.provisions)
        return {**row, "at": self._at.isoformat()}

    def _analysis(self, slug: str, named: Row, one: SeenAnalysis) -> Row:
        where = f"analysis {one.practice}"
        self._check_known(f"{where}, practice", one.practice, self._knowledge.practices)
        for field in ("required", "acceptable", "wrong"):
            for citation in getattr(one, field) or ():
                self._check_citation(f"{where}, {field}", citation)
        for citation in sorted(set(one.required or ()) & set(one.wrong or ())):
            self._tell(f"{where}, wrong", f"{citation} is required as well")
        for code in one.jurisdictions or ():
            self._check_known(f"{where}, jurisdictions", code, self._knowledge.jurisdictions)
        if one.level and LEVELS.index(one.level[0]) > LEVELS.index(one.level[1]):
            self._tell(
                f"{where}, level", f"{one.level[0]} is higher than {one.level[1]}; the lowest comes first"
            )
        labels = one.model_dump(mode="json", exclude_none=True)
        return {"id": f"{slug}/{one.practice}", "document": named, **labels, "at": self._at.isoformat()}

    def _check_citation(self, where: str, citation: str) -> None:
        instrument, _, rest = citation.partition(":")
        if rest == "*":
            self._check_known(where, instrument, self._knowledge.instruments)
        else:
            self._check_known(where, citation, self._knowledge.provisions)

    def _questions(self, slug: str, named: Row) -> Iterator[Row]:
        for at, one in enumerate(self._sheet.questions, 1):
            found = {number: self._sheet.provision(number) for number in one.provisions}
            for number, provision in found.items():
                if provision is None:
                    self._tell(f"questions {at}, provisions", f"there is no provision {number}")
            gold = [{"start": there.start, "end": there.end} for there in found.values() if there]
            yield {"id": f"{slug}/q{at}", "question": one.question, "document": named, "gold": gold}

    def _place(self, where: str, evidence: str, provisions: Sequence[SheetProvision]) -> dict[str, int]:
        """Return the offsets of evidence; none where it is at fault or there is no text to find it in."""
        if not evidence.strip():
            self._tell(where, "no words are given")
            return {}
        if self._finder is None:
            return {}
        span = self._finder.find(evidence, provisions)
        if span is None:
            place = "the provision or its lead" if len(provisions) == 1 else "any provision"
            self._tell(where, f"not found word for word in {place}: {' '.join(evidence.split())[:80]!r}")
            return {}
        return {"start": span.start, "end": span.end}


class EvidenceFinder:
    """Finds words a labeller copied in the archived text."""

    def __init__(self, version: Version) -> None:
        """Take the version; nothing is rendered yet."""
        self._text = version.text

    def differs(self, provision: SheetProvision) -> bool:
        """Tell whether a sheet's words are not the ones at its offsets."""
        if provision.end > len(self._text):
            return True
        return _folded(read_plain(self._text, provision.span).text) != _folded(provision.text)

    def find(self, evidence: str, provisions: Sequence[SheetProvision]) -> Span | None:
        """Return where evidence stands: in one of the provisions, else in the lead of one."""
        words = _folded(evidence)
        whole = (one for one in provisions if one.end <= len(self._text))
        found = (self._in_provision(words, one) for one in whole)
        in_leads = (self._in_lead(words, one) for one in provisions)
        return next((span for spans in (found, in_leads) for span in spans if span), None)

    def _in_provision(self, words: str, provision: SheetProvision) -> Span | None:
        if words not in _folded(provision.text):
            return None
        plain = read_plain(self._text, provision.span)
        at = plain.text.find(words)
        return plain.source_span(at, at + len(words)) if at >= 0 else None

    def _in_lead(self, words: str, provision: SheetProvision) -> Span | None:
        """Return the nearest place above the provision: what leads a list or a table stands right there."""
        if words not in _folded(provision.lead):
            return None
        # Leads are shown with plain quotation marks and dashes, so that is how they are looked for.
        plain = read_plain(self._text, Span(start=0, end=min(provision.start, len(self._text))), folded=True)
        at = plain.text.rfind(words)
        return plain.source_span(at, at + len(words)) if at >= 0 else None


def _folded(text: str) -> str:
    return " ".join(text.split())


def write_rows(folder: Path, rows: dict[str, list[Row]]) -> dict[str, int]:
    """Write rows to a folder's files; rows of other documents stay as they are.

    Args:
        folder: Where the files stand or are made.
        rows: Rows by file; where a file has rows of the same documents, these take their place.

    Returns:
        How many rows each file now has.

    Raises:
        EvaluationError: A file that is there is no dataset; nothing was written.
    """
    merged = {folder / f"{name}.jsonl": found for name, found in rows.items()}
    lines = {path: _merge(path, found) for path, found in merged.items()}
    for path, found in lines.items():
        write_atomically(path, "".join(f"{line}\n" for line in found).encode())
    return {path.name: len(found) for path, found in lines.items()}


def _merge(path: Path, rows: Iterable[Row]) -> list[str]:
    """Return a file's lines by document, in the order in which each document's stand."""
    new = [(_document(row["id"]), json.dumps(row, ensure_ascii=False)) for row in rows]
    replaced = {document for document, _ in new}
    kept = [one for one in _iter_lines(path) if one[0] not in replaced]
    return [line for _, line in sorted(kept + new, key=lambda one: one[0])]


def _iter_lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text("utf-8").split("\n") if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _document(json.loads(line)["id"]), line
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EvaluationError(f"{path}, line {number}: not a row with an id.") from error


def _document(row_id: str) -> str:
    return row_id.rpartition("/")[0]
