"""Labelling sheets: a document's provisions with room for a person's labels, as YAML for any editor."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError, field_validator

from clauseproof.archive.storage import write_atomically
from clauseproof.claims import Level, Outcome, Points
from clauseproof.documents import Model, Polarity, Span
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.samples import Reference

_LARGEST_BYTES = 32 * 1024 * 1024
_WIDTH = 110
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _empty_text(value: Any) -> Any:
    return "" if value is None else value


def _empty_list(value: Any) -> Any:
    return () if value is None else value


# A field a person emptied in the editor is null in YAML and means nothing more than "nothing".
Text = Annotated[str, BeforeValidator(_empty_text)]
Words = Annotated[str, Field(min_length=1)]


class SheetDocument(Model):
    """Which version is labelled.

    Attributes:
        archive: A folder or bundle, relative to the sheet, or the name of a registered archive.
        service: As the archive spells it.
        document: As the archive spells it.
        version_id: The version.
        date: Its day of recording.
        sha256: Over its bytes.
    """

    archive: Words
    service: Words
    document: Words
    version_id: Words
    date: datetime.date
    sha256: Words

    @property
    def slug(self) -> str:
        """Name of the document in ids and files."""
        return re.sub(r"[^\w]+", "-", f"{self.service}-{self.document}".casefold()).strip("-_")

    def reference(self, archive: str | None = None) -> Reference:
        """Return it as datasets refer to it, in an archive named otherwise where one is given."""
        return Reference(
            archive=archive or self.archive,
            service=self.service,
            document=self.document,
            version_id=self.version_id,
            sha256=self.sha256,
        )


class SeenPractice(Model):
    """A practice seen in a provision.

    Attributes:
        id: Practice of the taxonomy.
        polarity: What the words say of it.
        evidence: The shortest run of the provision's, else its lead's, words that shows it.
        sure: False where the labeller is not.
        proposed: A proposal of the classifier that nobody has confirmed yet.
    """

    id: Words
    polarity: Polarity
    evidence: Text = ""
    sure: bool = True
    proposed: bool = False


class SheetProvision(Model):
    """A provision and what a person saw in it.

    Attributes:
        number: Its place in the sheet, by which questions name it.
        start: Where it begins, an offset into the version's text.
        end: Where it ends.
        heading: The headings above it.
        lead: Words that govern it: a list's lead-in, a table's header cells.
        text: Its words as a reader sees them.
        practices: The labels.
        unlabelled: It stands there to be read; nobody is asked for its practices.
    """

    number: int
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    heading: Text = ""
    lead: Text = ""
    text: Text = ""
    practices: Annotated[tuple[SeenPractice, ...], BeforeValidator(_empty_list)] = ()
    unlabelled: bool = False

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: int, info: Any) -> int:
        if end <= info.data.get("start", -1):
            raise ValueError("the provision ends before it starts")
        return end

    @property
    def span(self) -> Span:
        """Where it stands in the version's text."""
        return Span(start=self.start, end=self.end)


class SeenAbsence(Model):
    """A disclosure looked for in the whole document.

    Attributes:
        disclosure: What was looked for.
        topic: The practice it must be tied to.
        outcome: What a person who read everything found.
        evidence: A run of words of one provision; None where nothing was found.
    """

    disclosure: Words
    topic: Words
    outcome: Outcome
    evidence: str | None = None


class SeenPoint(Model):
    """A point a procurement reader must see.

    Attributes:
        point: In the labeller's words.
        words: Groups of alternatives; a sentence covers the point with one of every group.
    """

    point: Words
    words: tuple[Annotated[tuple[Words, ...], Field(min_length=1)], ...] = Field(min_length=1)


class SeenAnalysis(Model):
    """What a competent analysis of one practice holds; None where a labeller left a part to others.

    Attributes:
        practice: The practice.
        required: Citations it must name.
        acceptable: Further ones it may name; ``gdpr:*`` stands for a whole instrument.
        wrong: Ones it must not name.
        jurisdictions: Codes a reader must think of.
        level: Lowest and highest level of exposure the labeller defends.
        points: Points of the rubric by factor, of the provision that scores highest.
        vendor_points: What a procurement reader must see.
    """

    practice: Words
    required: tuple[str, ...] | None = None
    acceptable: tuple[str, ...] | None = None
    wrong: tuple[str, ...] | None = None
    jurisdictions: tuple[str, ...] | None = None
    level: tuple[Level, Level] | None = None
    points: Points | None = None
    vendor_points: tuple[SeenPoint, ...] | None = None


class Question(Model):
    """A reader's question.

    Attributes:
        question: As a reader asks it.
        provisions: Numbers of every provision that answers it.
    """

    question: Words
    provisions: tuple[int, ...] = Field(min_length=1)


class SheetQuote(Model):
    """A text that claims to quote the document.

    Attributes:
        quote: The text.
        expected: What a careful reader decides.
        why: The difference, for people.
    """

    quote: Words
    expected: Literal["accept", "reject"]
    why: Text = ""


