"""Pydantic models of the knowledge files: what a file must hold to be believed."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from clauseproof.claims import Standing
from clauseproof.documents import Model
from clauseproof.knowledge.conditions import Condition, DocumentKind, Pattern

Axis = Literal["processing", "data-type", "rights", "safeguard", "contract", "governance"]
ValueKind = Literal["duration", "age", "amount", "place", "contact", "date", "named"]
Extractor = ValueKind | Literal["data", "clause"]
FactorCode = Literal["S", "U", "C", "T", "V", "X", "R", "B"]


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class NearMiss(Model):
    """A sentence that looks like the practice and is another, or ``none``."""

    text: str
    is_instead: str
    note: str = ""


class FactValue(Model):
    """One closed value of a fact.

    Attributes:
        value: The value as stored and as conditions name it.
        patterns: Any of them, found in one sentence, reads the value there.
        unless: Any of them in the same sentence cancels the reading.
    """

    value: str
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()


class FactSpec(Model):
    """A fact a practice's provisions may state.

    Attributes:
        key: Name within the practice.
        title: As a report prints it.
        describes: What a labeller looks for, from the fact base.
        where: The sentence must match one of these, where given; extracted values are taken from there on.
        unless: A sentence that matches one of these is not read for this fact.
        values: Closed values, tried in order; the first that reads wins unless `many`.
        extract: Takes the value from the text's own words instead.
        many: Keep every value read, not only the first.
        disclosure: The search whose record stands behind "not stated" for this fact.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    describes: str
    where: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    values: tuple[FactValue, ...] = ()
    extract: Extractor | None = None
    many: bool = False
    disclosure: str | None = None


class Sentence(Model):
    """A sentence the offline analyst may write when its condition holds.

    Placeholders: ``{service}``, ``{document}``, ``{quote}`` for the operative words, ``{words}`` for a
    clause of at most twelve of them with its quotation marks (not written where none can be cut safely),
    and ``{key}`` for a fact of the practice, printed in the text's own words or as its closed value. A
    sentence with a placeholder whose fact was not read is not written. What it rests on is what its
    condition names; with no condition, the quoted provision.
    """

    text: str
    when: Condition = Condition()
    citations: tuple[str, ...] = ()

    def placeholders(self) -> set[str]:
        """Return the names in braces."""
        return set(re.findall(r"\{([a-z0-9_.-]+)\}", self.text))


class FactorRule(Model):
    """Points for a factor of the exposure rubric when a condition holds.

    Attributes:
        points: Points, or the minimum where the factor is unknown.
        maximum: The most it could be once the open fact is settled; None where nothing is open.
        when: Rules are tried in order; the first that holds gives the points.
        because: The reason in words, as the report prints it.
    """

    points: int = Field(ge=0, le=3)
    maximum: int | None = Field(default=None, ge=0, le=3)
    when: Condition = Condition()
    because: str


class Practice(Model):
    """An entry of the taxonomy with everything the offline analyst knows about it."""

    id: Id
    title: str
    subject: str
    axis: Axis
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    examples: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    cues: tuple[Pattern, ...]
    decide: tuple[Pattern, ...] = ()
    veto: tuple[Pattern, ...] = ()
    headings: tuple[Pattern, ...] = ()
    operative: tuple[Pattern, ...] = ()
    mapping: dict[str, str | tuple[str, ...]]
    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    disclosures: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    statement: tuple[Sentence, ...] = ()
    significance: tuple[Sentence, ...] = Field(min_length=1)
    implications: tuple[Sentence, ...] = ()
    questions: tuple[Sentence, ...] = ()
    considerations: tuple[Sentence, ...] = ()
    exposure: dict[FactorCode, tuple[FactorRule, ...]]
    mitigations: tuple[FactorRule, ...] = ()
    protective: Condition | None = None

    @model_validator(mode="after")
    def _placeholders_name_facts(self) -> Practice:
        known = {fact.key for fact in self.facts} | {"service", "document", "quote", "words"}
        for part in ("statement", "significance", "implications", "questions", "considerations"):
            for sentence in getattr(self, part):
                unknown = sentence.placeholders() - known
                if unknown:
                    raise ValueError(f"{part}: {sentence.text!r} names unknown facts {sorted(unknown)}")
        keys = [fact.key for fact in self.facts]
        if len(keys) != len(set(keys)):
            raise ValueError("facts: keys are not unique")
        return self


