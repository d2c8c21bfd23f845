"""`eval`: runs, comparisons, gates and pages as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clauseproof.evaluation.data import evaluation_data_path

from .conftest import Process, Refused, Run

BASELINE = str(evaluation_data_path() / "baseline.json")
TEXT = "We keep server logs for 30 days. We do not sell your personal information."
ROWS = [
    {"id": "a", "quote": "We keep server logs for 30 days.", "document": TEXT, "expected": "accept"},
    {"id": "b", "quote": "We keep server logs for 90 days.", "document": TEXT, "expected": "reject"},
    {"id": "c", "quote": "sell your personal information", "document": TEXT, "expected": "accept"},
]


@pytest.fixture
def rows(tmp_path: Path) -> str:
    """Three quotations of a text: the program gets two right, the third is labelled wrong."""
    path = tmp_path / "quotes.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return str(path)


class TestGateOfTheFixtures:
    """The reduced gate of `make test`; `make eval` runs the whole one."""

    @pytest.mark.parametrize(
        "task", ["absences", "analysis", "classification", "quotes", "retrieval", "truth"]
    )
    def test_a_part_of_the_fixtures_passes(self, sample: Run, task: str) -> None:
        """Nothing fell, nothing lost that must hold, no rule broken."""
        limit = {"classification": "200", "analysis": "12", "absences": "40", "truth": "12"}.get(task, "30")
        result = sample("eval", "run", task, "--limit", limit, "--seed", "7", "--gate", BASELINE)
        assert result.exit_code == 0, result.stdout
        assert f"gate open: {task} on fixtures/{task}" in result.stdout


class TestRun:
    def test_figures_fit_a_terminal(self, run: Run, rows: str) -> None:
        """A table of 80 columns, with the number right and the interval."""
        result = run("eval", "run", "quotes", "--dataset", rows)
        assert result.exit_code == 0
        assert "offline: 2 of 3 right" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 80

    def test_json_is_one_value(self, run: Run, rows: str) -> None:
        """With every figure and its count."""
        value = json.loads(run("eval", "run", "quotes", "--dataset", rows, "--json").stdout)
        (one,) = value["runs"]
        assert (one["scored"], one["passed"], one["run"]["analyst"]) == (3, 2, "offline")
        assert {row["metric"]: row["figure"]["value"] for row in one["rows"]}["falsely-accepted"] == 0

    def test_outputs_are_kept_and_gone_on_with(self, run: Run, rows: str, tmp_path: Path) -> None:
        """A row per sample in order, the record beside it; the same command changes nothing."""
        outputs = tmp_path / "out.jsonl"
        command = ("eval", "run", "quotes", "--dataset", rows, "--outputs", str(outputs))
        assert run(*command).exit_code == 0
        kept = outputs.read_text("utf-8")
        assert [json.loads(line)["id"] for line in kept.splitlines()] == ["a", "b", "c"]
        assert json.loads((tmp_path / "out.jsonl.run.json").read_text())["samples"] == 3
        assert run(*command).exit_code == 0
        assert outputs.read_text("utf-8") == kept

    def test_a_shut_gate_ends_with_1_and_names_why(self, run: Run, rows: str, tmp_path: Path) -> None:
        """A baseline that had the third right, and now it must hold."""
        baseline = str(tmp_path / "baseline.json")
        path = Path(rows)
        good = [{**row, "must_hold": True} for row in ROWS[:2]]
        path.write_text("".join(json.dumps(row) + "\n" for row in good), "utf-8")
        assert run("eval", "run", "quotes", "--dataset", rows, "--pin", baseline).exit_code == 0
        assert run("eval", "run", "quotes", "--dataset", rows, "--gate", baseline).exit_code == 0
        worse = [good[0] | {"expected": "reject"}, good[1]]
        path.write_text("".join(json.dumps(row) + "\n" for row in worse), "utf-8")
        junit = tmp_path / "junit.xml"
        result = run("eval", "run", "quotes", "--dataset", rows, "--gate", baseline, "--junit", str(junit))
        assert result.exit_code == 1
        assert "GATE SHUT" in result.stdout
        assert "must-hold: a" in result.stdout
        assert "rule: invented-quotation" in result.stdout
        suites = {one.get("name"): one for one in ElementTree.parse(junit).getroot()}
        assert suites["gate"].get("failures") == "1"

    def test_anchors_stand_in_the_same_table(self, run: Run, tmp_path: Path) -> None:
        """Three columns of values."""
        candidates = [
            {"id": "1", "text": "You pay by card."},
            {"id": "2", "text": "We keep logs for a year."},
        ]
        row = {"id": "q", "question": "How long are logs kept?", "candidates": candidates, "gold": ["2"]}
        path = tmp_path / "questions.jsonl"
        path.write_text(json.dumps(row) + "\n", "utf-8")
        result = run("eval", "run", "retrieval", "--dataset", str(path), "--anchors")
        assert result.exit_code == 0
        assert "BM25, stemmed" in result.stdout
        assert "dense" in result.stdout


class TestCompareAndReport:
    @pytest.fixture
    def outputs(self, run: Run, rows: str, tmp_path: Path) -> tuple[str, str]:
        """The outputs of a run, and of one that lost a sample."""
        before, after = str(tmp_path / "before.jsonl"), str(tmp_path / "after.jsonl")
        run("eval", "run", "quotes", "--dataset", rows, "--outputs", before)
        worse = [{**row, "expected": "reject"} if row["id"] == "a" else row for row in ROWS]
        Path(rows).write_text("".join(json.dumps(row) + "\n" for row in worse), "utf-8")
        run("eval", "run", "quotes", "--dataset", rows, "--outputs", after)
        return before, after

    def test_a_comparison_shows_both_outputs(self, run: Run, outputs: tuple[str, str]) -> None:
        """What flipped, with what either run said."""
        result = run("eval", "compare", *outputs)
        assert "1 samples right in A alone, 0 in B alone" in result.stdout
        assert "a (lost)" in result.stdout
        value = json.loads(run("eval", "compare", *outputs, "--json").stdout)
        assert value[0]["flips"][0]["before"]["decision"] == "accept"

    def test_a_comparison_fits_a_terminal(self, run: Run, outputs: tuple[str, str]) -> None:
        """Figures, flipped samples and their outputs in 80 columns."""
        lines = run("eval", "compare", *outputs).stdout.splitlines()
        assert max(map(len, (line for line in lines if not line.startswith(("  A  ", "  B  "))))) <= 80

    def test_a_page_is_written(self, run: Run, outputs: tuple[str, str], tmp_path: Path) -> None:
        """Its path is printed."""
        page = tmp_path / "page.html"
        result = run("eval", "report", outputs[1], "--against", outputs[0], "--out", str(page))
        assert result.stdout.strip() == str(page)
        assert "<title>" in page.read_text("utf-8")


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("run", "nosuch"), "there are absences, analysis, classification, quotes, retrieval, truth"),
            (("run", "quotes", "--dataset", "missing.jsonl"), "missing.jsonl: cannot be read"),
            (("run", "quotes", "--outputs", "."), ". is a folder; for one task, name a file"),
            (("run", "all", "--dataset", "x.jsonl"), "--dataset goes with one task"),
            (("run", "quotes", "--map", "x.yaml"), "--map goes with --dataset"),
            (("run", "quotes", "--lower-floors"), "--lower-floors goes with --pin"),
            (("run", "quotes", "--replies", "x"), "go with --model"),
            (("run", "quotes", "--gate", "missing.json"), "missing.json: cannot be read"),
            (("run", "analysis", "--model", "openai:x", "--limit", "1"), "needs a key"),
            (("compare", "missing.jsonl", "other.jsonl"), "missing.jsonl: no record of a run"),
            (("report", "missing.jsonl"), "missing.jsonl: no record of a run"),
        ],
    )
    def test_each_is_one_line(self, run: Run, arguments: tuple[str, ...], said: str) -> None:
        """Exit code 2, nothing on stdout; without a key every sample is unscored, and the code is 1."""
        result = run("eval", *arguments)
        if "--model" in arguments:
            assert (result.exit_code, said in result.stdout) == (1, True)
            return
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize("content", [b"", b"\x00\xff\x01", b"{", b"[1]", b'{"id": "a"}'])
    def test_a_malformed_dataset_is_named(self, refused: Refused, tmp_path: Path, content: bytes) -> None:
        """Empty, binary, cut short, another shape, a field missing."""
        path = tmp_path / "rows.jsonl"
        path.write_bytes(content)
        assert str(path) in refused("eval", "run", "quotes", "--dataset", str(path))

    def test_a_reader_that_goes_is_no_failure(self, process: Process, rows: str) -> None:
        """`| head -1`."""
        done = process("eval", "run", "quotes", "--dataset", rows)
        assert done.returncode == 0
