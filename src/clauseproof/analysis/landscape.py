"""Law in a report: what bears on a practice, where, and what authorities did in comparable matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from clauseproof.analysis.applicability import Mapping
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.markets import Market
from clauseproof.analysis.phrases import listed, sentence, small
from clauseproof.claims import Claim, JurisdictionFlag, Reference
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.conditions import judge
from clauseproof.knowledge.models import EnforcementAction

_MOST_ACTIONS = 2
_MOST_IN_GROUP = 6
_MOST_INSTRUMENTS = 8
_MOST_IN_FLAG = 3
_GENERAL_LAW = {
    "data": "the document names it, so that its general law on personal data may bear on this practice",
    "contract": "the document names it, so that its general law on contract terms may bear on this practice",
}


class LawWriter:
    """Writes what the mappings of the law to a document say."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take the knowledge base."""
        self._knowledge = knowledge

    def law(self, evidence: Evidence) -> Iterator[Claim]:
        """Yield what the mapped law says, the closest first; state laws of one kind in one sentence."""
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
            f"{_pinpoint(mapping, ref)} ({small(ref.title)}): {sentence(ref.summary)}"
            for ref in mapping.references
        )
        text = (
            f"{instrument.short_name} addresses {evidence.practice.subject}. {provisions}"
            f" This depends on whether {small(instrument.applies.depends_on).rstrip('.')}."
        )
        return Claim(
            text=text,
            kind="law",
            quotes=tuple(dict.fromkeys((*(mapping.market.quotes if mapping.market else ()), *mapping.shown))),
            citations=tuple(ref.id for ref in mapping.references),
            facts=mapping.facts,
        )

    def _group_claim(self, evidence: Evidence, group: str, members: Sequence[Mapping]) -> Iterator[Claim]:
        cited = [mapping for mapping in members if mapping.references][:_MOST_IN_GROUP]
        if not cited:
            return
        labels = listed([mapping.references[0].label for mapping in cited])
        text = (
            f"{group} address {evidence.practice.subject}: {labels}."
            f" This depends on whether {small(cited[0].instrument.applies.depends_on).rstrip('.')}."
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
                f"Coming, from {ref.applies_from:%-d %B %Y}: {ref.label} ({small(ref.title)}) will address"
                f" {evidence.practice.subject}: {sentence(ref.summary)}"
            )
            quotes = mapping.market.quotes if mapping.market else ()
            yield Claim(text=text, kind="law", quotes=quotes, coming=(ref.id,))

    def enforcement(self, evidence: Evidence) -> tuple[Claim, ...]:
        """Return what authorities did in comparable matters, the latest first."""
        return tuple(islice(self._actions(evidence), _MOST_ACTIONS))

    def _actions(self, evidence: Evidence) -> Iterator[Claim]:
        engaged = {mapping.instrument.id: mapping for mapping in evidence.mappings if mapping.references}
        actions = sorted(self._knowledge.actions.values(), key=lambda one: one.date, reverse=True)
        for action in actions:
            shared = [one for one in action.regulation_ids if one in engaged]
            if not shared or not self._matches(evidence, action):
                continue
            text = (
                f"{action.parties} ({action.authority}, {action.date:%-d %B %Y}): {sentence(action.outcome)}"
                " Context only: it says nothing about this service."
            )
            citations = tuple(engaged[one].references[0].id for one in shared)
            yield Claim(text=text, kind="law", citations=citations)

    def _matches(self, evidence: Evidence, action: EnforcementAction) -> bool:
        if evidence.practice.id not in action.practices or action.date > evidence.at:
            return False
        return judge(action.requires, evidence.situation()).holds

    def flags(self, evidence: Evidence) -> Iterator[JurisdictionFlag]:
        """Flag the jurisdictions whose law bears on the practice here, with the reason for each.

        These are the markets whose law is mapped; then those the text names whose general law reaches every
        practice of this kind, whichever provision is named; then those whose law governs the contract.
        """
        by_market: dict[str, list[Mapping]] = {}
        for mapping in evidence.mappings:
            if mapping.references and not mapping.grouped:
                by_market.setdefault(mapping.instrument.applies.market, []).append(mapping)
        flagged: set[str] = set()
        for code, mappings in by_market.items():
            # A place nobody named is worth a flag only where the text names no other; a state never is.
            named = mappings[0].market is not None
            if code in self._knowledge.jurisdictions and (named or self._may_be_unnamed(evidence, code)):
                flagged.add(code)
                yield self._mapped_flag(code, mappings)
        for code, market, why in self._reaching(evidence):
            if code not in flagged and code not in evidence.markets.excluded:
                flagged.add(code)
                yield self._reach_flag(code, market, why)

    def _may_be_unnamed(self, evidence: Evidence, code: str) -> bool:
        return not evidence.markets.addressed and not self._knowledge.jurisdictions[code].within

    def _mapped_flag(self, code: str, mappings: Sequence[Mapping]) -> JurisdictionFlag:
        jurisdiction = self._knowledge.jurisdictions[code]
        market = mappings[0].market
        cited = mappings[:_MOST_IN_FLAG]
        labels = listed([mapping.references[0].label for mapping in cited])
        citations = tuple(mapping.references[0].id for mapping in cited)
        bears = "bears" if len(cited) == 1 else "bear"
        if market is None:
            condition = small(mappings[0].instrument.applies.depends_on).rstrip(".")
            text = f"{jurisdiction.title}: {labels} {bears} on this subject if {condition}."
        elif market.reason == "supplement":
            text = f"{jurisdiction.title}: a section is written for it; {labels} {bears} on this subject."
        else:
            text = f"{jurisdiction.title}: the document names it; {labels} {bears} on this subject."
        return JurisdictionFlag(
            jurisdiction=code,
            reason=market.reason if market else "regime",
            claim=Claim(text=text, kind="law", quotes=market.quotes if market else (), citations=citations),
        )

    def _reaching(self, evidence: Evidence) -> Iterator[tuple[str, Market, str]]:
        markets, jurisdictions = evidence.markets, self._knowledge.jurisdictions
        contract = evidence.practice.axis == "contract"
        reach: Literal["data", "contract"] = "contract" if contract else "data"
        on_data = not contract or evidence.document.kind == "processing-agreement"
        why = _GENERAL_LAW[reach]
        denied = evidence.situation().polarities == {"negative"}
        for code, market in sorted(markets.addressed.items()):
            # A state's own law, named alone, does not make the country's the reader's concern.
            named = market.code == code or "-" not in market.code
            if reach in jurisdictions[code].reaches and named and not denied:
                yield code, market, why
        for code, market in sorted(markets.seats.items()):
            yield code, market, "the provider is established there"
        for position in evidence.positions:
            for code in sorted(markets.written_for.get(position, ())):
                yield code, markets.addressed[code], "this practice stands in a section written for it"
            for code, market in sorted(markets.mentioned.get(position, {}).items()):
                if (on_data and "data" in jurisdictions[code].reaches) or jurisdictions[code].within:
                    yield code, market, "the provision names it"
        if contract:
            for code in sorted(markets.governing):
                yield (
                    code,
                    markets.governing[code],
                    "the document makes its law or its courts those of the contract",
                )

    def _reach_flag(self, code: str, market: Market, why: str) -> JurisdictionFlag:
        text = f"{self._knowledge.jurisdictions[code].title}: {why}."
        return JurisdictionFlag(
            jurisdiction=code,
            reason=market.reason,
            claim=Claim(text=text, kind="implication", quotes=market.quotes),
        )


def _pinpoint(mapping: Mapping, reference: Reference) -> str:
    """Return the pinpoint without the instrument's name, which the sentence has given already."""
    return reference.label.removeprefix(mapping.instrument.short_name).strip() or "The act"
