"""Long text divided where its reader would: at line breaks, cells, sentences and run-in enumerations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clauseproof.documents import Span
from clauseproof.segmentation.numbering import Numbering, parse_number
from clauseproof.segmentation.rendering import Rendering, count_words
from clauseproof.sentences import iter_sentences

MAX_WORDS = 250
_PIECE_WORDS = 200
_PART = re.compile(r"(?:and\s|or\s)?\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s?\S", re.IGNORECASE)
_PART_MARK = re.compile(r"(?<![^\s:;,(])\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a long text.

    Attributes:
        start: Offset in the archived text.
        end: Offset behind its last character.
        stem: Index of the piece whose words this part of an enumeration goes on from.
        part: Whether it is a part of an enumeration.
    """

    start: int
    end: int
    stem: int | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its marks: offsets in the archived text, range of the visible words."""

    start: int
    end: int
    first: int
    last: int
    words: int


def split_long(rendering: Rendering, ranges: Sequence[tuple[int, int]]) -> list[Piece]:
    """Divide a text of more than `MAX_WORDS` words into pieces of some two hundred.

    Args:
        rendering: The text and its words.
        ranges: Adjoining stretches that are never joined into one sentence: lines with hard breaks, cells.

    Returns:
        Pieces that hold every non-blank character of the ranges. A sentence is never divided, except
        before the parts of an enumeration that is too long itself.
    """
    sentences = _read_sentences(rendering, ranges)
    pieces: list[Piece] = []
    packed: list[_Sentence] = []

    def pack() -> None:
        if packed:
            pieces.append(Piece(packed[0].start, packed[-1].end))
            packed.clear()

    for unit in _join_enumerations(rendering, sentences):
        words = sum(sentence.words for sentence in unit)
        if packed and sum(sentence.words for sentence in packed) + words > _PIECE_WORDS:
            pack()
        if words > MAX_WORDS:
            pack()
            pieces.extend(_split_enumeration(rendering, unit, len(pieces)))
        else:
            packed.extend(unit)
    pack()
    return pieces


def _read_sentences(rendering: Rendering, ranges: Sequence[tuple[int, int]]) -> list[_Sentence]:
    plain = rendering.plain
    sentences: list[_Sentence] = []
    pending: int | None = None
    for start, end in ranges:
        first, last = plain.plain_range(Span(start=start, end=end))
        found = list(iter_sentences(plain.text[first:last]))
        if not found and sentences:  # an image, an empty cell: stays with what stands before it
            sentences[-1] = replace(sentences[-1], end=end)
        if not found:
            pending = start if pending is None and not sentences else pending
            continue
        begin = start if pending is None else pending
        pending = None
        for number, (at, stop) in enumerate(found):
            # The blank after a sentence is a blank of the source: marks on its either side stay covered.
            cut = end if number == len(found) - 1 else plain.starts[first + stop]
            words = count_words(plain.text[first + at : first + stop])
            sentences.append(_Sentence(begin, cut, first + at, first + stop, words))
            begin = cut
    return [_trim(rendering, sentence) for sentence in _join_links(rendering, sentences)]


def _trim(rendering: Rendering, sentence: _Sentence) -> _Sentence:
    start, end = rendering.trim(sentence.start, sentence.end)
    return replace(sentence, start=start, end=end)


def _join(first: _Sentence, second: _Sentence) -> _Sentence:
    return _Sentence(first.start, second.end, first.first, second.last, first.words + second.words)


def _join_links(rendering: Rendering, sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """Keep the sentences of one link's text together, so that no piece begins with a bare target."""
    joined: list[_Sentence] = []
    for sentence in sentences:
        if joined and _balance(rendering, joined[-1]) > 0 > _balance(rendering, sentence):
            joined[-1] = _join(joined[-1], sentence)
        else:
            joined.append(sentence)
    return joined


def _balance(rendering: Rendering, sentence: _Sentence) -> int:
    source = rendering.text
    return source.count("[", sentence.start, sentence.end) - source.count("]", sentence.start, sentence.end)


def _join_enumerations(rendering: Rendering, sentences: Sequence[_Sentence]) -> list[list[_Sentence]]:
    units: list[list[_Sentence]] = []
    for sentence in sentences:
        if units and _PART.match(rendering.plain.text, sentence.first, sentence.last):
            units[-1].append(sentence)
        else:
            units.append([sentence])
    return units


def _split_enumeration(rendering: Rendering, unit: Sequence[_Sentence], count: int) -> list[Piece]:
    """Divide an enumeration before its parts; a long sentence without parts stays whole."""
    start, end = unit[0].start, unit[-1].end
    cuts = _find_parts(rendering, unit[0].first, unit[-1].last)
    if len(cuts) < 2:
        return [Piece(start, end)]
    bounds = [start, *cuts, end]
    pieces: list[Piece] = []
    for begin, stop in pairwise(bounds):
        first, last = rendering.trim(begin, stop)
        if first == last:
            continue
        stem = count if pieces and begin in cuts and bounds[1] > start else None
        pieces.append(Piece(first, last, stem, part=begin in cuts))
    return pieces


def _find_parts(rendering: Rendering, first: int, last: int) -> list[int]:
    """Return the offsets before (a), (b), (c) as far as they count on."""
    plain = rendering.plain
    cuts: list[int] = []
    before: Numbering | None = None
    for mark in _PART_MARK.finditer(plain.text, first, last):
        number = parse_number(plain.text[mark.start() : mark.end() + 1], before)
        if number is None:
            continue
        expected = 1 if before is None else before.ordinal + 1
        if number.ordinal != expected or (before is not None and number.style != before.style):
            continue
        before = number
        at = mark.start()
        blank = at > first and plain.text[at - 1] == " "
        cuts.append(plain.starts[at - 1] if blank else plain.starts[at])
    return cuts
