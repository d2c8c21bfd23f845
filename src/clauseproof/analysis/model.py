"""The language-model analyst: structured prompts over chosen evidence, claims proved, failed ones repaired.

It drafts; it decides nothing. Which law applies, what was searched, which level is computed come from the
offline analyst's evidence; what the model writes about them stands only where the prover finds no fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from clauseproof.analysis.drafts import (
    Draft,
    DraftedClaim,
    Judgements,
    Section,
    draft_form,
    judgement_form,
)
from clauseproof.analysis.merging import apply_judgements, merge_claims
from clauseproof.analysis.resolution import Case, DraftResolver, Fault, Prover
from clauseproof.claims import (
    Analysis,
    Claim,
    ModelFailure,
    SecondJudgement,
    Withheld,
)
from clauseproof.documents import Model
from clauseproof.errors import BudgetError, ModelAccessError, ModelError, ReplyError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.llm.base import ChatModel, Completion, Message, Request
from clauseproof.prompts import Prompt, load_prompt
from clauseproof.trace import CallEvent, Event, VerdictEvent

SECTION_PROMPTS = (
    "statement",
    "regulatory_landscape",
    "jurisdiction_flags",
    "vendor",
    "exposure_reasons",
    "considerations",
)
_MOST_REPAIRS = 2
_MOST_FORM_ASKS = 2
_MOST_CLAIMS = 12
_MOST_NEAREST = 3
_ENDS_RUN = (BudgetError, ModelAccessError)
M = TypeVar("M", bound=Model)


@dataclass
class Outcome:
    """What came of one case.

    Attributes:
        analysis: The analysis with the model's claims where they stand.
        failures: What the model did not do.
        stopped: The error that ends the run, where one did.
    """

    analysis: Analysis
    failures: list[ModelFailure] = field(default_factory=list)
    stopped: ModelError | None = None


@dataclass(frozen=True)
class AskSettings:
    """Parameters every request carries."""

    temperature: float | None = 0.0
    max_output_tokens: int = 4096
    seed: int | None = None


class ModelAnalyst:
    """Drafts analyses with a chat model and keeps what is proved."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        model: ChatModel,
        parse: Callable[[Completion, type[Any]], Any],
        form: Callable[[type[Model]], dict[str, Any]],
        language: Callable[[str], str],
        emit: Callable[[Event], None],
        settings: AskSettings,
    ) -> None:
        """Take what drafting needs.

        Args:
            knowledge: The knowledge base.
            model: The chat model with its layers.
            parse: Reads a completion into a model or raises ReplyError.
            form: Turns a model into a strict JSON schema.
            language: Tells the language of a text.
            emit: Takes the events of the run.
            settings: Parameters of the requests.
        """
        self._knowledge = knowledge
        self._model = model
        self._parse = parse
        self._form = form
        self._language = language
        self._emit = emit
        self._settings = settings
        self._resolver = DraftResolver(knowledge)

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._model.name

    def requests(self, case: Case) -> Iterator[tuple[Prompt, Request]]:
        """Yield the requests of a case as they are first asked, shared parts first."""
        for name in SECTION_PROMPTS:
            yield self._section_request(load_prompt(name), case)
        if case.nearest:
            yield self._absence_request(case)

    def analyse(self, case: Case, prover: Prover) -> Outcome:
        """Draft every section of a case, prove it, repair what fails, put it in the offline one's place.

        Returns:
            The analysis. Where nothing of the model's stands in a section, the offline analyst's remains.
        """
        outcome = Outcome(case.offline)
        kept: dict[Section, list[tuple[DraftedClaim, Claim]]] = {}
        withheld: list[Withheld] = []
        for name in SECTION_PROMPTS:
            prompt = load_prompt(name)
            try:
                self._draft_sections(prompt, case, prover, kept, withheld)
            except ModelError as error:
                outcome.failures.append(_failure(case, prompt, error))
                if isinstance(error, _ENDS_RUN):
                    outcome.stopped = error
                    break
        outcome.analysis = merge_claims(case.offline, kept, withheld, self.name)
        if case.nearest and outcome.stopped is None:
            prompt = load_prompt("absences")
            try:
                outcome.analysis = self._judge_absences(case, prover, outcome.analysis)
            except ModelError as error:
                outcome.failures.append(_failure(case, prompt, error))
                outcome.stopped = error if isinstance(error, _ENDS_RUN) else None
        return outcome

    def _draft_sections(
        self,
        prompt: Prompt,
        case: Case,
        prover: Prover,
        kept: dict[Section, list[tuple[DraftedClaim, Claim]]],
        withheld: list[Withheld],
    ) -> None:
        _, request = self._section_request(prompt, case)
        drafts = self._ask(request, prompt, case, Draft, "first").claims[:_MOST_CLAIMS]
        said: set[tuple[Section, str]] = set()
        for turn in range(_MOST_REPAIRS + 1):
            failed: list[tuple[DraftedClaim, Fault]] = []
            for draft in drafts:
                claim, fault = self._prove(draft, prompt, case, prover)
                self._emit(_verdict(case, prompt, draft, fault, turn))
                if fault is None and claim is not None:
                    kept.setdefault(draft.section, []).append((draft, claim))
                elif fault is not None:
                    failed.append((draft, fault))
            # Every version that failed is listed, repaired or not: which repairs which, no reply says.
            withheld += [_withheld(one, fault) for one, fault in failed]
            said |= {(one.section, one.text) for one, _ in failed}
            if not failed or turn == _MOST_REPAIRS:
                return
            repaired = self._repair(request, failed, case, prompt)
            drafts = tuple(one for one in repaired if (one.section, one.text) not in said)

    def _repair(
        self, request: Request, failed: Sequence[tuple[DraftedClaim, Fault]], case: Case, prompt: Prompt
    ) -> tuple[DraftedClaim, ...]:
        repair = load_prompt("repair")
        lines = [
            json.dumps(
                {
                    "section": one.section,
                    "text": one.text,
                    "reason": fault.reason,
                    "note": fault.note,
                    **({"passage": fault.passage} if fault.passage else {}),
                },
                ensure_ascii=False,
            )
            for one, fault in failed
        ]
        message = Message(role="user", text=repair.render(failures="\n".join(lines)))
        again = request.model_copy(update={"messages": (*request.messages, message)})
        draft = self._ask(again, repair, case, Draft, "repair")
        return draft.claims[: len(failed)]

    def _ask(
        self,
        request: Request,
        prompt: Prompt,
        case: Case,
        wanted: type[M],
        asked: Literal["first", "repair"],
    ) -> M:
        """Ask, and ask again where the reply cannot be read; the last fault is raised."""
        why: Literal["first", "form", "repair"] = asked
        for attempt in range(_MOST_FORM_ASKS + 1):
            completion: Completion | None = None
            try:
                completion = self._model.complete(request)
                reply: M = self._parse(completion, wanted)
                self._check_language(completion, reply)
            except ModelError as error:
                self._emit(_call(case, prompt, request, self.name, completion, why, error))
                if not isinstance(error, ReplyError) or attempt == _MOST_FORM_ASKS:
                    raise
                if error.fault in ("refusal", "content-filter"):
                    raise
                form = load_prompt("form")
                note = Message(role="user", text=form.render(fault=f"{error.fault}: {str(error)[:300]}"))
                request = request.model_copy(update={"messages": (*request.messages, note)})
                why = "form"
            else:
                self._emit(_call(case, prompt, request, self.name, completion, why, None))
                return reply
        raise AssertionError("unreachable")

    def _check_language(self, completion: Completion, reply: Model) -> None:
        if not isinstance(reply, Draft):
            return
        own = " ".join(_own(one.text) for one in reply.claims)
        letters = [character for character in own if character.isalpha()]
        foreign = sum(not character.isascii() for character in letters) > 0.3 * max(1, len(letters))
        if foreign or (len(own) > 200 and self._language(own) != "en"):
            raise ReplyError(
                "the reply is not in English",
                fault="language",
                usage=completion.usage,
                raw=completion.text,
            )

    def _section_request(self, prompt: Prompt, case: Case) -> tuple[Prompt, Request]:
        version = case.evidence.document.version
        task = prompt.render(service=version.service or version.document, document=version.document)
        codes = {one.jurisdiction for one in case.offline.jurisdiction_flags}
        form = draft_form(case.pack.ids(), case.pack.ids("law", "coming"), sorted(codes))
        return prompt, self._request(case, task, self._form(form), "draft")

    def _absence_request(self, case: Case) -> tuple[Prompt, Request]:
        prompt = load_prompt("absences")
        version = case.evidence.document.version
        lines = []
        for disclosure, ids in case.nearest.items():
            title = self._knowledge.disclosures[disclosure].title
            lines.append(json.dumps({"disclosure": disclosure, "title": title, "nearest": list(ids)}))
        task = prompt.render(
            service=version.service or version.document,
            document=version.document,
            searches="\n".join(lines),
        )
        form = judgement_form(case.pack.ids("practice", "document"), list(case.nearest))
        return prompt, self._request(case, task, self._form(form), "judgements")

    def _request(self, case: Case, task: str, schema: dict[str, Any], name: str) -> Request:
        evidence, frames = case.evidence, self._knowledge.frames
        version = evidence.document.version
        free = (*frames.advice_verbs, *frames.governance)
        system = load_prompt("system").render(
            free_words=", ".join(dict.fromkeys(free)), actors=", ".join(frames.actors)
        )
        shared = load_prompt("evidence").render(
            service=version.service or version.document,
            document=version.document,
            date=evidence.at.isoformat(),
            practice=evidence.practice.title,
            definition=evidence.practice.definition,
            entries=case.pack.render(),
        )
        return Request(
            messages=(
                Message(role="system", text=system),
                Message(role="user", text=shared),
                Message(role="user", text=task),
            ),
            schema_name=name,
            reply_schema=schema,
            temperature=self._settings.temperature,
            max_output_tokens=self._settings.max_output_tokens,
            seed=self._settings.seed,
        )

    def _prove(
        self, draft: DraftedClaim, prompt: Prompt, case: Case, prover: Prover
    ) -> tuple[Claim | None, Fault | None]:
        if draft.section not in prompt.sections:
            return None, Fault("unsupported", f"section {draft.section} was not asked for")
        flagged = {one.jurisdiction for one in case.offline.jurisdiction_flags}
        if draft.section == "jurisdiction_flags" and draft.jurisdiction not in flagged:
            return None, Fault("unsupported", "names no jurisdiction the evidence raises")
        resolved = self._resolver.resolve(draft, case, prover)
        if isinstance(resolved, Fault):
            return None, resolved
        claim, borne = resolved
        return claim, prover.find_fault(claim, borne, case.offline)

    def _judge_absences(self, case: Case, prover: Prover, analysis: Analysis) -> Analysis:
        prompt, request = self._absence_request(case)
        reply = self._ask(request, prompt, case, Judgements, "first")
        judged: dict[str, SecondJudgement] = {}
        for one in reply.judgements:
            entry = case.pack.by_id.get(one.id or "")
            if one.disclosure not in case.nearest or one.disclosure in judged:
                continue
            if one.verdict == "not-found":
                judged[one.disclosure] = SecondJudgement(by=self.name, verdict="not-found")
            elif entry is not None and entry.spans and (one.quote or "").strip():
                found = prover.locate(str(one.quote), entry)
                if not isinstance(found, Fault):
                    judged[one.disclosure] = SecondJudgement(
                        by=self.name, verdict=one.verdict, quote=found[-1]
                    )
        return apply_judgements(analysis, judged)


