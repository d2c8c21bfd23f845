"""Incremental indexing: nothing is embedded twice, nothing is lost, one writer at a time."""

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from clauseproof.errors import RetrievalError
from clauseproof.retrieval import dense
from clauseproof.retrieval import index as index_module
from clauseproof.retrieval.base import PassageFilter
from clauseproof.retrieval.index import PassageIndex
from clauseproof.retrieval.writing import lock_folder

from .conftest import TEXTS, CountingEmbedder, make_document, make_passage


def test_an_unchanged_text_is_never_embedded_twice(tmp_path: Path) -> None:
    """Neither by a second run, nor in another process's index object, version or document."""
    embedder = CountingEmbedder()
    with PassageIndex(tmp_path, "fiction", embedder) as index:
        report = index.update(make_document())
        assert (report.added, report.reused, report.removed, report.embedded) == (5, 0, 0, 5)
    with PassageIndex(tmp_path, "fiction", embedder) as index:
        assert index.update(make_document()).reused == 5
        assert index.update(make_document(version_id="v2")).embedded == 0
        assert index.update(make_document(service="Brindle")).embedded == 0
        assert index.update(make_document([*TEXTS, "One more clause."], "v3")).embedded == 1
    assert sorted(embedder.texts) == sorted([*TEXTS, "One more clause."])


def test_a_text_repeated_within_one_update_is_embedded_once(tmp_path: Path) -> None:
    """Distinct texts are counted, not passages."""
    embedder = CountingEmbedder()
    with PassageIndex(tmp_path, "fiction", embedder) as index:
        report = index.update(make_document(["Same words.", "Same words."]))
    assert (report.added, report.embedded) == (2, 1)
    assert embedder.texts == ["Same words."]


def test_an_update_makes_a_version_exactly_what_was_given(tmp_path: Path) -> None:
    """Passages that are gone are not found any more; other versions stay."""
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        index.update(make_document() + make_document(TEXTS[:1], "other", service="Brindle"))
        report = index.update(make_document(TEXTS[:2]))
        assert (report.reused, report.removed) == (2, 3)
        assert all("arbitration" not in hit.passage.text for hit in index.rank("arbitration"))
        assert index.versions() == {("Quillwave", "Terms", "v1"), ("Brindle", "Terms", "other")}


def test_pruning_drops_the_versions_not_given(tmp_path: Path) -> None:
    """The newest state replaces what was there, and shared texts keep their vectors."""
    embedder = CountingEmbedder()
    with PassageIndex(tmp_path, "fiction", embedder) as index:
        index.update(make_document())
        report = index.update(make_document(TEXTS[:4], "v2"), prune=True)
        assert (report.added, report.removed, report.embedded) == (4, 5, 0)
        assert index.versions() == {("Quillwave", "Terms", "v2")}
        assert all(hit.relevance > 0 for hit in index.search("arbitration"))


def test_new_practices_need_no_new_vector(tmp_path: Path) -> None:
    """Classifying a passage anew replaces it without asking the embedder."""
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        index.update([make_passage(TEXTS[0])])
        assert index.update([make_passage(TEXTS[0], practices=("ai-training",))]).embedded == 0
        hits = index.rank("models", filter=PassageFilter(practice="ai-training"))
        assert [hit.passage.practices for hit in hits] == [("ai-training",)]


def test_headings_are_searched(tmp_path: Path) -> None:
    """A list item is found by the words of the heading above it."""
    with PassageIndex(None, "fiction", CountingEmbedder()) as index:
        index.update([make_passage("Thirty days.", heading_path=("Privacy", "Retention periods"))])
        assert index.search("retention")[0].passage.text == "Thirty days."


def test_interrupted_indexing_resumes_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was embedded before the interruption is kept; the rest follows in the next run."""
    monkeypatch.setattr(index_module, "_EMBED_BATCH", 2)
    broken, whole = CountingEmbedder(fail_after=2), CountingEmbedder()
    with PassageIndex(tmp_path, "fiction", broken) as index, pytest.raises(KeyboardInterrupt):
        index.update(make_document())
    with PassageIndex(tmp_path, "fiction", whole) as index:
        assert index.rank("arbitration") == []
        assert index.update(make_document()).embedded == 3
        assert sorted(hit.passage.text for hit in index.rank("account models invoices", 10)) == sorted(TEXTS)
    sent = [text for text in broken.texts + whole.texts if text in TEXTS]
    assert sorted(sent) == sorted(TEXTS)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """While one process writes, another gets a clear error and readers go on."""
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        index.update(make_document())
        with lock_folder(tmp_path / "index"):
            with pytest.raises(RetrievalError, match="another process is writing"):
                index.update(make_document(version_id="v2"))
            assert index.rank("arbitration")
        assert index.update(make_document(version_id="v2")).added == 5


def test_archives_and_embedders_do_not_mix(tmp_path: Path) -> None:
    """Names that look alike or hold odd characters still get an index of their own."""
    for archive in ("a/b", "a b", "../../x", "ä" * 200, ""):
        with PassageIndex(tmp_path, archive, CountingEmbedder()) as index:
            assert index.versions() == frozenset()
            index.update([make_passage("Only here.")])
    assert {path.parent.name for path in tmp_path.rglob("*.sqlite")} == {"index"}


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    """A file that is no database is reported with its path and the way out."""
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()):
        pass
    (table,) = (tmp_path / "index").glob("*.sqlite")
    table.write_bytes(b"not a database" * 100)
    with pytest.raises(RetrievalError, match=r"\.sqlite cannot be used"):
        PassageIndex(tmp_path, "fiction", CountingEmbedder())


def test_lost_vectors_are_made_again(tmp_path: Path) -> None:
    """Passages whose vectors are gone are embedded by the next update."""
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        index.update(make_document())
        index._vectors.drop([passage.key for passage in make_document(TEXTS[:2])])
        assert index.rank("arbitration")
        assert index.update(make_document()).embedded == 2


def test_large_scopes_answer_like_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma's graph and the stored lexical index find what exact search finds."""
    texts = [f"Clause {number} on topic{number % 7} and matter{number % 11}." for number in range(300)]
    with PassageIndex(None, "fiction", CountingEmbedder()) as exact:
        exact.update(make_document(texts))
        expected = [hit.passage.text for hit in exact.rank("topic3 matter5", 4)]
        narrow = [
            hit.passage.text for hit in exact.rank("topic3 matter5", 4, PassageFilter(document="Terms"))
        ]
    for module in (dense, index_module):
        monkeypatch.setattr(module, "EXACT_SCOPE", 10)
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        index.update(make_document(texts))
    with PassageIndex(tmp_path, "fiction", CountingEmbedder()) as index:
        assert [hit.passage.text for hit in index.rank("topic3 matter5", 4)] == expected
        only = PassageFilter(document="Terms", at=datetime.date(2026, 1, 1))
        assert [hit.passage.text for hit in index.rank("topic3 matter5", 4, only)] == narrow
    assert len(list((tmp_path / "index").glob("*-words/*"))) == 1


def test_an_index_in_memory_does_not_load_chroma() -> None:
    """One document is analysed without the seconds that Chroma takes to import."""
    program = (
        "import sys; from pathlib import Path; from clauseproof.retrieval import PassageIndex;"
        "from clauseproof.retrieval.embedders import load_embedder;"
        "assert 'numpy' not in sys.modules;"
        "PassageIndex(None, 'x', load_embedder()).rank('anything');"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
