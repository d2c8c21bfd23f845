"""The evidence a language model is handed on one practice: numbered entries within a token budget."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.silences import word_silence
from clauseproof.claims import Absence, Claim, Fact, Quote, Reference
from clauseproof.documents import Span
from clauseproof.knowledge import KnowledgeBase
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, ReadProvision

EntryKind = Literal[
    "practice", "document", "other", "earlier", "fact", "record", "factor", "market", "law", "coming"
]
CountTokens = Callable[[str], int]


class Nearest(Protocol):
    """Finds the passages of a document nearest to a subject, best first."""

    def __call__(self, subject: str, count: int = 3) -> tuple[Quote, ...]:
        """Return up to `count` passages."""
        ...


_PREFIXES: dict[EntryKind, str] = {
    "practice": "P",
    "document": "D",
    "other": "O",
    "earlier": "V",
    "fact": "F",
    "record": "A",
    "factor": "X",
    "market": "M",
}
_LONGEST_WHOLE = 500
_MOST_LAW = 6
_MOST_FACTS = 8
_MOST_BESIDE = 2
_PER_SUBJECT = 6
_RANK_OFFSET = 20
_LONGEST_BESIDE = 700
_LONGEST_MARKET = 160
_LONGEST_HEADING = 60
_MOST_MARKETS = 3
_ELLIPSIS = " [...] "
# What would steer a terminal or turn the direction of writing has no place in a prompt either.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered piece of evidence.

    Attributes:
        id: As the model names it.
        kind: What it is.
        text: What the model reads.
        document: The document it stands in, for archived text.
        version_id: Its version.
        spans: The archived ranges shown, for archived text.
        heading: Headings above it.
        fact: The fact, for facts.
        absence: The search record, for records.
        factor: The computed claim, for factors.
        reference: The provision of law, for law.
        mapping: Why that law is mapped.
        jurisdiction: Code of the market, for markets.
        conditioned: False where an entry of the same instrument before it gives the condition.
    """

    id: str
    kind: EntryKind
    text: str
    document: str = ""
    version_id: str = ""
    spans: tuple[Span, ...] = ()
    heading: tuple[str, ...] = ()
    fact: Fact | None = None
    absence: Absence | None = None
    factor: Claim | None = None
    reference: Reference | None = None
    mapping: Mapping | None = None
    jurisdiction: str | None = None
    conditioned: bool = True

    def line(self) -> str:
        """Return the entry as one line of JSON: whatever it holds, it cannot end its own fence."""
        shown: dict[str, object] = {"id": self.id}
        if self.kind == "practice":
            shown["practice"] = True
        elif self.kind in ("document", "other", "market"):
            shown["practice"] = False
        if self.kind == "other":
            shown["document"] = _harmless(self.document)
        if self.kind == "earlier":
            shown["earlier version"] = True
        if self.kind == "market":
            shown["jurisdiction"] = self.jurisdiction
        if self.heading:
            shown["under"] = _harmless(self.heading[-1])[:_LONGEST_HEADING]
        shown[_FIELDS.get(self.kind, "text")] = _harmless(self.text)
        if self.reference and self.mapping:
            shown["jurisdiction"] = self.mapping.instrument.applies.market
            if self.conditioned:
                shown["depends on whether"] = self.mapping.instrument.applies.depends_on
        return json.dumps(shown, ensure_ascii=False)


_FIELDS: dict[EntryKind, str] = {
    "fact": "fact",
    "record": "record",
    "factor": "factor",
    "law": "law",
    "coming": "coming law",
}


