"""An analysis looked over without its own verifier: what a sceptic checks with the archived text beside it.

Nothing here uses `verification`: a verifier that was loosened must not judge itself. Quotations are compared
with the text character by character, citations with the register of law, silences with the record of their
search. What reading alone can tell (does the evidence entail the sentence?) is left to labellers and to the
`truth` task; the share of unsupported sentences found here is a lower bound and named automatic.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from clauseproof.claims import Analysis, Claim, Fact, Quote
from clauseproof.documents import Version
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.data import evaluation_data_path
from clauseproof.evaluation.metrics.prose import grade_level, is_plain, is_restatement
from clauseproof.evaluation.register import LawRegister
from clauseproof.evaluation.results import Breach, Counts, Rule
from clauseproof.knowledge import KnowledgeBase
from clauseproof.plaintext import fold, visible

_QUOTED = re.compile('[“„"«]([^“”„"«»]*)[”“"»]')
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(not|never|no|nor|none|without|cannot)\b|n't\b", re.IGNORECASE)
_ASSERTING = ("states", "permits", "reserves")
ADVICE = ("vendor_implications", "due_diligence_questions", "compliance_considerations")
# A single word in quotation marks is a term, not a quotation.
_FEWEST_WORDS = 2
_SHORTEST_VALUE = 4
_NEGATED_BEFORE = re.compile(r"(\b(not|never|no|nor|neither)\b|n't)(\s+\w+){0,1}\s*$", re.IGNORECASE)
# How a sentence says that a document is silent; the wordings of other outcomes say more.
_SILENCE = re.compile(
    r"\b(contains no (statement|mention)|says nothing|is silent|(does|do) not (say|state|mention|specify))\b"
)
_BOUNDED = re.compile(r"\bonly general\b|\brefers\b")
_PINPOINT = re.compile(r"(?:\bArt(?:icle|\.)|\bSection|\bs\.|§)\s*(\d+)")

Texts = Mapping[tuple[str, str], Version]


@dataclass
class Inspected:
    """What was found in an analysis.

    Attributes:
        counts: For the metrics.
        breaches: Rules without exceptions that it broke.
        faults: Sentences that lack what their kind needs, with the reason.
    """

    counts: Counts = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, family: str, **numbers: float) -> None:
        """Add to the counts of a family without classes."""
        place = self.counts.setdefault(family, {}).setdefault("", {})
        for key, number in numbers.items():
            place[key] = place.get(key, 0.0) + number

    def breach(self, rule: Rule, detail: str) -> None:
        """Take note of a broken rule."""
        self.breaches.append(Breach(rule=rule, detail=detail[:300]))


def inspect_analysis(
    analysis: Analysis,
    texts: Texts,
    register: LawRegister,
    at: datetime.date,
    knowledge: KnowledgeBase,
    *,
    by_model: bool = False,
) -> Inspected:
    """Look an analysis over.

    Args:
        analysis: As it stands in the report.
        texts: The versions it may quote, by (document, version_id).
        register: The law, apart from the knowledge base.
        at: Day of the analysis.
        knowledge: For official names, which may hold words that are barred elsewhere.
        by_model: Whether a language model was to draft it.
    """
    found = Inspected()
    claims = list(analysis.iter_claims())
    quotes = [quote for claim in claims for quote in claim.quotes]
    quotes += [fact.quote for fact in analysis.facts if fact.quote]
    quotes += [analysis.excerpt] if analysis.excerpt else []
    for record in analysis.absences:
        quotes += [*record.nearest, *record.elsewhere, *(hit.quote for hit in record.hits)]
    for quote in quotes:
        _inspect_quote(quote, texts, found)
    for claim in claims:
        _inspect_citations(claim, register, at, found)
        forbidden = _forbidden_words(claim, knowledge)
        if forbidden:
            found.breach("legal-conclusion", f"“{forbidden}” in: {claim.text}")
        fault = (
            _quoted_words_fault(claim, texts, found)
            or _find_fault(claim, analysis, texts)
            or _pinpoint_fault(claim, analysis, knowledge)
        )
        if fault:
            found.faults.append(f"{fault}: {claim.text[:200]}")
        found.add("sentences", n=1, forbidden=float(bool(forbidden)), unsupported=float(bool(fault)))
    for fact in analysis.facts:
        fault = _fact_fault(fact, analysis, knowledge)
        if fault:
            found.faults.append(fault)
        found.add("sentences", facts=1, unsupported_facts=float(bool(fault)))
    _inspect_prose(analysis, claims, found)
    withheld = len(analysis.withheld)
    found.add("drafts", drafted=len(claims) + withheld, withheld=withheld)
    if by_model:
        found.add("drafts", sections=len(analysis.drafted_by), possible=len(_SECTIONS))
    return found


_SECTIONS = (
    "plain_statement",
    "regulatory_landscape",
    "jurisdiction_flags",
    "vendor_implications",
    "due_diligence_questions",
    "compliance_considerations",
)


def _inspect_quote(quote: Quote, texts: Texts, found: Inspected) -> None:
    version = texts.get((quote.document, quote.version_id))
    opens = (
        version is not None
        and version.service == quote.service
        and 0 <= quote.start < quote.end <= len(version.text)
    )
    exact = opens and version is not None and version.text[quote.start : quote.end] == quote.text
    found.add("quotations", n=1, opens=float(opens), exact=float(exact))
    if not exact:
        where = f"{quote.document} {quote.version_id[:12]} {quote.start}-{quote.end}"
        found.breach("invented-quotation", f"not the words of {where}: {quote.text}")


def _quoted_words_fault(claim: Claim, texts: Texts, found: Inspected) -> str | None:
    """Words between quotation marks are words of its own quotations; invented ones break a rule."""
    own = [_squeeze(visible(quote.text)) for quote in claim.quotes]
    fault = None
    for words in _QUOTED.findall(claim.text):
        if len(words.split()) < _FEWEST_WORDS or any(_squeeze(words) in text for text in own):
            continue
        fault = f"“{words[:80]}” is not among its quotations"
        if not any(_squeeze(words) in _visible_text(version.text) for version in texts.values()):
            found.breach("invented-quotation", f"“{words}” stands in no version read: {claim.text}")
    return fault


@lru_cache(maxsize=64)
def _visible_text(text: str) -> str:
    return _squeeze(visible(text))


def _squeeze(text: str) -> str:
    """Return words and figures alone, in order: layout, marks and letter case do not matter."""
    return " ".join(re.findall(r"\w+", fold(text).casefold()))


def _fact_fault(fact: Fact, analysis: Analysis, knowledge: KnowledgeBase) -> str | None:
    """A value taken from the text has its figures in the words it was taken from; no value has a search."""
    if fact.quote is None:
        searched = any(one.disclosure == fact.absence for one in analysis.absences)
        return None if searched else f"fact {fact.key} has neither words nor a search"
    closed = {
        known.value
        for spec in knowledge.practices[analysis.practice].facts
        if fact.key == f"{analysis.practice}.{spec.key}"
        for known in spec.values
    }
    borne = _FIGURE.findall(visible(fact.quote.text))
    lost = next((one for one in _FIGURE.findall(fact.value) if one not in borne), None)
    return (
        f"fact {fact.key}: the figure {lost} is not in its words"
        if lost and fact.value not in closed
        else None
    )


def _inspect_citations(claim: Claim, register: LawRegister, at: datetime.date, found: Inspected) -> None:
    for citation in (*claim.citations, *claim.coming):
        known = citation in register
        found.add("law", cited=1, unknown=float(not known))
        if not known:
            found.breach("non-existent-article", f"{citation} is in no register of law: {claim.text}")
            continue
        engaged = citation in claim.citations
        current = register.is_in_force(citation, at) if engaged else register.is_coming(citation, at)
        found.add("law", known=1, current=float(current))
        if not current:
            how = "cited as in force" if engaged else "shown as coming"
            found.breach("citation-not-in-force", f"{citation} {how} on {at}: {claim.text}")


def _forbidden_words(claim: Claim, knowledge: KnowledgeBase) -> str | None:
    """Return words of a legal conclusion; those of the document and of official names are not ours."""
    shown = [_squeeze(visible(quote.text)) for quote in claim.quotes]

    def keep_invented(match: re.Match[str]) -> str:
        return " " if any(_squeeze(match.group(1)) in text for text in shown) else match.group(1)

    own = _QUOTED.sub(keep_invented, claim.text)
    for name in _official_names(knowledge):
        if name in own:
            own = own.replace(name, " ")
    return next((found.group(0) for one in _forbidden_patterns() if (found := one.search(own))), None)


@lru_cache(maxsize=2)
def _official_names(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return titles, summaries and names of the law, longest first."""
    law = knowledge.provisions.values()
    names = {name for _, provision in law for name in (provision.title, provision.summary)}
    names |= {name for act in knowledge.instruments.values() for name in (act.name, act.short_name)}
    return tuple(sorted(filter(None, names), key=len, reverse=True))


