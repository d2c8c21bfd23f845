"""Labelling sheets: exported, filled in, imported, compared and adjudicated."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result
from sklearn.metrics import cohen_kappa_score

from clauseproof.archive import FolderArchive, Workspace, version_at
from clauseproof.cli.labelling import label
from clauseproof.cli.outcome import FAILED, explain
from clauseproof.documents import Version
from clauseproof.evaluation.datasets import load_dataset
from clauseproof.evaluation.labelling import agreement
from clauseproof.evaluation.labelling.exporting import HEAD, glossary, make_sheet
from clauseproof.evaluation.labelling.sheets import (
    SeenPractice,
    Sheet,
    SheetProvision,
    read_sheet,
    read_yaml,
    write_sheet,
)
from clauseproof.evaluation.tasks import find_task
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer, sample_archive_path
from clauseproof.plaintext import visible

Values = dict[str, Any]
Run = Callable[..., Result]
Hand = Callable[..., Path]
DAY = "2026-11-25"
SLUG = "quillowen-terms-of-service"
_TEXT = "Keep your password to yourself and tell us at once if somebody else knows it."


@pytest.fixture(scope="module")
def version() -> Version:
    """A version of the sample archive."""
    return version_at(FolderArchive("sample", sample_archive_path()), "Quillowen", "Terms of Service")


@pytest.fixture(scope="module")
def blank(version: Version, analyzer: Analyzer) -> Sheet:
    """Its blank sheet."""
    return make_sheet(analyzer.read(version))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace that knows the sample archive."""
    path = tmp_path / "workspace"
    Workspace(path).add(str(sample_archive_path()), "sample")
    return path


