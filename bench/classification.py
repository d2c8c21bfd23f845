"""Classify the OPP-115 validation segments and print precision, recall and F1 per category.

    python bench/classification.py [--rows FILE]

The set is for evaluation only: nothing is trained or chosen on it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

import yaml

from clauseproof.pipeline import Analyzer

ROOT = Path(__file__).parents[1]
ROWS = ROOT.parent / "shared" / "datasets" / "opp115" / "valid.jsonl"
LABEL_MAP = ROOT / "eval" / "label_maps" / "opp115.yaml"


def main() -> int:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, default=ROWS)
    arguments = parser.parse_args()
    if not arguments.rows.exists():
        print(f"skipped: no rows at {arguments.rows}")
        return 0
    label_map = yaml.safe_load(LABEL_MAP.read_text("utf-8"))
    category_of = {practice: category for category, ids in label_map.items() for practice in ids}
    analyzer = Analyzer()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    rows = [json.loads(line) for line in arguments.rows.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["labels_majority"]]
    started = time.perf_counter()
    for row in rows:
        gold = set(row["labels_majority"]) & set(label_map)
        found = {category_of[one.id] for one in analyzer.classify(row["text"]) if one.id in category_of}
        right.update(found & gold)
        wrong.update(found - gold)
        missed.update(gold - found)
    seconds = time.perf_counter() - started
    print(f"{'category':40}{'rows':>6}{'P':>7}{'R':>7}{'F1':>7}")
    scores = []
    for category in label_map:
        precision = right[category] / max(1, right[category] + wrong[category])
        recall = right[category] / max(1, right[category] + missed[category])
        scores.append(2 * precision * recall / max(1e-9, precision + recall))
        count = right[category] + missed[category]
        print(f"{category:40}{count:6}{precision:7.2f}{recall:7.2f}{scores[-1]:7.2f}")
    total = 2 * right.total() / max(1, 2 * right.total() + wrong.total() + missed.total())
    print(f"macro-F1 {sum(scores) / len(scores):.3f}, micro-F1 {total:.3f}, {len(rows)} segments")
    print(f"{len(rows) / seconds:.0f} segments a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
