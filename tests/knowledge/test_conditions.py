"""Conditions a lawyer can read hold or do not, and name what they rest on."""

from __future__ import annotations

from typing import Any

import pytest

from clauseproof.knowledge.conditions import Condition, Judgement, Situation, judge

SITUATION = Situation(
    practice="training",
    facts={"training.use": ("yes", "maybe"), "retention.period": ("30 days",)},
    outcomes={
        "route": "not-found-in-archived-text",
        "basis": "stated-in-general-only",
        "period": "stated-for-this-practice",
        "page": "referred-elsewhere",
        "blur": "cannot-tell",
    },
    polarities=frozenset({"positive"}),
    markets=frozenset({"EU", "US-CA"}),
    data=frozenset({"content"}),
    practices=frozenset({"training", "retention"}),
    document="privacy",
    handled=frozenset({"content"}),
    traits=frozenset({"hosting"}),
)


def _judge(**condition: Any) -> Judgement:
    return judge(Condition.model_validate(condition), SITUATION)


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"fact": {"use": ["no", "maybe"]}},
        {"fact": {"retention.period": ["30 days"]}},
        {"read": ["use", "retention.period"]},
        {"silent": ["route"]},
        {"general": ["basis"]},
        {"stated": ["period"]},
        {"polarity": ["negative", "positive"]},
        {"market": ["UK", "EU"]},
        {"data": ["content"]},
        {"practice": ["retention"]},
        {"document": ["terms", "privacy"]},
        {"handled": ["content", "health"]},
        {"trait": ["hosting"]},
        {"about": ["training"]},
        {"all": [{"read": ["use"]}, {"silent": ["route"]}]},
        {"any": [{"read": ["nothing"]}, {"silent": ["route"]}]},
        {"none": [{"read": ["nothing"]}, {"silent": ["period"]}]},
    ],
)
def test_condition_holds(condition: dict[str, Any]) -> None:
    """Each field holds where the situation has one of the wanted values."""
    assert _judge(**condition).holds


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": {"use": ["no"]}},
        {"fact": {"period": ["30 days"]}},
        {"fact": {"use": ["yes"], "retention.period": ["1 year"]}},
        {"read": ["use", "period"]},
        {"silent": ["basis"]},
        {"silent": ["page"]},
        {"silent": ["blur"]},
        {"silent": ["unsearched"]},
        {"silent": ["route", "basis"]},
        {"general": ["route"]},
        {"stated": ["basis"]},
        {"polarity": ["negative"]},
        {"market": ["UK"]},
        {"data": ["biometric"]},
        {"practice": ["children"]},
        {"document": ["terms"]},
        {"handled": ["biometric"]},
        {"trait": ["business-only"]},
        {"about": ["retention"]},
        {"all": [{"read": ["use"]}, {"silent": ["basis"]}]},
        {"any": [{"read": ["nothing"]}, {"silent": ["basis"]}]},
        {"none": [{"read": ["use"]}]},
        {"read": ["use"], "market": ["UK"]},
    ],
)
def test_condition_fails(condition: dict[str, Any]) -> None:
    """One field that does not hold is enough, and a failed condition rests on nothing."""
    assert _judge(**condition) == Judgement(False)


def test_evidence_is_what_held() -> None:
    """A condition that holds names its facts in full, its searches and its markets, nested ones too."""
    judged = _judge(
        all=[{"read": ["retention.period"]}],
        any=[{"silent": ["period"]}, {"general": ["basis"]}],
        none=[{"read": ["nothing"]}],
        fact={"use": ["yes"]},
        silent=["route"],
        market=["US-CA", "UK"],
        trait=["hosting", "business-only"],
    )
    facts, searches = ("retention.period", "training.use"), ("basis", "route")
    assert judged == Judgement(True, facts, searches, ("US-CA",), ("hosting",))


def test_empty_condition_rests_on_nothing() -> None:
    """What always holds has no evidence."""
    assert _judge() == Judgement(True)


def test_unknown_field_is_refused() -> None:
    """A misspelt field is an error, not a condition that always holds."""
    with pytest.raises(ValueError, match="silence"):
        Condition.model_validate({"silence": ["route"]})


def test_words_are_looked_for_in_the_provision() -> None:
    """A condition on words holds where one of its patterns is found, and only there."""
    condition = Condition(words=(r"\bonly\b[^.]{0,40}\bplan\b",))
    assert judge(condition, Situation("retention", words="Only on the Team plan.")).holds
    assert not judge(condition, Situation("retention", words="On every plan.")).holds
