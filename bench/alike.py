"""Compare pairs of runs that differ by equal numbers of flips in both directions, by the product's own path.

    python bench/alike.py [--pairs N] [--flips N]

Classification of the bundled fixtures is run once. For each of 200 pairs as many samples that were right are
made wrong in either copy, at random, and `compare_runs` compares them, as `eval compare` and the gate do. At
most 5 % may be called a fall or a collapse. About a second a pair. (`bench/intervals.py` tests the statistics
alone.)
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from clauseproof.evaluation.campaign import Campaign, run_campaign
from clauseproof.evaluation.compare import compare_runs
from clauseproof.evaluation.results import Result, RunResults, Score


def make_wrong(result: Result) -> Result:
    """Return a result whose labels are all missed."""
    missed = {one["id"]: {"fn": 1.0} for one in result.gold.get("practices", [])}
    score = Score(passed=False, value=0.0, why="flipped", counts={"practices": missed})
    return result.model_copy(update={"score": score})


def flip(run: RunResults, places: Sequence[int]) -> RunResults:
    """Return a copy of a run with the results at some places made wrong."""
    results = list(run.results)
    for at in places:
        results[at] = make_wrong(results[at])
    return RunResults(run=run.run, results=tuple(results))


def main() -> None:
    """Run the comparison and print what it called worse."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--flips", type=int, default=20, help="in each copy")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (run,) = run_campaign(Campaign("classification", Path(folder)), lambda _: None)
    right = [at for at, one in enumerate(run.results) if one.score and one.score.passed]
    draw, fell, collapsed = random.Random(1), 0, 0
    for _ in range(options.pairs):
        chosen = draw.sample(right, 2 * options.flips)
        found = compare_runs(flip(run, chosen[: options.flips]), flip(run, chosen[options.flips :]))
        fell += bool(found.falls)
        collapsed += bool(found.collapses)
    print(f"{options.pairs} pairs alike, {options.flips} flips in either: {fell} fell, {collapsed} collapsed")


if __name__ == "__main__":
    main()
