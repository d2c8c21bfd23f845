"""Measure retrieval: PolicyQA ranks per ranking and fused, then indexing of the newest genai archive.

Run as ``.venv/bin/python bench/retrieval.py``; reads ``../shared`` and writes nothing outside a
temporary folder. Settings may be chosen by the first table; nothing is trained on it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from clauseproof.plaintext import read_plain
from clauseproof.retrieval.base import Embedder, Passage, PassageFilter
from clauseproof.retrieval.embedders import load_embedder
from clauseproof.retrieval.index import PassageIndex, Weights

SHARED = Path(__file__).resolve().parents[2] / "shared"
RANKINGS = {
    "BM25": Weights(lexical=1, dense=0),
    "dense": Weights(lexical=0, dense=1),
    "fusion": Weights(),
}
DAY = datetime.date(2015, 1, 1)


def measure_policyqa(folder: Path, embedder: Embedder) -> None:
    """Print MRR and hits over all segments of the same policy, all questions, per ranking."""
    passages = defaultdict(list)
    for line in (folder / "dev_segments.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        passages[row["policy"]].append(
            Passage(
                provision_id=str(row["segment"]),
                archive="policyqa",
                service=row["policy"],
                document="Privacy Policy",
                version_id=row["policy"],
                date=DAY,
                start=row["segment"],
                end=row["segment"] + 1,
                text=row["text"],
                blob=row["policy"],
            )
        )
    questions = [
        json.loads(line) for line in (folder / "dev_queries.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    print(f"PolicyQA dev: {len(questions)} questions, {sum(map(len, passages.values()))} segments")
    print(f"{'ranking':10} {'MRR':>6} {'hit@1':>6} {'hit@5':>6} {'seconds':>8}")
    for name, weights in RANKINGS.items():
        started = time.perf_counter()
        ranks = []
        with PassageIndex(None, "policyqa", embedder, weights) as index:
            index.update(passage for of_policy in passages.values() for passage in of_policy)
            for question in questions:
                policy = question["policy"]
                texts = {passage.text: passage.start for passage in reversed(passages[policy])}
                hits = index.rank(question["question"], len(texts), PassageFilter(service=policy))
                order = [hit.passage.start for hit in hits]
                # BM25 says nothing of segments without a shared word: they follow in reading order.
                order += [start for start in sorted(texts.values()) if start not in set(order)]
                ranks.append(_first_rank(order, texts, passages[policy], set(question["gold"])))
        seconds = time.perf_counter() - started
        mean = sum(1 / rank for rank in ranks) / len(ranks)
        first, five = (sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 5))
        print(f"{name:10} {mean:6.3f} {first:6.3f} {five:6.3f} {seconds:8.1f}")


def _first_rank(order: list[int], texts: dict[str, int], passages: list[Passage], gold: set[int]) -> int:
    """Return the rank of the first right segment; a repeated segment stands where its first copy does."""
    right = {texts[passage.text] for passage in passages if passage.start in gold}
    return next(rank for rank, start in enumerate(order, 1) if start in right)


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
    """Run the measurements whose data is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", type=Path, help="bare clone of a versions repository")
    arguments = parser.parse_args()
    embedder = load_embedder()
    started = time.perf_counter()
    embedder.embed(["warm up"])
    print(f"embedder loaded in {time.perf_counter() - started:.2f} s")
    measure_policyqa(SHARED / "datasets" / "policyqa", embedder)
    if arguments.repository:
        measure_archive(arguments.repository, embedder)


if __name__ == "__main__":
    main()
