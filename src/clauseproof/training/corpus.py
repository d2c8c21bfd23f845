"""What the classifier learns from, each source with its licence in ``training/README.md``.

Labelled provisions of real documents stand in the repository by reference only; their words are read from
the archive. The companies of the test side are not among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from clauseproof.archive.base import Archive
from clauseproof.classification.classifier import read_signals
from clauseproof.classification.signals import PatternReader, Signals
from clauseproof.documents import Model, Polarity
from clauseproof.errors import ConfigurationError
from clauseproof.evaluation.samples import Reference
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reading import ReadProvision, read_provisions
from clauseproof.segmentation import split_provisions

# What nobody labelled for this taxonomy weighs less.
_WEIGHTS = {"provisions": 1.0, "sentences": 1.0, "practice files": 1.0, "CLAUDETTE": 0.5, "headings": 0.3}
_MOST_VERSIONS = 7  # of one document: later ones repeat most of the earlier ones' words
_FEWEST_WORDS = 6
# Clause types of CLAUDETTE that each show a practice of ours; the reverse does not hold.
_CLAUDETTE = {
    "arbitration": "arbitration-class-waiver",
    "unilateral_change": "unilateral-modification",
    "content_removal": "content-moderation",
    "jurisdiction": "governing-law",
    "choice_of_law": "governing-law",
    "limitation_of_liability": "liability-limitation",
    "unilateral_termination": "account-termination",
    "contract_by_using": "acceptance-by-use",
}

Labels = dict[str, Polarity]


class LabelledProvision(Model):
    """A provision of an archived version with its practices."""

    text: Reference
    practices: Labels


class LabelledSentence(Model):
    """An invented text with its practices: of a Markdown table or list, those of its last row or item."""

    text: Annotated[str, Field(min_length=1)]
    practices: Labels


class ClauseSentence(Model):
    """A sentence of CLAUDETTE with its clause types."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    doc: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """One text to learn from.

    Attributes:
        source: Where it comes from.
        group: Company or author; the folds of the cross-validation keep groups whole.
        read: Its words.
        labels: Practices it carries, with their polarity.
        known: Practices it is known to carry or not to carry; None for all.
        weight: How much it counts.
    """

    source: str
    group: str
    read: ReadProvision
    labels: Mapping[str, Polarity] = field(default_factory=dict)
    known: frozenset[str] | None = None
    weight: float = 1.0


def read_corpus(folder: Path, archive: Archive, claudette: Path, knowledge: KnowledgeBase) -> list[Example]:
    """Read every source.

    Args:
        folder: The repository's ``training`` folder.
        archive: Holds the versions the labels refer to.
        claudette: Rows of CLAUDETTE (CC BY 4.0).
        knowledge: The taxonomy, whose examples and near misses are learnt too.

    Raises:
        ConfigurationError: A file is missing or malformed; names file and line.
    """
    labelled = folder / "provisions.jsonl"
    for path, kind in ((labelled, LabelledProvision), (folder / "sentences.jsonl", LabelledSentence)):
        _check_practices(path, kind, knowledge)
    examples = list(_read_provisions(labelled, archive))
    examples += _read_headed(labelled, archive, PatternReader(knowledge))
    examples += _read_sentences(folder / "sentences.jsonl")
    examples += _practice_files(knowledge)
    examples += _read_claudette(claudette)
    return examples


def _check_practices(path: Path, kind: Any, knowledge: KnowledgeBase) -> None:
    for place, row in _rows(path, kind):
        unknown = sorted(set(row.practices) - set(knowledge.practices))
        if unknown:
            raise ConfigurationError(f"{place}: unknown practice {unknown[0]!r}")


def _read_provisions(path: Path, archive: Archive) -> Iterator[Example]:
    documents: dict[tuple[str, str, str], dict[int, ReadProvision]] = {}
    for place, row in _rows(path, LabelledProvision):
        reference = row.text
        key = reference.service, reference.document, reference.version_id
        if key not in documents:
            documents[key] = _read_document(archive, reference, place)
        found = documents[key].get(reference.start or 0)
        if found is None or found.provision.span != reference.span:
            raise ConfigurationError(
                f"{place}: no provision begins and ends there; segmentation has changed since it was labelled"
            )
        yield Example("provisions", reference.service, found, row.practices, weight=_WEIGHTS["provisions"])


def _read_document(archive: Archive, reference: Reference, place: str) -> dict[int, ReadProvision]:
    records = archive.records(reference.service, reference.document)
    record = next((one for one in records if one.version_id == reference.version_id), None)
    version = archive.read(record) if record else None
    if version is None or version.sha256 != reference.sha256:
        raise ConfigurationError(f"{place}: the archive {archive.name} does not hold the version labelled")
    segmentation = split_provisions(version.version_id, version.text)
    return {one.provision.span.start: one for one in read_provisions(version.text, segmentation)}


def _read_headed(path: Path, archive: Archive, patterns: PatternReader) -> Iterator[Example]:
    """Read paragraphs whose headings name one practice and whose words one of its patterns confirms.

    A heading is a label its author gave ("How long we keep your data"). It is believed where exactly one
    practice is named and a deciding pattern or a cue of that practice hits without a veto; of other
    practices it says nothing. From every version of the documents that are labelled, each paragraph once.
    """
    documents = dict.fromkeys(
        (row.text.service, row.text.document) for _, row in _rows(path, LabelledProvision)
    )
    seen: set[str] = set()
    for service, document in documents:
        texts = {record.blob: record for record in archive.records(service, document)}
        records = list(texts.values())
        chosen = records[:: max(1, len(records) // (_MOST_VERSIONS - 1))][-_MOST_VERSIONS:]
        for version in archive.read_many(chosen, []):
            segmentation = split_provisions(version.version_id, version.text)
            for read in read_provisions(version.text, segmentation):
                words = read.plain.text.casefold().split()
                if len(words) < _FEWEST_WORDS or " ".join(words) in seen:
                    continue
                seen.add(" ".join(words))
                signals = read_signals(patterns, read)
                if len(signals.headed) == 1 and _confirmed(signals, practice := min(signals.headed)):
                    known = frozenset({practice})
                    labels: Labels = {practice: "positive"}
                    yield Example("headings", service, read, labels, known, _WEIGHTS["headings"])


def _confirmed(signals: Signals, practice: str) -> bool:
    found = (hits.get(practice) for hits in signals.sentences)
    return any(hits and not hits.veto and (hits.decide or hits.cues) for hits in found)


def _read_sentences(path: Path) -> Iterator[Example]:
    for at, (_, row) in enumerate(_rows(path, LabelledSentence)):
        yield from _text("sentences", f"authored {at % 5}", row.text, row.practices)


def _practice_files(knowledge: KnowledgeBase) -> Iterator[Example]:
    for practice in knowledge.practices.values():
        for text in practice.examples:
            yield from _text("practice files", "practice files", text, {practice.id: "positive"})
        for miss in practice.near_misses:
            labels: Labels = {miss.is_instead: "positive"} if miss.is_instead in knowledge.practices else {}
            yield from _text("practice files", "practice files", miss.text, labels)


def _read_claudette(path: Path) -> Iterator[Example]:
    """Read the sentences that carry a clause type; what carries none may still carry our practices."""
    for _, row in _rows(path, ClauseSentence):
        labels: Labels = {_CLAUDETTE[one]: "positive" for one in row.labels if one in _CLAUDETTE}
        if labels:
            known = frozenset(labels)
            yield from _text("CLAUDETTE", f"CLAUDETTE {row.doc}", row.text, labels, known)


def _text(
    source: str, group: str, text: str, labels: Labels, known: frozenset[str] | None = None
) -> Iterator[Example]:
    found = read_provisions(text, split_provisions("text", text))
    if found:
        yield Example(source, group, found[-1], labels, known, _WEIGHTS[source])


def _rows(path: Path, kind: Any) -> Iterable[tuple[str, Any]]:
    adapter = TypeAdapter(kind)
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
    # A line ends at a line feed and nowhere else: a text may hold other separators.
    for number, line in enumerate(lines if lines[-1] else lines[:-1], 1):
        place = f"{path}, line {number}"
        try:
            yield place, adapter.validate_python(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise ConfigurationError(f"{place}: {' '.join(str(error).split())[:300]}") from error
