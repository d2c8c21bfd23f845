"""Datasets, label maps and references: what is read, and how a malformed row is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clauseproof.errors import EvaluationError
from clauseproof.evaluation.datasets import load_dataset
from clauseproof.evaluation.label_maps import LabelMap, load_label_map
from clauseproof.evaluation.samples import Reference
from clauseproof.evaluation.tasks import find_task

from .conftest import POLICY, write_rows

CLASSIFICATION = find_task("classification").row
RETRIEVAL = find_task("retrieval").row
GOOD = {"id": "a", "text": "We sell data.", "practices": ["sale-of-data"]}
QUESTION = {"id": "a", "question": "Do you sell?", "candidates": "passages.jsonl", "gold": ["1"]}
MAP = {"format": 1, "title": "theirs", "source": "ours"}


def _refusal(path: Path, row: Any = CLASSIFICATION, label_map: LabelMap | None = None) -> str:
    with pytest.raises(EvaluationError) as refused:
        load_dataset(path, row, label_map)
    message = str(refused.value)
    assert "\n" not in message
    return message


def _write(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"\n".join(one.encode() if isinstance(one, str) else one for one in lines))
    return path


def test_rows_are_read_in_order(tmp_path: Path) -> None:
    """Blank lines and a byte order mark do not count."""
    path = _write(tmp_path / "d.jsonl", "\ufeff" + json.dumps({**GOOD, "id": "z"}), "", json.dumps(GOOD), "")
    assert [one.id for one in load_dataset(path, CLASSIFICATION).samples] == ["z", "a"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "b"', "not JSON"),
        ("[1]", "expected an object"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b"\x00\x01\x02\x89PNG", "not"),
        ("[" * 100_000, "nested too deep"),
        (json.dumps({**GOOD, "id": 7}), "id: "),
        (json.dumps({**GOOD, "id": ""}), "id: "),
        (json.dumps({**GOOD, "id": "b", "text": 5}), "text"),
        (json.dumps({"id": "b", "text": "x"}), "practices: "),
        (json.dumps({**GOOD, "id": "b", "practices": "sale-of-data"}), "practices"),
        (json.dumps({**GOOD, "id": "b", "practices": [{"id": "x", "polarity": "up"}]}), "polarity"),
        (json.dumps({**GOOD, "id": "b", "texts": "x"}), "texts: "),
        (json.dumps({**GOOD, "id": "b", "text": {**POLICY, "start": 1}}), "text"),
        (json.dumps({**GOOD, "id": "b", "text": dict(POLICY)}), "needs start and end"),
        (json.dumps(GOOD), "stands in line 1 already"),
        (json.dumps({**GOOD, "id": "\ud800"}), "id: "),
    ],
)
def test_a_malformed_row_is_named_by_file_line_and_field(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    """Whatever is wrong with it, nothing runs."""
    path = _write(tmp_path / "d.jsonl", json.dumps(GOOD), line)
    message = _refusal(path)
    assert message.startswith(f"{path}, line 2: ")
    assert reason in message


def test_a_fault_in_a_reference_is_said_as_such(tmp_path: Path) -> None:
    """Where the row holds a reference, nobody expects to read that it is no text."""
    path = write_rows(tmp_path / "d.jsonl", [{**GOOD, "text": {**POLICY, "start": 1}}])
    assert "start and end go together" in _refusal(path)


def test_a_number_of_absurd_length_is_a_malformed_row(tmp_path: Path) -> None:
    """Python refuses to read it; the row is named all the same."""
    path = _write(tmp_path / "d.jsonl", json.dumps(GOOD), '{"id": ' + "1" * 5000 + "}")
    assert "line 2" in _refusal(path)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    """Missing, a folder, empty, or blank lines alone."""
    assert "No such file" in _refusal(tmp_path / "missing.jsonl")
    assert "not a file" in _refusal(tmp_path)
    assert "no rows" in _refusal(_write(tmp_path / "empty.jsonl"))
    assert "no rows" in _refusal(_write(tmp_path / "blank.jsonl", "", "  ", ""))


class TestCandidates:
    def test_passages_are_kept_by_file_and_document(self, tmp_path: Path) -> None:
        """Each file is read once."""
        write_rows(
            tmp_path / "passages.jsonl",
            [{"id": n, "text": f"passage {n}", "group": group} for n, group in enumerate("aab")],
        )
        path = write_rows(tmp_path / "d.jsonl", [{**QUESTION, "group": "a"}, {**QUESTION, "id": "b"}])
        shared = load_dataset(path, RETRIEVAL).shared
        assert {key: [one.id for one in passages] for key, passages in shared.items()} == {
            ("passages.jsonl", "a"): ["0", "1"],
            ("passages.jsonl", "b"): ["2"],
        }

    def test_they_count_in_the_digest(self, tmp_path: Path) -> None:
        """Data with other passages is other data."""
        path = write_rows(tmp_path / "d.jsonl", [QUESTION])
        digests = set()
        for text in ("one", "two"):
            write_rows(tmp_path / "passages.jsonl", [{"id": "1", "text": text}])
            digests.add(load_dataset(path, RETRIEVAL).sha256)
        assert len(digests) == 2

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        """By its own path."""
        path = write_rows(tmp_path / "d.jsonl", [QUESTION])
        assert str(tmp_path / "passages.jsonl") in _refusal(path, RETRIEVAL)

    def test_a_file_name_no_system_knows_is_refused(self, tmp_path: Path) -> None:
        """A null character in it is an error of the row, not of the program."""
        path = write_rows(tmp_path / "d.jsonl", [{**QUESTION, "candidates": "a\0b"}])
        assert "cannot be read" in _refusal(path, RETRIEVAL)

    @pytest.mark.parametrize("line", ['{"id": "1"}', "{", "7"])
    def test_a_malformed_passage_is_named_by_line(self, tmp_path: Path, line: str) -> None:
        """In its own file."""
        _write(tmp_path / "passages.jsonl", '{"id": "0", "text": "x"}', line)
        path = write_rows(tmp_path / "d.jsonl", [QUESTION])
        assert _refusal(path, RETRIEVAL).startswith(f"{tmp_path / 'passages.jsonl'}, line 2: ")

    @pytest.mark.parametrize(
        "change",
        [
            {"candidates": None},
            {"document": dict(POLICY)},
            {"gold": []},
            {"gold": [{"start": 0, "end": 5}]},
            {"candidates": [{"id": "1"}]},
        ],
    )
    def test_a_question_needs_one_source_and_gold_of_its_kind(
        self, tmp_path: Path, change: dict[str, Any]
    ) -> None:
        """Ids of candidates, spans of a document."""
        path = write_rows(tmp_path / "d.jsonl", [{**QUESTION, **change}])
        assert "line 1: " in _refusal(path, RETRIEVAL)


class TestChoice:
    def test_a_part_is_the_same_for_the_same_seed(self, tmp_path: Path) -> None:
        """In the order of the dataset; another seed, another part."""
        path = write_rows(tmp_path / "d.jsonl", [{**GOOD, "id": f"{n:02}"} for n in range(40)])
        data = load_dataset(path, CLASSIFICATION)
        first, again, other = ([one.id for one in data.choose(10, seed)] for seed in (1, 1, 2))
        assert first == again == sorted(first)
        assert len(first) == len(other) == 10
        assert first != other

    def test_a_limit_beyond_the_rows_is_all_of_them(self, tmp_path: Path) -> None:
        """No limit is, too."""
        data = load_dataset(write_rows(tmp_path / "d.jsonl", [GOOD]), CLASSIFICATION)
        assert data.choose(9, 0) == data.choose(None, 0) == data.samples


class TestLabelMap:
    def test_fields_are_renamed_and_labels_folded(self, tmp_path: Path) -> None:
        """Labels of no class are not scored; numbers may be ids; their other fields are dropped."""
        label_map = LabelMap.model_validate(
            {
                **MAP,
                "fields": {"group": "policy", "practices": "labels"},
                "classes": {"sharing": ["third-party-sharing"], "sale": ["sale-of-data"]},
                "gold": {"Sells": "sale"},
            }
        )
        row = {"id": 5, "text": "x", "policy": 12, "labels": ["Sells", "Other", "sharing"], "year": 1999}
        (sample,) = load_dataset(write_rows(tmp_path / "d.jsonl", [row]), CLASSIFICATION, label_map).samples
        assert (sample.id, sample.unit) == ("5", "12")
        assert [one["id"] for one in sample.labelled()["practices"]] == ["sale", "sharing"]

    @pytest.mark.parametrize(("unlabelled", "count"), [("score", 2), ("skip", 1)])
    def test_rows_without_labels_are_scored_or_skipped(
        self, tmp_path: Path, unlabelled: str, count: int
    ) -> None:
        """As the map says."""
        label_map = LabelMap.model_validate(
            {
                **MAP,
                "fields": {"practices": "practices"},
                "classes": {"sale": []},
                "unlabelled": unlabelled,
            }
        )
        rows = [{**GOOD, "practices": ["sale"]}, {**GOOD, "id": "b", "practices": []}]
        data = load_dataset(write_rows(tmp_path / "d.jsonl", rows), CLASSIFICATION, label_map)
        assert len(data.samples) == count

    @pytest.mark.parametrize("labels", ["sale", [1], None, {}])
    def test_labels_that_are_no_list_of_texts_are_named(self, tmp_path: Path, labels: object) -> None:
        """By line."""
        label_map = LabelMap.model_validate({**MAP, "fields": {"practices": "labels"}})
        path = write_rows(tmp_path / "d.jsonl", [{"id": "a", "text": "x", "labels": labels}])
        assert "line 1: " in _refusal(path, CLASSIFICATION, label_map)

    def test_a_mapped_field_that_is_missing_is_named(self, tmp_path: Path) -> None:
        """It is not made up."""
        label_map = LabelMap.model_validate({**MAP, "fields": {"practices": "labels"}})
        assert "practices" in _refusal(write_rows(tmp_path / "d.jsonl", [GOOD]), CLASSIFICATION, label_map)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("format: 1\ntitle: [", "not a label map"),
            ("", "the file"),
            ("- 1", "the file"),
            ("format: 2\ntitle: t\nsource: s", "format"),
            ("format: 1\ntitle: t\nsource: s\nclass: {}", "class"),
            ("format: 1\ntitle: t\nsource: s\nclasses: {a: 1}", "classes.a"),
            ("format: 1\ntitle: t\nsource: s\ngold: {Sells: nosuch}", "unknown class 'nosuch'"),
            ("!!python/object/apply:os.getcwd []", "not a label map"),
        ],
    )
    def test_a_malformed_map_is_named_by_file_and_field(self, tmp_path: Path, text: str, reason: str) -> None:
        """Broken YAML, a wrong type, an unknown class."""
        path = _write(tmp_path / "map.yaml", text)
        with pytest.raises(EvaluationError) as refused:
            load_label_map(path)
        assert str(refused.value).startswith(f"{path}: ")
        assert reason in str(refused.value)

    def test_a_map_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        """Missing, or no text."""
        binary = _write(tmp_path / "map.yaml", b"\xff\xfe\x00")
        for path in (tmp_path / "missing.yaml", binary):
            with pytest.raises(EvaluationError, match=path.name):
                load_label_map(path)


def test_a_sample_counts_under_its_group_or_document(tmp_path: Path) -> None:
    """Intervals are drawn over these; a row of its own text stands alone."""
    row: dict[str, object] = {**GOOD, "text": {**POLICY, "start": 0, "end": 9}}
    rows: list[dict[str, object]] = [row, {**row, "id": "b", "group": "g"}, {**GOOD, "id": "c"}]
    data = load_dataset(write_rows(tmp_path / "d.jsonl", rows), CLASSIFICATION)
    assert [one.unit for one in data.samples] == ["Brushmoor / Privacy Policy", "g", "c"]
    assert [one.kind for one in data.samples] == ["Privacy Policy", "Privacy Policy", ""]


def test_a_reference_without_its_span_is_the_whole_version() -> None:
    """Rows of one version share it."""
    reference = Reference.model_validate({**POLICY, "start": 3, "end": 9})
    assert reference.whole == Reference.model_validate(POLICY)
