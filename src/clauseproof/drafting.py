"""Where a language model meets the other stages: materials in, drafted, proved and merged analyses out.

Beside `pipeline` and `quotations`, the only place where stages meet; apart from them so that an offline run
loads none of it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from clauseproof.analysis.evidence import Evidence
from clauseproof.analysis.model import AskSettings, ModelAnalyst, Outcome
from clauseproof.analysis.pack import Entry, gather_evidence
from clauseproof.analysis.resolution import Borne, Case, Fault
from clauseproof.claims import Analysis, Claim, ModelFailure, ModelRun, Quote
from clauseproof.errors import ModelError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.llm.base import ChatModel, Completion, Request
from clauseproof.llm.replies import parse_reply
from clauseproof.llm.schemas import strict_schema
from clauseproof.llm.stack import ModelSettings, ModelStack, build_model
from clauseproof.llm.tokens import count_request_tokens, count_tokens
from clauseproof.patterns import find_any
from clauseproof.pipeline import Material, Progress, detect_language
from clauseproof.plaintext import visible
from clauseproof.prompts import Prompt, load_prompt
from clauseproof.reading import ReadDocument, ReadSentence
from clauseproof.trace import CallEvent, Event, LostEvent, TraceWriter
from clauseproof.verification.drafts import DraftSource, DraftVerifier
from clauseproof.verification.verifier import ClaimVerifier, explain_empty_sections

# Every section prompt is to cost at most three tenths of what it would with the whole document in it; rules,
# form and task take their part of that, the rest is for the evidence.
_SENT_SHARE = 0.29
_RULES_TOKENS = 2_000
_FEWEST_EVIDENCE_TOKENS = 1_300
_MOST_EVIDENCE_TOKENS = 6_000
_MOST_JUDGED = 6


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A request as a dry run shows it.

    Attributes:
        document: Name of the document.
        practice: Id of the practice.
        prompt: Name and version of the prompt.
        request: What would be sent.
        input_tokens: Its tokens, never too few.
        shared_tokens: Of these, tokens of the beginning it shares with the call before.
    """

    document: str
    practice: str
    prompt: str
    request: Request
    input_tokens: int
    shared_tokens: int


@dataclass
class ModelDrafter:
    """Lets a language model draft what the offline analyst prepared.

    Attributes:
        knowledge: The knowledge base.
        settings: The model and its limits.
        workspace: Where replies and traces are kept.
    """

    knowledge: KnowledgeBase
    settings: ModelSettings
    workspace: Path

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.settings.name

    def draft(
        self, materials: Sequence[Material], verifier: ClaimVerifier, run_id: str, progress: Progress
    ) -> tuple[list[Analysis], ModelRun]:
        """Draft every material's analysis, several at a time.

        Returns:
            The analyses in the order of the materials, and the record of what the model did. Where the
            model failed, the offline analyst's analysis stands and the failure is in the record.
        """
        tally = _Tally(TraceWriter(self.workspace, run_id))
        stack = build_model(self.settings, self.workspace, tally.lost)
        analyst = _analyst(self.knowledge, self.settings, stack, tally.emit)
        stop = threading.Event()

        def work(material: Material) -> Outcome:
            if not material.evidence.positions:
                return Outcome(material.offline)
            if stop.is_set():
                return Outcome(material.offline, [_not_done(material, tally.stopped)])
            case = make_case(material, self.knowledge, self.settings.name)
            prover = _Prover(self.knowledge, verifier, material)
            outcome = analyst.analyse(case, prover)
            if outcome.stopped:
                tally.stopped = outcome.stopped
                stop.set()
            progress(f"drafted {case.document}, {material.evidence.practice.id}")
            return outcome

        with closing(stack), ThreadPoolExecutor(self.settings.concurrency) as pool:
            outcomes = list(pool.map(work, materials))
        analyses = [
            one.analysis.model_copy(update={"empty_sections": explain_empty_sections(one.analysis)})
            for one in outcomes
        ]
        failures = tuple(failure for one in outcomes for failure in one.failures)
        return analyses, tally.record(self.settings, stack, failures)


