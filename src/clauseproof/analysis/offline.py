"""The offline analyst: rules over facts, searches and the knowledge base; no key, no network.

It drafts every section of an analysis. Nothing it drafts is taken on trust: verification reads each
sentence against its evidence like anybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.excerpts import Excerpt, choose_excerpt
from clauseproof.analysis.exposure import provision_ref, score_exposure
from clauseproof.analysis.landscape import LawWriter
from clauseproof.analysis.phrases import listed
from clauseproof.analysis.silences import telling_passage, word_silence
from clauseproof.claims import (
    Analysis,
    Claim,
    ClaimKind,
    Exposure,
)
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.conditions import judge
from clauseproof.knowledge.models import Sentence
from clauseproof.patterns import find_any
from clauseproof.plaintext import visible
from clauseproof.reading import ReadSentence

NAME = "offline rules 1.0"
_MOST_SENTENCES = 4
_MOST_GENERAL = 1
_MOST_CLAUSE_WORDS = 12


class OfflineAnalyst:
    """Drafts analyses from a knowledge base."""

    name = NAME

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take the knowledge base to draft from."""
        self._knowledge = knowledge
        self._law = LawWriter(knowledge)

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
            interpretive_note=tuple(self._notes(evidence)),
            regulatory_landscape=tuple(self._law.law(evidence)),
            enforcement_context=self._law.enforcement(evidence),
            jurisdiction_flags=tuple(self._law.flags(evidence)),
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
        specific: list[Claim] = []
        general: list[Claim] = []
        for sentence in sentences:
            judged = judge(sentence.when, evidence.situation())
            text = self._fill(sentence.text, evidence, excerpt) if judged.holds else None
            if text is None:
                continue
            placed = self._placed(sentence, evidence)
            facts = tuple(dict.fromkeys((*judged.facts, *placed)))
            quotes = evidence.quotes_of(facts)
            clause = self._clause(evidence, excerpt) if "words" in sentence.placeholders() else None
            if clause:
                quotes = tuple(dict.fromkeys((*quotes, *clause.quotes)))
            if not quotes and not judged.disclosures:
                quotes = excerpt.quotes
            claim = Claim(
                text=text,
                kind=kind,
                quotes=quotes,
                citations=sentence.citations,
                facts=facts,
                disclosure=judged.disclosures[0] if judged.disclosures else None,
            )
            (specific if placed or clause or judged.disclosures else general).append(claim)
        # What could be said of any service is left out where something can be said of this one.
        if specific:
            return tuple(specific[:_MOST_SENTENCES])
        return tuple(general[:_MOST_GENERAL])

    def _clause(self, evidence: Evidence, excerpt: Excerpt) -> Excerpt | None:
        """Return the operative words in few, or None where they cannot be cut that short."""
        wording = self._knowledge.wording
        clause = choose_excerpt(evidence, excerpt.sentence, wording, short=True, most=_MOST_CLAUSE_WORDS)
        short = len(clause.quotes) == 1 and len(clause.words().split()) <= _MOST_CLAUSE_WORDS
        return clause if short else None

    def _placed(self, sentence: Sentence, evidence: Evidence) -> list[str]:
        names = sentence.placeholders() - {"service", "document", "quote", "words"}
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
        clause = self._clause(evidence, excerpt) if "{words}" in text else None
        if clause:
            fixed["words"] = f"“{clause.display()}”"
        missing = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing
            name = match.group(1)
            if name in fixed:
                return fixed[name]
            values = evidence.values_of(name, within)
            missing = missing or not values
            return listed(values)

        filled = re.sub(r"\{([a-z0-9_.-]+)\}", value, text)
        return None if missing else filled

    def _notes(self, evidence: Evidence) -> Iterator[Claim]:
        """Say what the archived text leaves unsaid, in the words of each outcome, plain silences first."""
        document = evidence.document.version.document
        for absence in sorted(evidence.absences, key=lambda one: one.outcome != "not-found-in-archived-text"):
            text = word_silence(self._knowledge, evidence.practice, document, absence)
            if text:
                quotes = telling_passage(absence)
                yield Claim(text=text, kind="silent", quotes=quotes, disclosure=absence.disclosure)


def _ended(text: str) -> str:
    """End a sentence that closes with a quotation."""
    if text.endswith("”") and visible(text)[-2:-1] not in ".!?":
        return f"{text}."
    return text
