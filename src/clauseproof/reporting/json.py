"""The report as JSON: the models of `claims`, dumped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clauseproof.claims import Report
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class JsonExporter:
    """Writes the report as ``analyze --json`` prints it."""

    format: str = "json"
    suffix: str = ".json"

    def render(
        self, report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
    ) -> str:
        """Dump the report; nothing is added and nothing left out."""
        return report.model_dump_json(indent=2) + "\n"


EXPORTER = JsonExporter()
