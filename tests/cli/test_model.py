"""`analyze --model` and `trace` as a user types them, against the stand-in server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from clauseproof.cli import cli
from clauseproof.pipeline import sample_archive_path
from clauseproof.testing import QUOTA, Faults, StandInServer, valid_noise

KEY = "sk-proj-averysecretkey0123456789"
NARROW = ["quillowen", "privacy policy", "--practice", "ai-training"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A runner in a folder of its own, with the sample archive added and a key in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    runner = CliRunner()
    runner.invoke(
        cli, ["archive", "add", str(sample_archive_path()), "--name", "sample"], catch_exceptions=False
    )
    return runner


def test_model_run_ends_with_a_report_and_a_trace(run: CliRunner, tmp_path: Path) -> None:
    """The summary names the model, the trace shows prompts and verdicts."""
    with StandInServer(valid_noise(1)) as server:
        arguments = ["analyze", *NARROW, "--model", "openai:noise", "--base-url", server.base_url]
        result = run.invoke(cli, [*arguments, "--format", "html,json"])
    assert result.exit_code == 0, result.output
    assert "openai:noise drafted" in result.output
    report = json.loads(next((tmp_path / "clauseproof-reports").glob("*.json")).read_text("utf-8"))
    run_id = report["run"]["run_id"]
    shown = run.invoke(cli, ["trace", run_id[:5], "--prompts"])
    assert shown.exit_code == 0
    for part in ("statement.v1", "RULES OF PROOF", "reply:", "withheld"):
        assert part in shown.output
    listed = json.loads(run.invoke(cli, ["trace", run_id, "--json"]).stdout)
    assert {event["event"] for event in listed} == {"call", "verdict"}


def test_key_is_written_nowhere(run: CliRunner, tmp_path: Path) -> None:
    """Not in the report, the trace, the kept replies, nor on the screen."""
    with StandInServer(valid_noise(1), Faults(rate=0.3, seed=2)) as server:
        arguments = ["analyze", *NARROW, "--model", "openai:noise", "--base-url", server.base_url]
        result = run.invoke(cli, [*arguments, "--format", "html,md,json"])
    assert KEY not in result.output
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert not any(KEY.encode() in path.read_bytes() for path in written)


def test_dry_run_prints_requests_tokens_and_cost(run: CliRunner) -> None:
    """Nothing is sent; the most it may cost is said."""
    result = run.invoke(cli, ["analyze", *NARROW, "--model", "openai:gpt-4.1", "--dry-run"])
    assert result.exit_code == 0
    assert "at most $" in result.output
    assert "nothing was sent" in result.output
    plan = json.loads(
        run.invoke(cli, ["analyze", *NARROW, "--model", "openai:gpt-4.1", "--dry-run", "--json"]).stdout
    )
    assert plan["calls"][0]["request"]["messages"][0]["role"] == "system"
    assert plan["input_tokens"] == sum(call["input_tokens"] for call in plan["calls"])


def test_model_that_refuses_leaves_a_report_and_exit_code_1(run: CliRunner) -> None:
    """The offline report is written; what is undone is said."""
    with StandInServer(valid_noise(1), Faults(rate=1, kinds=(QUOTA,))) as server:
        arguments = ["analyze", *NARROW, "--model", "openai:noise", "--base-url", server.base_url]
        result = run.invoke(cli, arguments)
    assert result.exit_code == 1
    assert "1 part not done" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "gpt-4.1"], "openai:NAME"),
        (["--model", "openai:x", "--base-url", "nowhere"], "no endpoint"),
        (["--base-url", "http://127.0.0.1:1/v1"], "go with --model"),
        (["--dry-run"], "go with --model"),
        (["--model", "openai:unheard-of", "--max-cost", "1"], "no price"),
        (["--model", "mistralai:x"], "pip install langchain-mistralai"),
        (["--model", "openai:x", "--max-tokens", "0"], "--max-tokens"),
    ],
)
def test_wrong_use_is_one_line(run: CliRunner, arguments: list[str], words: str) -> None:
    """Exit code 2, the message says what to do."""
    result = run.invoke(cli, ["analyze", *NARROW, *arguments])
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_missing_key_is_named(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without endpoint and key nothing is tried."""
    monkeypatch.delenv("OPENAI_API_KEY")
    result = run.invoke(cli, ["analyze", *NARROW, "--model", "openai:gpt-4.1"])
    assert result.exit_code == 2
    assert "OPENAI_API_KEY" in result.output


def test_unknown_run_gets_the_newest(run: CliRunner) -> None:
    """A wrong id is said to be wrong."""
    result = run.invoke(cli, ["trace", "nothing"])
    assert result.exit_code == 2
    assert "no model run begins with 'nothing'" in result.output
