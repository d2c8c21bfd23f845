"""The page of an evaluation shows what the figures say, and nothing from outside gets out of its text."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("scipy")

from clauseproof.evaluation.compare import compare_runs
from clauseproof.evaluation.figures import compute_figures
from clauseproof.evaluation.metrics.absences import count_absence
from clauseproof.evaluation.metrics.calibration import count_scores
from clauseproof.evaluation.metrics.decisions import count_decision
from clauseproof.evaluation.metrics.labels import count_labels
from clauseproof.evaluation.metrics.levels import count_level
from clauseproof.evaluation.report import write_evaluation_report
from clauseproof.evaluation.report.arrange import arrange_page
from clauseproof.evaluation.report.comparisons import view_comparison
from clauseproof.evaluation.report.drawing import Scale, place_whisker, round_up
from clauseproof.evaluation.report.page import render_page
from clauseproof.evaluation.report.plots import draw_costs, draw_plots
from clauseproof.evaluation.report.samples import MOST_SAMPLES, list_samples
from clauseproof.evaluation.report.tables import break_down, tabulate
from clauseproof.evaluation.report.wording import describe, write_chance, write_change, write_value
from clauseproof.evaluation.results import Breach, EvaluationRun, Result, RunResults, Score

_VOID = {"meta", "br", "input"}
_HOSTILE = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7*7 }}'


class Page(HTMLParser):
    """A page as a browser sees it: tags, attributes, headings, text by section."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


def _run(task: str, results: Sequence[Result], **changes: Any) -> RunResults:
    record = {
        "task": task,
        "dataset": f"/data/mine/{task}.jsonl",
        "dataset_sha256": "d" * 64,
        "samples": len(results),
        "rows": len(results),
        "limit": None,
        "seed": 0,
        "repeats": 1,
        "label_map": None,
        "analyst": "offline",
        "name": "fixtures/quotes",
        "prompts_sha256": "p0" * 16,
        "knowledge_sha256": "a1" * 32,
        "code_sha256": "c0de" * 16,
        "git_revision": "9f" * 20,
        "clauseproof": "0.1.0",
        "python": "3.11",
        "started": datetime.datetime(2026, 11, 25, 9, 30, tzinfo=datetime.UTC),
    }
    return RunResults(run=EvaluationRun.model_validate(record | changes), results=tuple(results))


def _quote(at: int, decided: str | None, expected: str = "reject", **changes: Any) -> Result:
    """Return a quotation decided on; None for one without a score."""
    fields: dict[str, Any] = {
        "id": f"q{at}",
        "group": f"Document {at % 4}",
        "kind": "Terms" if at % 2 else "Privacy Policy",
        "gold": {"quote": f"words {at}", "expected": expected},
        "seconds": 0.5,
    }
    if decided is None:
        return Result.model_validate(fields | {"unscored": "the endpoint was silent"} | changes)
    right = decided == expected
    broken = decided == "accept" and not right
    score = Score(
        passed=right,
        value=float(right),
        why="" if right else f"{decided}ed, and should not be",
        counts={"decisions": count_decision(expected, decided)},
        breaches=(Breach(rule="invented-quotation", detail=f"accepted: words {at}"),) if broken else (),
    )
    output = {"decision": decided, "status": "exact" if decided == "accept" else "rejected"}
    return Result.model_validate(fields | {"output": output, "score": score} | changes)


def _labelled(at: int, gold: set[str], found: dict[str, float]) -> Result:
    counts = {
        "practices": count_labels(gold, found),
        "calibration": count_scores((score, name in gold) for name, score in found.items()),
    }
    return Result(
        id=f"p{at}",
        group=f"Document {at % 3}",
        kind="Privacy Policy",
        gold={"practices": [{"id": name} for name in sorted(gold)]},
        output={
            "practices": [{"id": name, "score": score, "polarity": None} for name, score in found.items()]
        },
        score=Score(passed=gold == set(found), value=0.5, counts=counts),
        seconds=0.01 * (at + 1),
    )


