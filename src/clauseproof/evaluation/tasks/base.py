"""A task: what its rows hold, how they are answered, what an answer is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clauseproof.documents import Model
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.metrics.base import AnyMetric
from clauseproof.evaluation.results import Score
from clauseproof.evaluation.samples import Sample
from clauseproof.pipeline import Analyzed

S = TypeVar("S", bound=Sample)
Output = dict[str, Any]


class Answer(Model):
    """What the program answered to a sample.

    Attributes:
        output: The answer; None where there is none.
        unscored: Why there is none.
        tokens: Tokens a language model used.
        cost: US dollars; None where no price is known or no model ran.
    """

    output: Output | None = None
    unscored: str | None = None
    tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True)
class ModelWork:
    """What a language model did for samples answered together, and did not.

    Attributes:
        failures: Practice -> why the model did not do it.
        tokens: Tokens, a sample's share.
        cost: US dollars, a sample's share; None where no price is known or no model ran.
    """

    failures: Mapping[str, str]
    tokens: int = 0
    cost: float | None = None

    @classmethod
    def of(cls, analyzed: Analyzed, samples: int) -> ModelWork:
        """Return the model's effort for an analysis, shared by its samples."""
        model = analyzed.report.run.model
        if model is None:
            return cls({})
        return cls(
            {one.practice: f"{one.error}: {one.message}"[:300] for one in model.failures},
            (model.input_tokens + model.output_tokens) // samples,
            None if model.cost is None else model.cost / samples,
        )

    def charge(self, practice: str | None, answer: Answer) -> Answer:
        """Return an answer with its cost; unscored where the model failed: what stands is not its work."""
        failed = self.failures.get(practice) if practice else next(iter(self.failures.values()), None)
        changes: Output = {"tokens": self.tokens, "cost": self.cost}
        if failed:
            changes |= {"output": None, "unscored": failed}
        return answer.model_copy(update=changes)


@dataclass(frozen=True)
class Task:
    """One kind of evaluation; each file of this package defines one as ``TASK``.

    Attributes:
        name: As the command line names it.
        title: In words.
        row: What a row of its datasets holds.
        metrics: Its figures.
        answer: Answers samples that belong together, in their order.
        score: Holds an answer against the labels.
        together: Key of the samples answered in one go; every sample alone where left out.
        anchors: Simple methods to stand beside: name -> answers to the samples, given every row of the
            dataset.
        labels: What of an answer must be the same when it is asked again.
    """

    name: str
    title: str
    row: type[Sample]
    metrics: tuple[AnyMetric, ...]
    answer: Callable[[Sequence[Any], Bench], Sequence[Answer]]
    score: Callable[[Any, Output, Bench], Score]
    labels: Callable[[Output], frozenset[str]]
    together: Callable[[Any], str] | None = None
    anchors: Mapping[str, Callable[[Sequence[Any], Sequence[Any], Bench], Sequence[Answer]]] = field(
        default_factory=dict
    )

    def units(self, samples: Sequence[Sample]) -> Iterator[list[Sample]]:
        """Yield the samples that are answered together, in the order of their first."""
        if self.together is None:
            yield from ([sample] for sample in samples)
            return
        groups: dict[str, list[Sample]] = {}
        for sample in samples:
            groups.setdefault(self.together(sample), []).append(sample)
        yield from groups.values()
