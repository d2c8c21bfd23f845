"""Whether the words of a draft stand in one unit, in its order, with nothing left out that narrows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from clauseproof.verification.grounding.units import LEAD, Unit
from clauseproof.verification.grounding.words import Vocabulary, Word

_LIST_MARKS = frozenset({",", ";", "and", "or", "/"})
_ADVERBS = frozenset(
    {"further", "additionally", "otherwise", "respectively", "then", "please", "hereby", "thereby"}
)
_GOVERNING_WORDS = 6
_LONGEST_ENUMERATOR = 4
_ARTICLES = frozenset({"a", "an", "the"})
# Left out between two words of a draft, these too would change what it asserts.
_KEPT_BETWEEN = frozenset({"example", "all", "some"})
# Even a question or advice may not name as done what the cited words deny.
_KEPT_IN_MENTION = frozenset({"negation", "masked"})


@dataclass(frozen=True, slots=True)
class Aligned:
    """Where the words of a draft stand in a unit.

    Attributes:
        unit: The unit.
        places: Position in the unit of each word, in order.
    """

    unit: Unit
    places: tuple[int, ...]


def align(
    needed: Sequence[Word],
    unit: Unit,
    vocabulary: Vocabulary,
    *,
    said: frozenset[str] = frozenset(),
    mention: bool = False,
) -> Aligned | str:
    """Find the words of a draft in a unit.

    Args:
        needed: Words that need bearing, in order.
        unit: Where they may stand.
        vocabulary: For what bears what.
        said: Stems of the draft's free words: the unit may hold them between the others.
        mention: True where the draft asks or advises: then conditions need not be said again.

    Returns:
        Their places; or, in words, what kept them apart: the first word that is not there, or what would
        be left out.
    """
    places = [
        [
            at
            for at in range(len(unit.words))
            if (unit.cited[at] or _is_actor(drafted, vocabulary)) and bears(drafted, unit, at, vocabulary)
        ]
        for drafted in needed
    ]
    for drafted, found in zip(needed, places, strict=True):
        if not found:
            return f"“{drafted.text}” is not in the cited words"
    refused = "the words stand there in another order, or with others between them"

    @cache
    def reach(position: int, place: int) -> tuple[int, ...] | None:
        """Return places for the rest of the words, the word at `position` standing at `place`."""
        if position + 1 == len(needed):
            return (place,)
        for following in places[position + 1]:
            if following > place and _may_skip(
                unit, place, following, vocabulary, needed[position : position + 2], said
            ):
                rest = reach(position + 1, following)
                if rest is not None:
                    return (place, *rest)
        return None

    for first in places[0]:
        run = reach(0, first)
        if run is None:
            continue
        lost = _left_out(unit, run, vocabulary, mention)
        if lost is None:
            return Aligned(unit, run)
        refused = lost
    return refused


def _is_actor(drafted: Word, vocabulary: Vocabulary) -> bool:
    """Tell whether a drafted word names a party: who acts may be read off the archived sentence uncited."""
    return not drafted.quoted and vocabulary.is_party(drafted)


def bears(drafted: Word, unit: Unit, place: int, vocabulary: Vocabulary) -> bool:
    """Tell whether the word of a unit at a place bears a drafted one."""
    archived = unit.words[place]
    # Our own records say "the provider" as drafts do; in archived text "provider" is another party.
    same = unit.kind != "archived" and not drafted.quoted and drafted.text == archived.text
    return same or vocabulary.agrees(drafted, archived)


def operator_at(words: Sequence[Word], at: int, vocabulary: Vocabulary) -> str | None:
    """Return the class of the operator at a place, read with the words beside it; None for other words."""
    kind = vocabulary.operators.get(words[at].text)
    if kind is None:
        return None
    text = words[at].text
    after = words[at + 1].text if at + 1 < len(words) else ""
    before = words[at - 1].text if at else ""
    if kind == "consent":
        return kind if {"with", "without"} & {word.text for word in words[max(0, at - 3) : at]} else None
    if kind == "legal":
        return kind if before in ("as", "where", "when", "if", "otherwise") else None
    if text == "other":
        return kind if after == "than" else None
    if text == "subject" and after != "to":
        return None
    if text == "provided" and after not in ("that", ","):
        return None
    if text == "save" and after not in ("as", "for", "that", "where"):
        return None
    if text == "following" and before in ("the", "a"):
        return None
    if text == "identified" and before != "de":
        return None
    if text in ("like", "certain", "limited", "entire", "whole") and before in ("the", "would"):
        return None
    if text == "de" and after != "identified":
        return None
    return kind


def _belong_together(one: Word, other: Word) -> bool:
    """Tell whether two drafted words stand side by side in one quotation."""
    return one.quoted and other.quoted and other.start - one.end <= 2


def _may_skip(
    unit: Unit,
    place: int,
    following: int,
    vocabulary: Vocabulary,
    drafted: Sequence[Word],
    said: frozenset[str],
) -> bool:
    """Tell whether a draft may leave out what lies between two of its words."""
    skipped = range(place + 1, following)
    words = unit.words
    one, other = drafted
    if _belong_together(one, other):
        return all(words[at].is_mark for at in skipped)
    if (
        one.quoted
        and other.quoted
        and _is_enumerated(words, place + 1)
        and _is_enumerated(words, following - 1)
    ):
        return True  # whole lettered items of one sentence
    for at in skipped:
        kind = operator_at(words, at, vocabulary)
        if kind in vocabulary.kept or kind in _KEPT_BETWEEN:
            return False
        if words[at].text == "such" and at + 1 < len(words) and words[at + 1].text == "as":
            return False
    if one.quoted and other.quoted:
        # Two quotations side by side are one with an elision: its rule was checked, numbers besides.
        return not any(words[at].text[0].isdigit() for at in skipped)
    plain = all(
        words[at].is_mark
        or words[at].text in vocabulary.small
        or words[at].text in _ADVERBS
        or words[at].text in vocabulary.party_words
        or words[at].stem in said
        for at in skipped
    )
    while place + 1 < following and words[place + 1].stem in said:
        place += 1
    return plain or (place + 1 < following and _is_whole_items(words, place, following, vocabulary))


def _is_enumerated(words: Sequence[Word], at: int) -> bool:
    """Tell whether "(b)" or the like begins at a place."""
    run = [word.text for word in words[at : at + 3]]
    return len(run) == 3 and run[0] == "(" and run[2] == ")" and len(run[1]) <= _LONGEST_ENUMERATOR


def _is_whole_items(words: Sequence[Word], place: int, following: int, vocabulary: Vocabulary) -> bool:
    """Tell whether what lies between two words is whole items of a list."""
    first, last = place + 1, following - 1
    while last > first and (
        words[last].text in _ARTICLES or words[last].text in vocabulary.frames.reader_possessives
    ):
        last -= 1
    return words[first].text in _LIST_MARKS and (
        words[last].text in _LIST_MARKS or words[following].text in ("and", "or")
    )


def _left_out(unit: Unit, places: tuple[int, ...], vocabulary: Vocabulary, mention: bool) -> str | None:
    """Return what the cited words hold that the draft may not leave out."""
    words, taken = unit.words, set(places)
    kept = _KEPT_IN_MENTION if mention else vocabulary.kept
    quoted = {unit.cited[place] for place in places} - {0}
    quoted |= {one for one in unit.cited if one >= LEAD}
    nearby = range(places[0], places[-1]) if unit.kind != "archived" else range(len(words))
    if mention:
        nearby = range(_clause_start(words, places[0]), places[-1])
    for at in nearby:
        if at in taken or unit.cited[at] not in quoted:
            continue
        kind = operator_at(words, at, vocabulary)
        if kind in kept:
            return f"leaves out “{words[at].text}” of the cited words"
    if not mention and unit.kind == "archived" and places[-1] + 1 < len(words):
        after = words[places[-1] + 1]
        if after.text in vocabulary.narrowing:
            return f"stops before “{after.text} ...”, which narrows what is said"
    return None


def _clause_start(words: Sequence[Word], place: int) -> int:
    """Return where the clause around a word begins: after a mark, at most a few words before it."""
    start = place
    while start > 0 and place - start < _GOVERNING_WORDS and not words[start - 1].is_mark:
        start -= 1
    return start
