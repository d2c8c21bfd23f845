"""Holds every word of a drafted sentence against what it cites; the first word too many refuses it.

A sentence is divided into parts. In each, words of our own (frames.yaml) are free; every other word must
stand in one cited sentence, in its order, with nothing between them left out but whole items of a list,
and with every negation, modal and condition of the cited words. So a sentence can drop words of its
evidence, but never add, exchange, reorder or recombine them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from clauseproof.claims import ClaimKind, Quote, WithheldReason
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reading import ReadDocument, ReadSentence
from clauseproof.verification.grounding.alignment import Aligned, align, bears, operator_at
from clauseproof.verification.grounding.segments import Segment, divide
from clauseproof.verification.grounding.units import Unit, iter_archived, written_unit
from clauseproof.verification.grounding.words import Vocabulary, Word, split_words

_POINTING = frozenset({"it", "they", "them", "this", "these", "those", "which", "such"})
_MODALS = frozenset({"may", "can", "will", "must", "should", "all", "some", "if", "when"})
_SAYING = frozenset({"says", "states", "speaks", "sets", "describes", "names", "lists", "reads"})
_ASSERTING = ("states", "permits", "reserves")


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """Why a drafted sentence says more than its evidence.

    Attributes:
        reason: As a report lists it.
        note: The word or the words that lack evidence.
    """

    reason: WithheldReason
    note: str


@dataclass(frozen=True)
class Grounds:
    """What a drafted sentence may stand on.

    Attributes:
        quotes: Archived words it cites.
        documents: The documents they stand in, read, by (document, version_id).
        carries: Whether an archived sentence is about the practice at hand.
        records: The wording of the search record it cites, and of the exposure factors.
        law: For each provision of law it cites its name, and what may be said of it, in one or more runs.
        vocabulary: Texts whose words advice may use: the practice, titles of records and of cited law.
        asking: Texts whose words a question may use besides.
        names: What drafts call the provider.
        document: Name of the document.
    """

    quotes: Sequence[Quote]
    documents: Mapping[tuple[str, str], ReadDocument]
    carries: Callable[[ReadDocument, ReadSentence], bool]
    records: Sequence[str] = ()
    law: Sequence[tuple[str, Sequence[str]]] = ()
    vocabulary: Sequence[str] = ()
    asking: Sequence[str] = ()
    names: Sequence[str] = ()
    document: str = ""


@dataclass
class _State:
    """What the parts before showed."""

    units: Sequence[Unit]
    last: Unit | None = None
    borne: bool = False
    introduced: frozenset[str] | None = None
    used: list[Unit] = field(default_factory=list)


class GroundingChecker:
    """Checks drafted sentences; make one and use it for many."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Take the frame lists of a knowledge base."""
        self._frames = knowledge.frames

    def check(self, text: str, kind: ClaimKind, grounds: Grounds) -> Ungrounded | None:
        """Return what a drafted sentence says beyond its evidence, or None where nothing is.

        Args:
            text: The sentence.
            kind: What sort of assertion it is.
            grounds: What it may stand on.
        """
        vocabulary = Vocabulary(self._frames, grounds.names, grounds.document)
        units: list[Unit] = []
        strangers: list[Unit] = []
        for unit, document, sentence in iter_archived(grounds.quotes, grounds.documents):
            (units if grounds.carries(document, sentence) else strangers).append(unit)
        units += [written_unit(f"record:{at}", one, "record") for at, one in enumerate(grounds.records)]
        law = [
            written_unit(f"law:{name}", words, "law", name) for name, parts in grounds.law for words in parts
        ]
        units += law
        if len(law) > 1:
            units.append(_joined(law))
        state = _State(units)
        for segment in divide(text, vocabulary):
            if segment.frame:
                fault = _ground_frame(segment, grounds, vocabulary, state)
                if fault:
                    return fault
                continue
            fault = self._ground(segment, kind, grounds, vocabulary, state)
            if fault:
                stranger = _State(strangers, state.last)
                if strangers and self._ground(segment, kind, grounds, vocabulary, stranger) is None:
                    return Ungrounded("unsupported", "the cited words are not about this practice")
                return fault
        if not state.borne:
            return Ungrounded("unsupported", "shows no word of its evidence")
        if kind in _ASSERTING and not any(unit.kind == "archived" for unit in state.used):
            return Ungrounded("unsupported", "shows no word of the archived text it cites")
        return None

    def _ground(
        self, segment: Segment, kind: ClaimKind, grounds: Grounds, vocabulary: Vocabulary, state: _State
    ) -> Ungrounded | None:
        lawful = bool(grounds.law)
        needed = _needed(segment, grounds, vocabulary, lawful=lawful)
        points = any(word.text in _POINTING for word in segment.words if not word.quoted)
        if not needed:
            return None
        substance = [word for word in needed if vocabulary.operators.get(word.text) is None]
        if segment.asked and not segment.open:
            return self._bag(needed, grounds, vocabulary, state)
        if len(substance) < 2 or segment.advice:
            needed = [word for word in needed if word.text not in vocabulary.turning] or needed
        # What is said was said before the advice; the advice names it.
        mention = segment.advice or segment.asked
        said = frozenset(
            word.stem
            for word in segment.words
            if not (word.quoted or word.is_mark or word.text in vocabulary.small)
        ) - {word.stem for word in needed}
        if segment.asked:
            needed = [
                word
                for word in needed
                if word.quoted
                or not (vocabulary.operators.get(word.text) in _MODALS or vocabulary.is_party(word))
            ]
        if not needed:
            return None
        if mention:
            return self._ground_mention(segment, needed, said, vocabulary, state)
        refusals: list[str] = []
        for unit in state.units:
            aligned = align(needed, unit, vocabulary, said=said)
            if isinstance(aligned, str):
                refusals.append(aligned)
                continue
            if unit.kind == "law" and not _names_law(segment, aligned, state, vocabulary):
                refusals.append("says of the document what an entry of law says")
                continue
            if state.introduced is not None and unit.name not in state.introduced:
                refusals.append("is introduced with words of another passage")
                continue
            if points and state.last and state.last.name != unit.name:
                refusals.append("refers back to a statement that stands on another quotation")
                continue
            state.last, state.borne, state.introduced = unit, True, None
            state.used.append(unit)
            return None
        return _refusal(needed, refusals, vocabulary)

    def _ground_mention(
        self,
        segment: Segment,
        needed: Sequence[Word],
        said: frozenset[str],
        vocabulary: Vocabulary,
        state: _State,
    ) -> Ungrounded | None:
        """Check advice and open questions: each thing they name stands in the cited words."""
        for run in _runs(segment, needed):
            if all(word.text[0].isdigit() for word in run) and _are_cited(run, state.units):
                continue  # the number of a section
            refusals = []
            for unit in state.units:
                aligned = align(run, unit, vocabulary, said=said, mention=True)
                if not isinstance(aligned, str):
                    state.borne = True
                    state.used.append(unit)
                    break
                refusals.append(aligned)
            else:
                return _refusal(run, refusals, vocabulary)
        return None

    def _bag(
        self, needed: Sequence[Word], grounds: Grounds, vocabulary: Vocabulary, state: _State
    ) -> Ungrounded | None:
        """Check a yes-or-no question, which asserts nothing: each word must be known to the analysis."""
        known = {word.stem for text in (*grounds.vocabulary, *grounds.asking) for word in split_words(text)}
        for word in needed:
            if vocabulary.operators.get(word.text) in _MODALS or word.stem in known:
                continue
            found = next(
                (
                    unit
                    for unit in state.units
                    if any(c and bears(word, unit, at, vocabulary) for at, c in enumerate(unit.cited))
                ),
                None,
            )
            if found is None and not (vocabulary.is_party(word) or word.text in vocabulary.turning):
                return Ungrounded("unsupported", f"“{word.text}” is not in the cited words")
        state.borne = True
        return None


