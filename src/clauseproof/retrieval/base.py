"""What retrieval speaks: passages in, hits out, and the seams an embedder and a retriever fill."""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING, Protocol

from clauseproof.documents import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_HEADINGS_READ = 2


class Passage(Model):
    """One provision of one archived version, as it is searched.

    Attributes:
        provision_id: As segmentation named it.
        archive: Name of the archive that holds the version.
        service: Name of the service.
        document: Name of the document.
        version_id: The version it stands in.
        date: Day of recording of that version.
        heading_path: Titles of the headings above it, outermost first.
        start: Offset into the version's text where it begins.
        end: Offset where it ends.
        text: Its words as a reader sees them.
        practices: Ids of the practices it was classified under.
        blob: The store's identifier of the version's bytes.
    """

    provision_id: str
    archive: str
    service: str
    document: str
    version_id: str
    date: datetime.date
    heading_path: tuple[str, ...] = ()
    start: int
    end: int
    text: str
    practices: tuple[str, ...] = ()
    blob: str

    @property
    def words(self) -> str:
        """What is searched: the nearest headings, then the text."""
        return "\n".join((*self.heading_path[-_HEADINGS_READ:], self.text))

    @property
    def key(self) -> str:
        """Identity of `words`: passages with the same key are embedded once."""
        return hashlib.sha256(self.words.encode("utf-8", "replace")).hexdigest()


class Hit(Model):
    """A passage that was found.

    Attributes:
        passage: What was found.
        score: Fused score; orders the hits of one search, comparable with nothing else.
        relevance: Cosine between question and passage, 0 to 1; comparable between searches.
        shares_words: True where the passage holds a word of the question, in any inflection.
    """

    passage: Passage
    score: float
    relevance: float
    shares_words: bool


class PassageFilter(Model):
    """Which passages a search may return; what is left out restricts nothing.

    Attributes:
        service: Exactly this service.
        document: Exactly this document.
        version_ids: Only these versions; an empty tuple admits none.
        practice: Only passages classified under this practice.
        at: Only the version of each document that was the newest on this day.
    """

    service: str | None = None
    document: str | None = None
    version_ids: tuple[str, ...] | None = None
    practice: str | None = None
    at: datetime.date | None = None


class IndexReport(Model):
    """What an update of an index did.

    Attributes:
        added: Passages the index did not hold as they are now.
        reused: Passages that were there already, unchanged.
        removed: Passages dropped because their version no longer has them.
        embedded: Distinct texts that were sent to the embedder.
    """

    added: int
    reused: int
    removed: int
    embedded: int


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """Identity of the vectors: another name means they cannot be compared."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def floor(self) -> float:
        """Cosine below which a passage that shares a word with the question is still unrelated to it."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; zeros for a text without words."""
        ...

    def knows(self, word: str) -> bool:
        """Tell whether a lower-case word means something to the model beyond its letters."""
        ...


class Subjects(Protocol):
    """Tells what a text is about."""

    def likelihoods(self, text: str) -> NDArray[np.float32]:
        """Return how likely a text is about each of a fixed list of subjects, 0 to 1."""
        ...


class Retriever(Protocol):
    """Finds passages."""

    def rank(self, query: str, k: int = 10, filter: PassageFilter | None = None) -> list[Hit]:
        """Return the k best passages, however little they have to do with the question."""
        ...

    def search(self, query: str, k: int = 10, filter: PassageFilter | None = None) -> list[Hit]:
        """Return up to k passages that have to do with the question; none is an answer."""
        ...
