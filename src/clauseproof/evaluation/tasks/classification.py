"""Practices of provisions, against labels of ours or, through a label map, of another scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field, field_validator, model_validator

from clauseproof.documents import Model, Polarity, PracticeLabel, Span
from clauseproof.evaluation.anchors import label_by_svm
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.label_maps import LabelMap
from clauseproof.evaluation.metrics.calibration import CALIBRATION, count_scores
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.metrics.labels import (
    count_labels,
    count_polarised,
    dice,
    metrics_of_labels,
    metrics_of_polarity,
    polarised,
)
from clauseproof.evaluation.metrics.spans import SPAN_HALF, SPAN_IOU, count_span, overlap, token_iou
from clauseproof.evaluation.results import Counts, Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, Output, Task

_MATCHED = 0.5


class LabelledPractice(Model):
    """A practice a person saw.

    Attributes:
        id: Practice of the taxonomy, or class of the label map.
        polarity: None where it was not labelled.
        start: Where the evidence begins, an offset into the version's text (into the row's own).
        end: Where it ends.
        sure: False where the labeller was not; such a label counts neither way.
    """

    id: str
    polarity: Polarity | None = None
    start: int | None = None
    end: int | None = None
    sure: bool = True

    @model_validator(mode="after")
    def _whole_span(self) -> LabelledPractice:
        if (self.start is None) != (self.end is None) or (self.start or 0) > (self.end or 0):
            raise ValueError("start and end go together, in this order")
        return self


class ClassificationSample(Sample):
    """A text, or a span of an archived version, with the practices it carries.

    Attributes:
        text: The words, or a reference with a span.
        practices: What it carries; a name alone is short for one without polarity and evidence.
        fold: Which part of a split it belongs to, for anchors that are trained.
    """

    text: str | Reference
    practices: tuple[LabelledPractice, ...]
    fold: int | None = Field(default=None, exclude=True)

    @field_validator("practices", mode="before")
    @classmethod
    def _named_shortly(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [{"id": one} if isinstance(one, str) else one for one in value]
        return value

    @model_validator(mode="after")
    def _has_span(self) -> ClassificationSample:
        if isinstance(self.text, Reference) and self.text.span is None:
            raise ValueError("a reference needs start and end here")
        return self


def _answer(samples: Sequence[ClassificationSample], bench: Bench) -> list[Answer]:
    return [Answer(output=_label(sample, bench)) for sample in samples]


def _label(sample: ClassificationSample, bench: Bench) -> Output:
    if isinstance(sample.text, str):
        labels: Sequence[PracticeLabel] = bench.analyzer.classify(sample.text)
    else:
        labels = _labels_at(sample.text, bench)
    practices = [
        {
            "id": one.id,
            "score": one.score,
            "polarity": one.polarity,
            "start": one.span.start,
            "end": one.span.end,
        }
        for one in labels
    ]
    return {"practices": practices}


def _labels_at(reference: Reference, bench: Bench) -> tuple[PracticeLabel, ...]:
    """Return the labels of the provision that best covers a span; none where no provision does by half."""
    span = reference.span
    assert span is not None
    document = bench.read(bench.version(reference))
    best = max(document.provisions, key=lambda one: overlap(one.provision.span, span), default=None)
    return best.labels if best and overlap(best.provision.span, span) >= _MATCHED else ()


def _answer_by_svm(
    samples: Sequence[ClassificationSample], rows: Sequence[ClassificationSample], bench: Bench
) -> list[Answer]:
    return [
        Answer(unscored="its text cannot be read") if labels is None else Answer(output={"classes": labels})
        for labels in label_by_svm(samples, rows, bench)
    ]


def _answer_adapted(
    samples: Sequence[ClassificationSample], rows: Sequence[ClassificationSample], bench: Bench
) -> list[Answer]:
    return [
        Answer(unscored="its text cannot be read") if labels is None else Answer(output={"classes": labels})
        for labels in label_by_svm(samples, rows, bench, ours=True)
    ]


def _score(sample: ClassificationSample, output: Output, bench: Bench) -> Score:
    sure = [one for one in sample.practices if one.sure]
    gold, unsure = {one.id for one in sure}, {one.id for one in sample.practices if not one.sure}
    if "classes" in output:  # an anchor's: names alone, of the scheme asked for
        return _score_names(gold, set(output["classes"]) - unsure, {})
    found: list[dict[str, Any]] = output["practices"]
    given = {name: score for name, score in fold_labels(found, bench.label_map).items() if name not in unsure}
    counts: Counts = {"calibration": count_scores((score, name in gold) for name, score in given.items())}
    if bench.label_map is None:
        marked = [one for one in sure if one.polarity]
        open_ids = {one.id for one in sample.practices} - {one.id for one in marked}
        counts["polarity"] = count_polarised(
            polarised([one.model_dump() for one in marked]),
            polarised([one for one in found if one["id"] not in open_ids]),
        )
        counts["spans"] = _count_spans(sample, found, bench)
    return _score_names(gold, set(given), counts)


def _score_names(gold: set[str], given: set[str], counts: Counts) -> Score:
    missed, false = sorted(gold - given), sorted(given - gold)
    why = [f"missed {', '.join(missed)}"] if missed else []
    why += [f"falsely {', '.join(false)}"] if false else []
    return Score(
        passed=gold == given,
        value=dice(gold, given),
        why="; ".join(why),
        counts={"practices": count_labels(gold, given), **counts},
    )


def fold_labels(found: Sequence[dict[str, Any]], label_map: LabelMap | None) -> dict[str, float]:
    """Return label -> score, folded to the classes of a map; practices of no class are left out."""
    given: dict[str, float] = {}
    for one in found:
        for name in label_map.classes_of.get(one["id"], ()) if label_map else (one["id"],):
            given[name] = max(given.get(name, 0.0), one["score"])
    return given


def _count_spans(
    sample: ClassificationSample, found: Sequence[dict[str, Any]], bench: Bench
) -> dict[str, dict[str, float]]:
    """Count the evidence of each correctly labelled practice."""
    text = sample.text if isinstance(sample.text, str) else bench.version(sample.text).text
    places = {one["id"]: Span(start=one["start"], end=one["end"]) for one in found}
    counts: dict[str, dict[str, float]] = {}
    for one in sample.practices:
        if one.sure and one.start is not None and one.end is not None and one.id in places:
            wanted = Span(start=one.start, end=one.end)
            for key, number in count_span(token_iou(text, wanted, places[one.id])).items():
                place = counts.setdefault(one.id, {})
                place[key] = place.get(key, 0.0) + number
    return counts


def _labels_of(output: Output) -> frozenset[str]:
    return frozenset(output["classes"] if "classes" in output else polarised(output["practices"]))


TASK = Task(
    name="classification",
    title="Practices of provisions",
    row=ClassificationSample,
    metrics=(
        *metrics_of_labels("practices", "practices"),
        *metrics_of_polarity(),
        SPAN_IOU,
        SPAN_HALF,
        CALIBRATION,
        *EFFORT,
    ),
    answer=_answer,
    score=_score,
    labels=_labels_of,
    anchors={"TF-IDF + linear SVM": _answer_by_svm, "ours, other folds learnt": _answer_adapted},
)
