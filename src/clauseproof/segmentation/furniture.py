"""What a page shows around its text: tables of contents, navigation, buttons, running titles.

Conservative throughout: words that might say something stay in a provision.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clauseproof.segmentation.blocks import Block
from clauseproof.segmentation.headings import is_date_line
from clauseproof.segmentation.lists import is_lead_in
from clauseproof.segmentation.numbering import parse_number
from clauseproof.segmentation.rendering import Rendering, count_words

_MAX_ENTRY_WORDS = 14
_MAX_MENU_WORDS = 6
_MIN_RUN = 3
_LINK = re.compile(
    r"\[((?:[^\[\]\n]|\\.|\[[^\[\]\n]{0,200}\]\([^()\s]{0,2000}\)){0,500})\]\(([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?)\)"
)
_BUTTONS = frozenset(
    [
        "skip to content", "skip to main content", "skip to main", "skip navigation", "jump to content",
        "back to top", "return to top", "top of page", "scroll to top", "read more", "learn more", "see more",
        "show more", "show less", "view more", "expand all", "collapse all", "accept", "accept all",
        "accept cookies", "accept all cookies", "reject all", "reject all cookies", "decline",
        "manage cookies", "manage preferences", "cookie settings", "cookie preferences", "save preferences",
        "got it", "close",
        "menu", "search", "sign in", "sign up", "log in", "login", "get started", "try for free", "subscribe",
        "share", "print", "print this page", "download", "download pdf", "copy link", "next",
        "previous", "loading",
        "zum inhalt", "zum inhalt springen", "mehr erfahren", "nach oben",
    ]
)  # fmt: skip
_CONTENTS_TITLES = frozenset(
    [
        "contents", "table of contents", "on this page", "in this article", "in this document",
        "page contents", "toc", "inhalt", "inhaltsverzeichnis", "目录",
    ]
)  # fmt: skip
_BARE_NUMBER = re.compile(r"[\W_]*\d{1,3}[\W_]*$")
_COPYRIGHT = re.compile(r"©|\(c\)\s\d{4}|copyright\b", re.IGNORECASE)
_STOPS = (".", "。", ":", "：", ";", ",")
_SUBSTANCE = re.compile(r"[\d@§_]|https?:|www\.")


def mark_furniture(rendering: Rendering, blocks: Sequence[Block]) -> list[Block]:
    """Name the blocks that belong to the page and not to the document.

    Args:
        rendering: The text and its words.
        blocks: With the headings that markup shows settled.

    Returns:
        The same blocks in the same order, some of them furniture now.
    """
    words = [_visible(rendering, block) for block in blocks]
    leftover = [
        _is_wordless(block, visible) or _is_button(block, visible)
        for block, visible in zip(blocks, words, strict=True)
    ]
    _mark_contents(rendering, blocks, words, leftover)
    _mark_menus(rendering, blocks, words, leftover)
    _mark_running_titles(blocks, words, leftover)
    return [
        replace(block, kind="furniture") if left else block
        for block, left in zip(blocks, leftover, strict=True)
    ]


def is_trifle(rendering: Rendering, block: Block, before: Block | None) -> bool:
    """Tell whether a paragraph is one or two words that say nothing where they stand.

    Args:
        rendering: The text and its words.
        block: A paragraph.
        before: The block above it; an answer right below a heading or a colon is no trifle.
    """
    visible = rendering.words(block.start, block.end)
    if _BARE_NUMBER.match(visible):
        return True
    if block.item or count_words(visible) > 2 or len(visible) > 60 or visible.endswith(_STOPS):
        return False
    if _SUBSTANCE.search(visible) or parse_number(visible) is not None:
        return False
    if before is None:
        return True
    return before.kind != "heading" and not rendering.words(before.start, before.end).endswith((":", "："))


def _visible(rendering: Rendering, block: Block) -> str:
    if block.kind == "furniture":
        return ""
    if block.kind == "heading":
        return block.title
    return rendering.words(block.lines[0].content, block.end)


def _is_wordless(block: Block, visible: str) -> bool:
    return block.kind == "furniture" or not any(character.isalnum() for character in visible)


def _is_button(block: Block, visible: str) -> bool:
    if len(visible) > 40 or block.item:
        return False
    label = _fold_label(visible)
    return label in _CONTENTS_TITLES or (block.kind == "text" and label in _BUTTONS)


def _fold_label(visible: str) -> str:
    return visible.strip(" .:!…→←↑↓›»▼▲+-").casefold()


def _key(visible: str) -> str:
    number = parse_number(visible)
    rest = visible[number.length :] if number else visible
    return " ".join("".join(c if c.isalnum() else " " for c in rest.casefold()).split())


def _links(rendering: Rendering, block: Block) -> tuple[int, bool]:
    """Count the links of a block that is nothing else, and tell whether all lead into the page itself."""
    text = rendering.text[block.lines[0].content : block.end]
    if "](" not in text:
        return 0, False
    targets = [match.group(2) for match in _LINK.finditer(text)]
    if any(character.isalnum() for character in _LINK.sub("", text)):
        return 0, False
    return len(targets), all(target.startswith("#") for target in targets)


def _is_short_block(block: Block, visible: str) -> bool:
    # The character limit holds ideographs, which set no blanks, and keeps long lines from being scanned.
    plain = block.kind == "text" or (block.kind == "heading" and block.level == 0)
    return plain and len(visible) <= 160 and 0 < count_words(visible) <= _MAX_ENTRY_WORDS


def _mark_contents(
    rendering: Rendering, blocks: Sequence[Block], words: Sequence[str], leftover: list[bool]
) -> None:
    """Mark runs of short entries that lead into the page or repeat headings further down."""
    last_title: dict[str, int] = {}
    for index, (block, visible) in enumerate(zip(blocks, words, strict=True)):
        if block.kind == "heading" or _may_head_text(blocks, words, index):
            last_title[_key(visible)] = index
    run: list[int] = []
    pointing = 0
    for index in range(len(blocks) + 1):
        if index < len(blocks):
            if leftover[index]:
                continue
            block, visible = blocks[index], words[index]
            if _is_short_block(block, visible):
                only, inside = _links(rendering, block)
                repeats = last_title.get(_key(visible), -1) > index
                if inside or repeats or (only and pointing and block.item):
                    run.append(index)
                    pointing += inside or repeats
                    continue
        led = bool(run) and _is_led(blocks, words, run[0])
        if pointing >= _MIN_RUN and not led and _repeated_elsewhere(run, words, last_title):
            for entry in run:
                leftover[entry] = True
        run, pointing = [], 0


def _may_head_text(blocks: Sequence[Block], words: Sequence[str], index: int) -> bool:
    """Tell whether a short block without heading markup stands above text of its own."""
    block = blocks[index]
    if not _is_short_block(block, words[index]) or (block.item is not None and not block.item.ordered):
        return False
    return index + 1 < len(blocks) and not _is_short_block(blocks[index + 1], words[index + 1])


def _is_led(blocks: Sequence[Block], words: Sequence[str], index: int) -> bool:
    """Tell whether a sentence announces what begins here: then it is part of the document."""
    before = next((past for past in range(index - 1, -1, -1) if blocks[past].kind != "furniture"), None)
    return (
        before is not None
        and blocks[before].kind == "text"
        and count_words(words[before]) > 3
        and (words[before].endswith((":", "：")))
    )


def _repeated_elsewhere(run: Sequence[int], words: Sequence[str], last_title: dict[str, int]) -> bool:
    """Tell a table of contents from a section whose short entries merely resemble each other."""
    end = run[-1]
    beyond = sum(last_title.get(_key(words[entry]), -1) > end for entry in run)
    return beyond * 2 >= len(run)


def _mark_menus(
    rendering: Rendering, blocks: Sequence[Block], words: Sequence[str], leftover: list[bool]
) -> None:
    """Mark link-only lines above the document's first words and below its last."""
    for indexes in (range(len(blocks)), range(len(blocks) - 1, -1, -1)):
        run: list[int] = []
        for index in indexes:
            if leftover[index]:
                continue
            block, visible = blocks[index], words[index]
            if block.kind == "text" and _COPYRIGHT.match(visible) and not run:
                continue
            links = _links(rendering, block)[0] if block.kind == "text" and "@" not in visible else 0
            if not links or count_words(visible) > links * _MAX_MENU_WORDS or len(visible) > links * 80:
                break
            run.append(index)
        top = min(run, default=0)
        led = top > 0 and blocks[top - 1].kind == "text" and is_lead_in(words[top - 1])
        if not led:
            for index in run:
                leftover[index] = True


def _mark_running_titles(blocks: Sequence[Block], words: Sequence[str], leftover: list[bool]) -> None:
    """Mark a printed document's title and date where every page repeats them."""
    seen: dict[str, int] = {}
    for block, visible in zip(blocks, words, strict=True):
        if block.kind == "text" and len(visible) <= 120 and not block.item:
            seen[visible] = seen.get(visible, 0) + 1
    title = next((visible for visible, left in zip(words, leftover, strict=True) if visible and not left), "")
    met: set[str] = set()
    for index, (block, visible) in enumerate(zip(blocks, words, strict=True)):
        if block.kind != "text" or seen.get(visible, 0) < _MIN_RUN or leftover[index]:
            continue
        if visible != title and not is_date_line(visible):
            continue
        leftover[index] = visible in met
        met.add(visible)
