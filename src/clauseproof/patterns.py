"""Cue lists under RE2: linear time on hostile text, all patterns of a list in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

import re2

Owner = TypeVar("Owner")

# Room for the automata, which are built while they run, keeps RE2 from falling back to its slow engine.
_MAX_MEMORY_BYTES = 1 << 28


class PatternSet:
    """Many patterns matched together: one pass for their literal words, then only those that can match.

    RE2's own Set builds one automaton for all patterns; with a thousand of them that took ten times as
    long on the first few documents as this does.

    Patterns run case-insensitively and anywhere in the text; write ``(?-i:...)`` where case matters.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile the patterns; an empty list matches nothing."""
        self._filter: Any = None
        if patterns:
            self._filter = re2.Filter()
            for pattern in patterns:
                self._filter.Add(pattern, _options())
            self._filter.Compile()

    def hits(self, text: str) -> frozenset[int]:
        """Return the positions, in the list given, of the patterns found in the text."""
        if self._filter is None:
            return frozenset()
        return frozenset(self._filter.Match(text) or ())


class OwnedPatterns(Generic[Owner]):
    """Patterns matched together, each belonging to something: a jurisdiction, a role in a practice."""

    def __init__(self, owned: Iterable[tuple[Owner, str]]) -> None:
        """Compile patterns given with their owners."""
        pairs = list(owned)
        self._owners = [owner for owner, _ in pairs]
        self._patterns = PatternSet([pattern for _, pattern in pairs])

    def hits(self, text: str) -> list[Owner]:
        """Return the owner of each pattern found in the text, in the order given, repeated as they hit."""
        return [self._owners[position] for position in sorted(self._patterns.hits(text))]


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MAX_MEMORY_BYTES
    return options


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern, _options())


def find(pattern: str, text: str) -> tuple[int, int] | None:
    """Return where a pattern is first found, as a half-open range, or None."""
    match = _compiled(pattern).search(text)
    return None if match is None else (match.start(), match.end())


@lru_cache(maxsize=4096)
def joined(patterns: tuple[str, ...]) -> str:
    """Return one pattern that is found where any of these is; several searches in one."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def find_any(patterns: Iterable[str], text: str) -> tuple[int, int] | None:
    """Return where the first of the patterns that is found stands, or None."""
    return next((found for pattern in patterns if (found := find(pattern, text))), None)


def find_all(pattern: str, text: str) -> list[tuple[int, int]]:
    """Return every place a pattern is found, left to right, without overlaps."""
    return [(match.start(), match.end()) for match in _compiled(pattern).finditer(text)]
