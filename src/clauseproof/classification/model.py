"""The learned model: one linear function a practice over words and pattern hits, one for polarity.

Trained by ``make train`` (``clauseproof.training``), which also writes the model card beside the weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from clauseproof.classification.signals import PER_PRACTICE
from clauseproof.documents import Model, Polarity
from clauseproof.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "model"
WEIGHTS, NAMES = "practices.safetensors", "practices.json"
POLARITIES: tuple[Polarity, ...] = ("positive", "negative", "conditional")


class _Names(Model):
    """The model's names: what its rows and columns stand for."""

    format: Literal[1]
    practices: tuple[str, ...]
    terms: tuple[str, ...]
    polarity_terms: tuple[str, ...]


class PracticeModel:
    """Scores texts for every practice it was trained on.

    Attributes:
        places: Its practices, with their places in what `score` returns.
        thresholds: Probability from which each counts.

    The term weights are kept as bytes with one scale a practice; what this costs in accuracy is in the model
    card.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load the weights.

        Args:
            folder: Where the two files are.

        Raises:
            ConfigurationError: They are missing, damaged, or of another format.
        """
        import numpy as np
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            names = _Names.model_validate_json((folder / NAMES).read_bytes())
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"{folder / NAMES}: the classifier cannot be loaded: {_short(error)}"
            ) from error
        try:
            arrays = load_file(folder / WEIGHTS)
            _check(arrays, names)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise ConfigurationError(
                f"{folder / WEIGHTS}: the classifier cannot be loaded: {_short(error)}"
            ) from error
        self.places: dict[str, int] = {practice: at for at, practice in enumerate(names.practices)}
        self._term = {term: at for at, term in enumerate(names.terms)}
        self._weights = arrays["terms"].astype(np.float32)
        self._scale = arrays["scale"]
        self._idf = arrays["idf"].tolist()
        self._signals = arrays["signals"]
        self._bias = arrays["bias"]
        self._slope, self._shift = arrays["calibration"]
        self.thresholds: list[float] = arrays["thresholds"].tolist()
        self._polarity_term = {term: at for at, term in enumerate(names.polarity_terms)}
        self._polarity_weights = arrays["polarity"]
        self._polarity_bias = arrays["polarity_bias"]

    def score(self, terms: Iterable[str], signals: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the calibrated probability of each practice, 0 to 1.

        Args:
            terms: The text's terms, repeated as often as they occur.
            signals: What patterns say of it; see `PatternReader.vector`.
        """
        import numpy as np

        places, values = weigh_terms(terms, self._term, self._idf)
        found = np.asarray(values, dtype=np.float32) @ self._weights[places]
        active = np.flatnonzero(signals)
        raw = found * self._scale + signals[active] @ self._signals[active] + self._bias
        return np.asarray(1 / (1 + np.exp(-(self._slope * raw + self._shift))), dtype=np.float32)

    def contribution(self, terms: Iterable[str], practice: int) -> float:
        """Return how much terms speak for a practice: their share of its score, without scale."""
        import numpy as np

        places, values = weigh_terms(terms, self._term, self._idf)
        return float(np.asarray(values, dtype=np.float32) @ self._weights[places, practice])

    def polarity(self, features: Mapping[str, float], among: Sequence[Polarity] = POLARITIES) -> Polarity:
        """Return the likeliest polarity for features made by `polarity_features`.

        Args:
            features: What is weighed.
            among: Which polarities the sentence allows.
        """
        import numpy as np

        known = [
            (self._polarity_term[one], value) for one, value in features.items() if one in self._polarity_term
        ]
        places = [place for place, _ in known]
        values = np.asarray([value for _, value in known], dtype=np.float32)
        raw = np.asarray(values, dtype=np.float32) @ self._polarity_weights[places] + self._polarity_bias
        return max(among, key=lambda one: float(raw[POLARITIES.index(one)]))


def _check(arrays: Mapping[str, NDArray[np.float32]], names: _Names) -> None:
    """Hold the weights against the names.

    Raises:
        KeyError: An array is missing.
        ValueError: One has another shape than the names say.
    """
    practices, terms, polarity = len(names.practices), len(names.terms), len(names.polarity_terms)
    shapes = {
        "terms": (terms, practices),
        "scale": (practices,),
        "idf": (terms,),
        "signals": (PER_PRACTICE * practices, practices),
        "bias": (practices,),
        "calibration": (2,),
        "thresholds": (practices,),
        "polarity": (polarity, len(POLARITIES)),
        "polarity_bias": (len(POLARITIES),),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} is of shape {arrays[name].shape}, not {shape}")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def weigh_terms(
    terms: Iterable[str], known: Mapping[str, int], idf: Sequence[float]
) -> tuple[list[int], list[float]]:
    """Weigh known terms by frequency and rarity (TF-IDF, logarithmic, of length 1).

    Returns:
        Places of the terms, and their weights.
    """
    counts = Counter([known[term] for term in terms if term in known])
    weights = [
        idf[place] if count == 1 else (1 + math.log(count)) * idf[place] for place, count in counts.items()
    ]
    length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
    return list(counts), [weight / length for weight in weights]
