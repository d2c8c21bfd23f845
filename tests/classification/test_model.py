"""The learned model: its terms, its signals, its weights, and what it adds to the patterns."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from analysis.builders import make_knowledge, make_practice
from clauseproof import retrieval
from clauseproof.classification import PracticeClassifier
from clauseproof.classification.model import NAMES, SHIPPED, WEIGHTS, PracticeModel, weigh_terms
from clauseproof.classification.polarity import polarity_features
from clauseproof.classification.signals import PER_PRACTICE, Hits, PatternReader, Signals
from clauseproof.classification.terms import context_terms, iter_terms, stems
from clauseproof.documents import Polarity
from clauseproof.errors import ConfigurationError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.pipeline import Analyzer
from clauseproof.reading import ReadProvision, ReadSentence, read_provisions
from clauseproof.segmentation import split_provisions

BARTER = make_practice(
    "barter",
    cues=[r"\bbarter\b", r"\bswaps?\b"],
    decide=[r"\bbarter goods\b", r"\bgoods for\b"],
    veto=["zoo"],
)
GOSSIP = make_practice("gossip", cues=[r"\brumours\b"], decide=[r"\bspread rumours\b"], headings=["talk"])
TERMS = ("appl", "pear", "fig")
EVEN: NDArray[np.float32] = np.zeros(2 * PER_PRACTICE, dtype=np.float32)


def _read(text: str) -> list[ReadProvision]:
    return read_provisions(text, split_provisions("text", text))


def _write(folder: Path, names: Mapping[str, Any] | None = None, **arrays: Any) -> Path:
    """Write a model of two practices: apples speak for barter, pears against it, figs for gossip."""
    signals = np.zeros((2 * PER_PRACTICE, 2))
    signals[0, 0], signals[PER_PRACTICE, 1] = 4, 4
    given = {
        "terms": np.array([[100, 0], [-100, 0], [0, 50]], dtype=np.int8),
        "scale": [0.05, 0.1],
        "idf": [1, 1, 1],
        "signals": signals,
        "bias": [-2, -2],
        "calibration": [1, 0],
        "thresholds": [0.5, 0.5],
        "polarity": [[2, 0, 0], [0, 2, 0], [0, 0, 2]],
        "polarity_bias": [0, 0, 0.5],
    }
    ready = {
        name: np.asarray(one, dtype=np.int8 if name == "terms" else np.float32)
        for name, one in {**given, **arrays}.items()
    }
    held = {
        "format": 1,
        "practices": ["barter", "gossip"],
        "terms": TERMS,
        "polarity_terms": ["r positive", "r negative", "r conditional"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(save(ready))
    (folder / NAMES).write_text(json.dumps({**held, **(names or {})}))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> PracticeModel:
    """The model of two practices made by hand."""
    return PracticeModel(_write(tmp_path / "model"))


@pytest.fixture(scope="module")
def reader() -> PatternReader:
    return PatternReader(make_knowledge([BARTER, GOSSIP]))


class TestTerms:
    def test_words_are_counted_by_their_stems(self) -> None:
        """Inflection and letter case do not make another word, an apostrophe belongs to it."""
        assert stems("Training trains; TRAINED.") == ["train"] * 3
        assert stems("We don't") == ["we", "don't"]

    def test_every_number_is_nought(self) -> None:
        """Thirty days and ninety days are the same to the model."""
        assert stems("kept 30 days") == stems("kept 1999 days") == ["kept", "0", "day"]

    @pytest.mark.parametrize("text", ["", " \n", "☃ — …", "§ (*)"])
    def test_text_without_words_has_no_terms(self, text: str) -> None:
        """Marks are no words."""
        assert list(iter_terms(text)) == []

    def test_neighbours_are_terms_too(self) -> None:
        """Single stems come first, then each pair of neighbours; repetitions stay."""
        assert list(iter_terms("Goods sell goods")) == [
            *("good", "sell", "good"),
            *("good sell", "sell good"),
        ]

    def test_context_is_marked_as_such(self) -> None:
        """Words of the lead and of the headings are never taken for the provision's own."""
        (item,) = _read("# Fees\n\nWe never sell:\n\n- apples.\n")[-1:]
        assert set(context_terms(item)) == {
            *("l:we", "l:never", "l:sell", "l:we never", "l:never sell"),
            "h:fee",
        }

    def test_two_nearest_headings_count(self) -> None:
        """Titles further out, such as the document's own, are left out."""
        (read,) = _read("# Notice\n\n## Sales\n\n### Brokers\n\nWe sell apples.\n")
        assert context_terms(read) == ("h:sale", "h:broker")

    def test_end_of_a_long_lead_counts(self) -> None:
        """What stands far before the list is not read; what introduces it is."""
        lead = " ".join(["first", *(["middle"] * 60), "last"])
        terms = context_terms(_read(f"{lead}:\n\n- apples.\n")[-1])
        assert "l:last" in terms
        assert "l:first" not in terms


