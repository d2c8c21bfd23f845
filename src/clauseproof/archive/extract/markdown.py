"""Markdown and plain text: the bytes decoded, otherwise unchanged."""

from __future__ import annotations

from clauseproof.errors import CorruptRecordError

SUFFIXES = (".md", ".txt")
SIGNATURES: tuple[bytes, ...] = ()


def extract(data: bytes, name: str) -> str:
    """Decode UTF-8; line ends and a byte order mark stay, so that offsets are those of the bytes' text."""
    if b"\0" in data:
        raise CorruptRecordError(f"{name}: the file is binary, not text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CorruptRecordError(
            f"{name}: the file is not UTF-8 text (byte {error.start}); convert it first."
        ) from error
