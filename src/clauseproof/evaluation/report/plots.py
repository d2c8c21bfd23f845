"""The plots of a run: what is drawn, and the numbers it is drawn from."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from clauseproof.claims import Outcome
from clauseproof.documents import Model
from clauseproof.evaluation.figures import RunFigures, by_document
from clauseproof.evaluation.metrics.levels import LEVELS
from clauseproof.evaluation.report.drawing import Scale, Tick
from clauseproof.evaluation.report.wording import write_value
from clauseproof.evaluation.results import Result, RunResults
from clauseproof.reporting.wording import shorten

_OTHER = "other"
_OUTCOMES = {
    "stated-for-this-practice": "stated",
    "stated-in-general-only": "in general",
    "referred-elsewhere": "elsewhere",
    "not-found-in-archived-text": "not found",
    "cannot-tell": "cannot tell",
    _OTHER: _OTHER,
}
_SHADES = 5
_MOST_BARS = 12
_MOST_PAIRS = 8
_MOST_DOCUMENTS = 24
_LABEL = 34
_BAR_HEIGHT = 34
_BAR_SPACE = 318
_DOT_LARGEST, _DOT_LEAST = 11.0, 3.0
# The box of a plot with two axes.
CHART = {"left": 40.0, "right": 306.0, "top": 12.0, "bottom": 190.0}


class Cell(Model):
    """A cell of a matrix.

    Attributes:
        count: How many.
        shade: From 0 (none) to 5 (the most).
        agrees: Whether it lies on the diagonal.
    """

    count: int
    shade: int
    agrees: bool


class Matrix(Model):
    """Labelled against found.

    Attributes:
        title: What it shows.
        names: Of rows and columns.
        long_names: The same in full, for the table.
        rows: Labelled, top to bottom; found, left to right.
        agreed: How many lie on the diagonal.
        total: How many there are.
    """

    title: str
    names: tuple[str, ...]
    long_names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    agreed: int
    total: int


class Bar(Model):
    """A bar in two parts.

    Attributes:
        name: In full.
        label: As the drawing has room for.
        first: Number behind the first part.
        second: Number behind the second part.
        y: Where its row begins.
        width: Of the first part.
        width_second: Of the second part.
    """

    name: str
    label: str
    first: int
    second: int
    y: int
    width: float
    width_second: float


class Confusions(Model):
    """Labels missed and given falsely.

    Attributes:
        title: What it shows.
        bars: The classes with the most, missed first and false second.
        rest: The others, for the table.
        pairs: Missed, given instead, in how many samples.
        missed: Over all classes.
        false: Over all classes.
    """

    title: str
    bars: tuple[Bar, ...]
    rest: tuple[Bar, ...]
    pairs: tuple[tuple[str, str, int], ...]
    missed: int
    false: int

    @property
    def height(self) -> int:
        """Of the drawing."""
        return len(self.bars) * _BAR_HEIGHT


class Bin(Model):
    """A bin of scores.

    Attributes:
        name: Its lower end.
        count: Labels in it.
        score: Their mean score.
        right: Share of them that is right.
        x: Where the score lies.
        y: Where the share lies.
        radius: Of its dot; its area follows the count.
    """

    name: str
    count: int
    score: float
    right: float
    x: float
    y: float
    radius: float


class Reliability(Model):
    """What scores promise and what they keep.

    Attributes:
        bins: In order of score.
        total: Number of labels.
        error: Mean distance from the diagonal, weighted by count.
    """

    bins: tuple[Bin, ...]
    total: int
    error: float


class DocumentBars(Model):
    """Share of right samples, by document.

    Attributes:
        bars: The documents with the lowest share, right samples first and wrong ones second.
        rest: The others, for the table.
    """

    bars: tuple[Bar, ...]
    rest: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the drawing."""
        return len(self.bars) * _BAR_HEIGHT


class Dot(Model):
    """A run among others of its task.

    Attributes:
        number: As the drawing names it.
        analyst: Who answered.
        is_anchor: Whether an anchor answered.
        cost: Median of what a sample took, as written.
        share: Share of right samples, as written.
        x: Where the cost lies.
        y: Where the share lies.
    """

    number: int
    analyst: str
    is_anchor: bool
    cost: str
    share: str
    x: float
    y: float