def _labels() -> RunResults:
    return _run(
        "classification",
        [
            _labelled(0, {"retention"}, {"retention": 0.95}),
            _labelled(1, {"retention", "security"}, {"retention": 0.6, "children": 0.7}),
            _labelled(2, {"security"}, {"children": 0.72}),
            _labelled(3, set(), {}),
            _labelled(4, {"ai-training"}, {}),
            _labelled(5, {"ai-training"}, {"ai-training": 0.9, "security": 0.41}),
        ],
    )


def _before() -> RunResults:
    return _run("quotes", [_quote(at, "reject") for at in range(12)])


def _after() -> RunResults:
    changed = [
        _quote(0, "accept", must_hold=True),
        _quote(1, None),
        *(_quote(at, "reject") for at in range(2, 12)),
    ]
    return _run("quotes", changed)


def _section(html: str, name: str) -> str:
    return html.partition(f'<section aria-labelledby="{name}">')[2].partition("</section>")[0]


def test_nothing_from_outside_becomes_markup() -> None:
    """Ids, outputs, labels, classes, reasons and names of every run stay text wherever they are shown."""
    rows = [
        _quote(
            at,
            decided,
            id=f"{_HOSTILE}{at}",
            group=f"{_HOSTILE}{at // 3}",
            kind=f"{_HOSTILE}{at % 2}",
            gold={_HOSTILE: [{_HOSTILE: _HOSTILE}]},
        )
        for at, decided in enumerate(["accept", "reject", "accept", "reject", "accept", "reject"])
    ]
    rows[0] = rows[0].model_copy(update={"output": {"decision": _HOSTILE, _HOSTILE: {_HOSTILE: [_HOSTILE]}}})
    lost = [*rows[:1], rows[1].model_copy(update={"score": None, "unscored": _HOSTILE}), *rows[2:]]
    names = {"analyst": _HOSTILE, "dataset": f"/{_HOSTILE}", "git_revision": _HOSTILE}
    label = _labelled(0, {_HOSTILE}, {f"{_HOSTILE}2": 0.5})
    runs = [
        _run("quotes", lost, **names),
        _run("quotes", rows, **names),
        _run("classification", [label, label.model_copy(update={"id": "again"})], **names),
        _run("classification", [label], analyst=f"anchor: {_HOSTILE}"),
    ]
    html = render_page(runs, [compare_runs(runs[1], runs[0])])
    page = Page(html)
    assert [tag for tag, _ in page.tags if tag in {"img", "script", "style", "iframe"}] == ["style", "script"]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "49" not in re.sub(r"<script>.*</script>|<style>.*</style>", "", _section(html, "samples"))
    assert page.open == []


def test_characters_that_hide_words_are_made_visible(tmp_path: Path) -> None:
    """Direction marks and lone surrogates neither turn the page nor stop it."""
    path = tmp_path / "out" / "page.html"
    write_evaluation_report([_run("quotes", [_quote(0, "accept", id="a\u202eb\ud800c")])], [], path)
    text = path.read_text("utf-8")
    assert "a\ufffdb\ufffdc" in text
    assert "\u202e" not in text
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]


def test_the_page_fetches_nothing() -> None:
    """No address, no import, no image; links lead to places of the page that exist."""
    runs = [_labels(), _after()]
    html = render_page(runs, [compare_runs(_before(), _after())])
    assert not re.search(r"https?://|url\(|@import|//[a-z]", html.partition("</style>")[2])
    assert not re.search(r"https?:|url\(|@import", html)
    page = Page(html)
    assert not page.values("src")
    assert not page.values("style")
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    links = page.values("href")
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert {name for value in page.values("aria-labelledby") for name in value.split()} <= set(ids)


def test_the_policy_lets_our_own_style_and_script_run_and_nothing_else() -> None:
    """The digests in the policy are those of the style sheet and script inside."""
    html = render_page([_labels()], [])
    for tag in ("style", "script"):
        inside = html.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html


