"""Words of a drafted sentence and of its evidence, made comparable: stems, parties, operators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from clauseproof.knowledge.models import FrameLists
from clauseproof.plaintext import fold
from clauseproof.stemming import stem

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+(?:'\w+)*'?|[^\w\s]")
_BARE_MARKS = frozenset("\"'“”‘’*_`")
# "don't" and "won't" hold a negation of their own.
_CONTRACTED = re.compile(r"(\w+?)n't$")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark.

    Attributes:
        text: In lower case.
        stem: Its stem; the text itself for marks and figures.
        quoted: True where it stands between quotation marks of the drafted sentence.
        possessive: True where it was written as a possessive ("the provider's", "users'").
        start: Offset in the text it was read from.
        end: Offset where it ends.
    """

    text: str
    stem: str
    quoted: bool = False
    possessive: bool = False
    start: int = 0
    end: int = 0

    @property
    def is_mark(self) -> bool:
        """True for punctuation."""
        return not (self.text[0].isalnum() or self.text[0] == "_")


def split_words(text: str, *, quoted: bool = False, offset: int = 0) -> list[Word]:
    """Divide a text into words and marks, hyphens and contractions taken apart.

    Args:
        text: A visible text.
        quoted: Mark every word as standing in quotation marks.
        offset: Added to the places.
    """
    words: list[Word] = []
    for match in _TOKEN.finditer(fold(text).lower()):
        token, start, end = match.group(), match.start() + offset, match.end() + offset
        if token in _BARE_MARKS:
            continue
        contracted = _CONTRACTED.match(token)
        if contracted:
            head = _IRREGULAR.get(contracted.group(1), contracted.group(1))
            words.append(Word(head, stem(head), quoted, False, start, end))
            words.append(Word("not", "not", quoted, False, start, end))
            continue
        if token == "cannot":
            words.append(Word("can", "can", quoted, False, start, end))
            words.append(Word("not", "not", quoted, False, start, end))
            continue
        possessive = token.endswith(("'s", "s'"))
        bare = token.removesuffix("'s") if token.endswith("'s") else token.rstrip("'")
        if not bare:
            continue
        if bare == "provider" and words and words[-1].text == "service":
            bare = "providers"  # "a service provider" is another party than "the provider"
        alike = stem(bare) if bare[0].isalpha() else bare.rstrip(".,").replace(",", "")
        words.append(Word(bare, alike, quoted, possessive, start, end))
    return words


