"""A table's rows, and the row that labels them."""

from __future__ import annotations

from dataclasses import dataclass

from clauseproof.segmentation.blocks import Block, Line, is_table_rule
from clauseproof.segmentation.emphasis import read_emphasis
from clauseproof.segmentation.rendering import Rendering, count_words

_MAX_LABEL_WORDS = 10


@dataclass(frozen=True, slots=True)
class Table:
    """A table taken apart.

    Attributes:
        header: The line of labels, or None where every line says something.
        rows: Lines with words, in order.
        leftover: Rules, blank headers and empty rows.
    """

    header: Line | None
    rows: tuple[Line, ...]
    leftover: tuple[Line, ...]


def read_table(rendering: Rendering, block: Block) -> Table:
    """Tell a table's rows from its labels and rules.

    Args:
        rendering: The text and its words.
        block: A table.

    Returns:
        The table; each of its lines is in exactly one place.
    """
    filled: list[Line] = []
    leftover: list[Line] = []
    ruled_after: int | None = None
    for line in block.lines:
        if is_table_rule(rendering.text[line.content : line.end]) or not rendering.words(
            line.start, line.end
        ):
            leftover.append(line)
            # A rule below blank labels marks a headerless table, whose first row may still hold labels.
            if ruled_after is None and is_table_rule(rendering.text[line.content : line.end]):
                ruled_after = len(filled)
        else:
            filled.append(line)
    header: Line | None = None
    if len(filled) > 1 and _holds_labels(rendering, filled[0], marked=ruled_after == 1):
        header = filled.pop(0)
    return Table(header, tuple(filled), tuple(leftover))


def split_cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of a row's cells, without blanks; borders belong to no cell.

    Args:
        text: The archived text.
        start: Where the row begins.
        end: Where it ends.

    Returns:
        The cells that hold any character, in order.
    """
    cells: list[tuple[int, int]] = []
    position = start
    while position <= end:
        stop = text.find("|", position, end)
        while stop > position and text[stop - 1] == "\\":
            stop = text.find("|", stop + 1, end)
        stop = end if stop < 0 else stop
        if text[position:stop].strip():
            cells.append((position, stop))
        position = stop + 1
    return cells


def _holds_labels(rendering: Rendering, line: Line, *, marked: bool) -> bool:
    """Tell whether a first row only names the columns.

    Args:
        rendering: The text and its words.
        line: The row.
        marked: Whether the table's own markup says so; else every cell must be emphasised.
    """
    cells = split_cells(rendering.text, line.content, line.end)
    if len(cells) < 2:
        return False
    return all(_is_label(rendering, start, end, marked) for start, end in cells)


def _is_label(rendering: Rendering, start: int, end: int, marked: bool) -> bool:
    visible = rendering.words(start, end)
    if count_words(visible) > _MAX_LABEL_WORDS or visible.endswith((".", ";")) or "@" in visible:
        return False
    if marked:
        return True
    return read_emphasis(rendering.text[start:end].strip()) == "bold" or not visible