def _are_cited(run: Sequence[Word], units: Sequence[Unit]) -> bool:
    """Tell whether each word of a run stands in the cited words, wherever."""
    cited = {word.stem for unit in units for word, c in zip(unit.words, unit.cited, strict=True) if c}
    return all(word.stem in cited for word in run)


def _runs(segment: Segment, needed: Sequence[Word]) -> list[list[Word]]:
    """Divide what advice names at commas, "and", "or", and where quotation marks open or close."""
    wanted = {id(word) for word in needed}
    runs: list[list[Word]] = [[]]
    quoted = False
    for word in segment.words:
        breaks = not word.quoted and word.text in (",", "and", "or", "/")
        if breaks or word.quoted != quoted:
            runs.append([])
        quoted = word.quoted
        if id(word) in wanted:
            runs[-1].append(word)
    return [run for run in runs if run]


def _ground_frame(
    segment: Segment, grounds: Grounds, vocabulary: Vocabulary, state: _State
) -> Ungrounded | None:
    """Check that what words are said to be about stands in their own provision or its headings."""
    needed = _needed(segment, grounds, vocabulary, lawful=bool(grounds.law))
    if not needed:
        return None
    for at, word in enumerate(segment.words):
        if word in needed and operator_at(segment.words, at, vocabulary) is not None:
            return Ungrounded("unsupported", f"“{word.text}” stands before the words of the document")
    topic = [word for word in needed if not vocabulary.is_party(word)] or needed
    near = frozenset(
        unit.name
        for unit in state.units
        if unit.kind == "archived"
        and any(not isinstance(align(topic, one, vocabulary, mention=True), str) for one in unit.around)
    )
    if not near:
        # An entry of law is introduced by its own name.
        held = [unit for unit in state.units if unit.kind != "archived"]
        if any(not isinstance(align(needed, unit, vocabulary), str) for unit in held):
            return None
        return Ungrounded("unsupported", f"“{needed[0].text}” does not stand near the cited words")
    state.introduced = near
    return None


