"""A metric: which counts it adds up over documents, and the formula over their sums."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clauseproof.evaluation.results import Result, Rule
from clauseproof.evaluation.statistics import Evaluate, Floats

Unit = Literal["share", "number", "seconds", "tokens", "dollars", "grade"]
# Key of the counts -> sums, an array (..., classes).
Totals = Mapping[str, Floats]
Documents = Sequence[Sequence[Result]]


@dataclass(frozen=True)
class PreparedMetric:
    """A metric over the results at hand: a value for any multiset of their documents.

    Attributes:
        evaluate: Value of a multiset of documents.
        count: What it is counted over.
    """

    evaluate: Evaluate
    count: int


@dataclass(frozen=True, kw_only=True)
class AnyMetric(ABC):
    """A figure of a task.

    Attributes:
        name: As files and gates name it.
        title: As tables name it.
        higher_is_better: Direction; None where neither is.
        unit: Of the value.
        by_class: Whether it is also given for each class alone.
        rule: The rule without exceptions behind it, where there is one.
        headline: Whether comparisons judge it: the more are judged, the larger a fall must be to count.
        source: Where the definition comes from.
    """

    name: str
    title: str
    higher_is_better: bool | None = True
    unit: Unit = "share"
    by_class: bool = False
    rule: Rule | None = None
    headline: bool = False
    source: str = "knowledge/labelling.md, section 5"

    @abstractmethod
    def reads(self, result: Result) -> object:
        """Return what it reads of a result: runs that are equal in this cannot differ in it."""

    @abstractmethod
    def over(self, documents: Documents, only: str | None = None) -> PreparedMetric:
        """Prepare it over the results of each document.

        Args:
            documents: The scored results of each document.
            only: A class; all of them where left out.
        """

    def classes(self, documents: Documents) -> list[str]:
        """Return the classes it is also given for."""
        return []


@dataclass(frozen=True)
class Metric(AnyMetric):
    """A figure that is a formula over sums of counts.

    Attributes:
        name: See `AnyMetric`.
        title: See `AnyMetric`.
        family: Which counts it reads.
        formula: From sums per class to the value; nan where nothing was counted.
        counted: The keys whose sum says what the value is counted over.
    """

    name: str
    title: str
    family: str
    formula: Callable[[Totals], Floats]
    counted: tuple[str, ...]

    def reads(self, result: Result) -> object:
        """Return the counts of its family."""
        return self._counts(result)

    def classes(self, documents: Documents) -> list[str]:
        """Return the classes counted, in order of name."""
        return sorted({name for results in documents for one in results for name in self._counts(one)})

    def over(self, documents: Documents, only: str | None = None) -> PreparedMetric:
        """Add up the counts of each document."""
        classes = [only] if only is not None else self.classes(documents) or [""]
        keys = sorted(
            {key for results in documents for one in results for c in self._counts(one).values() for key in c}
        )
        place = {name: at for at, name in enumerate(classes)}
        column = {key: at for at, key in enumerate(keys)}
        table = np.zeros((len(documents), len(classes), len(keys)))
        for row, results in enumerate(documents):
            for result in results:
                for name, counts in self._counts(result).items():
                    if name in place:
                        for key, number in counts.items():
                            table[row, place[name], column[key]] += number
        totals = table.sum(axis=0)
        count = round(sum(float(totals[:, column[key]].sum()) for key in self.counted if key in column))
        return PreparedMetric(sum_up(self.formula, table, column), count)

    def _counts(self, result: Result) -> Mapping[str, Mapping[str, float]]:
        return {} if result.score is None else result.score.counts.get(self.family, {})


def sum_up(formula: Callable[[Totals], Floats], table: Floats, column: Mapping[str, int]) -> Evaluate:
    """Return the value of a formula over the sums of drawn documents.

    Args:
        formula: From sums to the value.
        table: Counts, an array (documents, classes, keys).
        column: Where each key stands in it.
    """
    return _Summed(formula, table, column)


class _Summed:
    """Evaluates a formula over sums of a table (documents, classes, keys)."""

    def __init__(self, formula: Callable[[Totals], Floats], table: Floats, column: Mapping[str, int]) -> None:
        self._formula = formula
        self._table = table
        self._column = column

    def __call__(self, drawn: NDArray[np.int64]) -> Floats:
        documents, classes, keys = self._table.shape
        weights = count_draws(drawn, documents)
        sums = (weights @ self._table.reshape(documents, classes * keys)).reshape(
            *weights.shape[:-1], classes, keys
        )
        empty = np.zeros(sums.shape[:-1])
        totals = _Filled({key: sums[..., at] for key, at in self._column.items()}, empty)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self._formula(totals), dtype=np.float64)


class _Filled(dict[str, Floats]):
    """Sums by key; a key nobody counted sums to nothing."""

    def __init__(self, sums: Mapping[str, Floats], empty: Floats) -> None:
        super().__init__(sums)
        self._empty = empty

    def __missing__(self, key: str) -> Floats:
        return self._empty


def count_draws(drawn: NDArray[np.int64], documents: int) -> Floats:
    """Return how often each document occurs in each multiset, an array (..., documents)."""
    drawn = np.asarray(drawn, dtype=np.int64)
    flat = drawn.reshape(-1, drawn.shape[-1]) if drawn.size else drawn.reshape(1, 0)
    rows = np.arange(len(flat))[:, None] * documents
    counts = np.bincount((flat + rows).ravel(), minlength=len(flat) * documents)
    return counts.reshape(*drawn.shape[:-1], documents).astype(np.float64)


def share(part: str, whole: str) -> Callable[[Totals], Floats]:
    """Return the formula sum(part) / sum(whole) over all classes."""

    def formula(totals: Totals) -> Floats:
        return np.asarray(totals[part].sum(-1) / totals[whole].sum(-1))

    return formula
