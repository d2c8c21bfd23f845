"""Vectors by text: in an embedded Chroma collection, or in memory for one document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from clauseproof.errors import RetrievalError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Up to here the vectors are fetched and compared exactly; beyond, Chroma's graph answers in a few
# milliseconds with a recall of about 0.99.
EXACT_SCOPE = 2_000
_CHROMA_BATCH = 5_000


class VectorStore(Protocol):
    """Keeps one vector per distinct text, under the text's key."""

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that have no vector, in order."""
        ...

    def put(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of length 1."""
        ...

    def drop(self, keys: Sequence[str]) -> None:
        """Forget vectors; unknown keys are ignored."""
        ...

    def fetch(self, keys: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return the stored vectors among the keys."""
        ...

    def nearest(self, vector: NDArray[np.float32], k: int, within: Sequence[str]) -> list[str]:
        """Return up to k of the given keys by falling cosine."""
        ...

    def close(self) -> None:
        """Release files."""
        ...


class MemoryVectors:
    """Vectors in a dictionary: exact, and without the two seconds it takes to import Chroma."""

    def __init__(self) -> None:
        """Start empty."""
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that have no vector, in order."""
        return [key for key in keys if key not in self._vectors]

    def put(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of length 1."""
        self._vectors.update(zip(keys, vectors, strict=True))

    def drop(self, keys: Sequence[str]) -> None:
        """Forget vectors; unknown keys are ignored."""
        for key in keys:
            self._vectors.pop(key, None)

    def fetch(self, keys: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return the stored vectors among the keys."""
        return {key: self._vectors[key] for key in keys if key in self._vectors}

    def nearest(self, vector: NDArray[np.float32], k: int, within: Sequence[str]) -> list[str]:
        """Return up to k of the given keys by falling cosine."""
        return _nearest_exactly(vector, k, self.fetch(within))

    def close(self) -> None:
        """Nothing to release."""


class ChromaVectors:
    """Vectors in one collection of a persistent Chroma folder."""

    def __init__(self, folder: Path, collection: str) -> None:
        """Name the folder and the collection; nothing is opened before it is used."""
        self._folder = folder
        self._name = collection
        self._client: Any = None
        self._opened: Any = None

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that have no vector, in order."""
        found: set[str] = set()
        with self._translated():
            for batch in _batches(keys):
                found.update(self._collection().get(ids=batch, include=[])["ids"])
        return [key for key in keys if key not in found]

    def put(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store vectors of length 1."""
        with self._translated():
            for start in range(0, len(keys), _CHROMA_BATCH):
                stop = start + _CHROMA_BATCH
                self._collection().upsert(ids=list(keys[start:stop]), embeddings=vectors[start:stop])

    def drop(self, keys: Sequence[str]) -> None:
        """Forget vectors; unknown keys are ignored."""
        with self._translated():
            for batch in _batches(keys):
                self._collection().delete(ids=batch)

    def fetch(self, keys: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return the stored vectors among the keys."""
        import numpy as np

        vectors: dict[str, NDArray[np.float32]] = {}
        with self._translated():
            for batch in _batches(keys):
                found = self._collection().get(ids=batch, include=["embeddings"])
                rows = np.asarray(found["embeddings"], dtype=np.float32)
                vectors.update(zip(found["ids"], rows, strict=True))
        return {key: vectors[key] for key in keys if key in vectors}

    def nearest(self, vector: NDArray[np.float32], k: int, within: Sequence[str]) -> list[str]:
        """Return up to k of the given keys by falling cosine; beyond `EXACT_SCOPE` keys nearly so."""
        if len(within) <= EXACT_SCOPE:
            return _nearest_exactly(vector, k, self.fetch(within))
        with self._translated():
            found = self._collection().query(
                query_embeddings=[vector], n_results=k, ids=list(within), include=["distances"]
            )
        order = {key: place for place, key in enumerate(within)}
        pairs = zip(found["distances"][0], found["ids"][0], strict=True)
        return [key for _, key in sorted(pairs, key=lambda pair: (pair[0], order[pair[1]]))]

    def close(self) -> None:
        """Release Chroma's files."""
        if self._client is not None:
            self._client.close()
            self._client = self._opened = None

    def _collection(self) -> Any:
        if self._opened is None:
            import chromadb
            from chromadb.config import Settings

            self._client = chromadb.PersistentClient(
                str(self._folder), settings=Settings(anonymized_telemetry=False)
            )
            self._opened = self._client.get_or_create_collection(
                self._name,
                embedding_function=None,  # anything else tries to download a model
                # One thread: the graph, and with it every answer, is the same on each machine.
                configuration={
                    "hnsw": {"space": "cosine", "num_threads": 1, "sync_threshold": _CHROMA_BATCH}
                },
            )
        return self._opened

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except RetrievalError:
            raise
        except Exception as error:  # Chroma raises its Rust layer's errors under many names
            raise RetrievalError(
                f"the vector index in {self._folder} cannot be used ({type(error).__name__});"
                " delete the folder to have it built again"
            ) from error


def name_collection(archive: str, embedder: str) -> str:
    """Return a name for an archive's vectors: valid in Chroma and as a file, shared by no other."""
    readable = re.sub(r"[^a-z0-9]+", "-", archive.lower())[:40].strip("-") or "archive"
    identity = hashlib.sha256(f"{archive}\0{embedder}".encode("utf-8", "replace")).hexdigest()
    return f"{readable}-{identity[:16]}"


def _nearest_exactly(
    vector: NDArray[np.float32], k: int, vectors: Mapping[str, NDArray[np.float32]]
) -> list[str]:
    import numpy as np

    if not vectors:
        return []
    keys = list(vectors)
    cosines = np.stack([vectors[key] for key in keys]) @ vector
    return [keys[row] for row in np.argsort(-cosines, kind="stable")[:k]]


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _CHROMA_BATCH):
        yield list(keys[start : start + _CHROMA_BATCH])
