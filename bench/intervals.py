"""Measure the intervals and the test for falls on simulated runs, whose truth is known.

    OPENBLAS_NUM_THREADS=1 python bench/intervals.py [--simulations N] [--pairs N] [--workers N] [--seed N]

First the share of simulations in which the 95 % interval of `statistics.estimate` covers the truth; SciPy's
percentile interval stands beside it. Documents differ in size and difficulty, so samples of one document
resemble each other; the truth comes from 400,000 documents.

Then how many pairs of runs that are alike `statistics.probability_of_fall` flags. In each pair a run is
copied twice and labels are flipped in the copies, the same number in both (`equal`) or each in either copy
by the toss of a coin (`chance`: the runs are exchangeable, no more), at random places or ten in a document
and all of them on one side. Flagged is a pair with a probability below 0.05 in any of four metrics after
Holm's adjustment; at most 5 % should be. Exchanged are whole documents, as `compare.compare_runs` does, and
for comparison the samples that differ. Takes about a minute on two cores; needs no data.
"""

from __future__ import annotations

import argparse
import itertools
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from clauseproof.evaluation.metrics.base import Metric, share
from clauseproof.evaluation.metrics.labels import metrics_of_labels
from clauseproof.evaluation.results import Counts, Result, Score
from clauseproof.evaluation.statistics import DRAWS, Evaluate, adjust, estimate, probability_of_fall

SIZES = (10, 20, 40, 80)
HUGE = 400_000
CLASSES = 8
# How often a provision carries each practice: few are common.
PREVALENCE = 0.5 / np.arange(1, CLASSES + 1)
LABEL_METRICS = metrics_of_labels("labels", "labels")
SHARE = Metric("share", "share", "share", share("right", "n"), ("n",))
# Mean difficulty of a document and how widely it spreads, as a beta distribution.
SHARES = {"share of 0.80": (4.0, 1.0), "share of 0.98": (4.9, 0.1)}
FIGURES = ("micro F1", *SHARES)
DOCUMENTS, SAMPLES, FLIPS, PER_CLUSTER = 40, 25, 40, 10
FALL = 0.05
DESIGNS = tuple(itertools.product(("equal", "chance"), ("at random", "in documents")))
Generator = np.random.Generator
Integers = NDArray[np.int64]


def draw_sizes(draw: Generator, documents: int) -> Integers:
    """Return numbers of samples: half between 15 and 35, a few over a hundred."""
    return 3 + draw.lognormal(3.0, 0.7, documents).astype(np.int64)


def draw_labels(draw: Generator, documents: int) -> Integers:
    """Return hits, false labels and missed ones of each document, an array (documents, classes, 3)."""
    sizes = draw_sizes(draw, documents)[:, None]
    carried = draw.binomial(sizes, np.clip(PREVALENCE * draw.gamma(2, 0.5, (documents, CLASSES)), 0, 0.9))
    hits = draw.binomial(carried, draw.beta(6, 2, documents)[:, None])
    false = draw.binomial(sizes - carried, draw.beta(1, 20, documents)[:, None])
    return np.stack([hits, false, carried - hits], axis=-1)


def draw_share(draw: Generator, documents: int, shape: tuple[float, float]) -> Integers:
    """Return right samples and all samples of each document, an array (documents, 2)."""
    sizes = draw_sizes(draw, documents)
    return np.stack([draw.binomial(sizes, draw.beta(*shape, documents)), sizes], axis=-1)


def as_results(tables: Sequence[Integers] | Integers) -> list[list[Result]]:
    """Return a result per document that holds its sums."""
    documents = []
    for table in tables:
        if table.ndim == 1:
            counts: Counts = {"share": {"": {"right": float(table[0]), "n": float(table[1])}}}
        else:
            rows = (dict(zip(("tp", "fp", "fn"), map(float, row), strict=True)) for row in table)
            counts = {"labels": {str(name): row for name, row in enumerate(rows) if any(row.values())}}
        score = Score(passed=True, value=1, counts=counts)
        documents.append([Result(id="one", group="one", score=score)])
    return documents


def truth(figure: str, seed: int) -> float:
    """Return the value over a huge number of documents."""
    draw = np.random.default_rng(seed)
    if figure in SHARES:
        right, whole = draw_share(draw, HUGE, SHARES[figure]).sum(axis=0)
        return float(right / whole)
    hits, false, missed = draw_labels(draw, HUGE).sum(axis=(0, 1))
    return float(2 * hits / (2 * hits + false + missed))


def percentile(evaluate: Evaluate, documents: int, seed: int) -> tuple[float, float]:
    """Return SciPy's percentile interval of the same draws."""

    def over(drawn: Any, axis: int = -1) -> Any:
        return evaluate(np.moveaxis(drawn, axis, -1))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = stats.bootstrap(
            (np.arange(documents),), over, vectorized=True, n_resamples=DRAWS, method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)