@dataclass(frozen=True)
class Pack:
    """Everything handed over on one practice in one document.

    Attributes:
        entries: In the order the model reads them.
        left_out: How many provisions on the practice did not fit the budget.
    """

    entries: tuple[Entry, ...]
    left_out: int = 0
    by_id: dict[str, Entry] = field(default_factory=dict)

    def render(self) -> str:
        """Return the entries as the model reads them, one a line."""
        return "\n".join(entry.line() for entry in self.entries)

    def ids(self, *kinds: EntryKind) -> list[str]:
        """Return the ids of entries, of some kinds only where any are named."""
        return [entry.id for entry in self.entries if not kinds or entry.kind in kinds]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a document: the service's other documents, its version before.

    Attributes:
        others: The other documents, read.
        earlier: The version before, read; None where there is none.
    """

    others: Sequence[ReadDocument] = ()
    earlier: ReadDocument | None = None


def gather_evidence(
    evidence: Evidence,
    factors: Sequence[Claim],
    surroundings: Surroundings,
    knowledge: KnowledgeBase,
    nearest: Nearest,
    budget_tokens: int,
    count: CountTokens,
) -> Pack:
    """Choose the evidence on a practice.

    Records, factors and law come first, because nothing else can stand in for them; then the provisions on
    the practice, those that say most first; then what retrieval finds nearest in the rest of the
    document, the other documents, and what the version before said differently.

    Args:
        evidence: The offline evidence.
        factors: The computed factors of exposure, verified.
        surroundings: Other documents and the version before.
        knowledge: For the wording of records and conditions.
        nearest: Finds the passages of the document nearest to a subject.
        budget_tokens: The most the entries may have together; records and law are never cut.
        count: Counts tokens, never too few.
    """
    chosen: list[Entry] = []
    counters: dict[EntryKind, int] = {}
    spent = 0

    def admit(entry: Entry, *, always: bool = False) -> bool:
        nonlocal spent
        prefix = _PREFIXES.get(entry.kind)
        if prefix:
            number = counters.get(entry.kind, 0) + 1
            entry = _numbered(entry, f"{prefix}{number}")
        cost = count(entry.line()) + 1
        if spent + cost > budget_tokens and not always:
            return False
        spent += cost
        counters[entry.kind] = counters.get(entry.kind, 0) + 1
        chosen.append(entry)
        return True

    for entry in (*_law(evidence), *_records(evidence, knowledge), *_factors(factors)):
        admit(entry, always=True)
    ranked = _ranked_positions(evidence)
    left_out = sum(not admit(_provision_entry(evidence, at)) for at in ranked)
    shown = [span for entry in chosen for span in entry.spans]
    for entry in _markets(evidence):
        admit(entry, always=True)
    around = (*_earlier(evidence, surroundings), *_others(evidence, surroundings))
    for entry in (*_beside(evidence, knowledge, nearest, shown), *_facts(evidence), *around):
        admit(entry)
    order = {kind: at for at, kind in enumerate(("practice", *(k for k in _PREFIXES if k != "practice")))}
    entries = sorted(
        chosen,
        key=lambda one: (order.get(one.kind, 99), one.spans[0].start if one.kind == "practice" else 0),
    )
    renumbered = _renumber_provisions(entries)
    return Pack(tuple(renumbered), left_out, {entry.id: entry for entry in renumbered})


def _numbered(entry: Entry, name: str) -> Entry:
    return replace(entry, id=name)


def _renumber_provisions(entries: Iterable[Entry]) -> list[Entry]:
    """Number the provisions on the practice in the order of the text, as a reader would."""
    number = 0
    done = []
    for entry in entries:
        if entry.kind == "practice":
            number += 1
            entry = _numbered(entry, f"P{number}")
        done.append(entry)
    return done


def _ranked_positions(evidence: Evidence) -> list[int]:
    """Order the provisions on the practice by what they say on it."""
    scored = set(evidence.scored_positions())

    def weight(position: int) -> tuple[bool, int, float, int]:
        label = evidence.document.provisions[position].label(evidence.practice.id)
        return (
            position not in scored,
            -evidence.substance(position),
            -(label.score if label else 0.0),
            position,
        )

    return sorted(evidence.positions, key=weight)


def _provision_entry(evidence: Evidence, position: int) -> Entry:
    document = evidence.document
    read = document.provisions[position]
    text, spans = _telling_text(read, evidence.practice.id, {one.sentence for one in evidence.facts})
    if read.lead:
        text = f"{read.lead.rstrip(':;, ')}: {text}"
        spans = (*read.lead_spans, *spans)
    return _archived("practice", document, read, text, spans)


def _telling_text(
    read: ReadProvision, practice: str, bearing: Iterable[object] = ()
) -> tuple[str, tuple[Span, ...]]:
    """Return a provision's words; of a long one the sentences on the practice with those around them."""
    whole = visible(read.plain.source, read.provision.span)
    if len(whole) <= _LONGEST_WHOLE or len(read.sentences) < 3:
        return whole, (read.provision.span,)
    wanted: set[int] = set()
    facts = set(bearing)
    for at, (sentence, labels) in enumerate(zip(read.sentences, read.sentence_labels, strict=True)):
        if any(label.id == practice for label in labels) or sentence in facts:
            wanted |= {at - 1, at, at + 1}
    kept = [at for at in range(len(read.sentences)) if at in wanted]
    if not kept:
        return whole, (read.provision.span,)
    parts: list[str] = []
    spans: list[Span] = []
    for at in kept:
        sentence = read.sentences[at]
        span = read.plain.source_span(sentence.start, sentence.end)
        words = visible(read.plain.source, span)
        if parts and at - 1 not in kept:
            words = _ELLIPSIS.lstrip() + words
        parts.append(words)
        spans.append(span)
    return " ".join(parts), tuple(spans)


def _archived(
    kind: EntryKind, document: ReadDocument, read: ReadProvision, text: str, spans: tuple[Span, ...]
) -> Entry:
    version = document.version
    return Entry("", kind, text, version.document, version.version_id, spans, read.provision.heading_path)


def _law(evidence: Evidence) -> Iterator[Entry]:
    cited = 0
    for mapping in evidence.mappings:
        for at, reference in enumerate(mapping.references):
            if cited < _MOST_LAW:
                cited += 1
                yield replace(_law_entry("law", reference, mapping), conditioned=at == 0)
    coming = [(ref, mapping) for mapping in evidence.mappings for ref in mapping.coming]
    for reference, mapping in coming[:2]:
        yield _law_entry("coming", reference, mapping)