def _needed(segment: Segment, grounds: Grounds, vocabulary: Vocabulary, *, lawful: bool) -> list[Word]:
    """Return the words of a part that need bearing."""
    words = segment.words
    free = _free_places(segment, vocabulary, lawful=lawful)
    lent: set[str] = set()
    if segment.advice or segment.asked:
        lent = {word.stem for text in grounds.vocabulary for word in split_words(text)}
    if segment.asked:
        lent |= {word.stem for text in grounds.asking for word in split_words(text)}
    needed = []
    for at, word in enumerate(words):
        if word.quoted:
            if not word.is_mark:
                needed.append(word)
            continue
        if word.is_mark or at in free:
            continue
        if operator_at(words, at, vocabulary) is None and (
            word.text in vocabulary.small or word.stem in lent
        ):
            continue
        needed.append(word)
    return needed


def _free_places(segment: Segment, vocabulary: Vocabulary, *, lawful: bool) -> set[int]:
    """Return the places of words that frame: names of the document, advice, actors, phrases."""
    words = segment.words
    free: set[int] = set()
    phrases = [*vocabulary.report_phrases, vocabulary.document]
    if lawful:
        phrases += vocabulary.law_phrases
    if segment.advice or segment.asked:
        phrases += vocabulary.phrases
    for phrase in phrases:
        for at in range(len(words) - len(phrase) + 1):
            run = words[at : at + len(phrase)]
            if not any(word.quoted for word in run) and [word.text for word in run] == phrase:
                free.update(range(at, at + len(phrase)))
    forms = vocabulary.advice if segment.advice or segment.asked else vocabulary.reporting
    after_actor = segment.advice
    for at, word in enumerate(words):
        if word.quoted or word.is_mark:
            continue
        if (
            (
                word.text in forms
                and not vocabulary.is_party(word)
                and vocabulary.operators.get(word.text) is None
            )
            or (segment.asked and word.text in vocabulary.asking)
            or (vocabulary.is_party(word) and _only_speaks(words, at, segment, vocabulary))
        ):
            free.add(at)
        elif after_actor and word.text in vocabulary.advice_modals:
            free.add(at)
            after_actor = False
    if segment.advice:
        free |= _actor_places(words, vocabulary)
    return free


def _actor_places(words: Sequence[Word], vocabulary: Vocabulary) -> set[int]:
    """Return the places of the first actor of the reader's side a part names."""
    spoken = [at for at, word in enumerate(words) if not word.is_mark and word.text not in vocabulary.small]
    for start in range(len(spoken)):
        run = spoken[start:]
        length = vocabulary.actor_length([words[at] for at in run])
        if length and not words[run[0]].quoted:
            return set(run[:length])
    return set()


def _only_speaks(words: Sequence[Word], at: int, segment: Segment, vocabulary: Vocabulary) -> bool:
    """Tell whether a party is named only as the one whose document speaks, or who is asked."""
    following = next(
        (word for word in words[at + 1 :] if not word.is_mark and word.text not in vocabulary.small), None
    )
    if following and not following.quoted and words[at].possessive:
        if following.text in vocabulary.document_nouns:
            return True
    elif following and not following.quoted and following.text in vocabulary.speech:
        return following.text in _SAYING
    if not (segment.advice and vocabulary.names_provider(words[at])):
        return False
    before = next((word for word in reversed(words[:at]) if word.text not in ("a", "an", "the")), None)
    return before is not None and (
        before.text in ("with", "from", "to", "by") or before.text in vocabulary.advice
    )


def _names_law(segment: Segment, aligned: Aligned, state: _State, vocabulary: Vocabulary) -> bool:
    """Tell whether a part that stands on an entry of law speaks of that law, not of the document."""
    named = [place for place in aligned.places if place < aligned.unit.label]
    if not named:
        return state.last is not None and state.last.name == aligned.unit.name
    label = {aligned.unit.words[place].stem for place in named}
    for at, word in enumerate(segment.words):
        if word.quoted or word.is_mark:
            continue
        if word.stem in label:
            return True
        if word.text in vocabulary.document_nouns or vocabulary.is_party(word):
            rest = [other.text for other in segment.words[at:]]
            return any(
                phrase == rest[start : start + len(phrase)]
                for phrase in vocabulary.law_phrases
                for start in range(len(rest))
            )
    return True


def _joined(law: Sequence[Unit]) -> Unit:
    """Return the names of several entries of law as one unit, for a sentence that lists them."""
    words = tuple(word for unit in law for word in (*unit.words[: unit.label], Word(",", ",")))
    return Unit(
        "law:" + ",".join(unit.name for unit in law), words, tuple(1 for _ in words), "law", len(words)
    )


def _refusal(needed: Sequence[Word], refusals: Sequence[str], vocabulary: Vocabulary) -> Ungrounded:
    note = next((one for one in refusals if "is not in" not in one), refusals[0] if refusals else "")
    if not note:
        note = f"“{needed[0].text}” stands in no cited words"
    missing = note.split("“")[1].split("”")[0] if "is not in" in note else ""
    if missing[:1].isdigit():
        return Ungrounded("figure", note)
    if vocabulary.operators.get(missing) == "negation" or "leaves out “no" in note:
        return Ungrounded("contradicted", note)
    return Ungrounded("unsupported", note)
