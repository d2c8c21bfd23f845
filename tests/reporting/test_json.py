"""The JSON report and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]

from clauseproof.claims import Report
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzed
from clauseproof.reporting.json import EXPORTER
from clauseproof.reporting.schema import render_schema

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def test_json_reads_back_as_the_same_report(genuine: Analyzed, knowledge: KnowledgeBase) -> None:
    """Nothing is lost on the way out."""
    text = EXPORTER.render(genuine.report, genuine.texts, knowledge)
    assert Report.model_validate_json(text) == genuine.report


def test_committed_schema_is_the_models(genuine: Analyzed) -> None:
    """`make schema` was run after the last change to the models."""
    assert SCHEMA.read_text("utf-8") == render_schema()


def test_report_keeps_to_the_schema(genuine: Analyzed, knowledge: KnowledgeBase) -> None:
    """What is written is what the schema promises."""
    text = EXPORTER.render(genuine.report, genuine.texts, knowledge)
    jsonschema.validate(json.loads(text), json.loads(render_schema()))
