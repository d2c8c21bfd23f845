"""Whether a fragment was cut from under a negation, condition or exception of its own sentence.

The unit is the sentence as a reader sees it, with the lead-in of a list before the first sentence of
an item. A whole sentence passes. For a fragment, what stands before it and after it is read for words
of the lexicon; each of them governs the fragment unless a clause border stands between.

Before the fragment:

* a negation reaches to the next coordinate clause or verb phrase with a finite verb of its own
  ("We do not sell data, but | we may share it"); clauses after "that" stay under it, and so do parts
  of a list under "that:". A negation inside an introductory clause ("Although we do not ..., | we may")
  ends with that clause;
* "without", "rather than" and "instead of" negate only what follows within two words;
* a condition or exception that opens the sentence ("If you opt in, | we may") governs all of it up to
  a semicolon or "but"; one that stands later governs up to the next coordinate clause;
* a condition or "only" in the lead-in of a list governs items that go on in lower case, as parts of its
  sentence; items that begin with a capital stand alone unless the lead-in negates or excepts them.

After the fragment:

* a condition or exception governs what stands before it, back to the last coordinate clause. Set off
  by a comma at the end of the sentence ("..., if you opt in.") it reaches across "and" and "or". One that
  opens another coordinate clause ("and if you object, we stop") does not reach back;
* inside "because", "so that", ", which" and ", who" clauses it governs only where a comma sets it off;
* a negation governs where the cut stands right before it ("We will | not"), or as "to no", "under no";
* "only", "solely" and "exclusively" govern what they follow directly or after a comma;
* an exception the fragment ends with governs with all its alternatives ("unless A | or B").

Fixed phrases such as "including but not limited to", "whether or not" or "no later than" turn nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from clauseproof.verification.tokens import is_word
from clauseproof.verification.wordlists import Lexicon, Mark

_LOOK_AHEAD = 10
_SHORT_SUBJECT = 3
_NEAR = 2
_LONGEST_PHRASE = 4
_CLOSE_NEGATION = 3
_QUANTIFIED = frozenset(("to", "under", "in", "at", "with"))
_SOFT_BREAKS = (("because",), ("so", "that"), (",", "which"), (",", "who"), (",", "whose"))
_CONTRAST = frozenset(("but", "yet", "however"))


@dataclass(frozen=True, slots=True)
class _Clause:
    """Where a clause with a finite verb of its own begins, and what joins it to the one before."""

    start: int
    joined_at: int
    by: Literal["and", "but", "semicolon", "colon", "comma"]
    comma: bool


def iter_governors_before(before: Sequence[str], fragment: Sequence[str], lexicon: Lexicon) -> Iterator[Mark]:
    """Yield what governs a fragment from the words before it in its sentence.

    Args:
        before: Lower-case words from the beginning of the sentence, or of its list's lead-in.
        fragment: The fragment's own lower-case words.
        lexicon: The word lists.

    Yields:
        The governing marks as ranges of `before`, in order.
    """
    cut = len(before)
    words = [*before, *fragment[: 3 * _LOOK_AHEAD]]
    # A phrase may straddle the cut ("subject | to"): it counts where it begins before it.
    marks = [mark for mark in lexicon.find_marks(words) if mark.start < cut]
    clauses = _find_clauses(words, cut, lexicon, elliptical=True) if marks else []
    for mark in marks:
        if mark.kind == "adjacent":
            if mark.end >= cut - _NEAR and "," not in words[mark.end : cut]:
                yield mark
        elif mark.kind == "negation":
            if not any(_closes_negation(words, mark, clause, clauses, lexicon) for clause in clauses):
                yield mark
        elif not any(_closes_condition(words, mark, clause, clauses, lexicon) for clause in clauses):
            yield mark


def find_governor_after(fragment: Sequence[str], after: Sequence[str], lexicon: Lexicon) -> Mark | None:
    """Return what governs a fragment from the words after it in its sentence.

    Args:
        fragment: The fragment's own lower-case words.
        after: Lower-case words up to the end of the sentence.
        lexicon: The word lists.

    Returns:
        The governing mark as a range of `after`, or None.
    """
    further = _further_exception(fragment, after, lexicon)
    if further:
        return further
    marks = _marks_after(fragment, after, lexicon)
    if not marks:
        return None
    clauses = [
        clause
        for clause in _find_clauses(after, len(after), lexicon, elliptical=False)
        if clause.by in ("and", "but", "semicolon")
    ]
    border = _first_border(after, marks, clauses, lexicon)
    for mark in marks:
        if border is not None and mark.start >= border[0]:
            reaches_back = border[1] and mark.kind in ("condition", "exception") and _set_off(after, mark)
            if reaches_back and not any(clause.start > mark.end for clause in clauses):
                return mark
        elif mark.kind in ("condition", "exception"):
            if not _in_soft_clause(after, mark) or _set_off(after, mark):
                return mark
        elif mark.kind == "limiter":
            near = mark.start <= _NEAR and not any(word in _RELATIVE for word in after[: mark.start])
            if near or after[mark.start - 1] in (",", "-", "(", "but"):
                return mark
        elif _negates_back(after, mark, lexicon):
            return mark
    return None


def _further_exception(fragment: Sequence[str], after: Sequence[str], lexicon: Lexicon) -> Mark | None:
    """Return what the exception a fragment ends with loses: "unless A | or B", "unless A | and confirm it".

    The exception must still be open: a mark after it ("Unless you object, we ...") has closed it.
    """
    begins = 1 if after[:1] == [","] else 0
    joint = after[begins] if begins < len(after) else ""
    if joint not in ("or", "and") or (joint == "and" and _begins_clause(after, begins + 1, lexicon)):
        return None
    exceptions = [mark for mark in lexicon.find_marks(fragment) if mark.kind == "exception"]
    if not exceptions or not all(map(is_word, fragment[exceptions[-1].end :])):
        return None
    return Mark("exception", begins, begins + 1)


def _marks_after(fragment: Sequence[str], after: Sequence[str], lexicon: Lexicon) -> list[Mark]:
    """Return the marks after a cut; a phrase that the cut divides ("countries | where") is read whole."""
    tail = fragment[-_LONGEST_PHRASE:]
    shift = len(tail)
    return [
        Mark(mark.kind, max(mark.start - shift, 0), mark.end - shift)
        for mark in lexicon.find_marks([*tail, *after])
        if mark.end > shift
    ]


def _find_clauses(words: Sequence[str], limit: int, lexicon: Lexicon, *, elliptical: bool) -> list[_Clause]:
    """Return clauses with a finite verb that begin at or before `limit`, the first of the sentence left out.

    Args:
        words: Words and marks in lower case.
        limit: Last position at which a clause may begin.
        lexicon: The word lists.
        elliptical: Also take "and may ..." (finite verb, subject understood) for a clause.
    """
    clauses = []
    for start in range(1, limit + 1):
        if start >= len(words) or not is_word(words[start]):
            continue
        joint = _find_joint(words, start, lexicon)
        if joint is None:
            continue
        at, by = joint
        finite = words[start] in lexicon["finite"] and by in ("and", "but") and elliptical
        # After a colon or semicolon "If you ..., " opens a sentence of its own.
        opens = by in ("colon", "semicolon") and _opens_sentence(words, start, lexicon)
        if finite or opens or _begins_clause(words, start, lexicon):
            clauses.append(_Clause(start, at, by, at > 0 and words[at - 1] in (",", ";")))
    return clauses


def _find_joint(
    words: Sequence[str], start: int, lexicon: Lexicon
) -> tuple[int, Literal["and", "but", "semicolon", "colon", "comma"]] | None:
    """Return where and by what a clause that begins at `start` is joined to the words before."""
    at = start - 1
    while at > 0 and (
        words[at] in lexicon["adverbs"] or (words[at] == "," and words[at - 1] in lexicon["adverbs"])
    ):
        at -= 1
    if at >= 2 and words[at] == ")":  # "; (b) we ..."
        at -= 3 if words[at - 2] == "(" else 2
    if at < 0:
        return None
    mark = words[at]
    if mark in _CONTRAST:
        return at, "but"
    if mark in lexicon["conjunctions"] and mark != "nor":
        return at, ("semicolon" if at and words[at - 1] == ";" else "and")
    if mark == ";":
        return at, "semicolon"
    if mark in (":", "-"):
        return at, "colon"
    return (at, "comma") if mark == "," else None


def _begins_clause(words: Sequence[str], start: int, lexicon: Lexicon) -> bool:
    """Tell whether a subject with its finite verb begins here."""
    if start >= len(words):
        return False
    first = words[start]
    following = words[start + 1] if start + 1 < len(words) else ""
    if first in lexicon["pronouns"]:
        return (
            bool(following)
            and is_word(following)
            and not lexicon.has(following, "prepositions", "conjunctions")
        )
    if first in _RELATIVE and first != "that":
        return False
    if lexicon.has(first, "conjunctions", "prepositions", "subordinators", "finite"):
        return False
    # Without an article a subject is told from a verb ("share information you have") by being short.
    noun = lexicon.has(first, "determiners")
    for word in _outside_brackets(words, start + 1, _LOOK_AHEAD if noun else _SHORT_SUBJECT):
        if word in lexicon["finite"]:
            return True
        if word in (",", ";", ":", ".") or word in _RELATIVE or word in lexicon["pronouns"]:
            return False
        if lexicon.has(word, "conjunctions") or (
            not noun and lexicon.has(word, "determiners", "prepositions")
        ):
            return False
    return False


def _outside_brackets(words: Sequence[str], start: int, most: int) -> Iterator[str]:
    """Yield at most so many words from a position on, passing over what stands in brackets."""
    depth = 0
    for word in words[start : start + 3 * _LOOK_AHEAD]:
        depth += (word == "(") - (word == ")")
        if depth == 0 and word != ")" and most > 0:
            most -= 1
            yield word


def _opens_sentence(words: Sequence[str], start: int, lexicon: Lexicon) -> bool:
    """Tell whether an introductory clause begins here ("If you object, ...")."""
    return words[start] in lexicon["subordinators"] and _begins_clause(words, start + 1, lexicon)


_OPENS_ITEMS = frozenset(("that", "whether", "if", "unless", "when", "where"))
_RELATIVE = frozenset(
    ("that", "which", "who", "whose", "where", "when", "if", "unless", "whether", "because")
)


def _closes_negation(
    words: Sequence[str], mark: Mark, clause: _Clause, clauses: Sequence[_Clause], lexicon: Lexicon
) -> bool:
    if clause.start < mark.end or clause.joined_at < mark.end:
        return False
    between = words[mark.end : clause.joined_at]
    for at, word in enumerate(between):
        if word in lexicon["complementizers"] and (
            (at + 1 < len(between) and between[at + 1] in (":", "(", ","))
            or (at + 1 == len(between) and words[clause.joined_at] in (":", "("))
            or (clause.by == "and" and not clause.comma)
        ):
            return False
    if words[clause.joined_at] == ":" and words[clause.joined_at - 1] in _OPENS_ITEMS:
        return False
    if clause.by != "comma":
        return True
    opening = _clause_opening(words, mark.start, clauses, lexicon)
    return opening in lexicon["subordinators"] or (opening == "for" and words[mark.start] == "not")


def _closes_condition(
    words: Sequence[str], mark: Mark, clause: _Clause, clauses: Sequence[_Clause], lexicon: Lexicon
) -> bool:
    if clause.start < mark.end or clause.joined_at < mark.end or clause.by in ("comma", "colon"):
        return False
    if clause.by in ("semicolon", "but"):
        return True
    return not _is_fronted(words, mark, clauses, lexicon)


def _clause_start(position: int, clauses: Sequence[_Clause]) -> int:
    return max((clause.joined_at for clause in clauses if clause.start <= position), default=0)


def _clause_opening(words: Sequence[str], position: int, clauses: Sequence[_Clause], lexicon: Lexicon) -> str:
    """Return the first word of the clause around a position, conjunctions and adverbs passed over."""
    at = _clause_start(position, clauses)
    while at < position and (not is_word(words[at]) or lexicon.has(words[at], "conjunctions", "adverbs")):
        at += 1
    return words[at]


def _is_fronted(words: Sequence[str], mark: Mark, clauses: Sequence[_Clause], lexicon: Lexicon) -> bool:
    """Tell whether a condition opens its clause: "If ...", "However, if ...", "that, if ..."."""
    at = mark.start - 1
    while at >= 0 and (
        words[at] in (",", '"') or lexicon.has(words[at], "conjunctions", "adverbs", "complementizers")
    ):
        at -= 1
    return at < 0 or not is_word(words[at]) or at < _clause_start(mark.start, clauses)


def _first_border(
    after: Sequence[str], marks: Sequence[Mark], clauses: Sequence[_Clause], lexicon: Lexicon
) -> tuple[int, bool] | None:
    """Return where the fragment's own clause ends, and whether a final condition may reach across."""
    borders = [(clause.joined_at, clause.by == "and") for clause in clauses]
    for at, word in enumerate(after):
        following = at + 1 < len(after) and after[at + 1]
        if (
            word == ";"
            and following
            and not any(
                mark.start == at + 1 and (mark.kind == "exception" or after[mark.start] == "provided")
                for mark in marks
            )
        ):
            borders.append((at, False))
    for mark in marks:
        joint = mark.start - 1
        if mark.kind == "condition" and joint >= 0 and after[joint] in lexicon["conjunctions"]:
            comma = next((at for at in range(mark.end, len(after)) if after[at] == ","), None)
            if comma is not None and comma + 1 < len(after) and _begins_clause(after, comma + 1, lexicon):
                borders.append((joint, False))
    return min(borders, default=None)


def _set_off(after: Sequence[str], mark: Mark) -> bool:
    return mark.start > 0 and after[mark.start - 1] in (",", "(", "-")


def _in_soft_clause(after: Sequence[str], mark: Mark) -> bool:
    return any(
        tuple(after[at : at + len(opening)]) == opening
        for at in range(mark.start)
        for opening in _SOFT_BREAKS
    )


def _negates_back(after: Sequence[str], mark: Mark, lexicon: Lexicon) -> bool:
    if mark.start and after[mark.start - 1] in _QUANTIFIED and after[mark.start] == "no":
        return not _in_soft_clause(after, mark)
    if mark.kind == "adjacent" or mark.start > _CLOSE_NEGATION:
        return False
    passed = after[: mark.start]
    return not any(not is_word(word) or word in lexicon["conjunctions"] for word in passed)