class Disclosure(Model):
    """Something a reader expects to be told: the unit of absence claims.

    Attributes:
        bind: ``topic`` where it must be tied to the practice, ``document`` where presence anywhere counts.
        positive_cues: Any of them in a sentence is a hit.
        veto_cues: Any of them in the same sentence cancels the hit.
        general_cues: Prove that the subject is touched, never that it is stated.
        answered_by: Disclosures that answer it too: who names recipients need not list their kinds.
        touched_by: Wider disclosures whose statement, made for the practice or for data at large, touches
            this one: who may object to any processing is told in general how to opt out of training.
        subject_cues: Words for the subject itself, by which a referral to another page is recognised.
    """

    id: Id
    title: str
    bind: Literal["document", "topic"]
    absence_claim: str
    positive_cues: tuple[Pattern, ...] = Field(min_length=1)
    veto_cues: tuple[Pattern, ...] = ()
    general_cues: tuple[Pattern, ...] = ()
    answered_by: tuple[str, ...] = ()
    touched_by: tuple[str, ...] = ()
    subject_cues: tuple[Pattern, ...] = ()
    positive_sentences: tuple[str, ...]
    decoys: tuple[str, ...]
    base_rate: dict[str, str] = Field(default_factory=dict)


class AbsenceRules(Model):
    """What holds for every absence search: scope, referrals and signs of an incomplete capture.

    Attributes:
        general_practices: A statement in a provision on these, and on no other practice, may hold for any
            handling of data; one in a provision on another practice holds for that one.
        referral_cues: Words that send a reader to another text.
        self_references: Words for the document itself; to be sent there is no referral.
    """

    general_practices: tuple[Id, ...]
    referral_cues: tuple[Pattern, ...]
    self_references: tuple[Pattern, ...]
    capture_completeness: tuple[str, ...]
    incomplete_cues: tuple[Pattern, ...]
    outcomes: dict[str, str]


