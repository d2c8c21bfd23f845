"""Fitting: what a small invented corpus teaches, and that no company is on both sides of a fold."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.builders import make_knowledge, make_practice
from clauseproof.classification.signals import PER_PRACTICE
from clauseproof.classification.terms import iter_terms
from clauseproof.documents import Polarity
from clauseproof.knowledge import KnowledgeBase
from clauseproof.stemming import stem
from clauseproof.training import fitting
from clauseproof.training.corpus import Example
from clauseproof.training.fitting import (
    Features,
    Fitted,
    choose_thresholds,
    extract,
    fit,
    fit_polarity,
    validate,
)

from .conftest import FIRMS, make_example


@pytest.fixture(scope="module")
def features(corpus: list[Example], two_practices: KnowledgeBase) -> Features:
    return extract(corpus, two_practices)


def _scores(fitted: Fitted, text: str) -> list[float]:
    silent = np.zeros((1, fitted.signals.shape[0]), dtype=np.float32)
    return [float(one) for one in fitted.raw([list(iter_terms(text))], silent)[0]]


class TestExtract:
    def test_provision_is_learnt_with_its_headings_and_without(self, two_practices: KnowledgeBase) -> None:
        """Its twin lacks the words and the signal of the heading, and no figure counts it."""
        example = make_example("# Notice\n\n## The yyy of it\n\nApples fall.\n", {"apples": "positive"})
        features = extract([example], two_practices)
        whole, bare = features.terms
        assert bare == list(iter_terms("Apples fall."))
        assert set(whole) - set(bare) == {"h:notic", "h:the", "h:yyy", "h:of", "h:it"}
        headed = features.signals.reshape(2, -1, PER_PRACTICE)[:, 0, PER_PRACTICE - 1]
        assert headed.tolist() == [1, 0]
        assert features.scored.tolist() == [True, False]
        assert features.labels.tolist() == [[True, False]] * 2

    def test_item_keeps_its_lead(self, two_practices: KnowledgeBase) -> None:
        """An item means nothing without what introduces it: it has no twin."""
        example = make_example("# Notice\n\nWe sell:\n\n- apples.\n", {"apples": "positive"})
        assert len(extract([example], two_practices).terms) == 1

    @pytest.mark.parametrize("source", ["sentences", "practice files", "CLAUDETTE"])
    def test_text_alone_is_learnt_once_and_not_scored(
        self, two_practices: KnowledgeBase, source: str
    ) -> None:
        """Figures are of provisions as they stand in documents."""
        features = extract([make_example("Apples fall.", source=source)], two_practices)
        assert len(features.terms) == 1
        assert not features.scored.any()

    def test_what_is_not_known_is_marked(self, two_practices: KnowledgeBase) -> None:
        """Both ways, in the order of the taxonomy."""
        part = make_example("Boats.", {"boats": "positive"}, source="x", known=frozenset({"boats"}))
        whole = make_example("Boats.", {"boats": "positive"}, source="x")
        features = extract([part, whole], two_practices)
        assert features.known.tolist() == [[False, True], [True, True]]
        assert features.labels.tolist() == [[False, True]] * 2


class TestFit:
    def test_two_practices_are_told_apart(self, features: Features) -> None:
        """By words alone, in sentences that were not learnt."""
        fitted = fit(features)
        apples, boats = _scores(fitted, "The orchard has apples to pick.")
        assert apples > 0 > boats
        apples, boats = _scores(fitted, "The harbour has boats to paint.")
        assert boats > 0 > apples
        assert max(_scores(fitted, "Bread is baked in an oven.")) < 0

    def test_words_of_fewer_than_three_examples_are_left_out(self, two_practices: KnowledgeBase) -> None:
        """However often one text says them: names are not learnt."""
        texts = ["Apples Zed Zed Zed Zed.", "Apples Ypsilon.", "Apples Ypsilon.", "Pears."]
        learnt = fit(extract([make_example(one, source="x") for one in texts], two_practices))
        assert set(learnt.terms) == {"appl"}

    def test_practice_with_too_few_labels_is_not_learnt(self, two_practices: KnowledgeBase) -> None:
        """Two examples teach nothing: it stays as unlikely as can be."""
        examples = [make_example("Apples fall.", {"apples": "positive"}, source="x")] * 3
        examples += [make_example("Boats sail.", {"boats": "positive"}, source="x")] * 2
        learnt = fit(extract([*examples, *examples[3:], make_example("Rain.", source="x")], two_practices))
        assert learnt.bias[1] > -10
        learnt = fit(extract([*examples, make_example("Rain.", source="x")], two_practices))
        assert learnt.bias[1] == -10
        assert not learnt.weights[:, 1].any()

    def test_unknown_is_no_example_against(self, corpus: list[Example], two_practices: KnowledgeBase) -> None:
        """A text known to be of one practice only leaves the other untouched."""
        stranger = make_example("Apples in the orchard.", {"boats": "positive"}, source="x")
        partly = dataclasses.replace(stranger, known=frozenset({"boats"}))
        wholly = fit(extract([*corpus, *[stranger] * 40], two_practices))
        spared = fit(extract([*corpus, *[partly] * 40], two_practices))
        text = "Apples in the orchard."
        assert _scores(wholly, text)[0] < 0 < _scores(spared, text)[0]

    def test_weight_counts(self, corpus: list[Example], two_practices: KnowledgeBase) -> None:
        """What nobody labelled moves a score less than what somebody did."""
        stranger = make_example("Apples in the orchard.", source="x")
        light = dataclasses.replace(stranger, weight=0.1)
        scores = [
            _scores(fit(extract([*corpus, *[one] * 10], two_practices)), "Apples in the orchard.")[0]
            for one in (light, stranger)
        ]
        assert scores[0] > scores[1]

    def test_patterns_are_learnt_beside_words(self, corpus: list[Example]) -> None:
        """A deciding pattern that is right counts for its practice."""
        knowledge = make_knowledge(
            [
                make_practice("apples", cues=["zzz"], decide=[r"\borchard\b"], headings=["yyy"]),
                make_practice("boats", cues=["zzz"], decide=["xxx"], headings=["yyy"]),
            ]
        )
        learnt = fit(extract(corpus, knowledge))
        assert learnt.signals[0, 0] > 0 > learnt.signals[0, 1]
        assert not learnt.signals[PER_PRACTICE].any()

    def test_same_examples_give_the_same_model(
        self, corpus: list[Example], two_practices: KnowledgeBase, features: Features
    ) -> None:
        """To the last bit."""
        first, second = fit(features), fit(extract(corpus, two_practices))
        assert first.terms == second.terms
        for name in ("idf", "weights", "signals", "bias"):
            assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


class TestValidate:
    def test_no_company_is_on_both_sides(self, features: Features, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each fold learns from whole companies, twins among them, and every company is left out once."""
        learnt: list[NDArray[np.int64]] = []
        whole = fitting.fit

        def noted(features: Features, chosen: NDArray[np.int64]) -> Fitted:
            learnt.append(chosen)
            return whole(features, chosen)

        monkeypatch.setattr(fitting, "fit", noted)
        validate(features)
        left_out: list[str] = []
        for chosen in learnt:
            rest = np.setdiff1d(np.arange(len(features.groups)), chosen)
            assert set(features.groups[chosen]).isdisjoint(features.groups[rest])
            left_out += set(features.groups[rest])
        assert sorted(left_out) == sorted(FIRMS)

    def test_figures_are_of_labelled_provisions(
        self, corpus: list[Example], features: Features, two_practices: KnowledgeBase
    ) -> None:
        """Each once, twins not; texts alone do not count; what is found adds up."""
        extra = [make_example(f"Apples {at}.", {"apples": "positive"}, source="x", group="y") for at in "ab"]
        for validated in (validate(features), validate(extract([*corpus, *extra], two_practices))):
            labels, hits, _, missed = validated.counts.T
            assert labels.tolist() == [8 * len(FIRMS)] * 2
            assert (hits + missed == labels).all()

    def test_what_is_easily_told_is_found(self, features: Features) -> None:
        """Firms write alike here, so nothing is missed, and probabilities rise with scores."""
        validated = validate(features)
        _, hits, false, missed = validated.counts.T
        assert (hits > 0).all()
        assert not false.any()
        assert not missed.any()
        assert validated.calibration[0] > 0
        assert ((validated.thresholds > 0) & (validated.thresholds < 1)).all()

    def test_it_is_deterministic(self, features: Features) -> None:
        """Twice the same figures."""
        first, second = validate(features), validate(features)
        assert first.counts.tolist() == second.counts.tolist()
        assert first.thresholds.tolist() == second.thresholds.tolist()
        assert (first.calibration, first.error) == (second.calibration, second.error)


