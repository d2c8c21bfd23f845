"""Whole analyses: citations, jurisdictions, exposure, vendor points, every sentence and its evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator, model_validator

from clauseproof.claims import Analysis, Level, Points
from clauseproof.documents import Model, Version
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.inspection import ADVICE, inspect_analysis
from clauseproof.evaluation.metrics import prose
from clauseproof.evaluation.metrics.citations import (
    ARTICLES,
    CURRENCY,
    INSTRUMENTS,
    NON_EXISTENT,
    count_citations,
    is_cited,
    is_wrong,
)
from clauseproof.evaluation.metrics.effort import EFFORT
from clauseproof.evaluation.metrics.labels import count_labels, metrics_of_labels
from clauseproof.evaluation.metrics.levels import (
    CONTAINED,
    EXACT,
    KAPPA,
    LEVELS,
    SCORED,
    SEVERE_MISSES,
    WITHIN_ONE,
    count_level,
)
from clauseproof.evaluation.results import Breach, Counts, Score
from clauseproof.evaluation.samples import Reference, Sample
from clauseproof.evaluation.tasks.base import Answer, ModelWork, Output, Task
from clauseproof.stemming import stem

_TELLING_LETTERS = 5


class VendorPoint(Model):
    """Something a procurement reader must see.

    Attributes:
        point: In a labeller's words.
        words: Groups of alternatives; a sentence covers the point if it holds one of every group, as
            beginnings of words or as words of the same stem.
    """

    point: str
    words: tuple[tuple[str, ...], ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _sentence_alone(cls, value: Any) -> Any:
        """Read a sentence alone as a point whose every longer word must be met."""
        if not isinstance(value, str):
            return value
        words = [word.strip(".,;:()").casefold() for word in value.split()]
        return {"point": value, "words": [[word] for word in words if len(word) >= _TELLING_LETTERS]}


class AnalysisSample(Sample):
    """A document, or one practice in it, with what a competent analysis holds.

    Attributes:
        document: A reference, or a file beside the dataset; or `text`.
        text: The words of the document.
        practice: The practice; every one found where left out.
        required: Citations it must name.
        acceptable: Further ones it may name; ``gdpr:*`` stands for a whole instrument.
        wrong: Ones it must not name.
        jurisdictions: Codes a reader must think of; None where they were not labelled.
        level: Lowest and highest level of exposure a labeller defends; one where both are the same.
        points: Points of the rubric by factor.
        vendor_points: What a procurement reader must see.
        at: Day of the analysis; decides which law is in force.
    """

    document: Reference | str | None = None
    text: str | None = None
    practice: str | None = None
    required: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] | None = None
    level: tuple[Level, Level] | None = None
    points: Points | None = None
    vendor_points: tuple[VendorPoint, ...] = ()
    at: datetime.date | None = None

    @field_validator("level", mode="before")
    @classmethod
    def _one_level(cls, value: Any) -> Any:
        return [value, value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_source(self) -> AnalysisSample:
        if (self.document is None) == (self.text is None):
            raise ValueError("needs either document or text")
        if self.level and LEVELS.index(self.level[0]) > LEVELS.index(self.level[1]):
            raise ValueError("level goes from the lowest to the highest")
        return self

    @property
    def source(self) -> Reference | str:
        """What is analysed."""
        return self.document or self.text or ""


def _together(sample: AnalysisSample) -> str:
    source = sample.source if isinstance(sample.source, str) else sample.source.model_dump_json()
    return f"{sample.at} {sample.practice is None} {source}"


def _answer(samples: Sequence[AnalysisSample], bench: Bench) -> list[Answer]:
    """Answer the samples of one document from one analysis of it."""
    practices = list(dict.fromkeys(one.practice for one in samples if one.practice))
    analyzed = bench.analyze(samples[0].source, practices, samples[0].at)
    report, work = analyzed.report, ModelWork.of(analyzed, len(samples))
    answers = []
    for sample in samples:
        chosen = [one for one in report.analyses if sample.practice in (None, one.practice)]
        answer = Answer(unscored="no analysis: the document is out of reach")
        if chosen:
            answer = Answer(output=_describe(chosen, report.at, analyzed.texts, bench))
        answers.append(work.charge(sample.practice, answer))
    return answers


def _describe(
    analyses: Sequence[Analysis],
    at: datetime.date,
    texts: Mapping[tuple[str, str], Version],
    bench: Bench,
) -> Output:
    """Keep of the analyses what is scored, with every fault found in them."""
    claims = [claim for one in analyses for claim in one.iter_claims()]
    exposures = [one.governance_exposure for one in analyses]
    levels = [one.level for one in exposures if one.level]
    lows = [one.low_level for one in exposures if one.low_level]
    highs = [one.high_level for one in exposures if one.high_level]
    inspected = [
        inspect_analysis(
            one,
            texts,
            bench.register,
            at,
            bench.analyzer.knowledge,
            by_model=bench.settings.model is not None,
        )
        for one in analyses
    ]
    return {
        "level": max(levels, key=LEVELS.index, default=None),
        "range": [max(lows, key=LEVELS.index), max(highs, key=LEVELS.index)] if lows and highs else None,
        "points": {k: v for one in exposures[:1] for k, v in one.points.model_dump().items() if v},
        "citations": sorted({one for claim in claims for one in claim.citations}),
        "coming": sorted({one for claim in claims for one in claim.coming}),
        "jurisdictions": sorted({flag.jurisdiction for one in analyses for flag in one.jurisdiction_flags}),
        "plain_statement": [one.plain_statement.text for one in analyses if one.plain_statement],
        "advice": [claim.text for one in analyses for name in ADVICE for claim in getattr(one, name)],
        "withheld": [f"{gone.section}: {gone.reason}" for one in analyses for gone in one.withheld],
        "drafted_by": {k: v for one in analyses for k, v in one.drafted_by.items()},
        "counts": _added([one.counts for one in inspected]),
        "breaches": [breach.model_dump() for one in inspected for breach in one.breaches],
        "faults": [fault for one in inspected for fault in one.faults],
    }


def _added(many: Sequence[Counts]) -> Counts:
    added: Counts = {}
    for counts in many:
        for family, classes in counts.items():
            for name, keys in classes.items():
                place = added.setdefault(family, {}).setdefault(name, {})
                for key, number in keys.items():
                    place[key] = place.get(key, 0.0) + number
    return added


def _score(sample: AnalysisSample, output: Output, bench: Bench) -> Score:
    """Score an analysis: it passes where nothing in it is wrong; its value is the share of what is wanted.

    Wrong are a broken rule, a required citation missing, one labelled wrong, a level outside the labelled
    range.
    """
    counts: Counts = {family: dict(classes) for family, classes in output["counts"].items()}
    parts: list[tuple[float, str]] = []
    sound = not output["breaches"]
    cited = output["citations"]
    if sample.required or sample.acceptable or sample.wrong:
        articles, instruments = count_citations(cited, sample.required, sample.acceptable, sample.wrong)
        counts["articles"], counts["instruments"] = articles, instruments
        missing = [one for one in sample.required if not is_cited(one, cited)]
        labelled = {*sample.required, *sample.acceptable}
        wrong = [one for one in cited if is_wrong(one, sample.wrong, labelled)]
        right = 1.0 - len(missing) / max(1, len(sample.required))
        sound = sound and not wrong and not missing
        parts.append((0.0 if wrong else right, _worded(("does not cite", missing), ("wrongly cites", wrong))))
    if sample.jurisdictions is not None:
        counts["jurisdictions"] = count_labels(sample.jurisdictions, output["jurisdictions"])
        unseen = sorted(set(sample.jurisdictions) - set(output["jurisdictions"]))
        found = 1.0 - len(unseen) / max(1, len(sample.jurisdictions))
        parts.append((found, _worded(("does not flag", unseen))))
    if sample.level is not None:
        given, stated = output["level"], output["range"]
        counts["levels"] = count_level(sample.level, given, stated and (stated[0], stated[1]))
        inside = _is_inside(given, stated, sample.level)
        sound = sound and inside
        wanted = " to ".join(dict.fromkeys(sample.level))
        parts.append((float(inside), "" if inside else f"level {given}, labelled {wanted}"))
    for point in sample.vendor_points:
        covered = covers(point, output["advice"])
        counts.setdefault("points", {}).setdefault(sample.practice or "", {"n": 0.0, "covered": 0.0})
        counts["points"][sample.practice or ""]["n"] += 1
        counts["points"][sample.practice or ""]["covered"] += covered
        parts.append((float(covered), "" if covered else f"vendor point not covered: {point.point}"))
    breaches = tuple(Breach.model_validate(one) for one in output["breaches"])
    why = [words for _, words in parts if words] + [one.detail for one in breaches]
    value = sum(part for part, _ in parts) / len(parts) if parts else float(not breaches)
    return Score(
        passed=sound,
        value=0.0 if breaches else value,
        why="; ".join(why)[:800],
        counts=counts,
        breaches=breaches,
    )


def _is_inside(given: Level | None, stated: Sequence[Level] | None, labelled: tuple[Level, Level]) -> bool:
    """Tell whether the level given, or the range where there is no level, agrees with the labelled one."""
    low, high = _bounds(labelled)
    if given is not None:
        return given in LEVELS[low:high]
    return stated is not None and LEVELS.index(stated[0]) < high and low <= LEVELS.index(stated[1])


def _bounds(level: tuple[Level, Level]) -> tuple[int, int]:
    return LEVELS.index(level[0]), LEVELS.index(level[1]) + 1


def _worded(*parts: tuple[str, Sequence[str]]) -> str:
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names)


def covers(point: VendorPoint, sentences: Sequence[str]) -> bool:
    """Tell whether one sentence holds a word of every group of a point."""
    return any(all(_holds(sentence, group) for group in point.words) for sentence in sentences)


def _holds(sentence: str, group: Sequence[str]) -> bool:
    folded = sentence.casefold().replace("-", " ")
    words = folded.split()
    stems = {stem(word.strip(".,;:?!()“”‘’\"'")) for word in words}
    for alternative in group:
        wanted = alternative.casefold().replace("-", " ")
        if " " in wanted:
            if wanted in folded:
                return True
        elif stem(wanted) in stems or any(word.lstrip("“‘(\"'").startswith(wanted) for word in words):
            return True
    return False


def _labels_of(output: Output) -> frozenset[str]:
    citations = {f"cites {one}" for one in output["citations"]}
    flags = {f"flags {one}" for one in output["jurisdictions"]}
    return frozenset({f"level {output['level']}"} | citations | flags)


TASK = Task(
    name="analysis",
    title="Whole analyses",
    row=AnalysisSample,
    metrics=(
        prose.QUOTES_EXACT,
        prose.PROVENANCE,
        *INSTRUMENTS,
        *ARTICLES,
        NON_EXISTENT,
        CURRENCY,
        *metrics_of_labels("jurisdictions", "jurisdictions", macro=False),
        KAPPA,
        EXACT,
        WITHIN_ONE,
        SEVERE_MISSES,
        CONTAINED,
        SCORED,
        prose.FORBIDDEN,
        prose.UNSUPPORTED,
        prose.UNSUPPORTED_FACTS,
        prose.POINTS,
        prose.SPECIFIC,
        prose.RESTATED,
        prose.DUPLICATES,
        prose.PLAIN,
        prose.GRADE,
        prose.WITHHELD,
        prose.BY_MODEL,
        *EFFORT,
    ),
    answer=_answer,
    score=_score,
    labels=_labels_of,
    together=_together,
)
