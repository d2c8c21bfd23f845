"""What an analyst is handed: one practice in one document, with everything read and searched."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.facts import ReadFact
from clauseproof.analysis.markets import Markets
from clauseproof.claims import Absence, Fact, Outcome, Quote
from clauseproof.knowledge.conditions import Situation
from clauseproof.knowledge.models import Practice
from clauseproof.reading import ReadDocument


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
        is_quotable: Whether some words of the version can be quoted alone without misleading.
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
    is_quotable: Callable[[str], bool] = field(compare=False)

    def situation(self, position: int | None = None) -> Situation:
        """Return what conditions are judged against, for the practice or for one of its provisions.

        For one provision its own facts go first; facts the practice's other provisions state are tied to
        it, being about the same practice in the same version.
        """
        practice = self.practice.id
        facts: dict[str, tuple[str, ...]] = {}
        for one in self.facts:
            if position is None or one.provision == position:
                facts[one.fact.key] = (*facts.get(one.fact.key, ()), one.fact.value)
        own = set(facts)
        for one in self.facts:
            if one.fact.key not in own:
                facts[one.fact.key] = (*facts.get(one.fact.key, ()), one.fact.value)
        at = self.positions if position is None else (position,)
        labels = [self.document.provisions[one].label(practice) for one in at]
        return Situation(
            practice=practice,
            facts=facts,
            outcomes={absence.disclosure: _effective(absence) for absence in self.absences},
            polarities=frozenset(label.polarity for label in labels if label),
            markets=frozenset(self.markets.addressed),
            data=frozenset(kind for one in at for kind in self.document.data.get(one, ())),
            practices=self.document.practices,
            document=self.document.kind,
        )

    def quotes_of(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """Return the quotations behind facts, each once."""
        quotes = [one.fact.quote for one in self.facts if one.fact.key in keys and one.fact.quote]
        return tuple(dict.fromkeys(quotes))

    def values_of(self, key: str) -> list[str]:
        """Return the values read for a fact of the practice."""
        full = f"{self.practice.id}.{key}"
        return [one.fact.value for one in self.facts if one.fact.key == full]


def _effective(absence: Absence) -> Outcome:
    """Take what another document of the service states as told elsewhere: neither silent nor stated here."""
    if absence.outcome == "not-found-in-archived-text" and absence.elsewhere:
        return "referred-elsewhere"
    return absence.outcome
