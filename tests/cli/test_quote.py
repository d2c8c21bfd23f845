"""`quote`: accepted with its place, refused with the difference and exit code 1."""

from __future__ import annotations

from pathlib import Path

from clauseproof.documents import Version

from . import shapes
from .conftest import Refused, Run


def test_a_sentence_as_a_reader_sees_it_is_accepted(sample: Run, version: Version, sentence: str) -> None:
    """Its spans lie in the version that is named."""
    result = sample("quote", sentence, "--service", "brushmoor", "--json")
    proof = shapes.parse(result.stdout, shapes.QUOTATION)
    assert (result.exit_code, proof["version_id"], proof["difference"]) == (0, version.version_id, None)
    span = proof["spans"][0]
    assert version.text[span["start"] : span["end"]].split()[0] == sentence.split()[0]
    assert sample("quote", sentence, "--service", "brushmoor").stdout.startswith("accepted: ")


def test_a_changed_word_is_refused_and_named(sample: Run, sentence: str) -> None:
    """Exit code 1 says so to scripts, and the difference says what to people."""
    changed = sentence.replace(" may ", " will ", 1)
    result = sample("quote", changed, "--service", "Brushmoor", "--document", "privacy", "--json")
    proof = shapes.parse(result.stdout, shapes.QUOTATION)
    assert (result.exit_code, proof["status"], proof["spans"]) == (1, "rejected", [])
    assert "may" in proof["difference"]
    printed = sample("quote", changed, "--service", "Brushmoor")
    assert (printed.exit_code, printed.stdout.startswith("rejected: ")) == (1, True)
    assert "nearest" in printed.stdout


def test_history_is_searched_when_asked(sample: Run) -> None:
    """Words that only an earlier version has are found with --all-versions alone."""
    words = ["quote", only_in_first(sample), "--service", "Brushmoor", "--document", "Terms", "--json"]
    assert sample(*words).exit_code == 1
    proof = shapes.parse(sample(*words, "--all-versions").stdout, shapes.QUOTATION)
    assert proof["version_id"].startswith(("2024-", "2025-"))


def only_in_first(sample: Run) -> str:
    """Return a line of an early version of the terms that the newest has lost."""
    first, newest = (
        shapes.parse(sample("show", "Brushmoor", "Terms", "--json", *at).stdout, shapes.VERSION)["text"]
        for at in (["--at", "2024-12-31"], [])
    )
    lines: list[str] = first.splitlines()
    return next(one for one in lines if len(one) > 60 and one not in newest and one[0].isalnum())


def test_a_file_is_searched(run: Run, tmp_path: Path) -> None:
    """By its name or on standard input; a text may begin with a dash."""
    path = tmp_path / "policy.md"
    path.write_text("# Acorn\n\nLogs are kept for **30 days**.\n\n- We sell nothing.\n")
    assert run("quote", "Logs are kept for 30 days.", "--file", str(path)).exit_code == 0
    assert run("quote", "--file", str(path), "--", "- We sell nothing.").exit_code == 0
    refusal = run("quote", "Logs are kept for 90 days.", "--file", "-", input=path.read_bytes())
    assert refusal.exit_code == 1
    assert "30" in refusal.stdout


def test_a_text_without_words_proves_nothing(sample: Run) -> None:
    """Refused, not an error: it was looked for."""
    for text in ("", " ", "...", "\0"):
        assert sample("quote", text, "--service", "Brushmoor").exit_code == 1


def test_a_service_or_a_file_is_needed(refused: Refused, tmp_path: Path) -> None:
    """One of them, and what belongs to the other is refused."""
    path = tmp_path / "policy.md"
    path.write_text("# Acorn\n\nWe list offers.\n")
    file = ["--file", str(path)]
    for more in (
        [],
        ["--service", "Brushmoor", *file],
        [*file, "--document", "x"],
        [*file, "--all-versions"],
    ):
        assert "--service" in refused("quote", "We list", *more)


def test_unknown_names_get_the_nearest(refused: Refused) -> None:
    """Service and document."""
    assert "'Brushmoor'" in refused("quote", "We list", "--service", "Brushmore")
    line = refused("quote", "We list", "--service", "Brushmoor", "--document", "Privacy Polcy")
    assert "Did you mean 'Privacy Policy'?" in line
    assert "'--help'" in refused("quote", "We list", "--service", "--help")
