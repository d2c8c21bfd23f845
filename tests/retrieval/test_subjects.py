"""What a question is about, ranked beside its words and vectors where somebody can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clauseproof.retrieval.base import Hit, PassageFilter
from clauseproof.retrieval.index import PassageIndex, Weights

from .conftest import CountingEmbedder, make_document, make_passage

QUESTION = "Who keeps jewels locked?"
# By its words the cat's passage is the nearest; the vault's is the only one about locking things up.
CAT, VAULT = "Our cat keeps jewels locked.", "Our vault keeps jewels."
OTHERS = tuple(f"Our {one} keeps hay." for one in ("dog", "hen", "cow", "goat", "mule", "bee", "ox", "ram"))
TEXTS = (CAT, VAULT, *OTHERS)
_DEFAULT = Weights()


class StubSubjects:
    """Tells two subjects apart, locking up and the rest; counts what it weighs."""

    def __init__(self) -> None:
        self.weighed: Counter[str] = Counter()

    def likelihoods(self, text: str) -> NDArray[np.float32]:
        self.weighed[text] += 1
        locking = 0.9 if "vault" in text or "Who" in text else 0.01 if "cat" in text else 0.1
        return np.array([locking, 1 - locking], dtype=np.float32)


@pytest.fixture
def subjects() -> StubSubjects:
    return StubSubjects()


@pytest.fixture(params=[False, True], ids=["memory", "chroma"])
def index(request: pytest.FixtureRequest, tmp_path: Path, subjects: StubSubjects) -> Iterator[PassageIndex]:
    """An index that knows what texts are about, kept either way."""
    folder = tmp_path if request.param else None
    with PassageIndex(folder, "fiction", CountingEmbedder(), subjects=subjects) as opened:
        yield opened


def _texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in hits]


def _ranked(subjects: StubSubjects | None, weights: Weights = _DEFAULT) -> list[Hit]:
    with PassageIndex(None, "fiction", CountingEmbedder(), weights, subjects) as index:
        index.update(make_document(TEXTS))
        return index.rank(QUESTION)


def test_passages_about_the_same_rise(index: PassageIndex) -> None:
    """The passage about what the question is about overtakes the one that is nearer in words."""
    index.update(make_document(TEXTS))
    assert _texts(_ranked(None))[:2] == [CAT, VAULT]
    assert _texts(index.rank(QUESTION))[0] == VAULT
    assert _texts(index.search(QUESTION))[0] == VAULT


def test_without_one_nothing_changes(subjects: StubSubjects) -> None:
    """Order and scores are those of words and vectors, whatever weight subjects would have."""
    plain = _ranked(None)
    assert _ranked(None, Weights(subject=5)) == plain
    assert _ranked(subjects) != plain


def test_weight_of_nought_leaves_it_out(subjects: StubSubjects) -> None:
    """The same hits as without one, and nothing is weighed for it."""
    assert _ranked(subjects, Weights(subject=0)) == _ranked(None)
    assert not subjects.weighed


def test_weight_decides_how_much_it_counts() -> None:
    """A little does not overtake; the more, the further ahead."""
    assert _texts(_ranked(StubSubjects(), Weights(subject=0.01)))[0] == CAT
    leads = []
    for weight in (1, 4):
        first, second, *_ = _ranked(StubSubjects(), Weights(subject=weight))
        assert first.passage.text == VAULT
        leads.append(first.score - second.score)
    assert leads[0] < leads[1]


def test_each_text_is_weighed_once(index: PassageIndex, subjects: StubSubjects) -> None:
    """However many questions are asked."""
    index.update(make_document(TEXTS))
    for question in (QUESTION, "Who has a cat that keeps hay?", QUESTION):
        index.rank(question)
        index.search(question)
    assert {text: subjects.weighed[text] for text in TEXTS} == dict.fromkeys(TEXTS, 1)
    assert set(subjects.weighed) == {*TEXTS, QUESTION, "Who has a cat that keeps hay?"}


def test_repeated_text_is_weighed_once(index: PassageIndex, subjects: StubSubjects) -> None:
    """In however many versions and documents it stands, as it is embedded once."""
    index.update(make_document(TEXTS) + make_document(TEXTS, "v2") + make_document(TEXTS, service="Brindle"))
    index.rank(QUESTION)
    assert {text: subjects.weighed[text] for text in TEXTS} == dict.fromkeys(TEXTS, 1)


def test_new_text_is_weighed_when_it_comes(index: PassageIndex, subjects: StubSubjects) -> None:
    """An update between two questions leaves what was weighed as it is."""
    index.update(make_document((CAT, *OTHERS)))
    index.rank(QUESTION)
    index.update(make_document(TEXTS))
    assert _texts(index.rank(QUESTION))[0] == VAULT
    assert {text: subjects.weighed[text] for text in TEXTS} == dict.fromkeys(TEXTS, 1)


def test_headings_belong_to_what_is_weighed(index: PassageIndex, subjects: StubSubjects) -> None:
    """A passage is about what its heading says, as it is searched by it."""
    titled = make_passage(OTHERS[0], start=100, heading_path=("Notice", "The vault"))
    index.update([make_passage(CAT), titled])
    index.rank(QUESTION)
    assert titled.words in subjects.weighed
    assert OTHERS[0] not in subjects.weighed


def test_filter_admits_no_other_passage(index: PassageIndex) -> None:
    """What a passage is about does not bring it back."""
    index.update(make_document(TEXTS) + make_document(TEXTS[:1], "w", service="Brindle"))
    assert _texts(index.rank(QUESTION, filter=PassageFilter(service="Brindle"))) == [CAT]


def test_unrelated_question_finds_nothing(index: PassageIndex, subjects: StubSubjects) -> None:
    """A subject orders what words and vectors found, it adds nothing; an empty index asks nobody."""
    assert index.rank(QUESTION) == []
    index.update(make_document(TEXTS))
    assert index.search("Who bakes sourdough bread?") == []
    assert not subjects.weighed
