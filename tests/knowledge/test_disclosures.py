"""The disclosures' self-test: what states one is hit by its cues, what only looks like it is not."""

from __future__ import annotations

import pytest

from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Disclosure
from clauseproof.patterns import find_any
from clauseproof.plaintext import fold

_IDS = sorted(path.stem for path in (KnowledgeBase().folder / "disclosures").glob("*.yaml"))


@pytest.fixture(params=_IDS)
def disclosure(request: pytest.FixtureRequest, knowledge: KnowledgeBase) -> Disclosure:
    """Each shipped disclosure in turn."""
    return knowledge.disclosures[request.param]


def _states(disclosure: Disclosure, sentence: str) -> bool:
    words = fold(sentence)
    vetoed = find_any(disclosure.veto_cues, words)
    return bool(find_any(disclosure.positive_cues, words)) and not vetoed


def test_all_disclosures_are_there(knowledge: KnowledgeBase) -> None:
    """All 109 disclosures of the fact base are there, or more."""
    assert len(knowledge.disclosures) >= 109


def test_positive_sentences_are_hit(disclosure: Disclosure) -> None:
    """Each sentence that states it is recognised by a cue that nothing vetoes."""
    assert disclosure.positive_sentences
    missed = [one for one in disclosure.positive_sentences if not _states(disclosure, one)]
    assert missed == []


def test_decoys_are_not_hit(disclosure: Disclosure) -> None:
    """No sentence that only looks like it is taken for it."""
    assert disclosure.decoys
    taken = [one for one in disclosure.decoys if _states(disclosure, one)]
    assert taken == []


def test_some_practice_asks_for_it(disclosure: Disclosure, knowledge: KnowledgeBase) -> None:
    """A disclosure is looked for under a practice, or answers one that is."""
    asked = {one for practice in knowledge.practices.values() for one in practice.disclosures}
    asked |= {one for entry in knowledge.disclosures.values() for one in entry.answered_by}
    assert disclosure.id in asked


def test_answers_do_not_run_in_circles(disclosure: Disclosure, knowledge: KnowledgeBase) -> None:
    """A disclosure does not answer itself."""
    assert disclosure.id not in disclosure.answered_by
