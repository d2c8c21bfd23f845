"""Whether a sentence says no more than its evidence: data, numbers, parties, negation, conditions, modals.

A true quotation under a sentence that claims more, or the opposite, is unsupported. The check reads a
sentence's own words (outside quotation marks) against the words of its quotations and facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clauseproof.claims import WithheldReason
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import SupportLists
from clauseproof.patterns import find, find_all, find_any
from clauseproof.plaintext import fold, visible
from clauseproof.sentences import iter_sentences
from clauseproof.verification.wording import own_words

_FIGURE = re.compile(r"(?<![\w.])\d(?:[\d,.]*\d)?(?![\w])")
# "thirty (30) calendar days": the number, in figures or letters, next to its unit.
_PERIOD = re.compile(
    r"\b(\d(?:[\d,.]*\d)?|[a-z]{3,8})\)?[ -](?:(?:full|calendar|business|working|consecutive)[ -])?"
    r"(hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]{3,}")
# The verb a negation governs: the first word after it that carries meaning.
_GOVERNED = re.compile(
    r"\b(?!(?:been|have|also|ever|your|their|used|using|that|this|with|from|such|certain|personal|data)\b)"
    r"[A-Za-z]{4,}"
)


@dataclass(frozen=True, slots=True)
class SupportFault:
    """What a sentence says beyond its evidence."""

    reason: WithheldReason
    note: str


def find_unsupported(
    sentence: str, evidence: Sequence[str], known: Sequence[str], knowledge: KnowledgeBase
) -> SupportFault | None:
    """Return what a sentence asserts that its evidence does not bear.

    Args:
        sentence: The claim's text.
        evidence: Archived words of its quotations and facts, with their markup.
        known: Words that need no bearing: names of service and document, the practice's subject, values
            of its facts, labels of the law it cites.
        knowledge: For kinds of data and negations.

    Returns:
        The first fault, or None. Numbers must occur in the evidence or among the known words; a kind of
        data or of recipient must be named there; a sentence in the negative needs evidence in the
        negative, and the other way round; "will" and "must" need more than "may"; "all", "never" and
        "only" need their like. A sentence that does not show the words it rests on may drop neither a
        "may" nor an "unless" of theirs.
    """
    lists = knowledge.support_lists
    own = fold(own_words(sentence))
    words = fold(" ".join(visible(one) for one in evidence))
    bearing = f"{words} {' '.join(known)}"
    fault = find_unborne_figure(own, bearing, lists)
    if fault:
        return fault
    for kind in knowledge.data_types.values():
        if find_any(kind.patterns, own) and not find_any(kind.patterns, bearing):
            return SupportFault("unsupported", f"the evidence names no {kind.title}")
    for start, end in find_all(lists.recipients, own):
        if not find(rf"\b{re.escape(own[start:end])[:6]}", bearing):
            return SupportFault("unsupported", f"the evidence names no {own[start:end]}")
    if find(lists.reader_modal, own) and not find(lists.reader, bearing):
        return SupportFault("unsupported", "the evidence says this of another party")
    negations = knowledge.wording.negations
    negative = find_any(negations, own)
    if negative and not find_any(negations, words):
        return SupportFault("contradicted", "the sentence is negative, its evidence is not")
    if (
        find_any([lists.strong], own)
        and not find_any([lists.strong], bearing)
        and find_any([lists.weak], bearing)
    ):
        return SupportFault("unsupported", "the sentence is stronger than its evidence")
    if find_any([lists.universal], own) and not find_any([lists.universal], bearing):
        return SupportFault("unsupported", "the sentence is wider than its evidence")
    if not negative and not find(lists.denial, own):
        turned = _turned_round(own, sentence, evidence, knowledge)
        if turned:
            return SupportFault("contradicted", turned)
    if "“" not in sentence and evidence:
        return _dropped(own, evidence, lists)
    return None


def find_unborne_figure(own: str, bearing: str, lists: SupportLists) -> SupportFault | None:
    """Return the first figure or period of a sentence that its evidence does not give, number and unit."""
    periods = set(_periods(bearing, lists))
    for number, unit in _periods(own, lists):
        if (number, unit) not in periods:
            return SupportFault("figure", f"{number} {unit} stands in no quotation or fact")
    figures = {_plain_number(one) for one in _FIGURE.findall(bearing)}
    for figure in _FIGURE.findall(own):
        if _plain_number(figure) not in figures:
            return SupportFault("figure", f"the figure {figure} stands in no quotation or fact")
    return None


def _periods(words: str, lists: SupportLists) -> Iterator[tuple[str, str]]:
    for number, unit in _PERIOD.findall(words):
        figure = lists.number_words.get(number.casefold(), number)
        if figure[0].isdigit():
            yield _plain_number(figure), unit.casefold()


def _plain_number(figure: str) -> str:
    return figure.replace(",", "").strip(".")


def _turned_round(own: str, sentence: str, evidence: Sequence[str], knowledge: KnowledgeBase) -> str | None:
    """Say how a sentence in the positive turns evidence in the negative round, if it does."""
    negations = knowledge.wording.negations
    sentences = [one for text in evidence for one in _sentences(text)]
    if "“" not in sentence and sentences and all(find_any(negations, one) for one in sentences):
        return "the evidence is negative, the sentence is not"
    if find(knowledge.support_lists.neutral, own):
        return None
    denied: set[str] = set()
    affirmed: set[str] = set()
    for one in sentences:
        ends = {place[1] for pattern in negations for place in find_all(pattern, one)}
        governed = {match.start() for end in ends if (match := _GOVERNED.search(one, end))}
        for word in _WORD.finditer(one):
            (denied if word.start() in governed else affirmed).add(_stem(word.group()))
    said = {_stem(word) for word in _WORD.findall(own)}
    turned = sorted(said & (denied - affirmed))
    return f"the evidence denies what the sentence affirms: {turned[0]}" if turned else None


def _dropped(own: str, evidence: Sequence[str], lists: SupportLists) -> SupportFault | None:
    """Return the "may" or "unless" of the evidence that a sentence leaves out."""
    sentences = [one for text in evidence for one in _sentences(text)]
    if all(find(lists.proviso, one) for one in sentences) and not find(lists.hedged, own):
        return SupportFault("unsupported", "the sentence drops a condition of its evidence")
    weak = all(find(lists.weak, one) and not find(lists.strong, one) for one in sentences)
    if weak and not find_any((lists.weak, lists.leeway), own):
        return SupportFault("unsupported", "the sentence is stronger than its evidence")
    return None


def _sentences(text: str) -> list[str]:
    words = fold(visible(text))
    return [words[start:end] for start, end in iter_sentences(words)]


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word.casefold())
