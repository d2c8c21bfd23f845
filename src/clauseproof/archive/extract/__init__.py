"""Recorded bytes to text, one module per format; a module in this folder is a format.

A format declares ``SUFFIXES``, the ``SIGNATURES`` its files begin with (lower case), and
``extract(data, name)``, where the name is only for messages.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from clauseproof.errors import CorruptRecordError

MAX_TEXT_BYTES = 5 * 1024 * 1024
MAX_FILE_BYTES = 100 * 1024 * 1024


class Format(Protocol):
    """What a module of this folder provides."""

    SUFFIXES: tuple[str, ...]
    SIGNATURES: tuple[bytes, ...]

    def extract(self, data: bytes, name: str) -> str:
        """Return the text of a file as Markdown."""
        ...


@cache
def formats() -> tuple[Format, ...]:
    """Return the formats found in this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names)


@cache
def suffixes() -> frozenset[str]:
    """Return the suffixes that can be read, in lower case with their dot."""
    return frozenset(suffix for known in formats() for suffix in known.SUFFIXES)


def extract_text(data: bytes, name: str, suffix: str) -> str:
    """Return the text of a recorded file.

    Args:
        data: The recorded bytes.
        name: The file or version, for the error message.
        suffix: Which format it is in; where no format has it, the first bytes decide, and
            text is the last resort.

    Raises:
        CorruptRecordError: The file is empty, binary, encrypted or enormous.
    """
    if not data.strip():
        raise CorruptRecordError(f"{name}: the file is empty.")
    text = _choose_format(data, suffix.lower()).extract(data, name)
    if not text.strip("\ufeff \t\r\n\f\v\u00a0"):
        raise CorruptRecordError(f"{name}: the file holds no text.")
    size = len(text) if text.isascii() else len(text.encode())
    if size > MAX_TEXT_BYTES:
        raise CorruptRecordError(f"{name}: {size} bytes of text are more than {MAX_TEXT_BYTES}.")
    return text


def _choose_format(data: bytes, suffix: str) -> Format:
    for known in formats():
        if suffix in known.SUFFIXES:
            return known
    beginning = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for known in formats():
        if beginning.startswith(known.SIGNATURES):
            return known
    return next(known for known in formats() if ".md" in known.SUFFIXES)
