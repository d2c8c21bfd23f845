"""Fitting: a logistic regression a practice, thresholds and calibration by cross-validation over companies.

Deterministic: the same examples and knowledge files give the same bytes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from clauseproof.classification.classifier import read_operative_polarity, read_signals
from clauseproof.classification.model import POLARITIES, weigh_terms
from clauseproof.classification.polarity import polarity_features
from clauseproof.classification.signals import PER_PRACTICE, Hits, PatternReader
from clauseproof.classification.terms import context_terms, iter_terms
from clauseproof.knowledge import KnowledgeBase
from clauseproof.training.corpus import Example

Floats = NDArray[np.float64]

_FEWEST_DOCUMENTS = 3  # a term of fewer examples is a name or a slip
_STRENGTH = 6.0  # inverse of the regularisation, as are the next two; chosen by the cross-validation
_POLARITY_STRENGTH = 1.0
_SIGNAL_WEIGHT = 0.5
_FOLDS = 5
_FEWEST_POSITIVE = 3
_PRIOR_LABELS = 100
_THRESHOLDS = np.arange(0.03, 0.8, 0.02)
_SMOOTHED = 3  # neighbours a side


@dataclass(frozen=True)
class Features:
    """Examples as the model sees them.

    Attributes:
        terms: Terms of each.
        signals: Pattern signals of each, one row an example.
        labels: Whether it carries each practice.
        known: Whether that is known.
        weights: How much it counts.
        groups: Its company or author.
        scored: Whether figures and thresholds count it: labelled provisions as they stand in documents.
    """

    terms: list[list[str]]
    signals: NDArray[np.float32]
    labels: NDArray[np.bool_]
    known: NDArray[np.bool_]
    weights: Floats
    groups: NDArray[Any]
    scored: NDArray[np.bool_]


@dataclass(frozen=True)
class Fitted:
    """A model of practices before it is packed.

    Attributes:
        terms: The vocabulary.
        idf: Rarity of each term.
        weights: Terms x practices.
        signals: Signals x practices.
        bias: One a practice.
    """

    terms: dict[str, int]
    idf: Floats
    weights: Floats
    signals: Floats
    bias: Floats

    def raw(self, terms: Sequence[list[str]], signals: NDArray[np.float32]) -> Floats:
        """Return the uncalibrated score of every practice for every example."""
        return np.asarray(
            _matrix(terms, self.terms, self.idf) @ self.weights + signals @ self.signals + self.bias
        )


@dataclass(frozen=True)
class Validated:
    """What cross-validation over companies found, on labelled provisions only.

    Attributes:
        thresholds: Probability from which a practice counts, one a practice.
        calibration: Slope and shift from raw scores to probabilities.
        counts: For each practice: labels, true positives, false positives, false negatives, with thresholds
            chosen on the other folds.
        error: Expected calibration error.
    """

    thresholds: Floats
    calibration: tuple[float, float]
    counts: NDArray[np.int64]
    error: float


def extract(examples: Sequence[Example], knowledge: KnowledgeBase) -> Features:
    """Read every example as the classifier would.

    Each is learnt a second time without its headings, so that a text alone is understood as well; one that
    needs its lead-in is not.
    """
    patterns = PatternReader(knowledge)
    place = {practice: at for at, practice in enumerate(knowledge.practices)}
    terms, signals, scored, kept = [], [], [], []
    for example in examples:
        read = example.read
        own, around = list(iter_terms(read.plain.text)), context_terms(read)
        vector = patterns.vector(read_signals(patterns, read), place)
        terms.append([*own, *around])
        signals.append(vector)
        scored.append(example.source == "provisions")
        kept.append(example)
        if example.source in ("provisions", "headings") and not read.lead:
            bare = vector.copy().reshape(-1, PER_PRACTICE)
            bare[:, PER_PRACTICE - 1] = 0
            terms.append(own)
            signals.append(bare.ravel())
            scored.append(False)
            kept.append(example)
    labels = np.zeros((len(kept), len(place)), dtype=bool)
    known = np.zeros_like(labels)
    for at, example in enumerate(kept):
        labels[at, [place[one] for one in example.labels]] = True
        known[at, [place[one] for one in example.known or place]] = True
    return Features(
        terms=terms,
        signals=np.stack(signals),
        labels=labels,
        known=known,
        weights=np.array([one.weight for one in kept]),
        groups=np.array([one.group for one in kept]),
        scored=np.array(scored),
    )


def fit(features: Features, chosen: NDArray[np.int64] | None = None) -> Fitted:
    """Fit one logistic regression a practice.

    Args:
        features: The examples.
        chosen: Which to learn from; all by default.
    """
    rows = np.arange(len(features.terms)) if chosen is None else chosen
    texts = [features.terms[at] for at in rows]
    counts = Counter(term for text in texts for term in set(text))
    names = sorted(term for term, count in counts.items() if count >= _FEWEST_DOCUMENTS)
    terms = {term: at for at, term in enumerate(names)}
    idf = np.array([math.log(len(texts) / counts[term]) + 1 for term in names])
    scaled = features.signals[rows] * _SIGNAL_WEIGHT
    matrix = scipy.sparse.hstack([_matrix(texts, terms, idf), scipy.sparse.csr_matrix(scaled)]).tocsr()
    practices = features.labels.shape[1]
    weights = np.zeros((matrix.shape[1], practices))
    bias = np.full(practices, -10.0)
    for at in range(practices):
        known = features.known[rows, at]
        wanted = features.labels[rows[known], at]
        if wanted.sum() < _FEWEST_POSITIVE:
            continue
        machine = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0)
        machine.fit(matrix[known], wanted, sample_weight=features.weights[rows[known]])
        weights[:, at], bias[at] = machine.coef_[0], machine.intercept_[0]
    return Fitted(terms, idf, weights[: len(names)], weights[len(names) :] * _SIGNAL_WEIGHT, bias)


def validate(features: Features) -> Validated:
    """Cross-validate over companies: thresholds, calibration and honest figures."""
    raw = np.zeros(features.labels.shape)
    folds = list(GroupKFold(_FOLDS).split(features.groups, groups=features.groups))
    for train, test in folds:
        fitted = fit(features, train)
        raw[test] = fitted.raw([features.terms[at] for at in test], features.signals[test])
    scored = np.flatnonzero(features.scored)
    raw, labels = raw[scored], features.labels[scored]
    machine = LogisticRegression(C=1e6, solver="lbfgs").fit(raw.reshape(-1, 1), labels.ravel())
    slope, shift = float(machine.coef_[0, 0]), float(machine.intercept_[0])
    scores = 1 / (1 + np.exp(-(slope * raw + shift)))
    counts = np.zeros((labels.shape[1], 4), dtype=np.int64)
    fold_of = np.zeros(len(features.groups), dtype=int)
    for number, (_, test) in enumerate(folds):
        fold_of[test] = number
    for number in range(_FOLDS):
        held = fold_of[scored] == number
        found = scores[held] >= choose_thresholds(scores[~held], labels[~held])
        wanted = labels[held]
        counts[:, 0] += wanted.sum(0)
        counts[:, 1] += (found & wanted).sum(0)
        counts[:, 2] += (found & ~wanted).sum(0)
        counts[:, 3] += (~found & wanted).sum(0)
    return Validated(
        thresholds=choose_thresholds(scores, labels),
        calibration=(slope, shift),
        counts=counts,
        error=_calibration_error(scores.ravel(), labels.ravel()),
    )


def choose_thresholds(scores: Floats, labels: NDArray[np.bool_]) -> Floats:
    """Return the probability from which each practice counts: the best F1, drawn towards the common best.

    A threshold of its own is noise where a practice has few labels; `_PRIOR_LABELS` says how many weigh as
    much as all the others together.
    """
    common = _best_threshold(scores, labels)
    counts = labels.sum(0)
    own = np.array([_best_threshold(scores[:, [at]], labels[:, [at]]) for at in range(labels.shape[1])])
    return np.asarray((counts * own + _PRIOR_LABELS * common) / (counts + _PRIOR_LABELS))


def _best_threshold(scores: Floats, labels: NDArray[np.bool_]) -> float:
    values = [
        2 * (labels & (scores >= one)).sum() / max(1, labels.sum() + (scores >= one).sum())
        for one in _THRESHOLDS
    ]
    smooth = np.convolve(np.pad(values, _SMOOTHED, "edge"), np.ones(2 * _SMOOTHED + 1), "valid")
    return float(_THRESHOLDS[int(np.argmax(smooth))])


def _calibration_error(scores: Floats, labels: NDArray[np.bool_]) -> float:
    """Return the mean gap between probability and share in ten bins, over scores from 0.1 up."""
    telling = scores >= 0.1
    scores, labels = scores[telling], labels[telling]
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [
        abs(scores[bins == one].mean() - labels[bins == one].mean()) * (bins == one).sum()
        for one in range(10)
        if (bins == one).any()
    ]
    return float(sum(gaps) / max(1, len(scores)))


def fit_polarity(
    examples: Sequence[Example], knowledge: KnowledgeBase
) -> tuple[list[str], Floats, Floats, float]:
    """Fit the polarity of labelled practices.

    Returns:
        Terms, their weights (terms x polarities), biases, and the accuracy in cross-validation over
        companies on labelled provisions.
    """
    patterns = PatternReader(knowledge)
    rows, wanted, groups, scored, weights = [], [], [], [], []
    for example in examples:
        if example.source in ("CLAUDETTE", "practice files", "headings"):
            continue  # nobody labelled their polarity
        signals = read_signals(patterns, example.read)
        for name, polarity in sorted(example.labels.items()):
            practice = knowledge.practices[name]
            strengths = [
                hits.get(name, Hits()).strength(name in signals.headed) or 0.0 for hits in signals.sentences
            ]
            sentence = example.read.sentences[int(np.argmax(strengths))]
            ruled = read_operative_polarity(example.read, sentence, practice, knowledge.wording)
            rows.append(dict(sorted(polarity_features(name, ruled, sentence).items())))
            wanted.append(POLARITIES.index(polarity))
            groups.append(example.group)
            scored.append(example.source == "provisions")
            weights.append(example.weight)
    answers, count = np.array(wanted), np.array(weights)
    found = np.zeros(len(rows), dtype=int)
    for train, test in GroupKFold(_FOLDS).split(rows, groups=groups):
        vectorizer, machine = _polarity_machine([rows[at] for at in train], answers[train], count[train])
        found[test] = machine.predict(vectorizer.transform([rows[at] for at in test]))
    vectorizer, machine = _polarity_machine(rows, answers, count)
    accuracy = float((found == answers)[np.array(scored)].mean())
    names = [str(one) for one in vectorizer.get_feature_names_out()]
    return names, machine.coef_.T, machine.intercept_, accuracy


def _polarity_machine(
    rows: Sequence[dict[str, float]], answers: NDArray[np.int64], weights: Floats
) -> tuple[DictVectorizer, LogisticRegression]:
    counts = Counter(name for row in rows for name in row)
    kept = [{name: value for name, value in row.items() if counts[name] >= _FEWEST_DOCUMENTS} for row in rows]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(kept)
    machine = LogisticRegression(C=_POLARITY_STRENGTH, max_iter=2000, random_state=0)
    return vectorizer, machine.fit(matrix, answers, sample_weight=weights)


def _matrix(texts: Sequence[list[str]], terms: dict[str, int], idf: Floats) -> Any:
    rarity = idf.tolist()
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for text in texts:
        places, values = weigh_terms(text, terms, rarity)
        columns += places
        data += values
        ends.append(len(columns))
    return scipy.sparse.csr_matrix((data, columns, ends), shape=(len(texts), len(terms)))