@pytest.fixture
def run(workspace: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `label`, with one knowledge base compiled for all."""
    monkeypatch.setattr("clauseproof.pipeline.Analyzer", lambda: analyzer)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(label, [str(one) for one in arguments], obj=workspace)

    return run


@pytest.fixture
def hand(blank: Sheet, tmp_path: Path) -> Hand:
    """Write a sheet as a labeller hands it in: filled, then changed as a test needs it."""

    def write(change: Callable[[Values], object] = lambda _: None, name: str = "sheet.yaml") -> Path:
        values = filled(blank)
        change(values)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), "utf-8")
        return path

    return write


def filled(blank: Sheet) -> Values:
    """Return a blank sheet with a label of every kind."""
    values: Values = blank.model_dump(mode="json", exclude_none=True)
    values["labeller"] = "Ada"
    numbered(values, "Output may be wrong")["practices"] = [
        {
            "id": "ai-outputs",
            "polarity": "positive",
            "evidence": "Output may be wrong, out of\n  date or made up",
        }
    ]
    numbered(values, "(c) to exploit")["practices"] = [
        {
            "id": "acceptable-use",
            "polarity": "negative",
            "evidence": "Do not use the Assistant:",
            "sure": False,
        }
    ]
    values["absences"] = [
        {
            "disclosure": "output-accuracy-warning",
            "topic": "ai-outputs",
            "outcome": "stated-for-this-practice",
            "evidence": "you must check Output before you rely on it",
        },
        {
            "disclosure": "version-archive",
            "topic": "policy-change-notice",
            "outcome": "not-found-in-archived-text",
            "evidence": None,
        },
    ]
    values["analyses"] = [
        {
            "practice": "ai-training",
            "required": ["gdpr:6"],
            "acceptable": ["gdpr:*"],
            "wrong": ["hipaa:*"],
            "jurisdictions": ["EU", "UK"],
            "level": ["Medium", "High"],
            "points": {"S": 2, "U": 3},
            "vendor_points": [{"point": "People read chats.", "words": [["read", "review"], ["people"]]}],
        }
    ]
    number = numbered(values, "Conversations can be read")["number"]
    values["questions"] = [{"question": "Does anybody look at my chats?", "provisions": [number]}]
    values["quotes"] = [
        {"quote": "Conversations cannot be read by people.", "expected": "reject", "why": "negated"}
    ]
    return values


def numbered(values: Values, beginning: str) -> Values:
    """Return the provision whose text begins so."""
    found: Values = next(one for one in values["provisions"] if one["text"].startswith(beginning))
    return found


def rows_of(path: Path) -> list[Values]:
    """Return the rows of a dataset."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def refusal(result: Result) -> str:
    """Return what a refused command said, having made sure that it ends as refused commands do."""
    assert result.exception is not None
    assert explain(result.exception) == FAILED
    return result.stderr + str(result.exception)


class TestExport:
    def test_sheet_holds_the_provisions_and_the_rules(
        self, run: Run, tmp_path: Path, version: Version
    ) -> None:
        """A sheet is a blank form with its rules as comments; every text is the archived one."""
        out = tmp_path / "sheets" / "terms.yaml"
        result = run("export", "quillowen", "terms", "--out", out)
        assert result.exit_code == 0, result.exception
        sheet = read_sheet(out)
        assert out.read_text("utf-8").startswith("# LABELLING SHEET")
        assert sheet.labeller == ""
        assert not sheet.has_practices
        assert sheet.document.archive == "sample"
        assert sheet.document.sha256 == version.sha256
        assert all(one.text == visible(version.text, one.span) for one in sheet.provisions)

    def test_proposals_are_shown_on_request_alone(self, run: Run, tmp_path: Path) -> None:
        """A labeller sees what the classifier makes of the text only where it is asked for."""
        out = tmp_path / "terms.yaml"
        assert run("export", "quillowen", "terms", "--out", out, "--proposals").exit_code == 0
        labels = [one for provision in read_sheet(out).provisions for one in provision.practices]
        assert labels
        assert all(one.proposed and not one.evidence for one in labels)

    def test_a_sample_asks_for_some_provisions_and_shows_all(
        self, run: Run, hand: Hand, tmp_path: Path
    ) -> None:
        """The labeller reads the whole document and labels the drawn provisions; only they become rows."""
        out = tmp_path / "terms.yaml"
        assert run("export", "quillowen", "terms", "--out", out, "--sample", "7").exit_code == 0
        asked = [one.number for one in read_sheet(out).provisions if not one.unlabelled]
        again = tmp_path / "again.yaml"
        assert run("export", "quillowen", "terms", "--out", again, "--sample", "7").exit_code == 0
        assert again.read_bytes() == out.read_bytes()
        values = read_yaml(out)
        assert len(asked) == 7 < len(values["provisions"])
        values["labeller"] = "Ada"
        first = next(one for one in values["provisions"] if one["number"] == str(asked[0]))
        first["practices"] = [{"id": "ai-outputs", "polarity": "positive", "evidence": first["text"]}]
        path = hand(lambda sheet: (sheet.clear(), sheet.update(values)), "sampled.yaml")
        assert run("import", path, "--out", tmp_path / "rows", "--at", DAY).exit_code == 0
        rows = rows_of(tmp_path / "rows" / "classification.jsonl")
        assert [int(row["id"].rpartition("/p")[2]) for row in rows] == asked

    def test_earlier_versions_can_be_labelled(self, run: Run, tmp_path: Path) -> None:
        """A day chooses the version that stood on it."""
        archive = FolderArchive("sample", sample_archive_path())
        oldest = archive.records("Quillowen", "Privacy Policy")[0]
        out = tmp_path / "old.yaml"
        assert run("export", "quillowen", "privacy", "--at", oldest.date, "--out", out).exit_code == 0
        assert read_sheet(out).document.version_id == oldest.version_id

    def test_nothing_is_overwritten(self, run: Run, hand: Hand) -> None:
        """A sheet that is there may hold somebody's work."""
        path = hand()
        before = path.read_bytes()
        assert f"{path} is there already" in refusal(run("export", "quillowen", "terms", "--out", path))
        assert path.read_bytes() == before

    def test_comments_are_comments(self, knowledge: KnowledgeBase) -> None:
        """Rules and ids never become part of the sheet."""
        assert all(line.startswith("#") for line in (HEAD + glossary(knowledge)).splitlines() if line)

    def test_written_sheets_read_back_alike(self, blank: Sheet, tmp_path: Path) -> None:
        """Writing and reading a filled sheet changes nothing."""
        sheet = Sheet.model_validate(filled(blank))
        write_sheet(tmp_path / "one.yaml", sheet, HEAD)
        assert read_sheet(tmp_path / "one.yaml") == sheet


class TestImport:
    def test_every_layer_becomes_a_dataset(
        self, run: Run, hand: Hand, tmp_path: Path, version: Version, blank: Sheet
    ) -> None:
        """What a labeller fills in arrives as rows, its evidence as offsets into the archived text."""
        out = tmp_path / "rows"
        result = run("import", hand(), "--out", out, "--at", DAY)
        assert result.exit_code == 0, refusal(result)
        labelled = {row["id"]: row for row in rows_of(out / "classification.jsonl")}
        assert len(labelled) == len(blank.provisions)
        assert sum(bool(row["practices"]) for row in labelled.values()) == 2
        (first,) = labelled[f"{SLUG}/p{numbered(filled(blank), 'Output may')['number']}"]["practices"]
        assert version.text[first["start"] : first["end"]] == "Output may be wrong, out of date or made up"
        assert "sure" not in first
        (second,) = labelled[f"{SLUG}/p{numbered(filled(blank), '(c) to')['number']}"]["practices"]
        assert version.text[second["start"] : second["end"]] == "Do not use the Assistant:"
        assert second["sure"] is False
        stated, silent = rows_of(out / "absences.jsonl")
        assert version.text[stated["start"] : stated["end"]].endswith("before you rely on it")
        assert stated["at"] == DAY
        assert "start" not in silent
        (analysis,) = rows_of(out / "analysis.jsonl")
        assert analysis["id"] == f"{SLUG}/ai-training"
        assert analysis["level"] == ["Medium", "High"]
        (question,) = rows_of(out / "retrieval.jsonl")
        assert question["gold"] == [
            {"start": one.start, "end": one.end}
            for one in blank.provisions
            if one.number in filled(blank)["questions"][0]["provisions"]
        ]
        assert [row["id"] for row in rows_of(out / "quotes.jsonl")] == [f"{SLUG}/quote1"]

    @pytest.mark.parametrize("task", ["classification", "absences", "analysis", "retrieval", "quotes"])
    def test_rows_are_what_the_task_reads(self, run: Run, hand: Hand, tmp_path: Path, task: str) -> None:
        """A file of rows is a dataset of the task it is named after."""
        run("import", hand(), "--out", tmp_path / "rows", "--at", DAY)
        dataset = load_dataset(tmp_path / "rows" / f"{task}.jsonl", find_task(task).row)
        assert {sample.unit for sample in dataset.samples} == {"Quillowen / Terms of Service"}

    def test_provision_texts_are_not_copied(self, run: Run, hand: Hand, tmp_path: Path, blank: Sheet) -> None:
        """Rows refer to archived texts instead of holding them."""
        run("import", hand(), "--out", tmp_path / "rows")
        written = "".join(path.read_text("utf-8") for path in (tmp_path / "rows").iterdir())
        assert not [one.number for one in blank.provisions if len(one.text) > 60 and one.text in written]

    def test_layers_nobody_labelled_give_no_file(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """A sheet without a single practice says nothing of practices; parts of analyses may be left out."""

        def only_levels(values: Values) -> None:
            for one in values["provisions"]:
                one["practices"] = None
            values |= {"absences": [], "questions": None, "quotes": [], "label_provisions": False}
            values["analyses"] = [{"practice": "ai-training", "level": ["Low", "Low"]}]

        result = run("import", hand(only_levels), "--out", tmp_path / "rows", "--at", DAY)
        assert result.exit_code == 0, refusal(result)
        assert [path.name for path in (tmp_path / "rows").iterdir()] == ["analysis.jsonl"]
        assert "required" not in rows_of(tmp_path / "rows" / "analysis.jsonl")[0]

    def test_other_documents_keep_their_rows(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """Rows of the same document are replaced, others stay word for word; documents stand in order."""
        out = tmp_path / "rows"
        out.mkdir()
        other = '{"id":  "zeta-terms/quote1", "quote": "kept"}'
        old = f'{{"id": "{SLUG}/quote9", "quote": "gone"}}'
        (out / "quotes.jsonl").write_text(f"{other}\n{old}\n", "utf-8")
        for _ in range(2):
            assert run("import", hand(), "--out", out).exit_code == 0
            lines = (out / "quotes.jsonl").read_text("utf-8").splitlines()
            assert [json.loads(line)["id"] for line in lines] == [f"{SLUG}/quote1", "zeta-terms/quote1"]
            assert lines[-1] == other

    def test_damaged_dataset_is_left_alone(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """A file that is no dataset is named with its line, and no other file is written."""
        out = tmp_path / "rows"
        out.mkdir()
        (out / "quotes.jsonl").write_text("[1]\n", "utf-8")
        assert f"{out / 'quotes.jsonl'}, line 1" in refusal(run("import", hand(), "--out", out))
        assert [path.name for path in out.iterdir()] == ["quotes.jsonl"]

    def test_archive_may_be_named_anew(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """An archive given as a path is named in rows by its way from their folder."""

        def elsewhere(values: Values) -> None:
            values["document"]["archive"] = "not/here"

        path, out = hand(elsewhere), tmp_path / "rows"
        assert "document: " in refusal(run("import", path, "--out", out))
        assert run("import", path, "--out", out, "--archive", sample_archive_path()).exit_code == 0
        named = rows_of(out / "quotes.jsonl")[0]["document"]["archive"]
        assert (out / named).resolve() == sample_archive_path().resolve()

    def test_unquoted_words_stay_words(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """YAML's own reading of No, 10 and dates does not change what a labeller wrote."""
        path = tmp_path / "plain.yaml"
        path.write_text(hand().read_text("utf-8").replace("why: negated", "why: No"), "utf-8")
        assert run("import", path, "--out", tmp_path / "rows").exit_code == 0
        assert rows_of(tmp_path / "rows" / "quotes.jsonl")[0]["why"] == "No"


def _practice(field: str, value: Any) -> Callable[[Values], object]:
    return lambda values: numbered(values, "Output may")["practices"][0].update({field: value})


def _in(layer: str, at: int, field: str, value: Any) -> Callable[[Values], object]:
    return lambda values: values[layer][at].update({field: value})


def _twice(layer: str) -> Callable[[Values], object]:
    return lambda values: values[layer].append(values[layer][0])


FAULTS: dict[str, tuple[Callable[[Values], object], str]] = {
    "unknown practice": (
        _practice("id", "ai-output"),
        "provision 6, practice ai-output, id: 'ai-output' is not",
    ),
    "unknown polarity": (_practice("polarity", "maybe"), "provision 6, practices 1, polarity: "),
    "unknown field": (_practice("evidense", "x"), "provision 6, practices 1, evidense: "),
    "invented evidence": (
        _practice("evidence", "Output is right"),
        "provision 6, practice ai-outputs, evidence: ",
    ),
    "no evidence": (_practice("evidence", None), "provision 6, practice ai-outputs, evidence: no words"),
    "open proposal": (_practice("proposed", True), "provision 6, practice ai-outputs, proposed: neither"),
    "practice twice": (
        lambda values: numbered(values, "Output may")["practices"].append(
            numbered(values, "Output may")["practices"][0]
        ),
        "provision 6, practices: ai-outputs stands there more than once",
    ),
    "moved offsets": (_in("provisions", 5, "start", 900), "provision 6, start, end, text: "),
    "offsets past the end": (_in("provisions", -1, "end", 10**6), "start, end, text: "),
    "offsets turned": (_in("provisions", 5, "end", 5), "provision 6, end: "),
    "provisions that overlap": (_in("provisions", 5, "start", 800), "provision 6, start: begins before"),
    "number twice": (_in("provisions", 5, "number", 5), "provisions: 5 stands there more than once"),
    "other text": (lambda values: values["document"].update(sha256="0" * 64), "document: "),
    "unknown version": (lambda values: values["document"].update(version_id="x"), "document: "),
    "unknown disclosure": (_in("absences", 0, "disclosure", "zz"), "absences 1 (zz), disclosure: "),
    "unknown topic": (_in("absences", 0, "topic", "zz"), "absences 1 (output-accuracy-warning), topic: "),
    "unknown outcome": (_in("absences", 0, "outcome", ""), "absences 1, outcome: "),
    "absence without words": (
        _in("absences", 0, "evidence", None),
        "absences 1 (output-accuracy-warning), evid",
    ),
    "absence invented": (
        _in("absences", 0, "evidence", "Nobody said."),
        "evidence: not found word for word in any",
    ),
    "words of nothing": (
        _in("absences", 1, "evidence", "words"),
        "absences 2 (version-archive), evidence: nothing",
    ),
    "absence twice": (_twice("absences"), "absences: output-accuracy-warning for ai-outputs stands"),
    "unknown analysis": (_in("analyses", 0, "practice", "zz"), "analysis zz, practice: "),
    "unknown citation": (
        _in("analyses", 0, "required", ["gdpr:200"]),
        "analysis ai-training, required: 'gdpr:200'",
    ),
    "unknown instrument": (
        _in("analyses", 0, "acceptable", ["gdbr:*"]),
        "acceptable: 'gdbr' is not known; gdpr?",
    ),
    "required and wrong": (_in("analyses", 0, "wrong", ["gdpr:6"]), "analysis ai-training, wrong: gdpr:6"),
    "unknown jurisdiction": (
        _in("analyses", 0, "jurisdictions", ["XX"]),
        "analysis ai-training, jurisdictions: ",
    ),
    "unknown level": (_in("analyses", 0, "level", ["Medium", "Hihg"]), "analyses 1, level 2: "),
    "levels turned": (_in("analyses", 0, "level", ["High", "Low"]), "analysis ai-training, level: High"),
    "empty group": (
        _in("analyses", 0, "vendor_points", [{"point": "p", "words": [[]]}]),
        "analyses 1, vendor_points 1, words 1: ",
    ),
    "analysis twice": (_twice("analyses"), "analyses: ai-training stands there more than once"),
    "no such provision": (
        _in("questions", 0, "provisions", [999]),
        "questions 1, provisions: there is no provision",
    ),
    "no answer": (_in("questions", 0, "provisions", []), "questions 1, provisions: "),
    "neither accept nor reject": (_in("quotes", 0, "expected", "perhaps"), "quotes 1, expected: "),
    "no labeller": (lambda values: values.update(labeller=None), "labeller: nobody is named"),
    "another format": (lambda values: values.update(format=2), "format: "),
}


class TestFaults:
    @pytest.mark.parametrize(("change", "said"), FAULTS.values(), ids=FAULTS)
    def test_fault_is_named_with_file_and_place(
        self, run: Run, hand: Hand, tmp_path: Path, change: Callable[[Values], object], said: str
    ) -> None:
        """A fault names file, provision or entry, and field; nothing is written."""
        path = hand(change)
        text = refusal(run("import", path, "--out", tmp_path / "rows"))
        assert any(said in line and line.startswith(f"{path}: ") for line in text.splitlines())
        assert not (tmp_path / "rows").exists()

    def test_all_faults_of_all_sheets_are_named_at_once(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """A labeller corrects everything in one go."""

        def two_faults(values: Values) -> None:
            _practice("evidence", "")(values)
            _in("analyses", 0, "level", ["High", "Low"])(values)

        first = hand(two_faults)
        second = hand(_in("quotes", 0, "expected", "no"), "second.yaml")
        third = hand(name="third.yaml")
        text = refusal(run("import", first, second, third, "--out", tmp_path / "rows"))
        assert "4 faults; nothing was written." in text
        assert f"{third}: document: {first} is a sheet of {SLUG} already." in text

    def test_blank_sheet_is_refused(self, run: Run, tmp_path: Path) -> None:
        """A sheet nobody filled in is not a document without practices."""
        run("export", "quillowen", "terms", "--out", tmp_path / "blank.yaml")
        text = refusal(run("import", tmp_path / "blank.yaml", "--out", tmp_path / "rows"))
        assert "nobody is named" in text
        assert "nothing is labelled" in text

    def test_day_before_the_version_is_refused(self, run: Run, hand: Hand, tmp_path: Path) -> None:
        """An analysis cannot be of a day on which its text did not stand yet."""
        assert "later than 2020-01-01" in refusal(
            run("import", hand(), "--out", tmp_path / "rows", "--at", "2020-01-01")
        )

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("labeller: a\nlabeller: b\n", ", line 2: not YAML: 'labeller' is given twice"),
            ("evidence: never: sold\n", ", line 1: not YAML: "),
            ("", ": the sheet: "),
            ("\x00", ": not YAML: "),
        ],
        ids=["key twice", "colon", "empty", "binary"],
    )
    def test_broken_file_is_named_with_its_line(self, run: Run, tmp_path: Path, text: str, said: str) -> None:
        """What is no sheet at all is said so, with the line where YAML knows one."""
        path = tmp_path / "broken.yaml"
        path.write_text(text, "utf-8")
        assert f"{path}{said}" in refusal(run("import", path, "--out", tmp_path / "rows"))

    def test_missing_file_is_named(self, run: Run, tmp_path: Path) -> None:
        """A sheet that is not there is a fault like any other."""
        path = tmp_path / "none.yaml"
        assert f"{path}: cannot be read" in refusal(run("import", path, "--out", tmp_path / "rows"))


def tiny(labeller: str, practices: list[list[Values]], **layers: Any) -> Sheet:
    """Return a sheet of provisions of the same words, with the practices of each."""
    length = len(_TEXT) + 2
    provisions = [
        {
            "number": at,
            "start": at * length,
            "end": at * length + len(_TEXT),
            "text": _TEXT,
            "practices": labels,
        }
        for at, labels in enumerate(practices, 1)
    ]
    document = {"archive": "a", "service": "S", "document": layers.pop("document", "D"), "version_id": "v"}
    document |= {"date": DAY, "sha256": "0"}
    return Sheet.model_validate(
        {"format": 1, "document": document, "labeller": labeller, "provisions": provisions, **layers}
    )


def seen(practice: str, polarity: str = "positive", evidence: str = "Keep your password") -> Values:
    """Return a label."""
    return {"id": practice, "polarity": polarity, "evidence": evidence}


def figures(*pairs: agreement.Pair) -> dict[str, agreement.Measure]:
    """Return the measures by name."""
    return {one.name: one for one in agreement.measure_agreement(pairs)}


def value(measure: agreement.Measure) -> float:
    """Return a figure that is there."""
    assert measure.figure.value is not None
    return measure.figure.value


class TestMeasures:
    def test_masi_distance(self) -> None:
        """Equal 0; disjoint 1; a subset weighs 2/3, an overlap 1/3 of Jaccard; two empty sets are equal."""
        a, ab, bc, none = frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset[str]()
        assert agreement.masi_distance(none, none) == 0
        assert agreement.masi_distance(none, a) == 1
        assert agreement.masi_distance(a, bc) == 1
        assert agreement.masi_distance(a, ab) == pytest.approx(1 - 1 / 2 * 2 / 3)
        assert agreement.masi_distance(ab, bc) == pytest.approx(1 - 1 / 3 * 1 / 3)

    def test_alpha_by_hand(self) -> None:
        """With a nominal distance: 1 - (1/3) / (16/30) over aa, ab, bb."""
        nominal = agreement.alpha(lambda one, other: float(one != other))
        # Values a, a, a, b, b, b: 9 of 15 unordered pairs differ.
        assert nominal([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx(1 - (1 / 3) / (9 / 15))

    def test_alpha_with_masi_by_hand(self) -> None:
        """Observed and expected distances added up by hand over two provisions."""
        first = tiny("Ada", [[seen("retention")], [seen("consent"), seen("retention")]])
        second = tiny("Bea", [[seen("retention")], [seen("retention")]])
        # Observed: (0 + 2/3) / 2. Expected: 3 of 6 pairs are {r} against {c, r}, at 2/3 each.
        measure = figures(agreement.Pair(first, second))["label sets: alpha with MASI"]
        assert value(measure) == pytest.approx(1 - (1 / 3) / (3 * (2 / 3) / 6), abs=1e-12)
        assert measure.figure.count == 2
        assert measure.figure.low is None
        assert measure.verdict == "rewrite the rule"

    @pytest.mark.parametrize("weights", [None, "quadratic"])
    def test_kappa_is_that_of_scikit_learn(self, weights: str | None) -> None:
        """Resampled documents give what scikit-learn gives for their units strung together."""
        rng = np.random.default_rng(4)
        documents = [[(int(a), int(b)) for a, b in rng.integers(0, 4, (20, 2))] for _ in range(3)]
        drawn = agreement.Resampled(documents, agreement.kappa(weights, [0, 1, 2, 3]))
        found = drawn(np.array([[0, 1, 2], [2, 0, 2]]))
        for got, order in zip(found, ([0, 1, 2], [0, 2, 2]), strict=True):
            units = [unit for at in order for unit in documents[at]]
            ones, others = zip(*units, strict=True)
            assert got == pytest.approx(cohen_kappa_score(ones, others, weights=weights, labels=[0, 1, 2, 3]))

    def test_kappa_of_one_label_is_not_defined(self) -> None:
        """Where nothing else occurs, chance alone agrees; no figure is better than a wrong one."""
        assert np.isnan(agreement.kappa()([(1, 1), (1, 1)]))

    def test_practices_used_ten_times_are_measured_alone(self) -> None:
        """A practice both saw in ten provisions has a kappa, one seen in nine has none."""
        often: list[list[Values]] = [[seen("retention")]] * 10 + [[]] * 2
        seldom: list[list[Values]] = [[]] * 3 + [[seen("consent")]] * 9
        fewer = [*often[1:], []]
        labels = [one + other for one, other in zip(often, seldom, strict=True)]
        theirs = [one + other for one, other in zip(fewer, seldom, strict=True)]
        found = figures(agreement.Pair(tiny("Ada", labels), tiny("Bea", theirs)))
        flags = [[bool(one) for one in side] for side in (often, fewer)]
        assert value(found["retention: kappa"]) == pytest.approx(cohen_kappa_score(*flags))
        assert "consent: kappa" not in found

    def test_polarity_and_evidence_of_agreed_labels(self) -> None:
        """Only labels both gave count; evidence is compared token by token."""
        first = tiny("Ada", [[seen("consent"), seen("retention")], [seen("security")]])
        second = tiny("Bea", [[seen("consent", "negative", "your password to yourself")], [seen("security")]])
        found = figures(agreement.Pair(first, second))
        assert value(found["same polarity on agreed labels"]) == 0.5
        # Keep your password / your password to yourself: 2 of 5 tokens; the other label agrees wholly.
        assert value(found["evidence: token IoU on agreed labels"]) == pytest.approx((2 / 5 + 1) / 2)

    def test_evidence_may_stand_in_the_lead(self) -> None:
        """Words of the lead are compared with words of the lead; words found nowhere share nothing."""
        provision = SheetProvision(number=1, start=0, end=9, lead="Do not use it:", text="to do harm")
        labels = [
            SeenPractice.model_validate(seen("consent", evidence=words))
            for words in ("Do not", "Do not use", "elsewhere")
        ]
        assert agreement.evidence_iou(provision, labels[0], labels[1]) == pytest.approx(2 / 3)
        assert agreement.evidence_iou(provision, labels[0], labels[2]) == 0

    def test_outcomes(self) -> None:
        """Outcomes have a kappa; present against absent is counted apart."""
        outcomes = ["stated-for-this-practice", "not-found-in-archived-text", "referred-elsewhere"]
        theirs = ["stated-in-general-only", "not-found-in-archived-text", "not-found-in-archived-text"]
        found = figures(agreement.Pair(tiny("Ada", [[]], absences=answers(outcomes)),
                                       tiny("Bea", [[]], absences=answers(theirs))))  # fmt: skip
        assert value(found["outcomes: kappa"]) == pytest.approx(cohen_kappa_score(outcomes, theirs))
        assert value(found["present or absent alike"]) == pytest.approx(2 / 3)
        assert "label sets: alpha with MASI" not in found

    def test_jurisdictions_and_levels(self) -> None:
        """Jaccard of jurisdictions; kappa of the middles of ranges, rounded down; ranges that meet."""
        practices = ("consent", "retention", "security")
        mine = [("Low", "High"), ("High", "Critical"), ("Low", "Low")]
        theirs = [("Medium", "Medium"), ("Medium", "High"), ("High", "Critical")]
        codes = [["EU", "UK"], ["EU"], []], [["EU"], ["EU"], []]
        first, second = (
            tiny(name, [[]], analyses=[
                {"practice": practice, "level": level, "jurisdictions": flags}
                for practice, level, flags in zip(practices, levels, flagged, strict=True)
            ])
            for name, levels, flagged in (("Ada", mine, codes[0]), ("Bea", theirs, codes[1]))
        )  # fmt: skip
        found = figures(agreement.Pair(first, second))
        assert value(found["jurisdictions: Jaccard"]) == pytest.approx((1 / 2 + 1 + 1) / 3)
        wanted = cohen_kappa_score([1, 2, 0], [1, 1, 2], weights="quadratic", labels=[0, 1, 2, 3])
        assert value(found["levels: quadratic weighted kappa"]) == pytest.approx(wanted)
        assert value(found["levels: ranges that overlap"]) == pytest.approx(2 / 3)

    def test_boundaries_are_measured_where_they_differ(self) -> None:
        """A boundary within 20 characters is shared, one further off is not; provisions match by place."""
        labels = [[seen("consent")], [seen("retention")]]
        first, second = tiny("Ada", labels), tiny("Bea", labels)
        assert "boundary F1 within 20 characters" not in figures(agreement.Pair(first, second))
        one, other = second.provisions
        moved = second.model_copy(
            update={"provisions": (one.model_copy(update={"end": one.end - 25}), other)}
        )
        found = figures(agreement.Pair(first, moved))
        assert value(found["boundary F1 within 20 characters"]) == pytest.approx(3 / 4)
        assert found["label sets: alpha with MASI"].figure.count == 2

    def test_interval_is_drawn_over_documents(self) -> None:
        """Two documents have an interval that holds the value; the verdict follows the value."""
        pairs = [
            agreement.Pair(
                tiny("Ada", [[seen("consent")], []], document=name),
                tiny("Bea", [[seen("consent", polarity)], [seen("consent")]], document=name),
            )
            for name, polarity in (("D", "positive"), ("E", "negative"))
        ]
        figure = figures(*pairs)["same polarity on agreed labels"].figure
        assert (figure.documents, figure.value) == (2, 0.5)
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= 0.5 <= figure.high

    @pytest.mark.parametrize(
        ("figure", "verdict"),
        [(0.7, "continue"), (0.69, "discuss"), (0.55, "discuss"), (0.54, "rewrite the rule")],
    )
    def test_verdicts(self, figure: float, verdict: str) -> None:
        """The protocol's thresholds decide; a figure on one meets it."""
        assert agreement.Threshold(go_on=0.7, stop=0.55).verdict(figure) == verdict


def answers(outcomes: list[str]) -> list[Values]:
    """Return searches of different disclosures with these outcomes."""
    return [
        {"disclosure": f"d{at}", "topic": "consent", "outcome": one, "evidence": None}
        for at, one in enumerate(outcomes)
    ]


@pytest.fixture
def both(hand: Hand) -> tuple[Path, Path]:
    """Two labellers' sheets of one version, which differ in every layer."""

    def other(values: Values) -> None:
        values["labeller"] = "Bea"
        numbered(values, "Output may")["practices"][0]["polarity"] = "conditional"
        values["absences"][0] |= {"outcome": "not-found-in-archived-text", "evidence": None}
        values["analyses"][0] |= {"jurisdictions": ["EU"], "level": ["Low", "Low"]}

    return hand(name="first/terms.yaml"), hand(other, "second/terms.yaml")


class TestAgreement:
    def test_folders_are_compared_by_name(self, run: Run, both: tuple[Path, Path], hand: Hand) -> None:
        """Sheets of the same names are compared; what only one has is said."""
        hand(name="first/alone.yaml")
        result = run("agreement", both[0].parent, both[1].parent)
        assert result.exit_code == 0, result.exception
        assert "4 cases to adjudicate" in result.stdout
        assert "present or absent: Quillowen, Terms of Service" in result.stdout
        assert "only one labeller has alone.yaml" in result.stderr

    def test_json_holds_every_figure(self, run: Run, both: tuple[Path, Path]) -> None:
        """Programs get the figures with counts, thresholds and verdicts."""
        result = run("agreement", *both, "--json")
        found = json.loads(result.stdout)
        assert found["cases"] == 4
        assert len(found["splits"]) == 1
        assert {"L2", "L2 spans", "L4", "L6", "L7"} == {one["layer"] for one in found["measures"]}
        assert all({"value", "low", "high", "count"} <= one["figure"].keys() for one in found["measures"])

    def test_two_versions_are_not_compared(self, run: Run, both: tuple[Path, Path], hand: Hand) -> None:
        """Labels of different texts say nothing of labellers."""
        other = hand(lambda values: values["document"].update(sha256="1"), "other.yaml")
        assert f"{other}: document, sha256" in refusal(run("agreement", both[0], other))

    def test_one_labeller_does_not_agree_with_himself(self, run: Run, both: tuple[Path, Path]) -> None:
        """The second label must be another person's."""
        assert "labeller" in refusal(run("agreement", both[0], both[0]))

    def test_open_proposals_are_no_labels(self, run: Run, both: tuple[Path, Path], hand: Hand) -> None:
        """What a program proposed and nobody touched is not two people's agreement."""

        def open_proposal(values: Values) -> None:
            values["labeller"] = "Cyd"
            _practice("proposed", True)(values)

        other = hand(open_proposal, "open.yaml")
        assert "provision 6, practices: a proposal" in refusal(run("agreement", both[0], other))

    def test_sheet_and_folder_are_not_compared(self, run: Run, both: tuple[Path, Path]) -> None:
        """Two of a kind, please."""
        assert "two sheets or two folders" in refusal(run("agreement", both[0], both[1].parent))

    def test_cases_are_never_overwritten(self, run: Run, both: tuple[Path, Path], tmp_path: Path) -> None:
        """Decisions in a record are work."""
        cases = tmp_path / "cases.yaml"
        cases.write_text("decided\n", "utf-8")
        assert "is there already" in refusal(run("agreement", *both, "--cases", cases))
        assert cases.read_text("utf-8") == "decided\n"


class TestAdjudication:
    @pytest.fixture
    def cases(self, run: Run, both: tuple[Path, Path], tmp_path: Path) -> Path:
        """The record of the cases of two sheets, undecided."""
        path = tmp_path / "cases.yaml"
        assert run("agreement", *both, "--cases", path).exit_code == 0
        return path

    def test_cases_hold_both_labels_and_room(self, cases: Path) -> None:
        """A third person sees place and both labels, and has two fields to fill in."""
        found = read_yaml(cases)["cases"]
        assert [one["place"]["layer"] for one in found] == ["practices", "absence", "jurisdictions", "level"]
        assert found[3]["first"] == ["Medium", "High"]
        assert found[3]["second"] == ["Low", "Low"]
        assert all(one["decision"] is None and one["reason"] is None for one in found)
        assert found[0]["text"].startswith("Output may be wrong")

    def test_decisions_go_into_copies(
        self, run: Run, both: tuple[Path, Path], cases: Path, tmp_path: Path
    ) -> None:
        """First, second or a label of one's own; originals and record stay as they are."""
        decide(cases, ["second", "first", ["EU", "US"], "second"])
        before = [path.read_bytes() for path in (cases, *both)]
        result = run("adjudicate", cases, both[0], "--out", tmp_path / "gold")
        assert result.exit_code == 0, refusal(result)
        sheet = read_sheet(tmp_path / "gold" / "terms.yaml")
        labelled = sheet.provision(6)
        assert labelled is not None
        assert labelled.practices[0].polarity == "conditional"
        assert sheet.absences == read_sheet(both[0]).absences
        assert sheet.analyses[0].jurisdictions == ("EU", "US")
        assert sheet.analyses[0].level == ("Low", "Low")
        assert sheet.labeller == "Ada and Bea, adjudicated"
        assert [path.read_bytes() for path in (cases, *both)] == before
        rows = run("import", tmp_path / "gold" / "terms.yaml", "--out", tmp_path / "rows")
        assert rows.exit_code == 0, refusal(rows)

    @pytest.mark.parametrize(
        ("decisions", "reason", "said"),
        [
            ([None, "first", "first", "first"], "r", "practices 6): decision: missing"),
            (["third", "first", "first", "first"], "r", "decision: 'third' is neither"),
            (
                ["first", "first", "first", ["High"]],
                "r",
                "level ai-training): decision: not a label of the same",
            ),
            (
                ["first", {"outcome": "gone"}, "first", "first"],
                "r",
                "decision: not a label of the same form: outc",
            ),
            (["first", "first", "first", "first"], None, "practices 6): reason: missing"),
        ],
    )
    def test_faults_are_named(
        self,
        run: Run,
        both: tuple[Path, Path],
        cases: Path,
        tmp_path: Path,
        decisions: list[Any],
        reason: str | None,
        said: str,
    ) -> None:
        """A case that is not decided is named by number, document and place; nothing is written."""
        decide(cases, decisions, reason)
        text = refusal(run("adjudicate", cases, both[0], "--out", tmp_path / "gold"))
        assert said in text
        assert f"{cases}: case " in text
        assert not (tmp_path / "gold").exists()

    def test_other_sheets_are_refused(
        self, run: Run, both: tuple[Path, Path], cases: Path, tmp_path: Path
    ) -> None:
        """Decisions go into the sheets that were compared, and into no others."""
        decide(cases, ["first"] * 4)
        assert "labellers: the sheet is by 'Bea'" in refusal(
            run("adjudicate", cases, both[1], "--out", tmp_path / "gold")
        )
        values = yaml.safe_load(both[0].read_text("utf-8"))
        values["analyses"][0]["level"] = ["Low", "High"]
        both[0].write_text(yaml.safe_dump(values), "utf-8")
        assert "first: the sheet's label is another" in refusal(
            run("adjudicate", cases, both[0], "--out", tmp_path / "gold")
        )

    def test_copies_name_the_archive_from_where_they_are(
        self, run: Run, both: tuple[Path, Path], cases: Path, tmp_path: Path
    ) -> None:
        """A way to the archive that starts at the sheet starts at the copy afterwards."""
        (tmp_path / "texts").symlink_to(sample_archive_path())
        for path in (both[0], cases):
            text = path.read_text("utf-8").replace("archive: sample", "archive: ../texts")
            path.write_text(text, "utf-8")
        decide(cases, ["first"] * 4)
        out = tmp_path / "far" / "away"
        assert run("adjudicate", cases, both[0], "--out", out).exit_code == 0
        archive = read_sheet(out / "terms.yaml").document.archive
        assert (out / archive).resolve() == sample_archive_path().resolve()

    def test_copies_overwrite_nothing(self, run: Run, both: tuple[Path, Path], cases: Path) -> None:
        """The originals' own folder is no place for copies."""
        decide(cases, ["first"] * 4)
        before = both[0].read_bytes()
        text = refusal(run("adjudicate", cases, both[0], "--out", both[0].parent))
        assert "is there already" in text
        assert both[0].read_bytes() == before


def decide(cases: Path, decisions: list[Any], reason: str | None = "as the text says") -> None:
    """Fill in a record of cases."""
    values = read_yaml(cases)
    for case, decision in zip(values["cases"], decisions, strict=True):
        case |= {"decision": decision, "reason": reason}
    cases.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), "utf-8")
