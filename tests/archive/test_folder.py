"""Folder archives: what counts as a document, and what must not be followed."""

from __future__ import annotations

import datetime
import hashlib
import os
from pathlib import Path

import pytest

from clauseproof.archive import FolderArchive, version_at
from clauseproof.errors import ArchiveError, CorruptRecordError

from .conftest import write


def test_a_version_id_is_the_date_and_the_hash(tmp_path: Path) -> None:
    """Two texts of one day keep two ids."""
    write(tmp_path / "Acorn" / "Terms" / "2024-02-01.md", "# Terms\n")
    (record,) = FolderArchive("own", tmp_path).records("Acorn", "Terms")
    assert record.version_id == f"2024-02-01-{hashlib.sha256(b'# Terms' + bytes([10])).hexdigest()[:12]}"
    assert record.source == "Acorn/Terms/2024-02-01.md"


def test_an_undated_file_takes_its_modification_day(tmp_path: Path) -> None:
    """A single file per document is enough."""
    path = write(tmp_path / "Acorn" / "Data Processing Addendum.txt", "Terms\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    version = version_at(FolderArchive("own", tmp_path), "Acorn", "Data Processing Addendum")
    assert version.date == datetime.date(2023, 11, 14)


def test_notes_and_hidden_files_are_no_documents(tmp_path: Path) -> None:
    """Only files of a known format, two or three levels deep, count."""
    for name in ("README.md", "Acorn/README.md", "Acorn/.draft.md", "Acorn/~$Terms.docx", "Acorn/logo.png"):
        write(tmp_path / name, "x")
    write(tmp_path / ".git" / "Terms.md", "x")
    write(tmp_path / "Acorn" / "Terms" / "draft.md", "x")
    archive = FolderArchive("own", tmp_path)
    assert archive.services() == []
    write(tmp_path / "Acorn" / "Terms" / "2024-02-01.md", "x")
    assert archive.documents("Acorn") == ["Terms"]


def test_links_do_not_leave_the_folder(tmp_path: Path) -> None:
    """A link to a file or folder outside is not there; one inside is."""
    outside = write(tmp_path / "secret" / "Keys.md", "key\n")
    root = tmp_path / "root"
    inside = write(root / "Acorn" / "Terms.md", "# Terms\n")
    (root / "Acorn" / "Keys.md").symlink_to(outside)
    (root / "Acorn" / "Copy.md").symlink_to(inside)
    (root / "Secret").symlink_to(outside.parent)
    (root / "Acorn" / "Loop.md").symlink_to(root / "Acorn" / "Loop.md")
    archive = FolderArchive("own", root)
    assert archive.services() == ["Acorn"]
    assert archive.documents("Acorn") == ["Copy", "Terms"]
    for service in ("..", "../secret", "Acorn/../../secret", str(outside.parent)):
        assert archive.documents(service) == []


def test_a_record_cannot_point_outside(tmp_path: Path) -> None:
    """A source taken from elsewhere is checked before it is opened."""
    write(tmp_path / "secret.md", "key\n")
    root = tmp_path / "root"
    write(root / "Acorn" / "Terms.md", "# Terms\n")
    archive = FolderArchive("own", root)
    record = archive.records("Acorn", "Terms")[0].model_copy(update={"source": "../secret.md"})
    with pytest.raises(CorruptRecordError, match="outside"):
        archive.read(record)


def test_a_file_changed_meanwhile_is_not_passed_off(tmp_path: Path) -> None:
    """The id names the bytes that were listed, so other bytes are refused."""
    path = write(tmp_path / "Acorn" / "Terms.md", "# Terms\n")
    archive = FolderArchive("own", tmp_path)
    (record,) = archive.records("Acorn", "Terms")
    path.write_text("# Other\n")
    with pytest.raises(CorruptRecordError, match="changed"):
        archive.read(record)


def test_an_impossible_date_is_named(tmp_path: Path) -> None:
    """A slip in a file's name is not silently a missing version."""
    write(tmp_path / "Acorn" / "Terms" / "2024-02-31.md", "# Terms\n")
    with pytest.raises(ArchiveError, match="2024-02-31 is no date"):
        FolderArchive("own", tmp_path).services()
