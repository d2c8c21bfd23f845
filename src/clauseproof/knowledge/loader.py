"""Read the knowledge files into one validated, cross-checked knowledge base."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError
from clauseproof.knowledge.conditions import Condition, DocumentKind
from clauseproof.knowledge.models import (
    AbsenceRules,
    DataType,
    Disclosure,
    DocumentNames,
    EnforcementAction,
    ExposureRubric,
    ExtractorPatterns,
    FrameLists,
    Instrument,
    Jurisdiction,
    Practice,
    RegulationProvision,
    SupportLists,
    Trait,
    Wording,
)

_FOLDER = Path(__file__).parent
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
M = TypeVar("M", bound=Model)


class _Loader(_Base):  # type: ignore[misc]
    """YAML as its readers expect it: on, off, yes and no are words, not truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
    ]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


class KnowledgeBase:
    """Everything known about practices and law, by id.

    Files are read when first asked for, so that a command pays only for what it uses.

    Attributes:
        folder: Where the files stand.
    """

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Open a knowledge base; nothing is read yet."""
        self.folder = folder

    @cached_property
    def practices(self) -> dict[str, Practice]:
        """Every practice by id, in the order of the taxonomy."""
        found = _by_id(_read_folder(self.folder / "practices", Practice))
        order = _read_list(self.folder / "taxonomy.yaml", "order")
        unlisted = sorted(set(found) ^ set(order))
        if unlisted:
            raise ConfigurationError(
                f"{self.folder / 'taxonomy.yaml'}: order and practices/ differ in {', '.join(unlisted)}"
            )
        return {one: found[one] for one in order}

    @cached_property
    def disclosures(self) -> dict[str, Disclosure]:
        """Every disclosure by id."""
        return _by_id(_read_folder(self.folder / "disclosures", Disclosure))

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Every instrument by id."""
        return _by_id(_read_folder(self.folder / "instruments", Instrument))

    @cached_property
    def provisions(self) -> dict[str, tuple[Instrument, RegulationProvision]]:
        """Every provision of law by citation id, with its instrument."""
        return {
            provision.id: (instrument, provision)
            for instrument in self.instruments.values()
            for provision in instrument.provisions
        }

    @cached_property
    def actions(self) -> dict[str, EnforcementAction]:
        """Every enforcement action by id."""
        return _by_id(_read_entries(self.folder / "enforcement.yaml", "actions", EnforcementAction))

    @cached_property
    def data_types(self) -> dict[str, DataType]:
        """Every kind of data by id."""
        return _by_id(_read_entries(self.folder / "data_types.yaml", "data_types", DataType))

    @cached_property
    def traits(self) -> dict[str, Trait]:
        """Every trait of a document by id."""
        return _by_id(_read_entries(self.folder / "traits.yaml", "traits", Trait))

    @cached_property
    def jurisdictions(self) -> dict[str, Jurisdiction]:
        """Every jurisdiction by code."""
        found = _read_entries(self.folder / "jurisdictions.yaml", "jurisdictions", Jurisdiction)
        return {one.code: one for one in found}

    @cached_property
    def absence_rules(self) -> AbsenceRules:
        """What holds for every absence search."""
        return _read_model(self.folder / "absence_rules.yaml", AbsenceRules)

    @cached_property
    def wording(self) -> Wording:
        """Word lists that decide how sentences are read and what may be said."""
        return _read_model(self.folder / "wording.yaml", Wording)

    @cached_property
    def support_lists(self) -> SupportLists:
        """Word lists of the support check."""
        return _read_model(self.folder / "support.yaml", SupportLists)

    @cached_property
    def frames(self) -> FrameLists:
        """Words a drafted sentence may use without evidence."""
        return _read_model(self.folder / "frames.yaml", FrameLists)

    @cached_property
    def extractors(self) -> ExtractorPatterns:
        """How values are taken from a sentence's own words."""
        return _read_model(self.folder / "extractors.yaml", ExtractorPatterns)

    @cached_property
    def rubric(self) -> ExposureRubric:
        """The exposure rubric."""
        return _read_model(self.folder / "exposure.yaml", ExposureRubric)

    @cached_property
    def _document_names(self) -> tuple[DocumentNames, ...]:
        return tuple(_read_entries(self.folder / "document_names.yaml", "documents", DocumentNames))

    def document_kind(self, document: str) -> DocumentKind:
        """Return the kind of a document by its name."""
        import re2

        for names in self._document_names:
            if any(re2.search(f"(?i){pattern}", document) for pattern in names.patterns):
                return names.kind
        return "other"

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 over every knowledge file, for run records."""
        sums = hashlib.sha256()
        for path in sorted(self.folder.rglob("*.yaml")):
            sums.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return sums.hexdigest()

    def iter_faults(self) -> Iterator[str]:
        """Yield every cross-reference that leads nowhere, with the file that holds it."""
        fact_keys = {f"{p.id}.{f.key}" for p in self.practices.values() for f in p.facts}
        for practice in self.practices.values():
            place = f"practices/{practice.id}.yaml"
            for miss in practice.near_misses:
                if miss.is_instead != "none" and miss.is_instead not in self.practices:
                    yield f"{place}: near miss names unknown practice {miss.is_instead}"
            for disclosure in practice.disclosures:
                if disclosure not in self.disclosures:
                    yield f"{place}: unknown disclosure {disclosure}"
            for fact in practice.facts:
                if fact.disclosure and fact.disclosure not in practice.disclosures:
                    yield f"{place}: fact {fact.key}: {fact.disclosure} is not among its disclosures"
            for condition in _conditions(practice):
                yield from self._condition_faults(place, condition, practice, fact_keys)
            written = (*practice.statement, *practice.significance, *practice.implications)
            for sentence in (*written, *practice.questions, *practice.considerations):
                for citation in sentence.citations:
                    if citation not in self.provisions:
                        yield f"{place}: unknown citation {citation}"
        for entry in self.disclosures.values():
            for one in (*entry.answered_by, *entry.touched_by):
                if one not in self.disclosures:
                    yield f"disclosures/{entry.id}.yaml: answered by unknown disclosure {one}"
        for jurisdiction in self.jurisdictions.values():
            for larger in jurisdiction.within:
                if larger not in self.jurisdictions:
                    yield f"jurisdictions.yaml: {jurisdiction.code} lies within unknown {larger}"
        for instrument in self.instruments.values():
            place = f"instruments/{instrument.id}.yaml"
            if instrument.applies.market not in self.jurisdictions and instrument.applies.market != "INT":
                yield f"{place}: unknown market {instrument.applies.market}"
            for condition in _conditions(instrument):
                yield from self._condition_faults(place, condition, None, fact_keys)
            for provision in instrument.provisions:
                for one in provision.practices:
                    if one not in self.practices:
                        yield f"{place}: {provision.id} names unknown practice {one}"
        for action in self.actions.values():
            for one in action.practices:
                if one not in self.practices:
                    yield f"enforcement.yaml: {action.id} names unknown practice {one}"
            for one in action.regulation_ids:
                if one not in self.instruments:
                    yield f"enforcement.yaml: {action.id} names unknown instrument {one}"

    def _condition_faults(
        self, place: str, condition: Condition, practice: Practice | None, fact_keys: set[str]
    ) -> Iterator[str]:
        for key in (*condition.fact, *condition.read):
            full = key if "." in key or practice is None else f"{practice.id}.{key}"
            if full not in fact_keys:
                yield f"{place}: condition names unknown fact {key}"
        for key, values in condition.fact.items():
            full = key if "." in key or practice is None else f"{practice.id}.{key}"
            yield from self._value_faults(place, full, values)
        for one in (*condition.silent, *condition.general, *condition.stated):
            if one not in self.disclosures:
                yield f"{place}: condition names unknown disclosure {one}"
            elif practice is not None and one not in practice.disclosures:
                yield f"{place}: condition names disclosure {one}, which the practice does not list"
        for one in condition.market:
            if one not in self.jurisdictions:
                yield f"{place}: condition names unknown market {one}"
        for one in (*condition.data, *condition.handled):
            if one not in self.data_types:
                yield f"{place}: condition names unknown data type {one}"
        for one in condition.trait:
            if one not in self.traits:
                yield f"{place}: condition names unknown trait {one}"
        for one in (*condition.practice, *condition.about):
            if one not in self.practices:
                yield f"{place}: condition names unknown practice {one}"

    def _value_faults(self, place: str, full: str, values: tuple[str, ...]) -> Iterator[str]:
        practice_id, _, key = full.partition(".")
        spec = (
            next((f for f in self.practices[practice_id].facts if f.key == key), None)
            if (practice_id in self.practices)
            else None
        )
        if spec is None or spec.extract:
            return
        for value in set(values) - {known.value for known in spec.values}:
            yield f"{place}: condition names value {value!r} that fact {full} does not have"


def load_knowledge(folder: Path = _FOLDER) -> KnowledgeBase:
    """Open the knowledge base, by default the one shipped in the package.

    Raises:
        ConfigurationError: Later, when a malformed file is first needed; the message names file and field.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of knowledge files")
    return KnowledgeBase(folder)


