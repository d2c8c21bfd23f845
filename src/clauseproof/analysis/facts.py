"""Facts a practice's provisions state, each with the words it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clauseproof.analysis.extractors import extract_places
from clauseproof.claims import Absence, Fact, Hit
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import FactSpec, Practice
from clauseproof.patterns import find, find_all, find_any
from clauseproof.reading import ReadDocument, ReadProvision, ReadSentence

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
        that reads a value decides, unless the fact keeps many. Only sentences that carry the practice, and
        those that follow one, are read: the rest of a provision may be about something else.
    """
    found: list[ReadFact] = []
    for spec in practice.facts:
        for at in positions:
            seen: set[str] = set()
            for sentence in _telling_sentences(document.provisions[at], practice):
                for value, led in _read_values(spec, sentence, knowledge):
                    if value.casefold() not in seen:
                        seen.add(value.casefold())
                        quote = document.quote(sentence)
                        fact = Fact(key=f"{practice.id}.{spec.key}", value=value, quote=quote)
                        found.append(ReadFact(fact, sentence, led))
                if seen and not spec.many:
                    break
    return found


def settle_absences(
    document: ReadDocument, practice: Practice, found: Sequence[ReadFact], absences: Sequence[Absence]
) -> list[Absence]:
    """Let a fact that was read answer the disclosure behind it.

    The cues of a disclosure and the patterns of a fact are written apart; where a fact was read, nobody may
    say that the text is silent on it, whatever the cues missed.

    Args:
        document: The document the facts were read from.
        practice: The practice whose facts name the disclosures.
        found: The facts read.
        absences: The records of the searches.

    Returns:
        The records, those answered by a fact with its passage as the first hit.
    """
    answers: dict[str, ReadFact] = {}
    disclosures = {f"{practice.id}.{spec.key}": spec.disclosure for spec in practice.facts}
    for one in found:
        disclosure = disclosures.get(one.fact.key)
        if disclosure:
            answers.setdefault(disclosure, one)
    settled = []
    for absence in absences:
        answer = answers.get(absence.disclosure)
        if answer is None or absence.outcome == "stated-for-this-practice":
            settled.append(absence)
            continue
        *lead, quote = document.safe_quotes(answer.sentence, led=answer.led)
        hit = Hit(quote=quote, lead=tuple(lead), verdict="for-this-practice")
        changed: dict[str, object] = {
            "outcome": "stated-for-this-practice",
            "hits": (hit, *absence.hits),
            "nearest": (),
            "elsewhere": (),
            "referred_to": None,
            "reason": None,
        }
        settled.append(absence.model_copy(update=changed))
    return settled


def _telling_sentences(read: ReadProvision, practice: Practice) -> Iterator[ReadSentence]:
    carried = [any(label.id == practice.id for label in labels) for labels in read.sentence_labels]
    for at, sentence in enumerate(read.sentences):
        if carried[at] or (at > 0 and carried[at - 1]):
            yield sentence


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
    """Yield the values a sentence states, and whether it takes its lead to bear them.

    What the lead alone says is read where the lead stands; it is not said again by each of its items.
    """
    if find_any(spec.unless, sentence.led) or (spec.where and not find_any(spec.where, sentence.led)):
        return
    if spec.extract:
        yield from ((value, False) for value in _extracted(spec, sentence, knowledge))
        return
    for value in spec.values:
        if find_any(value.unless, sentence.led):
            continue
        if find_any(value.patterns, sentence.text):
            yield value.value, False
        elif _reaches(value.patterns, sentence):
            yield value.value, True
        else:
            continue
        if not spec.many:
            return


def _reaches(patterns: Sequence[str], sentence: ReadSentence) -> bool:
    """Tell whether some pattern is found in the led sentence and ends within the sentence itself."""
    if not sentence.lead_length:
        return False
    return any(
        end > sentence.lead_length for pattern in patterns for _, end in find_all(pattern, sentence.led)
    )


def _extracted(spec: FactSpec, sentence: ReadSentence, knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield values in the sentence's own words, from where its `where` pattern begins."""
    place = next((found for one in spec.where if (found := find(one, sentence.text))), None)
    if spec.extract == "data":
        for kind in knowledge.data_types.values():
            if find_any(kind.patterns, sentence.text):
                yield kind.title
    elif spec.extract == "clause":
        if place and place[1] - place[0] <= _LONGEST_VALUE_CHARACTERS:
            yield sentence.text[place[0] : place[1]].strip(" ,;:.")
    elif spec.extract:
        begin = place[0] if place else 0
        for start, end in extract_places(spec.extract, sentence.text, knowledge.extractors):
            if start >= begin:
                yield sentence.text[start:end].strip()


def bears(spec: FactSpec, value: str, words: str) -> bool:
    """Tell whether some folded words alone still show a value of a fact."""
    closed = next((one for one in spec.values if one.value == value), None)
    if closed:
        return find_any(closed.patterns, words) is not None
    return value in words
