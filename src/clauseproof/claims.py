"""What is said: quotations, facts, absences, claims, exposure and the analysis they make up.

The JSON of `analyze` is these models dumped; the schema under ``docs/`` is generated from them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from clauseproof.documents import Model

ClaimKind = Literal[
    "states", "permits", "reserves", "silent", "implication", "consideration", "law", "computed"
]
Verdict = Literal["verified", "withheld"]
WithheldReason = Literal[
    "quote-not-found",
    "quote-altered",
    "unsupported",
    "contradicted",
    "present-elsewhere",
    "citation-unknown",
    "citation-not-in-force",
    "citation-inapplicable",
    "legal-conclusion",
    "figure",
    "instruction",
    "cannot-tell",
]
Outcome = Literal[
    "stated-for-this-practice",
    "stated-in-general-only",
    "referred-elsewhere",
    "not-found-in-archived-text",
    "cannot-tell",
]
Level = Literal["Low", "Medium", "High", "Critical"]
Confidence = Literal["high", "medium", "low"]
Force = Literal["in-force", "coming", "ended", "unknown"]
Standing = Literal["confirmed", "memory"]


class Reference(Model):
    """A citation resolved on a date, with what a reader needs to judge it.

    Attributes:
        id: Citation id, ``gdpr:6``.
        label: As cited: instrument and pinpoint, or the act alone where the pinpoint is unverified.
        force: Whether it is in force on the date asked for.
        applies_from: First day; the instrument's where the provision has none of its own.
        inherited: True where the day is the instrument's.
        parts: Days of parts of it, in words, that lie after the date asked for.
    """

    id: str
    instrument: str
    label: str
    title: str
    summary: str
    jurisdiction: str
    force: Force
    applies_from: datetime.date | None
    applies_until: datetime.date | None
    inherited: bool
    parts: dict[str, datetime.date]
    confidence: Standing
    url: str
    source_url: str | None


class Quote(Model):
    """A span of an archived version; ``text`` is the version's own ``text[start:end]``."""

    service: str
    document: str
    version_id: str
    start: int
    end: int
    text: str


class Searched(Model):
    """One document that was read whole for an absence."""

    document: str
    version_id: str
    chars: int


class Hit(Model):
    """A passage that a cue of the disclosure hit, and what reading it in its sentence made of it.

    Attributes:
        quote: The passage.
        lead: What governs it from outside, quoted before it: a list's lead-in, a table's head.
        verdict: What it was taken for; ``other-subject`` states it of another subject than the practice.
    """

    quote: Quote
    lead: tuple[Quote, ...] = ()
    verdict: Literal["for-this-practice", "general", "referral", "other-subject", "vetoed"]


class SecondJudgement(Model):
    """What a language model made of the passages nearest to a disclosure that was not found.

    It can keep a silence out of a report; it can never bring one in, and it moves no exposure level.

    Attributes:
        by: The model.
        verdict: What it judged.
        quote: The proven passage it judged on; None for ``not-found``.
    """

    by: str
    verdict: Literal["stated", "general", "not-found"]
    quote: Quote | None = None


class Absence(Model):
    """The record of a search of the whole document for one disclosure.

    Attributes:
        disclosure: Id of what was looked for.
        topic: The practice it must be tied to; None where presence anywhere counts.
        outcome: One of the five outcomes of the fact base.
        searched: Every document read, with the number of characters.
        cues: How many cues were run.
        hits: Every passage a cue hit, read in its sentence.
        nearest: The passages nearest to it by retrieval, best first.
        elsewhere: A passage of another document of the service, of the same date, that does state it,
            after what governs it.
        touched_by: The wider disclosure whose statement alone touches it, where the outcome is "in general".
        referred_to: What the document points to, in its own words, where the outcome is a referral.
        reason: Why the search cannot tell, where it cannot.
        second_judgement: A language model's, where one was asked.
    """

    disclosure: str
    topic: str | None
    outcome: Outcome
    searched: tuple[Searched, ...]
    cues: int
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Quote, ...] = ()
    elsewhere: tuple[Quote, ...] = ()
    touched_by: str | None = None
    referred_to: str | None = None
    reason: str | None = None
    second_judgement: SecondJudgement | None = None


class Fact(Model):
    """A value read off the text with the words that bear it, or "not stated" with its search.

    Attributes:
        key: ``<practice>.<key>`` as the practice file names it.
        value: One of the practice file's closed values, or the text's own words.
        quote: The words it was read from; None only where `absence` is given.
        absence: Disclosure id of the search that found nothing.
    """

    key: str
    value: str
    quote: Quote | None = None
    absence: str | None = None


class Claim(Model):
    """One sentence of analysis with everything its kind needs to stand.

    Attributes:
        text: The sentence.
        kind: What sort of assertion it is; decides what it must carry (see docs/proof.md).
        quotes: Spans whose words bear it.
        citations: Ids of provisions of law, in force on the analysis date.
        coming: Ids of provisions shown as coming, not yet in force on that date.
        facts: Keys of facts it rests on.
        disclosure: The absence record it rests on, for silences.
        verdict: Result of verification.
    """

    text: str
    kind: ClaimKind
    quotes: tuple[Quote, ...] = ()
    citations: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    disclosure: str | None = None
    verdict: Verdict = "verified"


class Withheld(Model):
    """A draft sentence that did not stand, with its reason."""

    section: str
    text: str
    reason: WithheldReason
    note: str = ""


class JurisdictionFlag(Model):
    """A jurisdiction a reader must think of, and why.

    Attributes:
        jurisdiction: EU, UK, ISO 3166 code, or ``US-CA`` style.
        reason: The text names it, a regime attaches to the subject, or the document has a supplement.
        claim: The sentence with its evidence.
    """

    jurisdiction: str
    reason: Literal["text", "regime", "supplement"]
    claim: Claim


