"""Small knowledge, documents and evidence made by hand, so that no test leans on the shipped prose."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clauseproof.analysis.applicability import Mapping as LawMapping
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.facts import read_facts, unstated_facts
from clauseproof.analysis.markets import MarketReader
from clauseproof.claims import Absence
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Disclosure, Instrument, Practice
from clauseproof.pipeline import Analyzer
from clauseproof.reading import ReadDocument

DAY = datetime.date(2026, 11, 25)


def make_version(text: str, document: str = "Privacy Policy", service: str = "Acme") -> Version:
    """Return a version of a fictional service's document."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Version(
        archive="test",
        service=service,
        document=document,
        version_id=f"2026-01-01-{sha256[:8]}",
        date=datetime.date(2026, 1, 1),
        source="test",
        blob=sha256,
        sha256=sha256,
        text=text,
    )


def make_practice(practice_id: str = "training", **fields: Any) -> Practice:
    """Return a practice with the fewest fields a file must have."""
    given: dict[str, Any] = {
        "id": practice_id,
        "title": "Training of models",
        "subject": "the training of models",
        "axis": "processing",
        "definition": "Use of data to train models.",
        "include": [],
        "exclude": [],
        "examples": [],
        "near_misses": [],
        "cues": [r"\btrain(s|ing|ed)?\b"],
        "decide": [r"\btrain(s|ing|ed)?\b[^.]{0,40}\bmodels?\b"],
        "operative": [r"\btrain(s|ing|ed)?\b"],
        "headings": [r"\btraining\b"],
        "mapping": {},
        "documents": ["privacy", "terms", "other"],
        "disclosures": [],
        "facts": [],
        "significance": [{"text": "This matters to whoever enters data."}],
        "exposure": {},
    }
    return Practice.model_validate(given | fields)


def make_disclosure(disclosure_id: str, **fields: Any) -> Disclosure:
    """Return a disclosure with the fewest fields a file must have."""
    given: dict[str, Any] = {
        "id": disclosure_id,
        "title": disclosure_id.replace("-", " ").capitalize(),
        "bind": "document",
        "absence_claim": "does not say",
        "positive_cues": [r"\bopt out\b"],
        "positive_sentences": [],
        "decoys": [],
    }
    return Disclosure.model_validate(given | fields)


def make_instrument(instrument_id: str, practices: Sequence[Sequence[str]], **fields: Any) -> Instrument:
    """Return an instrument with one provision for each list of practices."""
    given: dict[str, Any] = {
        "id": instrument_id,
        "name": f"The {instrument_id} Act",
        "short_name": instrument_id.upper(),
        "jurisdiction": "EU",
        "kind": "law",
        "citation": "",
        "authority": "",
        "in_force": "2020-01-01",
        "status_2026_11": "in force",
        "url": "https://law.example",
        "applies_when": "always",
        "applies": {"market": "EU", "depends_on": "the provider is established there"},
        "confidence": "confirmed",
        "provisions": [
            {
                "id": f"{instrument_id}:{number}",
                "label": f"Art. {number}",
                "title": "Duty",
                "summary": "Asks for something.",
                "practices": list(named),
                "nature": "controller_duty",
                "confidence": "confirmed",
            }
            for number, named in enumerate(practices, start=1)
        ],
    }
    return Instrument.model_validate(given | fields)


def make_knowledge(
    practices: Iterable[Practice],
    disclosures: Iterable[Disclosure] = (),
    instruments: Iterable[Instrument] = (),
) -> KnowledgeBase:
    """Return the shipped word lists, rubric and jurisdictions with other practices, disclosures and law."""
    knowledge = KnowledgeBase()
    law = {one.id: one for one in instruments}
    vars(knowledge).update(
        practices={one.id: one for one in practices},
        disclosures={one.id: one for one in disclosures},
        instruments=law,
        provisions={two.id: (one, two) for one in law.values() for two in one.provisions},
        actions={},
    )
    return knowledge


def read_document(knowledge: KnowledgeBase, text: str, document: str = "Privacy Policy") -> ReadDocument:
    """Return a text read and labelled."""
    return Analyzer(knowledge).read(make_version(text, document))


def make_evidence(
    knowledge: KnowledgeBase,
    text: str,
    practice: Practice,
    *,
    absences: Sequence[Absence] = (),
    mappings: Sequence[LawMapping] = (),
    cannot_score: str | None = None,
) -> Evidence:
    """Return the evidence on a practice in a text."""
    document = read_document(knowledge, text)
    positions = document.with_practice(practice.id)
    facts = read_facts(document, practice, positions, knowledge)
    return Evidence(
        document=document,
        practice=practice,
        positions=tuple(positions),
        facts=tuple(facts),
        unstated=tuple(unstated_facts(practice, facts, absences)),
        absences=tuple(absences),
        markets=MarketReader(knowledge).read(document),
        mappings=tuple(mappings),
        at=DAY,
        cannot_score=cannot_score,
    )


def make_absence(disclosure: str, outcome: str, **fields: Any) -> Absence:
    """Return the record of a search with a given outcome."""
    given: Mapping[str, Any] = {
        "disclosure": disclosure,
        "topic": None,
        "outcome": outcome,
        "searched": (),
        "cues": 1,
    }
    return Absence.model_validate({**given, **fields})
