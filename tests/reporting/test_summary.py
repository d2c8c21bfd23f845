"""The summary on a terminal."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from clauseproof.claims import Exposure
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzed
from clauseproof.reporting import render_summary

from .conftest import Sample, make_analysis, make_report, make_version, quote

REPORT = Path("clauseproof-reports/x.html")


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


def test_no_line_is_wider_than_80_columns(genuine: Analyzed, knowledge: KnowledgeBase) -> None:
    """A real report of two documents fits."""
    text = render_summary(genuine.report, knowledge, [REPORT], False)
    assert max(map(_columns, text.splitlines())) <= 80
    assert "\033" not in text


@pytest.mark.parametrize("name", ["名" * 90, "x" * 200, "a b " * 60, "\u202e\x1b[31mred"])
def test_long_wide_and_hostile_names_fit(name: str, knowledge: KnowledgeBase) -> None:
    """Neither length nor width nor an escape sequence of a name breaks the table."""
    version = make_version("Some words here.", service=name, document=name)
    analysis = make_analysis(version, (quote(version, "Some words"),))
    report = make_report(version, (analysis, analysis))
    text = render_summary(report, knowledge, [REPORT], False)
    assert max(map(_columns, text.splitlines())) <= 80
    assert not set("\u202e\x1b") & set(text)


def test_most_important_practices_come_first_and_the_rest_is_counted(
    genuine: Analyzed, knowledge: KnowledgeBase
) -> None:
    """Twelve practices by exposure; the number of the others is said."""
    text = render_summary(genuine.report, knowledge, [REPORT], False)
    marks = re.findall(r"^  (#[#.]{3}|\?\?  ) ", text, re.M)
    assert len(marks) == 12
    assert f"... and {len(genuine.report.analyses) - 12} more in the report" in text
    assert [one.count("#") for one in marks] == sorted((one.count("#") for one in marks), reverse=True)


def test_summary_says_what_is_out_of_reach_withheld_and_written(
    genuine: Analyzed, poisoned: Sample, knowledge: KnowledgeBase
) -> None:
    """Nothing a reader must know is left to the report alone."""
    text = render_summary(genuine.report, knowledge, [REPORT], False)
    assert "Out of reach Terms of Service: the text is in a language" in text
    assert str(REPORT) in text
    assert "It is not a finding that" in text
    assert "Withheld     1 claim: 1 altered quotation" in render_summary(
        poisoned.report, knowledge, [], False
    )


def test_range_and_missing_scores_are_worded(poisoned: Sample, knowledge: KnowledgeBase) -> None:
    """A range without a level has question marks; so has what was not scored."""
    version = next(iter(poisoned.texts.values()))
    base = poisoned.report.analyses[0]
    wide = Exposure(level=None, low=7, high=16, low_level="Medium", high_level="Critical", confidence="low")
    none = Exposure(level=None, not_scored="incomplete capture")
    analyses = tuple(base.model_copy(update={"governance_exposure": one}) for one in (none, wide))
    text = render_summary(make_report(version, analyses), knowledge, [], False)
    assert re.search(r"\?\?   Medium-Critical +7-16", text)
    assert re.search(r"\?\?   not scored", text)


def test_colour_only_where_it_is_wanted(
    poisoned: Sample, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colour adds escape sequences and nothing else; NO_COLOR goes before it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = render_summary(poisoned.report, knowledge, [REPORT], False)
    coloured = render_summary(poisoned.report, knowledge, [REPORT], True)
    assert coloured != plain
    assert re.sub(r"\033\[[\d;]*m", "", coloured) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert render_summary(poisoned.report, knowledge, [REPORT], True) == plain
