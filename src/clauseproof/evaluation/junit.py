"""JUnit XML of runs and gates, for the servers that show test results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from clauseproof.archive.storage import write_atomically
from clauseproof.evaluation.gate import GateVerdict
from clauseproof.evaluation.results import Result, RunResults

# XML 1.0 admits no other control characters than tab, line feed and carriage return.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, runs: Sequence[RunResults], verdicts: Sequence[GateVerdict]) -> None:
    """Write a test suite per run.

    A sample that is wrong is a failure only where it must hold or broke a rule without exceptions: figures
    below 1 are normal, and a server that is red every day is not looked at. An unscored sample is skipped
    with its reason. With a gate, a suite ``gate`` has a case per run.
    """
    root = ElementTree.Element("testsuites", name="clauseproof eval")
    for run in runs:
        suite = ElementTree.SubElement(root, "testsuite", name=_fit(f"{run.name}, {run.run.analyst}"))
        for result in run.results:
            _add_case(suite, run, result)
        _count(suite)
    if verdicts:
        suite = ElementTree.SubElement(root, "testsuite", name="gate")
        for verdict in verdicts:
            case = ElementTree.SubElement(suite, "testcase", classname="gate", name=_fit(verdict.run))
            if not verdict.is_open:
                words = [f"{one.reason}: {one.subject}: {one.detail}" for one in verdict.findings]
                failure = ElementTree.SubElement(case, "failure", message=_fit(words[0][:200]))
                failure.text = _fit("\n".join(words))
        _count(suite)
    ElementTree.indent(root)
    write_atomically(path, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _add_case(suite: ElementTree.Element, run: RunResults, result: Result) -> None:
    name = result.id if run.run.repeats == 1 else f"{result.id} #{result.repeat}"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_fit(f"{run.run.task}.{result.group}"),
        name=_fit(name),
        time=f"{result.seconds:.3f}",
    )
    if result.score is None:
        ElementTree.SubElement(case, "skipped", message=_fit(str(result.unscored)))
    elif result.score.breaches or (result.must_hold and not result.score.passed):
        kind = result.score.breaches[0].rule if result.score.breaches else "must-hold"
        failure = ElementTree.SubElement(case, "failure", type=kind, message=_fit(result.score.why[:200]))
        failure.text = _fit("\n".join(one.detail for one in result.score.breaches) or result.score.why)


def _count(suite: ElementTree.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("errors", "0")


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
