"""The packed model: the same bytes from the same input, nearly the same probabilities, and its card."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from clauseproof.classification.model import NAMES, WEIGHTS, PracticeModel
from clauseproof.classification.polarity import polarity_features
from clauseproof.documents import Polarity
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reading import ReadSentence
from clauseproof.training.corpus import Example
from clauseproof.training.fitting import (
    Features,
    Fitted,
    Floats,
    Validated,
    extract,
    fit,
    fit_polarity,
    validate,
)
from clauseproof.training.packing import OFTEN, pack, write_card

PRACTICES = ("apples", "boats")
Polarities = tuple[list[str], Floats, Floats, float]


@dataclasses.dataclass(frozen=True)
class Trained:
    """Everything that is packed."""

    features: Features
    fitted: Fitted
    validated: Validated
    polarity: Polarities

    def pack(self, folder: Path) -> Path:
        pack(folder, self.fitted, self.validated, self.polarity, PRACTICES)
        return folder


def _train(corpus: list[Example], knowledge: KnowledgeBase) -> Trained:
    features = extract(corpus, knowledge)
    unsure = [dataclasses.replace(one, labels={"apples": "conditional"}) for one in corpus[:3]]
    polarity = fit_polarity([*corpus, *unsure], knowledge)
    return Trained(features, fit(features), validate(features), polarity)


@pytest.fixture(scope="module")
def trained(corpus: list[Example], two_practices: KnowledgeBase) -> Trained:
    return _train(corpus, two_practices)


def _probabilities(trained: Trained) -> Floats:
    slope, shift = trained.validated.calibration
    raw = trained.fitted.raw(trained.features.terms, trained.features.signals)
    return np.asarray(1 / (1 + np.exp(-(slope * raw + shift))))


def _packed_probabilities(trained: Trained, folder: Path) -> Floats:
    model = PracticeModel(folder)
    features = trained.features
    pairs = zip(features.terms, features.signals, strict=True)
    return np.stack([model.score(terms, signals) for terms, signals in pairs]).astype(np.float64)


class TestPack:
    def test_same_input_gives_the_same_bytes(
        self, tmp_path: Path, corpus: list[Example], two_practices: KnowledgeBase, trained: Trained
    ) -> None:
        """Packed twice, and trained anew and packed."""
        folders = [
            trained.pack(tmp_path / "first"),
            trained.pack(tmp_path / "second"),
            _train(corpus, two_practices).pack(tmp_path / "anew"),
        ]
        for name in (NAMES, WEIGHTS):
            assert len({(folder / name).read_bytes() for folder in folders}) == 1

    def test_packing_again_replaces(self, tmp_path: Path, trained: Trained) -> None:
        """A model that was there leaves nothing behind."""
        folder = trained.pack(tmp_path / "model")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        (folder / WEIGHTS).write_bytes(b"damaged")
        trained.pack(folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert set(before) == {NAMES, WEIGHTS}

    def test_rounding_hardly_moves_a_probability(self, tmp_path: Path, trained: Trained) -> None:
        """By 0.02 at most, on every example."""
        exact = _probabilities(trained)
        packed = _packed_probabilities(trained, trained.pack(tmp_path / "model"))
        assert np.abs(packed - exact).max() <= 0.02

    def test_decisions_stay(self, tmp_path: Path, trained: Trained) -> None:
        """What was above its threshold is above it still."""
        thresholds = trained.validated.thresholds
        exact = _probabilities(trained) >= thresholds
        folder = trained.pack(tmp_path / "model")
        packed = _packed_probabilities(trained, folder) >= PracticeModel(folder).thresholds
        assert exact.any()
        assert (exact == packed).all()

    def test_term_weights_are_bytes(self, tmp_path: Path, trained: Trained) -> None:
        """The largest of each practice is 127, whatever its scale; the rest is float32."""
        arrays = load_file(trained.pack(tmp_path / "model") / WEIGHTS)
        assert arrays["terms"].dtype == np.int8
        assert np.abs(arrays["terms"].astype(int)).max(0).tolist() == [127, 127]
        assert {one.dtype for name, one in arrays.items() if name != "terms"} == {np.dtype(np.float32)}

    def test_terms_that_weigh_nothing_are_left_out(self, tmp_path: Path, trained: Trained) -> None:
        """With their names and rarities, so that places still agree."""
        fitted = trained.fitted
        weights = fitted.weights.copy()
        place = fitted.terms["orchard"]
        weights[place] = 1e-6
        lighter = dataclasses.replace(trained, fitted=dataclasses.replace(fitted, weights=weights))
        whole, less = trained.pack(tmp_path / "whole"), lighter.pack(tmp_path / "less")
        before, after = (json.loads((one / NAMES).read_text())["terms"] for one in (whole, less))
        assert "orchard" in before
        assert after == [one for one in before if one != "orchard"]
        arrays = load_file(less / WEIGHTS)
        assert len(arrays["terms"]) == len(after)
        assert arrays["idf"].tolist() == pytest.approx([fitted.idf[fitted.terms[one]] for one in after])

    def test_practice_without_weights_is_packed(self, tmp_path: Path, trained: Trained) -> None:
        """One that had too few labels divides nothing by nought and stays unlikely."""
        fitted = trained.fitted
        weights, bias = fitted.weights.copy(), fitted.bias.copy()
        weights[:, 1], bias[1] = 0, -10
        bare = dataclasses.replace(fitted, weights=weights, bias=bias)
        folder = dataclasses.replace(trained, fitted=bare).pack(tmp_path / "model")
        found = _packed_probabilities(trained, folder)
        assert (found[:, 1] < 0.01).all()
        assert (found[:, 0] > 0.5).any()

    def test_practices_keep_their_places(self, tmp_path: Path, trained: Trained) -> None:
        """Names, columns and thresholds go together."""
        model = PracticeModel(trained.pack(tmp_path / "model"))
        assert model.places == {"apples": 0, "boats": 1}
        assert model.thresholds == pytest.approx(trained.validated.thresholds.tolist())

    def test_polarity_is_packed_unrounded(self, tmp_path: Path, trained: Trained) -> None:
        """It answers as it did when it was fitted."""
        model = PracticeModel(trained.pack(tmp_path / "model"))
        said: tuple[tuple[str, Polarity], ...] = (
            ("We pick ripe apples in the orchard every autumn, and we like it.", "positive"),
            ("We pick ripe apples in the orchard every autumn, but we never do.", "negative"),
        )
        for text, polarity in said:
            sentence = ReadSentence(0, 0, len(text), text, text)
            assert model.polarity(polarity_features("apples", polarity, sentence)) == polarity


COUNTS = np.array([[40, 30, 10, 10], [OFTEN - 1, 7, 0, 7]])
DIGESTS = {"provisions.jsonl": "0123456789ab", "rows.jsonl": "ba9876543210"}


def _card(
    folder: Path, examples: list[Example], counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> str:
    folder.mkdir(exist_ok=True)
    validated = Validated(np.array([0.25, 0.5]), (1.0, 0.0), counts, 0.0625)
    return write_card(folder, examples, validated, 0.875, PRACTICES, DIGESTS)


class TestCard:
    def test_it_is_written_as_returned(self, tmp_path: Path, corpus: list[Example]) -> None:
        """Beside the weights."""
        text = _card(tmp_path, corpus, COUNTS)
        assert (tmp_path / "MODEL_CARD.md").read_text("utf-8") == text
        assert "{{" not in text

    def test_it_counts_the_examples_of_each_source(self, tmp_path: Path, corpus: list[Example]) -> None:
        """Each in its row, nought where there is none."""
        sources = ["provisions"] * 7 + ["headings"] * 6 + ["sentences"] * 5 + ["practice files"] * 4
        examples = [
            dataclasses.replace(one, source=source) for one, source in zip(corpus, sources, strict=False)
        ]
        lines = _card(tmp_path, examples, COUNTS).splitlines()
        rows = [line.split(" | ")[1] for line in lines if line.count(" | ") == 2 and line.startswith("| ")]
        assert rows == ["examples", "7", "6", "5", "4", "0"]

    def test_it_holds_the_digests(self, tmp_path: Path, corpus: list[Example]) -> None:
        """Of every file learnt from, by its name."""
        text = _card(tmp_path, corpus, COUNTS)
        assert "Digests:\nprovisions.jsonl 0123456789ab, rows.jsonl ba9876543210.\n" in text

    def test_it_holds_the_figures(self, tmp_path: Path, corpus: list[Example]) -> None:
        """All labels together; the average only over practices with enough of them."""
        text = _card(tmp_path, corpus, COUNTS)
        assert f"{40 + OFTEN - 1} labels of {len(corpus)} provisions" in text
        assert "Micro F1 0.733, macro F1 0.750 over the 1 practices" in text
        assert "0.875; calibration error 0.062 " in text

    def test_each_practice_has_its_row(self, tmp_path: Path, corpus: list[Example]) -> None:
        """The most labelled first: labels, F1, precision, recall, threshold."""
        lines = _card(tmp_path, corpus, COUNTS[::-1].copy()).splitlines()
        rows = [line for line in lines if line.startswith(("| apples", "| boats"))]
        assert rows == [
            "| boats | 40 | 0.75 | 0.75 | 0.75 | 0.500 |",
            f"| apples | {OFTEN - 1} | 0.67 | 1.00 | 0.50 | 0.250 |",
        ]

    def test_practice_without_labels_divides_nothing(self, tmp_path: Path, corpus: list[Example]) -> None:
        """Its figures are nought, and there may be none to average."""
        text = _card(tmp_path, corpus, np.zeros((2, 4), dtype=np.int64))
        assert "| apples | 0 | 0.00 | 0.00 | 0.00 | 0.250 |" in text
        assert "Micro F1 0.000, macro F1 0.000 over the 0 practices" in text
