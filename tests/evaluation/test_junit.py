"""JUnit XML: well-formed whatever the texts hold, with counts a server can rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clauseproof.evaluation.gate import Baseline, GateVerdict, check_gate, pin_runs
from clauseproof.evaluation.junit import write_junit
from clauseproof.evaluation.results import RunResults

from .conftest import decided, lost, run_of

HOSTILE = "\x00\x07\x1b[31m<&>\"']]>\ud800\ufffe\U0001f600\u202e\r\n\tend"
Suites = Callable[..., list[ElementTree.Element]]


@pytest.fixture
def suites(tmp_path: Path) -> Suites:
    """Write runs and verdicts, and read the suites back."""

    def suites(*runs: RunResults, verdicts: tuple[GateVerdict, ...] = ()) -> list[ElementTree.Element]:
        path = tmp_path / "new folder" / "junit.xml"
        write_junit(path, runs, verdicts)
        return ElementTree.fromstring(path.read_bytes()).findall("testsuite")

    return suites


def _counts(suite: ElementTree.Element) -> tuple[str | None, ...]:
    return tuple(suite.get(name) for name in ("tests", "failures", "skipped", "errors"))


def test_counts_are_those_of_the_cases(suites: Suites) -> None:
    """Wrong is a failure only where it must hold or a rule is broken; unscored is skipped with its reason."""
    (suite,) = suites(
        run_of(
            decided("a"),
            decided("b", right=False),
            decided("c", right=False, must_hold=True),
            decided("d", breach="accepted: words"),
            lost("e", "timeout"),
        )
    )
    assert _counts(suite) == ("5", "2", "1", "0")
    assert [one.get("type") for one in suite.findall("testcase/failure")] == [
        "must-hold",
        "invented-quotation",
    ]
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "timeout"


def test_hostile_characters_do_not_break_it(suites: Suites, tmp_path: Path) -> None:
    """In names, reasons, details and the dataset; what XML admits is kept."""
    baseline = Baseline()
    names = [decided(HOSTILE, group=HOSTILE), decided("b", right=False, breach=HOSTILE), lost("c", HOSTILE)]
    run = run_of(*names, dataset=f"{HOSTILE}.jsonl", analyst=HOSTILE)
    first, gate = suites(run, verdicts=(check_gate(run, baseline),))
    assert (_counts(first), _counts(gate)) == (("3", "1", "1", "0"), ("1", "1", "0", "0"))
    failure = first.find("testcase/failure")
    assert failure is not None
    assert "\ufffd[31m<&>\"']]>\ufffd" in str(failure.text)
    assert "\U0001f600" in str(failure.text)


def test_repetitions_have_names_of_their_own(suites: Suites) -> None:
    """A server keeps a history by name."""
    again = decided("a").model_copy(update={"repeat": 2})
    (suite,) = suites(run_of(decided("a"), again, repeats=2))
    assert [one.get("name") for one in suite] == ["a #1", "a #2"]


def test_a_gate_has_a_case_for_each_run(suites: Suites, tmp_path: Path) -> None:
    """A shut one fails with every reason."""
    good = run_of(decided("a"), decided("b", must_hold=True))
    bad = run_of(lost("a", "timeout"), decided("b", right=False, must_hold=True))
    baseline = pin_runs([good], tmp_path / "baseline.json", lower_floors=False)
    *_, gate = suites(good, bad, verdicts=(check_gate(good, baseline), check_gate(bad, baseline)))
    assert (gate.get("name"), _counts(gate)) == ("gate", ("2", "1", "0", "0"))
    failure = gate.find("testcase/failure")
    assert failure is not None
    assert str(failure.text).splitlines() == ["must-hold: b: rejected: altered", "unscored: a: timeout"]


def test_nothing_at_all_is_a_document_too(suites: Suites) -> None:
    """Without runs there are no suites."""
    assert suites() == []
