"""Law is mapped to a practice for a reason in the text, and only where it is in force."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

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
        core = {"market": "US-CA", "depends_on": "it is offered there", "unnamed_market": True}
        named = {"market": "US", "depends_on": "it is offered there"}
        mapped = _map(
            [
                make_instrument("a", [["training"]], applies=core),
                make_instrument("b", [["training"]], applies=named),
            ],
            "People who live in the United States may object. We train models.",
        )
        assert [one.holds for one in mapped] == ["met", "depends"]

    @pytest.mark.parametrize(("market", "mapped"), [("UK", 0), ("US-CA", 1)])
    def test_core_of_another_market_is_left_out(self, market: str, mapped: int) -> None:
        """A text that names its markets has drawn its list; only what lies within one of them may join.

        This was once mapped as depending on the world: law of the UK on a text that names the law of the
        Union alone, which counsel does not cite.
        """
        core = {"market": market, "depends_on": "it is offered there", "unnamed_market": True}
        law = [make_instrument("core", [["training"]], applies=core)]
        assert len(_map(law, "People who live in the United States may object. We train models.")) == mapped

    def test_unnamed_market_brings_only_what_comes_first(self) -> None:
        """Where nothing shows that a market is addressed, two provisions of its law are enough."""
        core = {"market": "EU", "depends_on": "it is offered there", "unnamed_market": True}
        (mapping,) = _map([make_instrument("core", [["training"]] * 4, applies=core)], "We train models.")
        assert [one.id for one in mapping.references] == ["core:1", "core:2"]


class TestConditions:
    def test_instrument_needs_its_subject(self) -> None:
        """An instrument about a kind of data is not mapped where the provision names none of it."""
        applies = {"market": "EU", "depends_on": "x", "requires": {"data": ["biometric"]}}
        law = [make_instrument("facelaw", [["training"]], applies=applies)]
        assert _map(law) == []
        assert len(_map(law, data=frozenset({"biometric"}))) == 1

    def test_a_trait_is_shown_with_its_words(self) -> None:
        """Law between businesses is mapped where the text is for businesses, with the words that say so."""
        applies = {"market": "EU", "depends_on": "x", "requires": {"trait": ["business-only"]}}
        law = [make_instrument("tradelaw", [["training"]], applies=applies)]
        assert _map(law, traits=frozenset()) == []
        text = EU_TEXT + " The services are intended only for businesses."
        (mapping,) = _map(law, text, traits=frozenset({"business-only"}))
        assert ["only for businesses" in one.text for one in mapping.shown] == [True]

    def test_other_practices_are_not_engaged(self) -> None:
        """Only provisions on the practice are cited."""
        assert _map([make_instrument("eulaw", [["selling"]])]) == []

    def test_closest_provisions_are_cited_first(self) -> None:
        """Provisions chiefly about the practice go before those that touch it, four at most.

        Three left out what counsel names: basis, notice, objection and assessment are four for one subject.
        """
        practices = [["x", "training"], ["training"], *[["x", "y", "training"]] * 3]
        (mapping,) = _map([make_instrument("eulaw", practices)])
        assert [one.id for one in mapping.references] == ["eulaw:2", "eulaw:1", "eulaw:3", "eulaw:4"]

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

    def test_terms_for_businesses_bring_no_consumer_law(self, analyzer: Analyzer) -> None:
        """Terms that are for businesses alone engage no law that protects consumers."""
        text = (
            "# Terms of Service\n\nIf you live in the European Union or the United Kingdom, read on."
            "\n\n## Limitation of liability\n\nIn no event shall we be liable for any indirect damages, and"
            " our total liability will not exceed the fees paid in the last 12 months.\n"
        )
        business = text + "\nThe services are offered only to businesses and not to consumers.\n"
        consumer = {"uctd", "dcd", "uk-cra-2015"}

        def cited(words: str) -> set[str]:
            version = make_version(words + _PADDING, document="Terms of Service")
            return {one.instrument for one in analyzer.analyze_version(version, at=DAY).report.references}

        assert consumer <= cited(text)
        assert "uk-ucta" not in cited(text)
        assert not consumer & cited(business)
        assert "uk-ucta" in cited(business)

    def test_a_text_that_shows_no_content_has_no_hosting_duties(self, analyzer: Analyzer) -> None:
        """The duties of hosts need a service that shows what its users submit."""
        text = (
            "# Terms of Service\n\nIf you live in the European Union, read on.\n\n## Termination\n\n"
            "We may suspend or terminate your account at any time if you breach these terms.\n"
        )
        hosts = text + "\nYou may post reviews that other users can see.\n"

        def cited(words: str) -> set[str]:
            version = make_version(words + _PADDING, document="Terms of Service")
            return {one.instrument for one in analyzer.analyze_version(version, at=DAY).report.references}

        assert "dsa" not in cited(text)
        assert "dsa" in cited(hosts)

    def test_a_processing_agreement_brings_no_notice(self, analyzer: Analyzer) -> None:
        """A processor's agreement engages Article 28, not the notice a controller owes to people."""
        text = (
            "# Data Processing Agreement\n\nThis agreement is under the GDPR.\n\n## Retention\n\nThe"
            " processor retains personal data for 30 days after termination and then deletes it.\n"
        )
        version = make_version(text + _PADDING, document="Data Processing Agreement")
        cited = {one.id for one in analyzer.analyze_version(version, at=DAY).report.references}
        assert "gdpr:13" not in cited

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
