"""Jurisdictions a document addresses, with the words that show it, and those it turns away."""

from __future__ import annotations

import pytest

from clauseproof.analysis.markets import MarketReader, Markets
from clauseproof.knowledge import KnowledgeBase

from .builders import make_version, read_document


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase()


def _read(base: KnowledgeBase, text: str) -> Markets:
    return MarketReader(base).read(read_document(base, text))


class TestAddressed:
    def test_unnamed_market_is_not_addressed(self, base: KnowledgeBase) -> None:
        """A text that names no place addresses none."""
        assert _read(base, "# Notice\n\nWe keep account data for 30 days.").addressed == {}

    def test_mention_is_a_reason_with_its_words(self, base: KnowledgeBase) -> None:
        """A sentence about people in a place addresses it and is quoted."""
        text = "# Notice\n\nWe keep data. Residents of the European Economic Area may object."
        market = _read(base, text).addressed["EU"]
        assert market.reason == "text"
        assert "European Economic Area" in market.quotes[-1].text
        assert text[market.quotes[-1].start : market.quotes[-1].end] == market.quotes[-1].text

    def test_supplement_outranks_a_mention(self, base: KnowledgeBase) -> None:
        """A section written for a place is the stronger reason, wherever the mention stands."""
        text = (
            "# Notice\n\nIf you live in California, read on.\n\n"
            "## Additional information for California residents\n\nYou may ask for a copy of your data.\n"
        )
        market = _read(base, text).addressed["US-CA"]
        assert (market.reason, market.section) == (
            "supplement",
            "Additional information for California residents",
        )

    @pytest.mark.parametrize(
        ("text", "code", "larger"),
        [
            ("If you live in Germany, you may object.", "DE", "EU"),
            ("## Notice for California residents\n\nYou may ask us.", "US-CA", "US"),
        ],
    )
    def test_smaller_place_addresses_the_larger(
        self, base: KnowledgeBase, text: str, code: str, larger: str
    ) -> None:
        """A country addresses its union, a state its country, on the same words."""
        markets = _read(base, text)
        assert markets.addressed[larger].quotes == markets.addressed[code].quotes


class TestExcluded:
    def test_turned_away_people_are_not_addressed(self, base: KnowledgeBase) -> None:
        """A text that does not serve a place names it and yet does not address it."""
        markets = _read(base, "The service is not available to people in the European Union. We keep data.")
        assert "EU" in markets.excluded
        assert "EU" not in markets.addressed
        assert "not available" in markets.excluded["EU"].text


class TestGoverningLaw:
    def test_law_of_a_contract_addresses_the_country_alone(self, base: KnowledgeBase) -> None:
        """Whose law a contract is under says nothing of whom it reaches in that state."""
        markets = _read(base, "These terms are governed by the laws of the State of Delaware.")
        assert set(markets.governing) == {"US-DE"}
        assert set(markets.addressed) == {"US"}

    def test_seat_of_the_provider(self, base: KnowledgeBase) -> None:
        """Where the provider itself is established for everybody, its country and the Union count."""
        text = "The controller is Beispiel GmbH, Hauptweg 1, 04229 Leipzig, Germany."
        assert set(_read(base, text).seats) == {"DE"}
        assert "EU" in _read(base, text).addressed

    def test_vendors_have_no_seat_here(self, base: KnowledgeBase) -> None:
        """A vendor's place, or a second company for some of the customers, is no seat of the provider."""
        vendor = "Pixel GmbH does image recognition in Leipzig, Germany."
        other = "If you live in France, Example Ltd, a company registered in Ireland, is the controller."
        assert _read(base, vendor).seats == {}
        assert _read(base, other).seats == {}

    def test_a_place_is_mentioned_where_it_stands(self, base: KnowledgeBase) -> None:
        """A country in a list of places counts for its own provision only."""
        markets = _read(base, "# Notice\n\nWe keep data.\n\nSome vendors are in the United States.\n")
        assert [sorted(one) for one in markets.mentioned.values()] == [["US"]]


class TestTraits:
    @pytest.mark.parametrize(
        ("sentence", "traits"),
        [
            ("The services are intended only for businesses.", {"business-only"}),
            ("We do not offer the services to consumers.", {"business-only"}),
            ("The platform is not intended for consumers.", {"business-only"}),
            ("If you are not a consumer, you may not rely on this.", set()),
            ("This is not a consumer report.", set()),
            ("You may accept on behalf of your company or another legal entity.", {"business-customers"}),
            ("We do not sell our service only to large companies.", set()),
            ("You may post reviews that other users can see.", {"hosting"}),
            ("We host our servers in a data centre.", set()),
            ("We act as a business associate of the clinic.", {"health-regime"}),
            ("You must not upload protected health information.", set()),
        ],
    )
    def test_a_sentence_shows_a_trait(self, base: KnowledgeBase, sentence: str, traits: set[str]) -> None:
        """Whom a service is for and what it does is read from words that say so, and quoted."""
        shown = _read(base, sentence).traits
        assert set(shown) == traits
        assert all(quotes[0].text in sentence for quotes in shown.values())


def test_quotes_belong_to_the_version(base: KnowledgeBase) -> None:
    """Every quotation of a market names the document and version it stands in."""
    text = "People in the United Kingdom may complain to us."
    quote = _read(base, text).addressed["UK"].quotes[0]
    assert quote.version_id == make_version(text).version_id
