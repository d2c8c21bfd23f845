"""The lexical ranking: BM25 over stems, built per scope or kept on disk for a whole archive."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from clauseproof.retrieval.words import WORDS_VERSION, split_words, stem_words
from clauseproof.stemming import stem

# Provisions differ in length by layout more than by content, hence the mild length penalty.
_K1 = 1.2
_B = 0.4


class Bm25Index:
    """Scores texts by the words they share with a question."""

    def __init__(self, keys: Sequence[str], model: Any) -> None:
        """Wrap a built model; use `build` or `load`."""
        self._keys = tuple(keys)
        self._model = model

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]]) -> Bm25Index:
        """Index texts given as (key, text)."""
        vocabulary: dict[str, int] = {}
        keys: list[str] = []
        rows: list[list[int]] = []
        for key, text in texts:
            keys.append(key)
            rows.append([vocabulary.setdefault(word, len(vocabulary)) for word in stem_words(text)])
        if not vocabulary:
            return cls(keys, None)
        from bm25s import BM25

        model = BM25(k1=_K1, b=_B, backend="numpy")
        model.index((rows, vocabulary), show_progress=False)
        return cls(keys, model)

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str]) -> Bm25Index | None:
        """Return the index stored for exactly these keys, or None where there is none."""
        place = folder / _digest(keys)
        if not place.is_dir():
            return None
        from bm25s import BM25

        try:
            return cls(keys, BM25.load(place, load_corpus=False))
        except (OSError, ValueError, KeyError, json.JSONDecodeError):
            return None  # damaged: what is derived is built again

    def save(self, folder: Path) -> None:
        """Store the index in place of any other in the folder; readers see the old one or the new one."""
        place = folder / _digest(self._keys)
        if self._model is None or place.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        others = list(folder.iterdir())
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        self._model.save(fresh, show_progress=False)
        fresh.replace(place)
        for other in others:
            shutil.rmtree(other, ignore_errors=True)

    def rank(self, query: str, k: int, within: frozenset[str] | None = None) -> list[str]:
        """Return up to k keys of texts that share a word with the question, best first."""
        import numpy as np

        known = self._known_stems(query)
        if not known:
            return []
        scores = self._model.get_scores(known)
        ranked: list[str] = []
        for row in np.argsort(-scores, kind="stable"):
            if scores[row] <= 0 or len(ranked) == k:
                break
            key = self._keys[row]
            if within is None or key in within:
                ranked.append(key)
        return ranked

    def unknown_words(self, query: str) -> list[str]:
        """Return the content words of a question that no text holds in any inflection."""
        vocabulary = self._model.vocab_dict if self._model else {}
        return [word for word in split_words(query) if stem(word) not in vocabulary]

    def _known_stems(self, query: str) -> list[str]:
        vocabulary = self._model.vocab_dict if self._model else {}
        return [word for word in stem_words(query) if word in vocabulary]


def _digest(keys: Sequence[str]) -> str:
    digest = hashlib.sha256(f"{WORDS_VERSION} {_K1} {_B}".encode())
    for key in keys:
        digest.update(key.encode())
    return digest.hexdigest()[:32]
