"""Which lines are headings, and how they nest.

Markup decides first. Lines without heading markup become headings by how they look: wholly bold or
italic, in capitals, numbered and short, or set like a title above running text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clauseproof.segmentation.blocks import Block, Line
from clauseproof.segmentation.emphasis import read_emphasis
from clauseproof.segmentation.numbering import Numbering, parse_number
from clauseproof.segmentation.rendering import Rendering, count_words

MAX_TITLE = 200
_MAX_MARKED_WORDS = 30
_MAX_STYLED_WORDS = 16
_MAX_PLAIN_WORDS = 10
_MAX_LEVEL = 9
_ANNEX_RANK = 1.5

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|mai|juni|juli|okt|dez)"
    r"[a-zäé]{0,9}\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_MONTH}\s(?:{_DAY},?\s)?\d{{4}}|\b{_DAY}\.?\s(?:of\s)?{_MONTH},?\s\d{{4}}"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}年",
    re.IGNORECASE,
)
_DATE_LEAD = re.compile(
    r"[\W_]{0,8}(?:(?:this|these|our)\b.{0,40})?\b(?:last\s)?"
    r"(?:updated?|modified|revised|revision|effective|version|stand|posted|published|in force)\b",
    re.IGNORECASE,
)
_DATE_CJK = re.compile(r"(?:更新|生效|发布|版本)")
_SENTENCE_INSIDE = re.compile(r"[.!?][\"”')\]]?\s+[A-Z“\"(]")
_QUESTION = re.compile(
    r"(?:how|what|who|when|where|why|which|whom|your|our|wie|was|wer|wann|wo|warum|welche)\b", re.IGNORECASE
)
_VERBS = frozenset(
    [
        "we", "you", "they", "it", "is", "are", "was", "were", "do", "does", "did", "don't", "doesn't",
        "will", "won't", "may", "might", "shall", "must", "can", "cannot", "can't", "has", "have",
        "agree", "agrees", "acknowledge", "wir", "sie", "ist", "sind", "wird", "werden",
    ]
)  # fmt: skip
_SMALL = frozenset(
    [
        "a", "an", "and", "as", "at", "by", "de", "der", "des", "die", "for", "from", "if", "in", "into",
        "is", "it", "its", "of", "on", "or", "our", "per", "the", "their", "this", "to", "under", "und", "us",
        "von", "we", "when", "with", "you", "your", "zu",
    ]
)  # fmt: skip
_NAMES_DOCUMENT = re.compile(
    r"policy|policies|terms|agreement|notice|addendum|guideline|statement|conditions|contract|datenschutz|bedingungen"
    r"|nutzungs|vertrag|协议|政策|条款",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|https?://|www\.|\+\d|©|\(c\)\s\d{4}", re.IGNORECASE)


def is_date_line(visible: str) -> bool:
    """Tell whether short words say when a text was updated or took effect."""
    if count_words(visible) > _MAX_STYLED_WORDS:
        return False
    dated = _DATE.search(visible)
    if not dated:
        return False
    lead = visible[: dated.start()]
    return not lead.strip(" (:") or bool(_DATE_LEAD.match(lead) or _DATE_CJK.search(visible))


def ends_open(visible: str) -> bool:
    """Tell whether words end without the stop of a sentence."""
    return visible.rstrip("\"”’')]*_ ")[-1:] not in (".", "!", "?", ";", ",", "。", "；", "，", "！")


def mark_headings(rendering: Rendering, blocks: Sequence[Block]) -> list[Block]:
    """Settle the headings that markup or emphasis shows.

    Long text in heading markup goes back to running text, as do dates; wholly emphasised lines become
    headings, and divide the paragraph they open or interrupt.

    Args:
        rendering: The text and its words.
        blocks: What the scanner found.

    Returns:
        The same lines in the same order.
    """
    marked: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            marked.extend(_settle_marked(rendering, block))
        elif block.kind == "text":
            marked.extend(_split_at_styled_lines(rendering, block))
        else:
            marked.append(block)
    return _settle_styled_items(rendering, marked)


def mark_plain_headings(rendering: Rendering, blocks: Sequence[Block]) -> list[Block]:
    """Settle the headings that only position and wording show.

    Args:
        rendering: The text and its words.
        blocks: What `mark_headings` returned, furniture taken out of doubt.

    Returns:
        The same lines in the same order.
    """
    marked: list[Block] = []
    titled = False
    for index, block in enumerate(blocks):
        if block.kind == "text" and len(block.lines) == 1:
            following = next(
                (after for after in blocks[index + 1 : index + 4] if after.kind != "furniture"), None
            )
            before = next((past for past in reversed(marked[-4:]) if past.kind != "furniture"), None)
            style = _plain_style(rendering, block, before, following, titled)
            if style:
                block = _as_heading(rendering, block, style)
                block = block if titled else replace(block, level=1)
        elif block.style and not titled and _NAMES_DOCUMENT.search(block.title):
            block = replace(block, level=1)
        titled = titled or block.kind in ("heading", "text", "table")
        marked.append(block)
    return marked


def _settle_marked(rendering: Rendering, block: Block) -> list[Block]:
    title = rendering.words(block.lines[0].content, block.content_end)
    if not title:
        return [replace(block, kind="furniture")]
    words = count_words(title)
    if words > _MAX_MARKED_WORDS or is_date_line(title) or (words > 14 and _SENTENCE_INSIDE.search(title)):
        words_only = [line for line in block.lines if line.content < line.end]
        underline = [line for line in block.lines if line.content == line.end]
        text = replace(block, kind="text", level=0, lines=tuple(words_only))
        return [text, *(Block("furniture", (line,)) for line in underline)]
    return [replace(block, title=title[:MAX_TITLE])]


def _split_at_styled_lines(rendering: Rendering, block: Block) -> list[Block]:
    parts: list[Block] = []
    held: list[Line] = []
    opens = block.opens_item

    def release() -> None:
        nonlocal opens
        if held:
            parts.append(replace(block, lines=tuple(held), opens_item=opens))
            held.clear()
            opens = False

    for number, line in enumerate(block.lines):
        apart = number == 0 or block.lines[number - 1].hard
        last = number == len(block.lines) - 1
        style = ""
        if apart and (line.hard or last):
            style = _emphasised_title(rendering, line)
        if style and not (block.item and number == 0 and block.opens_item):
            release()
            single = replace(block, lines=(line,), opens_item=False)
            parts.append(_as_heading(rendering, single, style))
        elif apart and number and _begins_clause(rendering, line):
            release()
            held.append(line)
        else:
            held.append(line)
    release()
    return parts


def _begins_clause(rendering: Rendering, line: Line) -> bool:
    number = parse_number(rendering.words(line.content, min(line.end, line.content + 60)))
    return number is not None and number.style != "annex"


def _emphasised_title(rendering: Rendering, line: Line) -> str:
    emphasis = read_emphasis(rendering.text[line.content : line.end])
    if not emphasis:
        return ""
    visible = rendering.words(line.content, line.end)
    return emphasis if _reads_as_title(visible, emphasis) else ""


def _reads_as_title(visible: str, emphasis: str) -> bool:
    words = visible.split()
    number = parse_number(visible)
    limit = _MAX_STYLED_WORDS if emphasis == "bold" else _MAX_PLAIN_WORDS
    if not words or count_words(visible) > limit or is_date_line(visible):
        return False
    rest = visible[number.length :].strip() if number else visible
    if not any(character.isalpha() for character in rest):
        return False
    if (
        rest.endswith((",", ";", "；", "，", " and", " or"))
        or _SENTENCE_INSIDE.search(rest)
        or _CONTACT.search(rest)
    ):
        return False
    if rest[0] in '“"' and not number:  # a quoted term or a cited line, not the name of a section
        return False
    if ends_open(visible) or visible.endswith("?"):
        return emphasis == "bold" or not visible.endswith(":") or len(words) <= 6
    if emphasis == "italic":
        return False
    return not says_something(rest) or bool(number and len(words) <= 5)


def says_something(visible: str) -> bool:
    """Tell a short statement ("We do not sell your data.") from a title ("Agreement to Terms.").

    Args:
        visible: Words that end in a full stop, without a clause number.
    """
    words = visible.split()
    if visible.endswith("?") or _QUESTION.match(visible) or _is_title_case(words):
        return False
    return bool(_VERBS & {word.strip("“”\"'().,:").lower() for word in words})


def _as_heading(rendering: Rendering, block: Block, style: str) -> Block:
    line = block.lines[0]
    title = rendering.words(line.content, line.end)
    mark = rendering.text[line.start : line.content].strip()
    if mark[:1].isdigit():
        title = f"{mark} {title}"
    if title.isupper():
        style += "-caps"
    return replace(
        block,
        kind="heading",
        level=0,
        style=style,
        title=title[:MAX_TITLE],
        content_end=line.end,
        opens_item=False,
    )


def _settle_styled_items(rendering: Rendering, blocks: Sequence[Block]) -> list[Block]:
    """Make headings of emphasised list items that have text of their own below them."""
    settled: list[Block] = []
    for index, block in enumerate(blocks):
        if block.kind == "text" and block.opens_item and len(block.lines) == 1:
            assert block.item is not None
            style = _emphasised_title(rendering, block.lines[0])
            if style and block.item.ordered and _stands_alone(blocks, index):
                block = _as_heading(rendering, block, style)
        settled.append(block)
    return settled


def _stands_alone(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether an item is followed by something else than the next item of its list."""
    item = blocks[index].item
    assert item is not None
    following = next((block for block in blocks[index + 1 : index + 4] if block.kind != "furniture"), None)
    if following is None:
        return False
    sibling = following.item
    return not (following.opens_item and sibling is not None and sibling.list_id == item.list_id)


