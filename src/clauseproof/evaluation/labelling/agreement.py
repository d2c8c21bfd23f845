"""Agreement of two labellers: figures with intervals, thresholds and verdicts.

Measures and thresholds are those of `labelling.md`, section 3; intervals are drawn over documents.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clauseproof.claims import Level
from clauseproof.documents import Model, Span
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.labelling.sheets import (
    SeenAbsence,
    SeenPractice,
    Sheet,
    SheetProvision,
    read_sheet,
)
from clauseproof.evaluation.metrics.base import count_draws
from clauseproof.evaluation.metrics.levels import LEVELS
from clauseproof.evaluation.metrics.spans import overlap, token_iou
from clauseproof.evaluation.statistics import Figure, Floats, estimate

_ABSENT = "not-found-in-archived-text"
_CANNOT_TELL = "cannot-tell"
_FEWEST_USES = 10
_NEAR = 20
_MATCHED = 0.5
_SAME = 1e-9

Verdict = Literal["continue", "discuss", "rewrite the rule"]
Levels = tuple[Level, Level]
# What both labellers say of the same thing.
Both = tuple[Hashable, Hashable]
Formula = Callable[[Sequence[Both]], float]


class Threshold(Model):
    """When work goes on and when a rule is rewritten.

    Attributes:
        go_on: From here on labelling continues.
        stop: Under this the rule is rewritten.
    """

    go_on: float
    stop: float

    def verdict(self, value: float) -> Verdict:
        """Return what a figure means for the work."""
        # A figure on the threshold meets it, whatever the last binary digit says.
        if value >= self.go_on - _SAME:
            return "continue"
        return "discuss" if value >= self.stop - _SAME else "rewrite the rule"


_BOUNDARIES = Threshold(go_on=0.85, stop=0.75)
_LABELS = Threshold(go_on=0.70, stop=0.55)
_SPANS = Threshold(go_on=0.65, stop=0.50)
_OUTCOMES = Threshold(go_on=0.80, stop=0.70)
_FLAGS = Threshold(go_on=0.75, stop=0.60)
_LEVELS = Threshold(go_on=0.75, stop=0.60)


class Measure(Model):
    """One figure of agreement.

    Attributes:
        layer: Of `labelling.md`.
        name: What is measured.
        figure: The value, its interval and what it was counted over.
        threshold: None where the protocol sets none.
        verdict: None where there is no value or no threshold.
    """

    layer: str
    name: str
    figure: Figure
    threshold: Threshold | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Pair:
    """One version as two people labelled it."""

    first: Sheet
    second: Sheet

    @property
    def provisions(self) -> list[tuple[SheetProvision, SheetProvision]]:
        """Provisions both have, matched by where they stand; none where one labelled no provision."""
        if not (self.first.has_practices and self.second.has_practices):
            return []
        others = {(one.start, one.end): one for one in self.second.provisions}
        matched = (
            (one, others.get((one.start, one.end)) or self._nearest(one))
            for one in self.first.provisions
            if not one.unlabelled
        )
        return [(one, other) for one, other in matched if other and not other.unlabelled]

    def _nearest(self, one: SheetProvision) -> SheetProvision | None:
        best = max(self.second.provisions, key=lambda other: overlap(one.span, other.span))
        return best if overlap(one.span, best.span) > _MATCHED else None

    @property
    def absences(self) -> list[tuple[SeenAbsence, SeenAbsence]]:
        """Searches both answered."""
        others = {(one.disclosure, one.topic): one for one in self.second.absences}
        pairs = ((one, others.get((one.disclosure, one.topic))) for one in self.first.absences)
        return [(one, other) for one, other in pairs if other]

    def analyses(self, field: Literal["jurisdictions", "level"]) -> list[tuple[str, Any, Any]]:
        """Practices for which both filled a field of the analysis, with both values."""
        others = {one.practice: getattr(one, field) for one in self.second.analyses}
        mine = ((one.practice, getattr(one, field), others.get(one.practice)) for one in self.first.analyses)
        return [one for one in mine if one[1] is not None and one[2] is not None]

    @property
    def segmented_alike(self) -> bool:
        """Whether both have the same provisions."""
        return [one.span for one in self.first.provisions] == [one.span for one in self.second.provisions]


def read_pairs(first: Path, second: Path) -> tuple[list[Pair], list[str]]:
    """Read two sheets, or the sheets of the same names in two folders.

    Returns:
        The pairs, and the names only one folder has.

    Raises:
        EvaluationError: A sheet has faults, two are of different versions or by one labeller, or nothing
            is shared.
    """
    if first.is_dir() != second.is_dir():
        raise EvaluationError(f"{first} and {second}: name two sheets or two folders of sheets.")
    if not first.is_dir():
        return [_read_pair(first, second)], []
    names, others = ({path.name for path in folder.glob("*.yaml")} for folder in (first, second))
    if not names & others:
        raise EvaluationError(f"{first} and {second} have no sheets (*.yaml) of the same names.")
    pairs = [_read_pair(first / name, second / name) for name in sorted(names & others)]
    return pairs, sorted(names ^ others)


def _read_pair(first: Path, second: Path) -> Pair:
    pair = Pair(read_sheet(first), read_sheet(second))
    for field in ("service", "document", "version_id", "sha256"):
        one, other = (getattr(sheet.document, field) for sheet in (pair.first, pair.second))
        if one != other:
            raise EvaluationError(f"{second}: document, {field}: {other!r}, in {first} {one!r}.")
    if pair.first.labeller == pair.second.labeller:
        raise EvaluationError(f"{second}: labeller: {first} is by {pair.first.labeller!r} as well.")
    for path, sheet in ((first, pair.first), (second, pair.second)):
        for one in sheet.provisions:
            # A proposal that both left standing would count as agreement of two people.
            if any(label.proposed for label in one.practices):
                where = f"{path}: provision {one.number}, practices"
                raise EvaluationError(f"{where}: a proposal nobody decided on.")
    return pair


def measure_agreement(pairs: Sequence[Pair], seed: int = 0) -> list[Measure]:
    """Measure agreement on every layer that both labellers filled.

    Raises:
        EvaluationError: scikit-learn, which brings SciPy, is not installed.
    """
    if find_spec("sklearn") is None:
        raise EvaluationError("agreement needs an extra: pip install 'clauseproof[evaluation]'.")
    return [
        *_segmentation(pairs, seed),
        *_practices(pairs, seed),
        *_absences(pairs, seed),
        *_flags(pairs, seed),
        *_exposure(pairs, seed),
    ]


def masi_distance(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the MASI distance of two label sets (Passonneau 2006): Jaccard, weighed by how they nest."""
    if one == other:
        return 0.0
    both = one & other
    if not both:
        return 1.0
    nested = 2 / 3 if both in (one, other) else 1 / 3
    return 1 - len(both) / len(one | other) * nested


