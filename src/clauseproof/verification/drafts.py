"""A language model's draft against its evidence: quotations found, words grounded, then the common checks.

A template of the knowledge base is reviewed text; a model's sentence is nobody's. So it is held to more:
every word of it must be borne (`grounding`) before the checks all claims pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clauseproof.claims import Analysis, Claim, Quote
from clauseproof.documents import Span
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reading import ReadDocument, ReadSentence
from clauseproof.verification.grounding import GroundingChecker, Grounds
from clauseproof.verification.quotes import QuoteChecker
from clauseproof.verification.verifier import ClaimFault, ClaimVerifier

# Kinds that speak of something else than what the document says on the practice.
_BESIDE_PRACTICE = ("law", "silent")


@dataclass(frozen=True)
class DraftSource:
    """A document version a draft may quote."""

    read: ReadDocument
    checker: QuoteChecker


class DraftVerifier:
    """Verifies the drafts on one practice in one document."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        verifier: ClaimVerifier,
        sources: Mapping[tuple[str, str], DraftSource],
        carries: Callable[[ReadDocument, ReadSentence], bool],
    ) -> None:
        """Take what drafts are held against.

        Args:
            knowledge: The knowledge base.
            verifier: The checks all claims pass.
            sources: Versions that may be quoted, by (document, version_id).
            carries: Whether an archived sentence is about the practice.
        """
        self._grounding = GroundingChecker(knowledge)
        self._verifier = verifier
        self._sources = sources
        self._documents = {key: one.read for key, one in sources.items()}
        self._carries = carries

    def locate(
        self, words: str, document: str, version_id: str, spans: Sequence[Span]
    ) -> tuple[Quote, ...] | ClaimFault:
        """Find the archived words a draft quotes.

        Args:
            words: The quotation as drafted.
            document: Name of the document it is said to stand in.
            version_id: Its version.
            spans: Where the entry it names stands; searched first, then the rest of the document.

        Returns:
            The archived words, a list's lead-in before an item it governs; or the fault.
        """
        source = self._sources[document, version_id]
        whole = Span(start=spans[0].start, end=spans[-1].end)
        check = source.checker.check(words, whole)
        if check.status == "rejected" and check.reason == "quote-not-found":
            check = source.checker.check(words)
        if check.status != "rejected":
            return tuple(source.read.quote_span(span) for span in check.spans)
        if check.reason == "too-short" and check.nearest:
            return (source.read.quote_span(check.nearest),)
        if check.reason == "governed" and check.nearest:
            return self._with_lead(source.read, check.nearest) or ClaimFault(
                "quote-altered", check.difference or "cut from under what governs it"
            )
        if check.reason in ("quote-altered", "elision"):
            return ClaimFault("quote-altered", check.difference or "its words differ")
        return ClaimFault("quote-not-found", check.difference or "its words stand nowhere in the version")

    def _with_lead(self, read: ReadDocument, span: Span) -> tuple[Quote, ...] | None:
        """Return an item with its list's lead-in before it; None where nothing of the kind governs it."""
        for provision in read.provisions:
            if provision.lead_spans and provision.provision.span.overlaps(span):
                return (*(read.quote_span(one) for one in provision.lead_spans), read.quote_span(span))
        return None

    def find_fault(
        self,
        claim: Claim,
        analysis: Analysis,
        *,
        records: Sequence[str],
        law: Sequence[tuple[str, str]],
        vocabulary: Sequence[str],
        asking: Sequence[str],
    ) -> ClaimFault | None:
        """Return why a drafted claim cannot stand, or None; see `Grounds` for what it may rest on."""
        everywhere = claim.kind in _BESIDE_PRACTICE
        service = self._names(analysis)
        ungrounded = self._grounding.check(
            claim.text,
            claim.kind,
            Grounds(
                quotes=claim.quotes,
                documents=self._documents,
                carries=(lambda *_: True) if everywhere else self._carries,
                records=records,
                law=law,
                vocabulary=vocabulary,
                asking=asking,
                names=service,
            ),
        )
        common = self._verifier.find_fault(claim, analysis)
        if common and common.reason in ("legal-conclusion", "instruction"):
            return common
        if ungrounded:
            return ClaimFault(ungrounded.reason, ungrounded.note)
        return common

    def _names(self, analysis: Analysis) -> tuple[str, ...]:
        read = self._documents.get((analysis.document, analysis.version_id))
        return (read.version.service,) if read and read.version.service else ()