def cover(case: tuple[str, int, int], known: dict[str, float]) -> tuple[bool, bool, float, float]:
    """Simulate once: whether our interval and the percentile one cover the truth, and their widths."""
    figure, documents, seed = case
    draw = np.random.default_rng([seed, documents, FIGURES.index(figure)])
    if figure in SHARES:
        metric, tables = SHARE, draw_share(draw, documents, SHARES[figure])
    else:
        metric, tables = LABEL_METRICS[0], draw_labels(draw, documents)
    measured = metric.over(as_results(tables))
    ours = estimate(measured.evaluate, documents, measured.count, seed)
    low, high = percentile(measured.evaluate, documents, seed)
    if ours.low is None or ours.high is None:
        return False, low <= known[figure] <= high, np.nan, high - low
    covered = ours.low <= known[figure] <= ours.high
    return covered, low <= known[figure] <= high, ours.high - ours.low, high - low


def flipped(found: NDArray[np.bool_], cells: Integers) -> NDArray[np.bool_]:
    """Return a copy of a run with labels turned around."""
    copy = found.copy()
    copy.reshape(-1)[cells] ^= True
    return copy


def draw_pair(draw: Generator, balance: str, place: str) -> tuple[Integers, Integers]:
    """Return hits, false and missed labels of two runs, each an array (documents, samples, classes, 3)."""
    shape = (DOCUMENTS, SAMPLES, CLASSES)
    gold = draw.random(shape) < PREVALENCE
    wrong = draw.random(shape) < draw.beta(1.5, 12, (DOCUMENTS, 1, 1))
    base = gold ^ wrong
    if place == "at random":
        cells = draw.choice(base.size, 2 * FLIPS, replace=False)
        group = np.arange(2 * FLIPS)
    else:
        within = SAMPLES * CLASSES
        chosen = draw.choice(DOCUMENTS, 2 * FLIPS // PER_CLUSTER, replace=False)
        inside = [one * within + draw.choice(within, PER_CLUSTER, replace=False) for one in chosen]
        cells, group = np.concatenate(inside), np.repeat(np.arange(len(chosen)), PER_CLUSTER)
    groups = group.max() + 1
    sides = np.arange(groups) % 2 == 0 if balance == "equal" else draw.random(groups) < 0.5
    in_first = draw.permutation(sides)[group]
    first, second = (
        np.stack([gold & run, ~gold & run, gold & ~run], axis=-1).astype(np.int64)
        for run in (flipped(base, cells[in_first]), flipped(base, cells[~in_first]))
    )
    return first, second


def falls(case: tuple[str, str, int]) -> tuple[list[float], list[float]]:
    """Return the probabilities of a fall of one pair, before adjustment: by sample, by document."""
    balance, place, seed = case
    draw = np.random.default_rng([seed, DESIGNS.index((balance, place))])
    pair = draw_pair(draw, balance, place)
    rows = [run.reshape(-1, CLASSES, 3) for run in pair]
    differ = (rows[0] != rows[1]).any(axis=(1, 2))
    samples = [np.concatenate([run[differ], run[~differ].sum(axis=0, keepdims=True)]) for run in rows]
    documents = [run.sum(axis=1) for run in pair]
    return probabilities(samples, seed), probabilities(documents, seed)


def probabilities(runs: Sequence[Integers], seed: int) -> list[float]:
    """Return the probability of a fall of each metric, over the units of two runs."""
    results = as_results(np.concatenate(runs))
    return [
        probability_of_fall(metric.over(results).evaluate, len(runs[0]), higher_is_better=True, seed=seed)
        for metric in LABEL_METRICS
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the intervals and the test for falls.")
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()
    first = options.seed * 1_000_000
    known = {figure: truth(figure, options.seed) for figure in FIGURES}
    with ProcessPoolExecutor(options.workers) as pool:
        print(f"share of {options.simulations} simulations whose 95 % interval covers the truth")
        print(f"{'':<16}{'':>8}{'':>11}{'covered':>8}{'':>12}{'mean width':>13}")
        print(
            f"{'figure':<16}{'truth':>8}{'documents':>11}{'ours':>8}{'percentile':>12}{'ours':>13}{'percentile':>12}"
        )
        for figure, documents in itertools.product(FIGURES, SIZES):
            cases = [(figure, documents, first + at) for at in range(options.simulations)]
            found = list(pool.map(partial(cover, known=known), cases, chunksize=25))
            ours, plain, wide, plain_wide = np.array(found, dtype=float).T
            print(
                f"{figure:<16}{known[figure]:>8.3f}{documents:>11}{ours.mean():>8.1%}{plain.mean():>12.1%}"
                f"{np.nanmean(wide):>13.3f}{plain_wide.mean():>12.3f}",
                flush=True,
            )
        print(f"\n{options.pairs} pairs alike, {DOCUMENTS} documents x {SAMPLES} samples: flagged as a fall")
        names = ", ".join(metric.name.removeprefix("labels-") for metric in LABEL_METRICS)
        print(f"{'flips':<22}{'exchanged':<12}{'flagged':>9}   each metric alone: {names}")
        for balance, place in DESIGNS:
            pairs = [(balance, place, first + at) for at in range(options.pairs)]
            by_unit = zip(*pool.map(falls, pairs, chunksize=5), strict=True)
            for unit, chances in zip(("samples", "documents"), by_unit, strict=True):
                flagged = np.mean([min(adjust(one)) < FALL for one in chances])
                alone = (np.array(chances) < FALL).mean(axis=0)
                each = ", ".join(f"{one:.1%}" for one in alone)
                print(f"{f'{balance}, {place}':<22}{unit:<12}{flagged:>9.1%}   {each}", flush=True)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
