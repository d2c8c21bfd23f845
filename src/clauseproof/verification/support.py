"""Whether a sentence says no more than its evidence: data, numbers, negation and strength of modals.

A true quotation under a sentence that claims more, or the opposite, is unsupported. The check reads a
sentence's own words (outside quotation marks) against the words of its quotations and facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clauseproof.claims import WithheldReason
from clauseproof.knowledge import KnowledgeBase
from clauseproof.patterns import find_any
from clauseproof.plaintext import fold, visible
from clauseproof.verification.wording import own_words

_FIGURE = re.compile(r"(?<![\w.])(?:[$€£]\s?)?\d[\d,.]*\d|(?<![\w.])\d(?![\w])")
_STRONG = r"\b(will|shall|must|always|requires?d?|guarantees?d?)\b"
_WEAK = r"\b(may|might|can|could|reserves?|allows?|permit(s|ted)?)\b"
_ALL = r"\b(all|every|any and all|never|always|only|solely|exclusively)\b"


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
        data must be named there; a sentence in the negative needs evidence in the negative; "will" and
        "must" need more than "may"; "all", "never" and "only" need their like.
    """
    own = fold(own_words(sentence))
    words = fold(" ".join(visible(one) for one in evidence))
    bearing = f"{words} {' '.join(known)}"
    for figure in _FIGURE.findall(own):
        if figure.strip(".,") not in bearing:
            return SupportFault("figure", f"the figure {figure} stands in no quotation or fact")
    for kind in knowledge.data_types.values():
        if find_any(kind.patterns, own) and not find_any(kind.patterns, bearing):
            return SupportFault("unsupported", f"the evidence names no {kind.title}")
    negations = knowledge.wording.negations
    if find_any(negations, own) and not find_any(negations, words):
        return SupportFault("contradicted", "the sentence is negative, its evidence is not")
    if find_any([_STRONG], own) and not find_any([_STRONG], bearing) and find_any([_WEAK], bearing):
        return SupportFault("unsupported", "the sentence is stronger than its evidence")
    if find_any([_ALL], own) and not find_any([_ALL], bearing):
        return SupportFault("unsupported", "the sentence is wider than its evidence")
    return None
