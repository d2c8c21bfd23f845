"""Quotations accepted or rejected: true ones, and ones altered in a word, a number, a negation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.metrics.decisions import (
    ACCURACY,
    FALSELY_ACCEPTED,
    FALSELY_REJECTED,
    count_decision,
)
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.results import Breach, Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, Output, Task
from clauseproof.quotations import prove_quotation


class QuoteSample(Sample):
    """A text that claims to be a quotation of a document.

    Attributes:
        quote: The text.
        document: What it claims to quote: a reference, a file beside the dataset, or the words.
        expected: What a careful reader decides.
        why: The difference, for people.
    """

    quote: str = Field(min_length=1)
    document: Reference | str
    expected: Literal["accept", "reject"]
    why: str = ""


def _answer(samples: Sequence[QuoteSample], bench: Bench) -> list[Answer]:
    return [Answer(output=_prove(sample, bench)) for sample in samples]


def _prove(sample: QuoteSample, bench: Bench) -> Output:
    proof = prove_quotation(sample.quote, [bench.read_source(sample.document)])
    decided = "reject" if proof.status == "rejected" else "accept"
    return {"decision": decided, "status": proof.status, "difference": proof.difference}


def _score(sample: QuoteSample, output: Output, bench: Bench) -> Score:
    decided = output["decision"]
    passed = decided == sample.expected
    breaches = []
    if decided == "accept" and not passed:
        breaches.append(Breach(rule="invented-quotation", detail=f"accepted: {sample.quote[:200]}"))
    return Score(
        passed=passed,
        value=float(passed),
        why="" if passed else f"{decided}ed: {output['difference'] or output['status']}"[:300],
        counts={"decisions": count_decision(sample.expected, decided)},
        breaches=tuple(breaches),
    )


TASK = Task(
    name="quotes",
    title="Quotations accepted or rejected",
    row=QuoteSample,
    metrics=(ACCURACY, FALSELY_ACCEPTED, FALSELY_REJECTED, *EFFORT),
    answer=_answer,
    score=_score,
    labels=lambda output: frozenset({output["decision"]}),
)