def _plain_style(
    rendering: Rendering, block: Block, before: Block | None, following: Block | None, titled: bool
) -> str:
    line = block.lines[0]
    if block.quote or following is None or line.end - line.start > 400:
        return ""
    if block.item and not (block.opens_item and block.item.ordered and block.item.parent is None):
        return ""
    visible = rendering.words(line.content, line.end)
    words = count_words(visible)
    if not words or words > 12 or is_date_line(visible) or _CONTACT.search(visible):
        return ""
    mark = rendering.text[line.start : line.content].strip()
    numbered = f"{mark} {visible}" if block.item else visible
    number = parse_number(numbered)
    rest = numbered[number.length :].strip() if number else visible
    letters = [character for character in rest if character.isalpha()]
    if not letters or rest.endswith((",", ";", ":", "：", "；", "，")):
        return ""
    led = before is not None and before.kind == "text" and _ends_with_colon(rendering, before)
    if len(letters) >= 4 and rest.isupper() and rest.isascii() and (ends_open(rest) or words <= 5):
        listed = block.item and _has_siblings(before, block, following)
        return "" if listed or led else "caps"
    titled_clause = number is not None and words <= 6 and _is_title_case(rest.split())
    if not ends_open(rest) and not rest.endswith("?") and not titled_clause:
        return ""
    if before is not None and before.kind == "text" and _is_short(rendering, before):
        return ""
    if number and _goes_on_from(rendering, number, rest, before):
        return ""
    if number and words <= _MAX_PLAIN_WORDS and (letters[0].isupper() or not letters[0].isascii()):
        if block.item:
            return "" if _has_siblings(before, block, following) else "plain"
        return "" if _continues(rendering, number, following) else "plain"
    if block.item or number or led or _goes_on_in(rendering, following):
        return ""
    if not titled:
        return "plain" if words >= 2 or not following.item else ""
    return "plain" if _is_set_like_title(rendering, visible, following) else ""


