"""Whether a sentence says that something is done, is not done, or depends.

Rules read negations and conditions around the operative words; the learned model weighs what they read by
practice and by the sentence's own words ("you may not ..." is a rule of conduct that is there).
"""

from __future__ import annotations

from itertools import pairwise

from clauseproof.classification.terms import stems
from clauseproof.documents import Polarity
from clauseproof.knowledge.models import Wording
from clauseproof.patterns import find, find_all, joined
from clauseproof.plaintext import visible
from clauseproof.reading import ReadSentence

# A negation governs what follows it in its clause; beyond this many characters another verb has the word.
_REACH_CHARACTERS = 120
_HEAD_CHARACTERS = 60
_ENUMERATOR = r"(?:^|[\s:])\((?:a|i|1|A)\) "
_ANSWERS = {"yes": "yes", "no": "no", "none": "no", "n/a": "no"}
_LEAD_IN_CHARACTERS = 240
_LEAD_IN_BREAK = (
    r"[.;!?] |,? (but|however|although|while|whereas|if|and (may|can|(shall|will|must) be|we|you|they|it)) "
    r"|, and |\bnot limited to"
)
_RELATIVE_CLAUSE = r"\b(that|which|who|whose)\b[^,]*"
_WORDS, _LEAD_WORDS, _FIRST_WORDS = 80, 25, 3
# Words weigh less than what the rules read of a sentence as a whole.
_WORD_WEIGHT = 0.3
_CLAUSE_BREAK = r"[;:]\s|,? (but|however|although|while|whereas|and (we|you|they|it)) "


def read_polarity(sentence: str, start: int, end: int, wording: Wording, *, item: int = 0) -> Polarity:
    """Read the polarity of the words ``sentence[start:end]`` that show a practice.

    A negation counts where it stands inside the words or before them in the same clause; a condition
    counts anywhere in the sentence. What introduces a list run into the sentence governs each part of it
    ("shall not: (a) ...; (b) ..."), and so does the lead-in before `item`, where a list's item starts in
    the sentence. A negation with a condition is conditional: "we do not share your
    data unless you agree" is neither a yes nor a no.
    """
    clause = sentence[_clause_start(sentence, start) : end]
    parts = (clause, _enumeration_head(sentence, start), _governing_lead_in(sentence, item))
    if find(joined(wording.conditions), sentence):
        return "conditional"
    negations = joined(wording.negations)
    return "negative" if any(part and find(negations, part) for part in parts) else "positive"


def read_row_polarity(row: str) -> Polarity | None:
    """Read a table row's yes-or-no cells; None where it has none.

    Args:
        row: The row's archived text, cells between ``|``.

    Returns:
        Negative where such cells all say no ("Biometric information | NO"), conditional where they
        differ, positive where all say yes.
    """
    cells = [visible(cell).strip(" .").casefold() for cell in row.split("|")]
    words = [cell.split(" ")[0].rstrip(",;:.") for cell in cells]
    answers = {_ANSWERS[word] for word in words if word in _ANSWERS}
    if not answers:
        return None
    return "conditional" if len(answers) > 1 else "negative" if "no" in answers else "positive"


def polarity_features(practice: str, ruled: Polarity, sentence: ReadSentence) -> dict[str, float]:
    """Return what the learned model weighs to tell the polarity of a practice in a sentence.

    Args:
        practice: Its id.
        ruled: What the rules read.
        sentence: The sentence that shows it.
    """
    words = stems(sentence.text)[:_WORDS]
    lead = stems(sentence.led[: sentence.lead_length])[-_LEAD_WORDS:]
    terms = {f"w {word}" for word in words}
    terms |= {f"b {first} {second}" for first, second in pairwise(words)}
    terms |= {f"s {word}" for word in words[:_FIRST_WORDS]}
    terms |= {f"l {word}" for word in lead}
    whole = (f"p {practice}", f"r {ruled}", f"pr {practice} {ruled}")
    return {**dict.fromkeys(terms, _WORD_WEIGHT), **dict.fromkeys(whole, 1.0)}


def _enumeration_head(sentence: str, start: int) -> str:
    """Return the words just before a list run into the sentence, where the words at `start` are in it."""
    marks = find_all(_ENUMERATOR, sentence[:start])
    return sentence[max(0, marks[0][0] - _HEAD_CHARACTERS) : marks[0][0]] if marks else ""


def _governing_lead_in(sentence: str, item: int) -> str:
    """Return the last clause of a lead-in, which governs the item after it, without relative clauses."""
    lead_in = sentence[max(0, item - _LEAD_IN_CHARACTERS) : item].rstrip(": ")
    if lead_in.endswith((".", "!", "?")):
        return ""
    breaks = find_all(_LEAD_IN_BREAK, lead_in)
    clause = lead_in[breaks[-1][1] :] if breaks else lead_in
    for start, end in reversed(find_all(_RELATIVE_CLAUSE, clause)):
        clause = clause[:start] + clause[end:]
    return clause


def _clause_start(sentence: str, start: int) -> int:
    floor = max(0, start - _REACH_CHARACTERS)
    breaks = find_all(_CLAUSE_BREAK, sentence[floor:start])
    return floor + breaks[-1][1] if breaks else floor
