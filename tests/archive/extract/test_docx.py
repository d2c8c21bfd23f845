"""Word files: document order, and packages that are not what they claim."""

from __future__ import annotations

import io
import zipfile

import pytest

from clauseproof.archive.extract import docx, extract_text
from clauseproof.errors import CorruptRecordError

from .samples import make_docx


def test_parts_come_in_document_order() -> None:
    """Form fields, headings, lists, tables and accepted changes are written as they stand."""
    assert extract_text(make_docx(), "dpa.docx", ".docx") == (
        "Cover clause in a form field.\n\n"
        "# Data Processing Addendum\n\n"
        "# 1. Subprocessors\n\n"
        "The Processor names its subprocessors.\n\n"
        "- hosting\n  - support\n\n"
        "| Name | Role |\n| --- | --- |\n| Acorn\\|Oak | Hosting |\n\n"
        "Notice is given 30 days before.\n"
    )


def test_a_package_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared size decides, before anything is unpacked."""
    monkeypatch.setattr(docx, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(CorruptRecordError, match="unpacks to"):
        extract_text(make_docx(), "dpa.docx", ".docx")


def _plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("notes.txt", "no document")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (_plain_zip(), "no readable Word"),
        (make_docx()[:5000], "no readable Word"),
        (b"plain words", "no readable Word"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    """Encrypted, foreign and truncated packages are named."""
    with pytest.raises(CorruptRecordError, match=f"dpa.docx: .*{reason}"):
        extract_text(data, "dpa.docx", ".docx")
