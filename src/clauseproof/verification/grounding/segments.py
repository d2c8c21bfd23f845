"""A drafted sentence divided into the parts that each must stand on one cited sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clauseproof.verification.grounding.words import Vocabulary, Word, split_words

_QUOTED = re.compile(r"“[^”]*”")
_BREAK = re.compile(
    r"(?P<end>[;:?!](?=\s|$)|(?<!\bart)(?<!\barts)(?<!\bsec)(?<!\bno)(?<!\binc)\.(?=\s+[A-Z“]|\s*$))"
    r"|,? (?=(?:so|while|whereas|because|but)\b)| [–—] ",
    re.IGNORECASE,
)
# After advice, these open what is to be checked or recorded.
_LINKS = frozenset({"so", "and", "then", "also", "but", "therefore", "while", "because"})
_OPENERS = frozenset({"that", "whether", "how", "what", "which", "who", "where", "when"})


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a drafted sentence.

    Attributes:
        words: Its words in order, those of quotations marked.
        asked: True for a question, and for what follows "whether".
        advice: True where it says what the reader's organisation can do.
        open: For a question, whether it asks for a value (what, which, how), not for yes or no.
    """

    words: tuple[Word, ...]
    asked: bool
    advice: bool
    open: bool = False


def divide(text: str, vocabulary: Vocabulary) -> Iterator[Segment]:
    """Yield the parts of a drafted text in order."""
    for part, end in _parts(text):
        words = vocabulary.join_names(_words(part))
        if not words:
            continue
        question = end == "?"
        if question or not _is_advice(words, vocabulary):
            first = next((word.text for word in words if not word.is_mark), "")
            yield Segment(tuple(words), question, False, question and first in vocabulary.asking)
            continue
        for step in _steps(words, vocabulary):
            yield from _open_advice(step)


def _steps(words: list[Word], vocabulary: Vocabulary) -> Iterator[list[Word]]:
    """Divide advice where "and" begins the next thing to do."""
    start = 0
    for at in range(1, len(words) - 1):
        joins = words[at].text == "and" and not words[at].quoted and not words[at + 1].quoted
        if joins and words[at + 1].text in vocabulary.advice_verbs:
            yield words[start:at]
            start = at + 1
    yield words[start:]


def _open_advice(words: list[Word]) -> Iterator[Segment]:
    """Yield advice, and apart from it what is to be checked, asked or recorded."""
    opener = next(
        (at for at, word in enumerate(words) if at and not word.quoted and word.text in _OPENERS), None
    )
    if opener is None:
        yield Segment(tuple(words), False, True)
        return
    yield Segment(tuple(words[:opener]), False, True)
    rest = tuple(words[opener + 1 :])
    if rest:
        yield Segment(rest, words[opener].text != "that", False, words[opener].text != "whether")


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Split at ends of sentences and before linking words, never within quotation marks."""
    covered = [(match.start(), match.end()) for match in _QUOTED.finditer(text)]
    start = 0
    for match in _BREAK.finditer(text):
        if any(a < match.start() < b - 1 for a, b in covered):
            continue
        yield text[start : match.start()], match.group("end") or ","
        start = match.end()
    yield text[start:], "."


def _words(part: str) -> list[Word]:
    words: list[Word] = []
    position = 0
    for match in _QUOTED.finditer(part):
        words += split_words(part[position : match.start()], offset=position)
        words += split_words(match.group()[1:-1], quoted=True, offset=match.start() + 1)
        position = match.end()
    return words + split_words(part[position:], offset=position)


def _is_advice(words: list[Word], vocabulary: Vocabulary) -> bool:
    """Tell whether a part begins with an actor of the reader's side or something it can do."""
    spoken = [word for word in words if not word.is_mark]
    while spoken and spoken[0].text in _LINKS:
        spoken.pop(0)
    if not spoken or spoken[0].quoted:
        return False
    if spoken[0].text in vocabulary.advice_verbs:
        return True
    leading = [word for word in spoken if word.text not in vocabulary.small]
    if vocabulary.actor_length(leading):
        return True
    modal = next((at for at, word in enumerate(leading) if word.text == "should"), None)
    return modal is not None and all(
        word.stem in vocabulary.advice and not word.quoted for word in leading[:modal]
    )
