"""Text to blocks: a line scanner for the Markdown that page converters write.

Lenient where CommonMark is strict (indentation, bullets) and without its recursion: one pass, a stack
of open list items, every line looked at once. Nothing is decided here that needs the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "text", "table", "furniture"]

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_ATX = re.compile(r"(#{1,6})(?=[ \t#\[]|$)")
_MARKER = re.compile(r"(?:[-*+–](?=\s|$)|[•●▪◦‣·○■]|\\[-*+](?=\s)|(?P<number>\d{1,9})[.)](?=\s|$))\s{0,32}")
_TAG_LINE = re.compile(r"(?:</?[A-Za-z][^<>\n]{0,2000}>\s{0,8})+$")
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]{0,500})?>(.{1,500})</h\1\s?>$", re.IGNORECASE)
_ENDS_SENTENCE = (".", ":", ";", "!", "?", "。", "：", "；", "**", "__")
_HARD_TAGS = ("<br>", "<br/>", "<br />")
_MAX_SETEXT_LINES = 4
_MAX_SETEXT_CHARS = 600
_MAX_INNER_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a block: offsets without surrounding blanks; ``content`` skips quote and list marks."""

    start: int
    end: int
    content: int
    hard: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A list item, known by identity; its blocks name it."""

    ordered: bool
    ordinal: int
    indent: int
    quote: int
    list_id: int
    parent: Item | None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of lines that belong together.

    Attributes:
        kind: What the markup makes of them.
        lines: At least one.
        level: Of a heading in markup, 1 to 6; 0 where the words alone make it one.
        item: The innermost list item around it.
        opens_item: Whether it begins that item.
        quote: Depth of block quotation.
        content_end: Where a heading's words end, before closing marks and underlines.
        style: How a heading without markup level looks; see `headings`.
        title: A heading's words.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    level: int = 0
    item: Item | None = None
    opens_item: bool = False
    quote: int = 0
    content_end: int = -1
    style: str = ""
    title: str = ""

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.lines[-1].end


@dataclass(slots=True)
class _Scanner:
    """The state of one pass."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    lists: int = 0
    quote: int = 0
    opens_item: bool = False
    marker: Line | None = None
    blank_before: bool = True
    last_sibling: Item | None = None

    def flush(self) -> None:
        if self.lines:
            item = self.items[-1] if self.items else None
            self.blocks.append(
                Block("text", tuple(self.lines), item=item, opens_item=self.opens_item, quote=self.quote)
            )
            self.lines = []
            self.opens_item = False

    def drop_marker(self) -> None:
        """A bullet nothing followed is furniture."""
        if self.marker:
            self.blocks.append(Block("furniture", (self.marker,)))
            self.marker = None

    def add(self, block: Block) -> None:
        self.flush()
        self.drop_marker()
        self.blocks.append(block)

    def close_items(self, indent: int, quote: int, outer: int) -> None:
        while self.items:
            top = self.items[-1]
            reach = indent if top.quote == quote else outer
            if top.quote > quote or reach < top.indent + 2:
                self.last_sibling = self.items.pop()
            else:
                break


@dataclass(frozen=True, slots=True)
class _RawLine:
    start: int
    end: int
    inner: int
    outer: int
    indent: int
    quote: int
    hard: bool


def read_blocks(text: str) -> list[Block]:
    """Divide a text into blocks that hold every non-blank character, in order.

    Args:
        text: A version's text; nothing is changed or skipped but blanks.

    Returns:
        Headings in markup, paragraphs (with the list item they stand in), tables, and furniture: rules,
        lone tags, empty bullets, a byte order mark.
    """
    scanner = _Scanner(text)
    raw = list(_iter_lines(text))
    index = 0
    while index < len(raw):
        line = raw[index]
        if line.start == line.end:
            scanner.flush()
            scanner.blank_before = True
        elif line.inner == line.end:  # quotation marks or invisible characters alone
            scanner.add(Block("furniture", (Line(line.start, line.end, line.end),)))
            scanner.blank_before = True
        else:
            index = _read_line(scanner, raw, index)
            scanner.blank_before = False
        index += 1
    scanner.flush()
    scanner.drop_marker()
    return scanner.blocks


