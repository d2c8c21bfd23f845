"""Terms a document defines, and the provisions that use them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clauseproof.segmentation.numbering import parse_number

_QUOTED = re.compile(r"[“\"„«]\s?([^“”\"„«»\n]{1,80}?)[\s,.;]{0,2}[”\"“»]")
_LEAD = re.compile(
    r"(?:(?:the|a|an|any|references? to|der|die|das)\s)?"
    r"(?:(?:capitali[sz]ed\s)?(?:terms?|words?|expressions?|begriffe?),?\s)?",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"""[\s,:;–—-]{0,4}(?:\([^()]{0,200}\)[\s,]{0,3})?
    (?:(?:as\sused\s(?:in\sthis\s[\w\s]{1,40}|herein)|of\s[\w\s]{1,40}),?\s)?(?:
        (?:shall\s|will\s|each\s|both\s|also\s|collectively\s|together\s){0,3}means?\b
      | (?:shall\s|will\s){0,2}(?:have|has)\s(?:the|their|its)\s(?:same\s)?(?:respective\s)?meanings?\b
      | (?:are|is|as)\s(?:each\s)?defined\b
      | (?:refers?|shall\srefer|will\srefer)(?:,\scollectively,)?\sto\b
      | (?:shall\s)?includes?\b
      | is\b | are\b | bezeichnet\b | bezeichnen\b | bedeutet\b | meint\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_JOINT = re.compile(r"\s{0,2}[,/]?\s{0,2}(?:(?:and|or|und|oder)\s)?(?=[“\"„«])", re.IGNORECASE)
_SECTION = re.compile(
    r"definition|defined terms|interpretation|begriffsbestimmung|definitionen|定义", re.IGNORECASE
)
_SECTION_ENTRY = re.compile(r"([A-Z][^:“”\"\n]{0,60}?)\s?(?::|–|—|\bmeans?\b|\brefers? to\b)\s")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PRONOUNS = frozenset({"i", "we", "us", "our", "ours", "you", "your", "yours", "they", "their", "it", "its"})
_MAX_TERM_WORDS = 8
_MAX_HEAD = 400
MAX_DEFINITIONS = 3


def read_terms(visible: str, heading_path: Sequence[str]) -> tuple[str, ...]:
    """Return the terms that a provision defines.

    Args:
        visible: The provision's words.
        heading_path: The headings above it; a section of definitions needs no quotation marks.

    Returns:
        The terms as written; none where the provision defines nothing.
    """
    head = visible[:_MAX_HEAD]
    number = parse_number(head)
    start = number.length if number else 0
    while start < len(head) and head[start] in " \t•-–*":
        start += 1
    lead = _LEAD.match(head, start)
    position = lead.end() if lead else start
    terms: list[str] = []
    while quoted := _QUOTED.match(head, position):
        terms.append(quoted.group(1).strip())
        position = quoted.end()
        joint = _JOINT.match(head, position)
        if joint is None:
            break
        position = joint.end()
    defining = any(_SECTION.search(title) for title in heading_path)
    if terms:
        return tuple(terms) if defining or _MEANS.match(head, position) else ()
    if defining:
        entry = _SECTION_ENTRY.match(head, start)
        if entry and len(entry.group(1).split()) <= _MAX_TERM_WORDS and _is_capitalised(entry.group(1)):
            return (entry.group(1).strip(),)
    return ()


def _is_capitalised(term: str) -> bool:
    return all(word[0].isupper() or len(word) <= 3 or not word[0].isalpha() for word in term.split())


class Glossary:
    """The terms of a document, to be met again in its provisions."""

    def __init__(self, defined: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Take for each defining provision its index and terms; the first definition of a term counts."""
        self._places: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = {}
        for place, terms in defined:
            for term in terms:
                words = _WORD.findall(term)
                if not _is_distinct(term, words) or term in self._places:
                    continue
                self._places[term] = place
                self._lengths.setdefault(words[0], set()).add(len(words))

    def __bool__(self) -> bool:
        return bool(self._places)

    def find_uses(self, visible: str) -> set[int]:
        """Return the indexes of the provisions whose terms the words use, in exact case, as whole words."""
        return set(self._iter_uses(visible))

    def _iter_uses(self, visible: str) -> Iterator[int]:
        words = [(match.start(), match.end()) for match in _WORD.finditer(visible)]
        for index, (start, end) in enumerate(words):
            lengths = self._lengths.get(visible[start:end])
            for length in lengths or ():
                if index + length <= len(words):
                    place = self._places.get(visible[start : words[index + length - 1][1]])
                    if place is not None:
                        yield place


def _is_distinct(term: str, words: Sequence[str]) -> bool:
    """Keep terms that capitals tell from ordinary words."""
    return (
        0 < len(words) <= _MAX_TERM_WORDS
        and term[0].isupper()
        and term.startswith(words[0])
        and term.endswith(words[-1])
        and term.casefold() not in _PRONOUNS
    )