@lru_cache(maxsize=1)
def _forbidden_patterns() -> tuple[re.Pattern[str], ...]:
    path = evaluation_data_path() / "forbidden.yaml"
    try:
        listed = yaml.safe_load(path.read_text("utf-8"))["patterns"]
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in listed)
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        raise EvaluationError(f"{path}: no list of patterns: {' '.join(str(error).split())[:200]}") from error


def _find_fault(claim: Claim, analysis: Analysis, texts: Texts) -> str | None:
    """Return what a sentence lacks of what its kind needs (DESIGN, "What a claim must carry")."""
    known = {fact.key for fact in analysis.facts}
    if not set(claim.facts) <= known:
        return "rests on a fact that was not read"
    facts = [fact for fact in analysis.facts if fact.key in claim.facts]
    own = _QUOTED.sub(" ", claim.text)
    if claim.kind == "silent" or claim.disclosure or _SILENCE.search(own):
        fault = _silence_fault(claim, own, analysis, texts)
        if fault or claim.kind == "silent":
            return fault
    if claim.kind in _ASSERTING:
        return _assertion_fault(claim, own, [fact.value for fact in facts], analysis, texts)
    if claim.kind == "law":
        return None if claim.citations or claim.coming else "speaks of law without a citation"
    rests = claim.quotes or claim.citations or claim.coming or claim.disclosure or claim.facts
    return None if rests else "rests on nothing named"


