"""Where a quotation's words stand in a version, and how they differ where they do not.

A match is exact, word for word: `iter_matches` knows no degree of likeness. Likeness is used only to
find the passage that a refused quotation was probably taken from, so that the difference can be named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from clauseproof.verification.tokens import Reading, SourceTokens, is_ideograph, is_word
from clauseproof.verification.wordlists import Lexicon

ChangeKind = Literal[
    "negation", "number", "modal", "party", "condition", "letter case", "punctuation", "word"
]

_ENUMERATOR = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivxIVX]{1,5})\Z")
_WORD_JOINTS = frozenset("-'’‐‑@_./\\")
_RANGE_DASHES = frozenset("–−")
_AMOUNT_BEFORE = frozenset("$€£¥")
_AMOUNT_AFTER = frozenset("%$€£¥‰")
_COMMON = 400
_SPREAD = 8
_SHOWN_WORDS = 8
_MOST_COMPARISONS = 2_000_000
_LONGEST_COMPARED = 200
_BEFORE_BREAK = 60


@dataclass(frozen=True, slots=True)
class Match:
    """A run of source tokens that a quotation repeats word for word.

    Attributes:
        start: First token.
        end: One past the last token.
        list_marks: True where a list number, letter or bullet was kept by one side only.
    """

    start: int
    end: int
    list_marks: bool = False


def iter_matches(source: SourceTokens, reading: Reading) -> Iterator[Match]:
    """Yield every place where the words of a reading stand.

    Args:
        source: The version's words.
        reading: The quotation's words; not empty.

    Yields:
        Matches that begin and end between words. The search ends after a fixed number of comparisons,
        which only texts made to waste time ever reach.
    """
    comparisons = 0
    for first, start in _candidates(source, reading):
        run = _follow(source, start, reading, first)
        comparisons += run.read
        found = run.read == len(reading.words)
        if found and not (starts_inside_word(source, start) or ends_inside_word(source, run.end)):
            yield Match(start, run.end, run.list_marks or first > 0)
        if comparisons > _MOST_COMPARISONS:
            return


def find_break(source: SourceTokens, reading: Reading) -> int:
    """Return how many of a reading's words, from its first, stand in the version at the best place."""
    furthest = comparisons = 0
    for first, start in _candidates(source, reading):
        read = _follow(source, start, reading, first).read
        furthest, comparisons = max(furthest, read), comparisons + read
        if comparisons > _MOST_COMPARISONS:
            break
    return furthest


