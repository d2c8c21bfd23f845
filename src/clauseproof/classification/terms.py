"""The words of a provision as the learned model counts them: stems and pairs of stems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from clauseproof.reading import ReadProvision
from clauseproof.stemming import stem

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_LEAD_WORDS = 40
_HEADINGS = 2


def stems(text: str) -> list[str]:
    """Return the stems of a text's words in order; every number is ``0``, for its value says nothing."""
    return ["0" if word[0].isdigit() else stem(word) for word in _WORD.findall(text.casefold())]


def iter_terms(text: str) -> Iterator[str]:
    """Yield the stems of a text and its pairs of neighbours."""
    words = stems(text)
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def context_terms(read: ReadProvision) -> tuple[str, ...]:
    """Return what stands around a provision: ``l:`` stems of its lead, ``h:`` of its headings."""
    return _context(read.lead, read.provision.heading_path[-_HEADINGS:])


@lru_cache(maxsize=256)  # the items of a list share their lead, the provisions of a section its headings
def _context(lead: str, headings: tuple[str, ...]) -> tuple[str, ...]:
    words = stems(lead)[-_LEAD_WORDS:]
    return (
        *(f"l:{word}" for word in words),
        *(f"l:{first} {second}" for first, second in pairwise(words)),
        *(f"h:{word}" for title in headings for word in stems(title)),
    )
