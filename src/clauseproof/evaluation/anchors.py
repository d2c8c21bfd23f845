"""Anchors: simple, well-known methods on the same rows, for a figure of ours to stand beside.

An anchor is trained only where that is allowed: on rows of the dataset's other folds (or other companies)
where its label map says `trainable` or the rows are ours, else on the bundled fixtures.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from clauseproof.classification.signals import PatternReader
from clauseproof.classification.terms import iter_terms
from clauseproof.errors import ClauseproofError, EvaluationError
from clauseproof.evaluation.data import evaluation_data_path
from clauseproof.evaluation.samples import Reference
from clauseproof.plaintext import visible

if TYPE_CHECKING:
    from clauseproof.evaluation.bench import Bench
    from clauseproof.evaluation.tasks.classification import ClassificationSample

_FEWEST_EXAMPLES = 3
_HIT_WEIGHT = 0.3
_FIXTURES = "datasets/fixtures/classification.jsonl"


def label_by_svm(
    samples: Sequence[ClassificationSample],
    rows: Sequence[ClassificationSample],
    bench: Bench,
    *,
    ours: bool = False,
) -> list[list[str] | None]:
    """Label texts by a linear support vector machine, one label against the rest.

    Args:
        samples: The rows to label.
        rows: Every row of the dataset.
        bench: For the texts of rows that refer to an archive, and the label map.
        ours: Learn from our classifier's features (stems, pattern hits) instead of words alone: how it does
            under another scheme once it may learn it. Its own weights are not used, for they may have been
            trained on the very rows.

    Returns:
        The labels of each sample: classes of the label map, practices where there is none; None where its
        text cannot be read.

    Raises:
        EvaluationError: There is nothing to train on.
    """
    label_map = bench.label_map
    patterns = PatternReader(bench.analyzer.knowledge) if ours else None
    if label_map is not None and not label_map.trainable:
        if ours:
            raise EvaluationError(f"{label_map.title} may not be learnt from")
        words, labels = _fixture_rows(bench)
        return [*_train_and_label(words, labels, [_text(one, bench) for one in samples], None)]
    found: dict[str, list[str]] = {}
    texts = {one.id: text for one in rows if (text := _text_or_none(one, bench)) is not None}
    readable = [one for one in rows if one.id in texts]
    for fold in dict.fromkeys(map(_fold, samples)):
        training = [one for one in readable if _fold(one) != fold]
        asked = [one for one in samples if _fold(one) == fold and one.id in texts]
        if not asked:
            continue
        labelled = _train_and_label(
            [texts[one.id] for one in training],
            [[label.id for label in one.practices] for one in training],
            [texts[one.id] for one in asked],
            patterns,
        )
        found.update(zip((one.id for one in asked), labelled, strict=True))
    return [found.get(one.id) for one in samples]


def _fold(sample: ClassificationSample) -> Hashable:
    """Return what must not stand on both sides: the dataset's fold, else the company."""
    if sample.fold is not None:
        return sample.fold
    return sample.text.service if isinstance(sample.text, Reference) else sample.unit


def _text(sample: ClassificationSample, bench: Bench) -> str:
    if isinstance(sample.text, str):
        return sample.text
    return visible(bench.version(sample.text).text, sample.text.span)


def _text_or_none(sample: ClassificationSample, bench: Bench) -> str | None:
    try:
        return _text(sample, bench)
    except ClauseproofError:
        return None


def _fixture_rows(bench: Bench) -> tuple[list[str], list[list[str]]]:
    """Return our own labelled provisions with their practices folded to the classes asked for."""
    from clauseproof.evaluation.bench import Bench as Workbench
    from clauseproof.evaluation.bench import BenchSettings
    from clauseproof.evaluation.datasets import load_dataset
    from clauseproof.evaluation.tasks.classification import ClassificationSample as Row

    path = evaluation_data_path() / _FIXTURES
    data = load_dataset(path, Row)
    ours = Workbench(BenchSettings(path.parent, bench.settings.workspace), bench.analyzer)
    label_map = bench.label_map
    assert label_map is not None
    texts, labels = [], []
    for row in data.samples:
        assert isinstance(row, Row)
        texts.append(_text(row, ours))
        labels.append(
            sorted({name for one in row.practices for name in label_map.classes_of.get(one.id, ())})
        )
    return texts, labels


def _train_and_label(
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    asked: Sequence[str],
    patterns: PatternReader | None,
) -> list[list[str]]:
    from sklearn.svm import LinearSVC

    names = sorted({name for one in labels for name in one})
    if not texts or not names:
        raise EvaluationError("the anchor has nothing to be trained on: no labelled rows of another fold.")
    training, wanted = _features(texts, asked, patterns)
    found: list[list[str]] = [[] for _ in asked]
    for name in names:
        marks = [name in one for one in labels]
        if not _FEWEST_EXAMPLES <= sum(marks) < len(marks):
            continue
        machine: Any = LinearSVC(class_weight="balanced", random_state=0, max_iter=10_000)
        for at, decision in enumerate(machine.fit(training, marks).decision_function(wanted)):
            if decision > 0:
                found[at].append(name)
    return found


def _features(texts: Sequence[str], asked: Sequence[str], patterns: PatternReader | None) -> tuple[Any, Any]:
    """Return matrices of texts to learn from and texts to label: TF-IDF, with pattern hits where given."""
    import numpy as np
    import scipy.sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    if patterns is None:
        plain = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode")
        return plain.fit_transform(texts), plain.transform(asked)
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(iter_terms(text)), sublinear_tf=True, min_df=2)
    words = vectorizer.fit_transform(texts), vectorizer.transform(asked)
    hits = (
        np.stack([patterns.vector(patterns.read([text], ())) for text in part]) * _HIT_WEIGHT
        for part in (texts, asked)
    )
    first, second = (
        scipy.sparse.hstack([one, scipy.sparse.csr_matrix(other)]).tocsr()
        for one, other in zip(words, hits, strict=True)
    )
    return first, second
