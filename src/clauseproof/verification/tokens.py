"""Words and punctuation of a text, in the form in which a quotation and its source are compared.

White space never counts; quotation marks are one mark, dashes and hyphens another, whatever their
shape; list bullets and cell borders are no words. Letters keep their case.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clauseproof.plaintext import PlainText, fold, read_plain

# Chinese and Japanese have no blanks: every character is a word.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"""
      [{_CJK}]
    | \d+(?:[.,]\d+)+
    | [^\W_{_CJK}](?:[\w\u0300-\u036f](?<![{_CJK}]))*(?:'(?:[^\W_])+)*
    | \.(?:[ ]?\.)+
    | ['"]+ | -+ | \S
    """,
    re.VERBOSE,
)
_NOISE = frozenset("•◦▪‣●○■∙⁃|*")
_IDEOGRAPH = re.compile(f"[{_CJK}]")
_RULE = re.compile(r"[\s|:=*_+-]*\Z")
_HEADING_MARK = re.compile(r"[ \t>]*#{1,6}[ \t]+")
_LIST_NUMBER = re.compile(r"(?:^|[\s>])(\d{1,3})[.)][ \t]")
_BREAK = re.compile(r"[\n|]|<[a-z/]", re.IGNORECASE)
_ELLIPSIS = "..."


def iter_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the comparable words and marks of a folded visible text with their ranges."""
    for match in _TOKEN.finditer(text):
        word = match.group()
        if not word.isascii():
            word = unicodedata.normalize("NFKC", word)
        first = word[0]
        if first in "'\"":
            word = '"'
        elif first == "-":
            word = "-"
        elif first == "." and len(word) > 1:
            word = _ELLIPSIS
        elif first in _NOISE:
            continue
        yield word, match.start(), match.end()


def is_word(token: str) -> bool:
    """Tell a word or number from punctuation."""
    return token[0].isalnum()


def is_ideograph(token: str) -> bool:
    """Tell whether the token is one character of a script without blanks."""
    return bool(_IDEOGRAPH.match(token))


@dataclass(frozen=True)
class SourceTokens:
    """A version's words in order, with the way back to its archived characters.

    Attributes:
        source: The archived text.
        plain: Its visible words, folded.
        words: Comparable words and marks.
        starts: Where each begins in ``plain.text``.
        ends: Where each ends in ``plain.text``.
        glued: Positions of tokens that follow the one before them without a blank, across a link's border.
    """

    source: str
    plain: PlainText
    words: list[str]
    starts: list[int]
    ends: list[int]
    glued: frozenset[int]

    @cached_property
    def raw_starts(self) -> array[int]:
        """Where each token begins in the archived text."""
        begins = self.plain.starts
        return array("i", (begins[start] for start in self.starts))

    @cached_property
    def index(self) -> dict[str, list[int]]:
        """Positions of each word."""
        positions: dict[str, list[int]] = {}
        for position, word in enumerate(self.words):
            positions.setdefault(word, []).append(position)
        return positions

    @cached_property
    def lowered(self) -> list[str]:
        """The words in lower case."""
        return [word.lower() for word in self.words]

    @cached_property
    def lowered_index(self) -> dict[str, list[int]]:
        """Positions of each lower-case word."""
        positions: dict[str, list[int]] = {}
        for position, word in enumerate(self.lowered):
            positions.setdefault(word, []).append(position)
        return positions

    def raw_start(self, position: int) -> int:
        """Return the archived offset at which a token begins."""
        return self.plain.starts[self.starts[position]]

    def raw_end(self, position: int) -> int:
        """Return the archived offset at which a token ends."""
        return self.plain.ends[self.ends[position] - 1]

    def gap(self, position: int) -> str:
        """Return what the archived text holds between a token and the one before it."""
        before = self.raw_end(position - 1) if position else 0
        return self.source[before : self.raw_start(position)]

    def begins_block(self, position: int) -> bool:
        """Tell whether a token is the first of a line, a list item or a cell."""
        return position == 0 or bool(_BREAK.search(self.gap(position)))

    def list_number(self, position: int) -> str | None:
        """Return the number of the list item that a token begins, where layout wrote one."""
        found = _LIST_NUMBER.search(self.gap(position)) if position < len(self.words) else None
        return found.group(1) if found else None

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens whose archived text begins inside a range of offsets."""
        return bisect_left(self.raw_starts, start), bisect_left(self.raw_starts, end)

    def token_at(self, offset: int) -> int:
        """Return the last token that begins at or before an archived offset."""
        return max(bisect_right(self.raw_starts, offset) - 1, 0)


def read_source(source: str) -> SourceTokens:
    """Return the comparable words of an archived text."""
    plain = read_plain(source, folded=True)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    glued: set[int] = set()
    for word, start, end in iter_tokens(plain.text):
        cuts = _link_borders(source, plain, start, end)
        for cut in cuts:
            words.append(plain.text[start:cut])
            starts.append(start)
            ends.append(cut)
            glued.add(len(words))
            start = cut
        words.append(plain.text[start:end] if cuts else word)
        starts.append(start)
        ends.append(end)
    return SourceTokens(source, plain, words, starts, ends, frozenset(glued))


def _link_borders(source: str, plain: PlainText, start: int, end: int) -> list[int]:
    """Return where a word falls apart because a link begins or ends in it.

    On the page such halves usually stand apart ("July 8, 2026[Previous version](...)").
    """
    if plain.starts[end - 1] - plain.starts[start] == end - 1 - start:
        return []
    cuts = []
    for at in range(start + 1, end):
        between = source[plain.ends[at - 1] : plain.starts[at]]
        if "[" in between or "](" in between:
            cuts.append(at)
    return cuts


@dataclass(frozen=True, slots=True)
class Reading:
    """A quotation's words under one reading of its characters.

    Attributes:
        words: Comparable words and marks.
        free: Positions of words whose first letter stood in brackets, so that its case is free.
    """

    words: tuple[str, ...]
    free: frozenset[int] = frozenset()


def iter_readings(quote: str) -> Iterator[Reading]:
    """Yield what a quotation may say: as plain words, and with Markdown and HTML read as markup.

    Args:
        quote: The quotation as somebody wrote or copied it.

    Yields:
        Different readings only, each without marks at its very beginning and end.
    """
    seen: set[Reading] = set()
    for text in (_read_literal(quote), _read_markup(quote)):
        tokens = list(iter_tokens(text))
        for reading in (_unbracket(tokens), Reading(tuple(word for word, _, _ in tokens))):
            trimmed = _trim(reading)
            if trimmed not in seen:
                seen.add(trimmed)
                yield trimmed


def _read_literal(quote: str) -> str:
    shown = "".join(character for character in quote if unicodedata.category(character) != "Cf")
    return " ".join(fold(shown.replace("…", _ELLIPSIS)).split())


def _read_markup(quote: str) -> str:
    lines = [_HEADING_MARK.sub("", line, count=1) for line in quote.splitlines() if not _RULE.match(line)]
    # An invisible first character and one line: a number that wrapping put first is no list mark here.
    return read_plain("\u2060" + " ".join(lines), folded=True).text


def _unbracket(tokens: list[tuple[str, int, int]]) -> Reading:
    """Join "[W]e" to "We" and remember that its case is free."""
    words: list[str] = []
    free: set[int] = set()
    at = 0
    while at < len(tokens):
        word = tokens[at][0]
        if word == "[" and at + 2 < len(tokens) and tokens[at + 2][0] == "]":
            letter = tokens[at + 1][0]
            if len(letter) == 1 and letter.isalpha():
                free.add(len(words))
                joined = at + 3 < len(tokens) and tokens[at + 3][1] == tokens[at + 2][2]
                rest = tokens[at + 3][0] if joined and is_word(tokens[at + 3][0]) else ""
                words.append(letter + rest)
                at += 4 if rest else 3
                continue
        words.append(word)
        at += 1
    return Reading(tuple(words), frozenset(free))


_EDGE = frozenset(('"', ".", ",", ";", ":", "-", _ELLIPSIS))


def _trim(reading: Reading) -> Reading:
    """Set aside the marks at the very ends, which belong to whoever quotes."""
    words = reading.words
    first, last = 0, len(words)
    while first < last:
        elision = _elision_at(words, first)
        if words[first] not in _EDGE and not elision:
            break
        first += max(elision, 1)
    while last > first:
        if words[last - 1] in _EDGE:
            last -= 1
        elif last - first >= 3 and _elision_at(words, last - 3) == 3:
            last -= 3
        else:
            break
    return Reading(words[first:last], frozenset(at - first for at in reading.free if first <= at < last))


def _elision_at(words: tuple[str, ...], at: int) -> int:
    if words[at] == _ELLIPSIS:
        return 1
    if words[at : at + 3] in (("[", _ELLIPSIS, "]"), ("(", _ELLIPSIS, ")")):
        return 3
    return 0


def split_elisions(reading: Reading) -> list[Reading]:
    """Return the parts of a quotation between "...", "[...]" and "(...)", marks at their ends set aside."""
    parts: list[Reading] = []
    begin = at = 0
    words = reading.words
    while at <= len(words):
        elided = _elision_at(words, at) if at < len(words) else 1
        if elided:
            free = frozenset(free - begin for free in reading.free if begin <= free < at)
            part = _trim(Reading(words[begin:at], free))
            if part.words:
                parts.append(part)
            begin = at + elided
        at += max(elided, 1)
    return parts
