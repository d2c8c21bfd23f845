"""Planted truths and falsehoods, drafted as by a language model: what of them reaches a report.

A stand-in for the model answers with the planted sentences, word for word and again when they come back for
repair; the rest is the pipeline as it is. Where a document has no provision on the practice nothing is put to
a model, and the sample is unscored.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from clauseproof.claims import ClaimKind
from clauseproof.documents import Model, Version
from clauseproof.drafting import ModelDrafter
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.metrics.decisions import FALSEHOODS, TRUTHS, count_planted
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.results import Breach, Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, Output, Task
from clauseproof.llm.stack import ModelSettings
from clauseproof.plaintext import visible
from clauseproof.testing import ChatRequest, StandInServer
from clauseproof.trace import VerdictEvent, read_trace

_PER_REPLY = 10
_NO_PROVISION = "the document has no provision on the practice: nothing is put to a model"
Section = Literal[
    "statement",
    "plain_statement",
    "significance",
    "interpretive_note",
    "regulatory_landscape",
    "jurisdiction_flags",
    "vendor_implications",
    "due_diligence_questions",
    "governance_exposure",
    "compliance_considerations",
]
# Which prompt drafts a section.
_PROMPTS = {
    "plain_statement": "statement",
    "significance": "statement",
    "interpretive_note": "statement",
    "regulatory_landscape": "regulatory_landscape",
    "jurisdiction_flags": "jurisdiction_flags",
    "vendor_implications": "vendor",
    "due_diligence_questions": "vendor",
    "governance_exposure": "exposure_reasons",
    "compliance_considerations": "considerations",
}


class PlantedQuote(Model):
    """Words a planted sentence quotes.

    Attributes:
        words: As the model gives them; or
        start: where they stand in the version's text,
        end: up to here,
        swap: with these words exchanged (old, new), first occurrence each.
    """

    words: str | None = None
    start: int | None = None
    end: int | None = None
    swap: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="after")
    def _words_or_place(self) -> PlantedQuote:
        if (self.words is None) == (self.start is None or self.end is None):
            raise ValueError("needs either words or start and end")
        return self

    def read(self, version: Version) -> str:
        """Return the words."""
        if self.words is not None:
            return self.words
        words = visible(version.text[self.start : self.end])
        for old, new in self.swap:
            words = words.replace(old, new, 1)
        return words


class TruthSample(Sample):
    """A sentence that is true or false of a document.

    Attributes:
        document: The document.
        practice: What it is about.
        true: Whether a careful reader lets it stand.
        lie: Kind of falsehood; None for a truth.
        section: Where it is drafted.
        claim_kind: As claims name it.
        claim: The sentence; ``{q1}`` stands for the words of the first quotation.
        quotes: What it quotes.
        citations: What it cites.
        disclosure: The search it rests on.
        why: For people.
        side: Part of a split: rules may be changed after a look at ``dev`` alone.
        at: Day of the analysis.
    """

    document: Reference
    practice: str
    true: bool
    lie: str | None = None
    section: Section
    claim_kind: ClaimKind
    claim: str = Field(min_length=1)
    quotes: tuple[PlantedQuote, ...] = ()
    citations: tuple[str, ...] = ()
    disclosure: str | None = None
    why: str = ""
    side: Literal["dev", "test"] | None = None
    at: datetime.date | None = None

    @model_validator(mode="after")
    def _true_or_lie(self) -> TruthSample:
        if self.true != (self.lie is None):
            raise ValueError("a falsehood has a lie, a truth has none")
        return self


class PlantedClaim(Model):
    """A sentence as it goes into a reply.

    Attributes:
        section: Where it is drafted.
        kind: As claims name it.
        text: The sentence.
        quotes: The words it quotes.
        citations: What it cites.
        disclosure: The search it rests on.
        subject: Title of that disclosure.
    """

    section: str
    kind: ClaimKind
    text: str
    quotes: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    disclosure: str | None = None
    subject: str = ""

    @property
    def prompt(self) -> str:
        """The prompt that drafts its section."""
        return _PROMPTS[self.section]


class Fate(Model):
    """What became of a planted sentence.

    Attributes:
        reached: Whether it stands in the report; None where it was never put to a model.
        why: The verdict on it.
    """

    reached: bool | None
    why: str


def fill_quotations(sample: TruthSample, version: Version) -> PlantedClaim:
    """Return a planted sentence with the archived words put in."""
    words = tuple(quote.read(version) for quote in sample.quotes)
    text = sample.claim
    for number, one in enumerate(words, 1):
        # A quotation inside a quotation takes single marks.
        text = text.replace(f"{{q{number}}}", one.replace("“", "‘").replace("”", "’"))
    return PlantedClaim(
        section="plain_statement" if sample.section == "statement" else sample.section,
        kind=sample.claim_kind,
        text=text,
        quotes=words,
        citations=sample.citations,
        disclosure=sample.disclosure,
    )


def find_fates(
    bench: Bench, source: Reference, practice: str, at: datetime.date | None, claims: Sequence[PlantedClaim]
) -> list[Fate]:
    """Let a stand-in model draft sentences about a practice, and look for them in the report.

    Args:
        bench: For the analyst and the document.
        source: The document.
        practice: The practice.
        at: Day of the analysis.
        claims: The sentences; those of one prompt go out ten in a reply.

    Returns:
        What became of each, in order.
    """
    fates: dict[int, Fate] = {}
    waiting: dict[str, list[int]] = defaultdict(list)
    for at_claim, claim in enumerate(claims):
        waiting[claim.prompt].append(at_claim)
    while any(waiting.values()):
        batch = [one for queue in waiting.values() for one in queue[:_PER_REPLY]]
        waiting = {prompt: queue[_PER_REPLY:] for prompt, queue in waiting.items()}
        planted = [claims[one] for one in batch]
        found = _deliver_batch(bench, source, practice, at, planted)
        fates.update(zip(batch, found, strict=True))
    return [fates[one] for one in range(len(claims))]


def _deliver_batch(
    bench: Bench,
    source: Reference,
    practice: str,
    at: datetime.date | None,
    planted: Sequence[PlantedClaim],
) -> list[Fate]:
    with (
        tempfile.TemporaryDirectory() as folder,
        StandInServer(lambda request: _reply(request, planted)) as server,
    ):
        settings = ModelSettings(name="openai:liar", base_url=server.base_url, concurrency=1)
        drafter = ModelDrafter(bench.analyzer.knowledge, settings, Path(folder))
        analyzed = bench.analyze(source, [practice], at, drafter)
        trace = next(Path(folder).glob("runs/*/trace.jsonl"), None)
        verdicts = {
            event.text: f"{event.reason}: {event.note}"
            for event in (read_trace(trace) if trace else ())
            if isinstance(event, VerdictEvent)
        }
    if trace is None:
        return [Fate(reached=None, why=_NO_PROVISION) for _ in planted]
    shown = {claim.text for analysis in analyzed.report.analyses for claim in analysis.iter_claims()}
    return [_find_fate(one, shown, verdicts) for one in planted]


def _find_fate(one: PlantedClaim, shown: Collection[str], verdicts: Mapping[str, str]) -> Fate:
    text = one.text.strip()
    if text not in shown and text not in verdicts:
        return Fate(reached=None, why=f"never put to the check: no prompt asked for {one.section}")
    return Fate(reached=text in shown, why=verdicts.get(text, ""))


def _reply(request: ChatRequest, planted: Sequence[PlantedClaim]) -> str:
    """Answer a section prompt with the claims planted in its sections; a repair with the same again."""
    if request.schema_name == "judgements":
        return json.dumps({"judgements": []})
    entries = list(_iter_entries(request.text))
    task = request.messages[2].text if len(request.messages) > 2 else ""
    asked = [one for one in planted if f'"{one.section}"' in task.split("EXAMPLE")[0]]
    claims = []
    for one in asked:
        evidence: list[dict[str, str | None]] = [
            {"id": _entry_of(words, entries), "quote": words} for words in one.quotes
        ]
        if one.disclosure:
            evidence += [{"id": entry["id"], "quote": None} for entry in entries if _is_record_of(entry, one)]
        claims.append(
            {
                "section": one.section,
                "kind": one.kind,
                "text": one.text,
                "evidence": evidence,
                "citations": list(one.citations),
                "jurisdiction": _jurisdiction(one, entries),
            }
        )
    return json.dumps({"claims": claims}, ensure_ascii=False)


def _iter_entries(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith('{"id"'):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue


def _entry_of(words: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Name the entry that shows the words; else the first on the practice, as a careless model would."""
    shown = [entry for entry in entries if "text" in entry]
    holding = [entry for entry in shown if words[:40] in entry["text"]]
    practice = [entry for entry in shown if entry.get("practice")]
    return str((holding or practice or shown)[0]["id"])


