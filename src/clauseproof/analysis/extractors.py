"""Values taken from a sentence's own words: periods, ages, amounts, places, contacts, dates, names.

What is returned is always a stretch of the sentence, never a rewording; the patterns are in
``knowledge/extractors.yaml``.
"""

from __future__ import annotations

from clauseproof.knowledge.models import ExtractorPatterns, ValueKind
from clauseproof.patterns import find_all


def extract_places(kind: ValueKind, sentence: str, patterns: ExtractorPatterns) -> list[tuple[int, int]]:
    """Return where the values of a kind stand in a folded sentence, left to right, without overlaps."""
    found = sorted(place for pattern in patterns.of(kind) for place in find_all(pattern, sentence))
    if kind == "named":
        found = [name for place in found if (name := _name(sentence, *place, patterns))]
    places: list[tuple[int, int]] = []
    for start, end in found:
        if not places or start >= places[-1][1]:
            places.append((start, end))
    return places


def _name(sentence: str, start: int, end: int, patterns: ExtractorPatterns) -> tuple[int, int] | None:
    """Cut the introducing word off a match; None where what is left names nobody."""
    words = sentence[start:end]
    lead = next(one for one in patterns.name_leads if words.casefold().startswith(f"{one} "))
    start += len(lead) + 1
    first = sentence[start:end].split()[0].strip(".,'")
    return None if first in patterns.not_names else (start, end)
