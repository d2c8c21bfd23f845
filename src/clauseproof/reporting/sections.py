"""One practice of a report, section by section in reading order; what was shown once is referred to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clauseproof.claims import Absence, Analysis, Claim, Exposure, Fact, Quote, Reference, Report
from clauseproof.documents import Span
from clauseproof.knowledge.models import ExposureRubric
from clauseproof.reporting.exposures import (
    describe_level,
    describe_range,
    iter_factors,
    name_driver,
    split_factor,
    write_range,
)
from clauseproof.reporting.numbering import Quotations
from clauseproof.reporting.passages import Block, Layout, crop
from clauseproof.reporting.titles import Titles
from clauseproof.reporting.view import (
    Citation,
    ClaimView,
    Excerpt,
    ExposureView,
    FactView,
    HitView,
    MarkKind,
    Mode,
    PracticeView,
    SearchView,
    Section,
    Shown,
)
from clauseproof.reporting.wording import (
    FLAG_REASONS,
    HITS,
    LEADS,
    LEVELS,
    OUTCOME_SENTENCES,
    OUTCOMES,
    capitalise,
    clean,
    count_of,
    join_words,
    name_section,
    shorten,
    write_short_date,
)

_ClaimWriter = Callable[[Iterable[Claim]], tuple[ClaimView, ...]]
_EXCERPT_CONTEXT = 900
_NEIGHBOUR_WORDS = 400
_REFERRAL_WORDS = 300
_MOST_EXCERPTS = 3
_CONDITION = re.compile(r" This depends on ")
_ACTOR = re.compile(r"^([A-Z][^.,:;]{2,48}?) should ")


def write_force(reference: Reference) -> str:
    """Say since when a provision applies, and whether that day is its own or its act's."""
    day = reference.applies_from
    if reference.force == "unknown" or day is None:
        return "date not known"
    if reference.force == "ended" and reference.applies_until:
        return f"until {write_short_date(reference.applies_until)}"
    act = "act " if reference.inherited else ""
    return (
        f"coming, {act}from {write_short_date(day)}"
        if reference.force == "coming"
        else f"{act}since {write_short_date(day)}"
    )


@dataclass(slots=True)
class _Told:
    """What a section has shown already; a section says a thing once and refers to it afterwards."""

    number: int
    document: str
    excerpted: set[int]
    searched: frozenset[str]
    quotes: set[int] = field(default_factory=set)
    citations: set[str] = field(default_factory=set)
    searches: set[str] = field(default_factory=set)


def _say_drafted(analysis: Analysis) -> str:
    """Say which sections a language model drafted; levels, searches and which law applies are never its."""
    by: dict[str, list[str]] = {}
    for section, model in analysis.drafted_by.items():
        name = (
            "reasons of the exposure" if section == "governance_exposure" else name_section(section).lower()
        )
        by.setdefault(model, []).append(name)
    said = "; ".join(f"{join_words(names)} by {clean(model)}" for model, names in by.items())
    return f"Drafted and proved: {said}; the rest by the offline rules." if said else ""


