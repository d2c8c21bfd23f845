"""Measure the index: seconds to load the embedder, to index the newest state of an archive and to search it.

    python bench/retrieval.py --repository BARE_CLONE

Writes nothing outside a temporary folder. How well it ranks, `clauseproof eval run retrieval` measures.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from clauseproof.plaintext import read_plain
from clauseproof.retrieval.base import Embedder, Passage, PassageFilter
from clauseproof.retrieval.embedders import load_embedder
from clauseproof.retrieval.index import PassageIndex

DAY = datetime.date(2015, 1, 1)


def measure_archive(repository: Path, embedder: Embedder) -> None:
    """Print the seconds to index the newest state of a versions repository, twice, and to search it."""
    started = time.perf_counter()
    passages = list(iter_archive_passages(repository))
    print(
        f"\nnewest archive: {len(passages)} passages read and split in {time.perf_counter() - started:.1f} s"
    )
    with tempfile.TemporaryDirectory() as workspace:
        for run in ("first", "second"):
            with PassageIndex(Path(workspace), "bench", embedder) as index:
                started = time.perf_counter()
                report = index.update(passages, prune=True)
                print(f"{run} update {time.perf_counter() - started:.1f} s: {report!r}")
        with PassageIndex(Path(workspace), "bench", embedder) as index:
            service = passages[0].service
            scopes = {
                "whole": None,
                "one service": PassageFilter(service=service),
                "at": PassageFilter(at=DAY.max),
            }
            for name, scope in scopes.items():
                for state in ("cold", "warm"):
                    started = time.perf_counter()
                    hits = index.search("Do you train models on my prompts?", 10, scope)
                    print(f"search {name}, {state}: {_milliseconds_since(started)} ms, {len(hits)} hits")


def _milliseconds_since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))


def iter_archive_passages(repository: Path) -> Iterator[Passage]:
    """Yield the passages of every document in the newest commit of a bare repository."""
    from clauseproof.segmentation import split_provisions

    git = ["git", "-C", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True).stdout
    for entry in filter(None, listed.decode().split("\0")):
        described, path = entry.split("\t", 1)
        if not path.endswith(".md") or "/" not in path:
            continue
        blob = described.split()[2]
        text = subprocess.run(
            [*git, "cat-file", "blob", blob], capture_output=True, check=True
        ).stdout.decode()
        service, document = path.removesuffix(".md").split("/", 1)
        for provision in split_provisions(blob, text).provisions:
            yield Passage(
                provision_id=provision.provision_id, archive="bench", service=service, document=document,
                version_id=blob, date=DAY, heading_path=provision.heading_path, start=provision.span.start,
                end=provision.span.end, text=read_plain(text, provision.span).text, blob=blob,
            )  # fmt: skip


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repository", type=Path, required=True, help="bare clone of a versions repository")
    arguments = parser.parse_args()
    embedder = load_embedder()
    started = time.perf_counter()
    embedder.embed(["warm up"])
    print(f"embedder loaded in {time.perf_counter() - started:.2f} s")
    measure_archive(arguments.repository, embedder)


if __name__ == "__main__":
    main()
