"""A quotation proved against archived versions: what `clauseproof quote` does.

Beside `pipeline`, the only place where stages meet; apart from it so that proving a quotation loads
neither the knowledge base nor an index.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from clauseproof.archive.base import Archive, find_document, versions_of_service_at
from clauseproof.documents import Model, Span, Version
from clauseproof.errors import CorruptRecordError
from clauseproof.segmentation import split_provisions
from clauseproof.verification.quotes import QuoteChecker, QuoteStatus


class QuotationProof(Model):
    """What became of a quotation.

    Attributes:
        status: ``exact``, ``normalised`` (same words, other layout or marks) or ``rejected``.
        spans: Where its parts stand in the version's text; empty when rejected.
        version_id: The version that holds it; None when rejected.
        difference: One sentence that names the difference; None when accepted.
        reason: Why it was rejected, as a word.
        allowed: What was allowed for.
        service: Service of the version that holds it, or comes nearest.
        document: Document of that version.
        date: Day that version was recorded.
        heading_path: Headings above the place.
        missing: Words of the nearest passage that the quotation lacks.
        added: Words of the quotation that the nearest passage lacks.
        nearest: Where the nearest passage stands, when rejected.
        nearest_text: The nearest passage's archived words.
        nearest_version_id: The version it stands in.
        versions_read: How many versions were looked through.
    """

    status: QuoteStatus
    spans: tuple[Span, ...] = ()
    version_id: str | None = None
    difference: str | None = None
    reason: str | None = None
    allowed: tuple[str, ...] = ()
    service: str | None = None
    document: str | None = None
    date: datetime.date | None = None
    heading_path: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    nearest: Span | None = None
    nearest_text: str | None = None
    nearest_version_id: str | None = None
    versions_read: int = 0


def prove_quotation(text: str, versions: Iterable[Version]) -> QuotationProof:
    """Prove a quotation against versions, looked through in the order given.

    Args:
        text: The quotation.
        versions: Where it may stand; reading stops at the first that holds it.

    Returns:
        The proof, or the refusal with the difference to the version that comes nearest.
    """
    nearest: QuotationProof | None = None
    read = 0
    for version in versions:
        read += 1
        proof = _prove(text, version)
        if proof.status != "rejected":
            return proof.model_copy(update={"versions_read": read})
        if nearest is None or (nearest.reason == "quote-not-found" != proof.reason):
            nearest = proof
    if nearest is None:
        return QuotationProof(
            status="rejected", reason="quote-not-found", difference="there is no version to look in"
        )
    return nearest.model_copy(update={"versions_read": read})


def iter_versions(
    archive: Archive, service: str, document: str | None = None, *, history: bool = False
) -> Iterator[Version]:
    """Yield the versions of a service a quotation may stand in, each distinct text once.

    Args:
        archive: Where to look.
        service: The service as the archive spells it.
        document: Only this document, in any letter case.
        history: Go on to former versions and documents, newest first.
    """
    former = archive.former_documents(service) if history else []
    names = [find_document(archive, service, document)] if document else archive.documents(service) + former
    failures: list[CorruptRecordError] = []
    newest = [
        version
        for version in versions_of_service_at(archive, service, None, failures)
        if version.document in names
    ]
    yield from newest
    if not history:
        return
    seen = {(version.document, version.blob) for version in newest}
    for name in names:
        records = []
        for record in reversed(archive.records(service, name)):
            if (name, record.blob) not in seen:
                seen.add((name, record.blob))
                records.append(record)
        yield from archive.read_many(records, failures)


def _prove(text: str, version: Version) -> QuotationProof:
    segmentation = split_provisions(version.version_id, version.text)
    check = QuoteChecker(version.text, segmentation).check(text)
    span = check.spans[0] if check.spans else check.nearest
    path = next((one.heading_path for one in segmentation.provisions if span and one.span.overlaps(span)), ())
    accepted = check.status != "rejected"
    return QuotationProof(
        **check.model_dump(),
        version_id=version.version_id if accepted else None,
        service=version.service,
        document=version.document,
        date=version.date,
        heading_path=path,
        nearest_text=version.text[check.nearest.start : check.nearest.end] if check.nearest else None,
        nearest_version_id=None if accepted else version.version_id,
    )
