"""What an analyst is handed: one practice in one document, with everything read and searched."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.facts import ReadFact, bears
from clauseproof.analysis.markets import Markets
from clauseproof.claims import Absence, Fact, Outcome, Quote
from clauseproof.knowledge.conditions import Situation
from clauseproof.knowledge.models import Practice
from clauseproof.patterns import find_any
from clauseproof.reading import ReadDocument, ReadSentence

# Shorter sentences are run-in headings more often than statements.
_FEWEST_WORDS = 7


@dataclass(frozen=True)
class Evidence:
    """The evidence on one practice in one document version.

    Attributes:
        document: The document, read and labelled.
        practice: The practice.
        positions: Provisions that carry it, in order.
        facts: Facts read, with the provision each stands in.
        unstated: Facts that were searched for and not read.
        absences: The record of each disclosure searched for.
        markets: Jurisdictions the document addresses.
        mappings: The law mapped to the practice.
        at: Day of the analysis.
        cannot_score: Why no exposure level may be given, if so.
    """

    document: ReadDocument
    practice: Practice
    positions: tuple[int, ...]
    facts: tuple[ReadFact, ...]
    unstated: tuple[Fact, ...]
    absences: tuple[Absence, ...]
    markets: Markets
    mappings: tuple[Mapping, ...]
    at: datetime.date
    cannot_score: str | None

    def situation(self, position: int | None = None, *, tied: bool = True) -> Situation:
        """Return what conditions are judged against, for the practice or for one of its provisions.

        Args:
            position: The provision; the whole practice in this document where left out.
            tied: For a provision, also take facts that only other provisions on the practice state:
                where an opt-out or a period stands in the next paragraph it is tied to this one.
        """
        at = self.positions if position is None else (position,)
        labels = [self.document.provisions[one].label(self.practice.id) for one in at]
        own = [one for one in self.facts if position is None or one.provision == position]
        known = {one.fact.key for one in own}
        if tied and position is not None:
            own += [one for one in self.facts if one.fact.key not in known]
        return self._situation(own, frozenset(label.polarity for label in labels if label), at)

    def sentence_situation(self, sentence: ReadSentence) -> Situation:
        """Return what one sentence alone says: its own facts, its own polarity."""
        read = self.document.provisions[sentence.provision]
        labels = read.sentence_labels[read.sentences.index(sentence)]
        return self._situation(
            [one for one in self.facts if one.sentence == sentence],
            frozenset(label.polarity for label in labels if label.id == self.practice.id),
            (sentence.provision,),
        )

    def _situation(
        self, facts: Sequence[ReadFact], polarities: frozenset[str], at: Sequence[int]
    ) -> Situation:
        values: dict[str, tuple[str, ...]] = {}
        for one in facts:
            values[one.fact.key] = (*values.get(one.fact.key, ()), one.fact.value)
        return Situation(
            practice=self.practice.id,
            facts=values,
            outcomes={absence.disclosure: _effective(absence) for absence in self.absences},
            polarities=polarities,
            markets=frozenset(self.markets.addressed),
            data=frozenset(kind for one in at for kind in self.document.data.get(one, ())),
            practices=self.document.practices,
            document=self.document.kind,
            words=" ".join(self.document.provisions[one].plain.text for one in at),
            handled=frozenset(
                kind for one in at if self._is_affirmed(one) for kind in self.document.data.get(one, ())
            ),
            traits=frozenset(self.markets.traits),
        )

    def _is_affirmed(self, position: int) -> bool:
        label = self.document.provisions[position].label(self.practice.id)
        return label is not None and label.polarity == "positive"

    def quotes_of(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """Return quotations that bear facts, each safe to read alone, at most one sentence per value."""
        chosen: dict[tuple[str, str], ReadFact] = {}
        for one in self.facts:
            if one.fact.key in keys:
                chosen.setdefault((one.fact.key, one.fact.value), one)
        quotes = [
            quote for one in chosen.values() for quote in self.document.safe_quotes(one.sentence, led=one.led)
        ]
        return tuple(dict.fromkeys(quotes))

    def values_under(self, keys: Sequence[str], position: int | None = None) -> list[str]:
        """Return the distinct values read for facts, by their full keys, from one provision only if given."""
        found = (one for one in self.facts if position in (None, one.provision))
        return list(dict.fromkeys(one.fact.value for one in found if one.fact.key in keys))

    def substance(self, position: int) -> int:
        """Count what a provision says on the practice: facts read, and a heading that names it."""
        read = self.document.provisions[position]
        headed = any(find_any(self.practice.headings, title) for title in read.provision.heading_path[-2:])
        keys = {one.fact.key for one in self.facts if one.provision == position}
        return len(keys) + headed

    def scored_positions(self) -> tuple[int, ...]:
        """Return the provisions exposure is scored on: those that state a fact or stand under its heading.

        A mention in passing sets no level where the document has a provision on the practice itself.
        """
        telling = tuple(one for one in self.positions if self.substance(one))
        return telling or self.positions

    def is_led(self, sentence: ReadSentence, keys: Sequence[str]) -> bool:
        """Tell whether some of the facts stand only in what governs the sentence."""
        return any(one.led for one in self.facts if one.sentence == sentence and one.fact.key in keys)

    def sentence_of(self, position: int) -> ReadSentence:
        """Return the sentence of a provision that shows the practice surest.

        A run-in heading or a bare lead-in shows it only where nothing else in the provision does.
        """
        read = self.document.provisions[position]
        ranked = [
            (
                any(label.id == self.practice.id for label in labels),
                len(sentence.text.split()) >= _FEWEST_WORDS and not sentence.text.endswith(":"),
                max((label.score for label in labels if label.id == self.practice.id), default=0.0),
                -at,
            )
            for at, (sentence, labels) in enumerate(zip(read.sentences, read.sentence_labels, strict=True))
        ]
        return read.sentences[-max(ranked)[3]]

    def shows(self, words: str, sentence: ReadSentence, keys: Sequence[str]) -> bool:
        """Tell whether folded words cut from a sentence still bear its facts with these keys."""
        specs = {f"{self.practice.id}.{spec.key}": spec for spec in self.practice.facts}
        return all(
            bears(specs[one.fact.key], one.fact.value, words)
            for one in self.facts
            if one.sentence == sentence and one.fact.key in keys
        )

    def values_of(self, key: str, within: ReadSentence | None = None) -> list[str]:
        """Return the distinct values read for a fact of the practice, from one sentence only if given."""
        full = f"{self.practice.id}.{key}"
        facts = [one for one in self.facts if within is None or one.sentence == within]
        return list(dict.fromkeys(one.fact.value for one in facts if one.fact.key == full))


def _effective(absence: Absence) -> Outcome:
    """Take what another document of the service states as told elsewhere: neither silent nor stated here."""
    if absence.outcome == "not-found-in-archived-text" and absence.elsewhere:
        return "referred-elsewhere"
    return absence.outcome
