"""Embedders: the shipped static table, and any OpenAI-compatible endpoint where a setting asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from clauseproof.errors import ConfigurationError, RetrievalError
from clauseproof.retrieval.base import Embedder
from clauseproof.retrieval.words import FUNCTION_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MODEL = Path(__file__).parent / "model"
_STATIC_BATCH = 256
_STATIC_CHARACTERS = 20_000
_OPENAI_BATCH = 256
_OPENAI_BATCH_CHARACTERS = 400_000
_OPENAI_CHARACTERS = 16_000
_OPENAI_TIMEOUT_SECONDS = 60.0
_KEY_VARIABLE = "OPENAI_API_KEY"


def load_embedder(setting: str = "static", base_url: str | None = None) -> Embedder:
    """Return the embedder a setting names.

    Args:
        setting: ``static`` for the shipped table, ``openai:MODEL`` for an endpoint.
        base_url: The endpoint; OpenAI's own where it is left out.

    Raises:
        ConfigurationError: The setting names no embedder, or the key is missing.
    """
    if setting == "static":
        return StaticEmbedder()
    provider, _, model = setting.partition(":")
    if provider == "openai" and model.strip():
        return OpenAIEmbedder(model.strip(), base_url)
    raise ConfigurationError(f"unknown embedder {setting!r}; use 'static' or 'openai:MODEL'")


class StaticEmbedder:
    """Mean of the rows of a table shipped with the package; no network, deterministic.

    The rows carry their weight (rarer tokens are longer). Function words are left out on both sides:
    questions are full of them and passages are not about them.
    """

    # Change with the table or with what is summed: vectors under another name are never compared.
    name = "static-256-v1"
    dimension = 256
    floor = 0.3

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; zeros for a text without words."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _STATIC_BATCH):
            batch = [_encodable(text[:_STATIC_CHARACTERS]) for text in texts[start : start + _STATIC_BATCH]]
            for row, encoding in enumerate(
                self._tokenizer.encode_batch_fast(batch, add_special_tokens=False), start
            ):
                ids = np.asarray(encoding.ids, dtype=np.intp)
                content = ids[self._counts[ids]]
                vectors[row] = self._table[content if content.size else ids].sum(axis=0, dtype=np.float32)
        return unit_rows(vectors)

    def knows(self, word: str) -> bool:
        """Tell whether a lower-case word is a row of the table rather than pieces of spelling."""
        return len(self._tokenizer.encode(_encodable(word), add_special_tokens=False).ids) == 1

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(_MODEL / "tokenizer.json"))
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _table(self) -> NDArray[np.int8]:
        from safetensors.numpy import load_file

        table: NDArray[np.int8] = load_file(_MODEL / "model.safetensors")["embeddings"]
        return table

    @cached_property
    def _counts(self) -> NDArray[np.bool_]:
        import numpy as np

        counts = np.ones(len(self._table), dtype=np.bool_)
        ids = (self._tokenizer.token_to_id(word) for word in FUNCTION_WORDS)
        counts[[token for token in ids if token is not None]] = False
        return counts


class OpenAIEmbedder:
    """Vectors from an OpenAI-compatible endpoint; the key is read from the environment only."""

    # Related texts lie lower with these models than with the static table; a floor that only cuts noise.
    floor = 0.2

    def __init__(self, model: str, base_url: str | None = None) -> None:
        """Take the model's name and the endpoint.

        Raises:
            ConfigurationError: OpenAI itself is meant and no key is set.
        """
        if base_url is None and not os.environ.get(_KEY_VARIABLE):
            raise ConfigurationError(
                f"embedder 'openai:{model}' needs the environment variable {_KEY_VARIABLE}"
            )
        self._model = model
        self._base_url = base_url
        # Only host and port: an address may carry a password.
        address = urlsplit(base_url or "https://api.openai.com").netloc
        self._host = address.rpartition("@")[2]

    @property
    def name(self) -> str:
        """Model and host."""
        return f"openai:{self._model}@{self._host}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, asked of the endpoint once."""
        return len(self._request(["dimension"])[0])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; zeros for a blank text.

        Raises:
            RetrievalError: The endpoint cannot be reached, refuses, or answers nonsense.
        """
        import numpy as np

        spoken = [row for row, text in enumerate(texts) if text.strip()]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for rows in self._batches(texts, spoken):
            answer = self._request([_encodable(texts[row][:_OPENAI_CHARACTERS]) for row in rows])
            try:
                vectors[rows] = np.asarray(answer, dtype=np.float32)
            except ValueError as error:
                raise self._failure("vectors of different lengths") from error
        if not np.isfinite(vectors).all():
            raise self._failure("vectors that are not finite numbers")
        return unit_rows(vectors)

    def knows(self, word: str) -> bool:
        """Assume that a large model knows every word."""
        return True

    def _batches(self, texts: Sequence[str], rows: Sequence[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        characters = 0
        for row in rows:
            length = min(len(texts[row]), _OPENAI_CHARACTERS)
            if batch and (len(batch) == _OPENAI_BATCH or characters + length > _OPENAI_BATCH_CHARACTERS):
                yield batch
                batch, characters = [], 0
            batch.append(row)
            characters += length
        if batch:
            yield batch

    def _request(self, texts: list[str]) -> list[list[float]]:
        import openai

        try:
            answer = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            data = sorted(answer.data, key=lambda item: item.index)
            vectors = [item.embedding for item in data]
        # Servers repeat the key in their messages: neither message nor cause is passed on.
        except openai.APIStatusError as error:
            raise self._failure(f"status {error.status_code}") from None
        except openai.OpenAIError as error:
            raise self._failure(type(error).__name__) from None
        except (ValueError, TypeError, AttributeError) as error:
            raise self._failure(f"an unreadable answer ({type(error).__name__})") from None
        if len(vectors) != len(texts) or not all(vectors):
            raise self._failure(f"{len(vectors)} vectors for {len(texts)} texts")
        return vectors

    @cached_property
    def _client(self) -> Any:
        try:
            import openai
        except ImportError as error:
            raise ConfigurationError(
                f"embedder 'openai:{self._model}' needs the extra: pip install 'clauseproof[models]'"
            ) from error
        # Compatible servers without keys still need the header to be well-formed.
        key = os.environ.get(_KEY_VARIABLE) or "none"
        return openai.OpenAI(api_key=key, base_url=self._base_url, timeout=_OPENAI_TIMEOUT_SECONDS)

    def _failure(self, what: str) -> RetrievalError:
        return RetrievalError(f"embedding model {self._model!r} at {self._host} failed: {what}")


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length 1; rows of zeros stay zeros."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled


def _encodable(text: str) -> str:
    """Replace lone surrogates (from command lines in foreign encodings), which no encoder accepts."""
    return text.encode("utf-8", "replace").decode("utf-8")
