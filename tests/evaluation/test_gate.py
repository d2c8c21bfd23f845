"""The gate and its baseline: every reason shuts it, an equal run opens it, and no floor sinks unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.gate import Baseline, check_gate, load_baseline, pin_runs, run_key
from clauseproof.evaluation.results import RunResults

from .conftest import decided, lost, run_of

DOCUMENTS = 12


def _run(wrong: int = 0, **changes: object) -> RunResults:
    """Return a run over twelve documents; the last of them wrong."""
    results = [
        decided(f"{n}", right=n < DOCUMENTS - wrong, must_hold=n == DOCUMENTS - 1) for n in range(DOCUMENTS)
    ]
    return run_of(*results, **changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A baseline with one run pinned."""
    path = tmp_path / "baseline.json"
    pin_runs([_run()], path, lower_floors=False)
    return path


@pytest.fixture
def baseline(path: Path) -> Baseline:
    """The same, read."""
    return load_baseline(path)


def _reasons(run: RunResults, baseline: Baseline) -> list[tuple[str, str]]:
    verdict = check_gate(run, baseline)
    assert verdict.is_open == (not verdict.findings)
    return [(one.reason, one.subject) for one in verdict.findings]


class TestGate:
    def test_an_equal_run_opens_it(self, baseline: Baseline) -> None:
        """Whatever the commit, the code and the day."""
        later = _run(code_sha256="e" * 64, git_revision="abc")
        assert _reasons(later, baseline) == []

    def test_a_fall_shuts_it(self, baseline: Baseline) -> None:
        """The metric is named with both values."""
        run = run_of(*(decided(f"{n}", right=n == DOCUMENTS - 1) for n in range(DOCUMENTS)))
        assert _reasons(run, baseline) == [("fall", "right decisions")]
        assert "1.000 to 0.083" in check_gate(run, baseline).findings[0].detail

    def test_a_lost_sample_that_must_hold_shuts_it(self, baseline: Baseline) -> None:
        """One is enough; the mark is that of the data today."""
        assert _reasons(_run(wrong=1), baseline) == [("must-hold", "11")]
        one = run_of(*(decided(f"{n}", right=n != 3) for n in range(DOCUMENTS)))
        assert _reasons(one, baseline) == []

    def test_a_broken_rule_shuts_it_whatever_was_pinned(self, baseline: Baseline) -> None:
        """Even where nothing is."""
        run = run_of(*_run().results[1:], decided("0", breach="accepted: words"))
        assert _reasons(run, baseline) == [("rule", "invented-quotation, 0")]
        assert [one for one, _ in _reasons(run, Baseline())] == ["rule", "no-baseline"]

    def test_a_lost_score_shuts_it(self, baseline: Baseline) -> None:
        """With its reason."""
        run = run_of(lost("0", "timeout"), *_run().results[1:])
        verdict = check_gate(run, baseline)
        assert [(one.reason, one.subject, one.detail) for one in verdict.findings] == [
            ("unscored", "0", "timeout")
        ]

    def test_a_lost_score_of_one_that_must_hold_is_told_as_both(self, baseline: Baseline) -> None:
        """Nothing says that it still holds."""
        run = run_of(*_run().results[:-1], lost("11", "timeout", must_hold=True))
        assert _reasons(run, baseline) == [("must-hold", "11"), ("unscored", "11")]

    def test_other_data_shuts_it(self, baseline: Baseline) -> None:
        """A baseline is of its data."""
        assert _reasons(_run(dataset_sha256="e" * 64), baseline) == [("data", "data/mine/quotes.jsonl")]

    @pytest.mark.parametrize(
        "changes", [{"analyst": "openai:x"}, {"name": "theirs/quotes"}, {"task": "truth"}]
    )
    def test_a_run_nobody_pinned_does_not_pass(self, baseline: Baseline, changes: dict[str, Any]) -> None:
        """Another analyst, other data, another task."""
        run = _run(**changes)
        assert _reasons(run, baseline) == [("no-baseline", run_key(run.run))]

    def test_a_part_is_held_to_its_part(self, baseline: Baseline) -> None:
        """What was not run is not missing."""
        part = {"samples": 3, "rows": DOCUMENTS, "limit": 3}
        good = [decided("1"), decided("5"), decided("9")]
        assert _reasons(run_of(*good, **part), baseline) == []
        bad = decided("11", right=False, must_hold=True)
        assert _reasons(run_of(*good[:2], bad, **part), baseline) == [("must-hold", "11")]

    def test_what_had_no_score_before_may_have_none(self, tmp_path: Path) -> None:
        """It is no fall."""
        run = run_of(lost("0"), *_run().results[1:])
        baseline = pin_runs([run], tmp_path / "baseline.json", lower_floors=False)
        assert _reasons(run, baseline) == []

    def test_a_part_without_a_pinned_score_gets_a_verdict(self, tmp_path: Path) -> None:
        """The gate can say that nothing is pinned for it."""
        baseline = pin_runs([run_of(lost("a"), decided("b"))], tmp_path / "b.json", lower_floors=False)
        verdict = check_gate(run_of(lost("a"), samples=1, rows=2, limit=1), baseline)
        assert [one.reason for one in verdict.findings] == ["no-baseline"]


