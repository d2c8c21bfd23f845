"""Bold and italic: lines that are nothing else, and the bold words a paragraph begins with."""

from __future__ import annotations

import re

_LINK_TARGET = re.compile(r"\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\s]{0,2000}\)")
_TOKEN = re.compile(r"\\.|\*+|_+|[^\W\d_]")
_OPENING = re.compile(r"\*{1,3}|_{1,3}")
_MAX_LINE = 1500
_MAX_RUN_IN = 300


def read_emphasis(line: str) -> str:
    """Tell how a whole line is emphasised.

    Args:
        line: One line without list and quote marks.

    Returns:
        ``bold``, ``italic``, or an empty string where any letter stands outside the emphasis.
    """
    if len(line) > _MAX_LINE or ("*" not in line and "_" not in line):
        return ""
    bare = _LINK_TARGET.sub("]", _IMAGE.sub("", line))
    bold = italic = letters = False
    weakest = "bold"
    for match in _TOKEN.finditer(bare):
        token = match.group()
        if token[0] == "\\":
            continue
        if token[0] in "*_":
            before, after = bare[: match.start()][-1:], bare[match.end() : match.end() + 1]
            if token[0] == "_" and before.isalnum() and after.isalnum():
                continue
            bold ^= len(token) in (2, 3)
            italic ^= len(token) in (1, 3)
            continue
        letters = True
        if not bold:
            if not italic:
                return ""
            weakest = "italic"
    return weakest if letters else ""


def find_run_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Find the emphasised words that a text begins with.

    Args:
        text: The archived text.
        start: Where the words of a paragraph begin.
        end: Where the paragraph ends.

    Returns:
        The range of the emphasised words with their marks; None where the text begins otherwise or the
        emphasis is its whole.
    """
    opening = _OPENING.match(text, start, end)
    if not opening:
        return None
    mark = opening.group()
    close = text.find(mark, opening.end(), min(end, opening.end() + _MAX_RUN_IN))
    if close < 0 or "\n" in text[opening.end() : close]:
        return None
    stop = close + len(mark)
    return (start, stop) if stop < end else None
