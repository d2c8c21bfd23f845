"""An Open Terms Archive ``versions`` repository, read in place through the git program."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO

from clauseproof.archive.base import printable
from clauseproof.archive.catalogue import Catalogue, Row, load_catalogue
from clauseproof.archive.extract import MAX_TEXT_BYTES, extract_text
from clauseproof.archive.git_program import failure_reason, git_command, git_environment, git_missing
from clauseproof.documents import Version, VersionRecord
from clauseproof.errors import ArchiveError, CorruptRecordError

_CHUNK_BYTES = 1 << 20
NOTICE = "Open Terms Archive contributors, ODC-BY 1.0"


class GitArchive:
    """The archive in a git repository whose files are ``<Service>/<Document>.md``.

    Args:
        name: What users and reports call the archive.
        git_dir: The repository: a bare one, or a clone's ``.git``.
        catalogue_path: Where the list of versions is kept between commands.
    """

    def __init__(self, name: str, git_dir: Path, catalogue_path: Path | None = None) -> None:
        self.name = name
        self._git_dir = git_dir
        self._catalogue_path = catalogue_path

    @property
    def notice(self) -> str:
        """Attribution of Open Terms Archive; empty for a repository others wrote."""
        return NOTICE if self._catalogue.open_terms_archive else ""

    @property
    def head(self) -> str:
        """Hash of the newest commit."""
        return self._catalogue.head

    @cached_property
    def _catalogue(self) -> Catalogue:
        return load_catalogue(self._git_dir, self._catalogue_path, f"archive {self.name!r}")

    def services(self) -> list[str]:
        """List every service ever recorded, in order of name."""
        return sorted(self._catalogue.documents)

    def documents(self, service: str) -> list[str]:
        """List the documents of a service that are there in the newest state."""
        held = self._catalogue.documents.get(service, {})
        return sorted(document for document, rows in held.items() if not rows[-1].removed)

    def former_documents(self, service: str) -> list[str]:
        """List the documents of a service that were recorded once and removed since."""
        held = self._catalogue.documents.get(service, {})
        return sorted(document for document, rows in held.items() if rows[-1].removed)

    def records(self, service: str, document: str) -> list[VersionRecord]:
        """List the recorded versions of a document, oldest first."""
        return [
            VersionRecord(
                archive=self.name,
                service=service,
                document=document,
                version_id=row.commit,
                date=datetime.date.fromisoformat(row.date),
                source=f"{row.commit}:{service}/{document}.md",
                technical=bool(row.technical),
                blob=row.blob,
            )
            for row in self._rows(service, document)
        ]

    def removal_date(self, record: VersionRecord) -> datetime.date | None:
        """Return the day the document was removed, if that is what followed the version."""
        for row in self._rows(record.service, record.document):
            if row.commit == record.version_id:
                return datetime.date.fromisoformat(row.removed) if row.removed else None
        return None

    def read(self, record: VersionRecord) -> Version:
        """Read the text of one version.

        Raises:
            CorruptRecordError: The recorded bytes are empty, binary, enormous or gone.
        """
        return next(self.read_many([record]))

    def read_many(
        self, records: Iterable[VersionRecord], failures: list[CorruptRecordError] | None = None
    ) -> Iterator[Version]:
        """Read the texts of many versions in order through one process.

        Args:
            records: Versions of this archive.
            failures: Collects unreadable versions, which are then left out; without it the first one
                raises.
        """
        with _open_batch(self._git_dir, f"archive {self.name!r}") as batch:
            for record in records:
                try:
                    yield _read_version(batch, record)
                except CorruptRecordError as error:
                    if failures is None:
                        raise
                    failures.append(error)

    def _rows(self, service: str, document: str) -> list[Row]:
        return self._catalogue.documents.get(service, {}).get(document, [])


class _Batch:
    """A running ``git cat-file --batch``."""

    def __init__(self, process: subprocess.Popen[bytes], messages: IO[bytes], place: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._requests, self._answers = process.stdin, process.stdout
        self._messages, self._place = messages, place

    def read_blob(self, blob: str, place: str) -> bytes:
        try:
            self._requests.write(blob.encode() + b"\n")
            self._requests.flush()
        except BrokenPipeError as error:
            raise self._died() from error
        header = self._answers.readline().split()
        if not header:
            raise self._died()
        if len(header) != 3 or header[1] != b"blob":
            raise CorruptRecordError(f"{place}: the repository lacks its text; fetch the archive again.")
        size = int(header[2])
        if size > MAX_TEXT_BYTES:
            self._skip(size + 1)
            raise CorruptRecordError(f"{place}: {size} bytes of text are more than {MAX_TEXT_BYTES}.")
        data = self._answers.read(size + 1)
        if len(data) != size + 1:
            raise self._died()
        return data[:-1]

    def _skip(self, size: int) -> None:
        while size > 0:
            chunk = self._answers.read(min(size, _CHUNK_BYTES))
            if not chunk:
                raise self._died()
            size -= len(chunk)

    def _died(self) -> ArchiveError:
        self._messages.seek(0)
        return ArchiveError(f"{self._place}: git cat-file failed: {failure_reason(self._messages.read())}")


@contextlib.contextmanager
def _open_batch(git_dir: Path, place: str) -> Iterator[_Batch]:
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(
                git_command(["cat-file", "--batch"], git_dir),
                env=git_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
            )
        except OSError as error:
            raise git_missing(place, error) from error
        try:
            yield _Batch(process, messages, place)
        finally:
            # Nothing is lost with a reader that stops early, so it is not asked to finish.
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                process.communicate()


def _read_version(batch: _Batch, record: VersionRecord) -> Version:
    place = (
        f"archive {record.archive!r}: {printable(record.service)} {printable(record.document)}, "
        f"version {record.version_id}"
    )
    data = batch.read_blob(record.blob, place)
    return Version(
        **record.model_dump(),
        sha256=hashlib.sha256(data).hexdigest(),
        text=extract_text(data, place, ".md"),
    )
