"""An analysis altered in one place at a time: the sceptic finds it, and finds nothing where nothing is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from clauseproof.archive.folder import FolderArchive
from clauseproof.claims import Analysis, Claim
from clauseproof.evaluation.inspection import Inspected, inspect_analysis
from clauseproof.evaluation.register import LawRegister, RegisteredProvision, load_register
from clauseproof.pipeline import Analyzed, Analyzer

AT = datetime.date(2026, 11, 25)
SERVICE, DOCUMENT, PRACTICE = "Quillowen", "Privacy Policy", "automated-decisions"
Inspect = Callable[..., Inspected]


@pytest.fixture(scope="module")
def analyzed(analyzer: Analyzer, sample_archive: FolderArchive) -> Analyzed:
    """One practice of one document, with citations in force and coming, facts and a silence."""
    return analyzer.analyze(sample_archive, SERVICE, DOCUMENT, practices=[PRACTICE], at=AT)


@pytest.fixture(scope="module")
def analysis(analyzed: Analyzed) -> Analysis:
    """Its analysis, as the offline analyst wrote it."""
    (analysis,) = analyzed.report.analyses
    return analysis


@pytest.fixture
def inspect(analyzed: Analyzed, analyzer: Analyzer) -> Inspect:
    """Look an analysis over beside the texts it was made from."""

    def inspect(
        analysis: Analysis,
        *,
        register: LawRegister | None = None,
        at: datetime.date = AT,
    ) -> Inspected:
        known = load_register() if register is None else register
        return inspect_analysis(analysis, analyzed.texts, known, at, analyzer.knowledge)

    return inspect


def _having(analysis: Analysis, claim: Claim) -> Analysis:
    """Return an analysis with a claim added."""
    return analysis.model_copy(
        update={"compliance_considerations": (*analysis.compliance_considerations, claim)}
    )


def _first(analysis: Analysis, field: str) -> Claim:
    return next(one for one in analysis.iter_claims() if getattr(one, field))


def _rules(found: Inspected) -> list[str]:
    return [one.rule for one in found.breaches]


def test_nothing_is_found_in_the_analysis_as_it_is(inspect: Inspect, analysis: Analysis) -> None:
    """And there is something of everything in it to look at."""
    found = inspect(analysis)
    assert (found.breaches, found.faults) == ([], [])
    claims = list(analysis.iter_claims())
    assert all(any(getattr(one, name) for one in claims) for name in ("quotes", "citations", "coming"))
    assert any(one.kind == "silent" for one in claims)
    quotations = found.counts["quotations"][""]
    assert quotations["n"] == quotations["opens"] == quotations["exact"] > 20
    law, sentences = found.counts["law"][""], found.counts["sentences"][""]
    assert law["known"] == law["current"] == law["cited"]
    assert (law["unknown"], sentences["forbidden"], sentences["unsupported"]) == (0, 0, 0)
    assert sentences["n"] == len(claims)


@pytest.mark.parametrize(
    "change",
    [
        {"text": lambda quote: quote.text[:-2] + "x" + quote.text[-1]},
        {"text": lambda quote: quote.text.replace(" ", "  ", 1)},
        {"start": lambda quote: quote.start + 1},
        {"end": lambda quote: quote.end + 1},
        {"end": lambda quote: 10**9},
        {"start": lambda quote: -1},
        {"start": lambda quote: quote.end},
        {"version_id": lambda quote: "1999-01-01"},
        {"document": lambda quote: "Terms of Service"},
    ],
)
def test_a_quotation_off_by_a_letter_is_invented(
    inspect: Inspect, analysis: Analysis, change: Mapping[str, Callable[[Any], object]]
) -> None:
    """Of a claim, of a fact, of the excerpt."""
    claim = _first(analysis, "quotes")
    quote = claim.quotes[0]
    altered = quote.model_copy(update={name: make(quote) for name, make in change.items()})
    (fact,) = [one for one in analysis.facts if one.quote][:1]
    for changed in (
        _having(analysis, claim.model_copy(update={"quotes": (altered,), "text": "This."})),
        analysis.model_copy(update={"facts": (fact.model_copy(update={"quote": altered}),)}),
        analysis.model_copy(update={"excerpt": altered}),
    ):
        found = inspect(changed)
        assert "invented-quotation" in _rules(found)
        assert found.counts["quotations"][""]["exact"] < found.counts["quotations"][""]["n"]


def test_words_in_quotation_marks_stand_somewhere(inspect: Inspect, analysis: Analysis) -> None:
    """Layout and letter case aside; one word is a term."""
    claim = _first(analysis, "quotes")
    words = " ".join(claim.quotes[0].text.split()[:6])
    for text, rules in (
        (f"It says “{words.upper()}”.", []),
        ("It says “the moon is made of cheese”.", ["invented-quotation"]),
        ("It speaks of “cheese”.", []),
        ("It says that it “sells everything”.", ["invented-quotation"]),
        ('It says "the moon is made of cheese".', ["invented-quotation"]),
    ):
        assert _rules(inspect(_having(analysis, claim.model_copy(update={"text": text})))) == rules


def test_a_citation_unknown_to_the_register_is_no_article(inspect: Inspect, analysis: Analysis) -> None:
    """Whether cited as in force or as coming."""
    claim = _first(analysis, "citations")
    for change in ({"citations": ("gdpr:200",), "coming": ()}, {"citations": (), "coming": ("gdpr:200",)}):
        found = inspect(_having(analysis, claim.model_copy(update=change)))
        assert _rules(found) == ["non-existent-article"]
        assert "gdpr:200" in found.breaches[0].detail
        assert found.counts["law"][""]["unknown"] == 1


@pytest.mark.parametrize(
    ("field", "citation", "at", "how"),
    [
        ("citations", "eu-ai-act:10", AT, "cited as in force"),
        ("citations", "uk-gdpr:22", AT, "cited as in force"),
        ("citations", "coe-ai:14", AT, "cited as in force"),
        ("coming", "gdpr:6", AT, "shown as coming"),
        ("citations", "eu-ai-act:10", datetime.date(2027, 12, 2), None),
        ("citations", "eu-ai-act:10", datetime.date(2027, 12, 1), "cited as in force"),
        ("coming", "eu-ai-act:10", AT, None),
        ("citations", "uk-gdpr:22", datetime.date(2026, 2, 4), None),
        ("citations", "uk-gdpr:22", datetime.date(2026, 2, 5), "cited as in force"),
    ],
)
def test_a_citation_is_shown_as_it_stands_on_the_day(
    inspect: Inspect, analysis: Analysis, field: str, citation: str, at: datetime.date, how: str | None
) -> None:
    """Coming, ended, never begun, in force; the first day counts and the day it ends does not."""
    claim = _first(analysis, "citations").model_copy(update={"citations": (), "coming": ()})
    bare = analysis.model_copy(
        update=dict.fromkeys(
            (
                "regulatory_landscape",
                "enforcement_context",
                "jurisdiction_flags",
                "vendor_implications",
                "due_diligence_questions",
                "compliance_considerations",
            ),
            (),
        )
    )
    found = inspect(_having(bare, claim.model_copy(update={field: (citation,)})), at=at)
    details = [one.detail for one in found.breaches if one.rule == "citation-not-in-force"]
    assert [f"{citation} {how} on {at}" in one for one in details] == ([] if how is None else [True])


def test_the_register_is_believed_not_the_knowledge_base(inspect: Inspect, analysis: Analysis) -> None:
    """A provision that begins tomorrow there is not in force, whatever was analysed."""
    cited = {one for claim in analysis.iter_claims() for one in (*claim.citations, *claim.coming)}
    tomorrow = AT + datetime.timedelta(days=1)
    register = LawRegister([RegisteredProvision(id=one, applies_from=tomorrow) for one in cited])
    assert set(_rules(inspect(analysis, register=register))) == {"citation-not-in-force"}
    assert set(_rules(inspect(analysis, register=LawRegister([])))) == {"non-existent-article"}


@pytest.mark.parametrize(
    "sentence",
    [
        "This clause is unlawful.",
        "It VIOLATES the GDPR.",
        "The term may be unenforceable.",
        "Courts will strike it down.",
        "The processing is likely illegal.",
    ],
)
def test_a_legal_conclusion_breaks_a_rule(inspect: Inspect, analysis: Analysis, sentence: str) -> None:
    """However it is hedged, and in quotation marks unless the document says so."""
    claim = _first(analysis, "citations").model_copy(update={"text": sentence})
    found = inspect(_having(analysis, claim))
    assert _rules(found) == ["legal-conclusion"]
    assert found.counts["sentences"][""]["forbidden"] == 1
    quoted = claim.model_copy(update={"text": f"It says “{sentence}”."})
    assert "legal-conclusion" in _rules(inspect(_having(analysis, quoted)))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": "It keeps data for 9,731 days."}, "the figure 9,731 is not in its evidence"),
        ({"quotes": ()}, "asserts without a quotation"),
        ({"kind": "law", "citations": (), "coming": ()}, "speaks of law without a citation"),
        ({"kind": "silent", "disclosure": "nosuch"}, "a silence without a search"),
        (
            {
                "kind": "implication",
                "quotes": (),
                "citations": (),
                "coming": (),
                "facts": (),
                "disclosure": None,
            },
            "rests on nothing named",
        ),
    ],
)
def test_a_sentence_without_what_its_kind_needs_is_a_fault(
    inspect: Inspect, analysis: Analysis, change: Mapping[str, object], fault: str
) -> None:
    """Counted as unsupported; no rule without exceptions."""
    claim = next(one for one in analysis.iter_claims() if one.kind in ("states", "permits", "reserves"))
    found = inspect(_having(analysis, claim.model_copy(update={"text": "It does so.", **change})))
    assert [one.startswith(fault) for one in found.faults] == [True]
    assert found.counts["sentences"][""]["unsupported"] == 1
    assert found.breaches == []


def test_a_denial_needs_a_denial(inspect: Inspect, analysis: Analysis) -> None:
    """Evidence without one bears none."""
    claim = next(one for one in analysis.iter_claims() if one.kind in ("states", "permits", "reserves"))
    quotes = [quote for one in analysis.iter_claims() for quote in one.quotes]
    bare = next(one for one in quotes if not re.search(r"\b(no|not|without|never)\b", one.text))
    denied = claim.model_copy(update={"text": "It never does so.", "quotes": (bare,), "facts": ()})
    assert inspect(_having(analysis, denied)).faults[0].startswith("denies what its evidence")


def test_a_silence_needs_a_search_of_the_whole_document(inspect: Inspect, analysis: Analysis) -> None:
    """One cut short, of another document, or that found something is a fault."""
    claim = next(one for one in analysis.iter_claims() if one.kind == "silent")
    record = next(one for one in analysis.absences if one.disclosure == claim.disclosure)
    short = [one.model_copy(update={"chars": one.chars - 1}) for one in record.searched]
    other = [one for one in record.searched if one.document != DOCUMENT]
    for change, fault in (
        ({"searched": tuple(short)}, "did not cover the whole document"),
        ({"searched": tuple(other)}, "did not cover the whole document"),
        ({"outcome": "stated-for-this-practice"}, "search ended stated-for-this-practice"),
        ({"outcome": "cannot-tell"}, "search ended cannot-tell"),
    ):
        absences = [one.model_copy(update=change) if one is record else one for one in analysis.absences]
        found = inspect(analysis.model_copy(update={"absences": tuple(absences)}))
        assert any(fault in one for one in found.faults)


def test_a_sentence_said_twice_is_counted(inspect: Inspect, analysis: Analysis) -> None:
    """The second time."""
    before = inspect(analysis).counts["sentences"][""]["duplicate"]
    again = _having(analysis, analysis.compliance_considerations[0])
    assert inspect(again).counts["sentences"][""]["duplicate"] == before + 1


def test_the_object_of_an_indemnity_is_no_legal_conclusion(
    analyzer: Analyzer, sample_archive: FolderArchive
) -> None:
    """Asking whether claims that outputs infringe rights are covered concludes nothing."""
    made = analyzer.analyze(sample_archive, "Brushmoor", "Terms of Service", practices=["indemnity"], at=AT)
    (one,) = made.report.analyses
    found = inspect_analysis(one, made.texts, load_register(), AT, analyzer.knowledge)
    assert found.breaches == []