class RegulationProvision(Model):
    """One article or section of an instrument.

    Attributes:
        applies_from: Its own first day, where it differs from the instrument's.
        applies_until: Its own last day (exclusive), where it ended.
        applies_from_parts: Days of parts of it, in words.
        requires: What must hold, beyond the instrument's own condition, for it to be mapped.
        practices: Practices it bears on, the closest first.
        grouped: Practices on which counsel names it only together with its siblings (the general duties of
            state privacy laws): its state is flagged as part of the country there.
        note: For example "pinpoint unverified": cited at act level then.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z0-9.()-]+$")]
    label: str
    title: str
    summary: str
    practices: tuple[str, ...]
    nature: Literal[
        "controller_duty",
        "user_right",
        "scope_or_definition",
        "enforcement",
        "user_right_and_controller_duty",
    ]
    confidence: Standing
    source_url: str | None = None
    provision_source: str | None = None
    applies_from: datetime.date | None = None
    applies_until: datetime.date | None = None
    applies_from_parts: dict[str, datetime.date] = Field(default_factory=dict)
    requires: Condition = Condition()
    grouped: tuple[str, ...] = ()
    note: str | None = None

    @property
    def pinpoint_unverified(self) -> bool:
        """True where the number could not be confirmed, so that the act is cited instead."""
        return bool(self.note and "pinpoint unverified" in self.note)


class Applicability(Model):
    """When an instrument is mapped to a document at all.

    Attributes:
        market: The jurisdiction the document must address.
        requires: What must hold besides: subject, data, people, document kind.
        depends_on: What the text cannot show, printed as a condition with every mapping
            ("if the provider meets a threshold of ...").
        unless_excluded: True where a text that excludes the market's users also excludes the instrument.
        group: Name under which counsel would group it with its siblings (US state privacy laws).
        unnamed_market: Map it as "depends" even where the text does not name the market.
    """

    market: str
    requires: Condition = Condition()
    depends_on: str
    unless_excluded: bool = True
    group: str | None = None
    unnamed_market: bool = False


class Instrument(Model):
    """A law, regulation, directive, standard or code."""

    id: Id
    name: str
    short_name: str
    jurisdiction: str
    kind: str
    citation: str
    authority: str
    private_right_of_action: str | None = None
    max_penalty: str | None = None
    in_force: datetime.date | None
    until: datetime.date | None = None
    status_2026_11: str
    status_notes: str = ""
    url: str
    applies_when: str
    applies: Applicability
    provisions: tuple[RegulationProvision, ...]
    confidence: Standing
    confirmed_facts: str | None = None
    source_url: str | None = None
    checked_source_url: str | None = None
    provision_source: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _provisions_are_its_own(self) -> Instrument:
        ids = [provision.id for provision in self.provisions]
        if len(ids) != len(set(ids)):
            raise ValueError("provisions: ids are not unique")
        strangers = [one for one in ids if one.split(":")[0] != self.id]
        if strangers:
            raise ValueError(f"provisions: {strangers[0]} does not belong to {self.id}")
        return self


class EnforcementAction(Model):
    """An action or ruling, shown as context and never as a forecast.

    Attributes:
        requires: Which facts must match, beyond sharing a practice and an applicable instrument.
    """

    id: Id
    parties: str
    authority: str
    date: datetime.date
    outcome: str
    regulation_ids: tuple[str, ...]
    practices: tuple[str, ...]
    significance: str
    confidence: Standing
    source_url: str | None = None
    kind: str = "action"
    note: str | None = None
    requires: Condition = Condition()


class DataType(Model):
    """A kind of personal data as texts name it, with its points under factor S."""

    id: Id
    title: str
    sensitivity: int = Field(ge=0, le=3)
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    people: bool = False


class Trait(Model):
    """Something a document shows of the service and of whom it reaches, beyond places and kinds of data.

    Attributes:
        patterns: Any of them in a sentence shows it.
        unless: Any of them in the same sentence cancels that.
    """

    id: Id
    title: str
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()


class Jurisdiction(Model):
    """A jurisdiction and how texts show that they address it.

    Attributes:
        code: EU, UK, ISO 3166 code, or ``US-CA`` style.
        within: Larger jurisdictions it belongs to.
        patterns: Any of them in a sentence addresses people or law there.
        supplement: Any of them in a heading opens a regional supplement.
        excluded: Any of them says that people there are not served.
        governing: Any of them says that a contract is under its law or before its courts. That reaches no
            privacy law of a state.
        seat: Any of them gives it as the place where the provider itself is established, for everybody alike.
        names: Its bare names, as in a list of countries where data go; they count in the provision at hand.
        reaches: What its general law reaches, whichever provision is named: ``data``, any handling of
            personal data; ``contract``, terms with consumers.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")]
    title: str
    within: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    supplement: tuple[Pattern, ...] = ()
    excluded: tuple[Pattern, ...] = ()
    governing: tuple[Pattern, ...] = ()
    seat: tuple[Pattern, ...] = ()
    names: tuple[Pattern, ...] = ()
    reaches: tuple[Literal["data", "contract"], ...] = ()


class Wording(Model):
    """Word lists that decide how sentences are read and what may be said.

    Attributes:
        negations: Words that turn a statement round.
        conditions: Words that make a statement depend on something.
        reservations: Phrases by which a party keeps a power.
        permissions: Modals that allow.
        barred: Words kept out of our own assertions (exposure.md section 6).
        barred_contexts: Official names and titles in which a barred word is free.
        forecasts: Phrases that predict an outcome of enforcement.
        leaning: Beginnings of a clause that leans on another and cannot be quoted alone.
        cut_short: Ends of a clause that was cut short.
        instructions: Phrases by which a text addresses the analyst instead of its reader.
    """

    negations: tuple[Pattern, ...]
    conditions: tuple[Pattern, ...]
    reservations: tuple[Pattern, ...]
    permissions: tuple[Pattern, ...]
    barred: tuple[Pattern, ...]
    barred_contexts: tuple[Pattern, ...] = ()
    forecasts: tuple[Pattern, ...]
    instructions: tuple[Pattern, ...]
    leaning: tuple[Pattern, ...]
    cut_short: tuple[Pattern, ...]


