"""Markdown written for texts that come without it: words escaped, tables and headings marked."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_MARKS = re.compile(r"[\\`*<|]|&(?=[#A-Za-z])|\](?=\()|~(?=~)|^(?:#(?=#{0,5}(?:\s|$))|>|[+-](?=\s))")
_BLANKS = re.compile(r"\s+")


def escape_text(text: str) -> str:
    """Return plain words as one line of Markdown that shows exactly those words."""
    return _MARKS.sub(lambda mark: "\\" + mark.group(), _BLANKS.sub(" ", text).strip())


def render_heading(markdown: str, level: int) -> str:
    """Return a heading of level 1 to 6."""
    return f"{'#' * min(max(level, 1), 6)} {markdown}"


def render_item(markdown: str, depth: int) -> str:
    """Return a list item nested to a depth that begins with 0."""
    return f"{'  ' * min(depth, 8)}- {markdown}"


def join_blocks(blocks: Sequence[str]) -> str:
    """Return blocks as one text: list items on neighbouring lines, a blank line between all others."""
    parts: list[str] = []
    for previous, block in itertools.pairwise(["", *blocks]):
        both_items = previous.lstrip().startswith("- ") and block.lstrip().startswith("- ")
        parts += ["\n" if both_items else "\n\n", block]
    return "".join(parts).lstrip("\n") + "\n"


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is its header; cells are Markdown of one line each."""
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
