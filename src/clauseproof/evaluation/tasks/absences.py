"""Searches for disclosures in whole documents, against a reader's outcome."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from clauseproof.claims import Analysis, Outcome
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.inspection import claims_silence
from clauseproof.evaluation.metrics.absences import (
    ABSENT,
    FALSE_ABSENCES,
    MISSED_ABSENCES,
    OUTCOME_ACCURACY,
    count_absence,
)
from clauseproof.evaluation.metrics.base import Metric, share
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.results import Counts, Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, ModelWork, Output, Task

WORDED = Metric(
    "absences-worded",
    "silences worded with their scope",
    "wording",
    share("worded", "n"),
    ("n",),
)


class AbsenceSample(Sample):
    """A disclosure looked for in a document.

    Attributes:
        document: A reference, a file beside the dataset, or the words of the document.
        disclosure: Id of what was looked for.
        topic: The practice it must be tied to; left out where presence anywhere counts.
        outcome: What a person who read the whole document found.
        start: Where the words stand that a person found, an offset into the version's text.
        end: Where they end.
        at: Day of the analysis; one on which the version stood.
    """

    document: Reference | str
    disclosure: str
    topic: str | None = None
    outcome: Outcome
    start: int | None = None
    end: int | None = None
    at: datetime.date | None = None


def _together(sample: AbsenceSample) -> str:
    source = sample.document if isinstance(sample.document, str) else sample.document.model_dump_json()
    return f"{sample.at} {source}"


def _answer(samples: Sequence[AbsenceSample], bench: Bench) -> list[Answer]:
    """Answer the samples of one document from one analysis of it."""
    topics = [_topic(sample, bench) for sample in samples]
    analyzed = bench.analyze(samples[0].document, list(dict.fromkeys(topics)), samples[0].at)
    analyses = {one.practice: one for one in analyzed.report.analyses}
    work = ModelWork.of(analyzed, len(samples))
    return [
        work.charge(topic, _find(sample, topic, analyses.get(topic)))
        for sample, topic in zip(samples, topics, strict=True)
    ]


def _topic(sample: AbsenceSample, bench: Bench) -> str:
    """Return the practice that looks for the disclosure; the first that does where the row names none."""
    if sample.topic is not None:
        return sample.topic
    practices = bench.analyzer.knowledge.practices.values()
    found = next((one.id for one in practices if sample.disclosure in one.disclosures), None)
    if found is None:
        raise EvaluationError(f"no practice looks for {sample.disclosure!r}")
    return found


def _find(sample: AbsenceSample, topic: str, analysis: Analysis | None) -> Answer:
    if analysis is None:
        return Answer(unscored=f"no analysis of {topic}: the document is out of reach")
    record = next((one for one in analysis.absences if one.disclosure == sample.disclosure), None)
    if record is None:
        return Answer(unscored=f"{topic} does not look for {sample.disclosure}")
    claims = [
        one.text
        for one in analysis.iter_claims()
        if one.kind == "silent" and one.disclosure == sample.disclosure
    ]
    hit = record.hits[0].quote if record.hits else None
    return Answer(
        output={
            "outcome": record.outcome,
            "claims": claims,
            "hit": {"start": hit.start, "end": hit.end} if hit else None,
            "document": analysis.document,
        }
    )


def _score(sample: AbsenceSample, output: Output, bench: Bench) -> Score:
    found: Outcome = output["outcome"]
    silent = [one for one in output["claims"] if claims_silence(one)]
    passed = found == sample.outcome and not (silent and sample.outcome != ABSENT)
    counts: Counts = {"absences": count_absence(sample.outcome, found, claimed=bool(silent))}
    if silent:
        worded = sum("archived text" in text and output["document"] in text for text in silent)
        counts["wording"] = {"": {"n": float(len(silent)), "worded": float(worded)}}
    return Score(
        passed=passed,
        value=float(passed),
        why="" if passed else f"{found}{' and claimed absent' if silent else ''}, labelled {sample.outcome}",
        counts=counts,
    )


TASK = Task(
    name="absences",
    title="Disclosures looked for",
    row=AbsenceSample,
    metrics=(OUTCOME_ACCURACY, *FALSE_ABSENCES, MISSED_ABSENCES, WORDED, *EFFORT),
    answer=_answer,
    score=_score,
    labels=lambda output: frozenset({output["outcome"]}),
    together=_together,
)
