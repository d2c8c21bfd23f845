"""Conditions a lawyer can read in a knowledge file, and their evaluation against what a document says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from clauseproof.claims import Outcome
from clauseproof.documents import Model, Polarity
from clauseproof.patterns import find_any

DocumentKind = Literal["privacy", "terms", "processing-agreement", "cookies", "rules", "other"]


def _compiles_under_re2(pattern: str) -> str:
    import re2

    try:
        re2.compile(pattern)
    except re2.error as error:
        raise ValueError(f"pattern {pattern!r} does not compile under RE2: {error}") from error
    return pattern


Pattern = Annotated[str, Field(min_length=2), AfterValidator(_compiles_under_re2)]


class Condition(Model):
    """What must hold for a sentence, a point or a mapping; every given field must hold.

    Attributes:
        all: Every one of these holds.
        any: At least one of these holds.
        none: Not one of these holds.
        fact: For each fact key of the practice at hand (or ``practice.key``), one of these values was read.
        read: A value, whichever, was read for each of these fact keys.
        silent: The search for each of these disclosures found nothing in the archived text.
        general: Each of these disclosures is stated in general only.
        stated: Each of these disclosures is stated (for the practice, where it needs a topic).
        polarity: The provision carries the practice with one of these polarities.
        market: The document addresses one of these jurisdictions (EU, UK, US, US-CA, ...).
        data: The provision names one of these kinds of data (ids of `data_types.yaml`).
        practice: The document has a provision of one of these practices.
        document: The document is of one of these kinds.
        words: The provision's own words match one of these patterns.
        handled: A provision that says the practice takes place, without more, names one of these kinds of
            data: what a table lists beside a "no" does not count.
        trait: The document shows one of these traits (ids of `traits.yaml`): for businesses only, ...
        about: The practice at hand is one of these.
    """

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()
    fact: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    read: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    polarity: tuple[Polarity, ...] = ()
    market: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    practice: tuple[str, ...] = ()
    document: tuple[DocumentKind, ...] = ()
    words: tuple[Pattern, ...] = ()
    handled: tuple[str, ...] = ()
    trait: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What conditions are judged against: one practice in one document.

    Attributes:
        practice: Id of the practice at hand.
        facts: Value read for each full key (``practice.key``); several where the text gives several.
        outcomes: Outcome of each disclosure searched for this practice.
        polarities: Polarities of the provision at hand.
        markets: Jurisdictions the document addresses.
        data: Kinds of data the provision names.
        practices: Practices found in the document.
        document: Kind of the document.
        words: The provision's visible words, folded; of all its provisions where the practice is at hand.
        handled: Kinds of data named in provisions that say the practice takes place.
        traits: Traits the document shows.
    """

    practice: str
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    polarities: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    practices: frozenset[str] = frozenset()
    document: DocumentKind = "other"
    words: str = ""
    handled: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()

    def full_key(self, key: str) -> str:
        """Return a fact key with its practice."""
        return key if "." in key else f"{self.practice}.{key}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a condition holds, and on which facts and disclosures it rests.

    Attributes:
        holds: The answer.
        facts: Full keys of the facts that decided it.
        disclosures: Ids of the searches that decided it.
        markets: Jurisdictions that decided it.
        traits: Traits of the document that decided it.
    """

    holds: bool
    facts: tuple[str, ...] = ()
    disclosures: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


def judge(condition: Condition, situation: Situation) -> Judgement:
    """Evaluate a condition.

    Returns:
        The answer with the evidence it rests on. Evidence is collected only from what held; an empty
        condition holds and rests on nothing.
    """
    facts: list[str] = []
    disclosures: list[str] = []
    markets: list[str] = []
    traits: list[str] = []
    for part in condition.all:
        judged = judge(part, situation)
        if not judged.holds:
            return Judgement(False)
        facts += judged.facts
        disclosures += judged.disclosures
        markets += judged.markets
        traits += judged.traits
    if condition.any:
        judged = next((j for part in condition.any if (j := judge(part, situation)).holds), Judgement(False))
        if not judged.holds:
            return Judgement(False)
        facts += judged.facts
        disclosures += judged.disclosures
        markets += judged.markets
        traits += judged.traits
    if any(judge(part, situation).holds for part in condition.none):
        return Judgement(False)
    for key, values in condition.fact.items():
        full = situation.full_key(key)
        if not set(values) & set(situation.facts.get(full, ())):
            return Judgement(False)
        facts.append(full)
    for key in condition.read:
        full = situation.full_key(key)
        if not situation.facts.get(full):
            return Judgement(False)
        facts.append(full)
    wanted: tuple[tuple[tuple[str, ...], Outcome], ...] = (
        (condition.silent, "not-found-in-archived-text"),
        (condition.general, "stated-in-general-only"),
        (condition.stated, "stated-for-this-practice"),
    )
    for ids, outcome in wanted:
        if any(situation.outcomes.get(one) != outcome for one in ids):
            return Judgement(False)
        disclosures += ids
    if condition.market:
        named = sorted(set(condition.market) & situation.markets)
        if not named:
            return Judgement(False)
        markets += named
    if condition.trait:
        shown = sorted(set(condition.trait) & situation.traits)
        if not shown:
            return Judgement(False)
        traits += shown
    holds = (
        (not condition.polarity or bool(set(condition.polarity) & situation.polarities))
        and (not condition.data or bool(set(condition.data) & situation.data))
        and (not condition.handled or bool(set(condition.handled) & situation.handled))
        and (not condition.practice or bool(set(condition.practice) & situation.practices))
        and (not condition.about or situation.practice in condition.about)
        and (not condition.document or situation.document in condition.document)
        and (not condition.words or find_any(condition.words, situation.words) is not None)
    )
    if not holds:
        return Judgement(False)
    return Judgement(True, tuple(facts), tuple(disclosures), tuple(markets), tuple(traits))
