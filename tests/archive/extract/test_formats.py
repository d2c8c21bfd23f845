"""What every format owes: a registry made of the folder, and refusals that name the file."""

from __future__ import annotations

import pytest

from clauseproof.archive import extract
from clauseproof.archive.extract import extract_text, formats, suffixes
from clauseproof.errors import CorruptRecordError


def test_formats_are_the_modules_of_the_folder() -> None:
    """Every module declares its suffixes, and no two claim the same."""
    claimed = [suffix for known in formats() for suffix in known.SUFFIXES]
    assert len(claimed) == len(set(claimed))
    assert suffixes() == {".md", ".txt", ".html", ".htm", ".pdf", ".docx"}


@pytest.mark.parametrize("suffix", sorted(suffixes()))
@pytest.mark.parametrize("data", [b"", b" \n\t", b"\0\x01\x02\0" * 100])
def test_empty_and_binary_files_are_refused(suffix: str, data: bytes) -> None:
    """Whatever the suffix promises, the message names the file."""
    with pytest.raises(CorruptRecordError, match="Vendor Terms"):
        extract_text(data, "Vendor Terms", suffix)


def test_an_enormous_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts bytes of UTF-8, not characters."""
    monkeypatch.setattr(extract, "MAX_TEXT_BYTES", 10)
    assert extract_text("ä".encode() * 5, "x", ".txt") == "äääää"
    with pytest.raises(CorruptRecordError, match="12 bytes"):
        extract_text("ä".encode() * 6, "x", ".txt")


def test_markdown_is_decoded_and_nothing_else() -> None:
    """Byte order mark, line ends and blanks stay where they are."""
    text = "\ufeff# Terms\r\n\r\n  We ship.\u00a0\r"
    assert extract_text(text.encode(), "x", ".MD") == text


def test_text_in_another_encoding_is_refused() -> None:
    """A guess would move words silently."""
    with pytest.raises(CorruptRecordError, match="not UTF-8"):
        extract_text("Café".encode("latin-1"), "x", ".txt")