def _ends_with_colon(rendering: Rendering, block: Block) -> bool:
    return rendering.words(block.start, block.end).endswith((":", "："))


def _has_siblings(before: Block | None, block: Block, following: Block | None) -> bool:
    assert block.item is not None
    return any(
        other is not None and other.item is not None and other.item.list_id == block.item.list_id
        for other in (before, following)
    )


def _continues(rendering: Rendering, number: Numbering, following: Block) -> bool:
    """Tell whether the next block goes on counting in a list of short entries."""
    if following.kind != "text":
        return False
    visible = rendering.words(following.start, following.end)
    after = parse_number(visible, number)
    return after is not None and after.style == number.style and count_words(visible) <= _MAX_PLAIN_WORDS + 2


def _goes_on_in(rendering: Rendering, following: Block) -> bool:
    """Tell a line that the next one completes from a title."""
    opening = rendering.words(following.start, min(following.end, following.start + 40))
    return following.kind == "text" and following.item is None and opening[:1].islower()


def _goes_on_from(rendering: Rendering, number: Numbering, rest: str, before: Block | None) -> bool:
    """Tell a short part of an enumeration from a heading with a number."""
    if rest.endswith((" and", " or")) or ";" in rest:
        return True
    if number.decimal or before is None or before.kind != "text":
        return False
    visible = rendering.words(before.start, min(before.end, before.start + 80))
    past = parse_number(visible)
    return past is not None and (past.style == number.style or number.ordinal == past.ordinal + 1)