def test_every_section_is_there_with_headings_in_order() -> None:
    """Summary, comparison, figures, unscored, samples and reading guide follow each other."""
    runs = [_labels(), _after()]
    page = Page(render_page(runs, [compare_runs(_before(), _after())]))
    assert [text for level, text in page.headings if level == 2] == [
        "Summary",
        "Did it get better or worse?",
        "Practices of provisions",
        "Quotations accepted or rejected",
        "Unscored",
        "Samples",
        "How to read this page",
    ]
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_head_says_what_ran() -> None:
    """Task, data, analyst, day, revision and digests stand at the top, digests cut short."""
    head = render_page([_labels()], []).partition("</header>")[0]
    for words in ("classification", "mine: classification", "6 samples of 3 documents", "offline"):
        assert words in head
    assert "25 Nov 2026, 09:30 UTC" in head
    assert "9f" * 6 in head
    assert "9f" * 7 not in head


def test_breaches_are_loud_and_none_is_calm() -> None:
    """A broken rule is counted in red by its name; none says over how many samples."""
    broken = render_page([_after()], [])
    assert '<p class="breach bad"><b>1</b>' in broken
    assert "invented quotation: 1" in broken
    calm = render_page([_before()], [])
    assert "breach bad" not in calm.partition("</style>")[2]
    assert "breaches of rules without exceptions, in 12 scored samples" in calm


def test_unscored_samples_stand_apart_from_wrong_ones() -> None:
    """They have a section with reasons and counts, a list of their own, and no share in what is wrong."""
    run = _after()
    html = render_page([run], [])
    assert "the endpoint was silent" in _section(html, "unscored")
    listed = list_samples(run, with_right=True)
    assert [one.id for one in listed.wrong] == ["q0"]
    assert [one.id for one in listed.unscored] == ["q1"]
    wrong = html.partition('data-v="wrong"')[2].partition('data-v="unscored"')[0]
    assert "q0" in wrong
    assert "the endpoint was silent" not in wrong
    view = arrange_page([run], []).runs[0]
    assert (view.right, view.wrong, view.unscored) == (10, 1, 1)


def test_a_comparison_shows_both_answers_side_by_side() -> None:
    """The lost sample comes first with A's and B's answer in one row, and its mark."""
    view = view_comparison(1, compare_runs(_before(), _after()))
    first = view.flips[0]
    assert (first.id, first.lost, first.must_hold, first.unscored) == ("q0", True, True, False)
    assert ("decision", ("reject",), ("accept",), True) in first.fields
    section = _section(render_page([_after()], [compare_runs(_before(), _after())]), "changed")
    assert '<td data-l="A">reject</td><td data-l="B">accept</td>' in section
    assert section.index("must hold") < section.index("lost its score")


def test_a_lost_score_is_not_a_lost_sample() -> None:
    """A sample that has no score any more is counted apart, with its reason."""
    view = view_comparison(1, compare_runs(_before(), _after()))
    assert (view.lost, view.lost_score, view.won) == (1, 1, 0)
    assert view.is_worse
    assert "1 sample lost, 0 won; 1 right before and unscored now" in view.verdict
    assert [one.why for one in view.flips if one.unscored] == ["the endpoint was silent"]


def _alone(wrong: int) -> RunResults:
    """Return twelve quotations of a document each, some of them decided wrongly."""
    return _run(
        "quotes", [_quote(at, "accept" if at < wrong else "reject", group=f"g{at}") for at in range(12)]
    )


