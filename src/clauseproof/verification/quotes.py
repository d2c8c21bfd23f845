"""Quotations proved against a version: accepted word for word, or refused with the difference named.

Accepted: the same words in the same order. Allowed for are white space and line breaks, typographic
quotes and dashes, Markdown and HTML markup, escapes, link targets, list numbers and bullets that the
page shows and the archive writes as layout (or the other way round), cell borders, the case of a
bracketed first letter ("[W]e will"), and quotation marks, full stops, commas, colons, semicolons,
dashes and ellipses at the very ends. Letter case counts everywhere else.

An elision ("...", "[...]", "(...)") stays within one provision and leaves out no negation, modal,
exception, condition or number.

Refused: any other change, a cut inside a word, a compound or an amount, and a fragment cut from under
a negation, condition or exception that governs it in its own sentence or its list's lead-in (the rules
are in `governors`; in a text that is not English, whose governing words are not known, every part of a
sentence). A whole sentence is never refused for what stands around it, except a list item
that is no clause of its own. Fewer than three words or twelve characters identify nothing, unless they
are a whole heading, cell, item or provision. Nothing here is decided by a degree of likeness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import Literal

from clauseproof.documents import Model, Segmentation, Span
from clauseproof.plaintext import fold, visible
from clauseproof.verification.alignment import (
    Difference,
    Match,
    ends_inside_word,
    enumerator_length,
    find_nearest,
    iter_matches,
    join_words,
    starts_inside_word,
)
from clauseproof.verification.governors import find_governor_after, iter_governors_before
from clauseproof.verification.passages import Passages
from clauseproof.verification.tokens import (
    Reading,
    is_ideograph,
    is_word,
    iter_readings,
    read_source,
    split_elisions,
)
from clauseproof.verification.wordlists import GovernorKind, Lexicon, Mark, load_lexicon

QuoteStatus = Literal["exact", "normalised", "rejected"]
RejectionReason = Literal["empty", "too-short", "quote-not-found", "quote-altered", "governed", "elision"]

_FEWEST_WORDS = 3
_FEWEST_CHARACTERS = 12
_MOST_PLACES = 200
_MOST_PARTS = 40
_LONGEST_SENTENCE = 1500
_SHOWN_CLAUSE = 10
# How many words around a fragment tell its language; a table or a list of names has few that do.
_AROUND = 60
# A single word ("die", a name) tells no language.
_FEWEST_TELLING = 2
_KIND_NAMES: dict[GovernorKind, str] = {
    "negation": "negation",
    "adjacent": "negation",
    "condition": "condition",
    "exception": "exception",
    "limiter": "limiting word",
}


class QuoteCheck(Model):
    """What became of one quotation.

    Attributes:
        status: ``exact`` where the archived characters equal the quotation, ``normalised`` where the
            words do, ``rejected`` otherwise.
        spans: Archived offsets, one range per part between elisions; empty when rejected.
        reason: Why it was rejected.
        difference: One sentence that names the difference.
        allowed: What was allowed for when the status is ``normalised``.
        nearest: The passage a rejected quotation was probably taken from.
        missing: Words of that passage which the quotation lacks.
        added: Words of the quotation which that passage lacks.
    """

    status: QuoteStatus
    spans: tuple[Span, ...] = ()
    reason: RejectionReason | None = None
    difference: str | None = None
    allowed: tuple[str, ...] = ()
    nearest: Span | None = None
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def check_quote(quote: str, text: str, segmentation: Segmentation | None = None) -> QuoteCheck:
    """Prove one quotation against a version's text.

    Args:
        quote: The quotation, as somebody wrote or copied it.
        text: The archived text.
        segmentation: Its provisions; the layout of the text decides where it is left out.

    Returns:
        Where its words stand, or why it is refused.
    """
    return QuoteChecker(text, segmentation).check(quote)


class QuoteChecker:
    """Proves many quotations against one version, which is read once."""

    def __init__(self, text: str, segmentation: Segmentation | None = None) -> None:
        """Read a version.

        Args:
            text: The archived text.
            segmentation: Its provisions; the layout of the text decides where it is left out.
        """
        self._source = read_source(text)
        self._passages = Passages(self._source, segmentation)
        self._checked: dict[tuple[str, Span | None], QuoteCheck] = {}

    def check(self, quote: str, within: Span | None = None) -> QuoteCheck:
        """Return where the quotation's words stand, or why it is refused.

        Args:
            quote: The quotation.
            within: Only where its words touch this range of the version: words that stand free in one place
                may be governed in another.
        """
        # A report quotes its leading passages in many sentences; a version never changes.
        key = quote, within
        if key not in self._checked:
            self._checked[key] = self._check(quote, within)
        return self._checked[key]

    def _check(self, quote: str, within: Span | None) -> QuoteCheck:
        readings = [reading for reading in iter_readings(quote) if any(map(is_word, reading.words))]
        if not readings:
            return QuoteCheck(status="rejected", reason="empty", difference="the quotation holds no words")
        refusals: list[QuoteCheck] = []
        for reading in readings:
            for found in (self._check_whole(quote, reading, within), self._check_elided(quote, reading)):
                if found and found.status != "rejected":
                    return found
                if found:
                    refusals.append(found)
        return refusals[0] if refusals else self._name_difference(readings[0])

    def _check_whole(self, quote: str, reading: Reading, within: Span | None) -> QuoteCheck | None:
        """Return the verdict on a quotation without elisions; None where its words do not stand so."""
        refused: QuoteCheck | None = None
        matches = (
            match
            for match in iter_matches(self._source, reading)
            if within is None or self._raw_span(match).overlaps(within)
        )
        for match in islice(matches, _MOST_PLACES):
            if _is_short(reading) and not self._passages.fills_block(match.start, match.end):
                refused = refused or self._refuse(match, "too-short", "too short to identify a passage")
                continue
            governor = self._find_governor(match.start, match.end)
            if governor is None:
                return self._accept(quote, [match], reading)
            refused = self._refuse(match, "governed", governor)
        return refused

    def _check_elided(self, quote: str, reading: Reading) -> QuoteCheck | None:
        """Return the verdict on a quotation with elisions; None where it has none or a part is not found."""
        parts = split_elisions(reading)
        if len(parts) < 2:
            return None
        if len(parts) > _MOST_PARTS:
            return QuoteCheck(
                status="rejected", reason="elision", difference="the quotation has too many elisions"
            )
        places = [list(islice(iter_matches(self._source, part), _MOST_PLACES)) for part in parts]
        if not all(places):
            lost = next(part for part, found in zip(parts, places, strict=True) if not found)
            return self._name_difference(lost)
        refused: QuoteCheck | None = None
        for run in _iter_runs(places):
            whole = Match(run[0].start, run[-1].end)
            problem = self._find_elision_problem(run)
            if problem is None:
                short = all(map(_is_short, parts)) and sum(len(part.words) for part in parts) < _FEWEST_WORDS
                if short:
                    refused = refused or self._refuse(whole, "too-short", "too short to identify a passage")
                    continue
                governor = self._find_governor(whole.start, whole.end)
                if governor is None:
                    return self._accept(quote, run, reading)
                refused = self._refuse(whole, "governed", governor)
            elif refused is None:
                refused = self._refuse(whole, "elision", problem)
        return refused or self._refuse(
            places[0][0], "elision", "the parts around the elision stand in another order in the version"
        )

    def _find_elision_problem(self, run: Sequence[Match]) -> str | None:
        lexicon = load_lexicon()
        for before, after in pairwise(run):
            if not self._passages.share_passage(before.end - 1, after.start):
                return "the elision joins words of two provisions"
            omitted = self._source.lowered[before.end : after.start]
            if any(map(is_word, omitted)) and not self._is_english(before.start, after.end):
                return "the elision leaves out words of a language whose conditions are not known here"
            turning = _find_turning_word(omitted, lexicon)
            if turning:
                return f"the elision leaves out {turning}"
        return None

    def _find_governor(self, start: int, end: int) -> str | None:
        """Return what governs a fragment from outside, in words; None for what stands on its own."""
        words = self._source.lowered
        lexicon = load_lexicon()
        first, _ = self._passages.sentence_at(start)
        first = max(first, start - _LONGEST_SENTENCE)
        _, last = self._passages.sentence_at(end - 1)
        after = words[end : min(last, end + _LONGEST_SENTENCE)]
        lead_in = self._passages.lead_in(start) if self._passages.opens_passage(first) else []
        before = [*lead_in, *range(first, start)]
        cut = any(is_word(words[at]) for at in before) or any(map(is_word, after))
        if cut and not self._is_english(start, end):
            return (
                "a part of a sentence in a language whose negations and conditions are not known here;"
                " a whole sentence can be quoted"
            )
        # Marks before the first word of a sentence are no words it could be cut from.
        if lead_in or any(is_word(words[at]) for at in before):
            item = self._first_word(first)
            for governor in iter_governors_before([words[at] for at in before], words[start:end], lexicon):
                loose = governor.start < len(lead_in) and governor.kind in ("condition", "limiter")
                if not (loose and item[0].isupper()):
                    return self._say_governor(before, governor, len(lead_in), start)
        later = find_governor_after(words[start:end], after, lexicon)
        return _say_mark("leaves out", self._source.words[end:last], later) if later else None

    def _is_english(self, start: int, end: int) -> bool:
        """Tell whether the lexicon can read the words around a fragment.

        Text in letters that are not Latin is not English; else the function words of the sentence decide, and
        where it has none (a table, a list of names) those nearby, then those of the whole version.
        """
        words = self._source.lowered
        first, _ = self._passages.sentence_at(start)
        _, last = self._passages.sentence_at(end - 1)
        sentence = words[max(first, start - _LONGEST_SENTENCE) : min(last, end + _LONGEST_SENTENCE)]
        letters = "".join(filter(is_word, sentence))
        if sum(character > "\u024f" for character in letters) > len(letters) / 3:
            return False
        nearby = words[max(0, start - _AROUND) : end + _AROUND]
        return (_english_balance(sentence) or _english_balance(nearby) or self._balance) >= 0

    @cached_property
    def _balance(self) -> int:
        return _english_balance(self._source.lowered)

    def _first_word(self, position: int) -> str:
        """Return the first word of an item after its number or letter."""
        words = self._source.words
        position += enumerator_length(words[position : position + 4], 0)
        return next(filter(is_word, words[position:]), "")

    def _say_governor(self, before: Sequence[int], governor: Mark, lead_in: int, start: int) -> str:
        words = [self._source.words[at] for at in before]
        if governor.start < lead_in:
            shown = join_words(words[:lead_in])
            return (
                f'the quotation leaves out the list\'s lead-in "{shown}", whose {_name(governor)} governs it'
            )
        if _name(governor) == "negation":
            word = join_words(words[governor.start : governor.end])
            governed = next(filter(is_word, self._source.words[start:]))
            return f'the quotation drops "{word}", which governs "{governed}"'
        return _say_mark("drops", words, governor)

    def _accept(self, quote: str, run: Sequence[Match], reading: Reading) -> QuoteCheck:
        text = self._source.source
        spans = tuple(map(self._raw_span, run))
        written = quote.strip()
        if len(spans) == 1:
            exact = _find_around(text, written, spans[0])
            if exact:
                return QuoteCheck(status="exact", spans=(exact,))
            spans = (self._with_edges(written, run[0], spans[0]),)
        return QuoteCheck(
            status="normalised", spans=spans, allowed=_list_allowances(text, written, spans, run, reading)
        )

    def _raw_span(self, match: Match) -> Span:
        return Span(start=self._source.raw_start(match.start), end=self._source.raw_end(match.end - 1))

    def _with_edges(self, quote: str, match: Match, span: Span) -> Span:
        """Take in the marks next to the words that the quotation carries too."""
        words, start, end = self._source.words, match.start, match.end
        shown = fold(quote)
        if start and not is_word(words[start - 1]) and shown[0] == words[start - 1][0]:
            joined = self._source.starts[start] == self._source.ends[start - 1]
            start -= joined
        while end < len(words) and self._source.starts[end] == self._source.ends[end - 1]:
            tail = "".join(words[match.end : end + 1])
            if is_word(words[end]) or not shown.endswith((tail, tail + '"')):
                break
            end += 1
        return Span(
            start=min(span.start, self._source.raw_start(start)),
            end=max(span.end, self._source.raw_end(end - 1)),
        )

    def _refuse(self, match: Match, reason: RejectionReason, difference: str) -> QuoteCheck:
        nearest = Span(start=self._source.raw_start(match.start), end=self._source.raw_end(match.end - 1))
        return QuoteCheck(status="rejected", reason=reason, difference=difference, nearest=nearest)

    def _name_difference(self, reading: Reading) -> QuoteCheck:
        """Refuse words that stand nowhere, naming how the nearest passage differs."""
        difference = find_nearest(self._source, reading, load_lexicon())
        if difference is None or 2 * difference.shared < difference.compared:
            return QuoteCheck(
                status="rejected",
                reason="quote-not-found",
                difference="no passage of the version holds these words in this order",
                nearest=self._span_of(difference) if difference else None,
            )
        return QuoteCheck(
            status="rejected",
            reason="quote-altered",
            difference=self._say_cut_word(difference) or difference.sentence,
            nearest=self._span_of(difference),
            missing=difference.missing,
            added=difference.added,
        )

    def _say_cut_word(self, difference: Difference) -> str | None:
        if difference.missing or difference.added:
            return None
        if starts_inside_word(self._source, difference.start):
            return "the quotation begins inside a word, a compound or an amount"
        if ends_inside_word(self._source, difference.end):
            return "the quotation ends inside a word, a compound or an amount"
        return None

    def _span_of(self, difference: Difference) -> Span | None:
        if difference.end <= difference.start:
            return None
        return Span(
            start=self._source.raw_start(difference.start), end=self._source.raw_end(difference.end - 1)
        )


def _is_short(reading: Reading) -> bool:
    words = [word for word in reading.words if is_word(word)]
    characters = sum(2 if is_ideograph(word) else len(word) for word in words) + len(words) - 1
    return len(words) < _FEWEST_WORDS or characters < _FEWEST_CHARACTERS


def _iter_runs(places: Sequence[Sequence[Match]]) -> Iterator[list[Match]]:
    """Yield the parts in order for every place of the first, each following as closely as it can."""
    for first in places[0]:
        run = [first]
        for found in places[1:]:
            following = next((match for match in found if match.start >= run[-1].end), None)
            if following is None:
                break
            run.append(following)
        else:
            yield run


def _find_turning_word(omitted: Sequence[str], lexicon: Lexicon) -> str | None:
    """Return the word that must not be left out, with what it is."""
    marks = lexicon.find_marks(omitted)
    for at, word in enumerate(omitted):
        shown = f' "{word}"'
        if word in lexicon.negating_words or word.endswith("n't"):
            return "the negation" + shown
        if word in lexicon["modals"] or word.endswith(("'ll", "'d")):
            return "the modal" + shown
        if any(character.isdigit() for character in word) or word in lexicon["numbers"]:
            return "the number" + shown
        mark = next((mark for mark in marks if mark.start == at), None)
        if mark:
            return f'the {_name(mark)} "{join_words(omitted[mark.start : mark.end])}"'
    return None


def _english_balance(words: Sequence[str]) -> int:
    """Return how many more of the words are English function words than other languages'; 0 for one."""
    lexicon = load_lexicon()
    balance = sum((word in lexicon["english_words"]) - (word in lexicon["foreign_words"]) for word in words)
    return balance if abs(balance) >= _FEWEST_TELLING else 0


