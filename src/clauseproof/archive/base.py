"""What an archive is, and the questions every kind of archive answers alike."""

from __future__ import annotations

import datetime
import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from clauseproof.documents import Version, VersionRecord
from clauseproof.errors import CorruptRecordError, NotInArchiveError


class Archive(Protocol):
    """Dated texts of documents, grouped by service.

    Attributes:
        name: What users and reports call the archive.
        notice: Attribution a report built on the archive carries; empty where none is asked for.
    """

    @property
    def name(self) -> str: ...

    @property
    def notice(self) -> str: ...

    def services(self) -> list[str]:
        """List every service ever recorded, in order of name."""
        ...

    def documents(self, service: str) -> list[str]:
        """List the documents of a service that are there in the newest state."""
        ...

    def former_documents(self, service: str) -> list[str]:
        """List the documents of a service that were recorded once and removed since."""
        ...

    def records(self, service: str, document: str) -> list[VersionRecord]:
        """List the recorded versions of a document, oldest first."""
        ...

    def removal_date(self, record: VersionRecord) -> datetime.date | None:
        """Return the day the document was removed, if that is what followed the version."""
        ...

    def read(self, record: VersionRecord) -> Version:
        """Read the text of one version.

        Raises:
            CorruptRecordError: The recorded bytes are empty, binary, enormous or gone.
        """
        ...

    def read_many(
        self, records: Iterable[VersionRecord], failures: list[CorruptRecordError] | None = None
    ) -> Iterator[Version]:
        """Read the texts of many versions in order, at the cost of one process.

        Args:
            records: Versions of this archive.
            failures: Collects unreadable versions, which are then left out; without it the first one
                raises.
        """
        ...


def printable(text: str) -> str:
    """Make a name from outside fit for one line of a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)[:300]


def find_service(archive: Archive, name: str) -> str:
    """Return a service's name as the archive spells it.

    Args:
        archive: Where to look.
        name: The service in any letter case.

    Raises:
        NotInArchiveError: No service, or more than one, is called so; carries the nearest names.
    """
    services = archive.services()
    found = matching_names(name, services)
    if len(found) == 1:
        return found[0]
    problem = "more than one service" if found else "no service"
    raise NotInArchiveError(
        f"archive {printable(archive.name)!r} holds {problem} called {printable(name)!r}.",
        tuple(found) or nearest_names(name, services),
    )


def find_document(archive: Archive, service: str, name: str) -> str:
    """Return a document's name as the archive spells it.

    Args:
        archive: Where to look.
        service: A service as the archive spells it.
        name: The document in any letter case, or its first words where only one document of the service
            begins so: ``privacy`` for ``Privacy Policy``.

    Raises:
        NotInArchiveError: No document, or more than one, is called so; carries the nearest names.
    """
    present, former = archive.documents(service), archive.former_documents(service)
    found = matching_names(name, present + former)
    for candidates in (present, former):
        found = found or [document for document in candidates if _begins_with_words(document, name)]
    if len(found) == 1:
        return found[0]
    problem = "more than one document" if found else "no document"
    held = ", ".join(printable(document) for document in present + former) or "none"
    raise NotInArchiveError(
        f"{printable(service)} has {problem} called {printable(name)!r} in archive "
        f"{printable(archive.name)!r}; it has: {held}.",
        tuple(found) or nearest_names(name, present + former),
    )


def record_at(
    archive: Archive, service: str, document: str, at: datetime.date | None = None
) -> VersionRecord:
    """Return the version of a document that stood on a day.

    Args:
        archive: Where to look.
        service: A service as the archive spells it.
        document: A document as the archive spells it.
        at: The day; the newest state where it is left out.

    Raises:
        NotInArchiveError: The document was not recorded yet, or had been removed; names that day.
    """
    place = f"{printable(service)} {printable(document)}"
    records = archive.records(service, document)
    if not records:
        raise NotInArchiveError(f"archive {printable(archive.name)!r} has no version of {place}.")
    chosen = _standing_record(records, at)
    if chosen is None:
        first = min(record.date for record in records)
        raise NotInArchiveError(f"{place} was first recorded on {first}; there is no version of {at}.")
    removed = archive.removal_date(chosen)
    if removed is not None and (at is None or removed <= at):
        raise NotInArchiveError(
            f"{place} was removed from archive {printable(archive.name)!r} on {removed}; "
            f"its last version before that is of {chosen.date}: ask for that date."
        )
    return chosen


def version_at(archive: Archive, service: str, document: str, at: datetime.date | None = None) -> Version:
    """Read the version of a document that stood on a day; see :func:`record_at`."""
    return archive.read(record_at(archive, service, document, at))


def versions_of_service_at(
    archive: Archive,
    service: str,
    at: datetime.date | None = None,
    failures: list[CorruptRecordError] | None = None,
) -> list[Version]:
    """Read every document of a service as it stood on a day.

    Args:
        archive: Where to look.
        service: A service as the archive spells it.
        at: The day; the newest state where it is left out.
        failures: Collects unreadable versions, which are then left out; without it the first one raises.

    Returns:
        The versions in order of document name; documents not recorded yet, or removed, are left out.
    """
    records = []
    for document in sorted(archive.documents(service) + archive.former_documents(service)):
        record = _standing_record(archive.records(service, document), at)
        removed = archive.removal_date(record) if record else None
        if record and (removed is None or (at is not None and at < removed)):
            records.append(record)
    return list(archive.read_many(records, failures))


def matching_names(name: str, candidates: Sequence[str]) -> list[str]:
    """Return the candidates spelt like a name: the exact one, else those equal in any letter case."""
    if name in candidates:
        return [name]
    wanted = _fold_name(name)
    return [candidate for candidate in candidates if _fold_name(candidate) == wanted]


def nearest_names(name: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """Return at most three candidates a user may have meant, best first."""
    wanted = _squeeze(name)
    by_key: dict[str, list[str]] = {}
    for candidate in candidates:
        by_key.setdefault(_squeeze(candidate), []).append(candidate)
    close = difflib.get_close_matches(wanted, by_key, n=3, cutoff=0.6)
    containing = [key for key in by_key if len(wanted) > 2 and wanted in key and key not in close]
    return tuple(printable(candidate) for key in close + containing for candidate in by_key[key])[:3]


def _standing_record(records: Sequence[VersionRecord], at: datetime.date | None) -> VersionRecord | None:
    if at is None:
        return records[-1] if records else None
    chosen = None
    reached = datetime.date.min
    for record in records:
        # A technical upgrade is dated by the older page it re-reads; it stands from the moment it was
        # recorded, that is, not before the version it replaced.
        reached = max(reached, record.date)
        if reached > at:
            break
        chosen = record
    return chosen


def _begins_with_words(document: str, name: str) -> bool:
    words, wanted = _fold_name(document).split(), _fold_name(name).split()
    return bool(wanted) and words[: len(wanted)] == wanted


def _fold_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _squeeze(name: str) -> str:
    folded = _fold_name(name)
    return "".join(character for character in folded if character.isalnum()) or folded
