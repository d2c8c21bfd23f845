"""A single file as a version, for ``--file``."""

from __future__ import annotations

import datetime
import hashlib
import sys
from pathlib import Path

from clauseproof.archive.base import printable
from clauseproof.archive.extract import MAX_FILE_BYTES, extract_text
from clauseproof.archive.folder import modification_day, read_bytes
from clauseproof.documents import Version
from clauseproof.errors import CorruptRecordError


def read_file(path: str | Path) -> Version:
    """Read a file that belongs to no archive.

    Args:
        path: The file, of any format an archive can hold; ``-`` reads standard input.

    Returns:
        A version without archive and service, named after the file, whose id is the hash of the bytes.

    Raises:
        CorruptRecordError: The file is missing, empty, binary, encrypted or enormous.
    """
    if str(path) == "-":
        name, suffix, place = "standard input", "", "standard input"
        data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise CorruptRecordError(f"{place}: there are more than {MAX_FILE_BYTES} bytes.")
        date = datetime.datetime.now(tz=datetime.UTC).date()
    else:
        file = Path(path)
        name, suffix, place = file.stem, file.suffix, printable(str(file))
        data = read_bytes(file, place)
        date = modification_day(file)
    digest = hashlib.sha256(data).hexdigest()
    return Version(
        archive="",
        service="",
        document=name,
        version_id=digest,
        date=date,
        source=str(path),
        blob=digest,
        sha256=digest,
        text=extract_text(data, place, suffix),
    )