def _name(mark: Mark) -> str:
    return _KIND_NAMES[mark.kind]


def _say_mark(verb: str, words: Sequence[str], mark: Mark) -> str:
    clause: list[str] = []
    for word in words[mark.start : mark.start + _SHOWN_CLAUSE]:
        if len(clause) > mark.end - mark.start and word in (",", ";", ".", ":", ")"):
            break
        clause.append(word)
    return f'the quotation {verb} the {_name(mark)} "{join_words(clause).rstrip(" .")}"'


def _find_around(text: str, quote: str, span: Span) -> Span | None:
    """Return where the quotation stands character for character around its own words."""
    lowest = max(span.end - len(quote), 0)
    at = text.find(quote, lowest, span.start + len(quote))
    return Span(start=at, end=at + len(quote)) if at >= 0 else None


def _list_allowances(
    text: str, quote: str, spans: Sequence[Span], run: Sequence[Match], reading: Reading
) -> tuple[str, ...]:
    """Name what was allowed for, as far as it shows."""
    allowed = []
    if len(spans) > 1:
        allowed.append("elision")
    if reading.free:
        allowed.append("case of a bracketed letter")
    if any(match.list_marks for match in run):
        allowed.append("list marks")
    raw = " ... ".join(text[span.start : span.end] for span in spans)
    if " ".join(raw.split()) == " ".join(quote.split()):
        return (*allowed, "white space")
    seen = " ... ".join(visible(text, span) for span in spans)
    if seen != " ".join(raw.split()):
        allowed.append("markup")
    if fold(seen) != seen or fold(quote) != quote:
        allowed.append("typographic marks")
    if not quote[0].isalnum() or not quote[-1].isalnum():
        allowed.append("punctuation at the ends")
    return tuple(allowed) or ("white space",)
