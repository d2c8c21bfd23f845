"""Governance exposure: points by the published rubric (docs/exposure.md) over facts and searches.

Points come only from a provision and what is tied to it in the same version. Unknown factors carry a
minimum and a maximum: the level is the sum at the minimum, the range runs to the sum at the maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.phrases import listed
from clauseproof.claims import Claim, Confidence, Exposure, Level, Points, ProvisionRef
from clauseproof.knowledge.conditions import Judgement, Situation, judge
from clauseproof.knowledge.models import ExposureRubric, FactorRule

_LEVELS: tuple[Level, ...] = ("Low", "Medium", "High", "Critical")
_RULED = ("S", "U", "C", "T", "V", "X", "R", "B")
# Control and transparency may stand in another provision on the same practice; what is done with which
# data may not be lent from one provision to another.
_TIED = frozenset("CT")
# What a factor falls to when the change named in `exposure.yaml` under `lowering` is made.
_LOWERED = {"C": 1, "U": 0, "T": 0, "X": 0, "R": 1, "B": 1}
_MOST_MITIGATION = 3
_FEWEST_WORDS = 8
_MOST_VALUES = 3


@dataclass(frozen=True, slots=True)
class _Scored:
    """A factor's points with their reason and evidence."""

    code: str
    points: int
    maximum: int
    because: str
    judged: Judgement


@dataclass(frozen=True, slots=True)
class _Sum:
    """One provision's points and what the rules make of them."""

    position: int
    factors: tuple[_Scored, ...]
    low: int
    high: int
    level: Level
    high_level: Level
    rule: str | None
    protective: bool


def score_exposure(evidence: Evidence, rubric: ExposureRubric) -> Exposure:
    """Score a practice in a document: the level of its highest-scoring provision, never a sum of several.

    Returns:
        The exposure with points, range, confidence, the three largest factors in words and what would
        lower the level; without a level where a gate of the rubric fails or the range spans three levels.
    """
    if evidence.cannot_score or not evidence.positions:
        reason = evidence.cannot_score or "no provision with this practice in the archived text"
        return Exposure(level=None, not_scored=reason)
    sums = [_score_provision(evidence, position, rubric) for position in evidence.scored_positions()]
    top = max(sums, key=lambda one: _prominence(evidence, one))
    spread = _LEVELS.index(top.high_level) - _LEVELS.index(top.level)
    unknown = [one for one in top.factors if one.maximum > one.points]
    return Exposure(
        level=None if spread >= 2 else top.level,
        not_scored="the open facts span three levels" if spread >= 2 else None,
        low=top.low,
        high=top.high,
        low_level=top.level,
        high_level=top.high_level,
        confidence=_confidence(len(unknown), spread),
        protective=top.protective,
        rule=top.rule,
        provision=provision_ref(evidence, top.position),
        points=_points(top.factors, maximum=False),
        maximum=_points(top.factors, maximum=True),
        claims=tuple(_factor_claim(evidence, one, rubric, top.position) for one in _largest(top.factors)),
        would_lower=_would_lower(evidence, top, rubric),
    )


def _prominence(evidence: Evidence, one: _Sum) -> tuple[int, bool, int, int, int, float, int]:
    """Order provisions by level; within a level those that say most on the practice go first.

    Table rows and list items of a few words come after sentences: they need their table or list to be read.
    """
    read = evidence.document.provisions[one.position]
    label = read.label(evidence.practice.id)
    return (
        _LEVELS.index(one.level),
        read.provision.kind != "row" and len(read.plain.text.split()) >= _FEWEST_WORDS,
        evidence.substance(one.position),
        one.low,
        one.high,
        label.score if label else 0.0,
        -one.position,
    )


def provision_ref(evidence: Evidence, position: int) -> ProvisionRef:
    """Return where a provision stands."""
    provision = evidence.document.provisions[position].provision
    return ProvisionRef(
        start=provision.span.start, end=provision.span.end, heading_path=provision.heading_path
    )


def _score_provision(evidence: Evidence, position: int, rubric: ExposureRubric) -> _Sum:
    own, tied = evidence.situation(position, tied=False), evidence.situation(position)
    factors = [_score_factor(code, evidence, tied if code in _TIED else own, rubric) for code in _RULED]
    factors.append(_salience(evidence, rubric))
    factors.append(_mitigation(evidence, tied, rubric))
    low = max(0, sum(one.points for one in factors))
    high = max(0, sum(one.maximum for one in factors))
    protective = _is_protective(evidence, own)
    level, rule = _level(factors, rubric, protective, maximum=False)
    high_level, _ = _level(factors, rubric, protective, maximum=True)
    return _Sum(position, tuple(factors), low, high, level, high_level, rule, protective)


def _score_factor(code: str, evidence: Evidence, situation: Situation, rubric: ExposureRubric) -> _Scored:
    own = evidence.practice.exposure
    rules = own.get(code) or rubric.shared.get(code) or ()  # type: ignore[call-overload]
    for rule in rules:
        judged = judge(rule.when, situation)
        if judged.holds:
            maximum = rule.points if rule.maximum is None else rule.maximum
            return _Scored(code, rule.points, max(rule.points, maximum), rule.because, judged)
    return _Scored(code, 0, 0, rubric.factors[code], Judgement(True))


