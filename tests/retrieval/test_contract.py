"""What every retriever keeps to, in memory and in Chroma, by words, by vectors and fused."""

import datetime

import pytest

from clauseproof.retrieval.base import PassageFilter
from clauseproof.retrieval.index import PassageIndex

from .conftest import TEXTS, make_document, make_passage


def found(index: PassageIndex, query: str, k: int = 10, only: PassageFilter | None = None) -> list[str]:
    return [hit.passage.text for hit in index.rank(query, k, only)]


def test_the_passage_a_question_is_about_comes_first(retriever: PassageIndex) -> None:
    """Each passage is the first answer to a question in nearly its own words."""
    retriever.update(make_document())
    assert found(retriever, "Are prompts used to train models?")[0] == TEXTS[0]
    assert found(retriever, "deleting accounts and stored content")[0] == TEXTS[1]
    assert found(retriever, "arbitration")[0] == TEXTS[2]


def test_hits_are_ordered_limited_and_carry_a_relevance(retriever: PassageIndex) -> None:
    """Scores fall, k is kept, and relevance is a cosine between 0 and 1."""
    retriever.update(make_document())
    hits = retriever.rank("account of children", k=2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert all(0 <= hit.relevance <= 1 for hit in hits)
    assert all(hit.shares_words for hit in hits)


def test_filters_admit_only_what_they_name(retriever: PassageIndex) -> None:
    """Service, document, version and practice each restrict the hits, alone and together."""
    retriever.update(
        [
            make_passage("We train models on prompts.", service="Quillwave", version_id="a"),
            make_passage("We train models on uploads.", service="Brindle", version_id="b"),
            make_passage(
                "We train models on drafts.",
                service="Brindle",
                document="Privacy Policy",
                version_id="c",
                practices=("ai-training",),
            ),
        ]
    )

    def services(**only: object) -> list[str]:
        return sorted(found(retriever, "train models", 10, PassageFilter.model_validate(only)))

    assert services(service="Quillwave") == ["We train models on prompts."]
    assert services(service="Brindle", document="Terms") == ["We train models on uploads."]
    assert services(version_ids=("a", "c")) == ["We train models on drafts.", "We train models on prompts."]
    assert services(practice="ai-training") == ["We train models on drafts."]
    assert services(service="Brindle", version_ids=("a",)) == []
    assert services(version_ids=()) == []
    assert services(service="brindle' or 1=1 --") == []


def test_a_date_selects_the_version_in_force(retriever: PassageIndex) -> None:
    """On a day between two versions the earlier one answers; before the first, none."""
    old, new = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)
    retriever.update([make_passage("We never train models.", version_id="old", date=old)])
    retriever.update([make_passage("We always train models.", version_id="new", date=new)])

    def on(day: datetime.date) -> list[str]:
        return found(retriever, "train models", 10, PassageFilter(at=day))

    assert on(datetime.date(2024, 6, 1)) == ["We never train models."]
    assert on(new) == ["We always train models."]
    assert on(datetime.date(2023, 12, 31)) == []


def test_a_text_in_many_versions_is_one_hit_from_the_newest(retriever: PassageIndex) -> None:
    """Repetition through history does not crowd out other answers."""
    for year in (2022, 2024):
        retriever.update(make_document(version_id=f"v{year}"))
    retriever.update([make_passage(TEXTS[2], version_id="v2025", date=datetime.date(2025, 12, 1))])
    arbitration = [hit for hit in retriever.rank("arbitration", 10) if hit.passage.text == TEXTS[2]]
    assert [hit.passage.version_id for hit in arbitration] == ["v2025"]


def test_the_same_question_gets_the_same_answer(retriever: PassageIndex) -> None:
    """Ranking is deterministic, ties included, and independent of the order of arrival."""
    passages = make_document() + make_document(service="Brindle", version_id="w")
    retriever.update(passages)
    first = retriever.rank("account models", 10)
    assert retriever.rank("account models", 10) == first
    with PassageIndex(None, "fiction", retriever._embedder, retriever._weights) as other:
        other.update(reversed(passages))
        assert [hit.passage for hit in other.rank("account models", 10)] == [hit.passage for hit in first]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "\x00\x1b[31m\x07",
        "?!*()[]{}",
        "a" * 200_000,
        "the of and",
        "\udcff",
        "' or 1=1 --",
        "🙂" * 500,
    ],
    ids=["empty", "blank", "control", "punctuation", "huge", "function-words", "surrogate", "sql", "emoji"],
)
def test_hostile_questions_are_answered_without_error(retriever: PassageIndex, query: str) -> None:
    """No question raises, and none of these has a relevant answer."""
    retriever.update(make_document())
    retriever.rank(query, 3)
    assert retriever.search(query, 3) == []


def test_hostile_texts_are_indexed_like_others(retriever: PassageIndex) -> None:
    """Empty, control-character, unbroken and foreign texts neither raise nor hide the rest."""
    hostile = [
        "",
        "\x00\x01\x02",
        "x" * 300_000,
        "\u202e\u200b",
        "<script>alert(1)</script>",
        "我们会使用您的输入",
    ]
    retriever.update(make_document([*hostile, *TEXTS]))
    assert found(retriever, "binding arbitration")[0] == TEXTS[2]
    assert TEXTS[2] in found(retriever, "我们会使用 arbitration", 50)


def test_an_empty_index_has_no_answers(retriever: PassageIndex) -> None:
    """Searching before anything was indexed finds nothing; neither does k below one."""
    assert retriever.rank("anything") == []
    assert retriever.search("anything") == []
    retriever.update(make_document())
    assert retriever.rank("arbitration", 0) == []


@pytest.mark.parametrize("nonsense", ["asdf qwerty zxcv", "zzzzzzzz", "how to bake sourdough bread"])
def test_nonsense_finds_nothing(retriever: PassageIndex, nonsense: str) -> None:
    """Unrelated questions come back empty, related ones do not."""
    retriever.update(make_document())
    assert retriever.search(nonsense) == []
    assert retriever.search("arbitration")[0].passage.text == TEXTS[2]
