"""Which practices a provision carries: pattern files and a learned model, read together.

The patterns of the practice files say which sentence shows a practice and with which words; the model weighs
them with the provision's own words, its lead-in and its headings, and decides. Scores are calibrated
probabilities (the model card has the figures). A practice the model was not trained on, a new file of a
taxonomy, is labelled by its patterns alone; its scores are how strongly they hit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from clauseproof.classification.model import POLARITIES, PracticeModel
from clauseproof.classification.polarity import polarity_features, read_polarity, read_row_polarity
from clauseproof.classification.signals import DECIDED, Hits, PatternReader, Signals
from clauseproof.classification.terms import context_terms, iter_terms
from clauseproof.documents import Polarity, PracticeLabel
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Practice, Wording
from clauseproof.patterns import find_any
from clauseproof.reading import ReadProvision, ReadSentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where a deciding pattern hits, this probability is enough: over companies as many labels are found as are
# falsely given, and macro F1 is as high as with the thresholds alone.
_ENOUGH_WITH_PATTERN = 0.15
_WITHOUT_DENIAL: tuple[Polarity, ...] = ("positive", "conditional")


class PracticeClassifier:
    """Labels provisions with the practices of a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, model: PracticeModel | None = None) -> None:
        """Compile every pattern of the taxonomy, and load the model.

        Args:
            knowledge: The taxonomy.
            model: The weights; the shipped ones by default.

        Raises:
            ConfigurationError: The shipped model cannot be loaded.
        """
        self._practices = knowledge.practices
        self._wording = knowledge.wording
        self._patterns = PatternReader(knowledge)
        self._model = model or PracticeModel()

    def label(self, read: ReadProvision) -> ReadProvision:
        """Return the provision with its practices, surest first."""
        signals = read_signals(self._patterns, read)
        by_sentence: list[list[PracticeLabel]] = [[] for _ in read.sentences]
        labels = []
        for practice, score in self._choose(read, signals):
            shown = dict(self._shown(read, signals, practice.id))
            found = [
                (strength, place, self._label(read, read.sentences[place], practice, score, strength))
                for place, strength in shown.items()
            ]
            for _, place, label in found:
                by_sentence[place].append(label)
            _, _, best = max(found, key=lambda one: (one[0], -one[1]))
            labels.append(best.model_copy(update={"score": round(score, 3)}))
        labels.sort(key=lambda label: (-label.score, label.id))
        return replace(read, labels=tuple(labels), sentence_labels=tuple(map(tuple, by_sentence)))

    def likelihoods(self, text: str) -> NDArray[np.float32]:
        """Return how likely a text, read as one sentence, carries each practice the model knows, 0 to 1."""
        signals = self._patterns.read((text,), ())
        return self._model.score(iter_terms(text), self._patterns.vector(signals, self._model.places))

    def _choose(self, read: ReadProvision, signals: Signals) -> Iterator[tuple[Practice, float]]:
        """Yield the practices a provision carries, with their probability."""
        model = self._model
        terms = [*iter_terms(read.plain.text), *context_terms(read)]
        scores = model.score(terms, self._patterns.vector(signals, model.places)).tolist()
        hit = {practice for hits in signals.sentences for practice in hits}
        for practice in self._practices.values():
            at = model.places.get(practice.id)
            strength = 0.0
            if practice.id in hit:
                strength = max(one or 0.0 for one in _strengths(signals, practice.id))
            if at is None:
                if strength:
                    yield practice, strength
            elif scores[at] >= (_ENOUGH_WITH_PATTERN if strength >= DECIDED else model.thresholds[at]):
                yield practice, scores[at]

    def _shown(self, read: ReadProvision, signals: Signals, practice: str) -> Iterator[tuple[int, float]]:
        """Yield the sentences that show a practice and how strongly: by patterns, else by their words."""
        strengths = _strengths(signals, practice)
        if any(strengths):
            yield from ((place, strength) for place, strength in enumerate(strengths) if strength)
        elif len(read.sentences) == 1:
            yield 0, 0.5
        else:
            at = self._model.places[practice]
            share = [self._model.contribution(iter_terms(one.text), at) for one in read.sentences]
            yield max(range(len(share)), key=share.__getitem__), 0.5

    def _label(
        self, read: ReadProvision, sentence: ReadSentence, practice: Practice, score: float, strength: float
    ) -> PracticeLabel:
        return PracticeLabel(
            id=practice.id,
            score=round(score * strength, 3),
            polarity=self._polarity(read, sentence, practice),
            span=read.plain.source_span(sentence.start, sentence.end),
        )

    def _polarity(self, read: ReadProvision, sentence: ReadSentence, practice: Practice) -> Polarity:
        """Take what a table's cells answer; else let the model weigh what the rules read."""
        if read.provision.kind == "row":
            span = read.plain.source_span(sentence.start, sentence.end)
            stated = read_row_polarity(read.plain.source[span.start : span.end])
            if stated:
                return stated
        ruled = read_operative_polarity(read, sentence, practice, self._wording)
        if practice.id not in self._model.places:
            return ruled
        # Where the rules read no denial, nothing is denied, however often the practice is denied elsewhere.
        among = POLARITIES if ruled == "negative" else _WITHOUT_DENIAL
        return self._model.polarity(polarity_features(practice.id, ruled, sentence), among)


def read_operative_polarity(
    read: ReadProvision, sentence: ReadSentence, practice: Practice, wording: Wording
) -> Polarity:
    """Return what the rules read of the words of a sentence that show a practice."""
    start, end = _operative_words(practice, sentence)
    item = 0 if read.provision.kind == "row" else sentence.lead_length
    return read_polarity(sentence.led, start, end, wording, item=item)


def _strengths(signals: Signals, practice: str) -> list[float | None]:
    headed = practice in signals.headed
    return [hits.get(practice, Hits()).strength(headed) for hits in signals.sentences]


def read_signals(patterns: PatternReader, read: ReadProvision) -> Signals:
    """Return what the patterns say of a provision."""
    return patterns.read([one.led for one in read.sentences], read.provision.heading_path)


def _operative_words(practice: Practice, sentence: ReadSentence) -> tuple[int, int]:
    for patterns in (practice.operative, practice.decide, practice.cues):
        found = find_any(patterns, sentence.led)
        if found:
            return found
    return 0, len(sentence.led)
