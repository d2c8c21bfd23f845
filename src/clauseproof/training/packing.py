"""The trained model as it ships: weights in bytes, names, and a card that says what it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import numpy as np
from safetensors.numpy import save

from clauseproof.archive.storage import write_atomically
from clauseproof.classification.model import NAMES, WEIGHTS
from clauseproof.training.corpus import Example
from clauseproof.training.fitting import Fitted, Floats, Validated

_CARD = Path(__file__).parent / "card.md.j2"
# Practices with fewer labels are not averaged: one label more or less would decide their figure.
OFTEN = 15
_STEPS = 127
# Terms whose weights all round to nothing are left out.
_NEGLIGIBLE = 0


def pack(
    folder: Path,
    fitted: Fitted,
    validated: Validated,
    polarity: tuple[list[str], Floats, Floats, float],
    practices: Sequence[str],
) -> None:
    """Write weights and names.

    Args:
        folder: Where to.
        fitted: The model of practices; its term weights are rounded to 127 steps a side and practice.
        validated: Thresholds and calibration.
        polarity: Terms, weights and biases of the model of polarity.
        practices: Ids, in the order of the columns.
    """
    scale = np.maximum(np.abs(fitted.weights).max(0), 1e-9) / _STEPS
    rounded = np.rint(fitted.weights / scale).astype(np.int8)
    kept = np.abs(rounded).max(1) > _NEGLIGIBLE
    names = sorted(fitted.terms, key=fitted.terms.__getitem__)
    polarity_terms, polarity_weights, polarity_bias, _ = polarity
    arrays = {
        "terms": rounded[kept],
        "scale": scale,
        "idf": fitted.idf[kept],
        "signals": fitted.signals,
        "bias": fitted.bias,
        "calibration": np.array(validated.calibration),
        "thresholds": validated.thresholds,
        "polarity": polarity_weights,
        "polarity_bias": polarity_bias,
    }
    folder.mkdir(parents=True, exist_ok=True)
    ready = {
        name: np.ascontiguousarray(one if one.dtype == np.int8 else one.astype(np.float32))
        for name, one in arrays.items()
    }
    write_atomically(folder / WEIGHTS, save(ready))
    values = {
        "format": 1,
        "practices": list(practices),
        "terms": [name for name, keep in zip(names, kept, strict=True) if keep],
        "polarity_terms": polarity_terms,
    }
    write_atomically(folder / NAMES, json.dumps(values, ensure_ascii=False, indent=0).encode())


def write_card(
    folder: Path,
    examples: Sequence[Example],
    validated: Validated,
    polarity_accuracy: float,
    practices: Sequence[str],
    digests: Mapping[str, str],
) -> str:
    """Write the model card and return it."""
    labels, hits, false, missed = validated.counts.T
    f1 = 2 * hits / np.maximum(1, 2 * hits + false + missed)
    often = labels >= OFTEN
    rows = [
        {
            "practice": practices[at],
            "labels": int(labels[at]),
            "f1": f1[at],
            "precision": hits[at] / max(1, hits[at] + false[at]),
            "recall": hits[at] / max(1, labels[at]),
            "threshold": validated.thresholds[at],
        }
        for at in np.argsort(-labels, kind="stable")
    ]
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string(_CARD.read_text("utf-8"))
    text = template.render(
        counts=Counter(one.source for one in examples),
        digests=digests,
        labels=int(labels.sum()),
        micro=2 * hits.sum() / max(1, 2 * hits.sum() + false.sum() + missed.sum()),
        macro=f1[often].mean() if often.any() else 0.0,
        often=int(often.sum()),
        polarity=polarity_accuracy,
        error=validated.error,
        rows=rows,
    )
    write_atomically(folder / "MODEL_CARD.md", text.encode())
    return text
