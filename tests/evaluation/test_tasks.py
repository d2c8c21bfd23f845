"""Every task over two or three rows: what is right, what is wrong, and what has no score and why."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, ClassVar

import pytest

from clauseproof.archive import FolderArchive, version_at
from clauseproof.archive.workspace import Workspace
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.bench import Bench
from clauseproof.evaluation.execution import run_anchors
from clauseproof.evaluation.figures import compute_figures
from clauseproof.evaluation.label_maps import LabelMap
from clauseproof.evaluation.results import Result
from clauseproof.evaluation.tasks import find_task, known_tasks
from clauseproof.evaluation.tasks.analysis import VendorPoint, covers
from clauseproof.evaluation.tasks.truth import PlantedQuote
from clauseproof.pipeline import Analyzer, sample_archive_path

from .conftest import POLICY, Answered, Row, make_plan, write_rows

TRAINING = "We use your prompts to train our models."
LABEL: Row = {"id": "ai-training", "polarity": "positive", "start": 0, "end": len(TRAINING)}
TEXT = f"# Privacy Policy\n\n{TRAINING} You can opt out of training in your settings."
QUOTE = "We do not sell your prompts, reference images or generated images."


def _passed(results: tuple[Result, ...]) -> list[bool]:
    return [one.score is not None and one.score.passed for one in results]


def _why(result: Result) -> str:
    assert result.score is not None
    return result.score.why


def test_a_task_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    """All of them."""
    with pytest.raises(EvaluationError) as refused:
        find_task("nosuch")
    assert all(name in str(refused.value) for name in known_tasks())


class TestClassification:
    def test_labels_are_scored_as_a_set(self, answered: Answered) -> None:
        """Right, wrong, rightly none; a name alone is a label."""
        rows: list[Row] = [
            {"id": "a", "text": TRAINING, "practices": ["ai-training"]},
            {"id": "b", "text": TRAINING, "practices": ["retention"]},
            {"id": "c", "text": "Hello.", "practices": []},
        ]
        results = answered("classification", *rows).results
        assert _passed(results) == [True, False, True]
        assert _why(results[1]) == "missed retention; falsely ai-training"

    def test_polarity_and_evidence_are_counted_where_they_are_labelled(self, answered: Answered) -> None:
        """A wrong polarity and evidence elsewhere do not make the label wrong, and are counted."""
        wrong = {**LABEL, "polarity": "negative", "start": 3, "end": 6}
        rows: list[Row] = [
            {"id": "a", "text": TRAINING, "practices": [LABEL]},
            {"id": "b", "text": TRAINING, "practices": [wrong]},
        ]
        run = answered("classification", *rows)
        figures = {row.metric: row.figure.value for row in compute_figures(run).whole()}
        assert (figures["practices-micro-f1"], figures["polarity-f1"]) == (1.0, 0.5)
        assert 0.5 < (figures["span-iou"] or 0) < 1

    def test_a_span_is_labelled_as_the_provision_it_belongs_to(self, answered: Answered) -> None:
        """Its offsets are the version's."""
        text = version_at(FolderArchive("sample", sample_archive_path()), "Brushmoor", "Privacy Policy").text
        start = text.index(QUOTE)
        span = {**POLICY, "start": start, "end": start + len(QUOTE)}
        rows: list[Row] = [
            {"id": "a", "text": span, "practices": ["sale-of-data"]},
            {"id": "b", "text": span, "practices": ["children"]},
        ]
        results = answered("classification", *rows).results
        assert "sale-of-data" not in _why(results[0])
        assert "missed children" in _why(results[1])
        assert {(one.group, one.kind) for one in results} == {
            ("Brushmoor / Privacy Policy", "Privacy Policy")
        }

    def test_a_label_map_folds_practices_to_its_classes(self, answered: Answered) -> None:
        """Ours fold as theirs do; a practice of no class counts nowhere."""
        label_map = LabelMap.model_validate(
            {
                "format": 1,
                "title": "theirs",
                "source": "ours",
                "fields": {"practices": "labels"},
                "classes": {"use": ["ai-training", "first-party-collection"], "sale": ["sale-of-data"]},
            }
        )
        rows: list[Row] = [
            {"id": 1, "text": TRAINING, "labels": ["use", "unheard of"]},
            {"id": 2, "text": TRAINING, "labels": ["sale"]},
        ]
        results = answered("classification", *rows, label_map=label_map).results
        assert _passed(results) == [True, False]
        assert _why(results[1]) == "missed sale; falsely use"