class ProvisionRef(Model):
    """Where a provision stands in the analysed version."""

    start: int
    end: int
    heading_path: tuple[str, ...] = ()


class Points(Model):
    """Points per factor of the exposure rubric; unknown factors stand at their minimum."""

    S: int = 0
    U: int = 0
    C: int = 0
    T: int = 0
    V: int = 0
    X: int = 0
    R: int = 0
    B: int = 0
    A: int = 0
    M: int = 0


class Exposure(Model):
    """How much attention a provision deserves, by the published rubric; never a finding of law.

    Attributes:
        level: None where nothing could be scored or the range spans three levels.
        not_scored: Which gate failed, where one did.
        low: Sum with unknown factors at their minimum.
        high: Sum with unknown factors at their maximum.
        protective: True where rule 1 of the rubric (protective text) set the level.
        rule: The rule that overrode the sum, in words; None where the sum decided.
        provision: The highest-scoring provision, whose level this is.
        points: Points per factor.
        maximum: Points per factor with the unknown ones at their maximum.
        claims: The largest factors in words, each with its quotation or record.
        would_lower: What would lower the level, recomputed.
    """

    level: Level | None
    not_scored: str | None = None
    low: int = 0
    high: int = 0
    low_level: Level | None = None
    high_level: Level | None = None
    confidence: Confidence | None = None
    protective: bool = False
    rule: str | None = None
    provision: ProvisionRef | None = None
    points: Points = Points()
    maximum: Points = Points()
    claims: tuple[Claim, ...] = ()
    would_lower: tuple[Claim, ...] = ()


class Analysis(Model):
    """Everything said about one practice in one document version, whoever drafted it.

    Attributes:
        drafted_by: Model of each section that holds its claims; the rest are the offline analyst's.
    """

    practice: str
    document: str
    version_id: str
    provisions: tuple[ProvisionRef, ...]
    excerpt: Quote | None
    plain_statement: Claim | None
    significance: Claim | None
    interpretive_note: tuple[Claim, ...] = ()
    regulatory_landscape: tuple[Claim, ...] = ()
    enforcement_context: tuple[Claim, ...] = ()
    jurisdiction_flags: tuple[JurisdictionFlag, ...] = ()
    governance_exposure: Exposure
    vendor_implications: tuple[Claim, ...] = ()
    due_diligence_questions: tuple[Claim, ...] = ()
    compliance_considerations: tuple[Claim, ...] = ()
    absences: tuple[Absence, ...] = ()
    facts: tuple[Fact, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    empty_sections: dict[str, str] = Field(default_factory=dict)
    drafted_by: dict[str, str] = Field(default_factory=dict)

    def iter_claims(self) -> Iterator[Claim]:
        """Yield every claim of every section, in reading order."""
        yield from filter(None, (self.plain_statement, self.significance))
        yield from (*self.interpretive_note, *self.regulatory_landscape, *self.enforcement_context)
        yield from (flag.claim for flag in self.jurisdiction_flags)
        yield from (*self.governance_exposure.claims, *self.governance_exposure.would_lower)
        yield from (*self.vendor_implications, *self.due_diligence_questions)
        yield from self.compliance_considerations


class DocumentRef(Model):
    """A document version that was read."""

    document: str
    version_id: str
    date: datetime.date
    sha256: str
    chars: int
    language: str = "en"
    out_of_reach: str | None = None


class ModelFailure(Model):
    """A part of a run a language model did not do, and why; the offline analyst's stands there instead."""

    document: str
    practice: str
    prompt: str
    error: str
    message: str


class ModelRun(Model):
    """What a language model did in a run.

    Attributes:
        name: Provider and model.
        base_url: Endpoint, where one was named.
        prompts: Digest of every prompt used, by name and version.
        parameters: Temperature, limits and the like.
        input_tokens: Tokens sent, as the provider counted them.
        cached_tokens: Of these, served by the provider's prompt cache.
        output_tokens: Tokens received.
        cost: US dollars by the price file; None where no price is known.
        prices_as_of: Day of the price file.
        calls: Replies received from the model in this run.
        replayed: Replies taken from the workspace's own store; nothing was sent for them.
        asked_again: Calls made because a reply could not be read.
        repairs: Calls made to repair claims that failed.
        lost: Calls repeated because their reply was lost, by fault.
        failures: What was not done.
    """

    name: str
    base_url: str | None = None
    prompts: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    prices_as_of: datetime.date | None = None
    calls: int = 0
    replayed: int = 0
    asked_again: int = 0
    repairs: int = 0
    lost: dict[str, int] = Field(default_factory=dict)
    failures: tuple[ModelFailure, ...] = ()


class RunRecord(Model):
    """Everything needed to explain or repeat a run.

    Attributes:
        arguments: What the run was narrowed to: document, practices, provision; empty where to nothing.
    """

    run_id: str
    at: datetime.date
    started: datetime.datetime
    seconds: float
    clauseproof: str
    git_revision: str | None
    python: str
    analyst: str
    knowledge_hash: str
    archive: str
    archive_notice: str
    model: ModelRun | None = None
    arguments: dict[str, str] = Field(default_factory=dict)


class Report(Model):
    """What `analyze` returns: the analyses of one service's documents at a date.

    Attributes:
        documents: The versions analysed.
        read_with: The service's other documents, read for what these leave unsaid.
        references: Every citation of the analyses, resolved once.
    """

    service: str
    at: datetime.date
    analyst: str
    documents: tuple[DocumentRef, ...]
    read_with: tuple[DocumentRef, ...] = ()
    analyses: tuple[Analysis, ...]
    references: tuple[Reference, ...] = ()
    run: RunRecord
