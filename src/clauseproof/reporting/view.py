"""What a report shows, in reading order, with every sentence beside its evidence.

Exporters print a `ReportView`; they decide on marks and layout, never on content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clauseproof.claims import Outcome
from clauseproof.reporting.passages import MarkedBlock
from clauseproof.reporting.wording import count_of, name_count, shorten, write_count

Mode = Literal["context", "excerpt", "short"]
MarkKind = Literal["quoted", "searched", "cited", "computed", "reasoned"]

_LONGEST_WORDS = 600
_SHORT_WORDS = 120
_BRIEF_WORDS = 48


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quotation with its number, place and the words around it.

    Attributes:
        number: Its number in the evidence register; numbers follow the order of the text.
        path: Headings above it, outermost first.
        before: The end of what stands before it in its paragraph.
        lines: Its own words, one entry per paragraph, list item or table row.
        after: The beginning of what stands after it in its paragraph.
    """

    number: int
    document: str
    date: str
    version_id: str
    path: tuple[str, ...]
    start: int
    end: int
    before: str
    lines: tuple[str, ...]
    after: str

    @property
    def words(self) -> str:
        """Its words on one line."""
        return " ".join(self.lines)

    @property
    def short(self) -> str:
        """Its first words, enough to know it by."""
        return shorten(self.words, _SHORT_WORDS)

    @property
    def brief(self) -> str:
        """Its first few words, for lists of passages."""
        return shorten(self.words, _BRIEF_WORDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """A quotation as evidence: in its context, or short where the section shows it elsewhere.

    Attributes:
        mode: ``excerpt`` where the section's excerpt holds it, ``short`` where it was shown before.
        again: True where the section has shown it before.
        section: Number of the section, for the way to its excerpt.
        foreign: True where it stands in another document than the section's.
    """

    quote: QuoteView
    mode: Mode
    again: bool
    section: int
    foreign: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """Its words as far as they are printed here; the register holds all of them."""
        if self.mode == "short":
            return (self.quote.short,)
        room, lines = _LONGEST_WORDS, []
        for line in self.quote.lines:
            if room <= 0:
                break
            lines.append(shorten(line, max(room, 2)))
            room -= len(line)
        return tuple(lines)

    @property
    def cut(self) -> bool:
        """Tell whether words are left to the register."""
        return self.lines != self.quote.lines


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision of law with its date and standing.

    Attributes:
        when: For example ``since 25 May 2018`` or ``coming, from 1 January 2027``.
        parts: Parts of it that start later, in words.
        told: True where the section has said what it provides already.
    """

    id: str
    instrument: str
    label: str
    title: str
    summary: str
    when: str
    parts: tuple[str, ...]
    coming: bool
    from_memory: bool
    told: bool

    @property
    def standing(self) -> str:
        """Whether the entry was confirmed."""
        return "from memory" if self.from_memory else "confirmed"


@dataclass(frozen=True, slots=True)
class HitView:
    """A passage a cue hit, with what it was taken for."""

    quote: Shown
    leads: tuple[Shown, ...]
    taken_for: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The record of a search, or the way to it where the section printed it before.

    Attributes:
        anchor: Id of the record.
        printed: True where the section printed the record already.
    """

    anchor: str
    title: str
    topic: str
    outcome: Outcome
    outcome_words: str
    sentence: str
    searched: tuple[tuple[str, int], ...]
    cues: int
    hits: tuple[HitView, ...]
    nearest: tuple[Shown, ...]
    elsewhere: tuple[Shown, ...]
    referred_to: str
    reason: str
    printed: bool


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact with every value read for it, or "not stated" with its search.

    Attributes:
        values: Values in words, each run of them with the quotations it was read from, if any.
        search: Anchor of the search that found nothing.
    """

    title: str
    values: tuple[tuple[str, tuple[Shown, ...]], ...]
    search: str | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A sentence with its mark and everything it rests on.

    Attributes:
        text: The sentence.
        condition: The end of it that says on what it depends, where it has one; part of `text`.
        subject: Who is to act, or the law it is about; the beginning of `text`, where set off.
        mark: What sort of proof it has.
        mark_words: The mark in words: ``2 quotes``.
        lead: What introduces the evidence.
        flag: Jurisdiction and why it is flagged, where the sentence does not begin with it.
    """

    text: str
    condition: str
    subject: str
    mark: MarkKind
    mark_words: str
    lead: str
    quotes: tuple[Shown, ...]
    facts: tuple[FactView, ...]
    search: SearchView | None
    citations: tuple[Citation, ...]
    flag: tuple[str, str] | None = None

    @property
    def predicate(self) -> str:
        """The sentence after its subject and before its condition."""
        return self.text[len(self.subject) : len(self.text) - len(self.condition)]


@dataclass(frozen=True, slots=True)
class FactorView:
    """One of the ten factors with its points."""

    code: str
    name: str
    points: str
    weight: Literal["none", "some", "most"]


@dataclass(frozen=True, slots=True)
class ExposureView:
    """An exposure in words and figures.

    Attributes:
        level: ``High``, ``Low (protective)``, ``Medium to Critical`` or ``not scored``.
        rank: 0 to 3, the level or the lower end of the range; None where nothing was scored.
        high_rank: The upper end of the range.
        dot: Whether there is a single level.
        range: ``holds``, ``to Critical``, ``range only`` or ``not scored``.
        points: ``14`` or ``14–15``.
        note: The range and confidence in one phrase.
        reasons: The largest factors, each by its code with its claim.
        driven_by: The strongest reason in words.
    """

    level: str
    rank: int | None
    high_rank: int | None
    dot: bool
    range: str
    points: str
    low: int
    high: int
    confidence: str
    note: str
    rule: str
    factors: tuple[FactorView, ...]
    reasons: tuple[tuple[str, ClaimView], ...]
    would_lower: tuple[ClaimView, ...]
    driven_by: str
    not_scored: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole paragraphs of the text with every quotation of the section marked."""

    document: str
    date: str
    version_id: str
    path: tuple[str, ...]
    start: int
    end: int
    chars: int
    blocks: tuple[MarkedBlock, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Section:
    """Titled claims of a practice."""

    key: str
    title: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class PracticeView:
    """Everything a report says about one practice in one document, in reading order.

    Attributes:
        notes: Interpretive note, and what the document leaves unsaid.
        looked_for: Every search; those whose record stands in a claim above only name it.
        law: Regulatory landscape, coming law, jurisdiction flags.
        advice: Enforcement, contract, questions and considerations.
        left_out: Sections without anything proven, each with its reason.
        drafted: Which analyst drafted which sections, in words; empty where the offline rules drafted all.
    """

    number: int
    anchor: str
    practice: str
    title: str
    document: str
    plain: ClaimView | None
    significance: ClaimView | None
    excerpts: tuple[Excerpt, ...]
    notes: tuple[Section, ...]
    looked_for: tuple[SearchView, ...]
    law: tuple[Section, ...]
    exposure: ExposureView
    advice: tuple[Section, ...]
    facts: tuple[FactView, ...]
    left_out: tuple[tuple[str, str], ...]
    drafted: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document version that was read.

    Attributes:
        out_of_reach: Why it could not be read in full, in words; empty where it could.
        consequence: What follows from that for this report.
    """

    name: str
    version_id: str
    date: str
    sha256: str
    chars: int
    analysed: bool
    out_of_reach: str
    consequence: str


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """The practices of one document, highest exposure first."""

    document: DocumentView
    practices: tuple[PracticeView, ...]
    levels: str


@dataclass(frozen=True, slots=True)
class Leading:
    """A provision that matters, with why."""

    practice: PracticeView
    sentence: ClaimView | None
    why: tuple[str, ...]
    action: ClaimView | None


@dataclass(frozen=True, slots=True)
class WithheldView:
    """A sentence that did not stand."""

    practice: str
    document: str
    section: str
    text: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class LookedFor:
    """Every search of a report with one outcome: what was looked for, and in which sections."""

    outcome: Outcome
    title: str
    count: int
    entries: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class InstrumentView:
    """An instrument with the provisions cited."""

    anchor: str
    name: str
    jurisdiction: str
    provisions: tuple[tuple[str, str, bool], ...]
    url: str
    site: str


@dataclass(frozen=True, slots=True)
class RegisterPassage:
    """Quoted paragraphs under one heading path."""

    path: tuple[str, ...]
    blocks: tuple[MarkedBlock, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """Every quotation of a document in its paragraphs, in the order of the text."""

    document: str
    date: str
    version_id: str
    passages: tuple[RegisterPassage, ...]
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was counted for the line under the title."""

    quotes: int
    exact: int
    searches: int
    documents: int
    in_force: int
    coming: int
    from_memory: int
    claims: int
    withheld: int

    @property
    def line(self) -> tuple[tuple[str, str], ...]:
        """Each count with the words after it."""
        coming = f", {self.coming} coming" if self.coming else ""
        return (
            (write_count(self.exact), f"of {count_of(self.quotes, 'quotation')} exact"),
            (write_count(self.searches), f"{name_count(self.searches, 'search')} in {self.scope}"),
            (
                write_count(self.in_force),
                f"{name_count(self.in_force, 'citation')} in force{coming}, {self.from_memory} from memory",
            ),
            (write_count(self.claims), f"{name_count(self.claims, 'claim')} proven"),
            (write_count(self.withheld), "withheld"),
        )

    @property
    def scope(self) -> str:
        """How many documents were searched."""
        return count_of(self.documents, "document")


@dataclass(frozen=True, slots=True)
class ReportView:
    """A whole report, ready to print."""

    service: str
    title: str
    subtitle: str
    at: str
    documents: tuple[DocumentView, ...]
    read_with: tuple[DocumentView, ...]
    proof: Proof
    leading: tuple[Leading, ...]
    groups: tuple[DocumentGroup, ...]
    looked_for: tuple[LookedFor, ...]
    withheld: tuple[WithheldView, ...]
    register: tuple[Register, ...]
    instruments: tuple[InstrumentView, ...]
    run: tuple[tuple[str, str], ...]
    archive: str
    archive_notice: str
    rubric: str

    @property
    def out_of_reach(self) -> tuple[DocumentView, ...]:
        """The documents that could not be read in full."""
        return tuple(one for one in (*self.documents, *self.read_with) if one.out_of_reach)

    @property
    def practices(self) -> tuple[PracticeView, ...]:
        """Every practice in reading order."""
        return tuple(practice for group in self.groups for practice in group.practices)