def _iter_lines(text: str) -> Iterator[_RawLine]:
    position = 0
    if text.startswith("\ufeff"):
        yield _RawLine(0, 1, 1, 0, 0, 0, False)
        position = 1
    while position < len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        line = text[position:stop]
        kept = line.rstrip()
        words = kept.lstrip()
        end = position + len(kept)
        start = end - len(words)
        outer = len(line[: start - position].expandtabs(4)) if start > position else 0
        visible = words.lstrip(_INVISIBLE)
        inner = end - len(visible)
        indent, quote = outer, 0
        if visible.startswith(">"):
            marks = _QUOTE.match(text, inner, end)
            if marks:
                quote = marks.group().count(">")
                rest = text[marks.end() : end]
                inner = end - len(rest.lstrip())
                indent = len(rest) - len(rest.lstrip())
        hard = line[len(kept) :].startswith("  ") or kept.endswith(("\\", *_HARD_TAGS))
        yield _RawLine(start, end, inner, outer, indent, quote, hard)
        position = stop + 1


def _read_line(scanner: _Scanner, raw: list[_RawLine], index: int) -> int:
    """Place the line and return the index of the last line used."""
    text, line = scanner.text, raw[index]
    if line.quote != scanner.quote:
        scanner.flush()
        scanner.quote = line.quote
    first = text[line.inner]
    if first in "=-*_" and _is_rule(text[line.inner : line.end]):
        _read_rule(scanner, line, first)
        return index
    if first == "|" or "|" in text[line.inner : line.end]:
        last = _find_table_end(text, raw, index)
        if last > index:
            _leave_items(scanner, line)
            lines = tuple(Line(row.start, row.end, row.inner) for row in raw[index : last + 1])
            item = scanner.items[-1] if scanner.items else None
            scanner.add(Block("table", lines, item=item, quote=line.quote))
            return last
    if first == "#":
        marks = _ATX.match(text, line.inner, line.end)
        if marks:
            _read_atx(scanner, line, marks)
            return index
    if first == "<" and _read_html(scanner, line):
        return index
    if text.startswith(("```", "~~~"), line.inner):
        # A fence that is never closed would swallow the document; its content is read as text.
        scanner.add(Block("furniture", (Line(line.start, line.end, line.end),)))
        return index
    marker = _MARKER.match(text, line.inner, line.end)
    if marker and _may_begin_item(scanner, line, marker):
        _begin_item(scanner, line, marker)
        return index
    if not scanner.lines:
        _leave_items(scanner, line)
    _add_text(scanner, Line(line.start, line.end, line.inner, line.hard))
    return index


def _leave_items(scanner: _Scanner, line: _RawLine) -> None:
    if scanner.blank_before and scanner.items:
        depth = len(scanner.items)
        scanner.close_items(line.indent, line.quote, line.outer)
        if len(scanner.items) < depth:
            scanner.drop_marker()


def _add_text(scanner: _Scanner, line: Line) -> None:
    if scanner.marker and not scanner.lines:
        marker, scanner.marker = scanner.marker, None
        scanner.opens_item = True
        scanner.lines.append(marker)
    scanner.lines.append(line)


def _is_rule(line: str) -> bool:
    marks = set(line)
    spaced = bool(marks & {" ", "\t"})
    marks -= {" ", "\t"}
    if len(marks) != 1:
        return False
    count = len(line) - line.count(" ") - line.count("\t")
    mark = marks.pop()
    return count >= 3 or (count == 2 and not spaced and mark in "=-")


def _read_rule(scanner: _Scanner, line: _RawLine, mark: str) -> None:
    underline = Line(line.start, line.end, line.end)
    lines = scanner.lines
    spaced = " " in scanner.text[line.inner : line.end]
    in_item = bool(scanner.items) and line.indent < scanner.items[-1].indent + 2
    if lines and mark in "=-" and not spaced and not (in_item and mark == "-"):
        words = lines[-1].end - lines[0].start
        if len(lines) <= _MAX_SETEXT_LINES and words <= _MAX_SETEXT_CHARS:
            item = scanner.items[-1] if scanner.items else None
            block = Block(
                "heading",
                (*lines, underline),
                level=1 if mark == "=" else 2,
                item=item,
                quote=line.quote,
                content_end=lines[-1].end,
            )
            scanner.lines = []
            scanner.opens_item = False
            if in_item:
                scanner.items.clear()
            scanner.add(block)
            return
    scanner.add(Block("furniture", (underline,)))
    if line.outer < 2:
        scanner.items.clear()


def _read_atx(scanner: _Scanner, line: _RawLine, marks: re.Match[str]) -> None:
    _leave_items_for_heading(scanner, line)
    content = scanner.text[marks.end() : line.end]
    bare = content.rstrip("#")
    closed = bare != content and (not bare or bare[-1].isspace())
    content_end = marks.end() + len(bare.rstrip()) if closed else line.end
    scanner.add(
        Block(
            "heading",
            (Line(line.start, line.end, marks.end()),),
            level=len(marks.group(1)),
            quote=line.quote,
            content_end=content_end,
        )
    )