def _candidates(source: SourceTokens, reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield the first word to compare and the source token to compare it with."""
    words = reading.words
    for start in _positions(source, words[0], 0 in reading.free):
        yield 0, start
    skipped = enumerator_length(words, 0)
    if 0 < skipped < len(words):
        for start in _positions(source, words[skipped], skipped in reading.free):
            if _shows_number(source, start, words, 0):
                yield skipped, start


def _positions(source: SourceTokens, word: str, free: bool) -> Sequence[int]:
    if not free:
        found = source.index.get(word)
        if found is None:  # perhaps two words whose border a copy lost: begin at the first of them
            heads = [head for head in source.index if word.startswith(head) and is_word(head)]
            found = sorted(at for head in heads for at in source.index[head])
        return found
    return sorted({at for form in _both_cases(word) for at in source.index.get(form, ())})


def _both_cases(word: str) -> tuple[str, str]:
    return word[0].lower() + word[1:], word[0].upper() + word[1:]


@dataclass(frozen=True, slots=True)
class _Run:
    """How far a reading agrees with the source: words read, token after the last, list marks passed over."""

    read: int
    end: int
    list_marks: bool


def _follow(source: SourceTokens, start: int, reading: Reading, first: int) -> _Run:
    words, at, here = reading.words, first, start
    total, marks = len(source.words), False
    while at < len(words) and here < total:
        word, theirs = words[at], source.words[here]
        if word == theirs or (at in reading.free and theirs in _both_cases(word)):
            at, here = at + 1, here + 1
        elif word.startswith(theirs) and (length := _glued_length(source, here, word)):
            at, here = at + 1, here + length
        elif at > first and (length := _source_mark_length(source, here)):
            here, marks = here + length, True
        elif length := _quoted_mark_length(source, here, words, at):
            at, marks = at + length, True
        else:
            break
    return _Run(at, here, marks)


def _glued_length(source: SourceTokens, here: int, word: str) -> int:
    """Return how many tokens make up a word that a copy did not part at a link or a line's end, or 0."""
    joined, at = source.words[here], here + 1
    while len(joined) < len(word) and at < len(source.words):
        # "Data<br>Your" may be copied as "DataYour"; "may<br>be" must not become another word.
        camel = joined[-1].islower() and source.words[at][0].isupper()
        if at not in source.glued and not (camel and source.begins_block(at)):
            return 0
        joined, at = joined + source.words[at], at + 1
    return at - here if joined == word else 0


def enumerator_length(words: Sequence[str], at: int) -> int:
    """Return how many tokens a list number or letter takes ("1.", "(a)", "b)"), or 0."""
    opened = words[at] == "("
    at += opened
    if at + 1 >= len(words) or not _ENUMERATOR.match(words[at]):
        return 0
    closed = words[at + 1] == ")" or (not opened and words[at + 1] == ".")
    if closed:
        return 2 + opened
    return 1 if "." in words[at] and not opened else 0


def _source_mark_length(source: SourceTokens, here: int) -> int:
    """Return the length of a written list number, letter or dash at the beginning of a block."""
    window = source.words[here : here + 4]
    length = 1 if window[0] in ("-", "+") else enumerator_length(window, 0)
    return length if length and source.begins_block(here) else 0


def _quoted_mark_length(source: SourceTokens, here: int, words: Sequence[str], at: int) -> int:
    """Return the length of a list mark that the page shows and the archive writes as layout."""
    if words[at] in ("-", "+"):
        return 1 if source.begins_block(here) else 0
    return enumerator_length(words, at) if _shows_number(source, here, words, at) else 0


def _shows_number(source: SourceTokens, here: int, words: Sequence[str], at: int) -> bool:
    """Tell whether the list mark at ``words[at]`` is the number that layout gave the block at ``here``."""
    number = source.list_number(here)
    if number is None or not enumerator_length(words, at):
        return False
    shown = words[at + (words[at] == "(")]
    return shown == number or (len(shown) == 1 and shown.isalpha() and ord(shown.lower()) - 96 == int(number))


def starts_inside_word(source: SourceTokens, position: int) -> bool:
    """Tell whether a cut before a token would split a word, a compound or an amount."""
    text, at = source.plain.text, source.starts[position]
    if at == 0 or text[at - 1] == " " or not is_word(source.words[position]):
        return False
    before = _raw_character(source, at - 1)
    if before in _AMOUNT_BEFORE:
        return True
    return _joined(source, at - 2, at - 1, at)


def ends_inside_word(source: SourceTokens, position: int) -> bool:
    """Tell whether a cut before a token, after the one preceding it, would split a word or an amount."""
    text, at = source.plain.text, source.ends[position - 1]
    if at >= len(text) or text[at] == " " or not is_word(source.words[position - 1]):
        return False
    if _raw_character(source, at) in _AMOUNT_AFTER:
        return True
    return _joined(source, at - 1, at, at + 1)


def _joined(source: SourceTokens, left: int, joint: int, right: int) -> bool:
    text = source.plain.text
    if left < 0 or right >= len(text) or not (text[left].isalnum() and text[right].isalnum()):
        return False
    mark = _raw_character(source, joint)
    if mark == "/":
        return False  # "and/or": either side is a word of its own
    if mark == ".":
        return not text[right].isupper()  # a full stop that lost its blank is no joint
    if mark in _RANGE_DASHES:
        return text[left].isdigit() and text[right].isdigit()
    return mark in _WORD_JOINTS


def _raw_character(source: SourceTokens, at: int) -> str:
    begin, end = source.plain.starts[at], source.plain.ends[at]
    return source.source[begin] if end - begin == 1 else source.plain.text[at]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a refused quotation differs from the passage nearest to it.

    Attributes:
        start: First source token of the passage.
        end: One past its last token.
        kind: The weightiest change.
        sentence: It in words.
        missing: Words of the version that the quotation lacks.
        added: Words of the quotation that the version lacks.
        shared: How many words and marks stand in both, in order.
        compared: How many the quotation has, as far as it was compared.
    """

    start: int
    end: int
    kind: ChangeKind
    sentence: str
    missing: tuple[str, ...]
    added: tuple[str, ...]
    shared: int
    compared: int


def find_nearest(source: SourceTokens, reading: Reading, lexicon: Lexicon) -> Difference | None:
    """Name what separates a quotation from the passage most like it.

    Args:
        source: The version's words.
        reading: The quotation's words.
        lexicon: The words that make one change weightier than another.

    Returns:
        The difference, or None where no passage shares a word worth following.
    """
    if len(reading.words) > _LONGEST_COMPARED:
        # Of a long quotation only the surroundings of its first difference are compared.
        begin = max(find_break(source, reading) - _BEFORE_BREAK, 0)
        end = begin + _LONGEST_COMPARED
        free = frozenset(at - begin for at in reading.free if begin <= at < end)
        reading = Reading(reading.words[begin:end], free)
    words = [word.lower() for word in reading.words]
    best: tuple[int, Sequence[tuple[str, int, int, int, int]], int] | None = None
    theirs = source.lowered
    for offset in _likely_offsets(source, words):
        begin = max(offset - len(words) // 4 - _SPREAD, 0)
        window = theirs[begin : offset + len(words) + len(words) // 4 + _SPREAD]
        matcher = SequenceMatcher(None, window, words, autojunk=False)
        shared = sum(
            block.size
            for block in matcher.get_matching_blocks()
            if any(map(is_word, window[block.a : block.a + block.size]))
        )
        if shared and (best is None or shared > best[0]):
            best = (shared, matcher.get_opcodes(), begin)
    if best is None:
        return None
    return _describe(source, reading, best[1], best[2], best[0], lexicon)


def _likely_offsets(source: SourceTokens, words: Sequence[str]) -> list[int]:
    """Return the starts that most of the quotation's rarer words point to, best first."""
    votes: dict[int, float] = {}
    for at, word in enumerate(words):
        positions = source.lowered_index.get(word, ())
        if not positions or len(positions) > _COMMON or not is_word(word):
            continue
        weight = 1.0 / len(positions)
        for position in positions:
            bucket = (position - at) // _SPREAD
            votes[bucket] = votes.get(bucket, 0.0) + weight
            votes[bucket + 1] = votes.get(bucket + 1, 0.0) + weight / 2
    best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[:4]
    return [max(bucket * _SPREAD, 0) for bucket in best]


def _describe(
    source: SourceTokens,
    reading: Reading,
    opcodes: Sequence[tuple[str, int, int, int, int]],
    begin: int,
    shared: int,
    lexicon: Lexicon,
) -> Difference:
    inner = _within(opcodes)
    start, end = begin + inner[0][1], begin + inner[-1][2]
    missing: list[str] = []
    added: list[str] = []
    changes: list[tuple[int, ChangeKind, str]] = []
    for tag, a1, a2, b1, b2 in inner:
        lost, gained = source.words[begin + a1 : begin + a2], list(reading.words[b1:b2])
        if tag == "equal":
            if lost != gained and not _only_free(lost, gained, b1, reading):
                at = next(at for at, (one, two) in enumerate(zip(lost, gained, strict=True)) if one != two)
                said = f'the version writes "{lost[at]}", the quotation "{gained[at]}"'
                changes.append((_RANK["letter case"], "letter case", said))
            continue
        missing += [word for word in lost if is_word(word)]
        added += [word for word in gained if is_word(word)]
        kind = _classify(lost, gained, lexicon)
        following = list(reading.words[b2:])
        changes.append((_RANK[kind], kind, _say_change(source, begin + a1, lost, gained, following)))
    if not changes:
        return Difference(
            start,
            end,
            "word",
            "the words stand in another order or place",
            (),
            (),
            shared,
            len(reading.words),
        )
    _, kind, sentence = min(changes, key=lambda change: change[0])
    others = len(changes) - 1
    more = f" (and {others} more difference{'s' if others > 1 else ''})" if others else ""
    return Difference(
        start, end, kind, sentence + more, tuple(missing), tuple(added), shared, len(reading.words)
    )


def _within(opcodes: Sequence[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """Cut the window's surplus from both ends, keeping what stands opposite the quotation's own ends."""
    codes = list(opcodes)
    tag, a1, a2, b1, b2 = codes[0]
    if tag != "equal":
        codes[0] = (tag, max(a1, a2 - (b2 - b1)), a2, b1, b2)
    tag, a1, a2, b1, b2 = codes[-1]
    if tag != "equal":
        codes[-1] = (tag, a1, min(a2, a1 + (b2 - b1)), b1, b2)
    return [code for code in codes if code[2] > code[1] or code[4] > code[3]]


_RANK: dict[ChangeKind, int] = {
    "negation": 0,
    "condition": 1,
    "number": 2,
    "modal": 3,
    "party": 4,
    "word": 5,
    "letter case": 6,
    "punctuation": 7,
}


def _only_free(lost: Sequence[str], gained: Sequence[str], begin: int, reading: Reading) -> bool:
    pairs = enumerate(zip(lost, gained, strict=True), begin)
    return all(one == two or (at in reading.free and one in _both_cases(two)) for at, (one, two) in pairs)


def _classify(lost: Sequence[str], gained: Sequence[str], lexicon: Lexicon) -> ChangeKind:
    words = [word.lower() for word in (*lost, *gained)]
    kinds = {mark.kind for mark in lexicon.find_marks(words)}
    if kinds & {"negation", "adjacent"}:
        return "negation"
    if kinds:
        return "condition"
    if any(word[0].isdigit() or word in lexicon["numbers"] for word in words):
        return "number"
    if any(word in lexicon["modals"] for word in words):
        return "modal"
    if any(word in lexicon["parties"] for word in words):
        return "party"
    return "word" if any(map(is_word, words)) else "punctuation"


def _say_change(
    source: SourceTokens, at: int, lost: Sequence[str], gained: Sequence[str], following: Sequence[str]
) -> str:
    if lost and gained:
        half = _say_half_word(lost, gained)
        return half or f'the version says "{join_words(lost)}", the quotation "{join_words(gained)}"'
    words = lost or gained
    ahead = next((word for word in following if is_word(word)), None)
    place = f' before "{ahead}"' if ahead else " at the end"
    return f'the quotation {"drops" if lost else "adds"} "{join_words(words)}"{place}'


def _say_half_word(lost: Sequence[str], gained: Sequence[str]) -> str | None:
    theirs, ours = lost[0], gained[0]
    if len(lost) != 1 or len(gained) != 1 or not (is_word(theirs) and is_word(ours)) or theirs == ours:
        return None
    if theirs.startswith(ours) or theirs.endswith(ours):
        return f'the version says "{theirs}", the quotation has only "{ours}" of the word'
    return None


def join_words(words: Sequence[str]) -> str:
    """Return words and marks as running text, cut after a few words."""
    shown = ""
    for word in words[: 2 * _SHOWN_WORDS]:
        close = not shown or word in ",.;:)]?!%" or shown[-1] in "([$€£-" or word == "-" or is_ideograph(word)
        shown += word if close else f" {word}"
    return shown + (" ..." if len(words) > 2 * _SHOWN_WORDS else "")