def alpha(distance: Callable[[Any, Any], float]) -> Formula:
    """Return Krippendorff's alpha of two labellers under a distance."""
    known: dict[Both, float] = {}

    def between(one: Hashable, other: Hashable) -> float:
        if (one, other) not in known:
            known[one, other] = distance(one, other)
        return known[one, other]

    def formula(units: Sequence[Both]) -> float:
        observed = float(np.mean([between(*unit) for unit in units]))
        counts = Counter(label for unit in units for label in unit)
        numbers = np.array(list(counts.values()), dtype=np.float64)
        table = np.array([[between(one, other) for other in counts] for one in counts])
        total = numbers.sum()
        expected = float(numbers @ table @ numbers) / (total * (total - 1))
        return 1 - observed / expected if expected else float("nan")

    return formula


def kappa(weights: str | None = None, labels: Sequence[int] | None = None) -> Formula:
    """Return Cohen's kappa, scikit-learn's; nan where both use one and the same label throughout."""
    from sklearn.metrics import cohen_kappa_score

    def formula(units: Sequence[Both]) -> float:
        first, second = zip(*units, strict=True)
        if len({*first, *second}) < 2:
            return float("nan")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what the nan says
            return float(cohen_kappa_score(list(first), list(second), weights=weights, labels=labels))

    return formula


