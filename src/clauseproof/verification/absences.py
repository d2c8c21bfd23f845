"""Absence claims: the whole document is searched before anybody says that it is silent.

The five outcomes and the binding rules are the fact base's (`knowledge/absence_rules.yaml`). A disclosure
bound to a topic counts as stated only beside that topic: in the same sentence, table row or list item, or
in the same lowest-level section where that section is about the topic. Said of another subject it does not
count at all; said of data at large it is stated in general only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from clauseproof.claims import Absence, Hit, Outcome, Quote, Searched
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Disclosure, Practice
from clauseproof.patterns import OwnedPatterns, PatternSet, find, find_all, find_any, joined
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, ReadProvision, ReadSentence

# A section longer than this holds more than one subject: a hit at its end is not beside a topic at its start.
_SECTION_CHARACTERS = 4000
_MOST_HITS = 6
# A text cut to this share of the versions before it is taken for a broken capture, unless the last two
# versions had its length within a tenth.
_CUT = 0.6
_STEADY = 2
_ALIKE = 0.1
_CUE_ROLES = ("positive_cues", "veto_cues", "general_cues")

Nearest = Callable[[str], tuple[Quote, ...]]
HitVerdict = Literal["for-this-practice", "general", "other-subject", "vetoed"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cue of a disclosure hit."""

    sentence: ReadSentence
    role: str


class AbsenceSearcher:
    """Searches documents of one service for disclosures, each cue of each disclosure once per document."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the cues of every disclosure into one set."""
        self._knowledge = knowledge
        self._cues = OwnedPatterns(
            ((disclosure.id, role), cue)
            for disclosure in knowledge.disclosures.values()
            for role in _CUE_ROLES
            for cue in getattr(disclosure, role)
        )
        rules = knowledge.absence_rules
        self._referrals = PatternSet(rules.referral_cues)
        self._self_references = joined(rules.self_references)
        self._general = frozenset(rules.general_practices)
        self._owed_by = {
            disclosure: frozenset(
                one.id for one in knowledge.practices.values() if disclosure in one.disclosures
            )
            for disclosure in knowledge.disclosures
        }

    def read(self, document: ReadDocument) -> SearchedDocument:
        """Run every cue over every sentence of a document, and over its headings.

        A heading that a cue hits touches the subject without stating it: it counts as a general hit of
        the first sentence under it, so that no section on a subject is overlooked.
        """
        places: dict[str, list[_Place]] = {}
        referrals: list[ReadSentence] = []
        titles: set[tuple[str, ...]] = set()
        for sentence in document.iter_sentences():
            roles: dict[str, set[str]] = {}
            for disclosure, role in self._cues.hits(sentence.led):
                roles.setdefault(disclosure, set()).add(role)
            for disclosure, found in roles.items():
                role = next(one for one in ("veto_cues", "positive_cues", "general_cues") if one in found)
                if role == "veto_cues" and "positive_cues" not in found:
                    continue
                places.setdefault(disclosure, []).append(_Place(sentence, role))
            path = document.provisions[sentence.provision].provision.heading_path
            if len(path) > 1 and path not in titles:
                titles.add(path)
                for disclosure, role in self._cues.hits(path[-1]):
                    if role == "positive_cues":
                        places.setdefault(disclosure, []).append(_Place(sentence, "general_cues"))
            if self._referrals.hits(sentence.text) and self._referrals.hits(
                self._without_self(sentence.text)
            ):
                referrals.append(sentence)
        return SearchedDocument(document, places, tuple(referrals), self._general, self._owed_by)

    def _without_self(self, text: str) -> str:
        """Return a sentence without its references to the document it stands in."""
        for start, end in reversed(find_all(self._self_references, text)):
            text = f"{text[:start]}{text[end:]}"
        return text

    def search(
        self,
        searched: SearchedDocument,
        disclosure: Disclosure,
        practice: Practice,
        others: Sequence[SearchedDocument] = (),
        nearest: Nearest | None = None,
        cannot_tell: str | None = None,
    ) -> Absence:
        """Search a document, then the service's other documents, for a disclosure.

        Args:
            searched: The document, with every cue run.
            disclosure: What a reader expects to be told.
            practice: The practice at hand; binds the search where the disclosure needs a topic.
            others: The service's other documents of the same date.
            nearest: Finds the nearest passages of the document for the record.
            cannot_tell: Why nothing can be said of this text (incomplete capture, language), if so.

        Returns:
            The record, whatever the outcome.
        """
        topic = practice.id if disclosure.bind == "topic" else None
        outcome, hits = self._judge(searched, disclosure, practice)
        touched_by = None
        if outcome == "not-found-in-archived-text":
            touched_by, touching = self._touch(searched, disclosure, practice)
            outcome, hits = ("stated-in-general-only", touching) if touched_by else (outcome, hits)
        referral = None
        if outcome == "not-found-in-archived-text":
            referral = searched.referral(disclosure, practice)
            outcome = "referred-elsewhere" if referral else outcome
            hits = (referral,) if referral else hits
        if cannot_tell and outcome != "stated-for-this-practice":
            outcome = "cannot-tell"
        silent = outcome in ("not-found-in-archived-text", "referred-elsewhere")
        elsewhere = self._first_stated(others, disclosure, practice) if silent else ()
        cues = sum(len(getattr(disclosure, role)) for role in _CUE_ROLES)
        return Absence(
            disclosure=disclosure.id,
            topic=topic,
            outcome=outcome,
            searched=tuple(one.record for one in (searched, *(others if silent else ()))),
            cues=cues,
            hits=hits,
            nearest=nearest(disclosure.title) if nearest and outcome != "stated-for-this-practice" else (),
            elsewhere=elsewhere,
            touched_by=touched_by if outcome == "stated-in-general-only" else None,
            referred_to=visible(referral.quote.text) if referral else None,
            reason=cannot_tell if outcome == "cannot-tell" else None,
        )

    def _judge(
        self, searched: SearchedDocument, disclosure: Disclosure, practice: Practice
    ) -> tuple[Outcome, tuple[Hit, ...]]:
        """Judge a disclosure in one document, by those that answer it too where it is not stated itself."""
        outcome, hits = searched.judge(disclosure, practice)
        for other in disclosure.answered_by:
            if outcome != "stated-for-this-practice":
                answer, found = searched.judge(self._knowledge.disclosures[other], practice)
                if answer == "stated-for-this-practice":
                    return answer, found
        return outcome, hits

    def _touch(
        self, searched: SearchedDocument, disclosure: Disclosure, practice: Practice
    ) -> tuple[str | None, tuple[Hit, ...]]:
        """Return the first wider disclosure stated for the practice or for data at large, and where."""
        for wider in disclosure.touched_by:
            _, hits = searched.judge(self._knowledge.disclosures[wider], practice)
            touching = tuple(
                hit.model_copy(update={"verdict": "general"})
                for hit in hits
                if hit.verdict in ("for-this-practice", "general")
            )
            if touching:
                return wider, touching
        return None, ()

    def _first_stated(
        self, others: Sequence[SearchedDocument], disclosure: Disclosure, practice: Practice
    ) -> tuple[Quote, ...]:
        """Return the first passage of another document that states it, after what governs it."""
        for other in others:
            for hit in self._judge(other, disclosure, practice)[1][:1]:
                if hit.verdict == "for-this-practice":
                    return (*hit.lead, hit.quote)
        return ()