def _is_record_of(entry: Mapping[str, Any], one: PlantedClaim) -> bool:
    """Tell whether a search record is that of the claim's disclosure, whose title it names."""
    record = str(entry.get("record", "")).casefold()
    return bool(one.subject) and f" on {one.subject.casefold()}" in record


def _jurisdiction(one: PlantedClaim, entries: Sequence[Mapping[str, Any]]) -> str | None:
    codes = [entry for entry in entries if entry.get("jurisdiction") and "law" in entry]
    cited = [entry for entry in codes if entry["id"] in one.citations]
    return next((str(entry["jurisdiction"]) for entry in (*cited, *codes)), None)


def _together(sample: TruthSample) -> str:
    return f"{sample.at} {sample.practice} {sample.document.model_dump_json()}"


def _answer(samples: Sequence[TruthSample], bench: Bench) -> list[Answer]:
    first = samples[0]
    version = bench.version(first.document)
    disclosures = bench.analyzer.knowledge.disclosures
    claims = [
        fill_quotations(sample, version).model_copy(
            update={
                "subject": disclosures[sample.disclosure].title if sample.disclosure in disclosures else ""
            }
        )
        for sample in samples
    ]
    fates = find_fates(bench, first.document, first.practice, first.at, claims)
    return [
        Answer(unscored=fate.why)
        if fate.reached is None
        else Answer(
            output={
                "decision": "accept" if fate.reached else "reject",
                "verdict": fate.why,
                "claim": claim.text,
            }
        )
        for fate, claim in zip(fates, claims, strict=True)
    ]


def _score(sample: TruthSample, output: Output, bench: Bench) -> Score:
    decided = output["decision"]
    expected = "accept" if sample.true else "reject"
    passed = decided == expected
    breaches = []
    if decided == "accept" and not sample.true:
        breaches.append(Breach(rule="falsehood-in-report", detail=f"{sample.lie}: {output['claim']}"[:300]))
    planted = count_planted(sample.lie or "true", expected, decided)
    return Score(
        passed=passed,
        value=float(passed),
        why="" if passed else (f"withheld, {output['verdict']}" if sample.true else f"reached: {sample.lie}"),
        counts={"planted": planted},
        breaches=tuple(breaches),
    )


TASK = Task(
    name="truth",
    title="Planted truths and falsehoods",
    row=TruthSample,
    metrics=(FALSEHOODS, TRUTHS, *EFFORT),
    answer=_answer,
    score=_score,
    labels=lambda output: frozenset({output["decision"]}),
    together=_together,
)