class TestWeighing:
    KNOWN: Mapping[str, int] = {"apple": 0, "pear": 1, "fig": 2}

    def test_weights_have_length_one(self) -> None:
        """A long text does not outweigh a short one."""
        for terms in (["apple"], ["apple", "pear", "pear"], ["apple", "pear", "fig"] * 9):
            _, weights = weigh_terms(terms, self.KNOWN, [1.0, 2.0, 3.0])
            assert math.hypot(*weights) == pytest.approx(1)

    def test_unknown_terms_are_ignored(self) -> None:
        """They take no place, and nothing from the weight of the others."""
        assert weigh_terms(["apple", "quince", "plum"], self.KNOWN, [2.0, 1.0, 1.0]) == ([0], [1.0])

    @pytest.mark.parametrize("terms", [[], ["quince"]])
    def test_nothing_known_weighs_nothing(self, terms: Sequence[str]) -> None:
        """An empty text is no division by nought."""
        assert weigh_terms(terms, self.KNOWN, [1.0, 1.0, 1.0]) == ([], [])

    def test_rarity_and_repetition_count(self) -> None:
        """A rare term weighs more by its rarity; a repeated one by the logarithm of its count."""
        _, (rare, common) = weigh_terms(["pear", "apple"], self.KNOWN, [1.0, 3.0, 1.0])
        assert rare / common == pytest.approx(3)
        _, (often, once) = weigh_terms(["apple"] * 4 + ["pear"], self.KNOWN, [1.0, 1.0, 1.0])
        assert often / once == pytest.approx(1 + math.log(4))


def _rows(reader: PatternReader, *sentences: str, headings: Sequence[str] = ()) -> dict[str, list[float]]:
    rows = reader.vector(reader.read(sentences, headings)).reshape(-1, PER_PRACTICE)
    barter, gossip = ([round(float(one), 2) for one in row] for row in rows)
    return {"barter": barter, "gossip": gossip}


class TestSignals:
    def test_nothing_hit_is_nothing(self, reader: PatternReader) -> None:
        """Without sentences or hits every number is nought."""
        assert not reader.vector(Signals(())).any()
        assert _rows(reader, "We keep bees.") == {"barter": [0] * 4, "gossip": [0] * 4}

    def test_deciding_patterns_add_up(self, reader: PatternReader) -> None:
        """One gives 0.6, two 0.8; those of two sentences are not added."""
        assert _rows(reader, "People spread rumours.")["gossip"] == [0.6, 1, 0, 0]
        assert _rows(reader, "We barter goods for coins.")["barter"] == [0.8, 1, 0, 0]
        assert _rows(reader, "We barter goods.", "We swap goods for coins.")["barter"] == [0.6, 1, 0, 0]

    def test_more_than_three_count_no_more(self, reader: PatternReader) -> None:
        """The first number stays within 1."""
        many = Signals(({"barter": Hits(decide=7)},))
        assert reader.vector(many)[0] == pytest.approx(1)

    def test_cue_alone_decides_nothing(self, reader: PatternReader) -> None:
        """It is told apart from a deciding pattern."""
        assert _rows(reader, "Rumours are old.")["gossip"] == [0, 1, 0, 0]

    def test_veto_holds_in_its_sentence(self, reader: PatternReader) -> None:
        """It cancels the deciding patterns beside it, not those of the next sentence, and is told."""
        assert _rows(reader, "At the zoo we barter goods.")["barter"] == [0, 1, 1, 0]
        assert _rows(reader, "This is a zoo.", "We barter goods.")["barter"] == [0.6, 1, 1, 0]

    def test_heading_names_its_practice_only(self, reader: PatternReader) -> None:
        """Any heading above the provision will do."""
        assert _rows(reader, "We keep bees.", headings=["Small talk", "Bees"]) == {
            "barter": [0, 0, 0, 0],
            "gossip": [0, 0, 0, 1],
        }

    def test_practices_the_model_does_not_know_are_left_out(self, reader: PatternReader) -> None:
        """The vector follows the model's practices and their places, whatever the taxonomy holds."""
        signals = reader.read(["We barter goods and spread rumours."], ["Talk"])
        vector = reader.vector(signals, {"other": 0, "gossip": 1})
        assert vector.reshape(-1, PER_PRACTICE).tolist() == [[0] * 4, pytest.approx([0.6, 1, 0, 1])]


