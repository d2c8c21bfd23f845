"""Whether a sentence says no more than its evidence: data, numbers, parties, negation, conditions, modals.

A true quotation under a sentence that claims more, or the opposite, is unsupported. The check reads a
sentence's own words (outside quotation marks) against the words of its quotations and facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clauseproof.claims import WithheldReason
from clauseproof.knowledge import KnowledgeBase
from clauseproof.patterns import find, find_all, find_any
from clauseproof.plaintext import fold, visible
from clauseproof.sentences import iter_sentences
from clauseproof.verification.wording import own_words

_NUMBERS = {
    **{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7"},
    **{"eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fourteen": "14"},
    **{"fifteen": "15", "eighteen": "18", "twenty": "20", "thirty": "30", "forty": "40", "sixty": "60"},
    **{"ninety": "90"},
}
_FIGURE = re.compile(r"(?<![\w.])\d(?:[\d,.]*\d)?(?![\w])")
# "thirty (30) calendar days": the number next to its unit.
_PERIOD = re.compile(
    rf"\b(\d(?:[\d,.]*\d)?|{'|'.join(_NUMBERS)})\)?[ -]"
    r"(?:(?:full|calendar|business|working|consecutive)[ -])?(hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_STRONG = r"\b(will|shall|must|always|requires?d?|guarantees?d?)\b"
_WEAK = r"\b(may|might|can|could|reserves?|allows?|permit(s|ted)?)\b"
_LEEWAY = (
    r"\b(lets?|gives?|leaves?|free to|possible|possibl[ey]|able|entitle[sd]?|keeps? (the|a) right|option)\b"
)
_ALL = r"\b(all|every|any and all|never|always|only|solely|exclusive(ly)?)\b"
_PROVISO = r"\b(unless|except|only (if|when|where|with|after)|provided that)\b"
_HEDGED = (
    r"\b(unless|except|only|if|when|where|provided|subject|condition\w*|depend\w*|tie[sd]?|permission"
    r"|limit\w*)\b"
)
# Words by which a sentence says no without one of the negations.
_DENIAL = (
    r"\b(no|none|nothing|without|exclud\w+|rules? out|ruled out|limit\w*|restrict\w*|refus\w+|den(y|ies|ied)"
    r"|(keep|leave)s? .{0,40}\bout|bars?|barred|bans?|prohibit\w*|forbid\w*|declin\w+|avoid\w*|free of|stays?"
    r"|ties?|whether)\b"
)
# Frames that report words without taking them up.
_NEUTRAL = (
    r"\b(in these words|says?:|it says|speaks? of|deals? with|provides? for|covers?|address(es)?|names?"
    r"|describes?)"
)
_RECIPIENTS = (
    r"\b(advertis(er|ing partner)s?|affiliates?|partners?|vendors?|suppliers?|contractors?|employees?"
    r"|authorit(y|ies)|police|insurers?|employers?|investors?|researchers?|subsidiar(y|ies)"
    r"|brokers?|(sub-?)?processors?)\b"
)
_READER = (
    r"\b(you|yours?|users?|customers?|consumers?|people|persons?|individuals?|members?|visitors?"
    r"|residents?)\b"
)
_READER_MODAL = (
    r"\b(you|users?|customers?|consumers?|people|persons|individuals|members)( \w+ly)?"
    r" (may|can|might|could|must|shall|will)\b"
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
    own = fold(own_words(sentence))
    words = fold(" ".join(visible(one) for one in evidence))
    bearing = f"{words} {' '.join(known)}"
    fault = find_unborne_figure(own, bearing)
    if fault:
        return fault
    for kind in knowledge.data_types.values():
        if find_any(kind.patterns, own) and not find_any(kind.patterns, bearing):
            return SupportFault("unsupported", f"the evidence names no {kind.title}")
    for start, end in find_all(_RECIPIENTS, own):
        if not find(rf"\b{re.escape(own[start:end])[:6]}", bearing):
            return SupportFault("unsupported", f"the evidence names no {own[start:end]}")
    if find(_READER_MODAL, own) and not find(_READER, bearing):
        return SupportFault("unsupported", "the evidence says this of another party")
    negations = knowledge.wording.negations
    negative = find_any(negations, own)
    if negative and not find_any(negations, words):
        return SupportFault("contradicted", "the sentence is negative, its evidence is not")
    if find_any([_STRONG], own) and not find_any([_STRONG], bearing) and find_any([_WEAK], bearing):
        return SupportFault("unsupported", "the sentence is stronger than its evidence")
    if find_any([_ALL], own) and not find_any([_ALL], bearing):
        return SupportFault("unsupported", "the sentence is wider than its evidence")
    if not negative and not find(_DENIAL, own):
        turned = _turned_round(own, sentence, evidence, negations)
        if turned:
            return SupportFault("contradicted", turned)
    if "“" not in sentence and evidence:
        return _dropped(own, evidence)
    return None


def find_unborne_figure(own: str, bearing: str) -> SupportFault | None:
    """Return the first figure or period of a sentence that its evidence does not give, number and unit."""
    figures = {_plain_number(one) for one in _FIGURE.findall(bearing)}
    periods = {(_plain_number(number), unit.casefold()) for number, unit in _PERIOD.findall(bearing)}
    for number, unit in _PERIOD.findall(own):
        if (_plain_number(number), unit.casefold()) not in periods:
            return SupportFault("figure", f"{number} {unit} stands in no quotation or fact")
    for figure in _FIGURE.findall(own):
        if _plain_number(figure) not in figures:
            return SupportFault("figure", f"the figure {figure} stands in no quotation or fact")
    return None


def _plain_number(figure: str) -> str:
    return _NUMBERS.get(figure.casefold(), figure.replace(",", "").strip("."))


def _turned_round(own: str, sentence: str, evidence: Sequence[str], negations: Sequence[str]) -> str | None:
    """Say how a sentence in the positive turns evidence in the negative round, if it does."""
    sentences = [one for text in evidence for one in _sentences(text)]
    if "“" not in sentence and sentences and all(find_any(negations, one) for one in sentences):
        return "the evidence is negative, the sentence is not"
    if find(_NEUTRAL, own):
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


def _dropped(own: str, evidence: Sequence[str]) -> SupportFault | None:
    """Return the "may" or "unless" of the evidence that a sentence leaves out."""
    sentences = [one for text in evidence for one in _sentences(text)]
    if all(find(_PROVISO, one) for one in sentences) and not find(_HEDGED, own):
        return SupportFault("unsupported", "the sentence drops a condition of its evidence")
    weak = all(find(_WEAK, one) and not find(_STRONG, one) for one in sentences)
    if weak and not find_any((_WEAK, _LEEWAY), own):
        return SupportFault("unsupported", "the sentence is stronger than its evidence")
    return None


def _sentences(text: str) -> list[str]:
    words = fold(visible(text))
    return [words[start:end] for start, end in iter_sentences(words)]


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word.casefold())
