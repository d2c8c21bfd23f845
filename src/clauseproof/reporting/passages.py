"""Passages of an archived text in their paragraphs: layout, headings, and the quoted words marked in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from clauseproof.documents import Span
from clauseproof.plaintext import read_plain, visible
from clauseproof.reporting.wording import clean

BlockKind = Literal["paragraph", "item", "row", "heading"]
_PREFIX = " \t>"
_ITEM = re.compile(r"([*+-]|\d{1,3}[.)])(?=[ \t])")
_HEADING = re.compile(r"(#{1,6})(?=[ \t#\[]|$)")
_PSEUDO_LEVEL = 7
_LONGEST_PSEUDO_HEADING = 160
_CELL_BORDER = " | "
_OMITTED = " […] "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or heading of a version's text.

    Attributes:
        start: First character, its mark included.
        end: One past the last.
        kind: What the layout makes of it.
        marker: What stands before a list item: a bullet or its number.
    """

    start: int
    end: int
    kind: BlockKind
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of visible words, quoted or not.

    Attributes:
        text: The words, harmless to print.
        marked: Whether they are quoted.
        opens: Numbers of the quotations that begin here.
        closes: Numbers of the quotations that end here.
    """

    text: str
    marked: bool = False
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """A block with its quoted words marked."""

    block: Block
    pieces: tuple[Piece, ...]


class Layout:
    """The blocks and headings of a text, found once and asked often."""

    def __init__(self, text: str) -> None:
        """Divide a version's text into blocks."""
        self.text = text
        self.blocks: tuple[Block, ...] = tuple(_find_blocks(text))
        self._starts = [block.start for block in self.blocks]
        self._paths = self._find_paths()

    def around(self, span: Span) -> tuple[Block, ...]:
        """Return the blocks a span touches, in order."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        found = []
        for block in self.blocks[first:]:
            if block.start >= span.end:
                break
            if block.end > span.start:
                found.append(block)
        return tuple(found)

    def neighbours(self, first: Block, last: Block) -> tuple[Block | None, Block | None]:
        """Return the blocks before the first and after the last of a run."""
        before, after = self.blocks.index(first) - 1, self.blocks.index(last) + 1
        return (
            self.blocks[before] if before >= 0 else None,
            self.blocks[after] if after < len(self.blocks) else None,
        )

    def heading_path(self, offset: int) -> tuple[str, ...]:
        """Return the titles of the headings above an offset, outermost first."""
        at = bisect_right(self._paths, offset, key=lambda one: one[0]) - 1
        return self._paths[at][1] if at >= 0 else ()

    def _find_paths(self) -> list[tuple[int, tuple[str, ...]]]:
        open_headings: list[tuple[int, str]] = []
        paths: list[tuple[int, tuple[str, ...]]] = []
        for block in self.blocks:
            if block.kind != "heading":
                continue
            level = _heading_level(self.text, block)
            while open_headings and open_headings[-1][0] >= level:
                open_headings.pop()
            open_headings.append((level, self.words(block)))
            paths.append((block.start, tuple(title for _, title in open_headings if title)))
        return paths

    def words(self, block: Block) -> str:
        """Return a block's visible words on one line."""
        return _CELL_BORDER.join(
            clean(words) for cell in _cells(self.text, block) if (words := visible(self.text, cell))
        )

    def mark(self, blocks: Sequence[Block], quotes: Mapping[int, Span]) -> tuple[MarkedBlock, ...]:
        """Mark the words of quotations in blocks; each begins and ends once, over however many it runs.

        Args:
            blocks: Blocks of this layout, in order.
            quotes: Spans by number.
        """
        marked = [MarkedBlock(block, tuple(self._mark_block(block, quotes))) for block in blocks]
        return tuple(_with_single_ends(marked))

    def _mark_block(self, block: Block, quotes: Mapping[int, Span]) -> Iterator[Piece]:
        whole = Span(start=block.start, end=block.end)
        here = {number: span for number, span in quotes.items() if span.overlaps(whole)}
        begun = False
        for cell in _cells(self.text, block):
            pieces = _mark_cell(self.text, cell, here)
            if begun and pieces:
                yield Piece(_CELL_BORDER)
            begun = begun or bool(pieces)
            yield from pieces


def crop(marked: MarkedBlock, most: int) -> MarkedBlock:
    """Shorten the unmarked words of a block to what stands near the marked ones."""
    last = len(marked.pieces) - 1
    pieces = [
        piece if piece.marked else replace(piece, text=_crop_words(piece.text, most, at > 0, at < last))
        for at, piece in enumerate(marked.pieces)
    ]
    return replace(marked, pieces=tuple(pieces))