class TestScores:
    def test_words_move_their_own_practice(self, model: PracticeModel) -> None:
        """A term's weight times its practice's scale, with the bias, is the score before calibration."""
        barter, gossip = model.score(["appl"], EVEN)
        assert barter == pytest.approx(1 / (1 + math.exp(-3)))
        assert gossip == pytest.approx(1 / (1 + math.exp(2)))
        assert model.score(["pear"], EVEN)[0] < 0.01

    def test_signals_add_to_words(self, model: PracticeModel) -> None:
        """A deciding pattern counts by its strength."""
        signals = EVEN.copy()
        signals[PER_PRACTICE] = 0.5
        assert model.score([], signals)[1] == pytest.approx(0.5)

    def test_empty_text_has_its_bias(self, model: PracticeModel) -> None:
        """No term known, no signal: what remains is how common the practice is."""
        assert model.score(["quince"], EVEN) == pytest.approx([1 / (1 + math.exp(2))] * 2)

    def test_calibration_is_applied(self, tmp_path: Path) -> None:
        """Slope and shift turn the raw score into the probability."""
        drawn = PracticeModel(_write(tmp_path / "model", calibration=[0.5, 1]))
        assert drawn.score([], EVEN) == pytest.approx([0.5, 0.5])

    def test_contribution_tells_for_and_against(self, model: PracticeModel) -> None:
        """What speaks for a practice is above nought, what speaks against it below."""
        assert model.contribution(["appl"], 0) > 0 > model.contribution(["pear"], 0)
        assert model.contribution(["appl"], 1) == model.contribution([], 0) == 0

    def test_likeliest_polarity_wins(self, model: PracticeModel) -> None:
        """Features the model does not know are ignored; with none left the bias decides."""
        assert model.polarity({"r negative": 1.0, "w bees": 9.0}) == "negative"
        assert model.polarity({"r positive": 1.0}) == "positive"
        assert model.polarity({"w bees": 1.0}) == "conditional"


class TestShipped:
    def test_it_is_small(self) -> None:
        """With the embedder's folder it stays under 16 MB."""
        folders = (SHIPPED, Path(retrieval.__file__).parent / "model")
        assert sum(path.stat().st_size for one in folders for path in one.rglob("*")) < 16_000_000

    def test_it_knows_the_shipped_practices(self, knowledge: KnowledgeBase) -> None:
        """Every practice of the taxonomy has a place, and a threshold that can be reached and missed."""
        shipped = PracticeModel()
        assert set(shipped.places) == set(knowledge.practices)
        assert len(shipped.thresholds) == len(shipped.places)
        assert all(0 < one < 1 for one in shipped.thresholds)

    @pytest.mark.parametrize(
        "text", ["", "☃", "We may sell your data.", "not sell train share cookies 30 " * 2_000]
    )
    def test_probabilities_are_probabilities(self, analyzer: Analyzer, text: str) -> None:
        """Whatever the text, each practice's is within 0 and 1."""
        found = analyzer.classifier.likelihoods(text)
        assert found.shape == (len(PracticeModel().places),)
        assert ((found >= 0) & (found <= 1)).all()

    def test_extreme_signals_stay_probabilities(self) -> None:
        """All patterns of all practices at once, or none, overflow nothing."""
        shipped = PracticeModel()
        for fill in (0, 1):
            signals = np.full(len(shipped.places) * PER_PRACTICE, fill, dtype=np.float32)
            scores = shipped.score([], signals)
            assert ((scores >= 0) & (scores <= 1)).all()

    @pytest.mark.parametrize(
        ("text", "practice", "polarity"),
        [
            ("You may not resell the service.", "acceptable-use", "positive"),
            ("We do not sell your personal data.", "sale-of-data", "negative"),
            ("We train our models on your prompts.", "ai-training", "positive"),
        ],
    )
    def test_what_is_forbidden_to_users_is_a_rule(
        self, analyzer: Analyzer, text: str, practice: str, polarity: Polarity
    ) -> None:
        """A rule of conduct is there where it forbids; a practice the provider denies is not."""
        labels = {label.id: label.polarity for label in analyzer.classify(text)}
        assert labels[practice] == polarity

    def test_admission_is_not_turned_into_a_denial(self, analyzer: Analyzer) -> None:
        """That most texts deny a practice does not make a sentence without a negation deny it."""
        said = (
            "We sell your personal data.",
            "We sell your personal data to data brokers.",
            "We will sell your data.",
            "We sell your data to advertisers for money.",
            "We sell your personal data unless you opt out.",
        )
        labels = {text: {one.id: one.polarity for one in analyzer.classify(text)} for text in said}
        assert {text for text, found in labels.items() if found["sale-of-data"] == "negative"} == set()