class SectionWriter:
    """Writes the sections of a report's practices."""

    def __init__(
        self, report: Report, quotations: Quotations, titles: Titles, rubric: ExposureRubric
    ) -> None:
        """Take what every section draws on."""
        self._quotations = quotations
        self._titles = titles
        self._rubric = rubric
        self._references = {one.id: one for one in report.references}

    # One practice

    def write(self, number: int, anchor: str, analysis: Analysis) -> PracticeView:
        """Write a practice's sections.

        Args:
            number: The practice's number in the report.
            anchor: Id of its section.
            analysis: What was proven about it.
        """
        excerpts, excerpted = self._excerpts(analysis)
        told = _Told(
            number, analysis.document, excerpted, frozenset(one.disclosure for one in analysis.absences)
        )
        absences = {one.disclosure: one for one in analysis.absences}

        def claims(several: Iterable[Claim]) -> tuple[ClaimView, ...]:
            return tuple(self._claim(one, told, analysis.facts, absences) for one in several)

        def sections(fields: dict[str, Iterable[Claim]]) -> tuple[Section, ...]:
            found = ((field, claims(several)) for field, several in fields.items())
            return tuple(Section(field, name_section(field), views) for field, views in found if views)

        # Built in reading order: what is printed first is told in full.
        plain = claims(filter(None, [analysis.plain_statement]))
        significance = claims(filter(None, [analysis.significance]))
        silences = [one for one in analysis.interpretive_note if one.kind == "silent"]
        coming = [one for one in analysis.regulatory_landscape if one.coming and not one.citations]
        notes = sections(
            {
                "interpretive_note": [one for one in analysis.interpretive_note if one not in silences],
                "unsaid": silences,
            }
        )
        looked_for = tuple(self._search(one, told) for one in analysis.absences)
        law = sections(
            {
                "regulatory_landscape": [one for one in analysis.regulatory_landscape if one not in coming],
                "coming": coming,
            }
        )
        flags = tuple(
            self._flagged(flag.jurisdiction, flag.reason, view)
            for flag, view in zip(
                analysis.jurisdiction_flags,
                claims(one.claim for one in analysis.jurisdiction_flags),
                strict=True,
            )
        )
        if flags:
            law = (*law, Section("jurisdiction_flags", name_section("jurisdiction_flags"), flags))
        exposure = self._exposure(analysis.governance_exposure, claims)
        advice = sections(
            {
                "enforcement_context": analysis.enforcement_context,
                "vendor_implications": analysis.vendor_implications,
                "due_diligence_questions": analysis.due_diligence_questions,
                "compliance_considerations": analysis.compliance_considerations,
            }
        )
        return PracticeView(
            number=number,
            anchor=anchor,
            practice=analysis.practice,
            title=self._titles.practice(analysis.practice),
            document=clean(analysis.document),
            plain=plain[0] if plain else None,
            significance=significance[0] if significance else None,
            excerpts=excerpts,
            notes=notes,
            looked_for=looked_for,
            law=law,
            exposure=exposure,
            advice=advice,
            facts=self._facts(analysis.facts, told),
            left_out=tuple(
                (name_section(field), clean(reason).rstrip("."))
                for field, reason in analysis.empty_sections.items()
            ),
            drafted=_say_drafted(analysis),
        )

    def _excerpts(self, analysis: Analysis) -> tuple[tuple[Excerpt, ...], set[int]]:
        """Show whole the paragraphs of the excerpt and of the plain statement's quotations."""
        version = (analysis.document, analysis.version_id)
        quotes = [analysis.excerpt] if analysis.excerpt else []
        if analysis.plain_statement:
            quotes += analysis.plain_statement.quotes
        layout = self._quotations.layout(version)
        if layout is None:
            return (), set()
        said = [quote for claim in analysis.iter_claims() for quote in claim.quotes]
        own = {self._quotations.view(quote).number for quote in (*quotes, *said)}
        spans = {
            number: span for number, span in self._quotations.spans.get(version, {}).items() if number in own
        }
        runs: list[tuple[Block, ...]] = []
        covered: list[Block] = []
        for quote in quotes:
            if (quote.document, quote.version_id) != version or len(runs) >= _MOST_EXCERPTS:
                continue
            blocks = layout.around(Span(start=quote.start, end=quote.end))
            if blocks and not all(block in covered for block in blocks):
                runs.append(blocks)
                covered += blocks
        excerpts = tuple(self._excerpt(version, layout, run, spans) for run in _join_runs(layout, runs))
        numbers = {
            number
            for number, span in spans.items()
            if layout.around(span) and all(block in covered for block in layout.around(span))
        }
        return excerpts, numbers

    def _excerpt(
        self, version: tuple[str, str], layout: Layout, blocks: Sequence[Block], spans: Mapping[int, Span]
    ) -> Excerpt:
        before, after = layout.neighbours(blocks[0], blocks[-1])
        return Excerpt(
            document=clean(version[0]),
            date=self._quotations.date(version),
            version_id=clean(version[1]),
            path=self._quotations.path(version, blocks[0].start),
            start=blocks[0].start,
            end=blocks[-1].end,
            chars=len(layout.text),
            blocks=tuple(crop(one, _EXCERPT_CONTEXT) for one in layout.mark(blocks, spans)),
            before=shorten(layout.words(before), _NEIGHBOUR_WORDS)
            if before and before.kind != "heading"
            else "",
            after=shorten(layout.words(after), _NEIGHBOUR_WORDS) if after and after.kind != "heading" else "",
        )

    # One claim

    def _claim(
        self,
        claim: Claim,
        told: _Told,
        facts: Sequence[Fact],
        absences: Mapping[str, Absence],
    ) -> ClaimView:
        text = clean(claim.text)
        condition = _CONDITION.search(text) if claim.kind == "law" else None
        quotes = tuple(self._shown(quote, told) for quote in claim.quotes)
        resting = self._facts((fact for fact in facts if fact.key in claim.facts), told)
        absence = absences.get(claim.disclosure) if claim.disclosure else None
        search = self._search(absence, told) if absence else None
        citations = tuple(self._citation(one, told, text) for one in (*claim.citations, *claim.coming))
        mark, words = self._mark(claim, search)
        return ClaimView(
            text=text,
            condition=text[condition.start() :] if condition else "",
            subject=self._subject(claim, text),
            mark=mark,
            mark_words=words,
            lead=LEADS[claim.kind] if quotes or resting or search or claim.kind != "law" else "",
            quotes=quotes,
            facts=resting,
            search=search,
            citations=citations,
        )

    def _flagged(self, jurisdiction: str, reason: str, view: ClaimView) -> ClaimView:
        """Set the jurisdiction off; it is put before a sentence that does not begin with it."""
        title = self._titles.jurisdiction(jurisdiction)
        if view.text.startswith(title):
            return replace(view, subject=title)
        return replace(view, flag=(title, FLAG_REASONS[reason]))

    def _subject(self, claim: Claim, text: str) -> str:
        if claim.kind == "consideration" and (actor := _ACTOR.match(text)):
            return actor.group(1)
        cited = [
            self._references[one] for one in (*claim.citations, *claim.coming) if one in self._references
        ]
        short = self._titles.short_instrument(cited[0].instrument) if claim.kind == "law" and cited else ""
        return short if short and text.startswith(f"{short} ") else ""

    def _mark(self, claim: Claim, search: SearchView | None) -> tuple[MarkKind, str]:
        parts = []
        if claim.quotes:
            parts.append(count_of(len(claim.quotes), "quote"))
        elif claim.facts:
            parts.append(count_of(len(claim.facts), "fact"))
        if search:
            parts.append("record")
        cited = len(claim.citations) + len(claim.coming)
        if claim.kind == "silent":
            return "searched", "search record"
        if claim.kind == "law":
            return "cited", count_of(cited, "citation")
        if cited:
            parts.append(count_of(cited, "citation"))
        if claim.kind == "computed":
            return "computed", ", ".join(["computed", *parts])
        if claim.kind in ("implication", "consideration"):
            return "reasoned", ", ".join(["reasoned", *parts])
        return "quoted", ", ".join(parts) or "quoted"

    def _shown(self, quote: Quote, told: _Told) -> Shown:
        view = self._quotations.view(quote)
        mode: Mode = "context"
        if view.number in told.excerpted:
            mode = "excerpt"
        elif view.number in told.quotes:
            mode = "short"
        again = view.number in told.quotes
        told.quotes.add(view.number)
        return Shown(view, mode, again, told.number, quote.document != told.document)

    def _pointed(self, quote: Quote, told: _Told) -> Shown:
        """Name a passage by its first words; the register shows it whole."""
        view = self._quotations.view(quote)
        return Shown(view, "short", True, told.number, quote.document != told.document)

    def _facts(self, facts: Iterable[Fact], told: _Told) -> tuple[FactView, ...]:
        """Write facts, the values of one key together."""
        by_key: dict[str, list[Fact]] = {}
        for fact in facts:
            by_key.setdefault(fact.key, []).append(fact)
        return tuple(self._fact(key, several, told) for key, several in by_key.items())

    def _fact(self, key: str, several: Sequence[Fact], told: _Told) -> FactView:
        by_quote: dict[Quote | None, list[str]] = {}
        for fact in several:
            by_quote.setdefault(fact.quote, []).append(clean(fact.value))
        by_values: dict[str, list[Shown]] = {}
        for quote, values in by_quote.items():
            shown = by_values.setdefault(join_words(values), [])
            shown += [self._pointed(quote, told)] if quote else []
        searches = [fact.absence for fact in several if fact.absence in told.searched]
        return FactView(
            title=self._titles.fact(key),
            values=tuple((words, tuple(shown)) for words, shown in by_values.items()),
            search=_search_anchor(told, searches[0]) if searches and searches[0] else None,
        )

    def _search(self, absence: Absence, told: _Told) -> SearchView:
        printed = absence.disclosure in told.searches
        told.searches.add(absence.disclosure)
        return SearchView(
            anchor=_search_anchor(told, absence.disclosure),
            title=self._titles.disclosure(absence.disclosure),
            topic=self._titles.practice(absence.topic) if absence.topic else "",
            outcome=absence.outcome,
            outcome_words=OUTCOMES[absence.outcome],
            sentence=OUTCOME_SENTENCES[absence.outcome],
            searched=tuple((clean(one.document), one.chars) for one in absence.searched),
            cues=absence.cues,
            hits=tuple(
                HitView(
                    self._pointed(hit.quote, told),
                    tuple(self._pointed(lead, told) for lead in hit.lead),
                    HITS[hit.verdict],
                )
                for hit in absence.hits
            ),
            nearest=tuple(self._pointed(one, told) for one in absence.nearest),
            elsewhere=tuple(self._pointed(one, told) for one in absence.elsewhere),
            referred_to=shorten(clean(absence.referred_to), _REFERRAL_WORDS) if absence.referred_to else "",
            reason=clean(absence.reason) if absence.reason else "",
            printed=printed,
        )

    def _citation(self, citation: str, told: _Told, text: str) -> Citation:
        reference = self._references.get(citation)
        if reference is None:
            return Citation(citation, "", clean(citation), "", "", "date not known", (), False, True, True)
        # A law sentence prints the summary itself.
        said = citation in told.citations or reference.summary.rstrip(".")[:60] in text
        told.citations.add(citation)
        return Citation(
            id=citation,
            instrument=reference.instrument,
            label=reference.label,
            title=reference.title,
            summary=capitalise(reference.summary),
            when=write_force(reference),
            parts=tuple(f"{part}: from {write_short_date(day)}" for part, day in reference.parts.items()),
            coming=reference.force == "coming",
            from_memory=reference.confidence == "memory",
            told=said,
        )

    # Exposure

    def _exposure(self, exposure: Exposure, claims: _ClaimWriter) -> ExposureView:
        low_rank = LEVELS.index(exposure.low_level) if exposure.low_level else None
        high_rank = LEVELS.index(exposure.high_level) if exposure.high_level else low_rank
        names = self._rubric.factors
        level, extent = describe_level(exposure)
        rank = LEVELS.index(exposure.level) if exposure.level else low_rank
        return ExposureView(
            level=level,
            rank=rank,
            high_rank=high_rank,
            dot=exposure.level is not None,
            range=extent,
            points=write_range(exposure.low, exposure.high) if rank is not None else "",
            low=exposure.low,
            high=exposure.high,
            confidence=exposure.confidence or "",
            note=describe_range(exposure),
            rule=capitalise(exposure.rule) if exposure.rule else "",
            factors=tuple(iter_factors(exposure, names)),
            reasons=tuple(
                (split_factor(claim, names)[0], view)
                for claim, view in zip(exposure.claims, claims(exposure.claims), strict=True)
            ),
            would_lower=claims(exposure.would_lower),
            driven_by=name_driver(exposure, names),
            not_scored=clean(exposure.not_scored) if exposure.not_scored else "",
        )


def _search_anchor(told: _Told, disclosure: str) -> str:
    return f"s{told.number}-{re.sub(r'[^A-Za-z0-9-]', '-', disclosure)}"


def _join_runs(layout: Layout, runs: Sequence[tuple[Block, ...]]) -> list[tuple[Block, ...]]:
    """Join runs of neighbouring blocks; the run that came first stays first."""
    chosen = sorted({layout.blocks.index(block) for run in runs for block in run})
    joined: list[list[int]] = []
    for at in chosen:
        if joined and joined[-1][-1] == at - 1:
            joined[-1].append(at)
        else:
            joined.append([at])
    groups = [tuple(layout.blocks[at] for at in group) for group in joined]
    return sorted(groups, key=lambda group: not runs or runs[0][0] not in group)
