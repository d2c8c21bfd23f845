"""Facts a practice's provisions state, each with the words it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clauseproof.analysis.extractors import extract_places
from clauseproof.claims import Absence, Fact
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import FactSpec, Practice
from clauseproof.patterns import find, find_any
from clauseproof.reading import ReadDocument, ReadSentence

# A value longer than this is a passage, not a value; the quotation shows it instead.
_LONGEST_VALUE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A fact with the sentence it was read in.

    Attributes:
        fact: Key, value and quotation.
        sentence: Where it was read.
        led: True where only the words that govern the sentence bear it: a list's lead-in, a table's head.
    """

    fact: Fact
    sentence: ReadSentence
    led: bool = False

    @property
    def provision(self) -> int:
        """Position of the provision it stands in."""
        return self.sentence.provision


def read_facts(
    document: ReadDocument, practice: Practice, positions: Sequence[int], knowledge: KnowledgeBase
) -> list[ReadFact]:
    """Read the facts of a practice from the provisions that carry it.

    Args:
        document: The document, read and labelled.
        practice: The practice whose facts are wanted.
        positions: Which provisions to read.
        knowledge: For the kinds of data and the extractors.

    Returns:
        Facts in the order of the practice file, then of the text. Within a provision the first sentence
        that reads a value decides, unless the fact keeps many.
    """
    found: list[ReadFact] = []
    for spec in practice.facts:
        for at in positions:
            seen: set[str] = set()
            for sentence in document.provisions[at].sentences:
                for value, led in _read_values(spec, sentence, knowledge):
                    if value.casefold() not in seen:
                        seen.add(value.casefold())
                        quote = document.quote(sentence)
                        fact = Fact(key=f"{practice.id}.{spec.key}", value=value, quote=quote)
                        found.append(ReadFact(fact, sentence, led))
                if seen and not spec.many:
                    break
    return found


def unstated_facts(practice: Practice, found: Sequence[ReadFact], absences: Sequence[Absence]) -> list[Fact]:
    """Return "not stated" for each fact that was not read and whose search stands behind it."""
    read = {one.fact.key for one in found}
    outcomes = {absence.disclosure: absence for absence in absences}
    facts = []
    for spec in practice.facts:
        key = f"{practice.id}.{spec.key}"
        absence = outcomes.get(spec.disclosure or "")
        if key in read or absence is None:
            continue
        words = {
            "not-found-in-archived-text": "not stated",
            "stated-in-general-only": "stated in general only",
            "referred-elsewhere": "referred elsewhere",
        }.get(absence.outcome)
        if words:
            facts.append(Fact(key=key, value=words, absence=absence.disclosure))
    return facts


def _read_values(
    spec: FactSpec, sentence: ReadSentence, knowledge: KnowledgeBase
) -> Iterator[tuple[str, bool]]:
    """Yield the values a sentence states, and whether only its lead bears them."""
    if spec.where and not find_any(spec.where, sentence.led):
        return
    if spec.extract:
        yield from ((value, False) for value in _extracted(spec, sentence, knowledge))
        return
    for value in spec.values:
        if find_any(value.unless, sentence.led) or not find_any(value.patterns, sentence.led):
            continue
        yield value.value, not find_any(value.patterns, sentence.text)
        if not spec.many:
            return


def _extracted(spec: FactSpec, sentence: ReadSentence, knowledge: KnowledgeBase) -> Iterator[str]:
    if spec.extract == "data":
        for kind in knowledge.data_types.values():
            if find_any(kind.patterns, sentence.text):
                yield kind.title
    elif spec.extract == "clause":
        found = next((place for one in spec.where if (place := find(one, sentence.text))), None)
        if found and found[1] - found[0] <= _LONGEST_VALUE_CHARACTERS:
            yield sentence.text[found[0] : found[1]].strip(" ,;:.")
    elif spec.extract:
        for start, end in extract_places(spec.extract, sentence.text, knowledge.extractors):
            yield sentence.text[start:end].strip()
