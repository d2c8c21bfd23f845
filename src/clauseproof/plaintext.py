"""A version's text as a reader sees it, with the way back to the archived characters.

Archived texts are Markdown. People quote what a browser shows, cues are written for words, and spans
must stay offsets into the archived text; this module is the one place where the three meet.
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from clauseproof.documents import Span

# Quotations are shorter; a whole document is not worth keeping.
_SHORT = 8_000
# One left-to-right scan; every alternative is linear (no nested repetition over the same characters),
# so a hostile text costs no more than its length.
_MARKUP = re.compile(
    r"""
      (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<hardbreak>\\\r?$)
    | (?P<image>!\[[^\[\]\n]{0,2000}\]\((?:[^()\n]|\([^()\n]{0,500}\)){0,4000}\))
    | (?P<linkend>\]\((?:[^()\n]|\([^()\n]{0,500}\)){0,4000}\))
    | (?P<open>\[)
    | (?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)
    | (?P<autolink><(?=(?:https?|mailto):|[\w.+-]{1,64}@)[^<>\s]{1,2000}>)
    | (?P<tag></?[A-Za-z][^<>\n]{0,2000}>|<!--(?:[^<\n]|<(?!!--)){0,2000}?-->)
    | (?P<star>\*+)
    | (?P<under>_+)
    | (?P<strike>~~)
    | (?P<tick>`+)
    | (?P<pipe>\|)
    """,
    re.VERBOSE,
)
_LINE_MARK = re.compile(
    r"[ \t\ufeff]*(?:>[ \t]?)*[ \t]*"
    r"(?:#{1,6}(?=[ \t#\[\r]|$)[ \t]*|(?:[*+-](?:[ \t]+|$)){1,8}|\d{1,3}[.)](?:[ \t]+|$))?"
)
_BLOCK_TAGS = ("<br", "</p", "</t", "</l", "</d", "</h")

_OPENING = frozenset("*_`~[")
_CLOSING = re.compile(r"(?:[*_`~]|\]\((?:[^()\n]|\([^()\n]{0,500}\)){0,4000}\))*")

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_TABLE_RULE_MARKS = frozenset("|:- \t")
_INDENT = frozenset(" \t>\ufeff")
# Words of ordinary characters, one blank apart, are taken together: nearly all of a text.
_ORDINARY = r"[^\s…\u00ad\u200b-\u200f\u2060\ufeff]+"
_RUN = re.compile(rf"({_ORDINARY}(?: {_ORDINARY})*)|\s+|.")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class PlainText:
    """Visible words with a map back to the archived text.

    Attributes:
        text: Markup removed, white space folded to single blanks.
        starts: For each character of ``text``, the offset where its source begins.
        ends: For each character of ``text``, the offset where its source ends.
        source: The archived text itself.
    """

    text: str
    starts: array[int]
    ends: array[int]
    source: str

    def source_span(self, start: int, end: int) -> Span:
        """Return the range of the archived text behind ``text[start:end]`` (not empty).

        Emphasis and link markup that touches the words is taken along, so that a cut at a word's edge
        does not leave half a link behind.
        """
        first, last = self.starts[start], self.ends[end - 1]
        floor = self.ends[start - 1] if start else 0
        ceiling = self.starts[end] if end < len(self.starts) else len(self.source)
        while first > floor and self.source[first - 1] in _OPENING:
            first -= 1
        closing = _CLOSING.match(self.source, last, ceiling)
        return Span(start=first, end=closing.end() if closing else last)

    def plain_range(self, span: Span) -> tuple[int, int]:
        """Return the range of ``text`` whose source lies inside an archived span."""
        return bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)


def fold(text: str) -> str:
    """Make typographic quotes and dashes plain, one character for one."""
    return text.translate(_FOLDS)


def read_plain(source: str, span: Span | None = None, *, folded: bool = False) -> PlainText:
    """Render an archived text, or a part of it, as its reader sees it.

    Args:
        source: A version's text.
        span: The part to render; the whole text where it is left out.
        folded: Also make typographic quotes and dashes plain, for matching.

    Returns:
        The visible words: no heading marks, list bullets, emphasis, link targets, images, tags, table
        rules or escapes; block and cell borders and runs of white space become one blank.
    """
    start, end = (span.start, span.end) if span else (0, len(source))
    writer = _Writer(folded)
    position = start
    while position < end:
        line_end = source.find("\n", position, end)
        line_end = end if line_end < 0 else line_end
        _write_line(writer, source, position, line_end, _begins_line(source, position))
        writer.blank(line_end, line_end + 1)
        position = line_end + 1
    return writer.finish(source)


def visible(source: str, span: Span | None = None) -> str:
    """Return the words of an archived text, or of a part of it, as a reader sees them."""
    if span is None and len(source) <= _SHORT:
        return _visible(source)
    return read_plain(source, span).text


@lru_cache(maxsize=4096)
def _visible(source: str) -> str:
    """Render a quotation; the same ones are read again by every check of a report."""
    return read_plain(source).text


def _begins_line(source: str, position: int) -> bool:
    """Tell whether only blanks lie before a position: a span may begin at an indented list's bullet."""
    while position > 0 and source[position - 1] in _INDENT:
        position -= 1
    return position == 0 or source[position - 1] == "\n"


def _is_rule(line: str) -> bool:
    """Recognise underlines, rules and table rules by their characters: no pattern, no backtracking."""
    body = line.lstrip(" \t>").rstrip(" \t\r")
    marks = set(body)
    if "|" in marks:
        return "-" in marks and marks <= _TABLE_RULE_MARKS
    spaced = bool(marks & {" ", "\t"})
    marks -= {" ", "\t"}
    if len(marks) != 1:
        return False
    mark = marks.pop()
    fewest = {"=": 1, "-": 3 if spaced else 2, "*": 3, "_": 3}.get(mark)
    return fewest is not None and body.count(mark) >= fewest and not (spaced and mark == "=")


def _without_closing_hashes(heading: str) -> str:
    kept = heading.rstrip(" \t\r")
    bare = kept.rstrip("#")
    return bare.rstrip(" \t") if bare != kept and bare[-1:] in (" ", "\t") else heading


def _write_line(writer: _Writer, source: str, start: int, end: int, at_line_start: bool) -> None:
    if at_line_start:
        line = source[start:end]
        if _is_rule(line):
            return
        mark = _LINE_MARK.match(source, start, end)
        if mark:
            if "#" in mark.group():
                end = mark.end() + len(_without_closing_hashes(source[mark.end() : end]))
            start = mark.end()
    writer.line_breaks_links()
    position = start
    for token in _MARKUP.finditer(source, start, end):
        writer.words(source, position, token.start())
        position = token.end()
        _write_token(writer, source, token, start, end)
    writer.words(source, position, end)


def _write_token(writer: _Writer, source: str, token: re.Match[str], start: int, end: int) -> None:
    kind, at, stop = token.lastgroup, token.start(), token.end()
    if kind == "escape":
        writer.word(source[at + 1], at, stop)
    elif kind == "entity":
        writer.text(html.unescape(token.group()), at, stop)
    elif kind == "autolink":
        writer.words(source, at + 1, stop - 1)
    elif kind == "open":
        writer.open_link(at)
    elif kind == "linkend":
        if not writer.close_link():
            writer.words(source, at, stop)
    elif kind in ("pipe", "hardbreak") or (kind == "tag" and token.group()[:3].lower() in _BLOCK_TAGS):
        writer.blank(at, stop)
    elif kind == "star":
        spaced = (at == start or source[at - 1].isspace()) and (stop == end or source[stop].isspace())
        if spaced:
            writer.words(source, at, stop)
    elif kind == "under":
        inside_word = at > start and source[at - 1].isalnum() and stop < end and source[stop].isalnum()
        blank_line = stop - at > 3  # a form's line to fill in, not emphasis
        if inside_word or blank_line:
            writer.words(source, at, stop)


class _Writer:
    """Collects visible characters with their sources; links are undone when their end is met."""

    def __init__(self, folded: bool) -> None:
        self._folded = folded
        self._characters: list[str] = []
        self._starts = array("i")
        self._ends = array("i")
        self._open: list[int] = []
        self._emptied: list[int] = []
        self._pending: tuple[int, int] | None = None

    def words(self, source: str, start: int, end: int) -> None:
        for run in _RUN.finditer(source, start, end):
            first, last = run.span()
            if run.lastindex:
                if self._pending and self._characters:
                    self._append(" ", *self._pending)
                self._pending = None
                self._characters.extend(run.group())
                self._starts.extend(range(first, last))
                self._ends.extend(range(first + 1, last + 1))
            else:
                self.word(source[first], first, first + 1)

    def word(self, character: str, start: int, end: int) -> None:
        if character.isspace():
            self.blank(start, end)
            return
        if character in _INVISIBLE:
            return
        if self._pending and self._characters:
            self._append(" ", *self._pending)
        self._pending = None
        if character == "…" and self._folded:
            for _ in range(3):
                self._append(".", start, end)
            return
        self._append(character, start, end)

    def text(self, characters: str, start: int, end: int) -> None:
        for character in characters:
            self.word(character, start, end)

    def blank(self, start: int, end: int) -> None:
        if self._pending is None:
            self._pending = (start, end)

    def open_link(self, offset: int) -> None:
        self.word("[", offset, offset + 1)
        self._open.append(len(self._characters) - 1)

    def close_link(self) -> bool:
        if not self._open:
            return False
        at = self._open.pop()
        self._characters[at] = ""  # kept in place so that earlier indexes stay right; dropped by finish
        self._emptied.append(at)
        return True

    def line_breaks_links(self) -> None:
        """Forget brackets left open for long: a link's text may wrap, but not across a page."""
        if len(self._open) > 64:
            self._open.clear()

    def _append(self, character: str, start: int, end: int) -> None:
        self._characters.append(character)
        self._starts.append(start)
        self._ends.append(end)

    def finish(self, source: str) -> PlainText:
        parts: list[str] = []
        starts, ends = array("i"), array("i")
        position = 0
        for first, last in [*self._find_gaps(), (len(self._characters), 0)]:
            parts.extend(self._characters[position:first])
            starts.extend(self._starts[position:first])
            ends.extend(self._ends[position:first])
            position = last
        text = "".join(parts).rstrip()  # an empty link at the end leaves the blank before it
        del starts[len(text) :], ends[len(text) :]
        return PlainText(fold(text) if self._folded else text, starts, ends, source)

    def _find_gaps(self) -> list[tuple[int, int]]:
        """Return the ranges that undone brackets leave empty, in order."""
        gaps: list[tuple[int, int]] = []
        for at in sorted(self._emptied):
            first = gaps.pop()[0] if gaps and gaps[-1][1] == at else at
            last = at + 1
            # An empty link leaves two blanks side by side, or one at the very beginning.
            after_blank = first == 0 or self._characters[first - 1] == " "
            if after_blank and self._characters[last : last + 1] == [" "]:
                last += 1
            gaps.append((first, last))
        return gaps