class TestLoading:
    @pytest.mark.parametrize("name", [NAMES, WEIGHTS])
    def test_missing_file_is_named(self, tmp_path: Path, name: str) -> None:
        """Either of the two."""
        folder = _write(tmp_path / "model")
        (folder / name).unlink()
        with pytest.raises(ConfigurationError, match=name):
            PracticeModel(folder)

    def test_missing_folder_is_named(self, tmp_path: Path) -> None:
        """As the file that was looked for in it."""
        with pytest.raises(ConfigurationError, match=NAMES):
            PracticeModel(tmp_path / "nowhere")

    DAMAGED = (
        (NAMES, b""),
        (NAMES, b'{"format": 1,'),
        (NAMES, b"\xff\xfe\x00"),
        (WEIGHTS, b""),
        (WEIGHTS, b"version https://git-lfs.github.com/spec/v1\nsize 123\n"),
    )

    @pytest.mark.parametrize(("name", "content"), DAMAGED)
    def test_damaged_file_is_refused(self, tmp_path: Path, name: str, content: bytes) -> None:
        """Empty, cut off, binary, or the pointer that stands for a large file: the folder is named."""
        folder = _write(tmp_path / "model")
        (folder / name).write_bytes(content)
        with pytest.raises(ConfigurationError, match="the classifier cannot be loaded") as refused:
            PracticeModel(folder)
        assert str(refused.value).startswith(str(folder))

    @pytest.mark.parametrize(("name", "content"), DAMAGED)
    def test_damaged_file_is_named(self, tmp_path: Path, name: str, content: bytes) -> None:
        """Whoever is to mend it learns which of the two it is."""
        folder = _write(tmp_path / "model")
        (folder / name).write_bytes(content)
        with pytest.raises(ConfigurationError) as refused:
            PracticeModel(folder)
        assert name in str(refused.value)

    def test_cut_weights_are_refused(self, tmp_path: Path) -> None:
        """A file that lost its last bytes is no model."""
        folder = _write(tmp_path / "model")
        (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-4])
        with pytest.raises(ConfigurationError, match="the classifier cannot be loaded"):
            PracticeModel(folder)

    @pytest.mark.parametrize("version", [2, "1", None])
    def test_other_format_is_named(self, tmp_path: Path, version: object) -> None:
        """A model of another release is not read as if it were of this one."""
        folder = _write(tmp_path / "model", {"format": version})
        with pytest.raises(ConfigurationError, match=rf"{NAMES}: the classifier cannot be loaded: .*format"):
            PracticeModel(folder)

    @pytest.mark.parametrize("content", ["[]", "null", '{"format": 1}', '{"format": 1, "practices": 3}'])
    def test_names_of_another_shape_are_refused(self, tmp_path: Path, content: str) -> None:
        """JSON that is well formed and holds something else is a damaged file too."""
        folder = _write(tmp_path / "model")
        (folder / NAMES).write_text(content)
        with pytest.raises(ConfigurationError):
            PracticeModel(folder)

    def test_weights_without_a_part_are_refused(self, tmp_path: Path) -> None:
        """Weights that lack their biases belong to another format."""
        folder = _write(tmp_path / "model")
        arrays = load_file(folder / WEIGHTS)
        (folder / WEIGHTS).write_bytes(save({name: one for name, one in arrays.items() if name != "bias"}))
        with pytest.raises(ConfigurationError):
            PracticeModel(folder)

    def test_files_that_do_not_belong_together_are_refused(self, tmp_path: Path) -> None:
        """Names of one training beside weights of another would score words by others' weights."""
        folder = _write(tmp_path / "model", {"terms": [*TERMS, "quince"]})
        with pytest.raises(ConfigurationError):
            PracticeModel(folder)


