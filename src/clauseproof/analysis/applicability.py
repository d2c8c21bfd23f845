"""Which provisions of law bear on a practice in a document, why, and on what that depends."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from clauseproof.analysis.markets import Market, Markets
from clauseproof.claims import Quote, Reference
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.conditions import Judgement, Situation, judge
from clauseproof.knowledge.law import resolve_citation
from clauseproof.knowledge.models import Instrument, RegulationProvision

# Counsel names the provisions that decide the matter, not every one that touches it.
_MOST_PROVISIONS = 4
# Where the text names no market, only what would come first.
_MOST_UNNAMED = 2
# Where a reader looks first; others follow by name.
_MARKETS = ("EU", "UK", "US-CA", "US")
_COMING_WITHIN = datetime.timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Mapping:
    """An instrument mapped to a practice in a document.

    Attributes:
        instrument: The instrument.
        references: Its provisions on the practice in force on the day, the closest first.
        coming: Its provisions on the practice that start later.
        holds: ``met`` where the text names the market, ``depends`` where only the world can tell.
        market: The words by which the text addresses the market, where it does.
        facts: Facts that a condition rested on.
        grouped: True where counsel names its first provision only together with its siblings.
        shown: Words by which the text shows a trait that a condition rested on.
    """

    instrument: Instrument
    references: tuple[Reference, ...]
    coming: tuple[Reference, ...]
    holds: Literal["met", "depends"]
    market: Market | None
    facts: tuple[str, ...]
    grouped: bool = False
    shown: tuple[Quote, ...] = ()


def map_law(
    knowledge: KnowledgeBase, situation: Situation, markets: Markets, at: datetime.date
) -> list[Mapping]:
    """Map the law to one practice in one document.

    An instrument is mapped where the document addresses its market (or it belongs to the small core that
    may apply unnamed), its own condition holds, and it has a provision on the practice whose condition
    holds. It is not mapped where the text turns that market's people away.

    Returns:
        Mappings with at least one provision in force or coming, markets named in the text first.
    """
    mappings = []
    for instrument in knowledge.instruments.values():
        applies = instrument.applies
        market = markets.addressed.get(applies.market)
        if applies.market in markets.excluded and applies.unless_excluded:
            continue
        if market is None and not _may_be_unnamed(knowledge, instrument, markets):
            continue
        judged = judge(applies.requires, situation)
        if not judged.holds:
            continue
        references, coming, judgements = _provisions(knowledge, instrument, situation, at)
        references = references if market else references[:_MOST_UNNAMED]
        if references or coming:
            facts = judged.facts + tuple(fact for one in judgements for fact in one.facts)
            traits = judged.traits + tuple(trait for one in judgements for trait in one.traits)
            mappings.append(
                Mapping(
                    instrument,
                    references,
                    coming,
                    "met" if market else "depends",
                    market,
                    tuple(dict.fromkeys(facts)),
                    grouped=bool(references) and _is_grouped(knowledge, references[0], situation.practice),
                    shown=tuple(dict.fromkeys(quote for one in traits for quote in markets.traits[one])),
                )
            )
    return sorted(mappings, key=lambda mapping: _rank(mapping, situation.practice))


def _may_be_unnamed(knowledge: KnowledgeBase, instrument: Instrument, markets: Markets) -> bool:
    """Tell whether law of a market nobody named is worth naming: where none is, or the larger one it is in.

    A text that says whose law it is written under, or whom it is for, has drawn its own list.
    """
    jurisdiction = knowledge.jurisdictions.get(instrument.applies.market)
    within = jurisdiction.within if jurisdiction else ()
    return instrument.applies.unnamed_market and (
        not markets.addressed or any(larger in markets.addressed for larger in within)
    )


def _provisions(
    knowledge: KnowledgeBase, instrument: Instrument, situation: Situation, at: datetime.date
) -> tuple[tuple[Reference, ...], tuple[Reference, ...], tuple[Judgement, ...]]:
    fitting: list[tuple[tuple[int, int, int], RegulationProvision]] = []
    judgements: list[Judgement] = []
    for order, provision in enumerate(instrument.provisions):
        if situation.practice not in provision.practices or provision.nature == "enforcement":
            continue
        judged = judge(provision.requires, situation)
        if judged.holds:
            closeness = provision.practices.index(situation.practice)
            scope = provision.nature == "scope_or_definition"
            fitting.append(((scope, closeness, order), provision))
            judgements.append(judged)
    references: list[Reference] = []
    coming: list[Reference] = []
    for _, provision in sorted(fitting, key=lambda one: one[0]):
        reference = resolve_citation(knowledge, provision.id, at)
        if reference is None:
            continue
        if reference.force == "in-force" and len(references) < _MOST_PROVISIONS:
            references.append(reference)
        elif reference.force == "coming" and _is_near(reference, at):
            coming.append(reference)
    return tuple(references), tuple(coming), tuple(judgements)


def _is_grouped(knowledge: KnowledgeBase, reference: Reference, practice: str) -> bool:
    return practice in knowledge.provisions[reference.id][1].grouped


def _is_near(reference: Reference, at: datetime.date) -> bool:
    return reference.applies_from is not None and reference.applies_from - at < _COMING_WITHIN


def _rank(mapping: Mapping, practice: str) -> tuple[bool, bool, int, int, str]:
    """Order mappings: markets the text names first, then the core, then the closest to the practice."""
    distances = [
        provision.practices.index(practice)
        for provision in mapping.instrument.provisions
        if practice in provision.practices
    ]
    code = mapping.instrument.jurisdiction
    market = _MARKETS.index(code) if code in _MARKETS else len(_MARKETS)
    core = mapping.instrument.applies.unnamed_market
    return mapping.holds != "met", not core, min(2, min(distances)), market, mapping.instrument.id
