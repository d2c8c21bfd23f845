"""The sentences of an analysis: proven, supported, specific, plain."""

from __future__ import annotations

import re

from clauseproof.evaluation.metrics.base import Metric, share

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_SILENT_E = re.compile(r"[^aeiouyl]e$|[aeiouy]le$")
_VOWELS = re.compile(r"[aeiouy]+")
_RESTATED = 0.7
_LONGEST = 45
_HIGHEST_GRADE = 9.0
_SILENT_E_SHORTEST = 3


def grade_level(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text; 0 where it has no words.

    Kincaid et al. 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59. Syllables are counted as
    groups of vowels, a silent final e left out.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    word = word.casefold()
    groups = len(_VOWELS.findall(word))
    # "Note" ends silent; "cookie", "value" end in a group of vowels that is counted as one, "table" in "-le".
    silent = len(word) > _SILENT_E_SHORTEST and _SILENT_E.search(word)
    return max(1, groups - bool(silent))


def is_restatement(text: str, statement: str) -> bool:
    """Tell whether over 70 % of a sentence's content words stand in the plain statement."""
    words = {word.casefold() for word in _WORD.findall(text) if len(word) > _SILENT_E_SHORTEST}
    stated = {word.casefold() for word in _WORD.findall(statement)}
    return bool(words) and len(words & stated) / len(words) > _RESTATED


def is_plain(statement: str) -> bool:
    """Tell whether a plain statement is at most 45 words long and at or below school grade 9."""
    return len(_WORD.findall(statement)) <= _LONGEST and grade_level(statement) <= _HIGHEST_GRADE


QUOTES_EXACT = Metric(
    "quotes-exact",
    "quotations exact",
    "quotations",
    share("exact", "n"),
    ("n",),
    rule="invented-quotation",
)
PROVENANCE = Metric(
    "provenance",
    "references that open",
    "quotations",
    share("opens", "n"),
    ("n",),
    rule="invented-quotation",
)
FORBIDDEN = Metric(
    "forbidden-conclusions",
    "sentences with a legal conclusion",
    "sentences",
    share("forbidden", "n"),
    ("n",),
    higher_is_better=False,
    rule="legal-conclusion",
)
UNSUPPORTED = Metric(
    "unsupported-claims",
    "sentences unsupported (automatic)",
    "sentences",
    share("unsupported", "n"),
    ("n",),
    higher_is_better=False,
    headline=True,
)
UNSUPPORTED_FACTS = Metric(
    "unsupported-facts",
    "facts unsupported (automatic)",
    "sentences",
    share("unsupported_facts", "facts"),
    ("facts",),
    higher_is_better=False,
)
RESTATED = Metric(
    "restatements",
    "sentences that restate the statement",
    "sentences",
    share("restated", "further"),
    ("further",),
    higher_is_better=False,
)
DUPLICATES = Metric(
    "duplicates",
    "sentences said twice",
    "sentences",
    share("duplicate", "n"),
    ("n",),
    higher_is_better=False,
)
SPECIFIC = Metric(
    "specificity",
    "advice specific to the document",
    "sentences",
    share("specific", "advice"),
    ("advice",),
)
PLAIN = Metric(
    "plain-statements",
    "statements plain (grade 9, 45 words)",
    "statements",
    share("plain", "n"),
    ("n",),
)
GRADE = Metric(
    "grade-level",
    "statements: mean school grade",
    "statements",
    share("grade", "n"),
    ("n",),
    higher_is_better=False,
    unit="grade",
)
POINTS = Metric(
    "vendor-points",
    "labelled vendor points covered",
    "points",
    share("covered", "n"),
    ("n",),
    by_class=True,
    headline=True,
)
WITHHELD = Metric(
    "withheld",
    "drafted sentences withheld",
    "drafts",
    share("withheld", "drafted"),
    ("drafted",),
    higher_is_better=None,
)
BY_MODEL = Metric(
    "sections-by-model",
    "sections by the model that stood",
    "drafts",
    share("sections", "possible"),
    ("possible",),
    headline=True,
)
