"""Draft claims in, proven claims out: what fails is withheld and listed with its reason."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from clauseproof.claims import (
    Absence,
    Analysis,
    Claim,
    Exposure,
    Fact,
    JurisdictionFlag,
    Outcome,
    Quote,
    Withheld,
    WithheldReason,
)
from clauseproof.documents import Span, Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.law import resolve_citation
from clauseproof.patterns import find
from clauseproof.plaintext import fold, visible
from clauseproof.verification.citations import find_citation_fault
from clauseproof.verification.quotes import QuoteChecker
from clauseproof.verification.support import find_unborne_figure, find_unsupported
from clauseproof.verification.wording import find_wording_fault, own_words

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]{12,}\"")
_LEAD_IN = re.compile(r'leaves out the list\'s lead-in "(.*)", whose')
_SHARED_LETTERS = 14
_ASSERTING = ("states", "permits", "reserves")
# How a silence must be worded, by the outcome of its search (docs/proof.md).
_OUTCOME_WORDS: dict[Outcome, tuple[str, ...]] = {
    "not-found-in-archived-text": ("contains no statement on",),
    "stated-in-general-only": ("in general only", "only general wording"),
    "referred-elsewhere": ("refers its reader",),
}
_SILENCE = (
    r"\b((does not|doesn't|do not|nowhere|never)"
    r" (say|state|mention|specify|describe|disclose|explain|name|define)s?\b"
    r"|contains no (statement|mention)|no (mention|statement) of|(is|are|remains?) silent (on|about|as)"
    r"|(is|are) not (stated|mentioned|specified|described|disclosed|explained)\b)"
)


@dataclass(frozen=True, slots=True)
class ClaimFault:
    """Why a claim cannot stand.

    Attributes:
        reason: As a report lists it.
        note: What exactly is wrong.
    """

    reason: WithheldReason
    note: str


@dataclass(frozen=True)
class Archived:
    """A version a claim may quote, with its quotation checker."""

    version: Version
    checker: QuoteChecker


@dataclass
class ClaimVerifier:
    """Reads every draft sentence of an analysis against its evidence.

    Attributes:
        knowledge: The knowledge base.
        at: Day of the analysis; decides which law is in force.
        archived: Versions that may be quoted, by (document, version_id).
    """

    knowledge: KnowledgeBase
    at: datetime.date
    archived: Mapping[tuple[str, str], Archived]
    _quotable: dict[Quote, ClaimFault | None] = field(default_factory=dict)

    def verify(self, draft: Analysis) -> Analysis:
        """Return the analysis with only what stands, and a list of what does not.

        The excerpt is proved first: where it is not found in its version, no level is given either
        (first gate of the rubric). Every section that ends empty gets its reason.
        """
        withheld = list(draft.withheld)

        def keep(section: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
            kept = []
            for claim in claims:
                fault = self.find_fault(claim, draft)
                if fault is None:
                    kept.append(claim.model_copy(update={"verdict": "verified"}))
                else:
                    withheld.append(
                        Withheld(section=section, text=claim.text, reason=fault.reason, note=fault.note)
                    )
            return tuple(kept)

        def keep_one(section: str, claim: Claim | None) -> Claim | None:
            kept = keep(section, () if claim is None else (claim,))
            return kept[0] if kept else None

        draft = draft.model_copy(
            update={"facts": tuple(fact for fact in draft.facts if self._stands(fact, draft))}
        )
        excerpt_fault = self._quote_fault(draft.excerpt, ()) if draft.excerpt else None
        if draft.excerpt and draft.excerpt.document != draft.document:
            excerpt_fault = ClaimFault("quote-not-found", "the words are another document's")
        flags = [
            JurisdictionFlag(jurisdiction=flag.jurisdiction, reason=flag.reason, claim=claim)
            for flag in draft.jurisdiction_flags
            if (claim := keep_one("jurisdiction_flags", flag.claim))
        ]
        exposure = draft.governance_exposure
        if excerpt_fault and excerpt_fault.reason == "quote-not-found":
            exposure = Exposure(level=None, not_scored="quote not found")
        verified = draft.model_copy(
            update={
                "excerpt": None if excerpt_fault else draft.excerpt,
                "plain_statement": keep_one("plain_statement", draft.plain_statement),
                "significance": keep_one("significance", draft.significance),
                "interpretive_note": keep("interpretive_note", draft.interpretive_note),
                "regulatory_landscape": keep("regulatory_landscape", draft.regulatory_landscape),
                "enforcement_context": keep("enforcement_context", draft.enforcement_context),
                "jurisdiction_flags": tuple(flags),
                "governance_exposure": exposure.model_copy(
                    update={
                        "claims": keep("governance_exposure", exposure.claims),
                        "would_lower": keep("governance_exposure", exposure.would_lower),
                    }
                ),
                "vendor_implications": keep("vendor_implications", draft.vendor_implications),
                "due_diligence_questions": keep("due_diligence_questions", draft.due_diligence_questions),
                "compliance_considerations": keep(
                    "compliance_considerations", draft.compliance_considerations
                ),
            }
        )
        if draft.excerpt and excerpt_fault:
            withheld.append(
                Withheld(
                    section="excerpt",
                    text=draft.excerpt.text,
                    reason=excerpt_fault.reason,
                    note=excerpt_fault.note,
                )
            )
        verified = verified.model_copy(update={"withheld": tuple(withheld)})
        return verified.model_copy(update={"empty_sections": explain_empty_sections(verified)})

    def find_fault(self, claim: Claim, draft: Analysis, *, grounded: bool = False) -> ClaimFault | None:
        """Return why a claim cannot stand, or None.

        Args:
            claim: The claim.
            draft: The analysis it belongs to, with its facts and search records.
            grounded: True where every word was held against whole cited sentences (`grounding`), so that a
                part of a quotation shown in the text cannot drop what governs it.
        """
        wording = find_wording_fault(claim.text, self.knowledge.wording)
        if wording:
            return ClaimFault(wording.reason, f"uses “{wording.words}”")
        for quote in claim.quotes:
            fault = self._quote_fault(quote, claim.quotes)
            if fault:
                return fault
        fault = self._quoted_words_fault(claim, grounded=grounded)
        if fault:
            return fault
        citation = find_citation_fault(claim.citations, claim.coming, self.at, self.knowledge)
        if citation:
            return ClaimFault(citation.reason, citation.note)
        if claim.kind == "law":
            for cited in (*claim.citations, *claim.coming):
                if draft.practice not in self.knowledge.provisions[cited][1].practices:
                    return ClaimFault("citation-inapplicable", f"{cited} does not bear on {draft.practice}")
        return self._carries_fault(claim, draft) or self._support_fault(claim, draft)

    def _quote_fault(self, quote: Quote | None, beside: Sequence[Quote]) -> ClaimFault | None:
        """Prove a quotation: the archived characters, cut so that nothing that governs them is dropped."""
        if quote is None:
            return None
        if not self._is_exact(quote):
            return ClaimFault("quote-not-found", "the words do not stand at this place of the version")
        if quote not in self._quotable:
            archived = self.archived[quote.document, quote.version_id]
            check = archived.checker.check(quote.text, Span(start=quote.start, end=quote.end))
            self._quotable[quote] = (
                None
                if check.status != "rejected" or check.reason == "too-short"
                else ClaimFault("quote-altered", check.difference or "cut from under what governs it")
            )
        fault = self._quotable[quote]
        before = [other for other in beside if other.end <= quote.start and other != quote]
        if fault and _hold_lead_in(before, fault.note):
            return None  # the lead-in that governs it is quoted beside it
        return fault

    def _is_exact(self, quote: Quote | None) -> bool:
        if quote is None:
            return True
        archived = self.archived.get((quote.document, quote.version_id))
        return (
            archived is not None
            and archived.version.service == quote.service
            and archived.version.text[quote.start : quote.end] == quote.text
        )

    def _stands(self, fact: Fact, draft: Analysis) -> bool:
        """Tell whether a fact is one of the practice's, with words that give its figures or a search."""
        practice = self.knowledge.practices[draft.practice]
        spec = next((one for one in practice.facts if fact.key == f"{practice.id}.{one.key}"), None)
        if spec is None or not self._is_exact(fact.quote):
            return False
        if fact.quote is None:
            return any(fact.absence == one.disclosure for one in draft.absences)
        if not spec.extract:
            return fact.value in {known.value for known in spec.values}
        bearing, lists = fold(visible(fact.quote.text)), self.knowledge.support_lists
        return find_unborne_figure(fold(fact.value), bearing, lists) is None

    def _quoted_words_fault(self, claim: Claim, *, grounded: bool) -> ClaimFault | None:
        """Every stretch between “ and ” must be the words of one of the claim's quotations."""
        shown = [fold(visible(quote.text)).replace('"', "'") for quote in claim.quotes]
        for marked in _QUOTED.findall(claim.text):
            words = marked[1:-1]
            plain = fold(words).replace('"', "'").strip()
            if not any(plain in one for one in shown):
                return ClaimFault("quote-not-found", f"“{words}” is not among the claim's quotations")
            if not grounded and not any(plain == one.strip() for one in shown):
                fault = self._cut_fault(words, claim.quotes)
                if fault:
                    return fault
        return None

    def _cut_fault(self, words: str, quotes: Sequence[Quote]) -> ClaimFault | None:
        """Prove that a part of a quotation, shown alone, is not cut from under what governs it."""
        for quote in quotes:
            check = self.archived[quote.document, quote.version_id].checker.check(words)
            if check.reason in ("governed", "elision"):
                return ClaimFault("quote-altered", check.difference or "cut from under what governs it")
        return None

    def _carries_fault(self, claim: Claim, draft: Analysis) -> ClaimFault | None:
        """Check that a claim carries what its kind needs (docs/proof.md)."""
        facts = {fact.key for fact in draft.facts}
        if not set(claim.facts) <= facts:
            return ClaimFault("unsupported", "names a fact that was not read")
        searches = {absence.disclosure: absence for absence in draft.absences}
        if claim.disclosure and claim.disclosure not in searches:
            return ClaimFault("unsupported", f"no search for {claim.disclosure} is on record")
        if claim.kind in _ASSERTING and not claim.quotes:
            return ClaimFault("unsupported", "asserts without a quotation")
        if claim.kind in _ASSERTING:
            other = next((one.document for one in claim.quotes if one.document != draft.document), None)
            if other and other not in claim.text:
                return ClaimFault("unsupported", f"rests on the {other} without naming it")
        if claim.kind == "law" and not (claim.citations or claim.coming):
            return ClaimFault("unsupported", "speaks of law without a citation")
        if claim.kind == "silent":
            return self._silence_fault(claim, searches.get(claim.disclosure or ""))
        if claim.kind != "law" and find(_SILENCE, own_words(claim.text)):
            search = searches.get(claim.disclosure or "")
            if search is None:
                return ClaimFault("unsupported", "speaks of a silence without a search on record")
            if search.outcome == "stated-for-this-practice":
                return ClaimFault("contradicted", "the document states it for this practice")
        rests = claim.facts or claim.quotes or claim.citations or claim.disclosure
        if claim.kind in ("implication", "consideration", "computed") and not rests:
            return ClaimFault("unsupported", "rests on nothing named")
        return None

    def _silence_fault(self, claim: Claim, search: Absence | None) -> ClaimFault | None:
        """Check that a silence says what its search found, of what was searched for."""
        if search is None or search.outcome == "cannot-tell":
            return ClaimFault("cannot-tell", "the search could not tell")
        if search.outcome == "stated-for-this-practice":
            return ClaimFault("contradicted", "the document states it for this practice")
        subject = self.knowledge.disclosures[search.disclosure].title
        if subject.casefold() not in claim.text.casefold():
            return ClaimFault("unsupported", f"the search on record was for {subject}")
        if not any(words in claim.text for words in _OUTCOME_WORDS[search.outcome]):
            return ClaimFault("contradicted", f"the search ended otherwise: {search.outcome}")
        not_found = search.outcome == "not-found-in-archived-text"
        if not_found and search.elsewhere and search.elsewhere[-1].document not in claim.text:
            return ClaimFault("present-elsewhere", f"the {search.elsewhere[-1].document} states it")
        return None

    def _support_fault(self, claim: Claim, draft: Analysis) -> ClaimFault | None:
        if claim.kind == "computed":
            return None  # its figures are the rubric's points
        practice = self.knowledge.practices[draft.practice]
        facts = [fact for fact in draft.facts if fact.key in claim.facts]
        evidence = [quote.text for quote in claim.quotes]
        evidence += [fact.quote.text for fact in facts if fact.quote]
        known = [practice.subject, practice.title, draft.document, *(fact.value for fact in facts)]
        known += [quote.service for quote in claim.quotes]
        if claim.kind not in _ASSERTING:
            known += [*map(visible, evidence), *self._law_words(claim)]
            own, bearing = fold(own_words(claim.text)), fold(" ".join(known))
            unborne = find_unborne_figure(own, bearing, self.knowledge.support_lists)
            return ClaimFault(unborne.reason, unborne.note) if unborne else None
        fault = find_unsupported(claim.text, evidence, known, self.knowledge)
        return ClaimFault(fault.reason, fault.note) if fault else None

    def _law_words(self, claim: Claim) -> Iterator[str]:
        """Yield what the knowledge base says of the provisions a claim cites, and of the cases under them."""
        for citation in (*claim.citations, *claim.coming):
            reference = resolve_citation(self.knowledge, citation, self.at)
            if reference is None:
                continue
            instrument = self.knowledge.instruments[reference.instrument]
            yield from (reference.label, reference.title, reference.summary, instrument.name)
            yield from (instrument.short_name, instrument.applies.depends_on, instrument.applies_when)
            yield f"{reference.applies_from:%-d %B %Y}" if reference.applies_from else ""
            for action in self.knowledge.actions.values():
                if instrument.id in action.regulation_ids:
                    yield f"{action.parties} {action.authority} {action.date:%-d %B %Y} {action.outcome}"


