"""What the classifier learns from: each source read as it is meant, each fault named by file and line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from clauseproof.archive import FolderArchive
from clauseproof.documents import VersionRecord
from clauseproof.errors import ConfigurationError

from .conftest import CLAUSE, SENTENCE, SERVICE, Row, Sources, write_rows

LABELLED = "We train models on what you write."
TERMS = f"# Terms\n\n## Your chats\n\n{LABELLED}\n\nWe like apples very much indeed.\n"


def _refusal(sources: Sources) -> str:
    with pytest.raises(ConfigurationError) as refused:
        sources.read()
    message = str(refused.value)
    assert "\n" not in message
    return message


class TestFaults:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "Expecting"),
            ("[1]", "dictionary"),
            ('{"practices": {}}', "text"),
            ('{"text": "", "practices": {}}', "text"),
            ('{"text": 5, "practices": {}}', "text"),
            ('{"text": "We sell."}', "practices"),
            ('{"text": "We sell.", "practices": ["selling"]}', "practices"),
            ('{"text": "We sell.", "practices": {"selling": "up"}}', "selling"),
            ('{"text": "We sell.", "practices": {}, "note": "x"}', "note"),
        ],
    )
    def test_malformed_sentence_is_named(self, sources: Sources, line: str, reason: str) -> None:
        """By file, line and field."""
        write_rows(sources.sentences, [SENTENCE, line])
        message = _refusal(sources)
        assert message.startswith(f"{sources.sentences}, line 2: ")
        assert reason in message

    @pytest.mark.parametrize(
        "change",
        [
            {"text": LABELLED},
            {"text": {"archive": "orchards", "service": SERVICE}},
            {"practices": None},
        ],
    )
    def test_malformed_provision_is_named(self, sources: Sources, change: Mapping[str, Any]) -> None:
        """A text instead of its reference, half a reference, no practices."""
        sources.record(TERMS)
        good = sources.reference(LABELLED)
        write_rows(sources.provisions, [good, {**good, **change}])
        assert _refusal(sources).startswith(f"{sources.provisions}, line 2: ")

    @pytest.mark.parametrize("name", ["provisions", "sentences", "claudette"])
    def test_missing_file_is_named(self, sources: Sources, name: str) -> None:
        """Whichever of the three."""
        path: Path = getattr(sources, name)
        path.unlink()
        assert _refusal(sources).startswith(f"{path}: cannot be read: ")

    def test_file_that_is_no_text_is_named(self, sources: Sources) -> None:
        """Bytes that are not UTF-8."""
        sources.sentences.write_bytes(b"\xff\xfe")
        assert _refusal(sources).startswith(f"{sources.sentences}: cannot be read: ")

    def test_unknown_practice_is_named_with_its_line(self, sources: Sources) -> None:
        """Among a thousand rows the slip is found."""
        write_rows(sources.sentences, [SENTENCE, {**SENTENCE, "practices": {"traning": "positive"}}])
        assert _refusal(sources).startswith(f"{sources.sentences}, line 2: ")

    @pytest.mark.parametrize(
        "change",
        [
            {"version_id": "2025-12-31-000000000000"},
            {"sha256": "0" * 64},
            {"sha256": None},
            {"version_id": None},
            {"service": "Quarry"},
            {"document": "Privacy Policy"},
        ],
    )
    def test_version_the_archive_does_not_hold_is_named(self, sources: Sources, change: Row) -> None:
        """Another version, other bytes, another service or document: the row and the archive are named."""
        sources.record(TERMS)
        write_rows(sources.provisions, [sources.reference(LABELLED, **change)])
        assert _refusal(sources) == (
            f"{sources.provisions}, line 1: the archive orchards does not hold the version labelled"
        )

    @pytest.mark.parametrize(
        "move",
        [
            lambda start, end: (start + 1, end),
            lambda start, end: (start, end - 1),
            lambda start, end: (start, end + 4),
            lambda start, end: (0, end),
            lambda start, end: (end + 10_000, end + 10_010),
            lambda start, end: (None, None),
        ],
    )
    def test_provision_that_has_moved_is_named(
        self, sources: Sources, move: Callable[[int, int], tuple[int | None, int | None]]
    ) -> None:
        """A label is not carried over to words that nobody labelled."""
        sources.record(TERMS)
        good = sources.reference(LABELLED)
        start, end = move(good["text"]["start"], good["text"]["end"])
        write_rows(sources.provisions, [good, sources.reference(LABELLED, start=start, end=end)])
        message = _refusal(sources)
        assert message.startswith(f"{sources.provisions}, line 2: no provision begins and ends there")
        assert message.endswith("segmentation has changed since it was labelled")

    @pytest.mark.parametrize(
        "row",
        [
            {"doc": "Quarry", "text": "Disputes go to an arbitrator."},
            {"labels": ["arbitration"], "text": "Disputes go to an arbitrator."},
            {"doc": "Quarry", "labels": ["arbitration"]},
            {"doc": "Quarry", "labels": ["arbitration"], "text": 5},
            {"doc": "Quarry", "labels": None, "text": "Disputes go to an arbitrator."},
        ],
    )
    def test_malformed_clause_is_named(self, sources: Sources, row: Row) -> None:
        """A row of CLAUDETTE without document, labels or text is a malformed row."""
        write_rows(sources.claudette, [CLAUSE, row])
        assert _refusal(sources).startswith(f"{sources.claudette}, line 2: ")

    def test_line_separator_inside_a_text_is_no_new_row(self, sources: Sources) -> None:
        """JSON allows U+2028 in a string as it is."""
        row = json.dumps({**SENTENCE, "text": "We train models\u2028on your chats."}, ensure_ascii=False)
        write_rows(sources.sentences, [row])
        assert len(sources.read("sentences")) == 1


class TestProvisions:
    def test_words_are_read_from_the_archive(self, sources: Sources) -> None:
        """With their headings; the company is the group, and every practice is known of."""
        sources.record(TERMS)
        write_rows(sources.provisions, [sources.reference(LABELLED)])
        (example,) = sources.read("provisions")
        assert example.read.plain.text == LABELLED
        assert example.read.provision.heading_path == ("Terms", "Your chats")
        assert (example.group, example.known, example.weight) == (SERVICE, None, 1.0)
        assert example.labels == {"training": "positive"}

    def test_older_version_is_read_as_it_was(self, sources: Sources) -> None:
        """A label refers to the version it was made on, whatever was recorded since."""
        sources.record(TERMS)
        row = sources.reference(LABELLED)
        sources.record(TERMS, "# Terms\n\nEverything is different now.\n")
        write_rows(sources.provisions, [row])
        assert [one.read.plain.text for one in sources.read("provisions")] == [LABELLED]

    def test_two_documents_of_one_commit_are_two(self, sources: Sources) -> None:
        """In a git archive the id is the commit's, and a commit may record more than one document."""

        class OneCommit(FolderArchive):
            def records(self, service: str, document: str) -> list[VersionRecord]:
                found = super().records(service, document)
                return [one.model_copy(update={"version_id": "c0ffee"}) for one in found]

        root = sources.labels.parent / "archive"
        for document, text in (("Terms", TERMS), ("Rules", "# Rules\n\nWe train models, rain or shine.\n")):
            (root / SERVICE / document).mkdir(parents=True)
            (root / SERVICE / document / "2026-01-01.md").write_text(text)
        sources.archive = OneCommit("orchards", root)
        rows = [sources.reference(LABELLED)]
        version = sources.archive.read(sources.archive.records(SERVICE, "Rules")[0])
        start = version.text.index("We train")
        span = {"start": start, "end": len(version.text.rstrip())}
        rows.append(sources.reference(LABELLED, document="Rules", sha256=version.sha256, **span))
        write_rows(sources.provisions, rows)
        assert len(sources.read("provisions")) == 2