class CostPlot(Model):
    """What runs of one task cost and what they are worth.

    Attributes:
        what: What the horizontal axis measures.
        dots: The runs.
        ticks: Of the horizontal axis.
        is_logarithmic: Whether it goes by powers of ten.
    """

    what: str
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    is_logarithmic: bool


class Plots(Model):
    """Every plot of a run; None where it has nothing to show.

    Attributes:
        outcomes: Absences: labelled outcome against the one found.
        levels: Exposure: labelled level against the one given.
        confusions: Families of labels.
        reliability: Calibration of scores.
        documents: Share of right samples by document.
    """

    outcomes: Matrix | None
    levels: Matrix | None
    confusions: tuple[Confusions, ...]
    reliability: Reliability | None
    documents: DocumentBars | None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.outcomes or self.levels or self.confusions or self.reliability or self.documents)


def draw_plots(run: RunResults) -> Plots:
    """Return the plots of a run; unscored samples are in none."""
    scored = [one for one in run.results if one.score is not None]
    families = (
        ("practices", "Practices missed and false"),
        ("jurisdictions", "Jurisdictions missed and false"),
    )
    return Plots(
        outcomes=_outcomes(scored),
        levels=_levels(scored),
        confusions=tuple(
            found for family, title in families if (found := _confusions(scored, family, title)) is not None
        ),
        reliability=_reliability(scored),
        documents=_documents(scored),
    )


def _outcomes(scored: Sequence[Result]) -> Matrix | None:
    pairs = Counter(
        (_known(one.gold.get("outcome")), _known((one.output or {}).get("outcome")))
        for one in scored
        if one.score and "absences" in one.score.counts
    )
    used = {name for pair in pairs for name in pair}
    names = [name for name in _OUTCOMES if name in used]
    return _matrix("Outcomes: labelled and found", names, pairs) if pairs else None


def _known(outcome: object) -> str:
    return outcome if isinstance(outcome, str) and outcome in get_args(Outcome) else _OTHER


def _levels(scored: Sequence[Result]) -> Matrix | None:
    sums = _sum(scored, "levels")[""]
    pairs: Counter[tuple[str, str]] = Counter(
        {
            (gold, given): round(sums[f"{gold}|{given}"])
            for gold in LEVELS
            for given in LEVELS
            if sums[f"{gold}|{given}"]
        }
    )
    return _matrix("Exposure: labelled and given", LEVELS, pairs) if pairs else None


def _matrix(title: str, names: Sequence[str], pairs: Counter[tuple[str, str]]) -> Matrix:
    most = max(pairs.values())
    rows = tuple(
        tuple(
            Cell(
                count=pairs[gold, given],
                shade=math.ceil(pairs[gold, given] / most * _SHADES),
                agrees=gold == given,
            )
            for given in names
        )
        for gold in names
    )
    return Matrix(
        title=title,
        names=tuple(_OUTCOMES.get(name, name) for name in names),
        long_names=tuple(name.replace("-", " ") for name in names),
        rows=rows,
        agreed=sum(pairs[name, name] for name in names),
        total=sum(pairs.values()),
    )


def _confusions(scored: Sequence[Result], family: str, title: str) -> Confusions | None:
    sums = _sum(scored, family)
    wrong = [(name, round(keys["fn"]), round(keys["fp"])) for name, keys in sums.items()]
    wrong = sorted((one for one in wrong if one[1] or one[2]), key=lambda one: (-one[1] - one[2], one[0]))
    if not wrong:
        return None
    longest = max(missed + false for _, missed, false in wrong)
    bars = [_bar(at, *one, longest) for at, one in enumerate(wrong)]
    pairs = Counter(
        (missed, given)
        for one in scored
        if one.score
        for missed, counts in one.score.counts.get(family, {}).items()
        if counts.get("fn")
        for given, others in one.score.counts[family].items()
        if others.get("fp")
    )
    return Confusions(
        title=title,
        bars=tuple(bars[:_MOST_BARS]),
        rest=tuple(bars[_MOST_BARS:]),
        pairs=tuple((*pair, count) for pair, count in pairs.most_common(_MOST_PAIRS) if count > 1),
        missed=sum(one[1] for one in wrong),
        false=sum(one[2] for one in wrong),
    )


