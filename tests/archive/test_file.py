"""Single files."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import pytest

from clauseproof.archive import read_file
from clauseproof.errors import CorruptRecordError

from .conftest import write


def test_a_file_is_a_version_named_by_its_hash(tmp_path: Path) -> None:
    """The text is unchanged, the byte order mark and line ends included."""
    data = "\ufeff# Terms\r\n\r\nWe ship.\r\n".encode()
    version = read_file(write(tmp_path / "Vendor Terms.md", data))
    assert version.text.encode() == data
    assert version.version_id == version.sha256 == hashlib.sha256(data).hexdigest()
    assert (version.service, version.document) == ("", "Vendor Terms")


def test_standard_input_is_read_by_what_it_begins_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a suffix the first bytes tell HTML from text."""
    for data, text in ((b"# Terms\n", "# Terms\n"), (b"<!DOCTYPE html><h1>Terms</h1>", "# Terms\n")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert read_file("-").text == text


@pytest.mark.parametrize("name", ["Missing.md", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    """The message names the path."""
    with pytest.raises(CorruptRecordError, match="no such file"):
        read_file(tmp_path / name)
