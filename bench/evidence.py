"""Tokens sent against sending the whole document, and how much labelled evidence is among the excerpts.

    python bench/evidence.py [--list]

For each row of eval/datasets/evidence.jsonl: the requests a dry run plans for its practice, the same requests
with the whole document in place of the evidence, and the share of the labelled evidence spans (marked by
reading, see the README there) of which at least four fifths are shown. What a prompt cache would serve is
the beginning each request shares with the one before it, form and messages.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
from pathlib import Path

from clauseproof.archive import Workspace
from clauseproof.archive.base import version_at
from clauseproof.drafting import DryDrafter, make_case
from clauseproof.llm.stack import ModelSettings
from clauseproof.llm.tokens import count_tokens
from clauseproof.pipeline import Analyzer, Material
from clauseproof.plaintext import visible

BUNDLE = Path(__file__).parents[2] / "shared" / "archives" / "genai-contrib-versions.bundle"
ROWS = Path(__file__).parents[1] / "eval" / "datasets" / "evidence.jsonl"
MODEL = "openai:gpt-4.1"
AT = datetime.date(2026, 11, 25)
SHOWN = 0.8


class Collector(DryDrafter):
    """Keeps the materials besides planning."""

    def draft(self, materials, verifier, run_id, progress):  # type: ignore[no-untyped-def]
        """Plan, and keep what was planned from."""
        self.materials: list[Material] = list(materials)
        return super().draft(materials, verifier, run_id, progress)


def main() -> None:
    """Measure every document and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="list the labelled spans that are not shown")
    arguments = parser.parse_args()
    analyzer = Analyzer()
    totals = {"sent": 0, "whole": 0, "shared": 0, "spans": 0, "shown": 0}
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        archive = workspace.open(workspace.add(str(BUNDLE), None).name)
        heads = ("chars", "sent", "whole", "share", "cache", "spans", "shown")
        print(f"{'document':36}{'practice':24}" + "".join(f"{one:>8}" for one in heads))
        for line in ROWS.read_text("utf-8").splitlines():
            labelled = json.loads(line)
            row = labelled["document"] | {"practice": labelled["practice"]}
            drafter = Collector(analyzer.knowledge, ModelSettings(name=MODEL), Path(home))
            analyzer.analyze(
                archive, row["service"], row["document"], practices=[row["practice"]], at=AT, drafter=drafter
            )
            version = version_at(archive, row["service"], row["document"], AT)
            if not drafter.planned:
                print(f"{row['service']} {row['document']}: no provision on {row['practice']}")
                continue
            case = make_case(drafter.materials[0], analyzer.knowledge, MODEL)
            evidence = count_tokens(case.pack.render(), MODEL)
            document = count_tokens(visible(version.text), MODEL)
            sent = sum(one.input_tokens for one in drafter.planned)
            whole = sum(one.input_tokens - evidence + document for one in drafter.planned)
            shared = sum(one.shared_tokens for one in drafter.planned)
            shown = [
                (span.start, span.end)
                for entry in case.pack.entries
                for span in entry.spans
                if (entry.document, entry.version_id) == (row["document"], row["version_id"])
            ]
            covered = 0
            for span in labelled["spans"]:
                places = set(range(span["start"], span["end"]))
                seen = {
                    at
                    for start, end in shown
                    for at in range(max(start, span["start"]), min(end, span["end"]))
                }
                if len(seen) >= SHOWN * len(places):
                    covered += 1
                else:
                    missed.append(
                        f"{labelled['id']}: {visible(version.text[span['start'] : span['end']])[:140]}"
                    )
            count = len(labelled["spans"])
            name = f"{row['service'][:18]} {row['document'][:16]}"
            print(
                f"{name:36}{row['practice']:24}{len(version.text):8}{sent:8}{whole:8}"
                f"{sent / whole:8.0%}{shared / sent:8.0%}{count:8}{covered:8}"
            )
            for key, value in zip(totals, (sent, whole, shared, count, covered), strict=True):
                totals[key] += value
    print(
        f"\nsent {totals['sent']:,} of {totals['whole']:,} tokens ({totals['sent'] / totals['whole']:.1%});"
        f" a prompt cache would serve {totals['shared'] / totals['sent']:.1%} of them;"
        f" {totals['shown']} of {totals['spans']} evidence spans shown"
        f" ({totals['shown'] / max(1, totals['spans']):.1%})"
    )
    if arguments.list:
        print(*missed, sep="\n")


if __name__ == "__main__":
    main()