def _mean(units: Sequence[float]) -> float:
    return float(np.mean(units))


def _measure(
    layer: str,
    name: str,
    documents: Sequence[Sequence[Any]],
    formula: Callable[[Sequence[Any]], float],
    seed: int,
    threshold: Threshold | None = None,
) -> list[Measure]:
    """Return a figure over the documents that have something to count; nothing where none has."""
    counted = [units for units in documents if units]
    if not counted:
        return []
    count = sum(map(len, counted))
    figure = estimate(Resampled(counted, formula), len(counted), count, seed)
    verdict = None if figure.value is None or threshold is None else threshold.verdict(figure.value)
    return [Measure(layer=layer, name=name, figure=figure, threshold=threshold, verdict=verdict)]


class Resampled:
    """Evaluates a formula over multisets of documents, each multiset once: few documents draw few."""

    def __init__(self, documents: Sequence[Sequence[Any]], formula: Callable[[Sequence[Any]], float]) -> None:
        self._documents = documents
        self._formula = formula
        self._known: dict[tuple[int, ...], float] = {}

    def __call__(self, drawn: NDArray[np.int64]) -> Floats:
        times = count_draws(drawn, len(self._documents)).astype(np.int64)
        flat = [self._value(tuple(row)) for row in times.reshape(-1, len(self._documents)).tolist()]
        return np.array(flat, dtype=np.float64).reshape(times.shape[:-1])

    def _value(self, times: tuple[int, ...]) -> float:
        if times not in self._known:
            repeated = zip(self._documents, times, strict=True)
            units = [unit for document, often in repeated for _ in range(often) for unit in document]
            self._known[times] = self._formula(units)
        return self._known[times]


def _segmentation(pairs: Sequence[Pair], seed: int) -> list[Measure]:
    """Measure boundaries where a labeller drew some anew; sheets come with the same ones."""
    if all(pair.segmented_alike for pair in pairs):
        return []
    documents = [[_count_boundaries(pair)] for pair in pairs]
    return _measure("L1", "boundary F1 within 20 characters", documents, _boundary_f1, seed, _BOUNDARIES)


def _count_boundaries(pair: Pair) -> tuple[int, int]:
    """Return how many boundaries are shared, each matched once, and how many there are in both sheets."""
    ours, theirs = (
        sorted({end for one in sheet.provisions for end in (one.start, one.end)})
        for sheet in (pair.first, pair.second)
    )
    shared, at = 0, 0
    for boundary in ours:
        while at < len(theirs) and theirs[at] < boundary - _NEAR:
            at += 1
        if at < len(theirs) and theirs[at] <= boundary + _NEAR:
            shared, at = shared + 1, at + 1
    return shared, len(ours) + len(theirs)


def _boundary_f1(counts: Sequence[tuple[int, int]]) -> float:
    return 2 * sum(shared for shared, _ in counts) / sum(whole for _, whole in counts)


def _practices(pairs: Sequence[Pair], seed: int) -> Iterator[Measure]:
    sets = [[(_ids(one), _ids(other)) for one, other in pair.provisions] for pair in pairs]
    yield from _measure("L2", "label sets: alpha with MASI", sets, alpha(masi_distance), seed, _LABELS)
    if not any(sets):
        return
    uses = Counter(practice for units in sets for one, other in units for practice in one | other)
    for practice in sorted(one for one, often in uses.items() if often >= _FEWEST_USES):
        units = [[(practice in one, practice in other) for one, other in document] for document in sets]
        yield from _measure("L2", f"{practice}: kappa", units, kappa(), seed, _LABELS)
    agreed = [[both for match in pair.provisions for both in _agreed(*match)] for pair in pairs]
    polarities = [[float(one.polarity == other.polarity) for one, other, _ in units] for units in agreed]
    ious = [[iou for *_, iou in units if iou is not None] for units in agreed]
    yield from _measure("L2", "same polarity on agreed labels", polarities, _mean, seed)
    yield from _measure("L2 spans", "evidence: token IoU on agreed labels", ious, _mean, seed, _SPANS)


