"""Embeddings without a model: words hashed into a vector, the same for the same text everywhere."""

from __future__ import annotations

import base64
import math
import struct
from hashlib import blake2b
from typing import Any

from clauseproof.testing.answers import count_tokens
from clauseproof.testing.exchanges import MalformedRequestError

_DEFAULT_DIMENSIONS = 256
_MAX_DIMENSIONS = 4096


def embed_text(text: str, dimensions: int = _DEFAULT_DIMENSIONS) -> list[float]:
    """Return the unit vector of a text; texts that share words are near each other."""
    vector = [0.0] * dimensions
    for word in text.lower().split() or [""]:
        digest = int.from_bytes(blake2b(word.encode("utf-8", "backslashreplace"), digest_size=8).digest())
        vector[digest // 2 % dimensions] += 1.0 if digest % 2 else -1.0
    length = math.hypot(*vector)
    return [value / length for value in vector] if length else [1.0, *vector[1:]]


def write_embeddings(body: object) -> dict[str, Any]:
    """Return the answer to a request to ``/v1/embeddings``.

    Raises:
        MalformedRequestError: It is none.
    """
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        raise MalformedRequestError("you must provide a model parameter")
    dimensions = body.get("dimensions") or _DEFAULT_DIMENSIONS
    if not isinstance(dimensions, int) or not 0 < dimensions <= _MAX_DIMENSIONS:
        raise MalformedRequestError(f"'dimensions' must be between 1 and {_MAX_DIMENSIONS}")
    texts = _read_input(body.get("input"))
    vectors = [embed_text(text, dimensions) for text in texts]
    tokens = sum(count_tokens(text) for text in texts)
    packed = body.get("encoding_format") == "base64"
    return {
        "object": "list",
        "model": body["model"],
        "data": [
            {"object": "embedding", "index": index, "embedding": _pack(vector) if packed else vector}
            for index, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _read_input(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value:
        if all(isinstance(item, str) for item in value):
            return list(value)
        # Clients that tokenize themselves send the numbers of the tokens.
        rows = [value] if all(isinstance(item, int) for item in value) else value
        if all(isinstance(row, list) for row in rows):
            return [" ".join(map(str, row)) for row in rows]
    raise MalformedRequestError("'input' must be a text, a list of texts, or lists of tokens")


def _pack(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
