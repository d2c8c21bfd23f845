"""`regulations list` and `show`: the law of the knowledge base, at a date."""

from __future__ import annotations

import pytest

from . import shapes
from .conftest import Refused, Run

PROVISION = shapes.REFERENCE


@pytest.mark.parametrize(
    ("citation", "at", "force"),
    [
        ("eu-ai-act:50", "2025-06-01", "coming"),
        ("ccpa:121", "2021-06-01", "coming"),
        ("ccpa:136", None, "coming"),
        ("ccpa:136", "2027-01-01", "in-force"),
        ("gdpr:6", None, "in-force"),
        ("gdpr:6", "2018-05-24", "coming"),
        ("gdpr:6", "2018-05-25", "in-force"),
    ],
)
def test_a_provision_is_judged_on_a_day(run: Run, citation: str, at: str | None, force: str) -> None:
    """A later duty is coming, never in force; people and scripts are told the same."""
    arguments = ["regulations", "show", citation, *(["--at", at] if at else [])]
    assert shapes.parse(run(*arguments, "--json").stdout, PROVISION)["force"] == force
    printed = run(*arguments).stdout
    (line,) = (line for line in printed.splitlines() if line.startswith("  on 20"))
    assert line.split()[2:] == force.split("-")


def test_an_instrument_lists_its_provisions(run: Run) -> None:
    """Each with what it is on the day; how sure the entry is, is said."""
    printed = run("regulations", "show", "gdpr", "--at", "2018-01-01").stdout
    assert "ON 2018-01-01" in printed
    assert "entry is" in printed
    (row,) = (line for line in printed.splitlines() if line.startswith("gdpr:6 "))
    assert row.split()[1] == "coming"
    assert run("regulations", "show", "gdpr", "--json").stdout.startswith("{")


def test_citations_are_taken_in_any_letter_case(run: Run) -> None:
    """`GDPR:6` is gdpr:6."""
    assert run("regulations", "show", "GDPR:6").stdout == run("regulations", "show", "gdpr:6").stdout


def test_the_list_narrows_by_jurisdiction_and_practice(run: Run) -> None:
    """Only instruments of the place; only provisions that bear on the practice, as of the day."""
    arguments = ["regulations", "list", "--json", "--at", "2025-06-01"]
    every = shapes.parse(run(*arguments).stdout, shapes.INSTRUMENTS)
    here = shapes.parse(run(*arguments, "--jurisdiction", "eu").stdout, shapes.INSTRUMENTS)
    bearing = shapes.parse(run(*arguments, "--practice", "ai-training").stdout, shapes.INSTRUMENTS)
    assert len(every) > max(len(here), len(bearing))
    assert {instrument["jurisdiction"] for instrument in here} == {"EU"}
    assert all(instrument["provisions"] for instrument in bearing)
    (act,) = (instrument for instrument in every if instrument["id"] == "eu-ai-act")
    (duty,) = (one for one in act["provisions"] if one["id"] == "eu-ai-act:50")
    assert duty["force"] == "coming"


def test_the_list_is_printed_for_people(run: Run) -> None:
    """One line per instrument under heads."""
    lines = run("regulations", "list", "--jurisdiction", "UK").stdout.splitlines()
    assert lines[0].split() == ["WHERE", "ID", "PROV.", "SINCE", "NAME"]
    assert all(line.startswith("UK") for line in lines[1:])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["show", "gdpr:99999"], "Did you mean"),
        (["show", "gpdr"], "'gdpr'"),
        (["show", "../x"], "'../x'"),
        (["show", ""], "''"),
        (["show", "gdpr:6", "--at", "tomorrow"], "'tomorrow' is not a day"),
        (["list", "--practice", "ai-trainin"], "'ai-training'"),
        (["list", "--jurisdiction", "US-CAA"], "'US-CA'"),
        (["lst"], "list"),
    ],
)
def test_unknown_law_gets_the_nearest(refused: Refused, arguments: list[str], reason: str) -> None:
    """Citations, practices, jurisdictions, and the command itself."""
    assert reason in refused("regulations", *arguments)
