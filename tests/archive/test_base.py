"""One suite over every kind of archive."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import pytest

from clauseproof.archive import (
    Archive,
    find_document,
    find_service,
    record_at,
    version_at,
    versions_of_service_at,
)
from clauseproof.documents import VersionRecord
from clauseproof.errors import CorruptRecordError, NotInArchiveError

from .conftest import FIRST, SECOND, THIRD

SERVICE, DOCUMENT = "DALL·E", "Platform to Business Notice"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_services_and_documents_are_listed_by_name(archive: Archive) -> None:
    """Names with blanks and letters beyond ASCII are right; files beside the services are no documents."""
    assert archive.services() == ["Acorn Chat", "DALL·E"]
    assert archive.documents(SERVICE) == [DOCUMENT]
    assert archive.former_documents(SERVICE) == []
    assert archive.documents("nobody") == []


def test_records_come_oldest_first(archive: Archive) -> None:
    """Every recorded version is listed with its day, and has an id of its own."""
    records = archive.records(SERVICE, DOCUMENT)
    assert [record.date.isoformat() for record in records] == [
        "2024-02-01",
        "2024-03-01",
        "2024-04-01",
        "2024-05-01",
    ]
    assert len({record.version_id for record in records}) == 4


def test_a_returning_text_has_the_same_blob(archive: Archive) -> None:
    """Equal texts are recognised without reading them."""
    first, second, third, _ = archive.records(SERVICE, DOCUMENT)
    assert first.blob == third.blob != second.blob


def test_reading_gives_the_recorded_bytes_as_text(archive: Archive) -> None:
    """The text is the bytes decoded, and the digest is theirs."""
    version = archive.read(archive.records(SERVICE, DOCUMENT)[1])
    assert version.text == SECOND
    assert version.sha256 == hashlib.sha256(SECOND.encode()).hexdigest()


def test_reading_many_keeps_the_order(archive: Archive) -> None:
    """Versions come back as they were asked for, repetitions included."""
    records = archive.records(SERVICE, DOCUMENT)
    texts = [version.text for version in archive.read_many([records[3], records[0], records[0]])]
    assert texts == [THIRD, FIRST, FIRST]


def test_failures_are_collected_where_asked_for(archive: Archive) -> None:
    """One unreadable version is named and does not stop the others."""
    good = archive.records(SERVICE, DOCUMENT)[0]
    lost: dict[str, Any] = good.model_dump() | {"blob": "0" * 40, "version_id": "lost", "source": "gone/x.md"}
    failures: list[CorruptRecordError] = []
    assert len(list(archive.read_many([VersionRecord(**lost), good], failures))) == 1
    assert len(failures) == 1
    with pytest.raises(CorruptRecordError, match="acorn"):
        archive.read(VersionRecord(**lost))


@pytest.mark.parametrize("name", ["dall·e", "DALL·E", " dall·E "])
def test_a_service_is_found_in_any_letter_case(archive: Archive, name: str) -> None:
    """The archive's spelling comes back."""
    assert find_service(archive, name) == SERVICE


@pytest.mark.parametrize(("name", "nearest"), [("dall-e", "DALL·E"), ("acron chat", "Acorn Chat")])
def test_an_unknown_service_gets_the_nearest_names(archive: Archive, name: str, nearest: str) -> None:
    """A slip of the pen is answered with what was meant."""
    with pytest.raises(NotInArchiveError, match="Did you mean") as caught:
        find_service(archive, name)
    assert caught.value.nearest == (nearest,)


@pytest.mark.parametrize("name", ["platform to business notice", "platform", "Platform to"])
def test_a_document_is_found_by_its_first_words(archive: Archive, name: str) -> None:
    """Whole leading words suffice where they are unambiguous."""
    assert find_document(archive, SERVICE, name) == DOCUMENT


@pytest.mark.parametrize("name", ["plat", "notice", "", "business notice"])
def test_a_document_is_not_guessed(archive: Archive, name: str) -> None:
    """Parts of words, and words from the middle, name no document; the message lists those there are."""
    with pytest.raises(NotInArchiveError, match=f"it has: {DOCUMENT}"):
        find_document(archive, SERVICE, name)


@pytest.mark.parametrize(
    ("at", "text"), [("2024-02-01", FIRST), ("2024-03-31", SECOND), ("2030-01-01", THIRD), (None, THIRD)]
)
def test_the_version_of_a_day_is_the_last_recorded_by_then(
    archive: Archive, at: str | None, text: str
) -> None:
    """The day itself counts; without a day the newest version is meant."""
    assert version_at(archive, SERVICE, DOCUMENT, day(at) if at else None).text == text


def test_a_day_before_the_first_version_is_refused(archive: Archive) -> None:
    """The message names the first day there is."""
    with pytest.raises(NotInArchiveError, match="first recorded on 2024-02-01"):
        record_at(archive, SERVICE, DOCUMENT, day("2024-01-31"))


def test_sister_documents_are_those_of_the_day(archive: Archive) -> None:
    """A document recorded later is left out."""
    assert versions_of_service_at(archive, "Acorn Chat", day("2024-02-01")) == []
    assert [version.document for version in versions_of_service_at(archive, "Acorn Chat")] == [
        "Privacy Policy"
    ]
