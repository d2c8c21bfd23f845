"""Law at a date: in force, coming, ended or unknown, with inherited days marked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from analysis.builders import make_instrument, make_knowledge
from clauseproof.claims import Reference
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.law import resolve_citation

DAY = datetime.date(2026, 11, 25)


def _resolve(
    at: datetime.date = DAY, *, instrument: dict[str, Any] | None = None, **provision: Any
) -> Reference:
    law = make_instrument("act", [["training"]], **(instrument or {}))
    changed = type(law.provisions[0]).model_validate(law.provisions[0].model_dump() | provision)
    law = law.model_copy(update={"provisions": (changed,)})
    reference = resolve_citation(make_knowledge([], instruments=[law]), "act:1", at)
    assert reference is not None
    return reference


class TestForce:
    @pytest.mark.parametrize(
        ("instrument", "provision", "force", "inherited"),
        [
            ({}, {}, "in-force", True),
            ({}, {"applies_from": "2026-11-25"}, "in-force", False),
            ({}, {"applies_from": "2026-11-26"}, "coming", False),
            ({"in_force": "2027-01-01"}, {}, "coming", True),
            ({"in_force": "2027-01-01"}, {"applies_from": "2026-01-01"}, "in-force", False),
            ({}, {"applies_until": "2026-11-25"}, "ended", True),
            ({}, {"applies_until": "2026-11-26"}, "in-force", True),
            ({"until": "2026-01-01"}, {}, "ended", True),
            ({"until": "2026-01-01"}, {"applies_until": "2028-01-01"}, "in-force", True),
            ({"in_force": None}, {}, "unknown", True),
            ({"in_force": None}, {"applies_from": "2020-01-01"}, "in-force", False),
        ],
    )
    def test_provision_decides_before_its_act(
        self, instrument: dict[str, Any], provision: dict[str, Any], force: str, inherited: bool
    ) -> None:
        """A provision's own days decide; the act's are inherited, and marked so."""
        reference = _resolve(instrument=instrument, **provision)
        assert (reference.force, reference.inherited) == (force, inherited)

    def test_later_parts_are_told(self) -> None:
        """Parts that start after the day are listed with their days; past ones are not."""
        parts = {"paragraph 1": "2025-01-01", "paragraph 2": "2027-01-01"}
        assert _resolve(applies_from_parts=parts).parts == {"paragraph 2": datetime.date(2027, 1, 1)}


class TestLabel:
    def test_pinpoint_is_cited(self) -> None:
        """Act and article are named together."""
        assert _resolve().label == "ACT Art. 1"

    def test_unverified_pinpoint_is_cited_at_act_level(self) -> None:
        """A number that could not be confirmed is not printed."""
        assert _resolve(note="pinpoint unverified").label == "ACT"

    def test_unknown_citation_is_no_reference(self) -> None:
        """An id the knowledge base does not have resolves to nothing."""
        assert resolve_citation(make_knowledge([]), "act:1", DAY) is None


class TestShipped:
    @pytest.mark.parametrize(
        ("citation", "day", "force"),
        [
            ("gdpr:6", "2018-05-24", "coming"),
            ("gdpr:6", "2018-05-25", "in-force"),
            ("eu-ai-act:50", "2025-06-01", "coming"),
            ("ccpa:121", "2021-06-01", "coming"),
            ("ccpa:121", "2026-11-25", "in-force"),
        ],
    )
    def test_days_that_are_easy_to_get_wrong(
        self, knowledge: KnowledgeBase, citation: str, day: str, force: str
    ) -> None:
        """Phased and amended law is in force on its own days."""
        reference = resolve_citation(knowledge, citation, datetime.date.fromisoformat(day))
        assert reference is not None
        assert reference.force == force

    def test_every_citation_resolves_with_a_label(self, knowledge: KnowledgeBase) -> None:
        """Every provision has a label, an address and a state of confirmation."""
        for citation in knowledge.provisions:
            reference = resolve_citation(knowledge, citation, DAY)
            assert reference is not None
            assert reference.label
            assert reference.url.startswith("http")
            assert reference.confidence in ("confirmed", "memory")
            if "pinpoint unverified" in (knowledge.provisions[citation][1].note or ""):
                assert reference.label == knowledge.instruments[reference.instrument].short_name
