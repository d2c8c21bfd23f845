"""What the commands do, as functions: see the README for eight lines that use them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from clauseproof.archive import Archive, Workspace, find_document, find_service, read_file, version_at
from clauseproof.documents import PracticeLabel, Version, VersionRecord
from clauseproof.pipeline import Analyzed, Analyzer, search_archive
from clauseproof.quotations import QuotationProof, iter_versions, prove_quotation
from clauseproof.reading import ReadProvision
from clauseproof.reporting import write_report
from clauseproof.retrieval import Hit
from clauseproof.settings import load_settings


@lru_cache(maxsize=1)
def _analyzer() -> Analyzer:
    return Analyzer()


def _workspace(workspace: Path | None) -> Workspace:
    return Workspace(load_settings(workspace).workspace)


def add_archive(source: str, name: str | None = None, *, workspace: Path | None = None) -> Archive:
    """Register an archive (bundle, git URL, clone or folder) and open it; as ``archive add``."""
    home = _workspace(workspace)
    return home.open(home.add(source, name).name)


def open_archive(name: str, *, workspace: Path | None = None) -> Archive:
    """Open a registered archive by its name, in any letter case."""
    return _workspace(workspace).open(name)


def list_versions(archive: Archive, service: str, document: str) -> list[VersionRecord]:
    """List the recorded versions of a document, oldest first; as ``versions``."""
    found = find_service(archive, service)
    return archive.records(found, find_document(archive, found, document))


def read_version(archive: Archive, service: str, document: str, at: datetime.date | None = None) -> Version:
    """Read the text of a document as of a day, the newest where left out; as ``show``."""
    found = find_service(archive, service)
    return version_at(archive, found, find_document(archive, found, document), at)


def list_provisions(version: Version) -> tuple[ReadProvision, ...]:
    """Divide a version into provisions with their practices; as ``provisions``."""
    return _analyzer().read(version).provisions


def classify(text: str) -> tuple[PracticeLabel, ...]:
    """Return the practices a text carries, surest first; as ``classify``."""
    return _analyzer().classify(text)


def search(
    archive: Archive,
    query: str,
    *,
    service: str | None = None,
    document: str | None = None,
    at: datetime.date | None = None,
    count: int = 10,
    workspace: Path | None = None,
) -> list[Hit]:
    """Return the provisions that have to do with a question, best first; as ``search``."""
    found = find_service(archive, service) if service else None
    settings = load_settings(workspace)
    return search_archive(archive, query, settings, service=found, document=document, at=at, count=count)


def prove_quote(
    text: str, archive: Archive, service: str, document: str | None = None, *, all_versions: bool = False
) -> QuotationProof:
    """Prove that a text is a quotation of the archived documents; as ``quote``."""
    found = find_service(archive, service)
    return prove_quotation(text, iter_versions(archive, found, document, history=all_versions))


def analyze(
    archive: Archive,
    service: str,
    document: str | None = None,
    *,
    practices: Sequence[str] = (),
    provision: str | None = None,
    at: datetime.date | None = None,
) -> Analyzed:
    """Analyse a service's documents, or one, as of a day and under the law of that day; as ``analyze``."""
    found = find_service(archive, service)
    return _analyzer().analyze(archive, found, document, practices=practices, provision=provision, at=at)


def analyze_file(
    path: str | Path, *, practices: Sequence[str] = (), at: datetime.date | None = None
) -> Analyzed:
    """Analyse a single file; as ``analyze --file``."""
    return _analyzer().analyze_version(read_file(path), practices=practices, at=at)


def render_reports(analyzed: Analyzed, folder: Path, formats: Sequence[str] = ("html",)) -> list[Path]:
    """Write the report files of an analysis and return their paths."""
    return write_report(analyzed.report, analyzed.texts, _analyzer().knowledge, list(formats), folder)
