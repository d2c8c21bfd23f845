"""What an item of a list hangs on: its lead-in, its parent item, the clause that enumerates it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clauseproof.segmentation.blocks import Block, Item
from clauseproof.segmentation.numbering import Numbering, parse_number
from clauseproof.segmentation.rendering import Rendering, count_words

_ANNOUNCES = re.compile(r"\b(?:following|as follows|listed below|folgend(?:e|en|es|er))\b", re.IGNORECASE)
_OPEN_ENDS = (":", "：", "—", "–", ":-")
_SENTENCE_ENDS = (".", "!", "?", ";", "。", "；", "！", "？")
_TITLE_WORDS = 30
_UNMARKED_RANK = 10


def is_lead_in(visible: str) -> bool:
    """Tell whether words announce a list.

    Args:
        visible: The words above the list.

    Returns:
        True where they end with a colon, a comma or open, or their last sentence says that something follows.
    """
    bare = visible.rstrip("\"”’')]*_ ")
    if not bare:
        return False
    if bare.endswith(_OPEN_ENDS) or not bare.endswith(_SENTENCE_ENDS):
        return True
    tail = bare[-300:-1]
    last = max(tail.rfind(". "), tail.rfind("! "), tail.rfind("? "))
    return bool(_ANNOUNCES.search(tail, last + 1))


def find_leads(rendering: Rendering, blocks: Sequence[Block]) -> list[int | None]:
    """Find for every block the block above that it hangs on.

    Args:
        rendering: The text and its words.
        blocks: All blocks, headings and furniture settled.

    Returns:
        For each block the index of its lead-in, or None.
    """
    finder = _LeadFinder(rendering, blocks)
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            finder.open_section(index)
        elif block.kind in ("text", "table"):
            finder.place(index)
    return finder.leads


class _LeadFinder:
    """One pass over the blocks with the lists and enumerations open at each place."""

    def __init__(self, rendering: Rendering, blocks: Sequence[Block]) -> None:
        self._rendering = rendering
        self._blocks = blocks
        self.leads: list[int | None] = [None] * len(blocks)
        self._latest: dict[Item, int] = {}
        self._opening: dict[Item, int] = {}
        self._list_lead: dict[int, int | None] = {}
        self._counting: list[tuple[Numbering, int | None]] = []
        self._before: int | None = None
        # A lead-in whose list is divided by headings ("We share data with:", then a heading per group).
        self._above: tuple[int, int] | None = None
        self._below_heading = False

    def open_section(self, index: int) -> None:
        """A heading ends what was open; one that ends with a colon announces what follows."""
        self._counting.clear()
        block = self._blocks[index]
        rank = block.level or _UNMARKED_RANK
        if self._above is not None and rank < self._above[1]:
            self._above = None
        if self._before is not None and self._announces(self._before, strict=True):
            self._above = (self._before, rank)
        self._before = index if block.title.endswith((":", "：")) else None
        self._below_heading = True

    def place(self, index: int) -> None:
        block = self._blocks[index]
        visible = self._rendering.words(block.start, block.end) if block.kind == "text" else ""
        if block.item is None:
            self.leads[index] = self._lead_of_paragraph(index, visible)
        elif block.opens_item:
            self.leads[index] = self._lead_of_item(index)
            self._opening[block.item] = index
        else:
            self.leads[index] = self._lead_of_continuation(index)
        if block.item is not None:
            self._latest[block.item] = index
        self._before = index
        self._below_heading = False

    def _lead_of_item(self, index: int) -> int | None:
        item = self._blocks[index].item
        assert item is not None
        if item.parent is not None:
            return self._latest.get(item.parent)
        if item.list_id not in self._list_lead:
            lead = self._before if self._announces(self._before, strict=False) else None
            if lead is None and self._below_heading and self._above is not None:
                lead = self._above[0]
            self._list_lead[item.list_id] = lead
        return self._list_lead[item.list_id]

    def _lead_of_continuation(self, index: int) -> int | None:
        block = self._blocks[index]
        opening = self._opening.get(block.item) if block.item else None
        if opening is None:
            return None
        first = self._blocks[opening]
        short = count_words(self._rendering.words(first.start, first.end)) <= _TITLE_WORDS
        if short or block.kind == "table":
            return opening
        return self.leads[opening]

    def _lead_of_paragraph(self, index: int, visible: str) -> int | None:
        after = self._counting[-1][0] if self._counting else None
        number = parse_number(visible[:60], after) if visible else None
        if number is None or number.style == "annex":
            lead = self._before if self._announces(self._before, strict=True) else None
            if visible.endswith((":", "：")):
                self._counting.clear()
            return lead
        known = next(
            (
                place
                for place, (open_number, _) in enumerate(self._counting)
                if open_number.style == number.style
            ),
            None,
        )
        starts_over = number.ordinal == 1 and not number.decimal
        if known is not None and not starts_over:
            lead = self._counting[known][1]
        else:
            lead = self._before if self._announces(self._before, strict=not starts_over) else None
            if number.decimal and number.ordinal != 1 and known is None:
                lead = self._before if self._announces(self._before, strict=True) else None
        if known is not None:
            del self._counting[known:]
        self._counting.append((number, lead))
        return lead

    def _announces(self, index: int | None, *, strict: bool) -> bool:
        """Tell whether the block right above announces this one; an item does so by a colon alone."""
        if index is None:
            return False
        block = self._blocks[index]
        if block.kind == "heading":
            return True
        if block.kind != "text":
            return False
        visible = self._rendering.words(block.start, block.end)
        if strict or block.item is not None:
            return visible.rstrip("*_ ").endswith((":", "：", ":-"))
        return is_lead_in(visible)