def _assertion_fault(
    claim: Claim, own: str, values: Sequence[str], analysis: Analysis, texts: Texts
) -> str | None:
    if not claim.quotes:
        return "asserts without a quotation"
    foreign = {quote.document for quote in claim.quotes} - {analysis.document}
    if any(name not in claim.text for name in foreign):
        return "rests on another document without naming it"
    bearing = " ".join(visible(quote.text) for quote in claim.quotes)
    bearing += " " + " ".join((*values, analysis.document))
    figure = next((one for one in _FIGURE.findall(own) if one not in _FIGURE.findall(bearing)), None)
    if figure:
        return f"the figure {figure} is not in its evidence"
    if _NEGATION.search(own) and not _NEGATION.search(bearing):
        return "denies what its evidence does not deny"
    cut = any(_negated_outside(quote, texts) for quote in claim.quotes)
    if cut and not _NEGATION.search(claim.text):
        return "quotes what stands under a negation, without it"
    return None


def _negated_outside(quote: Quote, texts: Texts) -> bool:
    """Tell whether the words right before a quotation negate it."""
    version = texts.get((quote.document, quote.version_id))
    before = version.text[max(0, quote.start - 40) : quote.start] if version else ""
    return bool(_NEGATED_BEFORE.search(visible(before.rsplit("\n\n", 1)[-1])))


def claims_silence(sentence: str) -> bool:
    """Tell whether a sentence says that a document says nothing of something, and no more."""
    return bool(_SILENCE.search(sentence)) and not _BOUNDED.search(sentence)


def _silence_fault(claim: Claim, own: str, analysis: Analysis, texts: Texts) -> str | None:
    """A silence needs a search on record that covered the document and ended as the sentence says."""
    record = next((one for one in analysis.absences if one.disclosure == claim.disclosure), None)
    if record is None:
        return "a silence without a search" if claim.disclosure or claim.kind == "silent" else None
    if not _SILENCE.search(own) and claim.kind != "silent":
        return None
    wanted = ("not-found-in-archived-text", "referred-elsewhere", "stated-in-general-only")
    if record.outcome not in wanted or (claims_silence(own) and record.outcome != wanted[0]):
        return f"a silence whose search ended {record.outcome}"
    version = texts.get((analysis.document, analysis.version_id))
    whole = version is not None and any(
        one.document == analysis.document and one.chars == len(version.text) for one in record.searched
    )
    return None if whole else "a silence whose search did not cover the whole document"


def _pinpoint_fault(claim: Claim, analysis: Analysis, knowledge: KnowledgeBase) -> str | None:
    """Article numbers in a sentence are those of its citations, or words of the knowledge base on them."""
    law = knowledge.provisions
    cited = [law[one] for one in (*claim.citations, *claim.coming) if one in law]
    if not cited or claim in analysis.enforcement_context:
        return None  # an authority's decision names the articles it rests on
    told = (f"{act.name} {one.id} {one.label} {one.title} {one.summary}" for act, one in cited)
    numbers = set(re.findall(r"\d+", " ".join(told)))
    own = _QUOTED.sub(" ", claim.text)
    wrong = next((one for one in _PINPOINT.findall(own) if one not in numbers), None)
    return f"names article {wrong}, which it does not cite" if wrong else None


def _inspect_prose(analysis: Analysis, claims: Sequence[Claim], found: Inspected) -> None:
    statement = analysis.plain_statement.text if analysis.plain_statement else ""
    if statement:
        found.add("statements", n=1, plain=float(is_plain(statement)), grade=grade_level(statement))
    seen: set[str] = set()
    for claim in claims:
        found.add("sentences", duplicate=float(claim.text in seen))
        seen.add(claim.text)
    advice = [claim for name in ADVICE for claim in getattr(analysis, name)]
    for claim in (*advice, *([analysis.significance] if analysis.significance else [])):
        found.add("sentences", further=1, restated=float(is_restatement(claim.text, statement)))
    for claim in advice:
        found.add("sentences", advice=1, specific=float(_is_specific(claim, analysis)))


def _is_specific(claim: Claim, analysis: Analysis) -> bool:
    """Tell whether a sentence names something of this document: words of it, or a fact's value."""
    if claim.quotes and _QUOTED.search(claim.text):
        return True
    values = [fact.value for fact in analysis.facts if fact.key in claim.facts and fact.quote]
    return any(value.casefold() in claim.text.casefold() for value in values if len(value) >= _SHORTEST_VALUE)