def _scored(*practices: tuple[int, int, float]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return scores and labels: so many that carry a practice, so many not, told apart at a score."""
    rows = max(carry + others for carry, others, _ in practices)
    scores, labels = np.zeros((rows, len(practices))), np.zeros((rows, len(practices)), dtype=bool)
    for at, (carry, others, best) in enumerate(practices):
        scores[:carry, at] = best + 0.15
        scores[carry : carry + others, at] = best - 0.15
        labels[:carry, at] = True
    return scores, labels


class TestThresholds:
    def test_common_practice_keeps_its_own(self) -> None:
        """With many labels the best threshold of its own nearly stands."""
        scores, labels = _scored((5000, 5000, 0.25), (5000, 5000, 0.6))
        low, high = choose_thresholds(scores, labels)
        assert low == pytest.approx(0.25, abs=0.1)
        assert high == pytest.approx(0.6, abs=0.1)

    def test_rare_practice_is_drawn_to_the_common_threshold(self) -> None:
        """Two labels are no ground for a threshold far from that of the others."""
        scores, labels = _scored((2, 3000, 0.6), (3000, 3000, 0.25))
        rare, often = choose_thresholds(scores, labels)
        alone = choose_thresholds(scores[:, :1], labels[:, :1])[0]
        assert alone > often + 0.2
        assert abs(rare - often) < 0.02

    def test_labels_shift_the_weight_gradually(self) -> None:
        """The more labels a practice has, the nearer it comes to its own best."""
        found = [
            choose_thresholds(*_scored((count, 20_000, 0.6), (20_000, 20_000, 0.25)))[0]
            for count in (0, 10, 100, 1000)
        ]
        assert found == sorted(found)
        assert found[0] < found[1] < found[2] < found[3]

    def test_practice_without_labels_takes_the_common_one(self) -> None:
        """There is nothing to choose by."""
        scores, labels = _scored((0, 50, 0.6), (500, 500, 0.25))
        assert choose_thresholds(scores, labels)[0] == pytest.approx(
            fitting._best_threshold(scores, labels), abs=1e-9
        )


SAYINGS: tuple[tuple[Polarity, str], ...] = (
    ("positive", "We pick apples gladly."),
    ("positive", "We pick apples daily."),
    ("negative", "We shun apples gladly."),
    ("negative", "We shun apples daily."),
    ("conditional", "We pick apples if you ask."),
)


@pytest.fixture(scope="module")
def sayings() -> list[Example]:
    """Six firms that say yes, no and perhaps, the no in words that the rules do not read."""
    return [make_example(text, {"apples": said}, group=firm) for firm in FIRMS for said, text in SAYINGS]


class TestPolarity:
    def test_words_teach_what_the_rules_miss(
        self, sayings: list[Example], two_practices: KnowledgeBase
    ) -> None:
        """In cross-validation over companies too."""
        *_, accuracy = fit_polarity(sayings, two_practices)
        assert accuracy == 1

    @pytest.mark.parametrize("source", ["CLAUDETTE", "practice files", "headings"])
    def test_unlabelled_polarity_teaches_nothing(
        self, sayings: list[Example], two_practices: KnowledgeBase, source: str
    ) -> None:
        """Of those sources nobody said whether a practice is denied."""
        wrong = make_example("We shun apples gladly.", {"apples": "positive"}, source=source, group="x")
        plain = fit_polarity(sayings, two_practices)
        assert _flat(fit_polarity([*sayings, *[wrong] * 20], two_practices)) == _flat(plain)

    def test_no_company_is_on_both_sides(
        self, sayings: list[Example], two_practices: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first five machines each miss whole companies; the last learns from all."""
        learnt: list[Counter[str]] = []
        machine = fitting._polarity_machine

        def noted(rows: Sequence[dict[str, float]], *rest: Any) -> Any:
            learnt.append(Counter(name for row in rows for name in row if name in marks))
            return machine(rows, *rest)

        # Each firm has a word of its own, by which its rows are known.
        marks = {f"w {stem(firm.casefold())}" for firm in FIRMS}
        named = [
            make_example(f"{one.read.plain.text[:-1]} at {one.group}.", one.labels, group=one.group)
            for one in sayings
        ]
        monkeypatch.setattr(fitting, "_polarity_machine", noted)
        fit_polarity(named, two_practices)
        *folds, last = learnt
        assert last == dict.fromkeys(marks, len(SAYINGS))
        assert all(set(fold.values()) == {len(SAYINGS)} for fold in folds)
        assert Counter(mark for fold in folds for mark in marks - set(fold)) == dict.fromkeys(marks, 1)


def _flat(fitted: tuple[list[str], Any, Any, float]) -> tuple[list[str], list[float], list[float], float]:
    names, weights, bias, accuracy = fitted
    return names, weights.ravel().tolist(), bias.tolist(), accuracy
