"""Measure the analyst: provisions labelled a second, and seconds for a policy of 60 kB, on one core.

Documents of a real archive, one after the other in one process, as a batch meets them: each text is new to
the program. The last documents are given beside all of them, because RE2 builds its automata while they run.
The time to split the same texts into provisions, in the same run, is the peer.

    python bench/speed.py [--bundle PATH]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from clauseproof.archive import Workspace
from clauseproof.archive.base import version_at
from clauseproof.classification.model import PracticeModel
from clauseproof.pipeline import Analyzer
from clauseproof.reading import ReadProvision, read_provisions
from clauseproof.segmentation import split_provisions

BUNDLE = Path(__file__).parents[2] / "shared" / "archives" / "genai-contrib-versions.bundle"
DOCUMENTS = (
    ("Sana", "Privacy Policy"),
    ("Jasper", "Privacy Policy"),
    ("GitHub Copilot", "Privacy Policy"),
    ("Jasper", "Terms of Service"),
    ("Le Chat", "Terms of Service"),
    ("Speechify", "Privacy Policy"),
    ("Grok", "Privacy Policy"),
    ("Claude.ai", "Privacy Policy"),
    ("Perplexity", "Terms of Service"),
    ("fal", "Terms of Service"),
)
LAST = 5
CHARACTERS = 60_000


def main() -> int:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE)
    arguments = parser.parse_args()
    if not arguments.bundle.exists():
        print(f"skipped: no archive at {arguments.bundle}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        archive = workspace.open(workspace.add(str(arguments.bundle), "genai").name)
        versions = [version_at(archive, *one) for one in DOCUMENTS]
    started = time.process_time()
    analyzer = Analyzer()
    print(f"ready to label after {time.process_time() - started:.2f} s")
    analyzer.analyze_version(versions[0].model_copy(update={"text": "# Policy\n\nWe keep data."}))
    print(f"start-up {time.process_time() - started:.2f} s")
    started = time.process_time()
    PracticeModel()
    print(f"the learned model loads in {1000 * (time.process_time() - started):.0f} ms")
    seconds: list[float] = []
    splitting: list[float] = []
    provisions: list[ReadProvision] = []
    for version in versions:
        started = time.process_time()
        read = read_provisions(version.text, split_provisions(version.version_id, version.text))
        splitting.append(time.process_time() - started)
        provisions += read
        started = time.process_time()
        analyzer.analyze_version(version)
        seconds.append((time.process_time() - started) * CHARACTERS / len(version.text))
    ratio = sum(seconds) / sum(s * CHARACTERS / len(v.text) for s, v in zip(splitting, versions, strict=True))
    print(
        f"a policy of 60 kB, analysed in full: median {statistics.median(seconds):.2f} s,"
        f" of the last {LAST} {statistics.median(seconds[-LAST:]):.2f} s; {ratio:.0f} times splitting it"
    )
    started = time.process_time()
    for one in provisions:
        analyzer.classifier.label(one)
    rate = len(provisions) / (time.process_time() - started)
    print(f"{rate:.0f} provisions labelled a second ({len(provisions)})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
