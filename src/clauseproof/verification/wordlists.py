"""The words that turn a meaning, as data: read once from ``lexicon/en.yaml`` when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from clauseproof.errors import ConfigurationError

GovernorKind = Literal["negation", "adjacent", "condition", "exception", "limiter"]

_FILE = Path(__file__).parent / "lexicon" / "en.yaml"
_GAP = "~"
_LONGEST_GAP = 4
_PLAIN_LISTS = (
    "fillers",
    "modals",
    "numbers",
    "parties",
    "pronouns",
    "determiners",
    "finite",
    "conjunctions",
    "subordinators",
    "complementizers",
    "adverbs",
    "prepositions",
    "english_words",
    "foreign_words",
)
_GOVERNORS: dict[str, GovernorKind] = {
    "negations": "negation",
    "adjacent": "adjacent",
    "conditions": "condition",
    "exceptions": "exception",
    "limiters": "limiter",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or phrase of the lexicon met in a run of words, as a half-open range of it."""

    kind: GovernorKind
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """Word lists, all in lower case.

    Attributes:
        phrases: First word of a phrase -> its possible continuations, longest first; an idiom has
            no kind.
        lists: The plain word lists by name.
    """

    phrases: dict[str, tuple[tuple[tuple[str, ...], GovernorKind | None], ...]]
    lists: dict[str, frozenset[str]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.lists[name]

    def has(self, word: str, *names: str) -> bool:
        """Tell whether any of the named lists holds a word."""
        return any(word in self.lists[name] for name in names)

    @cached_property
    def negating_words(self) -> frozenset[str]:
        """Single words that negate, whatever phrase they stand in."""
        return frozenset(
            phrase[0]
            for entries in self.phrases.values()
            for phrase, kind in entries
            if len(phrase) == 1 and kind in ("negation", "adjacent")
        )

    def find_marks(self, words: Sequence[str]) -> list[Mark]:
        """Return negations, conditions, exceptions and limiters among lower-case words.

        Args:
            words: Words and punctuation in order.

        Returns:
            Marks in order, never overlapping; idioms that only look like one are left out.
        """
        marks: list[Mark] = []
        position = 0
        while position < len(words):
            kind, length = self._read_phrase(words, position)
            if kind:
                marks.append(Mark(kind, position, position + length))
            position += max(length, 1)
        return marks

    def _read_phrase(self, words: Sequence[str], at: int) -> tuple[GovernorKind | None, int]:
        for phrase, kind in self.phrases.get(words[at], ()):
            end = self._match_phrase(phrase, words, at)
            if end:
                return kind, end - at
        if words[at].endswith("n't"):
            return "negation", 1
        return None, 0

    def _match_phrase(self, phrase: tuple[str, ...], words: Sequence[str], at: int) -> int:
        """Return where the phrase ends, or 0."""
        fillers = self.lists["fillers"]
        for part in phrase:
            if part == _GAP:
                limit = at + _LONGEST_GAP
                while at < len(words) and at < limit and words[at] in fillers:
                    at += 1
            elif at < len(words) and words[at] == part:
                at += 1
            else:
                return 0
        return at


@cache
def load_lexicon() -> Lexicon:
    """Return the English lexicon, read on the first call.

    Raises:
        ConfigurationError: The file is missing or lacks a list.
    """
    import yaml

    try:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        data = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)
        found: dict[str, list[tuple[tuple[str, ...], GovernorKind | None]]] = {}
        for name, kind in _GOVERNORS.items():
            entry = data[name]
            for phrase in (*entry["words"].split(), *entry.get("phrases", ())):
                _add_phrase(found, phrase, kind)
        for phrase in data["idioms"]:
            _add_phrase(found, phrase, None)
        lists = {name: frozenset(data[name].split()) for name in _PLAIN_LISTS}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{_FILE}: the word lists cannot be read ({error}); reinstall Clauseproof."
        ) from error
    phrases = {
        first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in found.items()
    }
    return Lexicon(phrases, lists)


def _add_phrase(
    found: dict[str, list[tuple[tuple[str, ...], GovernorKind | None]]],
    phrase: str,
    kind: GovernorKind | None,
) -> None:
    words = tuple(phrase.split())
    # A single word that is listed twice ("without") keeps its last, narrower kind.
    entries = found.setdefault(words[0], [])
    entries[:] = [entry for entry in entries if entry[0] != words]
    entries.append((words, kind))