def test_a_figure_that_fell_is_marked() -> None:
    """FELL stands beside a figure whose fall chance does not explain, with its p."""
    comparison = compare_runs(_alone(0), _alone(9))
    assert comparison.falls
    section = _section(render_page([_alone(9)], [comparison]), "changed")
    assert section.count(">FELL<") == len(comparison.falls)
    assert "fell by more than chance explains" in section


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        (_alone(0), _alone(9), "Worse"),
        (_alone(0), _alone(1), "No clear change"),
        (_alone(3), _alone(3), "Holds"),
        (_before(), _run("quotes", [_quote(at, "accept") for at in range(12)]), "Too few documents to tell"),
    ],
)
def test_a_comparison_answers_in_a_word(before: RunResults, after: RunResults, answer: str) -> None:
    """A fall that chance may explain, or that so few documents cannot show, does not pass as "holds"."""
    assert view_comparison(1, compare_runs(before, after)).answer == answer


def test_runs_that_are_alike_say_so() -> None:
    """Nothing fell, nothing flipped, no figure changed: the page says each."""
    section = _section(render_page([_before()], [compare_runs(_before(), _before())]), "changed")
    assert "no sample flipped" in section
    assert "No figure changed." in section
    assert "None: both runs have the same samples right." in section


def test_without_comparisons_nothing_is_compared() -> None:
    """The section is left out, not empty."""
    html = render_page([_labels()], [])
    assert "Did it get better or worse?" not in html


def test_a_run_without_a_scored_sample_still_has_a_page() -> None:
    """No figure and no drawing, the reasons instead."""
    run = _run("classification", [_quote(at, None) for at in range(3)])
    html = render_page([run], [compare_runs(run, run)])
    assert "No figure: no sample of this run is scored." in html
    assert "No figure can be compared: no sample is scored in both runs." in html
    assert "in 0 scored samples" in html
    assert not draw_plots(run).any
    assert '<td data-l="Samples" class="num r">3' in html or 'data-l="Samples">3<' in html


def test_no_run_is_an_empty_page() -> None:
    """A page without runs says so instead of failing."""
    assert "No run was given." in render_page([], [])


def test_anchors_stand_in_the_same_table() -> None:
    """Runs over the same rows are columns of one table, each named; other rows make another."""
    ours, anchor = _labels(), _labels()
    anchor = _run("classification", anchor.results, analyst="anchor: TF-IDF")
    other = _run("classification", ours.results, dataset_sha256="e" * 64)
    page = arrange_page([ours, other, anchor], [])
    assert [[run.analyst for run in group.runs] for group in page.groups] == [
        ["offline", "TF-IDF"],
        ["offline"],
    ]
    assert all(len(line.cells) == 2 for line in page.groups[0].lines)
    assert '<span class="tag">anchor</span>' in render_page([ours, anchor], [])


def test_tables_hold_the_figures() -> None:
    """Each line has the value, interval, n and documents of its figure."""
    figures = compute_figures(_labels())
    lines = {line.title: line.cells[0] for line in tabulate([figures])}
    for row in figures.whole():
        cell = lines[row.title]
        assert cell is not None
        assert cell.value == write_value(row.figure.value, row.unit)
        assert (cell.count, cell.documents) == (row.figure.count, row.figure.documents)


def test_the_weakest_class_is_one_that_was_counted_often_enough() -> None:
    """A class with n below 5 is not called the weakest, however low its value."""
    rows = [
        _labelled(at, {"often", "well"}, {"well": 0.9} | ({"often": 0.9} if at else {})) for at in range(6)
    ]
    rows.append(_labelled(6, {"rare"}, {}))
    table = break_down("classification", compute_figures(_run("classification", rows)))[0]
    weakest = {name for name, cells in table.lines for cell in cells if cell and cell.weakest}
    assert weakest == {"often"}
    assert [name for name, _ in table.lines][-1] == "rare"


def _value(run: RunResults, metric: str) -> float:
    found = next(row.figure.value for row in compute_figures(run).rows if row.metric == metric)
    assert found is not None
    return found


