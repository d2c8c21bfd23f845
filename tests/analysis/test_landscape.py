"""Jurisdictions are flagged for a reason a reader can check, as counsel would group them."""

from __future__ import annotations

from clauseproof.claims import JurisdictionFlag
from clauseproof.pipeline import Analyzer

from .builders import DAY, make_version

_PADDING = " ".join(["Our offices are open on weekdays and closed on public holidays."] * 12)
_RETENTION = "\n\n## Retention\n\nWe keep your personal data for 30 days after you close your account.\n\n"
_LIABILITY = (
    "\n\n## Limitation of liability\n\nIn no event shall we be liable for any indirect damages, and our total"
    " liability will not exceed the fees paid in the last 12 months.\n\n"
)


def _flags(
    analyzer: Analyzer, text: str, practice: str, document: str = "Privacy Policy"
) -> dict[str, JurisdictionFlag]:
    version = make_version(text + _PADDING, document=document)
    analyses = analyzer.analyze_version(version, at=DAY).report.analyses
    (analysis,) = [one for one in analyses if one.practice == practice]
    return {flag.jurisdiction: flag for flag in analysis.jurisdiction_flags}


def test_named_markets_are_flagged_with_their_words(analyzer: Analyzer) -> None:
    """Every country whose people a text addresses is flagged for the handling of data, and quoted."""
    text = "# Notice\n\nIf you live in the European Union, Switzerland or the United States, read on."
    flags = _flags(analyzer, text + _RETENTION, "retention")
    assert {"EU", "CH", "US"} <= set(flags)
    assert all(flag.claim.quotes for flag in flags.values())


def test_unnamed_state_is_not_flagged(analyzer: Analyzer) -> None:
    """A state that nobody names belongs under its country, where its act depends on the world."""
    text = "# Notice\n\nPeople who live in the United States may write to us."
    assert "US-CA" not in _flags(analyzer, text + _RETENTION, "retention")


def test_general_duties_flag_no_list_of_states(analyzer: Analyzer) -> None:
    """On sharing in general the state laws say the same: one sentence names them, the country is flagged."""
    text = (
        "# Notice\n\nIf you live in Colorado, Oregon or Utah, you may ask us for a copy.\n\n## Sharing\n\n"
        "We share your personal data with advertising partners and other third parties.\n\n"
    )
    flags = _flags(analyzer, text, "third-party-sharing")
    assert "US" in flags
    assert not {"US-CO", "US-UT"} & set(flags)


def test_governing_law_is_flagged_for_contracts_alone(analyzer: Analyzer) -> None:
    """A state whose law governs is flagged for terms of the contract, not for the handling of data."""
    law = "# Terms\n\nThese terms are governed by the laws of the State of Delaware."
    text = law + _LIABILITY + _RETENTION
    assert "US-DE" in _flags(analyzer, text, "liability-limitation", "Terms of Service")
    privacy = _flags(analyzer, law.replace("Terms", "Notice") + _RETENTION, "retention")
    assert "US-DE" not in privacy


def test_excluded_market_is_not_flagged(analyzer: Analyzer) -> None:
    """A market whose people are turned away is not flagged, whatever else names it."""
    text = "# Notice\n\nThe service is not available to people in the European Union. Write to us in the EU."
    assert "EU" not in _flags(analyzer, text + _RETENTION, "retention")
