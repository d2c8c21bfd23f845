"""What a model is trained from, in small: an invented company's archive, labels, clause types, taxonomy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from analysis.builders import make_knowledge, make_practice
from clauseproof.archive import FolderArchive
from clauseproof.documents import Polarity
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reading import read_provisions
from clauseproof.segmentation import split_provisions
from clauseproof.training.corpus import Example, read_corpus

Row = Mapping[str, Any]

SERVICE, DOCUMENT = "Orchard", "Terms"
SENTENCE: Row = {"text": "We train models on your chats.", "practices": {"training": "positive"}}
CLAUSE: Row = {"doc": "Quarry", "labels": ["arbitration"], "text": "Disputes go to an arbitrator."}


def write_rows(path: Path, rows: Iterable[Row | str]) -> Path:
    """Write JSON lines; a row given as text is written as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in rows))
    return path


def make_example(
    text: str,
    labels: Mapping[str, Polarity] | None = None,
    *,
    group: str = "Orchard",
    source: str = "provisions",
    known: frozenset[str] | None = None,
    weight: float = 1.0,
) -> Example:
    """Return the last provision of a text as an example."""
    read = read_provisions(text, split_provisions("text", text))[-1]
    return Example(source, group, read, labels or {}, known, weight)


class Sources:
    """The files a corpus is read from, in a folder of one test."""

    def __init__(self, root: Path, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.archive = FolderArchive("orchards", root / "archive")
        self.labels = root / "labels"
        self.provisions = write_rows(self.labels / "provisions.jsonl", [])
        self.sentences = write_rows(self.labels / "sentences.jsonl", [SENTENCE])
        self.claudette = write_rows(root / "claudette.jsonl", [CLAUSE])
        self._root = root

    def record(self, *texts: str) -> None:
        """Record versions of the company's terms, a day each."""
        folder = self._root / "archive" / SERVICE / DOCUMENT
        folder.mkdir(parents=True, exist_ok=True)
        for day, text in enumerate(texts, 1):
            (folder / f"2026-01-{day:02}.md").write_text(text)

    def reference(self, words: str, **fields: Any) -> Row:
        """Return the label of the provision that reads so in the newest version, with fields changed."""
        version = self.archive.read(self.archive.records(SERVICE, DOCUMENT)[-1])
        start = version.text.index(words)
        text = {
            "archive": "orchards",
            "service": SERVICE,
            "document": DOCUMENT,
            "version_id": version.version_id,
            "sha256": version.sha256,
            "start": start,
            "end": start + len(words),
        }
        return {"text": {**text, **fields}, "practices": {"training": "positive"}}

    def read(self, source: str | None = None) -> list[Example]:
        """Read the corpus, or what it has of one source."""
        examples = read_corpus(self.labels, self.archive, self.claudette, self.knowledge)
        return [one for one in examples if source in (None, one.source)]


@pytest.fixture(scope="session")
def taxonomy() -> KnowledgeBase:
    """Four practices, two of them of the names CLAUDETTE's clause types are mapped to."""
    return make_knowledge(
        [
            make_practice(
                examples=["We train models on all chats."],
                near_misses=[
                    {"text": "We sell chats to brokers.", "is_instead": "selling"},
                    {"text": "The 8:15 train is late.", "is_instead": "none"},
                ],
                veto=[r"\bstaff\b"],
            ),
            make_practice(
                "selling",
                cues=[r"\bsells?\b"],
                decide=[r"\bsell\b[^.]*\bbrokers\b"],
                operative=[r"\bsells?\b"],
                headings=[r"\bsales?\b"],
            ),
            make_practice("arbitration-class-waiver", cues=["zzz"], decide=[], headings=[]),
            make_practice("governing-law", cues=["zzz"], decide=[], headings=[]),
        ]
    )


@pytest.fixture
def sources(tmp_path: Path, taxonomy: KnowledgeBase) -> Sources:
    """The files of a corpus without labelled provisions."""
    return Sources(tmp_path, taxonomy)


# Words of neither practice are in its patterns: what tells them apart is learnt.
_APPLES = (
    "Apples from the orchard are picked by hand in autumn",
    "We pick ripe apples in the orchard every autumn",
    "Every apple is picked when the orchard is ripe",
    "In autumn our orchard gives apples that we pick",
)
_BOATS = (
    "Boats in the harbour are painted blue in spring",
    "We paint old boats in the harbour every spring",
    "Every boat is painted when the harbour is calm",
    "In spring our harbour holds boats that we paint",
)
_OTHERS = (
    "Bread is baked before the sun is up",
    "We bake bread and sweep the floor",
    "Every loaf is weighed and wrapped",
    "In winter our oven is never cold",
)
FIRMS: Sequence[str] = ("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fir")


@pytest.fixture(scope="session")
def two_practices() -> KnowledgeBase:
    """Two practices whose patterns hit nothing in the invented corpus."""
    silent: dict[str, Any] = {"cues": ["zzz"], "decide": [], "operative": [], "headings": ["yyy"]}
    return make_knowledge([make_practice(one, **silent) for one in ("apples", "boats")])


@pytest.fixture(scope="session")
def corpus() -> list[Example]:
    """Provisions of six firms on apples, on boats, and on neither."""
    examples = []
    for firm in FIRMS:
        for polarity, doer in (("positive", "and we like it"), ("negative", "but we never do")):
            for subject, texts in (("apples", _APPLES), ("boats", _BOATS), (None, _OTHERS)):
                labels: dict[str, Any] = {subject: polarity} if subject else {}
                examples += [
                    make_example(f"# {firm}\n\n{text}, {doer}.\n", labels, group=firm) for text in texts
                ]
    return examples
