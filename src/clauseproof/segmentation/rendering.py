"""A text beside its visible words: what every step of the segmentation looks things up in."""

from __future__ import annotations

import re

from clauseproof.documents import Span
from clauseproof.plaintext import PlainText, read_plain

_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


class Rendering:
    """A text read once, so that the words of any range cost no second rendering.

    Attributes:
        text: The archived text, as given.
        plain: Its visible words with their offsets.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        # Behind a byte order mark the first line's markup would not stand at a line's start.
        start = 1 if text.startswith("\ufeff") else 0
        self.plain: PlainText = read_plain(text, Span(start=start, end=len(text)))

    def words(self, start: int, end: int) -> str:
        """Return the visible words of a range."""
        first, last = self.plain.plain_range(Span(start=start, end=end))
        return self.plain.text[first:last].strip()

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Return the range without blanks at its ends; an empty one where nothing is left."""
        piece = self.text[start:end]
        kept = piece.lstrip()
        start += len(piece) - len(kept)
        return start, start + len(kept.rstrip())


def count_words(visible: str) -> int:
    """Count words; two ideographs stand for one, as Chinese and Japanese set no blanks."""
    count = len(visible.split())
    if visible.isascii():
        return count
    return count + len(_IDEOGRAPH.findall(visible)) // 2