@dataclass(frozen=True)
class SearchedDocument:
    """A document with the places every cue hit.

    Attributes:
        places: For each disclosure, where its cues hit.
        referrals: Sentences that send the reader to another text.
        general: Practices a statement on which may hold for data at large.
        owed_by: For each disclosure, the practices that have to make it.
    """

    document: ReadDocument
    places: dict[str, list[_Place]]
    referrals: tuple[ReadSentence, ...]
    general: frozenset[str]
    owed_by: Mapping[str, frozenset[str]]

    @property
    def record(self) -> Searched:
        """What was read, for the record."""
        version = self.document.version
        return Searched(document=version.document, version_id=version.version_id, chars=len(version.text))

    def judge(self, disclosure: Disclosure, practice: Practice) -> tuple[Outcome, tuple[Hit, ...]]:
        """Read every hit of a disclosure in its sentence and section.

        Returns:
            The outcome for this document alone, and the hits with what each was taken for, the telling
            ones first.
        """
        places = self.places.get(disclosure.id, [])
        # A provision that several cues hit says more on the subject than one word in passing.
        weight = Counter(one.sentence.provision for one in places if one.role == "positive_cues")
        order: tuple[HitVerdict, ...] = ("for-this-practice", "general", "other-subject", "vetoed")
        judged: list[tuple[tuple[int, bool, int, int], _Place, HitVerdict]] = []
        for place in places:
            verdict = self._verdict(place, disclosure, practice)
            at = place.sentence.provision
            # What states the subject goes before what merely touches it, such as a heading.
            rank = (order.index(verdict), place.role != "positive_cues", -weight[at], at)
            judged.append((rank, place, verdict))
        judged.sort(key=lambda one: one[0])
        hits = tuple(self._hit(place.sentence, verdict) for _, place, verdict in judged[:_MOST_HITS])
        verdicts = {hit.verdict for hit in hits}
        if "for-this-practice" in verdicts:
            return "stated-for-this-practice", hits
        if "general" in verdicts:
            return "stated-in-general-only", hits
        return "not-found-in-archived-text", hits

    def _hit(self, sentence: ReadSentence, verdict: HitVerdict | Literal["referral"]) -> Hit:
        *lead, quote = self.document.safe_quotes(sentence)
        return Hit(quote=quote, lead=tuple(lead), verdict=verdict)

    def _verdict(self, place: _Place, disclosure: Disclosure, practice: Practice) -> HitVerdict:
        if place.role == "veto_cues":
            return "vetoed"
        positive = place.role == "positive_cues"
        if disclosure.bind == "document":
            return "for-this-practice" if positive else "general"
        # A statement made for another practice that has to make it is that one's.
        others = self._subjects(self.document.provisions[place.sentence.provision]) - {practice.id}
        made_for_another = bool(others & self.owed_by[disclosure.id])
        if self._is_beside(place.sentence, practice, made_for_another):
            return "for-this-practice" if positive else "general"
        if not positive:
            return "other-subject"
        return "general" if self._is_general(place.sentence) or not made_for_another else "other-subject"

    def _is_beside(self, sentence: ReadSentence, practice: Practice, made_for_another: bool) -> bool:
        """Tell whether a sentence speaks of a practice, or stands in a section that is about it."""
        own = self.document.provisions[sentence.provision]
        if own.label(practice.id) or find_any(practice.cues, sentence.led):
            return True
        path = own.provision.heading_path
        if not path or made_for_another:
            return False
        if any(one.label(practice.id) for one in self._neighbours(sentence.provision)):
            return True
        labelled = [one for one in self._section(own) if one.labels]
        about = [one for one in labelled if one.label(practice.id)]
        named = find_any(practice.headings, path[-1]) is not None
        return bool(about) and (named or 2 * len(about) >= len(labelled))

    def _neighbours(self, at: int) -> list[ReadProvision]:
        """Return the provisions right before and after one in its lowest section."""
        provisions = self.document.provisions
        path = provisions[at].provision.heading_path
        near = [provisions[one] for one in (at - 1, at + 1) if 0 <= one < len(provisions)]
        return [one for one in near if one.provision.heading_path == path]

    def _is_general(self, sentence: ReadSentence) -> bool:
        """Tell whether what a sentence says may hold for data at large, not for one other subject."""
        own = self.document.provisions[sentence.provision]
        if own.labels:
            return not self._subjects(own)
        section = [one for one in self._section(own) if one.labels]
        return not section or any(not self._subjects(one) for one in section)

    def _subjects(self, read: ReadProvision) -> frozenset[str]:
        """Return the practices a provision carries whose statements hold for themselves only."""
        return frozenset(label.id for label in read.labels) - self.general

    def _section(self, own: ReadProvision) -> list[ReadProvision]:
        """Return the provisions of the lowest section around one, those near enough to be read with it."""
        start = own.provision.span.start
        return [
            one
            for one in self._sections[own.provision.heading_path]
            if abs(one.provision.span.start - start) < _SECTION_CHARACTERS
        ]

    @cached_property
    def _sections(self) -> dict[tuple[str, ...], list[ReadProvision]]:
        sections: dict[tuple[str, ...], list[ReadProvision]] = {}
        for one in self.document.provisions:
            sections.setdefault(one.provision.heading_path, []).append(one)
        return sections

    def referral(self, disclosure: Disclosure, practice: Practice) -> Hit | None:
        """Return the sentence that sends the reader elsewhere for this very subject, if one does."""
        subject = disclosure.subject_cues or practice.cues
        touched = {id(place.sentence) for place in self.places.get(disclosure.id, [])}
        for sentence in self.referrals:
            if id(sentence) in touched:
                return self._hit(sentence, "referral")
            read = self.document.provisions[sentence.provision]
            labels = read.sentence_labels[read.sentences.index(sentence)]
            if find_any(subject, sentence.text) or any(label.id == practice.id for label in labels):
                return self._hit(sentence, "referral")
        return None


