"""A drafted claim made into a claim: its ids into spans, facts, records and citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clauseproof.analysis.drafts import DraftedClaim
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.pack import Entry, Pack
from clauseproof.claims import Absence, Analysis, Claim, Quote, WithheldReason
from clauseproof.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a drafted claim cannot stand.

    Attributes:
        passage: The words nearest to it, for the repair.
    """

    reason: WithheldReason
    note: str
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Borne:
    """What a claim may rest on besides its quotations, in words.

    Attributes:
        records: Wording of the search record and the factors it cites.
        law: For each provision of law it cites its label, and what may be said of it.
        vocabulary: Texts whose words advice may use.
        asking: Texts whose words a question may use.
    """

    records: tuple[str, ...]
    law: tuple[tuple[str, tuple[str, ...]], ...]
    vocabulary: tuple[str, ...]
    asking: tuple[str, ...]


class Prover(Protocol):
    """Finds quotations and faults; the pipeline's, so that this stage knows no other."""

    def locate(self, words: str, entry: Entry) -> tuple[Quote, ...] | Fault:
        """Return where words stand in an entry's document, with what governs them, or why they do not."""
        ...

    def find_fault(self, claim: Claim, borne: Borne, analysis: Analysis) -> Fault | None:
        """Return why a claim cannot stand, or None."""
        ...


@dataclass(frozen=True)
class Case:
    """One practice in one document, ready to be drafted.

    Attributes:
        evidence: The offline evidence.
        offline: The offline analyst's verified analysis.
        pack: What the model is handed.
        nearest: For each search record that is judged again, ids of the entries nearest to it.
    """

    evidence: Evidence
    offline: Analysis
    pack: Pack
    nearest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """Name of the document."""
        return self.evidence.document.version.document


class DraftResolver:
    """Resolves drafted claims against the evidence that was handed over."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take the knowledge base."""
        self._knowledge = knowledge

    def resolve(self, draft: DraftedClaim, case: Case, prover: Prover) -> tuple[Claim, Borne] | Fault:
        """Turn a draft into a claim: its ids into spans, facts, records and citations."""
        quotes: list[Quote] = []
        entries: list[Entry] = []
        for cited in draft.evidence:
            entry = case.pack.by_id.get(cited.id)
            if entry is None:
                return Fault("unsupported", f"there is no evidence {cited.id!r}")
            entries.append(entry)
            if entry.spans:
                if not (cited.quote or "").strip():
                    return Fault("unsupported", f"names {cited.id} without quoting it")
                found = prover.locate(str(cited.quote), entry)
                if isinstance(found, Fault):
                    return found
                quotes += found
            elif entry.fact and entry.fact.quote:
                quotes.append(entry.fact.quote)
            elif entry.factor:
                quotes += entry.factor.quotes
        if any(entry.kind == "earlier" for entry in entries):
            return Fault("unsupported", "rests on an earlier version, which is handed over for context only")
        law: list[Entry] = []
        for citation in draft.citations:
            entry = case.pack.by_id.get(citation)
            if entry is None or entry.reference is None:
                known = citation in self._knowledge.provisions
                reason: WithheldReason = "citation-inapplicable" if known else "citation-unknown"
                return Fault(reason, f"{citation} is not among the law entries handed over")
            law.append(entry)
        law += [one for one in entries if one.reference and one not in law]
        absences = [one.absence for one in entries if one.absence]
        facts = [one.fact.key for one in entries if one.fact]
        facts += [key for one in entries if one.factor for key in one.factor.facts]
        factor = next((one.factor for one in entries if one.factor), None)
        silence = absences[0].disclosure if absences else (factor.disclosure if factor else None)
        claim = Claim(
            text=draft.text.strip(),
            kind=draft.kind,
            quotes=tuple(dict.fromkeys(quotes)),
            citations=tuple(one.id for one in law if one.kind == "law"),
            coming=tuple(one.id for one in law if one.kind == "coming"),
            facts=tuple(dict.fromkeys(facts)),
            disclosure=silence,
        )
        return claim, self._borne(case, entries, law, absences)

    def _borne(
        self, case: Case, entries: Sequence[Entry], law: Sequence[Entry], absences: Sequence[Absence]
    ) -> Borne:
        practice = case.evidence.practice
        titles = [self._knowledge.disclosures[one.disclosure].title for one in absences]
        labels = [one.reference for one in law if one.reference]
        vocabulary = [practice.title, practice.subject, *titles]
        vocabulary += [f"{one.label} {one.title}" for one in labels]
        asking = [practice.definition, *(spec.title for spec in practice.facts)]
        asking += [self._knowledge.disclosures[one].title for one in practice.disclosures]
        return Borne(
            records=tuple(one.text for one in entries if one.kind in ("record", "factor")),
            law=tuple(
                (one.reference.label, _law_text(one, self._knowledge, practice.subject))
                for one in law
                if one.reference
            ),
            vocabulary=tuple(vocabulary),
            asking=tuple(asking),
        )


def _law_text(entry: Entry, knowledge: KnowledgeBase, subject: str) -> tuple[str, ...]:
    """Return what may be said of a provision of law: its entry, and on what its application depends."""
    assert entry.reference is not None
    assert entry.mapping is not None
    instrument = entry.mapping.instrument
    jurisdiction = knowledge.jurisdictions.get(instrument.applies.market)
    place = jurisdiction.title if jurisdiction else ""
    said = entry.text.removeprefix(f"{entry.reference.label} ({entry.reference.title}):").strip()
    title, condition = f"({entry.reference.title})", instrument.applies.depends_on
    return (
        f"{title}: {said}",
        said,
        f"{subject}: {said}",
        f"{title} {subject}: {said}",
        f"{place} {instrument.name} {title} {subject}",
        f"{title} applies depends on whether {condition}",
        f"applies depends on whether {condition}",
        f"{said.rstrip('.')}, depends on whether {condition}",
    )
