"""Sentences of a visible text: the unit in which cues, quotations and claims are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)")
_NUMBER_AT_START = re.compile(r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivxIVX]{1,4}|[a-zA-Z])\.$")
_LONGEST_NUMBER = 24
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:e\.g|i\.e|etc|cf|vs|no|nos|art|arts|sec|sect|inc|ltd|corp|co|llc|mr|mrs|ms|dr|st|approx|incl"
    r"|para|cal|civ|seq|a\.m|p\.m|jan|feb|aug|sept|oct|nov|dec"
    r"|u\.s|u\.s\.c|u\.k|e\.u|d\.c|p\.o|bzw|z\.b|abs|nr|[a-z]|[ivx]{2,4}|\d+(?:\.\d+)+)\.$",
    re.IGNORECASE,
)


def iter_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a visible text as half-open ranges.

    Abbreviations, initials and clause numbers do not end one; nor does a semicolon, since what stands
    before a list run into a paragraph ("you may not: (a) ...; (b) ...") governs all of it.

    Args:
        text: One provision's words, as `plaintext.read_plain` renders them.

    Yields:
        Ranges without surrounding blanks, in order; together they cover every word.
    """
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and _is_abbreviation(text, start, match):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _is_abbreviation(text: str, start: int, match: re.Match[str]) -> bool:
    opening = text[start : min(match.start() + 1, start + _LONGEST_NUMBER)].strip()
    if _NUMBER_AT_START.match(opening) and match.start() < start + _LONGEST_NUMBER:
        return True
    head = text[max(start, match.start() - 12) : match.start() + 1]
    if not _ABBREVIATION.search(head):
        return False
    following = text[match.end() : match.end() + 2].strip()
    # "Inc.", "etc.", "No." and "Section 6.2." may also end a sentence: a capital after them decides.
    ends_word = re.search(r"(?:etc|inc|ltd|corp|llc|seq|[ap]\.m|\bnos?|\d)\.$", head, re.IGNORECASE)
    return not (ends_word and following[:1].isupper())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
