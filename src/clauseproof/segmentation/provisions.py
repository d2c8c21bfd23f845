"""Blocks to provisions: what stands together, what each hangs on, and under which headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from clauseproof.documents import Heading, Provision, ProvisionKind, Segmentation, Span
from clauseproof.segmentation.blocks import Block, Line, read_blocks
from clauseproof.segmentation.definitions import MAX_DEFINITIONS, Glossary, read_terms
from clauseproof.segmentation.emphasis import find_run_in
from clauseproof.segmentation.furniture import is_trifle, mark_furniture
from clauseproof.segmentation.headings import (
    MAX_TITLE,
    Outline,
    ends_open,
    is_date_line,
    mark_headings,
    mark_plain_headings,
    names_clause,
    says_something,
)
from clauseproof.segmentation.lists import find_leads
from clauseproof.segmentation.numbering import parse_number
from clauseproof.segmentation.paragraphs import MAX_WORDS, Piece, split_long
from clauseproof.segmentation.rendering import Rendering, count_words
from clauseproof.segmentation.tables import read_table, split_cells

_MAX_CHAIN = 6
_MAX_INHERITED = 3
_MAX_RUN_IN_WORDS = 12
_MAX_LINE_WORDS = 8
_MAX_GATHERED_LINES = 12
_BREAK_TAG = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\\?\d{1,3}\\?[.)]?$")
_LABEL = re.compile(r"[A-Z][^.:;!?\n]{1,70}:\s(?=[A-Z“\"(])")
_CLAUSE_TITLE = re.compile(r"\s{0,2}([A-Z][^.:;!?\n]{2,70})[.:]\s(?=[A-Z“\"(])")


def split_provisions(version_id: str, text: str) -> Segmentation:
    """Divide a version's text into provisions, headings and furniture.

    Args:
        version_id: Of the version; its first twelve characters open each provision's id.
        text: The archived Markdown or plain text, exactly as recorded.

    Returns:
        The division: every non-blank character lies in exactly one provision, heading or furniture span.
    """
    rendering = Rendering(text)
    blocks = mark_headings(rendering, read_blocks(text))
    blocks = mark_furniture(rendering, blocks)
    blocks = mark_plain_headings(rendering, blocks)
    builder = _Builder(rendering, blocks)
    builder.build()
    return Segmentation(
        provisions=tuple(_finish(rendering, builder.drafts, version_id)),
        headings=tuple(builder.headings),
        furniture=tuple(_merge_furniture(text, builder.furniture)),
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    start: int
    end: int
    path: tuple[str, ...]
    context: tuple[Span, ...]
    kind: ProvisionKind

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end)


@dataclass(slots=True)
class _Builder:
    """One pass over the settled blocks."""

    rendering: Rendering
    blocks: Sequence[Block]
    drafts: list[_Draft] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    furniture: list[tuple[int, int]] = field(default_factory=list)
    outline: Outline = field(default_factory=Outline)

    def __post_init__(self) -> None:
        self._leads = find_leads(self.rendering, self.blocks)
        self._chains: dict[int, tuple[int, ...]] = {}
        self._titles: dict[int, tuple[str, ...]] = {}
        self._spans: dict[int, Span] = {}

    _leads: list[int | None] = field(init=False)
    _chains: dict[int, tuple[int, ...]] = field(init=False)
    _titles: dict[int, tuple[str, ...]] = field(init=False)
    _spans: dict[int, Span] = field(init=False)

    def build(self) -> None:
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            if block.kind == "heading":
                self._add_heading(index)
            elif block.kind == "table":
                self._add_table(index)
            elif block.kind == "text":
                index += self._add_text(index) - 1
            else:
                self.furniture.append((block.start, block.end))
            index += 1

    def _add_heading(self, index: int) -> None:
        block = self.blocks[index]
        start, title = block.start, block.title
        before = self.blocks[index - 1] if index else None
        if before is not None and before.kind == "furniture" and parse_number(title) is None:
            number = self.rendering.text[before.start : before.end]
            # A converter may set the number of a heading on a line of its own.
            if _BARE_NUMBER.match(number) and self.furniture and self.furniture[-1][0] == before.start:
                self.furniture.pop()
                start = before.start
                title = f"{number} {title}"[:MAX_TITLE]
        level = self.outline.open_heading(block, title)
        span = Span(start=start, end=block.end)
        self.headings.append(Heading(title=title, level=level, span=span))
        self._spans[index] = span

    def _add_text(self, index: int) -> int:
        """Place a text block, with those that belong to it, and return how many."""
        block = self.blocks[index]
        before = next(
            (past for past in reversed(self.blocks[max(0, index - 3) : index]) if past.kind != "furniture"),
            None,
        )
        count = self._gather(index)
        if count == 1 and is_trifle(self.rendering, block, before):
            self.furniture.append((block.start, block.end))
            return 1
        number = parse_number(self.rendering.words(block.start, min(block.end, block.start + 80)))
        if block.item is None and number is not None and number.decimal:
            self.outline.close_for_clause(number)
        members = range(index, index + count)
        lines = [line for member in members for line in self.blocks[member].lines]
        path = self.outline.path + self._read_titles(index)
        context = self._read_context(index)
        kind = self._kind(index)
        drafted = len(self.drafts)
        for piece in self._split(lines):
            stem = (self.drafts[drafted + piece.stem].span,) if piece.stem is not None else ()
            piece_kind: ProvisionKind = "item" if piece.part else kind
            self.drafts.append(_Draft(piece.start, piece.end, path, context + stem, piece_kind))
        for member in members:
            self._chains[member] = self._chain(index)
            self._titles[member] = self._titles[index]
            self._spans[member] = self.drafts[-1].span
        return count

    def _split(self, lines: Sequence[Line]) -> list[Piece]:
        start, end = lines[0].start, lines[-1].end
        if count_words(self.rendering.words(start, end)) <= MAX_WORDS:
            return [Piece(start, end)]
        starts = [lines[0].start]
        starts += [line.start for past, line in pairwise(lines) if past.hard]
        return split_long(self.rendering, list(zip(starts, [*starts[1:], end], strict=True)))

    def _gather(self, index: int) -> int:
        """Count the blocks that make one provision with this one."""
        block = self.blocks[index]
        if block.item is not None:
            return self._gather_item(index)
        count = 0
        while (
            count < _MAX_GATHERED_LINES
            and index + count < len(self.blocks)
            and self._is_line(index + count)
            and self.blocks[index + count].quote == block.quote
        ):
            count += 1
        return count if count > 1 else self._gather_broken(index)

    def _gather_item(self, index: int) -> int:
        item = self.blocks[index].item
        count, words = 0, 0
        while index + count < len(self.blocks):
            block = self.blocks[index + count]
            if block.kind != "text" or block.item is not item or (block.opens_item and count):
                break
            words += count_words(self.rendering.words(block.start, block.end))
            if words > MAX_WORDS and count:
                break
            count += 1
        return count

    def _gather_broken(self, index: int) -> int:
        """Count the paragraphs that a page break cut: an open end, then a small letter."""
        count = 1
        while count < _MAX_GATHERED_LINES and index + count < len(self.blocks):
            past, block = self.blocks[index + count - 1], self.blocks[index + count]
            if block.kind != "text" or block.item is not None or block.quote != past.quote:
                break
            ending = self.rendering.words(past.start, past.end)
            opening = self.rendering.words(block.start, min(block.end, block.start + 40))
            if (
                count_words(ending) < _MAX_LINE_WORDS
                or not ending[-1:].isalpha()
                or not opening[:1].islower()
            ):
                break
            if _begins_clause(opening):
                break
            count += 1
        return count

    def _is_line(self, index: int) -> bool:
        """Tell whether a block is a line of an address, a signature or the like: short, no sentence."""
        block = self.blocks[index]
        if block.kind != "text" or block.item is not None or block.end - block.start > 400:
            return False
        visible = self.rendering.words(block.start, block.end)
        return (
            count_words(visible) <= _MAX_LINE_WORDS
            and (ends_open(visible) or visible.endswith(","))
            and not visible.endswith((":", "："))
            and not is_date_line(visible)
            and not _begins_clause(visible)
        )

    def _kind(self, index: int) -> ProvisionKind:
        block = self.blocks[index]
        led = self._leads[index] is not None
        if block.item is not None:
            return "clause" if block.item.ordered and not led else "item"
        first = block.lines[0]
        number = parse_number(self.rendering.words(first.content, min(first.end, first.content + 80)))
        if number is None or number.bare:
            return "paragraph"
        return "item" if led else "clause"

    def _add_table(self, index: int) -> None:
        block = self.blocks[index]
        table = read_table(self.rendering, block)
        path = self.outline.path + self._read_titles(index)
        self._chains[index] = self._chain(index)
        context = self._read_context(index)
        if table.header is not None:
            self.furniture.append((table.header.start, table.header.end))
            context += (Span(start=table.header.start, end=table.header.end),)
        self.furniture.extend((line.start, line.end) for line in table.leftover)
        for row in table.rows:
            self._add_row(row, path, context)

    def _add_row(self, row: Line, path: tuple[str, ...], context: tuple[Span, ...]) -> None:
        text = self.rendering.text
        if count_words(self.rendering.words(row.start, row.end)) <= MAX_WORDS:
            self.drafts.append(_Draft(row.start, row.end, path, context, "row"))
            return
        cells = split_cells(text, row.content, row.end)
        starts = [row.start]
        for start, end in cells[1:] if cells[0][0] <= row.content + 1 else cells:
            starts.append(start)
            starts.extend(tag.end() for tag in _BREAK_TAG.finditer(text, start, end))
        starts = sorted(set(starts))
        pieces = split_long(self.rendering, list(zip(starts, [*starts[1:], row.end], strict=True)))
        # What a row is about stands in its first cell: the later pieces keep it in sight.
        for number, piece in enumerate(pieces):
            first = pieces[0]
            label = (Span(start=first.start, end=first.end),) if number else ()
            self.drafts.append(_Draft(piece.start, piece.end, path, context + label, "row"))

    def _chain(self, index: int) -> tuple[int, ...]:
        lead = self._leads[index]
        if lead is None:
            return ()
        chain = (*self._chains.get(lead, ()), lead)
        # However deep a list is nested, its outermost lead-in and the nearest parents say what governs it.
        return chain if len(chain) <= _MAX_CHAIN else (chain[0], *chain[1 - _MAX_CHAIN :])

    def _read_context(self, index: int) -> tuple[Span, ...]:
        spans = (self._spans.get(lead) for lead in self._chain(index))
        return tuple(dict.fromkeys(span for span in spans if span is not None))

    def _read_titles(self, index: int) -> tuple[str, ...]:
        lead = self._leads[index]
        inherited = self._titles.get(lead, ()) if lead is not None else ()
        own = self._read_run_in(self.blocks[index])
        titles = (*inherited, own) if own and own not in inherited else inherited
        self._titles[index] = titles[-_MAX_INHERITED:]
        return self._titles[index]

    def _read_run_in(self, block: Block) -> str:
        """Return the title set into the beginning of a paragraph, or an empty string."""
        if block.kind != "text":
            return ""
        first = block.lines[0]
        visible = self.rendering.words(first.content, min(first.end, first.content + 160))
        if is_date_line(visible):
            return ""
        found = find_run_in(self.rendering.text, first.content, first.end)
        if found:
            title = self.rendering.words(*found)
            number = parse_number(title)
            named = title[number.length :].strip() if number else title
            rest = self.rendering.words(found[1], min(block.end, found[1] + 40))
            titled = count_words(title) <= _MAX_RUN_IN_WORDS and not says_something(named)
            if rest and titled and _ends_title(title, rest):
                return title.rstrip(" .:–—-")[:MAX_TITLE]
        number = parse_number(visible)
        label = _CLAUSE_TITLE.match(visible, number.length) if number else None
        if label and len(label.group(1).split()) <= _MAX_LINE_WORDS and names_clause(label.group(1)):
            return visible[: label.end(1)].strip()
        label = _LABEL.match(visible) if block.item is not None else None
        if label and len(label.group().split()) <= _MAX_LINE_WORDS:
            return label.group().rstrip(": ")
        return ""


def _begins_clause(visible: str) -> bool:
    number = parse_number(visible)
    return number is not None and number.length < len(visible) and not number.bare


def _ends_title(title: str, rest: str) -> bool:
    """Tell whether emphasised words are a title by what stands at their end."""
    if not any(character.isalpha() for character in title):
        return False
    if title.endswith((".", ":", "?", "!", "–", "—", "：", "。")) or rest[0] in ":：.–—-?":
        return True
    return parse_number(title) is not None or (len(title.split()) > 1 and rest[0].isupper())


def _finish(rendering: Rendering, drafts: Sequence[_Draft], version_id: str) -> list[Provision]:
    words = [rendering.words(draft.start, draft.end) for draft in drafts]
    terms = [
        () if draft.kind == "row" else read_terms(visible, draft.path)
        for draft, visible in zip(drafts, words, strict=True)
    ]
    glossary = Glossary([(place, found) for place, found in enumerate(terms) if found])
    uses = [
        glossary.find_uses(visible) - {place} if glossary else set() for place, visible in enumerate(words)
    ]
    frequency: dict[int, int] = {}
    for used in uses:
        for place in used:
            frequency[place] = frequency.get(place, 0) + 1
    provisions: list[Provision] = []
    for place, draft in enumerate(drafts):
        # The rarest terms tell most: "Services" stands everywhere.
        chosen = sorted(uses[place], key=lambda other: (frequency[other], other))[:MAX_DEFINITIONS]
        definitions = tuple(drafts[other].span for other in sorted(chosen))
        provisions.append(
            Provision(
                provision_id=f"{version_id[:12]}:{draft.start}-{draft.end}",
                heading_path=draft.path,
                span=draft.span,
                context=tuple(dict.fromkeys((*draft.context, *definitions))),
                kind="definition" if terms[place] else draft.kind,
            )
        )
    return provisions


def _merge_furniture(text: str, spans: Sequence[tuple[int, int]]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1].end : start].strip():
            merged[-1] = Span(start=merged[-1].start, end=end)
        else:
            merged.append(Span(start=start, end=end))
    return merged
