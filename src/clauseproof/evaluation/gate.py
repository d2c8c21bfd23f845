"""The gate of a release: no significant fall, nothing lost that must hold, no absolute rule broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from clauseproof.archive.storage import write_atomically
from clauseproof.documents import Model
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.compare import Comparison, MetricDifference, compare_runs
from clauseproof.evaluation.figures import compute_figures
from clauseproof.evaluation.results import EvaluationRun, Result, RunResults

_EPSILON = 1e-9


class PinnedSample(Model):
    """What a baseline keeps of a sample: enough to compare, none of its text."""

    id: str
    group: str
    kind: str = ""
    must_hold: bool = False
    passed: bool
    value: float
    counts: dict[str, dict[str, dict[str, float]]] = Field(default_factory=dict)


class PinnedRun(Model):
    """A task's results when the baseline was pinned.

    Attributes:
        run: Its record.
        floors: Metric -> value, of metrics that have a direction.
        samples: Its scored samples.
    """

    run: EvaluationRun
    floors: dict[str, float]
    samples: tuple[PinnedSample, ...]

    def results(self) -> RunResults:
        """Return it as a run, without outputs."""
        return RunResults(
            run=self.run,
            results=tuple(
                Result.model_validate(
                    {
                        "id": one.id,
                        "group": one.group,
                        "kind": one.kind,
                        "must_hold": one.must_hold,
                        "score": {"passed": one.passed, "value": one.value, "counts": one.counts},
                    }
                )
                for one in self.samples
            ),
        )


class Baseline(Model):
    """What a release is held to.

    Attributes:
        runs: Pinned runs by task and name of the dataset.
    """

    format: Literal[1] = 1
    runs: dict[str, PinnedRun] = Field(default_factory=dict)


class Finding(Model):
    """A reason why a gate is shut.

    Attributes:
        reason: What sort of reason.
        subject: Metric, sample or rule.
        detail: In words.
    """

    reason: Literal["fall", "collapse", "must-hold", "rule", "unscored", "data", "no-baseline"]
    subject: str
    detail: str


class GateVerdict(Model):
    """What a gate says of a run.

    Attributes:
        run: Name of the run.
        findings: Why it is shut; empty where it is open.
        comparison: The run against the baseline; None where there is none to compare with.
    """

    run: str
    findings: tuple[Finding, ...]
    comparison: Comparison | None

    @property
    def is_open(self) -> bool:
        """Whether the release may go on."""
        return not self.findings


def run_key(run: EvaluationRun) -> str:
    """Return the name a baseline keeps a run under."""
    return f"{run.task}/{run.name}/{run.analyst}"


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        EvaluationError: It is missing or malformed; names file and field.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EvaluationError(
            f"{path}: cannot be read: {error.strerror}. Pin one with `eval run ... --pin {path}`."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise EvaluationError(
            f"{path}: no baseline: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        ) from error


def check_gate(run: RunResults, baseline: Baseline) -> GateVerdict:
    """Hold a run to a baseline.

    A run of a part of the samples is compared on that part. A rule without exceptions shuts the gate whatever
    the baseline was.
    """
    findings = list(_breaches(run))
    key = run_key(run.run)
    pinned = baseline.runs.get(key)
    if pinned is None:
        findings.append(Finding(reason="no-baseline", subject=key, detail="nothing is pinned for this run"))
        return GateVerdict(run=run.name, findings=tuple(findings), comparison=None)
    data = ("dataset_sha256", "label_map")
    if any(getattr(pinned.run, name) != getattr(run.run, name) for name in data):
        findings.append(
            Finding(
                reason="data",
                subject=run.run.dataset,
                detail="data or label map are not what the baseline was pinned on; pin again after review",
            )
        )
    known = {one.id for one in pinned.samples}
    if not any(one.id in known for one in run.results):
        findings.append(Finding(reason="no-baseline", subject=key, detail="none of these samples is pinned"))
        return GateVerdict(run=run.name, findings=tuple(findings), comparison=None)
    comparison = compare_runs(pinned.results(), run)
    for fall in comparison.falls:
        findings.append(Finding(reason="fall", subject=fall.title, detail=_say_fall(fall)))
    for one in comparison.collapses:
        detail = f"{one.before} right before, {one.after} now"
        findings.append(Finding(reason="collapse", subject=one.part, detail=detail))
    for flip in comparison.lost:
        if flip.must_hold:
            findings.append(
                Finding(reason="must-hold", subject=flip.id, detail=flip.why or "not right any more")
            )
    for name in comparison.unscored_after:
        reason = next(one.unscored for one in run.results if one.id == name and one.unscored)
        findings.append(Finding(reason="unscored", subject=name, detail=str(reason)))
    return GateVerdict(run=run.name, findings=tuple(findings), comparison=comparison)


def _say_fall(fall: MetricDifference) -> str:
    before, after = fall.difference.before, fall.difference.after
    if after is None:
        return f"{before:.3f} before, no value now"
    return f"{before:.3f} to {after:.3f}, p = {fall.p_fall:.3f}"


def _breaches(run: RunResults) -> list[Finding]:
    return [
        Finding(reason="rule", subject=f"{breach.rule}, {result.id}", detail=breach.detail)
        for result in run.results
        if result.score
        for breach in result.score.breaches
    ]


def pin_runs(runs: Sequence[RunResults], path: Path, *, lower_floors: bool) -> Baseline:
    """Write runs into a baseline, beside what it holds of others.

    Args:
        runs: Whole runs, one repetition.
        path: The baseline.
        lower_floors: Whether a metric may be pinned below what it was.

    Raises:
        EvaluationError: A run is of a part of its data, breaks a rule without exceptions, or would lower a
            floor or lose a sample that must hold; nothing is written then.
    """
    baseline = load_baseline(path) if path.exists() else Baseline()
    pinned = dict(baseline.runs)
    for run in runs:
        made = _pinned(run)
        before = pinned.get(run_key(run.run))
        if before and not lower_floors:
            _refuse_lowering(run, before, made)
        pinned[run_key(run.run)] = made
    renewed = Baseline(runs=dict(sorted(pinned.items())))
    write_atomically(path, _dump(renewed).encode())
    return renewed


def _pinned(run: RunResults) -> PinnedRun:
    if run.run.samples != run.run.rows or run.run.repeats != 1:
        raise EvaluationError(f"{run.name}: only a whole run of one repetition can be pinned.")
    broken = _breaches(run)
    if broken:
        raise EvaluationError(
            f"{run.name}: {len(broken)} breaches of rules without exceptions, the first: {broken[0].subject}:"
            f" {broken[0].detail[:200]}"
        )
    rows = compute_figures(run, broken_down=False).whole()
    return PinnedRun(
        run=run.run,
        floors={
            row.metric: round(row.figure.value, 6)
            for row in rows
            if row.higher_is_better is not None and row.figure.value is not None
        },
        samples=tuple(
            PinnedSample(
                id=one.id,
                group=one.group,
                kind=one.kind,
                must_hold=one.must_hold,
                passed=one.score.passed,
                value=one.score.value,
                counts=one.score.counts,
            )
            for one in run.results
            if one.score
        ),
    )


def _refuse_lowering(run: RunResults, before: PinnedRun, made: PinnedRun) -> None:
    directions = {row.metric: row.higher_is_better for row in compute_figures(run, broken_down=False).whole()}
    for name, floor in before.floors.items():
        value = made.floors.get(name)
        if value is None:
            raise EvaluationError(f"{run.name}: {name} has no value any more; it was {floor:.3f}.")
        lowered = value < floor - _EPSILON if directions[name] else value > floor + _EPSILON
        if lowered:
            raise EvaluationError(
                f"{run.name}: {name} would be pinned at {value:.3f}, it was {floor:.3f}; if that is meant,"
                " say --lower-floors."
            )
    if len(made.samples) < len(before.samples):
        raise EvaluationError(
            f"{run.name}: {len(made.samples)} samples have a score, {len(before.samples)} had;"
            " if that is meant, say --lower-floors."
        )
    right = {one.id for one in made.samples if one.passed}
    for one in before.samples:
        if one.must_hold and one.passed and one.id not in right:
            raise EvaluationError(
                f"{run.name}: {one.id} must hold and does not; if that is meant, say --lower-floors."
            )


def _dump(baseline: Baseline) -> str:
    """Return a baseline as JSON with a line per sample, so that a change of one shows as one line."""
    lines = ['{"format": 1, "runs": {']
    runs = []
    for key, run in baseline.runs.items():
        head = json.dumps({"run": run.run.model_dump(mode="json"), "floors": run.floors}, ensure_ascii=False)
        samples = ",\n".join(
            json.dumps(one.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
            for one in run.samples
        )
        runs.append(f'{json.dumps(key)}: {head[:-1]}, "samples": [\n{samples}\n]}}')
    lines.append(",\n".join(runs))
    lines.append("}}")
    return "\n".join(lines) + "\n"
