"""Which run of text a quotation is read in: provision, cell, sentence, and the lead-in above a list item.

The provisions come from segmentation where the caller has them; without them the layout of the
Markdown itself gives paragraphs, list items, table rows and headings.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from clauseproof.documents import Segmentation, Span
from clauseproof.sentences import iter_sentences
from clauseproof.verification.tokens import SourceTokens, is_word

_PARAGRAPH_END = re.compile(r"\n[ \t>]*\r?\n")
_BORDER = re.compile(r"\n[ \t>]*\r?\n|(?<!\\)\|")
_ANY_BORDER = re.compile(_BORDER.pattern + r"|(?: {2}|\\)\r?\n|<br", re.IGNORECASE)
_ITEM = re.compile(
    r"([ \t]*)(?:>[ \t]?)*(?:[*+-]|\d{1,3}\\?[.)]|\\?\((?:\d{1,2}|[a-z]{1,4})\\?\))[ \t]+", re.IGNORECASE
)
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t#\[]")
_UNDERLINE = re.compile(r"[ \t]*(?:=+|-{2,})[ \t]*\r?$")
_CLOSED_END = re.compile(r"[.!?;][\"')\]]*\Z")
_REFERS_ON = re.compile(r"\b(?:following|below)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A provision or heading as a range of archived offsets, with the lead-ins that open it."""

    start: int
    end: int
    lead_ins: tuple[Span, ...] = ()


class Passages:
    """The passages of one version, and the sentences in them."""

    def __init__(self, source: SourceTokens, segmentation: Segmentation | None) -> None:
        """Divide a version.

        Args:
            source: Its words.
            segmentation: Its provisions and headings; the layout decides where it is left out.
        """
        self._source = source
        self._passages = _from_segmentation(segmentation) if segmentation else _from_layout(source.source)
        self._starts = [passage.start for passage in self._passages]
        self._blocks: dict[int, list[int]] = {}
        self._sentences: dict[int, list[int]] = {}

    def passage_at(self, position: int) -> Passage:
        """Return the passage a token stands in; a text between passages is one of its own."""
        offset = self._source.raw_start(position)
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and offset < self._passages[at].end:
            return self._passages[at]
        start = self._passages[at].end if at >= 0 else 0
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._source.source)
        return Passage(start, end)

    def share_passage(self, first: int, second: int) -> bool:
        """Tell whether two tokens stand in one passage, with no blank line between them."""
        begin, end = self._source.raw_end(first), self._source.raw_start(second)
        return end < self.passage_at(first).end and not _PARAGRAPH_END.search(self._source.source, begin, end)

    def block_at(self, position: int) -> tuple[int, int]:
        """Return the tokens around a token up to the next blank line, cell border or end of its passage."""
        passage = self.passage_at(position)
        blocks = self._blocks.get(passage.start)
        if blocks is None:
            blocks = self._blocks[passage.start] = self._divide(passage, position)
        at = bisect_right(blocks, position) - 1
        return blocks[at], blocks[at + 1]

    def sentence_at(self, position: int) -> tuple[int, int]:
        """Return the tokens of the sentence a token stands in; parts of a run-in list count as one."""
        start, end = self.block_at(position)
        sentences = self._sentences.get(start)
        if sentences is None:
            sentences = self._sentences[start] = self._read_sentences(start, end)
        at = bisect_right(sentences, position) - 1
        return sentences[at], sentences[at + 1]

    def _divide(self, passage: Passage, position: int) -> list[int]:
        """Return where the blocks of a passage begin, and its end."""
        low, high = self._source.token_range(passage.start, passage.end)
        low, high = min(low, position), max(high, position + 1)
        words, blocks, listing = self._source.words, [low], False
        for at in range(low + 1, high):
            gap = self._source.gap(at)
            listing = listing or words[at - 1] == ":"
            # A break inside a paragraph ends a sentence only where the next line begins one, and a list
            # written with breaks stays under its lead-in.
            fresh = not listing and words[at][0].isupper() and words[at - 1] != ","
            border = _ANY_BORDER if fresh else _BORDER
            if gap != " " and border.search(gap):
                blocks.append(at)
        return [*blocks, high]

    def _read_sentences(self, start: int, end: int) -> list[int]:
        """Return where the sentences of a block begin, and its end."""
        source = self._source
        base = source.starts[start]
        text = source.plain.text[base : source.ends[end - 1]]
        sentences, open_list = [start], False
        for begin, stop in iter_sentences(text):
            at = bisect_left(source.starts, base + begin)
            if not open_list and at > sentences[-1]:
                sentences.append(at)
            open_list = text[stop - 1] == ";"
        return [*sentences, end]

    def opens_passage(self, position: int) -> bool:
        """Tell whether no word of a token's passage stands before it."""
        low, _ = self._source.token_range(self.passage_at(position).start, self._source.raw_start(position))
        return not any(map(is_word, self._source.words[low:position]))

    def lead_in(self, position: int) -> list[int]:
        """Return the tokens that open the list a token's passage is an item of, if any."""
        tokens: list[int] = []
        for span in self.passage_at(position).lead_ins:
            start, end = self._source.token_range(span.start, span.end)
            if start < end and span.end <= self._source.raw_start(position):
                begin = max(self.sentence_at(end - 1)[0], start)
                if self._opens_list(begin, end):
                    tokens += range(begin, end)
        return tokens

    def _opens_list(self, start: int, end: int) -> bool:
        """Tell a list's lead-in from other context, such as a definition, by how its last sentence ends."""
        text = self._source.plain.text[self._source.starts[start] : self._source.ends[end - 1]]
        return not _CLOSED_END.search(text) or bool(_REFERS_ON.search(text))

    def fills_block(self, start: int, end: int) -> bool:
        """Tell whether tokens are a whole heading, cell, list item or provision."""
        return self.block_at(start)[0] == start and self.block_at(end - 1)[1] <= end + self._marks_after(end)

    def _marks_after(self, position: int) -> int:
        words = self._source.words
        count = 0
        while position + count < len(words) and not words[position + count][0].isalnum():
            count += 1
        return count


