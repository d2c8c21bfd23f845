"""Absence claims: the whole document is searched before anybody says that it is silent.

The five outcomes and the binding rules are the fact base's (`knowledge/absence_rules.yaml`). A disclosure
bound to a topic counts as stated only beside that topic: in the same sentence, table row or list item, or
in the same lowest-level section.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from clauseproof.claims import Absence, Hit, Outcome, Quote, Searched
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Disclosure, Practice
from clauseproof.patterns import PatternSet, find, find_any
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, ReadSentence

# A section longer than this holds more than one subject: a hit at its end is not beside a topic at its start.
_SECTION_CHARACTERS = 4000
_MOST_HITS = 12
_CUE_ROLES = ("positive_cues", "veto_cues", "general_cues")

Nearest = Callable[[str], tuple[Quote, ...]]
HitVerdict = Literal["for-this-practice", "general", "vetoed"]


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
        self._owners: list[tuple[str, str]] = []
        patterns: list[str] = []
        for disclosure in knowledge.disclosures.values():
            for role in _CUE_ROLES:
                for cue in getattr(disclosure, role):
                    patterns.append(cue)
                    self._owners.append((disclosure.id, role))
        self._cues = PatternSet(patterns)
        self._referrals = PatternSet(knowledge.absence_rules.referral_cues)

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
            for hit in self._cues.hits(sentence.led):
                disclosure, role = self._owners[hit]
                roles.setdefault(disclosure, set()).add(role)
            for disclosure, found in roles.items():
                role = next(one for one in ("veto_cues", "positive_cues", "general_cues") if one in found)
                if role == "veto_cues" and "positive_cues" not in found:
                    continue
                places.setdefault(disclosure, []).append(_Place(sentence, role))
            path = document.provisions[sentence.provision].provision.heading_path
            if len(path) > 1 and path not in titles:
                titles.add(path)
                for hit in self._cues.hits(path[-1]):
                    disclosure, role = self._owners[hit]
                    if role == "positive_cues":
                        places.setdefault(disclosure, []).append(_Place(sentence, "general_cues"))
            if self._referrals.hits(sentence.text):
                referrals.append(sentence)
        return SearchedDocument(document, places, tuple(referrals))

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
    """A document with the places every cue hit."""

    document: ReadDocument
    places: dict[str, list[_Place]]
    referrals: tuple[ReadSentence, ...]

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
        order: tuple[HitVerdict, ...] = ("for-this-practice", "general", "vetoed")
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
        if place.role == "general_cues":
            return "general"
        if disclosure.bind == "document" or self._beside_topic(place.sentence, practice):
            return "for-this-practice"
        return "general"

    def _beside_topic(self, sentence: ReadSentence, practice: Practice) -> bool:
        provisions = self.document.provisions
        own = provisions[sentence.provision]
        if find_any(practice.cues, sentence.led) or own.label(practice.id):
            return True
        section = [
            one
            for one in provisions
            if one.provision.heading_path == own.provision.heading_path
            and abs(one.provision.span.start - own.provision.span.start) < _SECTION_CHARACTERS
        ]
        return bool(own.provision.heading_path) and any(one.label(practice.id) for one in section)

    def referral(self, disclosure: Disclosure, practice: Practice) -> Hit | None:
        """Return the sentence that sends the reader elsewhere for this very subject, if one does."""
        subject = disclosure.subject_cues or practice.cues
        for sentence in self.referrals:
            if find_any(subject, sentence.text):
                return self._hit(sentence, "referral")
        return None


def incomplete_capture(
    document: ReadDocument, earlier_words: Sequence[int], knowledge: KnowledgeBase
) -> str | None:
    """Tell why a recorded text cannot be the whole document, or None where nothing shows that.

    Args:
        document: The version at hand.
        earlier_words: Word counts of the last versions before it, at most five.
        knowledge: For the signs of an error page or a consent banner.

    Returns:
        The reason in words, ready for a report. Signs are those of the fact base: far fewer words than
        the last versions had, or a text that is mostly a banner or an error page.
    """
    words = len(document.version.text.split())
    if earlier_words:
        median = sorted(earlier_words)[len(earlier_words) // 2]
        if words < 0.6 * median:
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