def _crop_words(text: str, most: int, keep_head: bool, keep_tail: bool) -> str:
    if len(text) <= most * (keep_head + keep_tail or 1) + len(_OMITTED):
        return text
    if not keep_head and not keep_tail:
        return f"{_to_word_end(text, most)}{_OMITTED}"
    head = _to_word_end(text, most) if keep_head else ""
    tail = _from_word_start(text, most) if keep_tail else ""
    return f"{head}{_OMITTED}{tail}"


def _to_word_end(text: str, most: int) -> str:
    cut = text[:most]
    return cut.rsplit(" ", 1)[0] if " " in cut.strip() else cut


def _from_word_start(text: str, most: int) -> str:
    cut = text[-most:]
    return cut.split(" ", 1)[1] if " " in cut.strip() else cut


def _mark_cell(text: str, cell: Span, quotes: Mapping[int, Span]) -> list[Piece]:
    plain = read_plain(text, cell)
    words = clean(plain.text)
    if not words:
        return []
    ranges = {number: plain.plain_range(span) for number, span in quotes.items()}
    ranges = {number: (max(0, a), min(len(words), b)) for number, (a, b) in ranges.items() if a < b}
    cuts = sorted({0, len(words), *(end for pair in ranges.values() for end in pair)})
    pieces = []
    for start, end in pairwise(cuts):
        marked = any(a <= start and end <= b for a, b in ranges.values())
        pieces.append(
            Piece(
                words[start:end],
                marked,
                tuple(number for number, (a, _) in ranges.items() if a == start),
                tuple(number for number, (_, b) in ranges.items() if b == end),
            )
        )
    return pieces


def _with_single_ends(marked: Sequence[MarkedBlock]) -> list[MarkedBlock]:
    opened: set[int] = set()
    closed: set[int] = set()
    forward: list[list[Piece]] = []
    for one in marked:
        forward.append([])
        for piece in one.pieces:
            forward[-1].append(replace(piece, opens=tuple(n for n in piece.opens if n not in opened)))
            opened.update(piece.opens)
    for pieces in reversed(forward):
        for at in range(len(pieces) - 1, -1, -1):
            closes = pieces[at].closes
            pieces[at] = replace(pieces[at], closes=tuple(n for n in closes if n not in closed))
            closed.update(closes)
    return [replace(one, pieces=tuple(pieces)) for one, pieces in zip(marked, forward, strict=True)]


def _cells(text: str, block: Block) -> list[Span]:
    """Return a row's cells, or the block itself."""
    if block.kind != "row":
        return [Span(start=block.start, end=block.end)]
    cells, start = [], block.start
    for at in range(block.start, block.end):
        if text[at] == "|" and (at == block.start or text[at - 1] != "\\"):
            if at > start:
                cells.append(Span(start=start, end=at))
            start = at + 1
    if block.end > start:
        cells.append(Span(start=start, end=block.end))
    return cells


def _find_blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    current: Block | None = None
    position = 0
    for line in text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        body = line.lstrip(_PREFIX)
        at = start + len(line) - len(body)
        body = body.rstrip()
        item, heading = _ITEM.match(body), _HEADING.match(body)
        if not body or (is_rule := _is_rule(body)):
            if body and is_rule and current and current.kind == "paragraph" and _is_underline(body):
                current = replace(current, kind="heading", end=end)
            if current:
                blocks.append(current)
            current = None
        elif heading or body.startswith("|"):
            if current:
                blocks.append(current)
            blocks.append(Block(at, end, "heading" if heading else "row"))
            current = None
        elif item:
            if current:
                blocks.append(current)
            bullet = "•" if item.group(1) in "*+-" else item.group(1)
            current = Block(at, end, "item", bullet)
        else:
            current = replace(current, end=end) if current else Block(at, end, "paragraph")
    if current:
        blocks.append(current)
    return [_as_pseudo_heading(text, block) for block in blocks]


def _is_rule(body: str) -> bool:
    marks = set(body) - {" ", "\t"}
    if "|" in marks:
        return "-" in marks and marks <= set("|:-")
    return len(marks) == 1 and marks <= set("=-*_") and len(body) >= 2


def _is_underline(body: str) -> bool:
    return set(body) in ({"="}, {"-"})


def _as_pseudo_heading(text: str, block: Block) -> Block:
    """Take a paragraph that is one bold line for the heading it is meant to be."""
    body = text[block.start : block.end].strip()
    bold = body[:2] in ("**", "__") and body.endswith(body[:2]) and body[:2] not in body[2:-2]
    short = 4 < len(body) <= _LONGEST_PSEUDO_HEADING and "\n" not in body
    return replace(block, kind="heading") if block.kind == "paragraph" and bold and short else block


def _heading_level(text: str, block: Block) -> int:
    body = text[block.start : block.end]
    if marks := _HEADING.match(body):
        return len(marks.group(1))
    underline = body.rstrip().rsplit("\n", 1)[-1].strip(_PREFIX)
    if "\n" in body and _is_underline(underline):
        return 1 if underline.startswith("=") else 2
    return _PSEUDO_LEVEL