@dataclass
class DryDrafter:
    """Plans the requests of a run and sends none.

    Attributes:
        knowledge: The knowledge base.
        settings: The model and its limits.
        workspace: Where a price file of the user's may stand.
        planned: Every request, filled while materials come in.
    """

    knowledge: KnowledgeBase
    settings: ModelSettings
    workspace: Path
    planned: list[PlannedCall] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.settings.name

    def draft(
        self, materials: Sequence[Material], verifier: ClaimVerifier, run_id: str, progress: Progress
    ) -> tuple[list[Analysis], None]:
        """Plan the requests; the analyses stay the offline analyst's."""
        nobody = _NoModel(self.settings.name)
        analyst = _analyst(self.knowledge, self.settings, nobody, lambda _: None)
        for material in materials:
            if not material.evidence.positions:
                continue
            case = make_case(material, self.knowledge, self.settings.name)
            before: Request | None = None
            for prompt, request in analyst.requests(case):
                self.planned.append(_planned(case, prompt, request, before, self.settings.name))
                before = request
        return [one.offline for one in materials], None


def make_case(material: Material, knowledge: KnowledgeBase, model: str) -> Case:
    """Choose the evidence of one practice and the search records to judge again."""
    evidence = material.evidence

    def count(text: str) -> int:
        return count_tokens(text, model)

    whole = count(evidence.document.version.text)
    room = round(_SENT_SHARE * whole - (1 - _SENT_SHARE) * _RULES_TOKENS)
    budget = max(_FEWEST_EVIDENCE_TOKENS, min(_MOST_EVIDENCE_TOKENS, room))
    factors = material.offline.governance_exposure.claims
    pack = gather_evidence(
        evidence, factors, material.surroundings, knowledge, material.nearest, budget, count
    )
    near: dict[str, tuple[str, ...]] = {}
    for absence in evidence.absences:
        if absence.outcome == "not-found-in-archived-text" and len(near) < _MOST_JUDGED:
            ids = [
                entry.id
                for entry in pack.entries
                if entry.kind in ("practice", "document")
                and any(
                    span.start < quote.end and quote.start < span.end
                    for span in entry.spans
                    for quote in absence.nearest
                )
            ]
            if ids:
                near[absence.disclosure] = tuple(ids)
    return Case(evidence, material.offline, pack, near)


class _Prover:
    """Proves the drafts on one material."""

    def __init__(self, knowledge: KnowledgeBase, verifier: ClaimVerifier, material: Material) -> None:
        surroundings = material.surroundings
        reads = [material.evidence.document, *surroundings.others]
        if surroundings.earlier:
            reads.append(surroundings.earlier)
        sources = {
            key: DraftSource(read, verifier.archived[key].checker)
            for read in reads
            if (key := (read.version.document, read.version.version_id)) in verifier.archived
        }
        self._drafts = DraftVerifier(knowledge, verifier, sources, _Carrier(material.evidence))

    def locate(self, words: str, entry: Entry) -> tuple[Quote, ...] | Fault:
        found = self._drafts.locate(words, entry.document, entry.version_id, entry.spans)
        return found if isinstance(found, tuple) else Fault(found.reason, found.note, entry.text[:300])

    def find_fault(self, claim: Claim, borne: Borne, analysis: Analysis) -> Fault | None:
        fault = self._drafts.find_fault(
            claim,
            analysis,
            records=borne.records,
            law=borne.law,
            vocabulary=borne.vocabulary,
            asking=borne.asking,
        )
        passage = " ".join(visible(quote.text) for quote in claim.quotes)[:300]
        return Fault(fault.reason, fault.note, passage) if fault else None