def _conditions(entry: Model) -> Iterator[Condition]:
    """Yield every condition anywhere inside a knowledge entry."""
    stack: list[object] = [entry]
    while stack:
        value = stack.pop()
        if isinstance(value, Condition):
            yield value
        if isinstance(value, Model):
            stack.extend(getattr(value, name) for name in type(value).model_fields)
        elif isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, tuple):
            stack.extend(value)


def _by_id(entries: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        if entry.id in found:
            raise ConfigurationError(f"{type(entry).__name__} {entry.id} is defined twice")
        found[entry.id] = entry
    return found


def _read_folder(folder: Path, model: type[M]) -> list[M]:
    entries = []
    for path in sorted(folder.glob("*.yaml")):
        entry = _validated(path, _read_yaml(path), model)
        if getattr(entry, "id", path.stem) != path.stem:
            raise ConfigurationError(
                f"{path}: id {getattr(entry, 'id', None)!r} does not match the file name"
            )
        entries.append(entry)
    if not entries:
        raise ConfigurationError(f"{folder}: no {model.__name__} files found")
    return entries


def _read_entries(path: Path, key: str, model: type[M]) -> list[M]:
    return [_validated(path, entry, model) for entry in _read_list(path, key)]


def _read_list(path: Path, key: str) -> list[Any]:
    content = _read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get(key), list):
        raise ConfigurationError(f"{path}: expected a list under {key!r}")
    return list(content[key])


def _read_model(path: Path, model: type[M]) -> M:
    return _validated(path, _read_yaml(path), model)


def _read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise ConfigurationError(f"{path}{place}: {problem}") from error


def _validated(path: Path, content: Any, model: type[M]) -> M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole file"
        name = f" ({content['id']})" if isinstance(content, dict) and "id" in content else ""
        raise ConfigurationError(f"{path}{name}: {field}: {first['msg']}") from error