class Sheet(Model):
    """A labelling sheet.

    Attributes:
        format: Version of the format.
        document: Which version is labelled.
        labeller: Who labelled it; empty in a blank sheet.
        provisions: Every provision, in order.
        absences: Disclosures looked for.
        analyses: What analyses of practices must hold.
        questions: Questions with the provisions that answer.
        quotes: True and false quotations.
        label_provisions: Whether the labeller was asked for practices; for whoever hands sheets out.
    """

    format: int
    document: SheetDocument
    labeller: Text = ""
    provisions: tuple[SheetProvision, ...] = Field(min_length=1)
    absences: Annotated[tuple[SeenAbsence, ...], BeforeValidator(_empty_list)] = ()
    analyses: Annotated[tuple[SeenAnalysis, ...], BeforeValidator(_empty_list)] = ()
    questions: Annotated[tuple[Question, ...], BeforeValidator(_empty_list)] = ()
    quotes: Annotated[tuple[SheetQuote, ...], BeforeValidator(_empty_list)] = ()
    label_provisions: bool | None = None

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: int) -> int:
        if value != 1:
            raise ValueError("this release reads format 1")
        return value

    @property
    def has_practices(self) -> bool:
        """Whether any provision is labelled; in a sheet without, nobody was asked to."""
        return any(one.practices for one in self.provisions)

    def provision(self, number: int) -> SheetProvision | None:
        """Return the provision of a number."""
        return next((one for one in self.provisions if one.number == number), None)


class _Loader(_Base):  # type: ignore[misc]
    """YAML in which every unquoted word is a text, and a key given twice is a fault.

    A labeller copies words such as ``No`` or ``2026`` unquoted, and may paste a second ``practices:``
    into a provision; YAML's own reading would change the one and silently drop the other.
    """

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Build a mapping whose keys all differ."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key.value!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


class _Block(str):
    """A text written as a block, in which nothing is escaped and words can be copied as they are."""


class _Dumper(yaml.SafeDumper):
    """YAML as sheets are written."""


_Dumper.add_representer(
    _Block,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=">"),
)


def read_yaml(path: Path) -> Any:
    """Read a file a person filled in.

    Raises:
        EvaluationError: It cannot be read or is no YAML; names file and line.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise EvaluationError(f"{path}: larger than {_LARGEST_BYTES} bytes.")
        return yaml.load(path.read_text("utf-8-sig"), _Loader)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path}: not UTF-8 text (byte {error.start}).") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise EvaluationError(f"{path}{line}: not YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise EvaluationError(f"{path}: not YAML: {' '.join(str(error).split())[:300]}.") from error


def parse_sheet(path: Path) -> tuple[Sheet | None, list[str]]:
    """Read a sheet's form, without holding it against its document.

    Returns:
        The sheet, or None with every fault: file, place and what is wrong.
    """
    try:
        values = read_yaml(path)
        return Sheet.model_validate(values), []
    except EvaluationError as error:
        return None, [str(error)]
    except ValidationError as error:
        return None, [f"{path}: {place(one['loc'], values)}: {one['msg']}." for one in error.errors()]


def read_sheet(path: Path) -> Sheet:
    """Read a sheet's form.

    Raises:
        EvaluationError: It has faults; names every one.
    """
    sheet, faults = parse_sheet(path)
    if sheet is None:
        raise EvaluationError(" ".join(faults))
    return sheet


def place(location: Sequence[int | str], values: Any) -> str:
    """Return where a fault stands, in a labeller's terms: ``provision 12, practices 2, polarity``."""
    words: list[str] = []
    for step in location:
        values = _inner(values, step)
        if not isinstance(step, int):
            words.append(step)
        elif words and words[-1] == "provisions" and isinstance(values, dict) and "number" in values:
            words[-1] = f"provision {values['number']}"
        elif words:
            words[-1] += f" {step + 1}"
    return ", ".join(words) or "the sheet"


def _inner(values: Any, step: int | str) -> Any:
    try:
        return values[step]
    except (KeyError, IndexError, TypeError):
        return None


def archive_from(folder: Path, archive: str, sheets: Path) -> str:
    """Return how a file in one folder names an archive that sheets in another name.

    Args:
        folder: Where it is to be named.
        archive: As the sheets name it: a path relative to them, or the name of a registered archive.
        sheets: Their folder.
    """
    local = sheets / archive
    if not local.exists():
        return archive
    return Path(os.path.relpath(local.resolve(), folder.resolve())).as_posix()


def write_sheet(path: Path, sheet: Sheet, head: str = "", foot: str = "") -> None:
    """Write a sheet where nothing stands yet.

    Args:
        path: The file.
        sheet: What to write.
        head: Comments before it.
        foot: Comments after it.

    Raises:
        EvaluationError: The file is there already.
    """
    values = sheet.model_dump(mode="json", exclude={"label_provisions"}, exclude_none=True)
    for one in values["provisions"]:
        one.update({name: _Block(one[name]) for name in ("lead", "text") if one[name]})
        one["practices"] = [_practice(label) for label in one["practices"]]
        if one["unlabelled"]:
            del one["practices"]
        else:
            del one["unlabelled"]
    for one in values["absences"]:
        one.setdefault("evidence", None)
    write_new(path, head + dump_yaml(values) + foot)


def dump_yaml(values: Any) -> str:
    """Return values as sheets write them."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet: labels are work nobody wants to lose.

    Raises:
        EvaluationError: It is there already.
    """
    if path.exists() or path.is_symlink():
        raise EvaluationError(f"{path} is there already; name another file or move it away.")
    write_atomically(path, text.encode())


def _practice(label: dict[str, Any]) -> dict[str, Any]:
    """Leave out what goes without saying."""
    said = {"sure": True, "proposed": False}
    return {name: value for name, value in label.items() if said.get(name) is not value}
