"""Questions over the passages of one document: where the first right passage stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from pydantic import Field, field_validator, model_validator

from clauseproof.documents import Span
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.datasets import Candidate
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.metrics.ranking import HITS, MRR, count_rank
from clauseproof.evaluation.results import Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, Output, Task
from clauseproof.pipeline import passages_of
from clauseproof.retrieval.base import Passage, Subjects
from clauseproof.retrieval.embedders import load_embedder
from clauseproof.retrieval.index import PassageIndex, Weights

_FUSED = Weights()
_WORDS_ALONE = Weights(lexical=1, dense=0, subject=0)
_MEANING_ALONE = Weights(lexical=0, dense=1, subject=0)
_SHOWN = 20
# A passage answers if it is at most four times as long as what was labelled, or a long paragraph.
_LONGEST = 4
_READABLE = 1500


class RetrievalSample(Sample):
    """A question with the passages that answer it.

    Attributes:
        question: As a reader asks it.
        candidates: The passages, or a file of them (JSON lines {id, text, group}) beside the dataset.
        document: The document asked, where its provisions are the passages.
        gold: Ids of the passages that answer; of a document, spans (``[start, end]`` for short).
    """

    question: str = Field(min_length=1)
    candidates: tuple[Candidate, ...] | str | None = Field(default=None, exclude=True)
    document: Reference | str | None = None
    gold: tuple[Span | str | int, ...] = Field(min_length=1)

    @field_validator("gold", mode="before")
    @classmethod
    def _pairs_are_spans(cls, value: Any) -> Any:
        """Read ``[start, end]`` as a span."""
        if not isinstance(value, list | tuple):
            return value
        return [{"start": one[0], "end": one[1]} if _is_pair(one) else one for one in value]

    @model_validator(mode="after")
    def _one_source(self) -> RetrievalSample:
        if (self.candidates is None) == (self.document is None):
            raise ValueError("needs either candidates or a document")
        spans = [isinstance(one, Span) for one in self.gold]
        if any(spans) != (self.document is not None) or any(spans) != all(spans):
            raise ValueError("gold are spans of a document, ids of candidates")
        return self


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(one, int) for one in value)


class PassageRanker:
    """Ranks the passages of one document."""

    def __init__(
        self, passages: Sequence[Passage], weights: Weights = _FUSED, subjects: Subjects | None = None
    ) -> None:
        """Index the passages; equal texts share a place, that of the first."""
        self._places = {passage.text: at for at, passage in reversed(list(enumerate(passages)))}
        self._passages = passages
        self._index = PassageIndex(None, "evaluation", load_embedder(), weights, subjects)
        self._index.update(passages)

    def rank(self, question: str) -> list[int]:
        """Return positions of the passages found, best first; what was not found has no place."""
        hits = self._index.rank(question, len(self._places))
        return [self._places[hit.passage.text] for hit in hits]

    def place(self, at: int) -> int:
        """Return where a passage's text first stands."""
        return self._places[self._passages[at].text]


def _answer(samples: Sequence[RetrievalSample], bench: Bench) -> list[Answer]:
    return [Answer(output=_rank(sample, bench, _FUSED)) for sample in samples]


def _answer_by_words(
    samples: Sequence[RetrievalSample], rows: Sequence[RetrievalSample], bench: Bench
) -> list[Answer]:
    return [Answer(output=_rank(sample, bench, _WORDS_ALONE)) for sample in samples]


def _answer_by_meaning(
    samples: Sequence[RetrievalSample], rows: Sequence[RetrievalSample], bench: Bench
) -> list[Answer]:
    return [Answer(output=_rank(sample, bench, _MEANING_ALONE)) for sample in samples]


def _rank(sample: RetrievalSample, bench: Bench, weights: Weights) -> Output:
    names, passages, key = _passages(sample, bench)
    ranker = bench.remember(
        ("ranker", key, weights), lambda: PassageRanker(passages, weights, bench.analyzer.classifier)
    )
    order = ranker.rank(sample.question)
    right = {ranker.place(at) for at in _right(sample, names, passages)}
    if not right:
        raise EvaluationError("none of the gold passages is among the passages")
    rank = next((number for number, at in enumerate(order, 1) if at in right), None)
    return {"ranked": [names[at] for at in order[:_SHOWN]], "rank": rank, "passages": len(passages)}


def _passages(sample: RetrievalSample, bench: Bench) -> tuple[list[str], list[Passage], object]:
    if sample.document is not None:
        document = bench.read(bench.read_source(sample.document))
        passages = passages_of(document.version, document.segmentation)
        return [f"{one.start}-{one.end}" for one in passages], passages, sample.document
    given = sample.candidates
    if isinstance(given, str):
        key: object = (given, sample.group)
        candidates = bench.candidates(given, sample.group)
    else:
        candidates = given or ()
        key = candidates
    return [one.id for one in candidates], [_passage(at, one) for at, one in enumerate(candidates)], key


def _passage(at: int, candidate: Candidate) -> Passage:
    return Passage(
        provision_id=candidate.id, archive="evaluation", service="", document="", version_id="passages",
        date=datetime.date.min, start=at, end=at + 1, text=candidate.text, blob="passages",
    )  # fmt: skip


def _right(sample: RetrievalSample, names: Sequence[str], passages: Sequence[Passage]) -> list[int]:
    """Return the positions that answer: by id, or by a labelled span that they cover by half.

    A passage much longer than the span is no answer: a reader would have to search in it.
    """
    ids = {str(one) for one in sample.gold if not isinstance(one, Span)}
    spans = [one for one in sample.gold if isinstance(one, Span)]
    return [
        at
        for at, (name, passage) in enumerate(zip(names, passages, strict=True))
        if name in ids or any(_covers(passage, span) for span in spans)
    ]


def _covers(passage: Passage, span: Span) -> bool:
    both = min(passage.end, span.end) - max(passage.start, span.start)
    readable = passage.end - passage.start <= max(_LONGEST * (span.end - span.start), _READABLE)
    return both * 2 >= span.end - span.start and readable


def _score(sample: RetrievalSample, output: Output, bench: Bench) -> Score:
    rank = output["rank"]
    return Score(
        passed=rank is not None and rank <= 5,
        value=1 / rank if rank else 0.0,
        why="" if rank == 1 else f"the first right passage stands at {rank or 'no place'}",
        counts={"ranks": count_rank(rank)},
    )


TASK = Task(
    name="retrieval",
    title="Questions to a document",
    row=RetrievalSample,
    metrics=(MRR, *HITS, *EFFORT),
    answer=_answer,
    score=_score,
    labels=lambda output: frozenset(output["ranked"][:5]),
    anchors={"BM25, stemmed": _answer_by_words, "dense": _answer_by_meaning},
)
