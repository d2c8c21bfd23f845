"""A report arranged for its readers: documents, practices, summaries, register and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from clauseproof.claims import Analysis, DocumentRef, ModelRun, Outcome, Reference, Report, Withheld
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.exposures import count_levels, explain_exposure, rank_exposure
from clauseproof.reporting.numbering import Quotations, VersionKey
from clauseproof.reporting.passages import Layout, crop
from clauseproof.reporting.sections import SectionWriter, write_force
from clauseproof.reporting.titles import Titles
from clauseproof.reporting.view import (
    DocumentGroup,
    DocumentView,
    InstrumentView,
    Leading,
    LookedFor,
    Proof,
    Register,
    RegisterPassage,
    ReportView,
    WithheldView,
)
from clauseproof.reporting.wording import (
    OUTCOMES,
    REASONS,
    capitalise,
    clean,
    count_of,
    name_section,
    write_date,
)

_REGISTER_CONTEXT = 240
_MOST_LEADING = 5


def build_view(
    report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
) -> ReportView:
    """Arrange a report for its readers.

    Args:
        report: The proven analyses.
        texts: The versions quoted, by (document, version_id), for the words around quotations. A version
            that is missing costs the context, nothing else.
        knowledge: Titles of practices, disclosures, jurisdictions and instruments.

    Raises:
        ReportError: A quotation is not what stands at its place in the archived text.
    """
    return _Builder(report, texts, knowledge).build()


class _Builder:
    """Builds the view of one report, section by section, in reading order."""

    def __init__(
        self, report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
    ) -> None:
        self.report = report
        self.titles = Titles(knowledge)
        self.rubric = knowledge.rubric
        self.quotations = Quotations(report, texts)
        self.sections = SectionWriter(report, self.quotations, self.titles, self.rubric)

    def build(self) -> ReportView:
        report = self.report
        analysed = {analysis.document for analysis in report.analyses}
        documents = tuple(self._document(one, True, analysed) for one in report.documents)
        read_with = tuple(self._document(one, False, analysed) for one in report.read_with)
        groups, analyses = self._groups(documents)
        names = [one.name for one in documents]
        single = len(documents) == 1
        service = clean(report.service)
        title = service if single and names[0] == service else f"{service} {names[0]}" if single else service
        return ReportView(
            service=service,
            title=title,
            subtitle=self._subtitle(documents),
            at=write_date(report.at),
            documents=documents,
            read_with=read_with,
            proof=self._proof(),
            leading=self._leading(groups, analyses),
            groups=groups,
            looked_for=self._looked_for(groups, analyses),
            withheld=tuple(self._withheld()),
            register=tuple(self._registers()),
            instruments=tuple(self._instruments()),
            run=self._run(),
            archive=clean(report.run.archive),
            archive_notice=clean(report.run.archive_notice),
            rubric=self._rubric(),
        )

    def _subtitle(self, documents: Sequence[DocumentView]) -> str:
        if len(documents) == 1:
            subject = f"the version of {documents[0].date} says and leaves unsaid"
        else:
            subject = f"{count_of(len(documents), 'document')} say and leave unsaid"
        return f"What {subject}, and what to decide before using the service."

    def _document(self, ref: DocumentRef, target: bool, analysed: set[str]) -> DocumentView:
        consequence = ""
        if ref.out_of_reach:
            if target and ref.document in analysed:
                consequence = "No exposure is scored, and nothing is said about what it leaves unsaid."
            elif target:
                consequence = "It was not analysed: no statement in this report is about it."
            else:
                consequence = "It could not be searched for what the analysed documents leave unsaid."
        return DocumentView(
            name=clean(ref.document),
            version_id=clean(ref.version_id),
            date=write_date(ref.date),
            sha256=ref.sha256,
            chars=ref.chars,
            analysed=target,
            out_of_reach=capitalise(clean(ref.out_of_reach)) if ref.out_of_reach else "",
            consequence=consequence,
        )

    def _groups(
        self, documents: Sequence[DocumentView]
    ) -> tuple[tuple[DocumentGroup, ...], dict[int, Analysis]]:
        by_number: dict[int, Analysis] = {}
        groups: list[DocumentGroup] = []
        used: dict[str, int] = {}
        for ref, document in zip(self.report.documents, documents, strict=True):
            own = [
                one
                for one in self.report.analyses
                if (one.document, one.version_id) == (ref.document, ref.version_id)
            ]
            practices = []
            for analysis in sorted(own, key=lambda one: rank_exposure(one.governance_exposure)):
                number = len(by_number) + 1
                by_number[number] = analysis
                slug = re.sub(r"[^a-z0-9-]", "-", analysis.practice.lower())
                used[slug] = used.get(slug, 0) + 1
                anchor = slug if used[slug] == 1 else f"{slug}-{used[slug]}"
                practices.append(self.sections.write(number, anchor, analysis))
            groups.append(
                DocumentGroup(
                    document, tuple(practices), count_levels([one.governance_exposure for one in own])
                )
            )
        return tuple(groups), by_number

    def _proof(self) -> Proof:
        report = self.report
        claims = [claim for analysis in report.analyses for claim in analysis.iter_claims()]
        searches = [absence for analysis in report.analyses for absence in analysis.absences]
        return Proof(
            quotes=len(self.quotations),
            exact=self.quotations.exact,
            searches=len(searches),
            documents=len({one.document for absence in searches for one in absence.searched}),
            in_force=sum(one.force == "in-force" for one in report.references),
            coming=sum(one.force == "coming" for one in report.references),
            from_memory=sum(one.confidence == "memory" for one in report.references),
            claims=sum(claim.verdict == "verified" for claim in claims),
            withheld=sum(len(analysis.withheld) for analysis in report.analyses),
        )

    def _leading(
        self, groups: Sequence[DocumentGroup], analyses: Mapping[int, Analysis]
    ) -> tuple[Leading, ...]:
        ranked = sorted(
            (practice for group in groups for practice in group.practices),
            key=lambda one: (rank_exposure(analyses[one.number].governance_exposure), one.number),
        )
        scored = [one for one in ranked if one.exposure.rank is not None]
        raised = [one for one in scored if one.exposure.rank]
        found = []
        for practice in (raised or scored)[:_MOST_LEADING]:
            sentence = practice.plain or practice.significance
            if sentence is None and practice.exposure.reasons:
                sentence = practice.exposure.reasons[0][1]
            actions = [one for one in practice.advice if one.key == "compliance_considerations"]
            found.append(
                Leading(
                    practice=practice,
                    sentence=sentence,
                    why=explain_exposure(analyses[practice.number].governance_exposure, self.rubric.factors),
                    action=actions[0].claims[0] if actions else None,
                )
            )
        return tuple(found)

    def _looked_for(
        self, groups: Sequence[DocumentGroup], analyses: Mapping[int, Analysis]
    ) -> tuple[LookedFor, ...]:
        several = len(groups) > 1
        found: dict[Outcome, dict[str, list[tuple[str, str]]]] = {outcome: {} for outcome in OUTCOMES}
        for group in groups:
            for practice in group.practices:
                for search in practice.looked_for:
                    name = f"{practice.title} ({practice.document})" if several else practice.title
                    places = found[search.outcome].setdefault(search.title, [])
                    places.append((name, search.anchor))
        return tuple(
            LookedFor(
                outcome,
                OUTCOMES[outcome],
                sum(len(places) for places in entries.values()),
                tuple((title, tuple(places)) for title, places in sorted(entries.items())),
            )
            for outcome, entries in found.items()
            if entries
        )

    def _withheld(self) -> Iterator[WithheldView]:
        for analysis in self.report.analyses:
            for one in analysis.withheld:
                yield self._withheld_view(analysis, one)

    def _withheld_view(self, analysis: Analysis, withheld: Withheld) -> WithheldView:
        return WithheldView(
            practice=self.titles.practice(analysis.practice),
            document=clean(analysis.document),
            section=name_section(withheld.section),
            text=clean(withheld.text),
            reason=REASONS[withheld.reason],
            note=capitalise(clean(withheld.note)) if withheld.note else "",
        )

    def _registers(self) -> Iterator[Register]:
        for version in self.quotations.versions():
            layout = self.quotations.layout(version)
            quotes = self.quotations.of_document(version)
            yield Register(
                document=clean(version[0]),
                date=self.quotations.date(version),
                version_id=clean(version[1]),
                passages=tuple(self._passages(version, layout)) if layout else (),
                quotes=tuple(quotes),
            )

    def _passages(self, version: VersionKey, layout: Layout) -> Iterator[RegisterPassage]:
        spans = self.quotations.spans[version]
        blocks = {block for span in spans.values() for block in layout.around(span)}
        marked = layout.mark(sorted(blocks, key=lambda one: one.start), spans)
        for path, group in groupby(marked, lambda one: self.quotations.path(version, one.block.start)):
            yield RegisterPassage(path, tuple(crop(one, _REGISTER_CONTEXT) for one in group))

    def _instruments(self) -> Iterator[InstrumentView]:
        cited: dict[str, list[Reference]] = {}
        for reference in self.report.references:
            cited.setdefault(reference.instrument, []).append(reference)
        for instrument, references in sorted(
            cited.items(), key=lambda one: (one[1][0].jurisdiction, self.titles.instrument(one[0]))
        ):
            first = references[0]
            yield InstrumentView(
                anchor=instrument,
                name=self.titles.instrument(instrument),
                jurisdiction=self.titles.jurisdiction(first.jurisdiction),
                provisions=tuple(self._cited(instrument, references)),
                url=first.url if first.url.startswith(("https://", "http://")) else "",
                site=_site(first.url),
            )

    def _cited(self, instrument: str, references: Sequence[Reference]) -> Iterator[tuple[str, str, bool]]:
        """Yield an instrument's cited provisions, those of one day and standing together."""
        short = self.titles.short_instrument(instrument)
        together: dict[tuple[str, bool], list[str]] = {}
        for one in references:
            label = one.label.removeprefix(short).strip() or one.label
            together.setdefault((write_force(one), one.confidence == "memory"), []).append(label)
        for (when, memory), labels in together.items():
            yield "; ".join(sorted(dict.fromkeys(labels))), when, memory

    def _run(self) -> tuple[tuple[str, str], ...]:
        run = self.report.run
        rows = [
            ("Run", f"{run.run_id}, {write_date(run.started.date())}, {run.seconds:.1f} s"),
            ("Law as of", write_date(run.at)),
            ("Analyst", run.analyst),
            ("Clauseproof", f"{run.clauseproof}" + (f", {run.git_revision}" if run.git_revision else "")),
            ("Python", run.python),
            ("Knowledge base (SHA-256)", run.knowledge_hash),
            ("Archive", run.archive),
        ]
        rows += [(key, value) for key, value in sorted(run.arguments.items())]
        rows += _say_model(run.model) if run.model else []
        return tuple((clean(key), clean(value)) for key, value in rows if value)

    def _rubric(self) -> str:
        limits = self.rubric.limits
        low, medium, high = limits["Low"], limits["Medium"], limits["High"]
        factors = ", ".join(f"{code} {name}" for code, name in self.rubric.factors.items())
        return (
            f"Ten factors give points: {factors}. Up to {low} is Low, {low + 1} to {medium} Medium, "
            f"{medium + 1} to {high} High, {high + 1} and up Critical. A fact the text leaves open carries a "
            "minimum and a maximum; the printed level uses the minimum and the range shows the rest; where "
            "the range spans three levels, only the range is printed. Floors, ceilings and the rule for "
            "protective text are in the published rubric (docs/exposure.md). A practice takes the level of "
            "its highest-scoring provision; provisions are never added up."
        )