def _headed(sources: Sources, *texts: str) -> list[tuple[str, str]]:
    """Return (practice, words) of what the headings of the terms teach."""
    sources.record(*(f"{text}\n## Notes\n\n{LABELLED}\n" for text in texts))
    write_rows(sources.provisions, [sources.reference(LABELLED)])
    return [(*one.labels, one.read.plain.text) for one in sources.read("headings")]  # type: ignore[misc]


CHATS = "The chats that you write are trained on every night."


class TestHeadings:
    def test_confirmed_heading_is_a_label(self, sources: Sources) -> None:
        """It teaches that one practice, less than a reader's label would, and nothing of the others."""
        assert _headed(sources, f"# Terms\n\n## Training\n\n{CHATS}\n") == [("training", CHATS)]
        (example,) = sources.read("headings")
        assert example.known == frozenset({"training"})
        assert example.group == SERVICE
        assert 0 < example.weight < 1

    @pytest.mark.parametrize(
        ("heading", "words"),
        [
            ("Training", "The weather in the valley is fine again."),
            ("Training", "Our staff are trained every night in the hall."),
            ("Training and sales", CHATS),
            ("Sales", CHATS),
            ("Weather", CHATS),
            ("Training", "We train models."),
        ],
        ids=["unconfirmed", "vetoed", "two named", "another confirmed", "none named", "too short"],
    )
    def test_heading_is_not_believed_alone(self, sources: Sources, heading: str, words: str) -> None:
        """One practice must be named, and one of its patterns must hit without a veto."""
        assert _headed(sources, f"# Terms\n\n## {heading}\n\n{words}\n") == []

    def test_outer_heading_names_too(self, sources: Sources) -> None:
        """Two practices named on two levels are two."""
        assert _headed(sources, f"# Terms\n\n## Sales\n\n### Training\n\n{CHATS}\n") == []

    def test_each_paragraph_is_learnt_once(self, sources: Sources) -> None:
        """However many versions repeat it; what a later one adds is learnt as well."""
        first = f"# Terms\n\n## Training\n\n{CHATS}\n"
        added = "Pictures are trained on by night and by day."
        found = _headed(sources, first, f"{first}\n{CHATS.upper()}\n\n{added}\n")
        assert found == [("training", CHATS), ("training", added)]

    def test_document_without_a_label_is_not_read(self, sources: Sources) -> None:
        """The test side of the archive teaches nothing, in no way."""
        sources.record(f"# Terms\n\n## Training\n\n{CHATS}\n")
        assert sources.read("headings") == []