class TestLabels:
    def test_practice_of_a_new_file_is_labelled_by_its_patterns(
        self, knowledge: KnowledgeBase, analyzer: Analyzer
    ) -> None:
        """The shipped practices keep their labels beside it; its score is how strongly its patterns hit."""
        grown = Analyzer(make_knowledge([*knowledge.practices.values(), BARTER]))
        text = "We do not sell your personal data. We barter goods for coins."
        labels = {label.id: label for label in grown.classify(text)}
        assert labels.pop("barter").score == pytest.approx(0.9)
        assert list(labels.values()) == [*analyzer.classify(text)]
        assert "sale-of-data" in labels

    def test_words_label_without_a_pattern(self, model: PracticeModel) -> None:
        """The evidence is then the sentence whose words speak for the practice, the others have no label."""
        classifier = PracticeClassifier(make_knowledge([BARTER, GOSSIP]), model)
        text = "Fruit is good for everybody. An apple is an apple. A pear grows where no apple does."
        (read,) = map(classifier.label, _read(text))
        (label,) = read.labels
        assert label.id == "barter"
        assert label.score > 0.5
        assert read.plain.source[label.span.start : label.span.end] == "An apple is an apple."
        assert [len(one) for one in read.sentence_labels] == [0, 1, 0]

    def test_patterns_show_the_sentence_where_they_hit(self, model: PracticeModel) -> None:
        """Where a pattern hits, its sentence is the evidence, however the words of others speak."""
        classifier = PracticeClassifier(make_knowledge([BARTER, GOSSIP]), model)
        (read,) = map(classifier.label, _read("An apple a day. We barter goods. An apple is an apple."))
        (label,) = read.labels
        assert read.plain.source[label.span.start : label.span.end] == "We barter goods."

    def test_words_can_outweigh_a_pattern(self, model: PracticeModel) -> None:
        """A deciding pattern of a practice the model knows is no label by itself."""
        classifier = PracticeClassifier(make_knowledge([BARTER, GOSSIP]), model)
        (hit,) = map(classifier.label, _read("We barter goods for coins."))
        (denied,) = map(classifier.label, _read("We barter goods for a pear."))
        assert [label.id for label in hit.labels] == ["barter"]
        assert denied.labels == ()

    def test_score_is_the_probability(self, model: PracticeModel) -> None:
        """What the model says of the whole provision, not how strongly a sentence shows it."""
        classifier = PracticeClassifier(make_knowledge([BARTER, GOSSIP]), model)
        (read,) = map(classifier.label, _read("An apple."))
        assert read.labels[0].score == pytest.approx(1 / (1 + math.exp(-3)), abs=0.001)
        assert classifier.likelihoods("An apple.")[0] == pytest.approx(read.labels[0].score, abs=0.001)


class TestPolarityFeatures:
    def test_words_and_rules_are_told_apart(self) -> None:
        """Own words, pairs, first words, words of the lead, and what the rules read, by practice."""
        sentence = ReadSentence(0, 0, 11, "sell apples", "We never: sell apples")
        features = polarity_features("barter", "negative", sentence)
        assert {name for name, value in features.items() if value == 1} == {
            *("p barter", "r negative", "pr barter negative")
        }
        words = {name for name, value in features.items() if value < 1}
        assert words == {"w sell", "w appl", "b sell appl", "s sell", "s appl", "l we", "l never"}