def _from_segmentation(segmentation: Segmentation) -> list[Passage]:
    passages = [
        Passage(
            provision.span.start, provision.span.end, provision.context if provision.kind != "row" else ()
        )
        for provision in segmentation.provisions
    ]
    passages += [Passage(heading.span.start, heading.span.end) for heading in segmentation.headings]
    return sorted(passages, key=lambda passage: passage.start)


def _from_layout(text: str) -> list[Passage]:
    """Return paragraphs, list items, rows and headings as the layout shows them."""
    passages: list[Passage] = []
    open_lead_ins: list[tuple[int, Span]] = []  # indentation and range of paragraphs that end in a colon
    for start, end, indent, is_item in _iter_blocks(text):
        while open_lead_ins and (indent < open_lead_ins[-1][0] or not is_item):
            open_lead_ins.pop()
        lead_ins = tuple(span for depth, span in open_lead_ins if depth < indent or depth < 0)
        passages.append(Passage(start, end, lead_ins if is_item else ()))
        if text[start:end].rstrip(" \t\r\n*_").endswith(":"):
            open_lead_ins = [entry for entry in open_lead_ins if entry[0] < indent]
            open_lead_ins.append((indent if is_item else -1, Span(start=start, end=end)))
    return passages


def _iter_blocks(text: str) -> Iterator[tuple[int, int, int, bool]]:
    """Yield start, end, indentation and whether it is a list item, of every block."""
    position, begin, indent, is_item = 0, -1, 0, False
    for line in text.splitlines(keepends=True):
        item = _ITEM.match(line)
        heading = bool(_HEADING.match(line))
        blank, under = not line.strip(), bool(_UNDERLINE.match(line))
        fresh = bool(item) or heading or line.lstrip().startswith("|")
        if begin >= 0 and (blank or fresh):
            yield begin, position, indent, is_item
            begin = -1
        if not blank and begin < 0:
            begin, is_item = position, bool(item)
            indent = len(item.group(1).expandtabs(4)) if item else 0
        position += len(line)
        if begin >= 0 and (heading or under):
            yield begin, position, indent, is_item
            begin = -1
    if begin >= 0:
        yield begin, position, indent, is_item