def test_the_practices_drawn_are_those_of_the_figures() -> None:
    """Missed and false labels, and the calibration, give the figures of the run."""
    run = _labels()
    plots = draw_plots(run)
    drawn = plots.confusions[0]
    hits = sum(
        one.score.counts["practices"][name].get("tp", 0)
        for one in run.results
        if one.score
        for name in one.score.counts["practices"]
    )
    assert hits / (hits + drawn.missed) == pytest.approx(_value(run, "practices-recall"))
    assert hits / (hits + drawn.false) == pytest.approx(_value(run, "practices-precision"))
    assert drawn.pairs[0] == ("security", "children", 2)
    assert plots.reliability is not None
    assert plots.reliability.error == pytest.approx(_value(run, "calibration-error"))
    assert sum(one.count for one in plots.reliability.bins) == plots.reliability.total == 6


def test_the_outcomes_drawn_are_those_of_the_figures() -> None:
    """The diagonal over the whole is the share of right outcomes; an unknown outcome has its own place."""
    stated, absent = "stated-for-this-practice", "not-found-in-archived-text"
    pairs: list[tuple[Any, Any]] = [(stated, stated), (stated, absent), (absent, absent), (absent, "new")]
    run = _run(
        "absences",
        [
            Result(
                id=str(at),
                group="one",
                gold={"outcome": gold},
                output={"outcome": found},
                score=Score(
                    passed=gold == found,
                    value=0,
                    counts={
                        "absences": count_absence(gold, found, claimed=found == "not-found-in-archived-text")
                    },
                ),
            )
            for at, (gold, found) in enumerate(pairs)
        ],
    )
    matrix = draw_plots(run).outcomes
    assert matrix is not None
    assert matrix.agreed / matrix.total == _value(run, "outcome-accuracy")
    assert matrix.names == ("stated", "not found", "other")
    assert [[cell.count for cell in row] for row in matrix.rows] == [[1, 1, 0], [0, 1, 1], [0, 0, 0]]


def test_the_levels_drawn_are_those_of_the_figures() -> None:
    """The diagonal over the whole is the share of levels given as labelled."""
    given: list[tuple[Any, Any]] = [("High", "High"), ("High", "Medium"), ("Low", "Low"), ("Low", None)]
    run = _run(
        "analysis",
        [
            Result(
                id=str(at),
                group="one",
                score=Score(
                    passed=gold == found,
                    value=0,
                    counts={"levels": count_level((gold, gold), found, None)},
                ),
            )
            for at, (gold, found) in enumerate(given)
        ],
    )
    matrix = draw_plots(run).levels
    assert matrix is not None
    assert matrix.total == 3
    assert matrix.agreed / matrix.total == pytest.approx(_value(run, "level-exact"))
    assert matrix.rows[2][1].count == 1


def test_documents_are_drawn_the_worst_first() -> None:
    """A bar for each document, right and wrong adding up to the run; none where samples are alone."""
    run = _after()
    drawn = draw_plots(run).documents
    assert drawn is not None
    assert drawn.bars[0].name == "Document 0"
    assert sum(one.first for one in drawn.bars) == compute_figures(run).passed
    assert sum(one.first + one.second for one in drawn.bars) == 11
    alone = _run("quotes", [_quote(at, "reject", group=f"g{at}") for at in range(5)])
    assert draw_plots(alone).documents is None


def test_costs_are_drawn_for_two_runs_of_a_task() -> None:
    """Dollars where every run has them, seconds otherwise, nothing for a single run."""
    runs = [_before(), _run("quotes", [_quote(at, "reject", seconds=9.0) for at in range(3)], analyst="slow")]
    figures = [compute_figures(one) for one in runs]
    plot = draw_costs(runs, figures)
    assert plot is not None
    assert plot.what.startswith("seconds")
    assert [dot.cost for dot in plot.dots] == [
        write_value(_value(one, "seconds-median"), "seconds") for one in runs
    ]
    assert plot.is_logarithmic
    assert draw_costs(runs[:1], figures[:1]) is None
    paid = [_run("quotes", [_quote(at, "reject", cost=price) for at in range(3)]) for price in (0.0, 0.02)]
    priced = draw_costs(paid, [compute_figures(one) for one in paid])
    assert priced is not None
    assert priced.what.startswith("dollars")