def _is_short(rendering: Rendering, block: Block) -> bool:
    visible = rendering.words(block.start, block.end)
    return count_words(visible) <= _MAX_PLAIN_WORDS and ends_open(visible)


def _is_set_like_title(rendering: Rendering, visible: str, following: Block) -> bool:
    words = visible.split()
    if not 2 <= len(words) <= 9 or not words[0][0].isupper():
        return False
    if following.kind != "text" or count_words(rendering.words(following.start, following.end)) < 12:
        return False
    if visible.endswith("?") or _QUESTION.match(visible):
        return True
    return _is_title_case(words)


def names_clause(title: str) -> bool:
    """Tell whether words between a clause's number and its first stop are its title.

    Args:
        title: Words without emphasis, so that only their case and count speak.
    """
    words = title.split()
    return _is_title_case(words) or (len(words) <= 4 and not says_something(title))


def _is_title_case(words: Sequence[str]) -> bool:
    weighty = [word for word in words if word.lower() not in _SMALL and word[0].isalpha()]
    return bool(weighty) and all(word[0].isupper() for word in weighty)


@dataclass(frozen=True, slots=True)
class _Entry:
    level: int
    markup: float
    style: str
    number: Numbering | None
    title: str


class Outline:
    """The headings open at a place, outermost first."""

    def __init__(self) -> None:
        self._open: list[_Entry] = []

    @property
    def path(self) -> tuple[str, ...]:
        """Titles of the headings above the place."""
        return tuple(entry.title for entry in self._open)

    def open_heading(self, block: Block, title: str) -> int:
        """Enter a heading's section and return its level.

        Args:
            block: The heading.
            title: Its words, with a number that may stand apart.
        """
        number = parse_number(title)
        if block.level:
            self._close_for_markup(block.level, number)
        else:
            if number is not None and number.decimal:
                self.close_for_clause(number)
            self._close_for_style(_style_of(block, number), number)
        above = self._open[-1].level if self._open else 0
        level = min(_MAX_LEVEL, max(block.level, above + 1))
        style = _style_of(block, number)
        # An annex holds the sections after it, whatever marks them; only a document's title stands above.
        markup = block.level or (_ANNEX_RANK if style == "annex" else 0)
        self._open.append(_Entry(level, markup, style, number, title))
        return level

    def close_for_clause(self, number: Numbering) -> None:
        """Leave the sections that a clause's number ends: 3.2 does not stand under 3.1.

        Args:
            number: Of a clause whose number tells its depth.
        """
        for index, entry in enumerate(self._open):
            past = entry.number
            if past is None or not past.decimal or len(past.parts) < 2 or len(past.parts) > len(number.parts):
                continue
            depth = len(past.parts)
            same_section = past.parts[: depth - 1] == number.parts[: depth - 1]
            if same_section and number.parts[:depth] > past.parts:
                del self._open[index:]
                return

    def _close_for_markup(self, level: int, number: Numbering | None) -> None:
        while self._open:
            top = self._open[-1]
            # "2.1" stands under "2", and the numbered parts of an annex under its title.
            child = (
                top.markup == level
                and number is not None
                and (number.extends(top.number) or (top.style == "annex" and number.style != "annex"))
            )
            if top.markup and (top.markup < level or child):
                return
            self._open.pop()

    def _close_for_style(self, style: str, number: Numbering | None) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            entry = self._open[index]
            if number is not None and number.extends(entry.number):
                del self._open[index + 1 :]
                return
            if entry.markup and style == "annex" and entry.markup >= _ANNEX_RANK:
                del self._open[index:]
                continue
            if entry.markup:
                return
            deeper = (
                number is not None
                and number.decimal
                and entry.number is not None
                and entry.number.decimal
                and len(entry.number.parts) >= len(number.parts)
            )
            if entry.style == style or deeper or style == "annex":
                del self._open[index:]
                # A decimal number may still be deeper than what remains; a style comes once.
                if not deeper and style != "annex":
                    return


def _style_of(block: Block, number: Numbering | None) -> str:
    if number is None:
        return block.style
    if number.style == "annex":
        return "annex"
    return number.style if number.decimal else f"{number.style}:{block.style}"