class TestRetrieval:
    PASSAGES = (
        {"id": "1", "text": "We use what you write to train our models.", "group": "d"},
        {"id": "2", "text": "You pay by card at the beginning of each month.", "group": "d"},
    )

    def test_inline_candidates_are_ranked(self, answered: Answered) -> None:
        """The rank of the first right one is the score; gold that is nowhere has no rank."""
        candidates = [{key: one[key] for key in ("id", "text")} for one in self.PASSAGES]
        question = {"question": "Are your models trained on what I write?", "candidates": candidates}
        gold: dict[str, list[Any]] = {"a": ["1"], "b": ["2"], "c": ["nowhere"], "d": [1]}
        rows = [{**question, "id": name, "gold": one} for name, one in gold.items()]
        results = answered("retrieval", *rows).results
        ranks = [one.output and one.output["rank"] for one in results]
        assert ranks == [1, 2, None, 1]
        assert _passed(results) == [True, True, False, True]

    def test_candidates_in_a_file_are_those_of_the_group(self, answered: Answered, tmp_path: Path) -> None:
        """A group the file does not hold leaves the question without a score."""
        others = [{"id": "3", "text": "How you pay by card.", "group": "e"}]
        write_rows(tmp_path / "passages.jsonl", [*self.PASSAGES, *others])
        row = {"question": "How do I pay by card?", "candidates": "passages.jsonl", "gold": ["2"]}
        rows = [{**row, "id": name, "group": name} for name in ("d", "x")]
        found, missing = answered("retrieval", *rows).results
        assert found.output == {"ranked": ["2", "1"], "rank": 1, "passages": 2}
        assert "no passage of 'x'" in str(missing.unscored)

    def test_spans_of_a_document_are_gold(self, answered: Answered) -> None:
        """A provision that covers half of a span is right."""
        text = version_at(FolderArchive("sample", sample_archive_path()), "Brushmoor", "Privacy Policy").text
        start = text.index(QUOTE)
        right = [{"start": start, "end": start + len(QUOTE)}]
        row = {"question": "Do you sell my prompts and images?", "document": dict(POLICY)}
        rows = [{**row, "id": "a", "gold": right}, {**row, "id": "b", "gold": [{"start": 0, "end": 3}]}]
        first, second = answered("retrieval", *rows).results
        assert first.output is not None
        assert first.output["rank"] <= 3
        assert "none of the gold passages" in str(second.unscored)


class TestQuotes:
    def test_a_false_acceptance_breaks_a_rule(self, answered: Answered) -> None:
        """A false rejection is merely wrong."""
        document = f"Hello. {QUOTE}"
        rows: list[Row] = [
            {"id": "a", "quote": QUOTE, "document": document, "expected": "accept"},
            {"id": "b", "quote": QUOTE.replace("not", "now"), "document": document, "expected": "accept"},
            {"id": "c", "quote": QUOTE, "document": document, "expected": "reject"},
        ]
        results = answered("quotes", *rows).results
        assert _passed(results) == [True, False, False]
        rules = [[breach.rule for breach in one.score.breaches] for one in results if one.score]
        assert rules == [[], [], ["invented-quotation"]]

    def test_archived_words_are_proved_by_reference(self, answered: Answered) -> None:
        """To the letter."""
        rows = [
            {"id": quote, "quote": quote, "document": dict(POLICY), "expected": expected}
            for quote, expected in ((QUOTE, "accept"), (QUOTE.replace("sell", "cell"), "reject"))
        ]
        assert _passed(answered("quotes", *rows).results) == [True, True]

    def test_the_newest_version_is_meant_where_none_is_named(self, answered: Answered) -> None:
        """Names in any letter case."""
        newest = {"archive": POLICY["archive"], "service": "brushmoor", "document": "PRIVACY policy"}
        row = {"id": "a", "quote": QUOTE, "document": newest, "expected": "accept"}
        assert _passed(answered("quotes", row).results) == [True]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"archive": "nosuch"}, "no archive called 'nosuch'"),
        ({"archive": "a\0b"}, "no archive called"),
        ({"service": "Nosuch"}, "Nosuch"),
        ({"document": "Nosuch"}, "Nosuch"),
        ({"version_id": "1999-01-01-000000000000"}, "no version 1999-01-01-000000000000"),
        ({"sha256": "0" * 64}, "not the one labelled"),
    ],
)
def test_a_text_that_is_not_there_leaves_its_sample_alone_unscored(
    answered: Answered, change: Row, reason: str
) -> None:
    """With the reason, counted, and no metric knows of it."""
    row = {"quote": QUOTE, "expected": "accept"}
    rows = [
        {**row, "id": "a", "document": {**POLICY, **change}},
        {**row, "id": "b", "document": f"Hello. {QUOTE}"},
    ]
    run = answered("quotes", *rows)
    gone, there = run.results
    assert (gone.score, there.unscored) == (None, None)
    assert reason in str(gone.unscored)
    figures = compute_figures(run)
    assert (figures.scored, figures.unscored, figures.passed) == (1, 1, 1)
    assert figures.reasons == {str(gone.unscored): 1}
    assert {row.figure.count for row in figures.whole() if row.metric == "accuracy"} == {1}


