"""The lexical index by itself."""

from pathlib import Path

from clauseproof.retrieval.bm25 import Bm25Index

TEXTS = [
    ("a", "We retain logs for thirty days."),
    ("b", "Retention of backups: ninety days, ninety days at most."),
    ("c", "No jury."),
]


def test_inflections_match_and_rarer_words_count_more() -> None:
    """A stem finds its inflections; a word of one text outweighs a word of two."""
    index = Bm25Index.build(TEXTS)
    assert index.rank("retaining", 5) == ["a"]
    assert index.rank("backup days", 5) == ["b", "a"]


def test_words_nobody_uses_are_named() -> None:
    """Function words are not counted as words."""
    assert Bm25Index.build(TEXTS).unknown_words("Where do we retain unicorns?") == ["unicorns"]


def test_scripts_without_blanks_are_searched_by_character() -> None:
    """A word inside an unbroken run of ideographs is found."""
    assert Bm25Index.build([("a", "我们会使用您的输入"), ("b", "仲裁")]).rank("使用", 5) == ["a"]


def test_texts_without_words_make_an_index_without_answers() -> None:
    """Blank texts and no texts at all."""
    assert Bm25Index.build([("a", "  "), ("b", "the of")]).rank("the", 5) == []
    assert Bm25Index.build([]).rank("days", 5) == []


def test_a_stored_index_answers_like_the_built_one(tmp_path: Path) -> None:
    """It is found by its keys only, and replaces its predecessor."""
    keys = [key for key, _ in TEXTS]
    Bm25Index.build(TEXTS[:2]).save(tmp_path)
    built = Bm25Index.build(TEXTS)
    built.save(tmp_path)
    loaded = Bm25Index.load(tmp_path, keys)
    assert loaded is not None
    assert loaded.rank("ninety days", 5) == built.rank("ninety days", 5) == ["b", "a"]
    assert Bm25Index.load(tmp_path, keys[:2]) is None
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_stored_index_is_ignored(tmp_path: Path) -> None:
    """What can be built again is not worth an error."""
    Bm25Index.build(TEXTS).save(tmp_path)
    for file in tmp_path.rglob("*.json"):
        file.write_text("{", encoding="utf-8")
    assert Bm25Index.load(tmp_path, [key for key, _ in TEXTS]) is None