class _Carrier:
    """Tells whether an archived sentence is about the practice at hand."""

    def __init__(self, evidence: Evidence) -> None:
        self._practice = evidence.practice
        document = evidence.document
        self._positions = set(evidence.positions)
        titled = {
            at
            for at, one in enumerate(document.provisions)
            if any(find_any(self._practice.headings, title) for title in one.provision.heading_path[-2:])
        }
        told = {
            at
            for absence in evidence.absences
            for hit in absence.hits
            if hit.verdict == "for-this-practice" and absence.topic
            for at, one in enumerate(document.provisions)
            if one.provision.span.start <= hit.quote.start < one.provision.span.end
        }
        self._document = document
        self._own = self._positions | titled | told

    def __call__(self, read: ReadDocument, sentence: ReadSentence) -> bool:
        if read is self._document:
            return sentence.provision in self._own
        return read.provisions[sentence.provision].label(self._practice.id) is not None


class _Tally:
    """Counts what a run does while it does it, and writes the trace."""

    def __init__(self, trace: TraceWriter) -> None:
        self._trace = trace
        self._lock = threading.Lock()
        self._calls = 0
        self._replayed = 0
        self._again = 0
        self._repairs = 0
        self._lost: Counter[str] = Counter()
        self._prompts: dict[str, str] = {}
        self.stopped: ModelError | None = None

    def emit(self, event: Event) -> None:
        """Take an event of the analyst."""
        if isinstance(event, CallEvent):
            with self._lock:
                self._prompts[event.prompt] = event.prompt_sha256
                if event.cached:
                    self._replayed += 1
                elif event.finish is not None or event.reply:
                    self._calls += 1
                self._again += event.asked == "form"
                self._repairs += event.asked == "repair"
        self._trace.write(event)

    def lost(self, request: Request, error: ModelError) -> None:
        """Take note of a reply that was lost."""
        fault = str(getattr(error, "fault", type(error).__name__))
        with self._lock:
            self._lost[fault] += 1
        name = getattr(error, "model", "")
        self._trace.write(LostEvent(request_key=request.key(name), fault=fault, message=str(error)[:300]))

    def record(
        self, settings: ModelSettings, stack: ModelStack, failures: tuple[ModelFailure, ...]
    ) -> ModelRun:
        """Return the record of the run."""
        shared = {one.name: one.sha256 for one in (load_prompt("system"), load_prompt("evidence"))}
        return ModelRun(
            name=settings.name,
            base_url=settings.base_url,
            prompts=dict(sorted((shared | self._prompts).items())),
            parameters=settings.parameters(),
            input_tokens=stack.spent.usage.input_tokens,
            cached_tokens=stack.spent.usage.cached_tokens,
            output_tokens=stack.spent.usage.output_tokens,
            cost=stack.spent.cost,
            prices_as_of=stack.prices_as_of,
            calls=self._calls,
            replayed=self._replayed,
            asked_again=self._again,
            repairs=self._repairs,
            lost=dict(sorted(self._lost.items())),
            failures=failures,
        )


def _analyst(
    knowledge: KnowledgeBase,
    settings: ModelSettings,
    model: ChatModel,
    emit: Callable[[Event], None],
) -> ModelAnalyst:
    asks = AskSettings(settings.temperature, settings.max_output_tokens, settings.seed)
    return ModelAnalyst(knowledge, model, parse_reply, strict_schema, detect_language, emit, asks)


def _not_done(material: Material, stopped: ModelError | None) -> ModelFailure:
    return ModelFailure(
        document=material.evidence.document.version.document,
        practice=material.evidence.practice.id,
        prompt="all",
        error=type(stopped).__name__,
        message=str(stopped)[:500],
    )


def _planned(case: Case, prompt: Prompt, request: Request, before: Request | None, model: str) -> PlannedCall:
    shared = 0
    if before is not None and before.reply_schema == request.reply_schema:
        for one, other in zip(before.messages, request.messages, strict=False):
            if one != other:
                break
            shared += count_tokens(one.text, model)
    return PlannedCall(
        document=case.document,
        practice=case.evidence.practice.id,
        prompt=prompt.name,
        request=request,
        input_tokens=count_request_tokens(request, model),
        shared_tokens=shared,
    )


class _NoModel:
    """Stands for a model that is never asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    def complete(self, request: Request) -> Completion:
        raise AssertionError("a dry run asks nobody")