class TestSentences:
    def test_invented_texts_are_known_of_every_practice(self, sources: Sources) -> None:
        """A text without labels is a near miss of all."""
        write_rows(sources.sentences, [SENTENCE, {"text": "Bees hum.", "practices": {}}])
        labelled, missed = sources.read("sentences")
        assert (labelled.labels, labelled.known) == ({"training": "positive"}, None)
        assert (missed.labels, missed.known) == ({}, None)

    def test_authored_texts_are_five_groups(self, sources: Sources) -> None:
        """So that every fold has a part of them."""
        write_rows(sources.sentences, [SENTENCE] * 11)
        assert len({one.group for one in sources.read("sentences")}) == 5

    def test_practice_files_teach_their_examples(self, sources: Sources) -> None:
        """A near miss teaches what it is instead, and that it is none where it is none."""
        found = {one.read.plain.text: one.labels for one in sources.read("practice files")}
        assert found == {
            "We train models on all chats.": {"training": "positive"},
            "We sell chats to brokers.": {"selling": "positive"},
            "The 8:15 train is late.": {},
        }


class TestClaudette:
    def test_clause_teaches_the_practices_it_shows(self, sources: Sources) -> None:
        """It says nothing of all others, weighs less, and its document is the group."""
        clause = {**CLAUSE, "labels": ["arbitration", "jurisdiction", "choice_of_law"]}
        write_rows(sources.claudette, [clause])
        (example,) = sources.read("CLAUDETTE")
        assert set(example.labels) == {"arbitration-class-waiver", "governing-law"}
        assert example.known == frozenset(example.labels)
        assert example.group == "CLAUDETTE Quarry"
        assert example.weight == 0.5

    @pytest.mark.parametrize("labels", [[], ["no_such_type"]])
    def test_clause_of_no_type_teaches_nothing(self, sources: Sources, labels: list[str]) -> None:
        """It may still carry our practices: it is no example against them."""
        write_rows(sources.claudette, [{**CLAUSE, "labels": labels}])
        assert sources.read("CLAUDETTE") == []


def test_corpus_is_read_alike_twice(sources: Sources) -> None:
    """Same files, same examples in the same order."""
    sources.record(f"{TERMS}\n## Training\n\n{CHATS}\n")
    write_rows(sources.provisions, [sources.reference(LABELLED)])
    first = sources.read()
    assert {one.source for one in first} == {
        *("provisions", "headings", "sentences", "practice files", "CLAUDETTE")
    }
    assert sources.read() == first