class Vocabulary:
    """The frame lists, compiled for one service and document."""

    def __init__(self, frames: FrameLists, names: Sequence[str], document: str = "") -> None:
        """Take the lists, and the names of provider and document.

        Args:
            frames: The lists.
            names: By which drafts call the provider.
            document: Name of the document.
        """
        self.frames = frames
        self.document = [word.text for word in split_words(document)] or ["document"]
        self._names = [[word.text for word in split_words(name)] for name in names if name.strip()]

    @cached_property
    def operators(self) -> dict[str, str]:
        """Class of each operator by its text."""
        return {text: kind for kind, texts in self.frames.operators.items() for text in texts}

    @cached_property
    def small(self) -> frozenset[str]:
        """Words without substance."""
        return frozenset(self.frames.small)

    @cached_property
    def turning(self) -> frozenset[str]:
        """Small words that turn a sentence when exchanged."""
        return frozenset(self.frames.turning)

    @cached_property
    def reporting(self) -> frozenset[str]:
        """Forms of the words by which a sentence names the document and what it does."""
        return _forms((*self.frames.document_nouns, *self.frames.speech_verbs))

    @cached_property
    def document_nouns(self) -> frozenset[str]:
        """Forms of what the document is called."""
        return _forms(self.frames.document_nouns)

    @cached_property
    def speech(self) -> frozenset[str]:
        """Forms of what a document does with words."""
        return _forms(self.frames.speech_verbs)

    @cached_property
    def asking(self) -> frozenset[str]:
        """Words that ask."""
        return frozenset(self.frames.asking)

    @cached_property
    def advice(self) -> frozenset[str]:
        """Forms of what the reader's organisation does and works with."""
        return _forms((*self.frames.advice_verbs, *self.frames.governance)) | self.reporting

    @cached_property
    def advice_verbs(self) -> frozenset[str]:
        """What the reader's organisation can be told to do, as written."""
        return frozenset(self.frames.advice_verbs)

    @cached_property
    def narrowing(self) -> frozenset[str]:
        """Words after which a cut leaves out what narrows the meaning."""
        return frozenset(self.frames.narrowing)

    @cached_property
    def kept(self) -> frozenset[str]:
        """Classes of operators none of which may be left out."""
        return frozenset(self.frames.kept)

    @cached_property
    def _equals(self) -> dict[str, set[int]]:
        groups: dict[str, set[int]] = {}
        for at, group in enumerate(self.frames.equals):
            for text in group:
                for word in split_words(text):
                    groups.setdefault(word.stem, set()).add(at)
        return groups

    @cached_property
    def _provider(self) -> frozenset[str]:
        return frozenset(self.frames.provider) | {name[0] for name in self._names if len(name) == 1}

    @cached_property
    def _reader(self) -> frozenset[str]:
        return _stems(self.frames.reader)

    @cached_property
    def advice_modals(self) -> frozenset[str]:
        """Modals that are free once after an actor."""
        return frozenset(self.frames.advice_modals)

    @cached_property
    def phrases(self) -> list[list[str]]:
        """Whole phrases that are free in advice and questions, as words."""
        return [[word.text for word in split_words(one)] for one in self.frames.phrases]

    @cached_property
    def report_phrases(self) -> list[list[str]]:
        """Whole phrases that are free in every sentence, as words."""
        return [[word.text for word in split_words(one)] for one in self.frames.report_phrases]

    @cached_property
    def law_phrases(self) -> list[list[str]]:
        """Phrases that are free in a sentence about law, as words."""
        return [[word.text for word in split_words(one)] for one in self.frames.law_phrases]

    @cached_property
    def party_words(self) -> frozenset[str]:
        """Words by which archived texts name the provider or the reader."""
        frames = self.frames
        return frozenset(
            (
                *frames.provider_subjects,
                *frames.provider_possessives,
                *frames.reader_subjects,
                *frames.reader_possessives,
            )
        )

    @cached_property
    def _actors(self) -> list[list[str]]:
        small = self.small
        return [
            [word.text for word in split_words(actor) if word.text not in small]
            for actor in sorted(self.frames.actors, key=len, reverse=True)
        ]

    def actor_length(self, words: Sequence[Word]) -> int:
        """Return how many words at the beginning name an actor of the reader's side; 0 where none does."""
        texts = [word.text for word in words]
        return next((len(actor) for actor in self._actors if texts[: len(actor)] == actor), 0)

    def names_provider(self, word: Word) -> bool:
        """Tell whether a drafted word names the provider."""
        return word.text in self._provider

    def is_party(self, word: Word) -> bool:
        """Tell whether a drafted word names the provider or the person the text speaks to."""
        return self.names_provider(word) or word.stem in self._reader

    def agrees(self, drafted: Word, archived: Word) -> bool:
        """Tell whether an archived word bears a drafted one."""
        if drafted.quoted:
            return drafted.text == archived.text
        kind, other = self.operators.get(drafted.text), self.operators.get(archived.text)
        if kind or other:
            return kind == other
        frames = self.frames
        if drafted.text in self._provider:
            # "Service providers" and the like are other parties.
            wanted = frames.provider_possessives if drafted.possessive else frames.provider_subjects
            named = drafted.text == archived.text and archived.text not in frames.provider
            return archived.text in wanted or named
        if drafted.stem == archived.stem:
            return True
        if drafted.stem in self._reader:
            wanted = frames.reader_possessives if drafted.possessive else frames.reader_subjects
            return archived.text in wanted
        return bool(self._equals.get(drafted.stem, set()) & self._equals.get(archived.stem, set()))

    def join_names(self, words: list[Word]) -> list[Word]:
        """Read a service's name of several words as one word for the provider."""
        for name in self._names:
            if len(name) < 2:
                continue
            at = 0
            while at + len(name) <= len(words):
                run = words[at : at + len(name)]
                if [word.text for word in run] == name and not run[0].quoted:
                    last = run[-1]
                    joined = Word(
                        "provider", stem("provider"), False, last.possessive, run[0].start, last.end
                    )
                    words = [*words[:at], joined, *words[at + len(name) :]]
                at += 1
        return words


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.stem for text in texts for word in split_words(text))


def _forms(texts: Iterable[str]) -> frozenset[str]:
    """Return words with their plural or third person; stems would take settings for a form of "set"."""
    forms: set[str] = set()
    for text in texts:
        forms |= {text, f"{text}s", f"{text}es"}
        if text.endswith("y"):
            forms.add(f"{text[:-1]}ies")
    return frozenset(forms)
