"""The JSON of DESIGN, as schemas written apart from the code: names scripts rely on, more are welcome."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import validate  # type: ignore[import-untyped]

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
OFFSET: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SCORE: Schema = {"type": "number", "minimum": 0}


def one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def rows(**fields: Schema) -> Schema:
    return {"type": "array", "items": record(**fields)}


def record(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def texts() -> Schema:
    return {"type": "array", "items": {"type": "string"}}


LABELS = rows(id=TEXT, score={**SCORE, "maximum": 1}, polarity=one_of("positive", "negative", "conditional"))
SPAN = record(start=OFFSET, end=OFFSET)

VERSIONS = rows(version_id=TEXT, date=DAY, sha256=SHA256, chars=OFFSET, technical=FLAG)
VERSION = record(service=TEXT, document=TEXT, version_id=TEXT, date=DAY, sha256=SHA256, text=TEXT)
PROVISIONS = rows(
    provision_id=TEXT,
    heading_path=texts(),
    start=OFFSET,
    end=OFFSET,
    context={"type": "array", "items": SPAN},
    text=TEXT,
    practices=LABELS,
)
CLASSIFIED = record(id={}, practices=LABELS)
HITS = rows(
    provision_id=TEXT,
    service=TEXT,
    document=TEXT,
    version_id=TEXT,
    start=OFFSET,
    end=OFFSET,
    text=TEXT,
    score=SCORE,
)
QUOTATION = record(
    status=one_of("exact", "normalised", "rejected"),
    spans={"type": "array", "items": SPAN},
    version_id=maybe(TEXT),
    difference=maybe(TEXT),
)
ARCHIVE_ADDED = record(name=TEXT, kind=TEXT, source=TEXT, services=OFFSET, documents=OFFSET, versions=OFFSET)
ARCHIVES = rows(name=TEXT, kind=one_of("git", "folder"), source=TEXT)
UPDATES = rows(name=TEXT, before={"type": "string"}, after={"type": "string"})
REFERENCE = record(
    id=TEXT,
    label=TEXT,
    summary=TEXT,
    force=one_of("in-force", "coming", "ended", "unknown"),
    applies_from=maybe(DAY),
    applies_until=maybe(DAY),
    inherited=FLAG,
    confidence=TEXT,
)
INSTRUMENTS = rows(
    id=TEXT, name=TEXT, jurisdiction=TEXT, confidence=TEXT, provisions={"type": "array", "items": REFERENCE}
)
FINDINGS = rows(status=one_of("ok", "note", "fault"), subject=TEXT, text=TEXT)

QUOTE = record(
    service={"type": "string"}, document=TEXT, version_id=TEXT, start=OFFSET, end=OFFSET, text=TEXT
)
CLAIM = record(
    text=TEXT,
    kind=one_of("states", "permits", "reserves", "silent", "implication", "consideration", "law", "computed"),
    quotes={"type": "array", "items": QUOTE},
    citations=texts(),
    facts=texts(),
    disclosure=maybe(TEXT),
    verdict=one_of("verified"),
)
CLAIMS: Schema = {"type": "array", "items": CLAIM}
EXPOSURE = record(
    level=one_of("Low", "Medium", "High", "Critical", None),
    not_scored=maybe(TEXT),
    low={"type": "integer"},
    high={"type": "integer"},
    confidence={},
    provision=maybe(SPAN),
    points=record(**{factor: {"type": "integer"} for factor in "SUCTVXRBAM"}),
    claims=CLAIMS,
    would_lower=CLAIMS,
)
ANALYSIS = record(
    practice=TEXT,
    document=TEXT,
    version_id=TEXT,
    provisions=rows(start=OFFSET, end=OFFSET, heading_path=texts()),
    excerpt=maybe(QUOTE),
    plain_statement=maybe(CLAIM),
    significance=maybe(CLAIM),
    interpretive_note=CLAIMS,
    regulatory_landscape=CLAIMS,
    enforcement_context=CLAIMS,
    jurisdiction_flags=rows(jurisdiction=TEXT, reason=one_of("text", "regime", "supplement"), claim=CLAIM),
    governance_exposure=EXPOSURE,
    vendor_implications=CLAIMS,
    due_diligence_questions=CLAIMS,
    compliance_considerations=CLAIMS,
    absences=rows(
        disclosure=TEXT,
        topic=maybe(TEXT),
        outcome=one_of(
            "not-found-in-archived-text",
            "stated-for-this-practice",
            "stated-in-general-only",
            "referred-elsewhere",
            "cannot-tell",
        ),
        searched=rows(document=TEXT, version_id=TEXT, chars=OFFSET),
        nearest={"type": "array", "items": QUOTE},
    ),
    facts=rows(key=TEXT, value=TEXT, quote=maybe(QUOTE)),
    withheld=rows(section=TEXT, text=TEXT, reason=TEXT),
)
REPORT = record(
    service=TEXT,
    at=DAY,
    analyst=TEXT,
    documents=rows(document=TEXT, version_id=TEXT, date=DAY, sha256=SHA256),
    analyses={"type": "array", "items": ANALYSIS, "minItems": 1},
    run=record(run_id=TEXT, knowledge_hash=TEXT, at=DAY),
)


def parse(printed: str, schema: Schema) -> Any:
    """Return the one JSON value printed, after checking its shape."""
    value = json.loads(printed)
    validate(value, schema)
    return value
