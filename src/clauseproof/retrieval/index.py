"""The index of an archive's passages: kept up to date incrementally, searched by words and by vectors."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from clauseproof.errors import RetrievalError
from clauseproof.retrieval.base import Embedder, Hit, IndexReport, Passage, PassageFilter, Subjects
from clauseproof.retrieval.bm25 import Bm25Index
from clauseproof.retrieval.dense import (
    EXACT_SCOPE,
    ChromaVectors,
    MemoryVectors,
    VectorStore,
    name_collection,
)
from clauseproof.retrieval.fusion import fuse_rankings
from clauseproof.retrieval.passages import PassageTable
from clauseproof.retrieval.words import split_words, stem_words
from clauseproof.retrieval.writing import lock_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EVERYTHING = PassageFilter()
_EMBED_BATCH = 2_048
# Rankings are fused to this depth: what both put beyond it is no answer.
_DEPTH = 200
# A passage without any word of the question must be this much nearer to it to count as related.
_WORDLESS_MARGIN = 0.2
_LEXICAL_KEPT = 8


class Weights(NamedTuple):
    """How much each ranking counts in the fusion; 0 leaves it out."""

    lexical: float = 1.0
    dense: float = 1.0
    subject: float = 0.3


_EQUAL = Weights()


class PassageIndex:
    """A `Retriever` over the passages of one archive, for one embedder.

    With a workspace the index lives in its ``index`` folder (passages in SQLite, vectors in Chroma, one per
    distinct text) and outlives the process; without one it lives in memory, exact and quick to start.
    Threads may share an index.
    """

    def __init__(
        self,
        workspace: Path | None,
        archive: str,
        embedder: Embedder,
        weights: Weights = _EQUAL,
        subjects: Subjects | None = None,
    ) -> None:
        """Open or create the index.

        Args:
            workspace: Where its folder is; in memory where left out.
            archive: Name of the archive.
            embedder: Makes the vectors.
            weights: How much each ranking counts.
            subjects: Tells what a question and a passage are about; what words and vectors put first is then
                ranked by that as well.

        Raises:
            RetrievalError: The folder cannot be created or what lies there is damaged.
        """
        self._embedder = embedder
        self._weights = weights
        self._subjects = subjects
        self._likely_roots: dict[str, NDArray[np.float32]] = {}
        self._guard = threading.RLock()
        self._lexical: OrderedDict[tuple[str, ...], Bm25Index] = OrderedDict()
        self._folder = None if workspace is None else workspace / "index"
        self._vectors: VectorStore
        if self._folder is None:
            self._vectors = MemoryVectors()
            self._table = PassageTable(None)
            self._words_folder = None
        else:
            name = name_collection(archive, embedder.name)
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RetrievalError(
                    f"the index folder {self._folder} cannot be made: {error.strerror}"
                ) from error
            self._vectors = ChromaVectors(self._folder / "chroma", name)
            self._table = PassageTable(self._folder / f"{name}.sqlite")
            self._words_folder = self._folder / f"{name}-words"

    def __enter__(self) -> PassageIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release files."""
        with self._guard:
            self._vectors.close()
            self._table.close()

    def versions(self) -> frozenset[tuple[str, str, str]]:
        """Return (service, document, version_id) of every version held."""
        with self._guard:
            return self._table.versions()

    def update(self, passages: Iterable[Passage], *, prune: bool = False) -> IndexReport:
        """Bring versions up to date; texts the index knows are not embedded again.

        Vectors are stored batch by batch before the passages that need them, so an interrupted update
        leaves the old passages searchable and its vectors to the next run.

        Args:
            passages: All passages of one or more versions; each of these versions becomes exactly this.
            prune: Also drop the versions not named here.

        Raises:
            RetrievalError: Another process is writing, or embedder or store failed.
        """
        given = list(passages)
        with self._guard, self._writing():
            before = self._table.keys(_EVERYTHING)
            texts = {passage.key: passage.words for passage in given}
            missing = self._vectors.missing(list(texts)) if texts else []
            for start in range(0, len(missing), _EMBED_BATCH):
                batch = missing[start : start + _EMBED_BATCH]
                self._vectors.put(batch, self._embedder.embed([texts[key] for key in batch]))
            added, removed = self._table.replace(given, prune)
            unused = self._table.unused(before) if removed else []
            if unused:
                self._vectors.drop(unused)
            self._keep_words()
        distinct = len({passage.model_dump_json() for passage in given})
        return IndexReport(added=added, reused=distinct - added, removed=removed, embedded=len(missing))

    def rank(self, query: str, k: int = 10, filter: PassageFilter | None = None) -> list[Hit]:
        """Return the k best passages, however little they have to do with the question.

        A text that stands in several versions of a document is returned once, from the newest that passes
        the filter.

        Args:
            query: A question or words; words added to it (a practice's vocabulary) count like its own.
            k: The most hits to return.
            filter: Which passages may be returned.
        """
        only = filter or _EVERYTHING
        with self._guard:
            keys = self._table.keys(only)
            if not keys or k < 1 or not query.strip():
                return []
            return self._rank(query, k, only, keys)

    def search(self, query: str, k: int = 10, filter: PassageFilter | None = None) -> list[Hit]:
        """Return up to k passages that have to do with the question; none is an answer.

        A passage stays if its cosine reaches the embedder's floor, or clearly more where it shares no word
        with the question. A question whose words neither the passages nor the embedder know finds nothing.

        Args:
            query: A question or words.
            k: The most hits to return.
            filter: Which passages may be returned.
        """
        only = filter or _EVERYTHING
        with self._guard:
            keys = self._table.keys(only)
            words = split_words(query)
            if not keys or k < 1 or not words:
                return []
            unknown = self._lexical_index(only, keys).unknown_words(query)
            if len(unknown) == len(words) and not any(map(self._embedder.knows, words)):
                return []
            hits = self._rank(query, max(k, _DEPTH), only, keys)
        return [hit for hit in hits if hit.relevance >= self._needed(hit)][:k]

    def _needed(self, hit: Hit) -> float:
        return self._embedder.floor + (0 if hit.shares_words else _WORDLESS_MARGIN)

    def _rank(self, query: str, k: int, filter: PassageFilter, keys: Sequence[str]) -> list[Hit]:
        depth = max(_DEPTH, k)
        lexical = self._lexical_index(filter, keys).rank(query, depth, frozenset(keys))
        vector = self._embedder.embed([query])[0]
        dense = self._vectors.nearest(vector, min(depth, len(keys)), keys) if vector.any() else []
        about = self._rank_by_subject(query, list(dict.fromkeys((*lexical, *dense))), filter)
        fused = fuse_rankings((lexical, dense, about), self._weights)
        best = dict(list(fused.items())[:k])
        cosines = _cosines(vector, self._vectors.fetch(list(best)))
        asked = frozenset(stem_words(query))
        hits = [
            Hit(
                passage=passage,
                score=best[passage.key],
                relevance=cosines.get(passage.key, 0.0),
                shares_words=not asked.isdisjoint(stem_words(passage.words)),
            )
            for passage in _newest_of_each(self._table.load(best, filter))
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def _rank_by_subject(self, query: str, keys: Sequence[str], filter: PassageFilter) -> list[str]:
        """Return the keys whose texts are about what the question is about, the likeliest first.

        The measure is Bhattacharyya's: the sum over subjects of the root of both likelihoods' product.
        """
        import numpy as np

        if self._subjects is None or not self._weights.subject or not keys:
            return []
        asked = np.sqrt(self._subjects.likelihoods(query))
        unknown = [key for key in keys if key not in self._likely_roots]
        for passage in self._table.load(unknown, filter) if unknown else ():
            if passage.key not in self._likely_roots:  # a text may stand in many versions
                self._likely_roots[passage.key] = np.sqrt(self._subjects.likelihoods(passage.words))
        known = [key for key in keys if key in self._likely_roots]
        shared = np.stack([self._likely_roots[key] for key in known]) @ asked
        return [known[row] for row in np.argsort(-shared, kind="stable")]

    def _lexical_index(self, filter: PassageFilter, keys: Sequence[str]) -> Bm25Index:
        """Return an index of the scope itself where it is small, else of everything, kept on disk."""
        scoped = filter == _EVERYTHING or len(keys) <= EXACT_SCOPE
        chosen = keys if scoped else self._table.keys(_EVERYTHING)
        identity = tuple(chosen)
        index = self._lexical.get(identity)
        if index is None:
            index = self._load_words(chosen) if len(chosen) > EXACT_SCOPE else None
            index = index or self._build_words(chosen, filter if scoped else _EVERYTHING)
        self._lexical[identity] = index
        self._lexical.move_to_end(identity)
        while len(self._lexical) > _LEXICAL_KEPT:
            self._lexical.popitem(last=False)
        return index

    def _build_words(self, keys: Sequence[str], filter: PassageFilter) -> Bm25Index:
        texts = {passage.key: passage.words for passage in self._table.load(keys, filter)}
        return Bm25Index.build((key, texts[key]) for key in keys)

    def _load_words(self, keys: Sequence[str]) -> Bm25Index | None:
        return None if self._words_folder is None else Bm25Index.load(self._words_folder, keys)

    def _keep_words(self) -> None:
        if self._words_folder is not None:
            keys = self._table.keys(_EVERYTHING)
            if len(keys) > EXACT_SCOPE:
                self._lexical_index(_EVERYTHING, keys).save(self._words_folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with nullcontext() if self._folder is None else lock_folder(self._folder):
            yield


def _cosines(vector: NDArray[np.float32], vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
    return {key: min(1.0, max(0.0, float(other @ vector))) for key, other in vectors.items()}


def _newest_of_each(passages: Iterable[Passage]) -> list[Passage]:
    """Keep one passage per document and text; they come newest version first."""
    first: dict[tuple[str, str, str], Passage] = {}
    for passage in passages:
        first.setdefault((passage.service, passage.document, passage.key), passage)
    return list(first.values())