class SupportLists(Model):
    """Word lists by which a sentence's own words are held against its evidence; see support.yaml."""

    strong: Pattern
    weak: Pattern
    leeway: Pattern
    universal: Pattern
    proviso: Pattern
    hedged: Pattern
    denial: Pattern
    neutral: Pattern
    recipients: Pattern
    reader: Pattern
    reader_modal: Pattern
    number_words: dict[str, str]


class FrameLists(Model):
    """Words a drafted sentence may use without evidence, and those that decide what it asserts (frames.yaml).

    Attributes:
        small: Words without substance of their own.
        turning: Small words that turn a sentence when exchanged.
        document_nouns: What the document is called.
        speech_verbs: What a document does with words.
        asking: Words that ask.
        advice_verbs: What the reader's organisation can do.
        governance: What the reader's organisation works with.
        actors: Who may be named as acting on the reader's side.
        advice_modals: Modals that are free after an actor.
        phrases: Whole phrases that are free in advice and questions.
        report_phrases: Whole phrases that are free in every sentence.
        law_phrases: Phrases that are free in a sentence about law.
        provider: Our words for the provider.
        provider_subjects: What archived texts say for it as actor.
        provider_possessives: What they say for what is its own.
        reader: Our words for the person the text speaks to.
        reader_subjects: What archived texts say for that person.
        reader_possessives: What they say for what is theirs.
        operators: Words that decide what a sentence asserts, by class.
        kept: Classes of which a sentence may leave none out.
        narrowing: Words after which a cut leaves out what narrows the meaning.
        equals: Words that stand for one another.
    """

    small: tuple[str, ...]
    turning: tuple[str, ...]
    document_nouns: tuple[str, ...]
    speech_verbs: tuple[str, ...]
    asking: tuple[str, ...]
    advice_verbs: tuple[str, ...]
    governance: tuple[str, ...]
    actors: tuple[str, ...]
    advice_modals: tuple[str, ...]
    phrases: tuple[str, ...]
    report_phrases: tuple[str, ...]
    law_phrases: tuple[str, ...]
    provider: tuple[str, ...]
    provider_subjects: tuple[str, ...]
    provider_possessives: tuple[str, ...]
    reader: tuple[str, ...]
    reader_subjects: tuple[str, ...]
    reader_possessives: tuple[str, ...]
    operators: dict[str, tuple[str, ...]]
    kept: tuple[str, ...]
    narrowing: tuple[str, ...]
    equals: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def _classes_exist(self) -> FrameLists:
        unknown = set(self.kept) - set(self.operators)
        if unknown:
            raise ValueError(f"kept: no class {sorted(unknown)[0]!r} of operators")
        return self


class ExposureRubric(Model):
    """The published rubric as data: factors, levels, and the rules shared by every practice."""

    factors: dict[str, str]
    limits: dict[Literal["Low", "Medium", "High"], int]
    shared: dict[FactorCode, tuple[FactorRule, ...]]
    mitigations: tuple[FactorRule, ...]
    salience: dict[int, str]
    lowering: dict[str, str]


class ExtractorPatterns(Model):
    """How values are taken from a sentence's own words."""

    number: Pattern
    duration: tuple[str, ...]
    age: tuple[Pattern, ...]
    amount: tuple[Pattern, ...]
    contact: tuple[Pattern, ...]
    date: tuple[Pattern, ...]
    place: tuple[Pattern, ...]
    named: tuple[Pattern, ...]
    name_leads: tuple[str, ...]
    not_names: frozenset[str]

    def of(self, kind: ValueKind) -> tuple[str, ...]:
        """Return the patterns of a kind of value."""
        patterns: tuple[str, ...] = getattr(self, kind)
        return tuple(pattern.replace("{number}", self.number) for pattern in patterns)


class DocumentNames(Model):
    """Which names of documents are of which kind."""

    kind: DocumentKind
    patterns: tuple[Pattern, ...]
