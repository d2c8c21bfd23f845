"""A folder of files as an archive: one file, or dated files, per document."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from clauseproof.archive.base import printable
from clauseproof.archive.extract import MAX_FILE_BYTES, extract_text, suffixes
from clauseproof.documents import Version, VersionRecord
from clauseproof.errors import ArchiveError, CorruptRecordError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOTES = frozenset({"readme", "license", "licence", "notes", "changelog"})
_HIDDEN = (".", "_", "~")


class _Entry(NamedTuple):
    document: str
    path: Path
    date: datetime.date | None


class FolderArchive:
    """The archive in a folder of ``<Service>/<Document>.<ext>`` or ``<Service>/<Document>/<date>.<ext>``.

    Args:
        name: What users and reports call the archive.
        root: The folder.
        notice: Attribution a report built on the folder carries.
    """

    def __init__(self, name: str, root: Path, notice: str = "") -> None:
        self.name = name
        self.notice = notice
        self._root = root.resolve()

    def services(self) -> list[str]:
        """List every service of the folder, in order of name."""
        return [folder.name for folder in self._children(self._root) if self._entries(folder.name)]

    def documents(self, service: str) -> list[str]:
        """List the documents of a service."""
        return sorted({entry.document for entry in self._entries(service)})

    def former_documents(self, service: str) -> list[str]:
        """Return nothing: a folder does not remember what was removed."""
        return []

    def removal_date(self, record: VersionRecord) -> datetime.date | None:
        """Return None: a folder does not remember what was removed."""
        return None

    def records(self, service: str, document: str) -> list[VersionRecord]:
        """List the versions of a document, oldest first; an undated file takes its modification day."""
        records = []
        for entry in self._entries(service):
            if entry.document != document:
                continue
            digest = self._digest(entry.path)
            date = entry.date or modification_day(entry.path)
            records.append(
                VersionRecord(
                    archive=self.name,
                    service=service,
                    document=document,
                    version_id=f"{date}-{digest[:12]}",
                    date=date,
                    source=entry.path.relative_to(self._root).as_posix(),
                    blob=digest,
                )
            )
        return sorted(records, key=lambda record: (record.date, record.source))

    def read(self, record: VersionRecord) -> Version:
        """Read the text of one version.

        Raises:
            CorruptRecordError: The file is empty, binary, encrypted, enormous, changed or gone.
        """
        path = self._root / record.source
        if not self._is_inside(path):
            raise CorruptRecordError(f"{printable(str(path))} lies outside archive {self.name!r}.")
        place = f"archive {self.name!r}: {printable(record.source)}"
        data = read_bytes(path, place)
        digest = hashlib.sha256(data).hexdigest()
        if digest != record.blob:
            raise CorruptRecordError(
                f"{place}: the file changed while it was being read; run the command again."
            )
        return Version(**record.model_dump(), sha256=digest, text=extract_text(data, place, path.suffix))

    def read_many(
        self, records: Iterable[VersionRecord], failures: list[CorruptRecordError] | None = None
    ) -> Iterator[Version]:
        """Read the texts of many versions in order.

        Args:
            records: Versions of this archive.
            failures: Collects unreadable versions, which are then left out; without it the first one
                raises.
        """
        for record in records:
            try:
                version = self.read(record)
            except CorruptRecordError as error:
                if failures is None:
                    raise
                failures.append(error)
            else:
                yield version

    def _entries(self, service: str) -> list[_Entry]:
        folder = self._root / service
        if folder.parent != self._root or not self._is_service(folder):
            return []
        entries = []
        for path in self._children(folder):
            if path.is_dir():
                for file in self._children(path):
                    date = _parse_date(file)
                    if date and _is_text(file):
                        entries.append(_Entry(path.name, file, date))
            elif _is_text(path) and path.stem.casefold() not in _NOTES:
                entries.append(_Entry(path.stem, path, None))
        return entries

    def _is_service(self, folder: Path) -> bool:
        return not folder.name.startswith(_HIDDEN) and folder.is_dir() and self._is_inside(folder)

    def _children(self, folder: Path) -> list[Path]:
        """List what a folder shows: no hidden or unprintable names, no link that leaves the archive."""
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            raise ArchiveError(f"cannot list {printable(str(folder))}: {error.strerror}.") from error
        return [
            path
            for path in paths
            if path.name.isprintable() and not path.name.startswith(_HIDDEN) and self._is_inside(path)
        ]

    def _is_inside(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._root)
        except (OSError, RuntimeError):  # a loop of links
            return False

    def _digest(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ArchiveError(f"cannot read {printable(str(path))}: {error.strerror}.") from error


def read_bytes(path: Path, place: str) -> bytes:
    """Read a file of bearable size.

    Args:
        path: The file.
        place: How an error message names it.

    Raises:
        CorruptRecordError: It cannot be read, is no regular file, or is enormous.
    """
    try:
        if not path.is_file():
            raise CorruptRecordError(f"{place}: there is no such file.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise CorruptRecordError(f"{place}: {size} bytes are more than {MAX_FILE_BYTES}.")
        return path.read_bytes()
    except OSError as error:
        raise CorruptRecordError(f"{place}: cannot read it: {error.strerror}.") from error


def modification_day(path: Path) -> datetime.date:
    """Return the day, in UTC, on which a file was last changed."""
    try:
        seconds = path.stat().st_mtime
    except OSError as error:
        raise ArchiveError(f"cannot read {printable(str(path))}: {error.strerror}.") from error
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date()


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in suffixes() and path.is_file()


def _parse_date(file: Path) -> datetime.date | None:
    if not _DATE.fullmatch(file.stem):
        return None
    try:
        return datetime.date.fromisoformat(file.stem)
    except ValueError as error:
        raise ArchiveError(f"{printable(str(file))}: {file.stem} is no date; rename the file.") from error
