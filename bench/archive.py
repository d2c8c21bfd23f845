"""Time `archive add` against what git itself needs, and the two commands that must start at once.

    python bench/archive.py [--bundle PATH] [--runs N]

Ratios within one run are what counts; absolute times depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT.parent / "shared" / "archives" / "genai-contrib-versions.bundle"
LIMIT_RATIO = 3.0


def main() -> int:
    """Run the measurement; exit code 1 where adding takes more than three times what git needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if not arguments.bundle.exists():
        print(f"skipped: no archive at {arguments.bundle}")
        return 0
    ratios, git_seconds, add_seconds = [], [], []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as folder:
            git_seconds.append(_git(arguments.bundle, Path(folder)))
            add_seconds.append(_run(["archive", "add", str(arguments.bundle)], Path(folder) / "workspace"))
        ratios.append(add_seconds[-1] / git_seconds[-1])
    ratio = statistics.median(ratios)
    print(f"git clone --bare + git log --raw   median {statistics.median(git_seconds):.2f} s")
    print(f"clauseproof archive add            median {statistics.median(add_seconds):.2f} s")
    print(f"ratio                              median {ratio:.2f}  (limit {LIMIT_RATIO})")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        _run(["archive", "add", str(arguments.bundle)], workspace)
        help_seconds = [_run(["--help"], workspace) for _ in range(arguments.runs)]
        quote = ["quote", "We may update our policy", "--service", "claude.ai", "--document", "privacy"]
        quote_seconds = [_run(quote, workspace) for _ in range(arguments.runs)]
        python_seconds = [_python() for _ in range(arguments.runs)]
    print(f"python -c pass                     median {statistics.median(python_seconds):.2f} s")
    print(f"clauseproof --help                 median {statistics.median(help_seconds):.2f} s  (limit 0.3)")
    print(f"clauseproof quote, 60 kB document  median {statistics.median(quote_seconds):.2f} s  (limit 0.5)")
    return 1 if ratio > LIMIT_RATIO else 0


def _git(bundle: Path, folder: Path) -> float:
    started = time.perf_counter()
    clone = ["git", "clone", "--quiet", "--bare", str(bundle), str(folder / "peer.git")]
    subprocess.run(clone, check=True, capture_output=True)
    log = ["git", "-C", str(folder / "peer.git"), "log", "--raw", "-z", "--no-renames", "--format=%H %aI %s"]
    subprocess.run(log, check=True, capture_output=True)
    return time.perf_counter() - started


def _run(arguments: list[str], workspace: Path) -> float:
    command = [str(Path(sys.executable).with_name("clauseproof")), "--workspace", str(workspace), *arguments]
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False, env=os.environ)
    return time.perf_counter() - started


def _python() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