def _law_entry(kind: EntryKind, reference: Reference, mapping: Mapping) -> Entry:
    dated = (
        f" applies from {reference.applies_from:%-d %B %Y}:"
        if kind == "coming" and reference.applies_from
        else ""
    )
    text = f"{reference.label} ({reference.title}):{dated} {reference.summary}"
    return Entry(reference.id, kind, text, reference=reference, mapping=mapping)


def _records(evidence: Evidence, knowledge: KnowledgeBase) -> Iterator[Entry]:
    for absence in evidence.absences:
        words = word_silence(knowledge, evidence.practice, evidence.document.version.document, absence)
        if words:
            yield Entry("", "record", words, absence=absence)


def _factors(factors: Sequence[Claim]) -> Iterator[Entry]:
    for claim in factors:
        yield Entry("", "factor", claim.text.split(": ", 1)[-1], factor=claim)


def _facts(evidence: Evidence) -> Iterator[Entry]:
    seen: dict[str, list[Fact]] = {}
    for one in evidence.facts:
        seen.setdefault(one.fact.key, []).append(one.fact)
    titles = {f"{evidence.practice.id}.{spec.key}": spec.title for spec in evidence.practice.facts}
    for key, facts in list(seen.items())[:_MOST_FACTS]:
        values = list(dict.fromkeys(fact.value for fact in facts))[:5]
        yield Entry("", "fact", f"{titles.get(key, key)}: {'; '.join(values)}", fact=facts[0])


def _markets(evidence: Evidence) -> Iterator[Entry]:
    seen: set[str] = set()
    for mapping in evidence.mappings:
        market = mapping.market
        if market is None or market.code in seen or len(seen) >= _MOST_MARKETS:
            continue
        seen.add(market.code)
        quote = market.quotes[-1]
        yield Entry(
            "",
            "market",
            visible(quote.text)[:_LONGEST_MARKET],
            quote.document,
            quote.version_id,
            (Span(start=quote.start, end=quote.end),),
            jurisdiction=mapping.instrument.applies.market,
        )


def _beside(
    evidence: Evidence, knowledge: KnowledgeBase, nearest: Nearest, shown: Sequence[Span]
) -> Iterator[Entry]:
    """Yield passages of the rest of the document, those first that a search or several subjects point to.

    Subjects are what the practice file says the practice is: title, definition, what it includes, what a
    reader expects to be told. Ranks are fused reciprocally.
    """
    practice = evidence.practice
    subjects = [f"{practice.title}. {practice.subject}", practice.definition, *practice.include]
    subjects += [knowledge.disclosures[one].title for one in practice.disclosures]
    scores: dict[Quote, float] = {}
    for absence in evidence.absences:
        for hit in absence.hits:
            scores[hit.quote] = scores.get(hit.quote, 0.0) + 1 / _RANK_OFFSET
    for subject in subjects:
        for rank, quote in enumerate(nearest(subject, _PER_SUBJECT)):
            scores[quote] = scores.get(quote, 0.0) + 1 / (_RANK_OFFSET + rank)
    taken = list(shown)
    for quote in sorted(scores, key=lambda one: (-scores[one], one.start)):
        span = Span(start=quote.start, end=quote.end)
        if any(span.overlaps(other) for other in taken):
            continue
        taken.append(span)
        words = visible(quote.text)
        if len(words) <= _LONGEST_BESIDE:
            yield Entry("", "document", words, quote.document, quote.version_id, (span,))


def _others(evidence: Evidence, surroundings: Surroundings) -> Iterator[Entry]:
    practice = evidence.practice.id
    found = [
        (-label.score, document.version.document, at, document)
        for document in surroundings.others
        for at in document.with_practice(practice)
        if (label := document.provisions[at].label(practice))
    ]
    for _, _, at, document in sorted(found, key=lambda one: one[:3])[:_MOST_BESIDE]:
        read = document.provisions[at]
        text, spans = _telling_text(read, practice)
        yield _archived("other", document, read, text, spans)


def _earlier(evidence: Evidence, surroundings: Surroundings) -> Iterator[Entry]:
    """Yield what the version before said on the practice and this one no longer says."""
    earlier = surroundings.earlier
    if earlier is None:
        return
    standing = {one.plain.text for one in evidence.document.provisions}
    gone = [
        at
        for at in earlier.with_practice(evidence.practice.id)
        if earlier.provisions[at].plain.text not in standing
    ]
    for at in gone[:_MOST_BESIDE]:
        read = earlier.provisions[at]
        text, spans = _telling_text(read, evidence.practice.id)
        yield _archived("earlier", earlier, read, text, spans)


def _harmless(text: str) -> str:
    return _STEERING.sub("\ufffd", text.encode("utf-8", "replace").decode("utf-8"))