def test_an_anchor_goes_on_where_a_text_is_not_there(
    answered: Answered, analyzer: Analyzer, tmp_path: Path
) -> None:
    """As the analyst does: that sample is unscored."""
    gone = {**POLICY, "version_id": "1999-01-01-000000000000", "start": 0, "end": 9}
    texts: list[Any] = [TRAINING + " " * n for n in range(8)]
    rows = [
        {"id": f"{n}", "text": text, "practices": ["ai-training"] if n % 2 else []}
        for n, text in enumerate([*texts, gone])
    ]
    plan = make_plan("classification", write_rows(tmp_path / "d.jsonl", rows), tmp_path / "workspace")
    runs = run_anchors(plan, Bench(plan.settings, analyzer), lambda _: None)
    assert len(runs) == 2
    for run in runs:
        assert [one.id for one in run.results if one.unscored] == ["8"]


def test_a_set_that_may_not_be_learnt_from_trains_nothing_of_ours(analyzer: Analyzer, tmp_path: Path) -> None:
    """The machine on our features is left out, with the reason, where a licence forbids learning."""
    closed = LabelMap(
        format=1,
        title="Closed",
        source="elsewhere",
        fields={"practices": "practices"},
        classes={"training": ("ai-training",)},
    )
    rows = [{"id": str(n), "text": TRAINING, "practices": ["training"]} for n in range(2)]
    dataset = write_rows(tmp_path / "d.jsonl", rows)
    plan = make_plan("classification", dataset, tmp_path / "workspace", label_map=closed)
    told: list[str] = []
    runs = run_anchors(plan, Bench(plan.settings, analyzer), told.append)
    assert [run.run.analyst for run in runs] == ["anchor: TF-IDF + linear SVM"]
    assert told == ["anchor ours, other folds learnt left out: Closed may not be learnt from"]