def _ids(provision: SheetProvision) -> frozenset[str]:
    return frozenset(label.id for label in provision.practices)


def _agreed(
    one: SheetProvision, other: SheetProvision
) -> Iterator[tuple[SeenPractice, SeenPractice, float | None]]:
    """Yield labels both gave with the overlap of their evidence; None where the provisions differ."""
    theirs = {label.id: label for label in other.practices}
    for label in one.practices:
        if label.id in theirs:
            iou = evidence_iou(one, label, theirs[label.id]) if one.span == other.span else None
            yield label, theirs[label.id], iou


def evidence_iou(provision: SheetProvision, one: SeenPractice, other: SeenPractice) -> float:
    """Return tokens in both labellers' evidence / tokens in either, over the provision and its lead."""
    lead, text = (" ".join(words.split()) for words in (provision.lead, provision.text))
    spans = [_find_evidence(label.evidence, lead, text) for label in (one, other)]
    if spans[0] is None or spans[1] is None:
        return 0.0
    return token_iou(f"{lead}\n{text}", spans[0], spans[1])


def _find_evidence(evidence: str, lead: str, text: str) -> Span | None:
    words = " ".join(evidence.split())
    if not words:
        return None
    inside = text.find(words)
    at = len(lead) + 1 + inside if inside >= 0 else lead.find(words)
    return Span(start=at, end=at + len(words)) if at >= 0 else None


def _absences(pairs: Sequence[Pair], seed: int) -> list[Measure]:
    outcomes = [[(one.outcome, other.outcome) for one, other in pair.absences] for pair in pairs]
    present = [[(is_absent(one), is_absent(other)) for one, other in pair.absences] for pair in pairs]
    same = [[float(one == other) for one, other in units] for units in present]
    return [
        *_measure("L4", "outcomes: kappa", outcomes, kappa(), seed, _OUTCOMES),
        *_measure("L4", "present or absent alike", same, _mean, seed),
    ]


def is_absent(one: SeenAbsence) -> bool | None:
    """Tell whether nothing was found; None where that could not be told."""
    return None if one.outcome == _CANNOT_TELL else one.outcome == _ABSENT


def _flags(pairs: Sequence[Pair], seed: int) -> list[Measure]:
    units = [[_jaccard(one, other) for _, one, other in pair.analyses("jurisdictions")] for pair in pairs]
    return _measure("L6", "jurisdictions: Jaccard", units, _mean, seed, _FLAGS)


def _jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    either = {*one, *other}
    return len({*one} & {*other}) / len(either) if either else 1.0


def _exposure(pairs: Sequence[Pair], seed: int) -> list[Measure]:
    ranges = [[(one, other) for _, one, other in pair.analyses("level")] for pair in pairs]
    middles = [[(middle(one), middle(other)) for one, other in units] for units in ranges]
    meeting = [[float(_meet(one, other)) for one, other in units] for units in ranges]
    weighted = kappa(weights="quadratic", labels=list(range(len(LEVELS))))
    return [
        *_measure("L7", "levels: quadratic weighted kappa", middles, weighted, seed, _LEVELS),
        *_measure("L7", "levels: ranges that overlap", meeting, _mean, seed),
    ]


def middle(levels: Levels) -> int:
    """Return the middle of a range, rounded down."""
    return sum(map(LEVELS.index, levels)) // 2


def _meet(one: Levels, other: Levels) -> bool:
    (low, high), (least, most) = (tuple(map(LEVELS.index, levels)) for levels in (one, other))
    return low <= most and least <= high