def test_many_samples_leave_the_right_ones_out_and_say_so() -> None:
    """Beyond the limit right samples are a count; wrong and unscored ones all stay."""
    rows = [_quote(at, "accept" if at < 20 else "reject") for at in range(MOST_SAMPLES + 1)]
    rows[-1] = _quote(MOST_SAMPLES, None)
    view = arrange_page([_run("quotes", rows), _after()], [])
    large, small = (one.samples for one in view.runs)
    assert (len(large.wrong), len(large.unscored), len(large.right)) == (20, 1, 0)
    assert large.left_out == [(MOST_SAMPLES - 20, "right")]
    assert small.left_out == []
    html = render_page([_run("quotes", rows)], [])
    assert "Not listed, to keep the page usable: 1\u202f480 right." in html
    assert "outputs file" in html


def test_the_worst_samples_lead() -> None:
    """Breaches come first, then what must hold, then the lowest value."""
    rows = [
        _quote(0, "reject", "accept"),
        _quote(1, "reject", "accept", must_hold=True),
        _quote(2, "accept"),
    ]
    listed = list_samples(_run("quotes", rows), with_right=True)
    assert [one.id for one in listed.wrong] == ["q2", "q1", "q0"]


def test_repetitions_are_told_apart() -> None:
    """A sample answered twice has two rows, each with its number."""
    rows = [_quote(0, "reject", repeat=one) for one in (1, 2)]
    html = render_page([_run("quotes", rows, repeats=2)], [])
    assert "repeat 1" in html
    assert "repeat 2" in html


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, "share", "0.500"),
        (-0.25, "share", "−0.250"),
        (0.0004, "seconds", "0.4 ms"),
        (0.25, "seconds", "250 ms"),
        (12.5, "seconds", "12.50 s"),
        (12345, "tokens", "12\u202f345"),
        (0.02, "dollars", "$0.0200"),
        (9.04, "grade", "9.0"),
        (None, "share", "–"),
    ],
)
def test_values_are_written_in_their_unit(value: float | None, unit: Any, written: str) -> None:
    """Each unit has its form; a negative value has a real minus sign."""
    assert write_value(value, unit) == written


def test_changes_carry_their_sign() -> None:
    """What is written as zero has no sign; a tiny probability is not written as zero."""
    assert write_change(0.125, "share") == "+0.125"
    assert write_change(-0.5, "share") == "−0.500"
    assert write_change(-0.0001, "share") == "0.000"
    assert write_chance(0.0002) == "< 0.001"
    assert write_chance(None) == ""


def test_answers_are_described_for_people() -> None:
    """Records become lines; what only serves the scoring is left out; long lists are cut and counted."""
    shown = describe(
        {
            "practices": [{"id": "retention", "score": 0.5, "polarity": None}],
            "ranked": ["1-2", "3-4"],
            "none": [],
            "counts": {"law": {}},
            "many": [f"a sentence {at}" for at in range(60)],
        }
    )
    assert shown["practices"] == ("id retention, score 0.5",)
    assert shown["ranked"] == ("1-2, 3-4",)
    assert shown["none"] == ("none",)
    assert "counts" not in shown
    assert shown["many"][-1] == "… and 20 more"


def test_drawings_stay_inside_their_box() -> None:
    """Values beyond a scale are drawn at its end, zero lies in the middle of a scale around it."""
    whisker = place_whisker(0.5, -3, 3, bottom=-1, top=1)
    assert (whisker.low, whisker.zero, whisker.high) == (6, 60, 114)
    assert place_whisker(0.5, None, None, bottom=0, top=1).zero is None
    assert [round_up(one) for one in (0, 0.012, 0.05, 0.7)] == [1, 0.02, 0.05, 1]
    wide = Scale([0.001, 50], 0, 100)
    assert wide.is_logarithmic
    assert 0 <= wide.place(0.001) < wide.place(50) <= 100
    assert Scale([0, 0], 0, 100).place(0) == 0