def _leave_items_for_heading(scanner: _Scanner, line: _RawLine) -> None:
    scanner.flush()
    scanner.close_items(line.indent, line.quote, line.outer)


def _read_html(scanner: _Scanner, line: _RawLine) -> bool:
    heading = _HTML_HEADING.match(scanner.text, line.inner, line.end)
    if heading:
        _leave_items_for_heading(scanner, line)
        scanner.add(
            Block(
                "heading",
                (Line(line.start, line.end, heading.start(2)),),
                level=int(heading.group(1)),
                quote=line.quote,
                content_end=heading.end(2),
            )
        )
        return True
    if _TAG_LINE.match(scanner.text, line.inner, line.end):
        scanner.add(Block("furniture", (Line(line.start, line.end, line.end),)))
        return True
    return False


def _find_table_end(text: str, raw: list[_RawLine], index: int) -> int:
    """Return the index of the table's last line; the given one where no table begins here."""
    line = raw[index]

    def is_row(number: int) -> bool:
        row = raw[number]
        return row.quote == line.quote and row.inner < row.end and "|" in text[row.inner : row.end]

    def is_framed(number: int) -> bool:
        row = raw[number]
        return is_row(number) and row.end - row.inner > 1 and text[row.inner] == "|" == text[row.end - 1]

    following = index + 1
    if following >= len(raw) or not is_row(following):
        return index
    ruled = is_table_rule(text[raw[following].inner : raw[following].end])
    if not ruled and not (is_framed(index) and is_framed(following)):
        return index
    last = following
    framed = is_framed(index)
    while last + 1 < len(raw) and (is_framed(last + 1) or (not framed and is_row(last + 1))):
        last += 1
    return last


def is_table_rule(line: str) -> bool:
    """Recognise the line under a table's header by its characters."""
    return "-" in line and "|" in line and not line.strip("|:- \t\r")


def _may_begin_item(scanner: _Scanner, line: _RawLine, marker: re.Match[str]) -> bool:
    if scanner.blank_before or not scanner.lines:
        return True
    number = marker.group("number")
    if number is None:
        return not scanner.text.startswith("–", line.inner) or scanner.lines[-1].hard
    # A wrapped sentence may put "2023." at a line's start; a list begins at one or goes on counting.
    previous = scanner.lines[-1]
    if previous.hard or scanner.text.endswith(_ENDS_SENTENCE, previous.start, previous.end):
        return True
    siblings = [item for item in scanner.items[-2:] if item.ordered and item.ordinal + 1 == int(number)]
    return number == "1" or bool(siblings)


def _begin_item(scanner: _Scanner, line: _RawLine, marker: re.Match[str]) -> None:
    scanner.flush()
    scanner.drop_marker()
    scanner.last_sibling = None
    scanner.close_items(line.indent, line.quote, line.outer)
    number = marker.group("number")
    ordered = number is not None
    ordinal = int(number) if number else 0
    parent = scanner.items[-1] if scanner.items else None
    sibling = scanner.last_sibling
    same_list = (
        sibling is not None
        and sibling.parent is parent
        and sibling.ordered == ordered
        and (not ordered or ordinal > sibling.ordinal)
    )
    if same_list and sibling is not None:
        list_id = sibling.list_id
    else:
        scanner.lists += 1
        list_id = scanner.lists
    scanner.items.append(Item(ordered, ordinal, line.indent, line.quote, list_id, parent))
    content = _begin_inner_items(scanner, line, marker)
    opening = Line(line.start, line.end, content, line.hard)
    if content >= line.end:
        scanner.marker = opening
    else:
        scanner.opens_item = True
        scanner.lines.append(opening)


def _begin_inner_items(scanner: _Scanner, line: _RawLine, marker: re.Match[str]) -> int:
    """Open the lists that begin on an item's own line; return where the words begin."""
    content = marker.end()
    for _ in range(_MAX_INNER_ITEMS):
        inner = _MARKER.match(scanner.text, content, line.end)
        if not inner or inner.end() >= line.end:
            break
        scanner.lists += 1
        number = inner.group("number")
        indent = line.indent + content - line.inner
        scanner.items.append(
            Item(
                number is not None,
                int(number) if number else 0,
                indent,
                line.quote,
                scanner.lists,
                scanner.items[-1],
            )
        )
        content = inner.end()
    return content
