"""The offline analyst: rules over facts, searches and the knowledge base; no key, no network.

It drafts every section of an analysis. Nothing it drafts is taken on trust: verification reads each
sentence against its evidence like anybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.excerpts import Excerpt, choose_excerpt
from clauseproof.analysis.exposure import provision_ref, score_exposure
from clauseproof.analysis.silences import telling_passage, word_silence
from clauseproof.claims import (
    Analysis,
    Claim,
    ClaimKind,
    Exposure,
    JurisdictionFlag,
    Quote,
    Reference,
)
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.conditions import judge
from clauseproof.knowledge.models import EnforcementAction, Sentence
from clauseproof.patterns import find_any
from clauseproof.plaintext import visible
from clauseproof.reading import ReadSentence

NAME = "offline rules 1.0"
_MOST_SENTENCES = 4
_MOST_NOTES = 5
_MOST_ACTIONS = 2
_MOST_IN_GROUP = 6
_MOST_INSTRUMENTS = 6
_MOST_IN_FLAG = 3


class OfflineAnalyst:
    """Drafts analyses from a knowledge base."""

    name = NAME

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take the knowledge base to draft from."""
        self._knowledge = knowledge

    def draft(self, evidence: Evidence) -> Analysis:
        """Draft every section on one practice in one document version.

        Returns:
            An analysis whose claims have not been verified yet. Sections with nothing to say are empty;
            why is said by `empty_sections` after verification.
        """
        exposure = score_exposure(evidence, self._knowledge.rubric)
        position = self._leading(evidence, exposure)
        leading = None if position is None else evidence.sentence_of(position)
        excerpt = choose_excerpt(evidence, leading, self._knowledge.wording, short=False) if leading else None
        return Analysis(
            practice=evidence.practice.id,
            document=evidence.document.version.document,
            version_id=evidence.document.version.version_id,
            provisions=tuple(provision_ref(evidence, one) for one in evidence.positions),
            excerpt=excerpt.whole(evidence) if excerpt else None,
            plain_statement=self._statement(evidence, position),
            significance=self._significance(evidence, excerpt),
            interpretive_note=tuple(self._notes(evidence, exposure))[:_MOST_NOTES],
            regulatory_landscape=tuple(self._law(evidence)),
            enforcement_context=tuple(self._enforcement(evidence))[:_MOST_ACTIONS],
            jurisdiction_flags=tuple(self._flags(evidence)),
            governance_exposure=exposure,
            vendor_implications=self._sentences(
                evidence, evidence.practice.implications, "implication", excerpt
            ),
            due_diligence_questions=self._sentences(
                evidence, evidence.practice.questions, "consideration", excerpt
            ),
            compliance_considerations=self._sentences(
                evidence, evidence.practice.considerations, "consideration", excerpt
            ),
            absences=evidence.absences,
            facts=(*(one.fact for one in evidence.facts), *evidence.unstated),
        )

    def _leading(self, evidence: Evidence, exposure: Exposure) -> int | None:
        """Return the provision the analysis leads with: the highest-scoring one, else the surest."""
        if not evidence.positions:
            return None
        if exposure.provision:
            for position in evidence.positions:
                if provision_ref(evidence, position) == exposure.provision:
                    return position
        return evidence.positions[0]

    def _statement(self, evidence: Evidence, position: int | None) -> Claim | None:
        """Say plainly what one sentence says: conditions are judged on that sentence alone."""
        if position is None:
            return None
        leading = evidence.sentence_of(position)
        rest = [one.sentence for one in evidence.facts if one.provision == position]
        plain = Sentence(text="The {document} says: “{quote}”")
        for sentence in (*evidence.practice.statement, plain):
            for read in dict.fromkeys((leading, *rest)):
                judged = judge(sentence.when, evidence.sentence_situation(read))
                if not judged.holds:
                    continue
                keys = tuple(dict.fromkeys((*judged.facts, *self._placed(sentence, evidence))))
                led = evidence.is_led(read, keys)
                excerpt = choose_excerpt(evidence, read, self._knowledge.wording, short=True, led=led)
                if not evidence.shows(excerpt.words(), read, keys):
                    excerpt = choose_excerpt(evidence, read, self._knowledge.wording, short=False, led=led)
                text = self._fill(sentence.text, evidence, excerpt, read)
                if text:
                    whole = evidence.document.safe_quotes(read, led=led) if keys else ()
                    return Claim(
                        text=_ended(text),
                        kind=self._kind(excerpt),
                        quotes=tuple(dict.fromkeys((*excerpt.quotes, *whole))),
                        facts=keys,
                    )
        return None

    def _kind(self, excerpt: Excerpt) -> ClaimKind:
        wording = self._knowledge.wording
        words = excerpt.words()
        if find_any(wording.reservations, words):
            return "reserves"
        return "permits" if find_any(wording.permissions, words) else "states"

    def _significance(self, evidence: Evidence, excerpt: Excerpt | None) -> Claim | None:
        if excerpt is None:
            return None
        written = self._sentences(evidence, evidence.practice.significance, "implication", excerpt)
        return written[0] if written else None

    def _sentences(
        self,
        evidence: Evidence,
        sentences: Iterable[Sentence],
        kind: ClaimKind,
        excerpt: Excerpt | None,
    ) -> tuple[Claim, ...]:
        """Write the sentences whose conditions hold, each resting on what its condition names."""
        if excerpt is None:
            return ()
        claims = []
        for sentence in sentences:
            judged = judge(sentence.when, evidence.situation())
            text = self._fill(sentence.text, evidence, excerpt) if judged.holds else None
            if text is None:
                continue
            facts = tuple(dict.fromkeys((*judged.facts, *self._placed(sentence, evidence))))
            quotes = evidence.quotes_of(facts)
            if not quotes and not judged.disclosures:
                quotes = excerpt.quotes
            claims.append(
                Claim(
                    text=text,
                    kind=kind,
                    quotes=quotes,
                    citations=sentence.citations,
                    facts=facts,
                    disclosure=judged.disclosures[0] if judged.disclosures else None,
                )
            )
        return tuple(claims[:_MOST_SENTENCES])

    def _placed(self, sentence: Sentence, evidence: Evidence) -> list[str]:
        names = sentence.placeholders() - {"service", "document", "quote"}
        return [f"{evidence.practice.id}.{name}" for name in sorted(names)]

    def _fill(
        self, text: str, evidence: Evidence, excerpt: Excerpt, within: ReadSentence | None = None
    ) -> str | None:
        """Put names, values and the quotation into a sentence; None where a value was not read.

        Values come from anywhere the document speaks of the practice, or from one sentence only.
        """
        version = evidence.document.version
        fixed = {
            "service": version.service or version.document,
            "document": version.document,
            "quote": excerpt.display(),
        }
        missing = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing
            name = match.group(1)
            if name in fixed:
                return fixed[name]
            values = evidence.values_of(name, within)
            missing = missing or not values
            return _listed(values)

        filled = re.sub(r"\{([a-z0-9_.-]+)\}", value, text)
        return None if missing else filled

    def _notes(self, evidence: Evidence, exposure: Exposure) -> Iterator[Claim]:
        """Say what the archived text leaves unsaid, in the words of each outcome."""
        if not evidence.positions:
            order = evidence.absences
        else:
            order = tuple(sorted(evidence.absences, key=lambda one: one.outcome != "stated-in-general-only"))
        for absence in order:
            silent = absence.outcome == "not-found-in-archived-text"
            if exposure.protective and silent:
                continue  # what a refusal leaves out needs no warning
            document = evidence.document.version.document
            text = word_silence(self._knowledge, evidence.practice, document, absence)
            if text:
                quotes = telling_passage(absence)
                yield Claim(text=text, kind="silent", quotes=quotes, disclosure=absence.disclosure)

    def _law(self, evidence: Evidence) -> Iterator[Claim]:
        groups: dict[str, list[Mapping]] = {}
        written = 0
        for mapping in evidence.mappings:
            group = mapping.instrument.applies.group
            if group:
                groups.setdefault(group, []).append(mapping)
            elif mapping.references and written < _MOST_INSTRUMENTS:
                written += 1
                yield self._instrument_claim(evidence, mapping)
        for group, members in groups.items():
            yield from self._group_claim(evidence, group, members)
        yield from self._coming(evidence)

    def _instrument_claim(self, evidence: Evidence, mapping: Mapping) -> Claim:
        instrument = mapping.instrument
        provisions = " ".join(
            f"{_pinpoint(mapping, ref)} ({_small(ref.title)}): {_sentence(ref.summary)}"
            for ref in mapping.references
        )
        text = (
            f"{instrument.short_name} addresses {evidence.practice.subject}. {provisions}"
            f" This depends on whether {_small(instrument.applies.depends_on).rstrip('.')}."
        )
        return Claim(
            text=text,
            kind="law",
            quotes=mapping.market.quotes if mapping.market else (),
            citations=tuple(ref.id for ref in mapping.references),
            facts=mapping.facts,
        )

    def _group_claim(self, evidence: Evidence, group: str, members: Sequence[Mapping]) -> Iterator[Claim]:
        cited = [mapping for mapping in members if mapping.references][:_MOST_IN_GROUP]
        if not cited:
            return
        labels = _listed([mapping.references[0].label for mapping in cited])
        text = (
            f"{group} address {evidence.practice.subject}: {labels}."
            f" This depends on whether {_small(cited[0].instrument.applies.depends_on).rstrip('.')}."
        )
        yield Claim(
            text=text,
            kind="law",
            quotes=tuple(dict.fromkeys(quote for m in cited if m.market for quote in m.market.quotes)),
            citations=tuple(mapping.references[0].id for mapping in cited),
        )

    def _coming(self, evidence: Evidence) -> Iterator[Claim]:
        coming = [(ref, mapping) for mapping in evidence.mappings for ref in mapping.coming]
        dated = [(ref, mapping) for ref, mapping in coming if ref.applies_from]
        for ref, mapping in sorted(dated, key=lambda one: (one[0].applies_from, one[0].id))[:2]:
            text = (
                f"Coming, from {ref.applies_from:%-d %B %Y}: {ref.label} ({_small(ref.title)}) will address"
                f" {evidence.practice.subject}: {_sentence(ref.summary)}"
            )
            quotes = mapping.market.quotes if mapping.market else ()
            yield Claim(text=text, kind="law", quotes=quotes, coming=(ref.id,))

    def _enforcement(self, evidence: Evidence) -> Iterator[Claim]:
        engaged = {mapping.instrument.id: mapping for mapping in evidence.mappings if mapping.references}
        actions = sorted(self._knowledge.actions.values(), key=lambda one: one.date, reverse=True)
        for action in actions:
            shared = [one for one in action.regulation_ids if one in engaged]
            if not shared or not self._matches(evidence, action):
                continue
            text = (
                f"{action.parties} ({action.authority}, {action.date:%-d %B %Y}): {_sentence(action.outcome)}"
                " Context only: it says nothing about this service."
            )
            citations = tuple(engaged[one].references[0].id for one in shared)
            yield Claim(text=text, kind="law", citations=citations)

    def _matches(self, evidence: Evidence, action: EnforcementAction) -> bool:
        if evidence.practice.id not in action.practices or action.date > evidence.at:
            return False
        return judge(action.requires, evidence.situation()).holds

    def _flags(self, evidence: Evidence) -> Iterator[JurisdictionFlag]:
        """Flag the jurisdictions whose law is mapped here, with the reason for each."""
        by_market: dict[str, list[Mapping]] = {}
        for mapping in evidence.mappings:
            if mapping.references:
                by_market.setdefault(mapping.instrument.applies.market, []).append(mapping)
        for code, mappings in by_market.items():
            jurisdiction = self._knowledge.jurisdictions.get(code)
            if jurisdiction is None:
                continue
            market = mappings[0].market
            cited = mappings[:_MOST_IN_FLAG]
            labels = _listed([mapping.references[0].label for mapping in cited])
            citations = tuple(mapping.references[0].id for mapping in cited)
            bears = "bears" if len(cited) == 1 else "bear"
            if market is None:
                condition = _small(mappings[0].instrument.applies.depends_on).rstrip(".")
                text = f"{jurisdiction.title}: {labels} {bears} on this subject if {condition}."
            elif market.reason == "supplement":
                text = f"{jurisdiction.title}: a section is written for it; {labels} {bears} on this subject."
            else:
                text = f"{jurisdiction.title}: the document names it; {labels} {bears} on this subject."
            quotes: tuple[Quote, ...] = market.quotes if market else ()
            yield JurisdictionFlag(
                jurisdiction=code,
                reason=market.reason if market else "regime",
                claim=Claim(text=text, kind="law", quotes=quotes, citations=citations),
            )


def _pinpoint(mapping: Mapping, reference: Reference) -> str:
    """Return the pinpoint without the instrument's name, which the sentence has given already."""
    return reference.label.removeprefix(mapping.instrument.short_name).strip() or "The act"


def _listed(values: Sequence[str]) -> str:
    unique = list(dict.fromkeys(values))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"


def _small(text: str) -> str:
    """Begin a text in lower case where its first word is an ordinary word."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and not first[1:].islower() else text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    """End a text as a sentence."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _ended(text: str) -> str:
    """End a sentence that closes with a quotation."""
    if text.endswith("”") and visible(text)[-2:-1] not in ".!?":
        return f"{text}."
    return text
