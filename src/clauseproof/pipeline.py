"""The only place where the stages meet; reads top to bottom as the data flows.

archive -> segmentation -> classification -> retrieval -> analysis -> verification -> report
"""

from __future__ import annotations

import datetime
import platform
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from clauseproof.analysis.applicability import map_law
from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.facts import read_facts, settle_absences, unstated_facts
from clauseproof.analysis.markets import MarketReader, Markets
from clauseproof.analysis.offline import OfflineAnalyst
from clauseproof.analysis.pack import Nearest, Surroundings
from clauseproof.archive.base import Archive, find_document, record_at, versions_of_service_at
from clauseproof.claims import (
    Absence,
    Analysis,
    DocumentRef,
    ModelRun,
    Quote,
    Reference,
    Report,
    RunRecord,
)
from clauseproof.classification import PracticeClassifier
from clauseproof.documents import PracticeLabel, Segmentation, Span, Version
from clauseproof.errors import CorruptRecordError, NotInArchiveError
from clauseproof.knowledge import KnowledgeBase, load_knowledge
from clauseproof.knowledge.law import resolve_citation
from clauseproof.knowledge.models import Practice
from clauseproof.patterns import OwnedPatterns
from clauseproof.plaintext import visible
from clauseproof.reading import ReadDocument, read_provisions
from clauseproof.retrieval.base import Hit, Passage
from clauseproof.segmentation import split_provisions
from clauseproof.settings import Settings
from clauseproof.verification.absences import AbsenceSearcher, SearchedDocument, incomplete_capture
from clauseproof.verification.quotes import QuoteChecker
from clauseproof.verification.verifier import Archived, ClaimVerifier

Progress = Callable[[str], None]
_EARLIER_VERSIONS = 5
_NEAREST = 3
_SURE_OUTSIDE = 0.9
_COVERED_LANGUAGES = frozenset({"en"})