def _own(text: str) -> str:
    """Return a sentence without what stands in quotation marks."""
    parts = text.replace("”", "“").split("“")
    return " ".join(parts[::2])


def _withheld(draft: DraftedClaim, fault: Fault) -> Withheld:
    return Withheld(section=draft.section, text=draft.text, reason=fault.reason, note=fault.note)


def _failure(case: Case, prompt: Prompt, error: ModelError) -> ModelFailure:
    kind = getattr(error, "fault", type(error).__name__)
    return ModelFailure(
        document=case.document,
        practice=case.evidence.practice.id,
        prompt=prompt.name,
        error=str(kind),
        message=str(error)[:500],
    )


def _verdict(case: Case, prompt: Prompt, draft: DraftedClaim, fault: Fault | None, turn: int) -> VerdictEvent:
    return VerdictEvent(
        document=case.document,
        practice=case.evidence.practice.id,
        prompt=prompt.name,
        section=draft.section,
        text=draft.text,
        verdict="withheld" if fault else "verified",
        reason=fault.reason if fault else None,
        note=fault.note if fault else "",
        round=turn,
    )


def _call(
    case: Case,
    prompt: Prompt,
    request: Request,
    name: str,
    completion: Completion | None,
    asked: Literal["first", "form", "repair"],
    error: ModelError | None,
) -> CallEvent:
    raw = completion.text if completion else (error.raw if error else "")
    return CallEvent(
        document=case.document,
        practice=case.evidence.practice.id,
        prompt=prompt.name,
        prompt_sha256=prompt.sha256,
        asked=asked,
        request_key=request.key(name),
        messages=request.messages,
        reply=raw,
        finish=completion.finish if completion else None,
        mode=completion.mode if completion else None,
        model=completion.model if completion else name,
        usage=completion.usage if completion else (error.usage if error else None),
        seconds=completion.seconds if completion else 0.0,
        cached=completion.cached if completion else False,
        error=f"{getattr(error, 'fault', type(error).__name__)}: {error}" if error else None,
    )
