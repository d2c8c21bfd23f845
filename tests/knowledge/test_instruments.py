"""The law files: complete, consistent in their dates, right about the facts of 2026 easy to get wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from clauseproof.knowledge import KnowledgeBase, load_knowledge
from clauseproof.knowledge.conditions import Condition, DocumentKind, Situation, judge
from clauseproof.patterns import find_any

UNKNOWN_DAY = datetime.date(9999, 12, 31)
TODAY = datetime.date(2026, 11, 25)
# Parts that started before the bulk of their act; each says so in a note.
EARLIER_THAN_THEIR_ACT = {
    "wa-mhmda:080",
    "dsa:34",
    "dsa:35",
    "dsa:38",
    "dsa:39",
    "dsa:40",
    "uk-dmcc-2024:19",
    "qc-law25:3.1",
    "qc-law25:3.5",
}


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge()


def _in_force(knowledge: KnowledgeBase, citation: str, day: datetime.date) -> bool:
    instrument, provision = knowledge.provisions[citation]
    start = provision.applies_from or instrument.in_force
    end = provision.applies_until or instrument.until
    return start is not None and start <= day and (end is None or day < end)


def _words(knowledge: KnowledgeBase, text: str) -> set[str]:
    return {code for code, one in knowledge.jurisdictions.items() if find_any(one.patterns, text)}


class TestFiles:
    def test_every_instrument_loads(self, knowledge: KnowledgeBase) -> None:
        """All files are valid and none was lost in the split."""
        assert len(knowledge.instruments) >= 129
        assert len(knowledge.provisions) >= 764

    def test_provision_ids_are_unique(self, knowledge: KnowledgeBase) -> None:
        """No two provisions share a citation id."""
        count = sum(len(one.provisions) for one in knowledge.instruments.values())
        assert count == len(knowledge.provisions)

    def test_every_reference_leads_somewhere(self, knowledge: KnowledgeBase) -> None:
        """Practices, markets, kinds of data and instruments named in the law files exist."""
        faults = [one for one in knowledge.iter_faults() if one.startswith(("instruments/", "enforcement"))]
        assert faults == []

    def test_every_instrument_says_what_it_depends_on(self, knowledge: KnowledgeBase) -> None:
        """The clause completes a sentence: it starts small and ends without a full stop."""
        for one in knowledge.instruments.values():
            clause = one.applies.depends_on
            assert not clause.endswith("."), one.id
            assert clause.split(" ", 1)[0].lower() in {"the", "a", "an"} or clause[0].islower(), one.id

    def test_market_is_the_jurisdiction_or_international(self, knowledge: KnowledgeBase) -> None:
        """An instrument is looked for where its jurisdiction is addressed; soft law has no market."""
        for one in knowledge.instruments.values():
            assert one.applies.market in {one.jurisdiction, "INT"}, one.id

    def test_only_a_small_core_is_mapped_where_no_market_is_named(self, knowledge: KnowledgeBase) -> None:
        """Everything else needs a text that addresses its market."""
        core = {one.id for one in knowledge.instruments.values() if one.applies.unnamed_market}
        assert core == {"gdpr", "uk-gdpr", "ftc-act-5", "ccpa", "eu-ai-act"}


class TestDates:
    def test_a_provision_does_not_start_before_its_instrument(self, knowledge: KnowledgeBase) -> None:
        """The few that do say so in a note."""
        for citation, (instrument, provision) in knowledge.provisions.items():
            if (
                provision.applies_from
                and instrument.in_force
                and provision.applies_from < instrument.in_force
            ):
                assert citation in EARLIER_THAN_THEIR_ACT, citation
                assert provision.note, citation

    def test_dates_are_plausible(self, knowledge: KnowledgeBase) -> None:
        """Between the oldest statute and the last announced start, or openly unknown."""
        for citation, (instrument, provision) in knowledge.provisions.items():
            parts = provision.applies_from_parts.values()
            for day in (instrument.in_force, provision.applies_from, provision.applies_until, *parts):
                known = day is None or datetime.date(1914, 1, 1) <= day <= datetime.date(2030, 12, 31)
                assert known or day == UNKNOWN_DAY, citation

    def test_an_unknown_day_is_admitted(self, knowledge: KnowledgeBase) -> None:
        """A provision without a set day is never in force and its note says that no date is set."""
        unknown = {c for c, (_, one) in knowledge.provisions.items() if one.applies_from == UNKNOWN_DAY}
        assert unknown == {"uk-osa:71", "uk-dmcc-2024:256"}
        for citation in unknown:
            assert "no date set" in (knowledge.provisions[citation][1].note or "")

    def test_enacted_law_keeps_its_future_day(self, knowledge: KnowledgeBase) -> None:
        """Status and dates agree: what is enacted only is not in force today, and the reverse."""
        for one in knowledge.instruments.values():
            coming = one.in_force is not None and one.in_force > TODAY
            assert coming == (one.status_2026_11 == "enacted_not_in_force"), one.id

    def test_an_ended_provision_starts_before_it_ends(self, knowledge: KnowledgeBase) -> None:
        """A provision that was replaced has a span of days in which it applied."""
        for citation, (instrument, provision) in knowledge.provisions.items():
            start = provision.applies_from or instrument.in_force
            if provision.applies_until:
                assert start is not None, citation
                assert start < provision.applies_until, citation


def _facts() -> Iterator[tuple[str, str, bool]]:
    yield "eu-ai-act:50", "2025-06-01", False
    yield "eu-ai-act:50", "2026-08-02", True
    yield "eu-ai-act:50", "2026-11-25", True
    yield "eu-ai-act:53", "2025-08-02", True
    for article in ("6", "9", "14", "26", "86"):
        yield f"eu-ai-act:{article}", "2026-11-25", False
        yield f"eu-ai-act:{article}", "2027-12-02", True
    yield "ccpa:105", "2021-06-01", True
    yield "ccpa:121", "2021-06-01", False
    yield "ccpa:121", "2023-06-01", True
    yield "ccpa:106", "2022-12-31", False
    yield "ccpa:136", "2026-11-25", False
    yield "ccpa:136", "2027-01-01", True
    yield "ccpa-regs:7025", "2024-01-01", True
    yield "ccpa-regs:7150", "2026-01-01", True
    yield "ccpa-regs:7221", "2026-11-25", False
    yield "us-co-admt:notice", "2026-12-31", False
    yield "us-co-admt:notice", "2027-01-01", True
    yield "us-ok-ocdpa:rights", "2026-11-25", False
    yield "us-la-ldpa:rights", "2026-11-25", False
    yield "us-al-apdpa:rights", "2026-11-25", False
    yield "us-vt-vdposa:rights", "2027-12-31", False
    yield "us-ct-ctdpa:llm", "2026-06-30", False
    yield "us-ct-ctdpa:llm", "2026-07-01", True
    yield "us-va-vcdpa:geo", "2026-06-30", False
    yield "us-md-modpa:duties", "2025-12-01", False
    yield "us-md-modpa:duties", "2026-04-01", True
    yield "uk-gdpr:22", "2025-12-01", True
    yield "uk-gdpr:22", "2026-02-05", False
    yield "uk-gdpr:22a", "2026-02-05", True
    yield "uk-gdpr:45a", "2026-02-04", False
    yield "uk-dpa-2018:164a", "2026-06-19", True
    yield "uk-osa:71", "2026-11-25", False
    yield "uk-dmcc-2024:256", "2026-11-25", False
    yield "crd:11a", "2026-06-19", True
    yield "pld-2024:15", "2026-11-25", False
    yield "take-it-down:3", "2026-05-18", False
    yield "in-dpdp:6", "2026-11-25", False
    yield "gdpr:6", "2018-05-24", False
    yield "gdpr:6", "2018-05-25", True
    yield "coe-ai:8", "2026-11-25", False


class TestFactsOf2026:
    @pytest.mark.parametrize(("citation", "day", "expected"), list(_facts()))
    def test_in_force_on_the_day(
        self, knowledge: KnowledgeBase, citation: str, day: str, expected: bool
    ) -> None:
        """Whether a provision was in force on a day that is easy to get wrong."""
        assert _in_force(knowledge, citation, datetime.date.fromisoformat(day)) is expected

    def test_annex_i_products_come_last(self, knowledge: KnowledgeBase) -> None:
        """The omnibus moved Annex III to December 2027 and Annex I to August 2028."""
        parts = knowledge.provisions["eu-ai-act:6"][1].applies_from_parts
        assert parts["Annex III systems (Art. 6(2))"] == datetime.date(2027, 12, 2)
        assert parts["Annex I products (Art. 6(1))"] == datetime.date(2028, 8, 2)

    def test_click_to_cancel_is_not_law(self, knowledge: KnowledgeBase) -> None:
        """The vacated rule is recorded as vacated and is mapped to nothing."""
        rule = knowledge.instruments["ftc-negative-option"]
        everything = Situation("auto-renewal-fees", practices=frozenset(knowledge.practices))
        assert "VACATED" in rule.status_notes
        assert not judge(rule.applies.requires, everything).holds

    def test_gdpr_omnibus_is_a_proposal(self, knowledge: KnowledgeBase) -> None:
        """No article of the proposal is in the file of the GDPR."""
        assert "PROPOSAL" in knowledge.instruments["gdpr"].status_notes
        assert not any(one.id.startswith("gdpr:88a") for one in knowledge.instruments["gdpr"].provisions)

    def test_council_of_europe_convention_has_no_day(self, knowledge: KnowledgeBase) -> None:
        """Its entry into force could not be shown, so it has none."""
        assert knowledge.instruments["coe-ai"].in_force is None


class TestApplicability:
    @pytest.mark.parametrize(
        ("instrument", "subject", "document"),
        [
            ("bipa", "biometric-data", "privacy"),
            ("tx-cubi", "biometric-data", "privacy"),
            ("wa-biometric", "biometric-data", "privacy"),
            ("coppa", "children", "privacy"),
            ("hipaa", "health-data", "privacy"),
            ("wa-mhmda", "health-data", "privacy"),
            ("ftc-hbnr", "health-data", "privacy"),
            ("ca-ab2013", "ai-training", "privacy"),
            ("ca-sb942", "ai-outputs", "terms"),
            ("ca-sb53", "ai-safety-commitments", "privacy"),
            ("eu-ai-act", "ai-outputs", "terms"),
            ("dsa", "content-moderation", "terms"),
            ("section-230", "content-moderation", "terms"),
            ("take-it-down", "content-moderation", "terms"),
            ("eu-sccs", "cross-border-transfer", "privacy"),
            ("faa", "arbitration-class-waiver", "terms"),
        ],
    )
    def test_a_subject_law_needs_its_subject(
        self, knowledge: KnowledgeBase, instrument: str, subject: str, document: DocumentKind
    ) -> None:
        """A document that never speaks of the subject does not bring the instrument into play.

        HIPAA needs more than health data: an app that names none of its terms is outside it.
        """
        requires = knowledge.instruments[instrument].applies.requires
        without = frozenset({"first-party-collection", "retention", "security", "deletion-rights"})
        assert not judge(requires, Situation("retention", practices=without)).holds
        found = Situation(
            subject,
            polarities=frozenset({"positive"}),
            practices=without | {subject},
            data=frozenset({subject.removesuffix("-data")}),
            document=document,
            traits=frozenset({"health-regime"}) if instrument == "hipaa" else frozenset(),
        )
        assert judge(requires, found).holds

    @pytest.mark.parametrize("instrument", ["uctd", "crd", "dcd", "uk-cra-2015", "ca-ucl-clra"])
    def test_consumer_contract_law_is_about_terms(self, knowledge: KnowledgeBase, instrument: str) -> None:
        """A privacy policy does not bring consumer contract law into play; terms do."""
        requires = knowledge.instruments[instrument].applies.requires
        assert not judge(requires, Situation("retention", document="privacy")).holds
        assert judge(requires, Situation("liability-limitation", document="terms")).holds

    @pytest.mark.parametrize("instrument", ["il-hb3773", "nyc-ll144"])
    def test_hiring_law_needs_hiring(self, knowledge: KnowledgeBase, instrument: str) -> None:
        """Automated decisions alone are not decisions about employment."""
        requires = knowledge.instruments[instrument].applies.requires
        found = frozenset({"automated-decisions"})
        assert not judge(requires, Situation("automated-decisions", practices=found)).holds
        hiring = Situation("automated-decisions", practices=found, data=frozenset({"employment"}))
        assert judge(requires, hiring).holds

    def test_special_categories_need_such_data(self, knowledge: KnowledgeBase) -> None:
        """Article 9 is not cited for a provision that names ordinary data."""
        requires: Condition = knowledge.provisions["gdpr:9"][1].requires
        assert not judge(requires, Situation("sensitive-data", data=frozenset({"account"}))).holds
        assert judge(requires, Situation("health-data", data=frozenset({"health"}))).holds

    def test_penalty_provisions_are_not_mapped_to_liability_clauses(self, knowledge: KnowledgeBase) -> None:
        """What an authority may impose says nothing of what a contract may exclude."""
        for citation, (_, provision) in knowledge.provisions.items():
            if provision.nature == "enforcement":
                assert "liability-limitation" not in provision.practices, citation

    def test_state_privacy_laws_are_grouped(self, knowledge: KnowledgeBase) -> None:
        """Counsel names the state laws together."""
        grouped = [one for one in knowledge.instruments.values() if one.applies.group]
        assert len(grouped) == 23
        assert {one.applies.group for one in grouped} == {"US state privacy laws"}

    def test_every_action_needs_matching_facts(self, knowledge: KnowledgeBase) -> None:
        """No action is shown only because a practice has the same name."""
        assert [one.id for one in knowledge.actions.values() if one.requires == Condition()] == []


class TestJurisdictions:
    @pytest.mark.parametrize(
        ("sentence", "codes"),
        [
            ("If you live in the European Economic Area, write to us.", {"EU"}),
            ("We rely on Article 6 of the GDPR.", {"EU"}),
            ("The UK GDPR gives you the same rights.", {"UK"}),
            ("For users in the EEA, the UK and Switzerland, this differs.", {"EU", "UK", "CH"}),
            ("Residents of Virginia may object.", {"US-VA"}),
            ("Residents of West Virginia may object.", set()),
            ("If you live in Colorado, Oregon or Utah, you may ask.", {"US-CO", "US-OR", "US-UT"}),
            ("California residents have more rights under the CCPA.", {"US-CA"}),
            ("Tell us if you want to stop.", set()),
            ("We store data in Virginia and in London.", set()),
            ("Write to Some Company Inc., 1 Main Street, San Francisco, California 94107.", {"US"}),
            ("The state courts located in Travis County, Texas decide.", set()),
            ("These terms are governed by the laws of the State of California.", {"US"}),
            ("Our office is in Washington, D.C. and is closed on Sundays.", set()),
            ("Residents of Washington may ask for the list.", {"US-WA"}),
            ("Residents of New Mexico may ask for the list.", set()),
            ("If you live in Northern Ireland, call us.", set()),
            ("If you reside in Québec, our officer is named below.", {"CA-QC"}),
            ("The LGPD gives people in Brazil rights.", {"BR"}),
        ],
    )
    def test_a_sentence_addresses(self, knowledge: KnowledgeBase, sentence: str, codes: set[str]) -> None:
        """Which jurisdictions a sentence addresses, and which it only mentions as a place.

        An address of a company in a state addresses the country, because section 5 of the FTC Act reaches
        its practices; it addressed nothing once. It never addresses the state.
        """
        assert _words(knowledge, sentence) == codes

    @pytest.mark.parametrize(
        ("sentence", "excluded"),
        [
            ("The service is not available to people in the European Union.", True),
            ("We do not offer our services to persons in the EEA.", True),
            ("The service is not available outside the European Union.", False),
            ("This feature is described for users in the European Union.", False),
        ],
    )
    def test_exclusion_is_of_people_there(
        self, knowledge: KnowledgeBase, sentence: str, excluded: bool
    ) -> None:
        """Only a text that turns people there away excludes the market."""
        found = find_any(knowledge.jurisdictions["EU"].excluded, sentence)
        assert (found is not None) is excluded

    def test_larger_jurisdictions_exist(self, knowledge: KnowledgeBase) -> None:
        """Every member names a jurisdiction that is in the file."""
        for one in knowledge.jurisdictions.values():
            assert set(one.within) <= set(knowledge.jurisdictions), one.code

    def test_every_market_can_be_found(self, knowledge: KnowledgeBase) -> None:
        """Each market of an instrument has patterns that show it."""
        markets = {one.applies.market for one in knowledge.instruments.values()} - {"INT"}
        assert markets <= set(knowledge.jurisdictions)