def _quiet(_: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A report with the versions it quotes, for whoever renders it.

    Attributes:
        report: The proven analyses.
        texts: Every version read, by (document, version_id).
    """

    report: Report
    texts: Mapping[tuple[str, str], Version]


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of one practice in one document before a language model is asked.

    Attributes:
        evidence: Everything read and searched.
        offline: The offline analyst's analysis, verified.
        surroundings: The service's other documents and the version before.
        nearest: Finds the passages of the document nearest to a subject.
    """

    evidence: Evidence
    offline: Analysis
    surroundings: Surroundings
    nearest: Nearest


class Drafter(Protocol):
    """Takes a language model's drafts into analyses; see `drafting`."""

    @property
    def name(self) -> str:
        """Name of the analyst, as reports print it."""
        ...

    def draft(
        self, materials: Sequence[Material], verifier: ClaimVerifier, run_id: str, progress: Progress
    ) -> tuple[list[Analysis], ModelRun | None]:
        """Return the analyses in the order of the materials, and what the model did."""
        ...


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document of the service, read, searched and ready to be quoted."""

    read: ReadDocument
    searched: SearchedDocument
    checker: QuoteChecker
    markets: Markets
    cannot_tell: str | None


class Analyzer:
    """Reads documents and analyses them; make one and use it for many documents.

    Attributes:
        knowledge: The knowledge base it was compiled from.
        classifier: Labels provisions; also tells what a question or a passage is about.

    Example:
        >>> from clauseproof import Analyzer, open_archive
        >>> archive = open_archive("genai-contrib-versions")
        >>> analyzed = Analyzer().analyze(archive, "Midjourney", "Privacy Policy", practices=["ai-training"])
        >>> analyzed.report.analyses[0].plain_statement.text
    """

    def __init__(self, knowledge: KnowledgeBase | None = None) -> None:
        """Compile the knowledge base, the shipped one by default."""
        self.knowledge = knowledge or load_knowledge()
        self.classifier = PracticeClassifier(self.knowledge)
        self._analyst = OfflineAnalyst(self.knowledge)
        kinds = self.knowledge.data_types.values()
        self._data = OwnedPatterns((kind.id, pattern) for kind in kinds for pattern in kind.patterns)

    # Thousands of cues take a second to compile; who only labels provisions need not wait for them.
    @cached_property
    def _searcher(self) -> AbsenceSearcher:
        return AbsenceSearcher(self.knowledge)

    @cached_property
    def _markets(self) -> MarketReader:
        return MarketReader(self.knowledge)

    def read(self, version: Version) -> ReadDocument:
        """Segment a version and label its provisions."""
        return self._read(version)[0]

    def _read(self, version: Version) -> tuple[ReadDocument, QuoteChecker]:
        segmentation = split_provisions(version.version_id, version.text)
        provisions = tuple(self.classifier.label(one) for one in read_provisions(version.text, segmentation))
        checker = QuoteChecker(version.text, segmentation)
        data = {
            at: frozenset(self._data.hits(f"{one.lead} {one.plain.text}"))
            for at, one in enumerate(provisions)
        }
        read = ReadDocument(
            version=version,
            kind=self.knowledge.document_kind(version.document),
            language=detect_language(version.text),
            segmentation=segmentation,
            provisions=provisions,
            data=MappingProxyType(data),
            is_quotable=lambda quote: _can_be_quoted(checker, quote),
        )
        return read, checker

    def classify(self, text: str) -> tuple[PracticeLabel, ...]:
        """Label one text given alone, read as a document of its own; spans are offsets into it."""
        segmentation = split_provisions("text", text)
        best: dict[str, PracticeLabel] = {}
        for provision in map(self.classifier.label, read_provisions(text, segmentation)):
            for label in provision.labels:
                if label.id not in best or label.score > best[label.id].score:
                    best[label.id] = label
        return tuple(sorted(best.values(), key=lambda label: (-label.score, label.id)))

    def analyze(
        self,
        archive: Archive,
        service: str,
        document: str | None = None,
        *,
        practices: Sequence[str] = (),
        provision: str | None = None,
        at: datetime.date | None = None,
        drafter: Drafter | None = None,
        progress: Progress = _quiet,
    ) -> Analyzed:
        """Analyse a service's documents as they stood on a day, under the law of that day.

        Args:
            archive: Where the documents are.
            service: The service as the archive spells it.
            document: One document in any letter case; all of the service's where left out.
            practices: Ids of practices to analyse, found or not; every practice found where empty.
            provision: Analyse this provision only.
            at: The day; the newest text and today where left out.
            drafter: Lets a language model draft; offline rules alone where left out.
            progress: Told what is being done.

        Raises:
            NotInArchiveError: No such document, version, practice or provision.
            CorruptRecordError: The document asked for cannot be read.
        """
        wanted = find_document(archive, service, document) if document else None
        failures: list[CorruptRecordError] = []
        versions = versions_of_service_at(archive, service, at, failures)
        if wanted:
            record = record_at(archive, service, wanted, at)
            if not any(one.document == wanted for one in versions):
                archive.read(record)  # raises what made it unreadable
        elif not versions:
            raise (
                failures[0]
                if failures
                else NotInArchiveError(f"{service} has no document recorded on or before {at}.")
            )
        earlier = {
            version.document: self._earlier_versions(archive, version)
            for version in versions
            if wanted in (None, version.document)
        }
        return self._report(
            versions,
            wanted,
            earlier,
            practices,
            provision,
            at,
            archive.name,
            archive.notice,
            drafter,
            progress,
        )

    def analyze_version(
        self,
        version: Version,
        *,
        practices: Sequence[str] = (),
        provision: str | None = None,
        at: datetime.date | None = None,
        drafter: Drafter | None = None,
        progress: Progress = _quiet,
    ) -> Analyzed:
        """Analyse one version alone, such as a single file's; see `analyze`."""
        return self._report(
            [version], version.document, {}, practices, provision, at, version.archive, "", drafter, progress
        )

    def _earlier_versions(self, archive: Archive, version: Version) -> list[Version]:
        """Return the distinct texts recorded before a version, the last few, oldest first."""
        records = archive.records(version.service, version.document)
        position = next(
            (at for at, one in enumerate(records) if one.version_id == version.version_id), len(records)
        )
        earlier = {one.blob: one for one in records[:position] if one.blob != version.blob}
        chosen = list(earlier.values())[-_EARLIER_VERSIONS:]
        failures: list[CorruptRecordError] = []
        return list(archive.read_many(chosen, failures))

    def _report(
        self,
        versions: Sequence[Version],
        wanted: str | None,
        earlier: dict[str, list[Version]],
        practices: Sequence[str],
        provision: str | None,
        at: datetime.date | None,
        archive_name: str,
        notice: str,
        drafter: Drafter | None,
        progress: Progress,
    ) -> Analyzed:
        started, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
        day = at or datetime.datetime.now(datetime.UTC).date()
        chosen = [self._practice(one) for one in practices]
        prepared = {}
        for version in versions:
            progress(f"reading {version.document}")
            texts = [one.text for one in earlier.get(version.document, [])]
            prepared[version.document] = self._prepare(version, texts)
        archived = {
            (one.read.version.document, one.read.version.version_id): Archived(one.read.version, one.checker)
            for one in prepared.values()
        }
        verifier = ClaimVerifier(self.knowledge, day, archived)
        materials: list[Material] = []
        targets = [one for name, one in prepared.items() if wanted in (None, name)]
        if provision and not any(_has_provision(one.read, provision) for one in targets):
            raise NotInArchiveError(f"no provision {provision!r}; `clauseproof provisions` lists them.")
        for target in targets:
            progress(f"analysing {target.read.version.document}")
            others = [one for one in prepared.values() if one is not target]
            before = self._read_before(target, earlier, archived) if drafter else None
            materials += self._analyse(target, others, before, chosen, provision, day, verifier)
        run_id, analyst = uuid.uuid4().hex[:12], self._analyst.name
        analyses, model = [one.offline for one in materials], None
        if drafter:
            analyses, model = drafter.draft(materials, verifier, run_id, progress)
            analyst = f"{drafter.name}, {analyst} where nothing of it stood"
        report = Report(
            service=versions[0].service or versions[0].document,
            at=day,
            analyst=analyst,
            documents=tuple(_document_ref(one) for one in targets),
            read_with=tuple(_document_ref(one) for one in prepared.values() if one not in targets),
            analyses=tuple(analyses),
            references=self._references(analyses, day),
            run=RunRecord(
                run_id=run_id,
                at=day,
                started=started,
                seconds=round(time.perf_counter() - clock, 3),
                clauseproof=own_version(),
                git_revision=git_revision(),
                python=platform.python_version(),
                analyst=analyst,
                model=model,
                knowledge_hash=self.knowledge.digest,
                archive=archive_name,
                archive_notice=notice,
                arguments={
                    name: value
                    for name, value in (
                        ("document", wanted),
                        ("practices", ", ".join(practices)),
                        ("provision", provision),
                    )
                    if value
                },
            ),
        )
        return Analyzed(report, {key: one.version for key, one in archived.items()})

    def _practice(self, practice: str) -> Practice:
        found = self.knowledge.practices.get(practice)
        if found is None:
            import difflib

            nearest = difflib.get_close_matches(practice, self.knowledge.practices, n=2, cutoff=0.5)
            raise NotInArchiveError(f"no practice {practice!r}.", tuple(nearest))
        return found

    def _prepare(self, version: Version, earlier: list[str]) -> _Prepared:
        read, checker = self._read(version)
        cannot_tell = incomplete_capture(read, earlier, self.knowledge)
        if read.language not in _COVERED_LANGUAGES:
            cannot_tell = f"the text is in a language the cues do not cover ({read.language})"
        return _Prepared(
            read=read,
            searched=self._searcher.read(read),
            checker=checker,
            markets=self._markets.read(read),
            cannot_tell=cannot_tell,
        )

    def _analyse(
        self,
        target: _Prepared,
        others: list[_Prepared],
        before: ReadDocument | None,
        chosen: Sequence[Practice],
        provision: str | None,
        day: datetime.date,
        verifier: ClaimVerifier,
    ) -> Iterator[Material]:
        document = target.read
        if document.language not in _COVERED_LANGUAGES:
            return
        nearest = _nearest_finder(document)
        searched = [one.searched for one in others]
        surroundings = Surroundings(others=tuple(one.read for one in others), earlier=before)
        for practice in self.knowledge.practices.values():
            positions = [
                at
                for at in document.with_practice(practice.id)
                if provision in (None, document.provisions[at].provision.provision_id)
                and (practice in chosen or _is_expected(document, practice, at))
            ]
            if practice in chosen or (positions and not chosen):
                evidence = self._evidence(target, searched, practice, positions, day, nearest)
                offline = verifier.verify(self._analyst.draft(evidence))
                yield Material(evidence, offline, surroundings, nearest)

    def _read_before(
        self,
        target: _Prepared,
        earlier: Mapping[str, list[Version]],
        archived: dict[tuple[str, str], Archived],
    ) -> ReadDocument | None:
        """Read the version before, and let claims quote it."""
        versions = earlier.get(target.read.version.document, [])
        if not versions:
            return None
        read, checker = self._read(versions[-1])
        archived[read.version.document, read.version.version_id] = Archived(read.version, checker)
        return read

    def _evidence(
        self,
        target: _Prepared,
        others: list[SearchedDocument],
        practice: Practice,
        positions: list[int],
        day: datetime.date,
        nearest: Nearest,
    ) -> Evidence:
        document = target.read
        absences: list[Absence] = [
            self._searcher.search(
                target.searched,
                self.knowledge.disclosures[one],
                practice,
                others,
                nearest,
                target.cannot_tell,
            )
            for one in practice.disclosures
        ]
        facts = read_facts(document, practice, positions, self.knowledge)
        absences = settle_absences(document, practice, facts, absences)
        evidence = Evidence(
            document=document,
            practice=practice,
            positions=tuple(positions),
            facts=tuple(facts),
            unstated=tuple(unstated_facts(practice, facts, absences)),
            absences=tuple(absences),
            markets=target.markets,
            mappings=(),
            at=day,
            cannot_score=f"incomplete capture: {target.cannot_tell}" if target.cannot_tell else None,
        )
        if not positions:
            return evidence
        mappings = map_law(self.knowledge, evidence.situation(), target.markets, day)
        return replace(evidence, mappings=tuple(mappings))

    def _references(self, analyses: Sequence[Analysis], day: datetime.date) -> tuple[Reference, ...]:
        """Resolve every citation of a report once, for its readers."""
        cited: dict[str, None] = {}
        for analysis in analyses:
            for claim in analysis.iter_claims():
                cited.update(dict.fromkeys((*claim.citations, *claim.coming)))
        resolved = (resolve_citation(self.knowledge, one, day) for one in cited)
        return tuple(one for one in resolved if one)


def _has_provision(document: ReadDocument, provision: str) -> bool:
    return any(one.provision_id == provision for one in document.segmentation.provisions)


def _is_expected(document: ReadDocument, practice: Practice, at: int) -> bool:
    """Tell whether a label counts unasked: where nobody expects the practice, one sign is too few."""
    label = document.provisions[at].label(practice.id)
    usual = document.kind == "other" or document.kind in practice.documents
    return label is not None and (usual or label.score >= _SURE_OUTSIDE)


def _can_be_quoted(checker: QuoteChecker, quote: Quote) -> bool:
    place = Span(start=quote.start, end=quote.end)
    return checker.check(quote.text, place).status != "rejected"


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language most of a text is in."""
    from py3langid.langid import classify

    middle = max(0, len(text) // 2 - 4000)
    return str(classify(text[middle : middle + 8000])[0])


def _nearest_finder(document: ReadDocument) -> Nearest:
    """Return a finder of the passages of a document nearest to a subject, each subject once."""
    from clauseproof.retrieval.embedders import load_embedder
    from clauseproof.retrieval.index import PassageIndex

    index = PassageIndex(None, document.version.archive, load_embedder("static"))
    index.update(passages_of(document.version, document.segmentation))
    known: dict[tuple[str, int], tuple[Quote, ...]] = {}

    def nearest(subject: str, count: int = _NEAREST) -> tuple[Quote, ...]:
        if (subject, count) not in known:
            hits = index.rank(subject, count)
            known[subject, count] = tuple(
                document.quote_span(Span(start=hit.passage.start, end=hit.passage.end)) for hit in hits
            )
        return known[subject, count]

    return nearest


def passages_of(version: Version, segmentation: Segmentation) -> list[Passage]:
    """Return a version's provisions as retrieval searches them."""
    return [
        Passage(
            provision_id=provision.provision_id,
            archive=version.archive,
            service=version.service,
            document=version.document,
            version_id=version.version_id,
            date=version.date,
            heading_path=provision.heading_path,
            start=provision.span.start,
            end=provision.span.end,
            text=visible(version.text, provision.span),
            blob=version.blob,
        )
        for provision in segmentation.provisions
    ]


def _document_ref(prepared: _Prepared) -> DocumentRef:
    version = prepared.read.version
    language = prepared.read.language
    return DocumentRef(
        document=version.document,
        version_id=version.version_id,
        date=version.date,
        sha256=version.sha256,
        chars=len(version.text),
        language=language,
        out_of_reach=prepared.cannot_tell,
    )


def own_version() -> str:
    """Return the version of the program."""
    from importlib.metadata import version

    return version("clauseproof")


def git_revision() -> str | None:
    """Return the commit of the checkout this runs from; None where it is installed."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() or None


def sample_archive_path() -> Path:
    """Return the folder of the bundled sample archive, installed or in a checkout."""
    installed = Path(__file__).parent / "fixtures" / "archive"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "fixtures" / "archive"


def search_archive(
    archive: Archive,
    query: str,
    settings: Settings,
    *,
    service: str | None = None,
    document: str | None = None,
    at: datetime.date | None = None,
    count: int = 10,
    progress: Progress = _quiet,
) -> list[Hit]:
    """Search the provisions of an archive by words and by meaning.

    The index in the workspace is brought up to date first: versions it holds are not read again, texts
    it knows are not embedded again.

    Args:
        archive: The archive to search.
        query: A question or keywords.
        settings: For workspace and embedder.
        service: Only this service, as the archive spells it.
        document: Only this document of the service, in any letter case.
        at: Search the texts in force on this day; the newest state where left out.
        count: How many passages at most.
        progress: Told what is being indexed.

    Returns:
        Passages that have to do with the question, best first; none is an answer.

    Raises:
        RetrievalError: Another process is writing the index, or the embedder failed.
    """
    from clauseproof.retrieval.base import PassageFilter
    from clauseproof.retrieval.embedders import load_embedder
    from clauseproof.retrieval.index import PassageIndex

    services = [service] if service else archive.services()
    wanted = find_document(archive, service, document) if service and document else None
    embedder = load_embedder(settings.embedder, settings.embedder_base_url)
    subjects = PracticeClassifier(load_knowledge())
    with PassageIndex(settings.workspace, archive.name, embedder, subjects=subjects) as index:
        held = index.versions()
        standing: list[str] = []
        failures: list[CorruptRecordError] = []
        fresh: list[Passage] = []
        for name in services:
            for version in versions_of_service_at(archive, name, at, failures):
                standing.append(version.version_id)
                if (version.service, version.document, version.version_id) not in held:
                    progress(f"indexing {version.service} / {version.document}")
                    segmentation = split_provisions(version.version_id, version.text)
                    fresh += passages_of(version, segmentation)
        if fresh:
            index.update(fresh)
        scope = PassageFilter(service=service, document=wanted, version_ids=tuple(dict.fromkeys(standing)))
        return index.search(query, count, scope)