def _salience(evidence: Evidence, rubric: ExposureRubric) -> _Scored:
    close = any(
        evidence.practice.id in _closest(evidence, reference.id)
        for mapping in evidence.mappings
        for reference in mapping.references
    )
    points = 2 if close else 1 if any(mapping.references for mapping in evidence.mappings) else 0
    return _Scored("A", points, points, rubric.salience[points], Judgement(True))


def _closest(evidence: Evidence, citation: str) -> tuple[str, ...]:
    """Return the practices a provision of law is chiefly about: the first two of its list."""
    for mapping in evidence.mappings:
        for provision in mapping.instrument.provisions:
            if provision.id == citation:
                return provision.practices[:2]
    return ()


def _mitigation(evidence: Evidence, situation: Situation, rubric: ExposureRubric) -> _Scored:
    rules: list[FactorRule] = []
    facts: list[str] = []
    for rule in (*evidence.practice.mitigations, *rubric.mitigations):
        judged = judge(rule.when, situation)
        if judged.holds:
            rules.append(rule)
            facts += judged.facts
    points = -min(_MOST_MITIGATION, len(rules))
    because = "; ".join(rule.because for rule in rules) or rubric.factors["M"]
    return _Scored("M", points, points, because, Judgement(True, tuple(dict.fromkeys(facts))))


def _is_protective(evidence: Evidence, situation: Situation) -> bool:
    condition = evidence.practice.protective
    return condition is not None and judge(condition, situation).holds


def _level(
    factors: list[_Scored], rubric: ExposureRubric, protective: bool, *, maximum: bool
) -> tuple[Level, str | None]:
    """Apply the sum and the rules that override it, in the rubric's order."""
    p = {one.code: one.maximum if maximum else one.points for one in factors}
    level = level_of(sum(p.values()), rubric)
    if protective:
        return "Low", "protective text is at most Low"
    rank = _LEVELS.index(level)
    rule = None
    if p["S"] == 3 and p["U"] >= 2 and p["C"] >= 2 and rank < 2:
        rank, rule = 2, "sensitive data, secondary use and little control: at least High"
    if (p["S"] == p["U"] == p["C"] == 3 or (p["V"] == 2 and p["U"] == 3 and p["C"] >= 2)) and rank < 3:
        rank, rule = 3, "the most sensitive data or people, unlimited reuse, no control: Critical"
    if p["S"] == 0 and p["R"] <= 2 and rank > 1:
        rank, rule = 1, "commercial housekeeping without personal data: at most Medium"
    return _LEVELS[rank], rule


def level_of(points: int, rubric: ExposureRubric) -> Level:
    """Return the level of a sum of points."""
    for level in _LEVELS[:3]:
        if points <= rubric.limits[level]:  # type: ignore[index]
            return level
    return "Critical"


def _confidence(unknown: int, spread: int) -> Confidence:
    if unknown == 0 or spread == 0:
        return "high"
    return "medium" if unknown <= 2 and spread <= 1 else "low"


def _points(factors: tuple[_Scored, ...], *, maximum: bool) -> Points:
    return Points(**{one.code: one.maximum if maximum else one.points for one in factors})


def _largest(factors: tuple[_Scored, ...]) -> list[_Scored]:
    ruled = [one for one in factors if one.code != "M" and one.maximum > 0]
    return sorted(ruled, key=lambda one: -one.maximum)[:3]


def _factor_claim(evidence: Evidence, factor: _Scored, rubric: ExposureRubric, position: int) -> Claim:
    name = rubric.factors[factor.code]
    points = str(factor.points) if factor.maximum == factor.points else f"{factor.points} to {factor.maximum}"
    # What is done with which data is read from the scored provision alone; so are the values shown for it.
    own = None if factor.code in _TIED else position
    values = listed(evidence.values_under(factor.judged.facts, own)[:_MOST_VALUES])
    because = f"{factor.because} ({values})" if values else factor.because
    text = f"{name[0].upper()}{name[1:]}, {points}: {because}."
    quotes = evidence.quotes_of(factor.judged.facts)
    citations: tuple[str, ...] = ()
    if factor.code == "A":
        citations = tuple(ref.id for mapping in evidence.mappings for ref in mapping.references)[:3]
    elif not quotes and not factor.judged.disclosures:
        quotes = evidence.document.safe_quotes(evidence.sentence_of(position))
    return Claim(
        text=text,
        kind="computed",
        quotes=quotes,
        citations=citations,
        facts=factor.judged.facts,
        disclosure=factor.judged.disclosures[0] if factor.judged.disclosures else None,
    )


def _would_lower(evidence: Evidence, top: _Sum, rubric: ExposureRubric) -> tuple[Claim, ...]:
    if top.protective or top.level == "Low":
        return ()
    claims: list[tuple[int, int, Claim]] = []
    for factor in top.factors:
        target = _LOWERED.get(factor.code)
        phrase = rubric.lowering.get(factor.code)
        if target is None or phrase is None or factor.points - target < 1 or factor.points < 2:
            continue
        changed = [
            _Scored(one.code, target, target, one.because, one.judged) if one.code == factor.code else one
            for one in top.factors
        ]
        level, _ = _level(changed, rubric, False, maximum=False)
        total = max(0, sum(one.points for one in changed))
        text = f"{phrase[0].upper()}{phrase[1:]} would bring the points from {top.low} to {total} ({level})."
        claim = _factor_claim(evidence, factor, rubric, top.position).model_copy(update={"text": text})
        claims.append((_LEVELS.index(level), total, claim))
    return tuple(claim for _, _, claim in sorted(claims, key=lambda one: one[:2])[:2])