def _bar(at: int, name: str, first: int, second: int, longest: int) -> Bar:
    unit = _BAR_SPACE / max(1, longest)
    return Bar(
        name=name,
        label=shorten(name, _LABEL),
        first=first,
        second=second,
        y=at * _BAR_HEIGHT,
        width=round(first * unit, 1),
        width_second=round(second * unit, 1),
    )


def _sum(scored: Iterable[Result], family: str) -> dict[str, dict[str, float]]:
    """Return the counts of a family added up, by class; a key nobody counted sums to nothing."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in scored:
        if one.score:
            for name, counts in one.score.counts.get(family, {}).items():
                for key, number in counts.items():
                    sums[name][key] += number
    return sums


def _reliability(scored: Sequence[Result]) -> Reliability | None:
    sums = {name: keys for name, keys in _sum(scored, "calibration").items() if keys["n"]}
    if not sums:
        return None
    total = sum(keys["n"] for keys in sums.values())
    most = max(keys["n"] for keys in sums.values())
    return Reliability(
        bins=tuple(_bin(name, sums[name], most) for name in sorted(sums)),
        total=round(total),
        error=sum(abs(keys["score"] - keys["right"]) for keys in sums.values()) / total,
    )


def _bin(name: str, keys: Mapping[str, float], most: float) -> Bin:
    score, right = keys["score"] / keys["n"], keys["right"] / keys["n"]
    return Bin(
        name=name,
        count=round(keys["n"]),
        score=score,
        right=right,
        x=round(CHART["left"] + score * (CHART["right"] - CHART["left"]), 1),
        y=_height_of(right),
        radius=round(max(_DOT_LEAST, _DOT_LARGEST * math.sqrt(keys["n"] / most)), 1),
    )


def _height_of(share: float) -> float:
    return round(CHART["bottom"] - share * (CHART["bottom"] - CHART["top"]), 1)


def _documents(scored: Sequence[Result]) -> DocumentBars | None:
    groups = by_document(scored)
    if len(groups) < 2 or len(groups) == len(scored):
        return None  # one document, or one sample in each: nothing stands out
    counted = [
        (group[0].group, sum(bool(one.score and one.score.passed) for one in group), len(group))
        for group in groups
    ]
    counted.sort(key=lambda one: (one[1] / one[2], -one[2], one[0]))
    bars = [_bar(at, name, right, whole - right, whole) for at, (name, right, whole) in enumerate(counted)]
    return DocumentBars(bars=tuple(bars[:_MOST_DOCUMENTS]), rest=tuple(bars[_MOST_DOCUMENTS:]))


def draw_costs(runs: Sequence[RunResults], figures: Sequence[RunFigures]) -> CostPlot | None:
    """Return what runs of one task cost against what they are worth; None where there is only one."""
    scored = [(run, found) for run, found in zip(runs, figures, strict=True) if found.scored]
    if len(scored) < 2:
        return None
    for metric, what in (
        ("cost-median", "dollars a sample (median)"),
        ("seconds-median", "seconds a sample (median)"),
    ):
        rows = [next((row for row in found.whole() if row.metric == metric), None) for _, found in scored]
        values = [row.figure.value for row in rows if row and row.figure.value is not None]
        if len(values) == len(scored):
            unit = rows[0].unit if rows[0] else "number"
            scale = Scale(values, CHART["left"], CHART["right"])
            dots = tuple(
                Dot(
                    number=at,
                    analyst=run.run.analyst,
                    is_anchor=run.run.is_anchor,
                    cost=write_value(value, unit),
                    share=f"{found.passed / found.scored:.3f}",
                    x=scale.place(value),
                    y=_height_of(found.passed / found.scored),
                )
                for at, ((run, found), value) in enumerate(zip(scored, values, strict=True), 1)
            )
            ticks = tuple(Tick(at=scale.place(one), words=f"{one:g}") for one in scale.ticks())
            return CostPlot(what=what, dots=dots, ticks=ticks, is_logarithmic=scale.is_logarithmic)
    return None
