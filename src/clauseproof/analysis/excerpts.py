"""Choosing the words to quote: the operative clause, never cut so that it misleads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clauseproof.analysis.evidence import Evidence
from clauseproof.claims import Quote
from clauseproof.documents import Span
from clauseproof.knowledge.models import Wording
from clauseproof.patterns import find_all, find_any
from clauseproof.plaintext import fold, visible
from clauseproof.reading import ReadSentence

# A plain statement has at most 45 words, of which the quotation takes the most.
_MOST_WORDS = 34
_FEWEST_WORDS = 5
_MOST_TRIALS = 24
_STRONG_BREAKS = r"[;:] |\((?:[a-z]|[ivx]{1,4}|\d{1,2})\) "
_WEAK_BREAKS = r", | - "


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words chosen from a provision.

    Attributes:
        quotes: One span, or a list's lead-in and the item it governs.
        sentence: The sentence they come from.
    """

    quotes: tuple[Quote, ...]
    sentence: ReadSentence

    def whole(self, evidence: Evidence) -> Quote:
        """Return one span that holds all of it: a lead-in, the item, and what stands between them."""
        first, last = self.quotes[0], self.quotes[-1]
        return evidence.document.quote_span(Span(start=first.start, end=last.end))

    def words(self) -> str:
        """Return the visible words, folded for matching."""
        return fold(" ".join(visible(quote.text) for quote in self.quotes))

    def display(self) -> str:
        """Return the words for use between “ and ”: markup gone, inner quotation marks single."""
        return "” “".join(_inner(visible(quote.text)) for quote in self.quotes)


def choose_excerpt(
    evidence: Evidence,
    sentence: ReadSentence,
    wording: Wording,
    *,
    short: bool,
    led: bool = False,
    most: int = _MOST_WORDS,
) -> Excerpt:
    """Choose the words of a sentence that show the practice.

    Args:
        evidence: The evidence on the practice.
        sentence: Which sentence.
        wording: For clauses that lean on another or are cut short.
        led: Quote what governs the sentence too, because what it is quoted for stands there.
        short: Try to cut a long sentence down to the clause that holds the operative words.
        most: What makes a sentence long, and the most words of the clause.

    Returns:
        The shortest clause that may be quoted alone, or the whole sentence; a list item that cannot
        stand alone comes with its lead-in.
    """
    if short and not led and len(sentence.text.split()) > most:
        for start, end in _clauses(evidence, sentence, wording, most):
            quote = evidence.document.quote(sentence, sentence.start + start, sentence.start + end)
            if evidence.document.is_quotable(quote):
                return Excerpt((quote,), sentence)
    return Excerpt(evidence.document.safe_quotes(sentence, led=led), sentence)


def _clauses(
    evidence: Evidence, sentence: ReadSentence, wording: Wording, most: int
) -> Iterator[tuple[int, int]]:
    """Yield clauses of a sentence around its operative words, shortest first; a table row is not cut."""
    practice = evidence.practice
    if evidence.document.provisions[sentence.provision].provision.kind == "row":
        return
    operative = find_any((*practice.operative, *practice.decide, *practice.cues), sentence.text)
    if operative is None:
        return
    strong, weak = find_all(_STRONG_BREAKS, sentence.text), find_all(_WEAK_BREAKS, sentence.text)
    starts = [0] + [_after(sentence.text, cut) for cut in strong if cut[1] <= operative[0] + 4]
    ends = [cut[0] for cut in sorted(strong + weak) if cut[0] >= operative[1]] + [len(sentence.text)]
    stretches = sorted(
        ((start, end) for start in starts for end in ends if start < end), key=lambda one: one[1] - one[0]
    )
    tried = 0
    for start, end in stretches:
        clause = sentence.text[start:end].strip()
        whole = not find_any((*wording.leaning, *wording.cut_short), clause)
        if whole and _FEWEST_WORDS <= len(clause.split()) <= most and start <= operative[0]:
            tried += 1
            if tried > _MOST_TRIALS:
                return
            yield start, end


def _after(text: str, cut: tuple[int, int]) -> int:
    """Start after a comma or dash, but at an enumeration mark itself."""
    return cut[0] if text[cut[0]] == "(" else cut[1]


def _inner(words: str) -> str:
    return words.replace("“", "‘").replace("”", "’").replace('"', "'").strip()