def _hold_lead_in(quotes: Iterable[Quote], difference: str) -> bool:
    """Tell whether quotations hold the list's lead-in that another was found to leave out."""
    missed = _LEAD_IN.search(difference)
    if missed is None:
        return False
    words, lead_in = "".join(_letters(fold(visible(one.text))) for one in quotes), _letters(missed.group(1))
    # The lead-in as named may be shortened at its end and begin with the lists around it.
    shared = SequenceMatcher(None, words, lead_in, autojunk=False).find_longest_match().size
    return shared >= min(_SHARED_LETTERS, len(lead_in), len(words) or 1)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def explain_empty_sections(analysis: Analysis) -> dict[str, str]:
    """Say for every empty section why it is empty."""
    silent = "no provision with this practice in the archived text"
    withheld = {one.section for one in analysis.withheld}
    reasons = {
        "excerpt": silent,
        "plain_statement": silent,
        "significance": silent,
        "interpretive_note": "every disclosure searched for is stated for this practice",
        "regulatory_landscape": "no instrument of the knowledge base is mapped to this practice in this text",
        "enforcement_context": "no action of the knowledge base matches the facts of this text",
        "jurisdiction_flags": "no jurisdiction is both addressed by the text and regulated on this practice",
        "vendor_implications": "no fact or search of this text raises one",
        "due_diligence_questions": "no fact or search of this text raises one",
        "compliance_considerations": "no fact or search of this text raises one",
    }
    return {
        section: "what was drafted did not stand; see what was withheld" if section in withheld else reason
        for section, reason in reasons.items()
        if not getattr(analysis, section)
    }