def test_an_archive_may_be_opened_by_two_workers_at_once(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever registers it first."""
    add = Workspace.add

    def add_after_another(self: Workspace, source: str, name: str | None = None) -> Any:
        add(self, source, name)
        return add(self, source, name)

    monkeypatch.setattr(Workspace, "add", add_after_another)
    row = {"id": "a", "quote": QUOTE, "document": dict(POLICY), "expected": "accept"}
    (result,) = answered("quotes", row).results
    assert result.unscored is None


class TestAbsences:
    ROW: ClassVar[Row] = {"document": TEXT, "topic": "ai-training"}

    def test_outcomes_of_one_document_come_from_one_analysis(self, answered: Answered) -> None:
        """Right, wrong, and a disclosure that is not looked for with this practice."""
        rows = [
            {**self.ROW, "id": disclosure, "disclosure": disclosure, "outcome": "stated-for-this-practice"}
            for disclosure in ("training-opt-out", "training-past-data", "nosuch")
        ]
        results = answered("absences", *rows).results
        assert _passed(results) == [True, False, False]
        assert _why(results[1]).endswith("labelled stated-for-this-practice")
        assert results[2].unscored == "ai-training does not look for nosuch"
        assert len({one.seconds for one in results}) == 1

    def test_a_topic_that_is_not_there_leaves_the_others_of_its_document(self, answered: Answered) -> None:
        """Asked together they fail, asked alone one does."""
        row = {**self.ROW, "disclosure": "training-opt-out", "outcome": "stated-for-this-practice"}
        good, bad = answered("absences", {**row, "id": "a"}, {**row, "id": "b", "topic": "nosuch"}).results
        assert good.score is not None
        assert "no practice 'nosuch'" in str(bad.unscored)


class TestAnalysis:
    ROW: ClassVar[Row] = {"text": TEXT, "practice": "ai-training", "at": "2026-11-25"}

    def test_labels_are_held_against_the_analysis(self, answered: Answered) -> None:
        """Citations, jurisdictions and vendor points, rightly and wrongly labelled."""
        point = {"point": "training", "words": [["train", "learning"]]}
        odd = {"point": "zebras", "words": [["zebra"]]}
        rows: list[Row] = [
            {
                **self.ROW,
                "id": "a",
                "required": ["gdpr:6"],
                "jurisdictions": ["EU"],
                "vendor_points": [point],
            },
            {**self.ROW, "id": "b", "required": ["gdpr:99"], "jurisdictions": ["JP"], "vendor_points": [odd]},
            {**self.ROW, "id": "c", "acceptable": ["ccpa:*"], "wrong": ["gdpr:*"]},
        ]
        good, poor, wrong = answered("analysis", *rows).results
        assert _passed((good, poor, wrong)) == [True, False, False]
        assert good.score is not None
        assert (good.score.value, good.score.why, good.score.breaches) == (1.0, "", ())
        assert poor.score is not None
        assert poor.score.value == 0
        assert _why(poor) == "does not cite gdpr:99; does not flag JP; vendor point not covered: zebras"
        assert _why(wrong).startswith("wrongly cites gdpr:")

    def test_a_required_instrument_is_cited_by_any_of_its_articles(self, answered: Answered) -> None:
        """The value says the same as the metric."""
        (result,) = answered("analysis", {**self.ROW, "id": "a", "required": ["gdpr:*"]}).results
        assert result.score is not None
        assert result.score.counts["articles"][""]["found"] == 1
        assert result.score.why == ""

    def test_a_level_outside_the_labelled_range_is_wrong(self, answered: Answered) -> None:
        """One level is short for a range of one."""
        row = {"document": dict(POLICY), "practice": "sale-of-data", "at": "2026-11-25"}
        levels: list[Any] = ["Low", ["Low", "Critical"], "Critical"]
        rows = [{**row, "id": f"{n}", "level": level} for n, level in enumerate(levels)]
        results = answered("analysis", *rows).results
        assert results[0].output is not None
        given = results[0].output["level"]
        assert _passed(results) == [given in (None, "Low"), True, given in (None, "Critical")]

    def test_a_version_that_did_not_stand_on_the_day_is_unscored(self, answered: Answered) -> None:
        """The reason says what to change."""
        row = {"id": "a", "document": dict(POLICY), "practice": "sale-of-data", "at": "2025-01-01"}
        (result,) = answered("analysis", row).results
        assert "Give the row another `at`" in str(result.unscored)

    @pytest.mark.parametrize(
        "change",
        [
            {"document": dict(POLICY)},
            {"text": None},
            {"level": ["High", "Low"]},
            {"level": "Enormous"},
            {"at": "yesterday"},
            {"vendor_points": [{"point": "x", "words": []}]},
        ],
    )
    def test_rows_that_cannot_be_meant_are_refused(self, answered: Answered, change: Row) -> None:
        """Before anything runs."""
        with pytest.raises(EvaluationError, match="line 1: "):
            answered("analysis", {**self.ROW, "id": "a", **change})

    @pytest.mark.parametrize(
        ("sentence", "covered"),
        [
            ("Ask how long prompts are retained.", True),
            ("Ask about “retention” of prompts.", True),
            ("Prompts are kept.", False),
            ("Ask about retention.", False),
        ],
    )
    def test_a_point_is_covered_by_a_word_of_every_group(self, sentence: str, covered: bool) -> None:
        """Beginnings of words, or words of the same stem, in one sentence."""
        point = VendorPoint(point="retention of prompts", words=(("retain", "retention"), ("prompt",)))
        assert covers(point, [sentence]) is covered
        assert covers(point, ["Ask about retention.", "Prompts are kept."]) is False


class TestTruth:
    DOCUMENT: ClassVar[Row] = {
        "archive": str(sample_archive_path()),
        "service": "Quillowen",
        "document": "Privacy Policy",
        "version_id": "2026-04-27-735c77d75d10",
    }
    ROW: ClassVar[Row] = {
        "document": DOCUMENT,
        "practice": "retention",
        "section": "statement",
        "claim_kind": "states",
        "claim": "The Policy says “{q1}”.",
        "at": "2026-11-25",
    }

    def test_a_truth_reaches_the_report_and_a_falsehood_does_not(self, answered: Answered) -> None:
        """One labelled the other way round is wrong, and breaks a rule where it stands in the report."""
        true = [{"words": "Removed from our systems within 30 days of deletion"}]
        false = [{"words": "Removed from our systems within 90 days of deletion"}]
        rows: list[Row] = [
            {**self.ROW, "id": "t", "true": True, "quotes": true},
            {**self.ROW, "id": "f", "true": False, "lie": "altered quotation", "quotes": false},
            {**self.ROW, "id": "x", "true": False, "lie": "no lie", "claim": "“{q1}”.", "quotes": true},
        ]
        results = answered("truth", *rows).results
        assert _passed(results) == [True, True, False]
        rules = [[breach.rule for breach in one.score.breaches] for one in results if one.score]
        assert rules == [[], [], ["falsehood-in-report"]]

    def test_a_practice_without_a_provision_is_never_put_to_a_model(self, answered: Answered) -> None:
        """The sample has no score then."""
        row = {**self.ROW, "id": "t", "true": True, "document": dict(POLICY), "practice": "ai-training"}
        (result,) = answered("truth", {**row, "quotes": [{"words": QUOTE}]}).results
        assert "nothing is put to a model" in str(result.unscored)

    def test_a_truth_has_no_lie(self, answered: Answered) -> None:
        """Nor is a falsehood without one."""
        for values in ({"true": True, "lie": "x"}, {"true": False}):
            with pytest.raises(EvaluationError, match="a falsehood has a lie"):
                answered("truth", {**self.ROW, "id": "t", **values})

    def test_planted_words_may_be_taken_from_the_archive_and_altered(self) -> None:
        """By their place, the first occurrence of each exchanged."""
        version = version_at(FolderArchive("sample", sample_archive_path()), "Brushmoor", "Privacy Policy")
        start = version.text.index(QUOTE)
        quote = PlantedQuote(start=start, end=start + len(QUOTE), swap=(("not", "always"),))
        assert quote.read(version) == QUOTE.replace("not", "always", 1)


@pytest.mark.parametrize("name", sorted(known_tasks()))
def test_rubbish_for_a_row_is_refused_by_every_task(answered: Answered, name: str) -> None:
    """Values of any type in any field are named by line, never a failure of the program."""
    dice = random.Random(name)
    values: list[Any] = [None, 0, -1, True, "", "x", [], [[]], {}, {"archive": 1}, [None], 1e308]
    for _ in range(60):
        row = {
            field: dice.choice(values) for field in find_task(name).row.model_fields if dice.random() < 0.8
        }
        row |= {"id": "a", "nosuch": 1}
        with pytest.raises(EvaluationError, match="line 1: "):
            answered(name, row)


class TestShortForms:
    """What a user's own files may write shortly."""

    @pytest.fixture
    def policy(self, tmp_path: Path) -> str:
        """A document beside the dataset."""
        words = "## Retention\n\nWe keep server logs for 30 days.\n\n"
        words += "## Contact\n\nOur data protection officer is at dpo@example.org.\n\n"
        (tmp_path / "policy.md").write_text(words * 3, "utf-8")
        return "policy.md"

    def test_a_document_is_a_file_beside_the_dataset(self, answered: Answered, policy: str) -> None:
        """Its name stands for its words, and for the document the sample is counted under."""
        row = {"document": policy, "expected": "accept"}
        good = {**row, "id": "a", "quote": "We keep server logs for 30 days."}
        wrong = {**row, "id": "b", "quote": "We keep server logs for 90 days.", "expected": "reject"}
        results = answered("quotes", good, wrong).results
        assert _passed(results) == [True, True]
        assert {one.group for one in results} == {"policy.md"}

    def test_a_file_outside_the_folder_is_not_read(self, answered: Answered, tmp_path: Path) -> None:
        """Its name is words like any others."""
        (tmp_path.parent / "secret.md").write_text("We keep server logs for 30 days.", "utf-8")
        row = {"id": "a", "quote": "We keep server logs for 30 days.", "document": "../secret.md"}
        (result,) = answered("quotes", {**row, "expected": "accept"}).results
        assert _passed((result,)) == [False]

    def test_a_disclosure_without_a_topic(self, answered: Answered, policy: str) -> None:
        """The first practice that looks for it; none is a reason, not an error."""
        row = {"document": policy, "outcome": "stated-for-this-practice"}
        known, unknown = answered(
            "absences", {**row, "id": "a", "disclosure": "dpo-contact"}, {**row, "id": "b", "disclosure": "x"}
        ).results
        assert known.output is not None
        assert known.output["outcome"] == "stated-for-this-practice"
        assert "no practice looks for 'x'" in str(unknown.unscored)

    def test_spans_are_pairs(self, answered: Answered, policy: str) -> None:
        """Start and end."""
        row = {"id": "a", "document": policy, "question": "How long are logs kept?", "gold": [[14, 46]]}
        (result,) = answered("retrieval", row).results
        assert result.output is not None
        assert result.output["rank"] is not None

    def test_a_vendor_point_is_a_sentence(self, answered: Answered) -> None:
        """Every longer word of it must be met."""
        row = {"id": "a", "text": TEXT, "practice": "ai-training", "vendor_points": ["zebra crossing"]}
        (result,) = answered("analysis", row).results
        assert "vendor point not covered: zebra crossing" in _why(result)
