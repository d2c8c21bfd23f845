"""The seam of the exporters: what one is, which there are, and how their files are named and written."""

from __future__ import annotations

import hashlib
import os
import pkgutil
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from clauseproof.claims import Report
from clauseproof.documents import Version
from clauseproof.errors import ReportError
from clauseproof.knowledge import KnowledgeBase

_LONGEST_PART = 40
_MOST_NAMED = 2


class Exporter(Protocol):
    """Renders a report as a text file; a module of this folder offers one as ``EXPORTER``.

    Attributes:
        format: As the command line names it.
        suffix: Of the file, with the dot.
    """

    format: str
    suffix: str

    def render(
        self, report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
    ) -> str:
        """Render a report.

        Args:
            report: What was proven.
            texts: The versions it quotes, by (document, version_id).
            knowledge: For titles.
        """
        ...


@lru_cache(maxsize=1)
def load_exporters() -> dict[str, Exporter]:
    """Return every exporter of this folder by its format, in alphabetical order."""
    found: list[Exporter] = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        exporter = getattr(import_module(f"{__package__}.{module.name}"), "EXPORTER", None)
        if exporter is not None:
            found.append(exporter)
    return {one.format: one for one in sorted(found, key=lambda one: one.format)}


def known_formats() -> list[str]:
    """Return the formats a report can be written in."""
    return list(load_exporters())


def write_report(
    report: Report,
    texts: Mapping[tuple[str, str], Version],
    knowledge: KnowledgeBase,
    formats: Sequence[str],
    folder: Path,
) -> list[Path]:
    """Write a report's files, each whole or not at all.

    Args:
        report: What was proven.
        texts: The versions it quotes, by (document, version_id).
        knowledge: For titles.
        formats: Formats of `known_formats`, in the order the paths are returned.
        folder: Made where it does not exist.

    Returns:
        The paths written; a report of the same documents at the same dates replaces the one before.

    Raises:
        ReportError: An unknown format, a report that cannot be rendered, or a file that cannot be written.
    """
    exporters = load_exporters()
    unknown = [one for one in formats if one not in exporters]
    if unknown:
        raise ReportError(f"unknown format {', '.join(unknown)!r}; known are {', '.join(exporters)}.")
    rendered = [(exporters[one], exporters[one].render(report, texts, knowledge)) for one in formats]
    stem = name_report(report)
    paths = []
    for exporter, text in rendered:
        path = folder / f"{stem}{exporter.suffix}"
        _write_whole(path, text)
        paths.append(path)
    return paths


def name_report(report: Report) -> str:
    """Return a file name without suffix: service, documents, date of the newest version, selection.

    A selection of practices or one provision is named, so that it does not overwrite the whole report.

    Only letters a to z, digits, dots and hyphens of the names are kept; where more than letter case and
    blanks is lost, a few characters of a digest keep different names apart.
    """
    documents = [one.document for one in report.documents]
    if len(documents) <= _MOST_NAMED:
        parts = [_as_file_name(one) for one in dict.fromkeys((report.service, *documents))]
    else:
        parts = [_as_file_name(report.service), f"{len(documents)}-documents"]
    days = [one.date for one in report.documents]
    parts.append((max(days) if days else report.at).isoformat())
    asked = report.run.arguments
    if len(report.analyses) == 1:
        parts.append(_as_file_name(report.analyses[0].practice))
    elif "practices" in asked:
        parts.append(_as_file_name(asked["practices"]))
    if "provision" in asked:
        parts.append(_as_file_name(asked["provision"]))
    return "-".join(parts)


def _as_file_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    kept = re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")
    kept = re.sub(r"\.{2,}", ".", kept)
    if kept and kept == name.lower().replace(" ", "-") and len(kept) <= _LONGEST_PART:
        return kept
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{kept[:_LONGEST_PART].strip('-.')}-{digest}".lstrip("-")


def _write_whole(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            unfinished.write_bytes(text.encode("utf-8"))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}.") from error
    except UnicodeEncodeError as error:
        raise ReportError(f"{path}: the report holds characters that are not Unicode text.") from error
