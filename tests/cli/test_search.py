"""`search`: provisions by words and by meaning, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from clauseproof.documents import Version
from clauseproof.pipeline import sample_archive_path

from . import shapes
from .conftest import Refused, Run


def test_hits_are_spans_of_the_newest_texts(sample: Run, version: Version) -> None:
    """Best first, no more than asked for; the index is built once and then reused."""
    first = sample("search", "opt out of training", "--service", "brushmoor", "-k", "4", "--json")
    again = sample("search", "opt out of training", "--service", "brushmoor", "-k", "4", "--json")
    hits = shapes.parse(first.stdout, shapes.HITS)
    assert (first.stdout, "indexing" in first.stderr, again.stderr) == (again.stdout, True, "")
    assert 0 < len(hits) <= 4
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert {hit["service"] for hit in hits} == {"Brushmoor"}
    for hit in hits:
        if hit["version_id"] == version.version_id:
            assert hit["text"].split()[-1] in version.text[hit["start"] : hit["end"]]


def test_the_filters_narrow(sample: Run) -> None:
    """Archive, document and day, one by one."""
    every = shapes.parse(
        sample("search", "retention period", "--archive", "sample", "--json").stdout, shapes.HITS
    )
    assert len({hit["service"] for hit in every}) > 1
    scope = ["--service", "Hirewend", "--document", "data", "--at", "2024-12-31", "--json"]
    hits = shapes.parse(sample("search", "retention period", *scope).stdout, shapes.HITS)
    assert {(hit["document"], hit["version_id"][:4]) for hit in hits} == {
        ("Data Processing Agreement", "2024")
    }


def test_hits_are_printed_for_people(sample: Run) -> None:
    """Where it stands, its beginning, its span."""
    lines = sample("search", "arbitration", "--service", "brushmoor").stdout.splitlines()
    assert lines[0].startswith("Brushmoor / ")
    assert lines[2].lstrip().startswith("characters ")


@pytest.mark.parametrize("query", ["", "!!!", "\0", "\udcff", "qqqxyzzy"])
def test_a_question_nothing_answers_is_no_failure(sample: Run, query: str) -> None:
    """No hits is an answer."""
    result = sample("search", query, "--service", "Brushmoor", "--json")
    assert (result.exit_code, result.stdout) == (0, "[]\n")


def test_wrong_input_is_refused(refused: Refused) -> None:
    """Names get the nearest, a day before anything was recorded the first day, numbers the range."""
    assert "'Brushmoor'" in refused("search", "x", "--service", "Brushmor")
    assert "'sample'" in refused("search", "x", "--archive", "smple")
    assert "first recorded on 2024-" in refused("search", "x", "--at", "2001-01-01")
    assert "--service" in refused("search", "x", "--document", "privacy")
    assert "-k" in refused("search", "x", "-k", "0")


def test_a_damaged_index_is_named(run: Run, tmp_path: Path) -> None:
    """The message says what to delete."""
    run("archive", "add", str(sample_archive_path()), "--name", "sample")
    run("search", "fees", "--service", "Brushmoor")
    for path in (tmp_path / "workspace" / "index").glob("*.sqlite"):
        path.write_text("garbage")
    result = run("search", "fees", "--service", "Brushmoor")
    assert result.exit_code == 2
    assert "delete the index folder" in result.stderr.splitlines()[-1]


def test_an_unknown_embedder_is_named(sample: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a key that is missing for one that needs it."""
    for embedder, reason in (("nonsense", "nonsense"), ("openai:some-model", "OPENAI_API_KEY")):
        monkeypatch.setenv("CLAUSEPROOF_EMBEDDER", embedder)
        result = sample("search", "fees")
        assert result.exit_code == 2
        assert reason in result.stderr
