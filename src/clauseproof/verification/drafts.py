"""A language model's draft against its evidence: quotations found, words grounded, then the common checks.

A template of the knowledge base is reviewed text; a model's sentence is nobody's. So it is held to more:
every word of it must be borne (`grounding`) before the checks all claims pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clauseproof.claims import Analysis, Claim, Quote
from clauseproof.documents import Span
from clauseproof.knowledge import KnowledgeBase
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, ReadSentence
from clauseproof.verification.grounding import GroundingChecker, Grounds
from clauseproof.verification.quotes import QuoteChecker
from clauseproof.verification.verifier import ClaimFault, ClaimVerifier

# 'Meta Platforms, Inc. ("Meta", "we", "us")' and the like.
_CALLS_ITSELF = re.compile(
    r"\([^()]{0,40}[\"“]([A-Z][\w.&-]{2,30})[,.]?[\"”][^()]{0,60}\b(?:we|us|our)\b", re.IGNORECASE
)
_OPENING = 12_000
_SHORTEST_NAME = 4


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
        if check.status == "rejected" and check.reason not in ("governed", "elision", "too-short"):
            check = source.checker.check(words)
        if check.status != "rejected":
            return tuple(source.read.quote_span(span) for span in check.spans)
        if check.reason == "too-short" and check.nearest:
            return (source.read.quote_span(check.nearest),)
        if check.reason == "governed" and check.nearest:
            return self._whole(source.read, check.nearest)
        if check.reason in ("quote-altered", "elision"):
            return ClaimFault("quote-altered", check.difference or "its words differ")
        return ClaimFault("quote-not-found", check.difference or "its words stand nowhere in the version")

    def _whole(self, read: ReadDocument, span: Span) -> tuple[Quote, ...]:
        """Return what governs a fragment with it: its whole sentence, a list's lead-in before its item."""
        found: list[Quote] = []
        for provision in read.provisions:
            if not provision.provision.span.overlaps(span):
                continue
            for sentence in provision.sentences:
                place = provision.plain.source_span(sentence.start, sentence.end)
                if place.overlaps(span):
                    found += read.safe_quotes(sentence)
        return tuple(dict.fromkeys(found))

    def find_fault(
        self,
        claim: Claim,
        analysis: Analysis,
        *,
        records: Sequence[str],
        law: Sequence[tuple[str, Sequence[str]]],
        vocabulary: Sequence[str],
        asking: Sequence[str],
    ) -> ClaimFault | None:
        """Return why a drafted claim cannot stand, or None; see `Grounds` for what it may rest on."""
        service = self._names(analysis)
        ungrounded = self._grounding.check(
            claim.text,
            claim.kind,
            Grounds(
                quotes=claim.quotes,
                documents=self._documents,
                carries=self._carries,
                records=records,
                law=law,
                vocabulary=vocabulary,
                asking=asking,
                names=service,
                document=analysis.document,
            ),
        )
        common = self._verifier.find_fault(claim, analysis, grounded=True)
        if common and common.reason in ("legal-conclusion", "instruction"):
            return common
        if ungrounded:
            return ClaimFault(ungrounded.reason, ungrounded.note)
        return common

    def _names(self, analysis: Analysis) -> tuple[str, ...]:
        """Return what drafts may call the provider: the service, and how the document names itself."""
        read = self._documents.get((analysis.document, analysis.version_id))
        if read is None or not read.version.service:
            return ()
        service = read.version.service
        opening = visible(read.version.text[:_OPENING])
        first = service.split()[0]
        names = [service, *(match.group(1) for match in _CALLS_ITSELF.finditer(opening))]
        if len(first) >= _SHORTEST_NAME and first[0].isupper():
            names.append(first)
        return tuple(dict.fromkeys(names))
