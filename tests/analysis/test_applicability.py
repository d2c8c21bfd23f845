"""Law is mapped to a practice for a reason in the text, and only where it is in force."""

from __future__ import annotations

import datetime
from typing import Any

from clauseproof.analysis.applicability import Mapping, map_law
from clauseproof.analysis.markets import MarketReader
from clauseproof.knowledge.conditions import Situation
from clauseproof.knowledge.models import Instrument
from clauseproof.pipeline import Analyzer

from .builders import DAY, make_instrument, make_knowledge, make_practice, make_version, read_document

EU_TEXT = "Residents of the European Union may object. We train models."


def _map(
    instruments: list[Instrument], text: str = EU_TEXT, at: datetime.date = DAY, **situation: Any
) -> list[Mapping]:
    knowledge = make_knowledge([make_practice()], instruments=instruments)
    markets = MarketReader(knowledge).read(read_document(knowledge, text))
    return map_law(knowledge, Situation(practice="training", **situation), markets, at)


class TestMarkets:
    def test_named_market_is_met_by_its_words(self) -> None:
        """Where the text names the market, the mapping is met and holds the words."""
        (mapping,) = _map([make_instrument("eulaw", [["training"]])])
        assert mapping.holds == "met"
        assert mapping.market is not None
        assert "European Union" in mapping.market.quotes[0].text

    def test_unnamed_market_is_left_out(self) -> None:
        """Where nothing shows that a market is addressed, its law is not mapped."""
        assert _map([make_instrument("eulaw", [["training"]])], "We train models.") == []

    def test_core_depends_where_unnamed(self) -> None:
        """The small core that may apply unnamed is mapped as depending on the world."""
        applies = {"market": "EU", "depends_on": "it is offered there", "unnamed_market": True}
        (mapping,) = _map([make_instrument("core", [["training"]], applies=applies)], "We train models.")
        assert (mapping.holds, mapping.market) == ("depends", None)

    def test_excluded_market_takes_even_the_core(self) -> None:
        """Law of a market whose people the text turns away is not mapped."""
        applies = {"market": "EU", "depends_on": "it is offered there", "unnamed_market": True}
        text = "The service is not available to people in the European Union. We train models."
        assert _map([make_instrument("core", [["training"]], applies=applies)], text) == []

    def test_named_markets_come_first(self) -> None:
        """What the text names goes before what only the world can tell."""
        core = {"market": "US", "depends_on": "it is offered there", "unnamed_market": True}
        mapped = _map(
            [make_instrument("a", [["training"]], applies=core), make_instrument("b", [["training"]])]
        )
        assert [one.holds for one in mapped] == ["met", "depends"]


class TestConditions:
    def test_instrument_needs_its_subject(self) -> None:
        """An instrument about a kind of data is not mapped where the provision names none of it."""
        applies = {"market": "EU", "depends_on": "x", "requires": {"data": ["biometric"]}}
        law = [make_instrument("facelaw", [["training"]], applies=applies)]
        assert _map(law) == []
        assert len(_map(law, data=frozenset({"biometric"}))) == 1

    def test_other_practices_are_not_engaged(self) -> None:
        """Only provisions on the practice are cited."""
        assert _map([make_instrument("eulaw", [["selling"]])]) == []

    def test_closest_provisions_are_cited_first(self) -> None:
        """Provisions chiefly about the practice go before those that touch it, three at most."""
        practices = [["x", "training"], ["training"], ["x", "y", "training"], ["x", "y", "training"]]
        (mapping,) = _map([make_instrument("eulaw", practices)])
        assert [one.id for one in mapping.references] == ["eulaw:2", "eulaw:1", "eulaw:3"]

    def test_rules_on_enforcement_are_not_cited(self) -> None:
        """Powers and penalties are no duty that a clause engages."""
        law = make_instrument("eulaw", [["training"]])
        penal = law.provisions[0].model_copy(update={"nature": "enforcement"})
        assert _map([law.model_copy(update={"provisions": (penal,)})]) == []


class TestDates:
    def test_coming_law_is_never_a_reference(self) -> None:
        """A duty that starts later is shown as coming, not as engaged; after its day it is engaged."""
        law = [make_instrument("newlaw", [["training"]], in_force="2027-06-01")]
        (mapping,) = _map(law)
        assert mapping.references == ()
        assert [one.force for one in mapping.coming] == ["coming"]
        (later,) = _map(law, at=datetime.date(2027, 6, 1))
        assert [one.force for one in later.references] == ["in-force"]
        assert later.coming == ()

    def test_far_off_law_is_not_shown(self) -> None:
        """What starts in a decade is no news."""
        assert _map([make_instrument("farlaw", [["training"]], in_force="2040-01-01")]) == []

    def test_ended_and_undated_law_is_not_mapped(self) -> None:
        """Law that ended, or has no day on record, is neither engaged nor coming."""
        ended = make_instrument("oldlaw", [["training"]], until="2025-01-01")
        undated = make_instrument("nolaw", [["training"]], in_force=None)
        assert _map([ended, undated]) == []


class TestShippedLaw:
    """The same rules on the shipped files, through whole analyses."""

    def _cited(self, analyzer: Analyzer, text: str) -> set[str]:
        report = analyzer.analyze_version(make_version(text + _PADDING), at=DAY).report
        return {one.instrument for one in report.references}

    def test_biometric_law_needs_biometrics(self, analyzer: Analyzer) -> None:
        """Illinois' biometric act is not cited for a text that only mentions Illinois."""
        plain = "# Notice\n\nIf you live in Illinois, read on. We share account data with partners.\n"
        faces = plain + "\nWe collect face templates and other biometric identifiers to check who you are.\n"
        assert "bipa" not in self._cited(analyzer, plain)
        assert "bipa" in self._cited(analyzer, faces)

    def test_childrens_law_needs_children(self, analyzer: Analyzer) -> None:
        """The children's rule of the US is not cited for a text without children."""
        plain = (
            "# Notice\n\nIf you live in the United States, read on. We share account data with partners.\n"
        )
        assert "coppa" not in self._cited(analyzer, plain)

    def test_turned_away_union_brings_no_union_law(self, analyzer: Analyzer) -> None:
        """A text that excludes people in the EU engages no law of the EU."""
        text = "# Notice\n\nThe service is not available to people in the European Union.\n"
        analyzed = analyzer.analyze_version(
            make_version(text + "\nWe share account data with partners.\n" + _PADDING), at=DAY
        )
        assert not [one for one in analyzed.report.references if one.jurisdiction == "EU"]


_PADDING = "\nWe keep account data for 30 days after you close your account. " + " ".join(
    ["Our offices are open on weekdays and closed on public holidays."] * 8
)