def incomplete_capture(
    document: ReadDocument, earlier: Sequence[str], knowledge: KnowledgeBase
) -> str | None:
    """Tell why a recorded text cannot be the whole document, or None where nothing shows that.

    Args:
        document: The version at hand.
        earlier: Texts of the last versions before it, oldest first, at most five.
        knowledge: For the signs of an error page or a consent banner.

    Returns:
        The reason in words, ready for a report. Signs are those of the fact base: far fewer words than
        the last versions had, or a text that is mostly a banner or an error page. Words are counted once
        a line, for a page recorded twice in one text is not twice as long; and a length that the last
        versions had too is a shorter document, not a broken capture.
    """
    words = _count_words(document.version.text)
    counts = [_count_words(text) for text in earlier]
    stays = len(counts) >= _STEADY and all(
        abs(count - words) <= _ALIKE * words for count in counts[-_STEADY:]
    )
    if counts and not stays:
        median = sorted(counts)[len(counts) // 2]
        if words < _CUT * median:
            return f"the recorded text has {words} words where the versions before it had about {median}"
    signs = [
        sentence.text
        for sentence in document.iter_sentences()
        if any(find(cue, sentence.text) for cue in knowledge.absence_rules.incomplete_cues)
    ]
    if signs and words < 400:
        return f"the recorded text ({words} words) is mostly a consent banner or an error page"
    if words < 60:
        return f"the recorded text has only {words} words"
    return None


def _count_words(text: str) -> int:
    return sum(len(line.split()) for line in set(text.split("\n")))
