"""Exporters are found in the folder; files are named safely and written whole."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from clauseproof.claims import DocumentRef
from clauseproof.errors import ReportError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.base import known_formats, load_exporters, name_report, write_report

from .conftest import Sample

HOSTILE = [
    "../../etc/passwd",
    "a/b",
    "nul\0byte",
    "..",
    ".",
    "",
    "-rf",
    "服务",
    "x" * 400,
    "C:\\con",
    "né\u202e",
    "a\nb",
]


def _renamed(sample: Sample, service: str, *documents: str) -> Sample:
    refs = tuple(sample.report.documents[0].model_copy(update={"document": one}) for one in documents)
    return Sample(sample.report.model_copy(update={"service": service, "documents": refs}), sample.texts)


def test_formats_are_what_the_folder_holds() -> None:
    """Every exporter is known by its format and has a suffix of its own."""
    assert known_formats() == ["html", "json", "md"]
    assert {one.suffix for one in load_exporters().values()} == {".html", ".json", ".md"}


def test_file_is_named_after_service_document_and_date(poisoned: Sample) -> None:
    """Ordinary names are kept readable."""
    plain = _renamed(poisoned, "Claude.ai", "Privacy Policy").report
    assert name_report(plain) == "claude.ai-privacy-policy-2026-01-02-ai-training"


def test_newest_date_and_the_number_of_documents_name_a_long_report(poisoned: Sample) -> None:
    """Many documents are counted, not listed."""
    report = _renamed(poisoned, "S", "A", "B", "C").report
    newer: DocumentRef = report.documents[1].model_copy(update={"date": datetime.date(2026, 3, 4)})
    report = report.model_copy(update={"documents": (report.documents[0], newer, report.documents[2])})
    assert name_report(report).startswith("s-3-documents-2026-03-04")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_make_harmless_file_names(name: str, poisoned: Sample) -> None:
    """Whatever a name holds, the file stays in its folder and its name short and plain."""
    stem = name_report(_renamed(poisoned, name, name).report)
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert not stem.startswith((".", "-"))
    assert ".." not in stem
    assert len(stem) < 160


def test_different_names_never_share_a_file(poisoned: Sample) -> None:
    """Names that differ in more than case and blanks are kept apart."""
    names = ["a/b", "a b", "a:b", "a\\b", "á b"]
    assert len({name_report(_renamed(poisoned, one, "T").report) for one in names}) == len(names)


def test_every_format_is_written(poisoned: Sample, knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Paths come back in the order asked for; nothing unfinished is left behind."""
    folder = tmp_path / "new" / "folder"
    paths = write_report(poisoned.report, poisoned.texts, knowledge, ["json", "html", "md"], folder)
    assert [path.suffix for path in paths] == [".json", ".html", ".md"]
    assert sorted(folder.iterdir()) == sorted(paths)
    assert all(path.stat().st_size for path in paths)


def test_unknown_format_is_refused_before_anything_is_written(
    poisoned: Sample, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """The message names the format and those that are known."""
    with pytest.raises(ReportError, match=r"'pdf'.*html, json, md"):
        write_report(poisoned.report, poisoned.texts, knowledge, ["html", "pdf"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made_is_named(
    poisoned: Sample, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """A file in the way gives one line with the path."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match=r"file.*cannot be written"):
        write_report(poisoned.report, poisoned.texts, knowledge, ["md"], tmp_path / "file")


def test_failed_write_keeps_the_earlier_report(
    poisoned: Sample, knowledge: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full leaves the old file as it was and no remains of the new one."""
    (path,) = write_report(poisoned.report, poisoned.texts, knowledge, ["md"], tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match="No space left"):
        write_report(poisoned.report, poisoned.texts, knowledge, ["md"], tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_selection_does_not_overwrite_the_whole_report(poisoned: Sample) -> None:
    """Reports narrowed to practices or to a provision have names of their own."""
    whole = poisoned.report.model_copy(update={"analyses": poisoned.report.analyses * 2})
    names = {name_report(whole)}
    for asked in ({"practices": "retention, children"}, {"provision": "abc:1-2"}, {"provision": "abc:3-4"}):
        run = whole.run.model_copy(update={"arguments": asked})
        names.add(name_report(whole.model_copy(update={"run": run})))
    assert len(names) == 4
