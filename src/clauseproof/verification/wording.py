"""Words our own sentences may not use: legal conclusions, forecasts, instructions picked up from a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clauseproof.claims import WithheldReason
from clauseproof.knowledge.models import Wording
from clauseproof.patterns import find, find_all

_QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True, slots=True)
class WordingFault:
    """Words that keep a sentence out of a report."""

    reason: WithheldReason
    words: str


def own_words(sentence: str) -> str:
    """Return a sentence without what stands in typographic quotation marks."""
    return _QUOTED.sub(" “” ", sentence)


def find_wording_fault(sentence: str, wording: Wording) -> WordingFault | None:
    """Return the first barred word, forecast or instruction in a sentence's own words.

    What stands between “ and ” is the archive speaking and is free; so is a barred word inside an
    official name or title (`Wording.barred_contexts`).
    """
    words = own_words(sentence)
    free = [place for pattern in wording.barred_contexts for place in find_all(pattern, words)]
    for pattern in wording.barred:
        for start, end in find_all(pattern, words):
            if not any(a <= start and end <= b for a, b in free):
                return WordingFault("legal-conclusion", words[start:end])
    for patterns, reason in ((wording.forecasts, "legal-conclusion"), (wording.instructions, "instruction")):
        for pattern in patterns:
            found = find(pattern, words)
            if found:
                return WordingFault(reason, words[slice(*found)])  # type: ignore[arg-type]
    return None
