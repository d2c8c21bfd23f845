"""Every shipped practice file is complete, and its sentences keep to the rules of wording."""

from __future__ import annotations

import re

import pytest

from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.conditions import Condition
from clauseproof.knowledge.models import Practice, Sentence
from clauseproof.pipeline import Analyzer
from clauseproof.verification.wording import find_wording_fault

_IDS = sorted(path.stem for path in (KnowledgeBase().folder / "practices").glob("*.yaml"))


@pytest.fixture(params=_IDS)
def practice(request: pytest.FixtureRequest, knowledge: KnowledgeBase) -> Practice:
    """Each shipped practice in turn."""
    return knowledge.practices[request.param]


def _sentences(practice: Practice) -> list[Sentence]:
    return [
        *practice.statement,
        *practice.significance,
        *practice.implications,
        *practice.questions,
        *practice.considerations,
    ]


def test_taxonomy_is_whole(knowledge: KnowledgeBase) -> None:
    """All 48 practices of the fact base are there, each in its own file."""
    assert len(knowledge.practices) == 48
    assert sorted(knowledge.practices) == _IDS


def test_sections_end_in_a_sentence_for_every_case(practice: Practice) -> None:
    """The last significance has no condition, so that no provision goes without one."""
    assert practice.significance[-1].when == Condition()
    assert not practice.significance[-1].placeholders()


def test_exposure_rules_answer_every_case(practice: Practice) -> None:
    """Secondary use, control, transparency and remedies have rules, the last of each without condition."""
    assert {"U", "C", "T", "R"} <= set(practice.exposure)
    for code, rules in practice.exposure.items():
        assert rules, code
        assert rules[-1].when == Condition(), code
        assert all(rule.maximum is None or rule.maximum >= rule.points for rule in rules), code


def test_own_words_draw_no_conclusion(practice: Practice, knowledge: KnowledgeBase) -> None:
    """No sentence or reason uses a barred word, forecasts enforcement, or gives an order to the analyst."""
    reasons = [rule.because for rules in practice.exposure.values() for rule in rules]
    reasons += [rule.because for rule in practice.mitigations]
    for text in (*(one.text for one in _sentences(practice)), *reasons, practice.subject, practice.title):
        assert find_wording_fault(text, knowledge.wording) is None, text


def test_sentences_are_sentences(practice: Practice) -> None:
    """Each begins with a capital or a value and ends as a sentence or a quotation does."""
    for sentence in _sentences(practice):
        assert re.match(r"[A-Z{“]", sentence.text), sentence.text
        assert sentence.text.endswith((".", "?", "”")), sentence.text


def test_quotations_are_placeholders(practice: Practice) -> None:
    """No file puts words of its own between quotation marks."""
    for sentence in _sentences(practice):
        for words in re.findall(r"“([^”]*)”", sentence.text):
            assert words == "{quote}", sentence.text


def test_facts_can_be_read(practice: Practice) -> None:
    """Each fact has closed values or an extractor, never neither."""
    for fact in practice.facts:
        assert bool(fact.values) != bool(fact.extract), fact.key


def test_protective_text_is_of_a_processing_practice(practice: Practice) -> None:
    """Where a practice can be protective, something in the text decides it."""
    assert practice.protective != Condition()


def test_examples_carry_their_practice(practice: Practice, analyzer: Analyzer) -> None:
    """Most examples of the fact base are labelled with their practice by the file's own patterns."""
    found = [practice.id in {label.id for label in analyzer.classify(one)} for one in practice.examples]
    assert sum(found) * 2 >= len(found), [
        one for one, hit in zip(practice.examples, found, strict=True) if not hit
    ]
