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
_TOPICAL = frozenset({"for", "on", "under", "in", "as"})
_LONGEST_TOPIC = 14
_LATE = frozenset({"that", "also", "out", "of", "here", "further"})
_OPENERS = frozenset({"that", "whether", "how", "what", "which", "who", "where", "when"})


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a drafted sentence.

    Attributes:
        words: Its words in order, those of quotations marked.
        asked: True for a question, and for what follows "whether".
        advice: True where it says what the reader's organisation can do.
        open: For a question, whether it asks for a value (what, which, how), not for yes or no.
        frame: True where it only says which document speaks, and of what, before the words themselves.
    """

    words: tuple[Word, ...]
    asked: bool
    advice: bool
    open: bool = False
    frame: bool = False


def divide(text: str, vocabulary: Vocabulary) -> Iterator[Segment]:
    """Yield the parts of a drafted text in order."""
    for part, end in _parts(text):
        words = vocabulary.join_names(_words(part))
        if not words:
            continue
        question = end == "?"
        if question or not _is_advice(words, vocabulary):
            length = 0 if question else _frame_length(words, end, vocabulary)
            if length:
                yield Segment(tuple(words[:length]), False, False, frame=True)
                words = words[length:]
            if words:
                first = next((word.text for word in words if not word.is_mark), "")
                yield Segment(tuple(words), question, False, question and first in vocabulary.asking)
            continue
        for step in _steps(words, vocabulary):
            yield from _open_advice(step, vocabulary)


def _frame_length(words: list[Word], end: str, vocabulary: Vocabulary) -> int:
    """Return how many words come before the words of the document, where all they do is introduce them."""
    first = next((at for at, word in enumerate(words) if word.quoted), len(words))
    comma = next(
        (at for at, word in enumerate(words[:_LONGEST_TOPIC]) if word.text == "," and not word.quoted), 0
    )
    if comma and words[0].text in _TOPICAL:
        return comma + 1  # "For legal claims, ..."
    introducing = [word for word in words[:first] if not word.is_mark and word.text not in _LATE]
    named = any(word.text in vocabulary.document_nouns for word in introducing)
    spoken = any(word.text in vocabulary.speech for word in introducing)
    if not (named and spoken):
        return 0
    if first == len(words):
        return first if end == ":" else 0
    return first if introducing[-1].text in vocabulary.speech else 0


def _steps(words: list[Word], vocabulary: Vocabulary) -> Iterator[list[Word]]:
    """Divide advice where "and" begins the next thing to do."""
    start = 0
    for at in range(1, len(words) - 1):
        joins = words[at].text == "and" and not words[at].quoted and not words[at + 1].quoted
        if joins and words[at + 1].text in vocabulary.advice_verbs:
            yield words[start:at]
            start = at + 1
    yield words[start:]


def _open_advice(words: list[Word], vocabulary: Vocabulary) -> Iterator[Segment]:
    """Yield advice, and apart from it what is to be checked, asked or recorded."""
    opener = next((at for at in range(1, len(words)) if _opens(words, at, vocabulary)), None)
    if opener is None:
        yield Segment(tuple(words), False, True)
        return
    yield Segment(tuple(words[:opener]), False, True)
    rest = tuple(words[opener + 1 :])
    if rest:
        yield Segment(rest, words[opener].text != "that", False, words[opener].text != "whether")


def _opens(words: list[Word], at: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a word opens what is to be checked; "an amendment that sets out" does not."""
    if words[at].quoted or words[at].text not in _OPENERS:
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    return words[at].text != "that" or following is None or following.text not in vocabulary.speech


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
    while spoken:
        texts = [word.text for word in spoken]
        phrase = next((one for one in vocabulary.phrases if texts[: len(one)] == one), [])
        taken = len(phrase) or (spoken[0].text in _LINKS)
        if not taken:
            break
        spoken = spoken[taken:]
    if not spoken or spoken[0].quoted:
        return False
    if spoken[0].text in vocabulary.advice_verbs:
        return True
    leading = [word for word in spoken if word.text not in vocabulary.small]
    named = spoken[1:] if spoken[0].text in ("the", "a", "an") else spoken
    if vocabulary.actor_length([word for word in named if word.text not in vocabulary.small]) and (
        named and named[0].text not in vocabulary.small
    ):
        return True
    modal = next((at for at, word in enumerate(leading) if word.text == "should"), None)
    return modal is not None and all(
        word.text in vocabulary.advice and not word.quoted for word in leading[:modal]
    )