class TestPin:
    def test_a_baseline_is_read_as_it_was_pinned(self, path: Path, baseline: Baseline) -> None:
        """Floors of what has a direction, a line for each sample, none of its words."""
        (pinned,) = baseline.runs.values()
        assert pinned.floors == {"accuracy": 1.0, "falsely-rejected": 0.0}
        assert [one.id for one in pinned.samples] == [f"{n}" for n in range(DOCUMENTS)]
        lines = path.read_text().splitlines()
        assert len([one for one in lines if one.startswith('{"id"')]) == DOCUMENTS
        assert 'decision"' not in path.read_text()
        json.loads(path.read_text())

    def test_pinning_the_same_again_changes_nothing(self, path: Path) -> None:
        """To the byte."""
        before = path.read_bytes()
        pin_runs([_run()], path, lower_floors=False)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("wrong", [1, 5])
    def test_a_floor_sinks_only_where_it_is_asked_for(self, path: Path, wrong: int) -> None:
        """Refused with the metric, both values and the option; nothing is written then."""
        before = path.read_bytes()
        with pytest.raises(EvaluationError, match=r"accuracy would be pinned at .*1\.000.*--lower-floors"):
            pin_runs([_run(wrong)], path, lower_floors=False)
        assert path.read_bytes() == before
        pin_runs([_run(wrong)], path, lower_floors=True)
        assert check_gate(_run(wrong), load_baseline(path)).is_open

    def test_a_rate_of_errors_may_not_rise(self, tmp_path: Path) -> None:
        """Where less is better, more is lower; two true quotations lost and two altered ones caught."""
        path = tmp_path / "baseline.json"
        true, altered = ("a", "b"), ("c", "d")
        before = [decided(one) for one in true] + [
            decided(one, right=False, expected="reject") for one in altered
        ]
        after = [decided(one, right=False) for one in true] + [
            decided(one, expected="reject") for one in altered
        ]
        pin_runs([run_of(*before)], path, lower_floors=False)
        with pytest.raises(
            EvaluationError, match=r"falsely-rejected would be pinned at 1\.000, it was 0\.000"
        ):
            pin_runs([run_of(*after)], path, lower_floors=False)

    def test_a_sample_that_must_hold_is_not_lost_for_a_better_figure(self, tmp_path: Path) -> None:
        """One lost, one won: the figures are the same."""
        path = tmp_path / "baseline.json"
        pin_runs([run_of(decided("a", must_hold=True), decided("b", right=False))], path, lower_floors=False)
        swapped = run_of(decided("a", right=False, must_hold=True), decided("b"))
        with pytest.raises(EvaluationError, match="a must hold and does not"):
            pin_runs([swapped], path, lower_floors=False)

    def test_better_figures_are_pinned_unasked(self, tmp_path: Path) -> None:
        """The floors rise."""
        path = tmp_path / "baseline.json"
        for wrong in (5, 0):
            baseline = pin_runs([_run(wrong)], path, lower_floors=False)
        assert next(iter(baseline.runs.values())).floors["accuracy"] == 1.0

    @pytest.mark.parametrize("lower_floors", [False, True])
    @pytest.mark.parametrize(
        ("run", "reason"),
        [
            (run_of(decided("a"), rows=2), "only a whole run"),
            (run_of(decided("a"), repeats=2), "only a whole run"),
            (run_of(decided("a"), decided("b", breach="accepted: words")), "1 breaches of rules.*words"),
        ],
    )
    def test_a_part_or_a_breach_is_never_pinned(
        self, path: Path, run: RunResults, reason: str, lower_floors: bool
    ) -> None:
        """Asked or not."""
        before = path.read_bytes()
        with pytest.raises(EvaluationError, match=reason):
            pin_runs([run], path, lower_floors=lower_floors)
        assert path.read_bytes() == before

    def test_other_runs_stay_in_the_file(self, path: Path) -> None:
        """A baseline holds one for each task, data and analyst."""
        other = _run(wrong=3, analyst="openai:x")
        pin_runs([other], path, lower_floors=False)
        kept = load_baseline(path).runs
        assert set(kept) == {run_key(_run().run), run_key(other.run)}
        assert check_gate(_run(), Baseline(runs=kept)).is_open

    def test_one_run_refused_pins_none_of_the_others(self, path: Path) -> None:
        """All or nothing."""
        before = path.read_bytes()
        with pytest.raises(EvaluationError):
            pin_runs([_run(analyst="openai:x"), _run(wrong=2)], path, lower_floors=False)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff", b"[]", b'{"format": 2}', b'{"runs": {"a": {}}}', b'{"run": {}}']
)
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, data: bytes) -> None:
    """And is not written over."""
    path = tmp_path / "baseline.json"
    path.write_bytes(data)
    with pytest.raises(EvaluationError, match=r"baseline\.json: no baseline"):
        load_baseline(path)
    with pytest.raises(EvaluationError):
        pin_runs([_run()], path, lower_floors=True)
    assert path.read_bytes() == data


def test_a_baseline_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    """The command stands in the message."""
    with pytest.raises(EvaluationError, match="--pin"):
        load_baseline(tmp_path / "baseline.json")