def _say_model(model: ModelRun) -> list[tuple[str, str]]:
    """Return what a report's run record says of a language model's part."""
    sent = f"{model.input_tokens:,} sent ({model.cached_tokens:,} from its cache)"
    dated = f", prices of {write_date(model.prices_as_of)}" if model.prices_as_of else ""
    cost = "not known" if model.cost is None else f"${model.cost:.4f}{dated}"
    lost = ", ".join(f"{count} for {fault}" for fault, count in model.lost.items())
    calls = f"{model.calls} replies, {model.replayed} replayed, {model.asked_again} asked again"
    calls += f", {model.repairs} repairs"
    undone = "; ".join(
        f"{one.document}, {one.practice}, {one.prompt}: {one.error}" for one in model.failures[:10]
    )
    return [
        ("Model", f"{model.name}" + (f" at {model.base_url}" if model.base_url else "")),
        ("Model calls", calls + (f"; calls repeated after a lost reply: {lost}" if lost else "")),
        ("Tokens", f"{sent}, {model.output_tokens:,} received"),
        ("Cost", cost),
        ("Not done by the model", undone),
        ("Prompts (SHA-256)", ", ".join(f"{name} {digest[:12]}" for name, digest in model.prompts.items())),
    ]


def _site(url: str) -> str:
    """Return the name of the site of an official text."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
