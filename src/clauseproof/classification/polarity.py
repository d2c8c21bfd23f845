"""Whether a sentence says that something is done, is not done, or depends."""

from __future__ import annotations

from clauseproof.documents import Polarity
from clauseproof.knowledge.models import Wording
from clauseproof.patterns import find, find_all
from clauseproof.plaintext import visible

# A negation governs what follows it in its clause; beyond this many characters another verb has the word.
_REACH_CHARACTERS = 120
_HEAD_CHARACTERS = 60
_ENUMERATOR = r"(?:^|[\s:])\((?:a|i|1|A)\) "
_ANSWERS = {"yes": "yes", "no": "no", "none": "no", "n/a": "no"}
_CLAUSE_BREAK = r"[;:]\s|,? (but|however|although|while|whereas|and (we|you|they|it)) "


def read_polarity(sentence: str, start: int, end: int, wording: Wording) -> Polarity:
    """Read the polarity of the words ``sentence[start:end]`` that show a practice.

    A negation counts where it stands inside the words or before them in the same clause; a condition
    counts anywhere in the sentence. What introduces a list run into the sentence governs each part of it
    ("shall not: (a) ...; (b) ..."). A negation with a condition is conditional: "we do not share your
    data unless you agree" is neither a yes nor a no.
    """
    clause = sentence[_clause_start(sentence, start) : end]
    governing = _enumeration_head(sentence, start)
    negated = any(find(pattern, part) for pattern in wording.negations for part in (clause, governing))
    if any(find(pattern, sentence) for pattern in wording.conditions):
        return "conditional"
    return "negative" if negated else "positive"


def read_row_polarity(row: str) -> Polarity | None:
    """Read a table row's yes-or-no cells; None where it has none.

    Args:
        row: The row's archived text, cells between ``|``.

    Returns:
        Negative where such cells all say no ("Biometric information | NO"), conditional where they
        differ, positive where all say yes.
    """
    cells = [visible(cell).strip(" .").casefold() for cell in row.split("|")]
    answers = {_ANSWERS[cell.split(" ")[0]] for cell in cells if cell.split(" ")[0] in _ANSWERS}
    if not answers:
        return None
    return "conditional" if len(answers) > 1 else "negative" if "no" in answers else "positive"


def _enumeration_head(sentence: str, start: int) -> str:
    """Return the words just before a list run into the sentence, where the words at `start` are in it."""
    marks = find_all(_ENUMERATOR, sentence[:start])
    return sentence[max(0, marks[0][0] - _HEAD_CHARACTERS) : marks[0][0]] if marks else ""


def _clause_start(sentence: str, start: int) -> int:
    floor = max(0, start - _REACH_CHARACTERS)
    breaks = find_all(_CLAUSE_BREAK, sentence[floor:start])
    return floor + breaks[-1][1] if breaks else floor
