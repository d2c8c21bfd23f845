"""Tokens counted, never too few: by the model's own vocabulary where it is at hand, by bytes elsewhere."""

from __future__ import annotations

import hashlib
import json
import math
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from clauseproof.llm.base import Request

# UTF-8 bytes / 3 was 1.36 to 1.76 times the true count on policies in ten languages, never below it
# (shared/ECOSYSTEM.md); characters / 4 undercounts Chinese.
_BYTES_PER_TOKEN = 3
_TOKENS_PER_MESSAGE = 8
# Address and SHA-256, as tiktoken holds them: it fetches a file anew that is missing or differs.
_VOCABULARIES = {
    "o200k_base": (
        "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}


def count_tokens(text: str, model: str) -> int:
    """Return how many tokens a text has for a model, rounded up where its vocabulary is not at hand.

    Args:
        text: Any text; special tokens in it count as the text they are.
        model: ``provider:name``.
    """
    encoding = _encoding(model)
    if encoding is None:
        return math.ceil(len(text.encode("utf-8", "surrogatepass")) / _BYTES_PER_TOKEN)
    return len(encoding.encode(text.encode("utf-8", "replace").decode(), disallowed_special=()))


def count_request_tokens(request: Request, model: str) -> int:
    """Return how many input tokens a request has, with its schema and what frames its messages."""
    texts = sum(count_tokens(one.text, model) + _TOKENS_PER_MESSAGE for one in request.messages)
    schema = count_tokens(json.dumps(request.reply_schema, ensure_ascii=False), model)
    return texts + schema + _TOKENS_PER_MESSAGE


@lru_cache(maxsize=8)
def _encoding(model: str) -> Any:
    """Return the vocabulary of an OpenAI model where its file is cached; nothing is ever downloaded."""
    provider, _, name = model.partition(":")
    folder = os.environ.get("TIKTOKEN_CACHE_DIR")
    if provider != "openai" or not folder:
        return None
    try:
        import tiktoken
        from tiktoken.model import encoding_name_for_model

        vocabulary = encoding_name_for_model(name)
    except (ImportError, KeyError):
        return None
    if vocabulary not in _VOCABULARIES:
        return None
    address, digest = _VOCABULARIES[vocabulary]
    try:
        data = (Path(folder) / hashlib.sha1(address.encode()).hexdigest()).read_bytes()
    except OSError:
        return None
    return tiktoken.get_encoding(vocabulary) if hashlib.sha256(data).hexdigest() == digest else None
