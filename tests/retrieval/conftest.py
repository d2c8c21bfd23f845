"""Doubles and passages for the retrieval tests; every text is invented."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clauseproof.retrieval.base import Passage
from clauseproof.retrieval.embedders import StaticEmbedder, unit_rows
from clauseproof.retrieval.index import PassageIndex, Weights
from clauseproof.retrieval.words import stem_words

DAY = datetime.date(2025, 3, 1)
TEXTS = (
    "We use the prompts you enter to train and improve our models.",
    "You can ask us to delete your account and everything stored in it.",
    "Disputes are settled by binding arbitration and not by a jury.",
    "We keep invoices for seven years because tax rules demand it.",
    "Children under thirteen may not open an account.",
)


class CountingEmbedder:
    """A real embedder (hashed stems) that remembers every text it was sent."""

    name = "counting"
    dimension = 64
    floor = 0.1

    def __init__(self, fail_after: int | None = None) -> None:
        self.texts: list[str] = []
        self.fail_after = fail_after

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.fail_after is not None and len(self.texts) >= self.fail_after:
            raise KeyboardInterrupt
        self.texts.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in stem_words(text):
                vectors[row, hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        return unit_rows(vectors)

    def knows(self, word: str) -> bool:
        return False


def make_passage(
    text: str,
    *,
    service: str = "Quillwave",
    document: str = "Terms",
    version_id: str = "v1",
    date: datetime.date = DAY,
    start: int = 0,
    practices: tuple[str, ...] = (),
    heading_path: tuple[str, ...] = (),
) -> Passage:
    return Passage(
        provision_id=f"{version_id}:{start}-{start + len(text)}",
        archive="fiction",
        service=service,
        document=document,
        version_id=version_id,
        date=date,
        heading_path=heading_path,
        start=start,
        end=start + len(text),
        text=text,
        practices=practices,
        blob=version_id,
    )


def make_document(texts: Sequence[str] = TEXTS, version_id: str = "v1", **fields: str) -> list[Passage]:
    return [
        make_passage(text, version_id=version_id, start=100 * place, **fields)  # type: ignore[arg-type]
        for place, text in enumerate(texts)
    ]


IndexFactory = Callable[[], PassageIndex]


@pytest.fixture(scope="session")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture(
    params=[
        (stored, weights)
        for stored in (False, True)
        for weights in (Weights(), Weights(lexical=0), Weights(dense=0))
    ],
    ids=lambda param: f"{'chroma' if param[0] else 'memory'}-{param[1].lexical:.0f}{param[1].dense:.0f}",
)
def retriever(
    request: pytest.FixtureRequest, tmp_path: Path, static: StaticEmbedder
) -> Iterator[PassageIndex]:
    """Every way to keep and to rank passages, as one contract."""
    stored, weights = request.param
    with PassageIndex(tmp_path if stored else None, "fiction", static, weights) as index:
        yield index
