"""Label maps: how a dataset in another scheme's words is read, and which practices fold into its classes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from clauseproof.documents import Model
from clauseproof.errors import EvaluationError


class CandidateFile(Model):
    """Where the passages of a retrieval dataset stand.

    Attributes:
        file: JSON lines, relative to the dataset.
        id: Their field with a passage's id.
        text: Their field with its words.
        group: Their field that says which document it belongs to; a question is asked of its own
            document's passages.
    """

    file: str
    id: str = "id"
    text: str = "text"
    group: str


class LabelMap(Model):
    """A scheme other than ours.

    Attributes:
        title: Name of the scheme.
        source: Where it comes from and what its licence allows.
        fields: Our name of a field -> theirs.
        candidates: Where a retrieval dataset's passages are.
        classes: Class of the scheme -> the practices that count as it; a practice may count as several.
        gold: Their label -> class, where the names differ; labels of no class are not scored.
        trainable: Whether its licence lets a model be trained on it, an anchor for instance.
        unlabelled: What to do with rows without any label: ``score`` them as carrying nothing, or
            ``skip`` them.
    """

    format: Literal[1]
    title: str
    source: str
    fields: dict[str, str] = Field(default_factory=dict)
    candidates: CandidateFile | None = None
    classes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    gold: dict[str, str] = Field(default_factory=dict)
    trainable: bool = False
    unlabelled: Literal["score", "skip"] = "score"

    @model_validator(mode="after")
    def _known_classes(self) -> LabelMap:
        unknown = sorted(set(self.gold.values()) - set(self.classes))
        if unknown:
            raise ValueError(f"gold names the unknown class {unknown[0]!r}")
        return self

    @cached_property
    def classes_of(self) -> dict[str, tuple[str, ...]]:
        """Practice -> the classes it counts as."""
        found: dict[str, tuple[str, ...]] = {}
        for name, practices in self.classes.items():
            for practice in practices:
                found[practice] = (*found.get(practice, ()), name)
        return found

    def fold_gold(self, labels: Iterable[str]) -> list[str]:
        """Return the classes of their labels."""
        named = (self.gold.get(label, label) for label in labels)
        return sorted({name for name in named if name in self.classes})

    def rename(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with our names of its fields; others of theirs are dropped.

        A row that lacks a mapped field keeps lacking it, which validation then names.
        """
        known = {"id", "text", *self.fields}
        renamed = {name: row[theirs] for name in known if (theirs := self.fields.get(name, name)) in row}
        return {
            name: _as_text(value) if name in ("id", "group") else value for name, value in renamed.items()
        }

    @property
    def digest(self) -> str:
        """Hash of the map."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def load_label_map(path: Path) -> LabelMap:
    """Read a label map.

    Raises:
        EvaluationError: It is missing or malformed; names file and field.
    """
    try:
        return LabelMap.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise EvaluationError(f"{path}: not a label map: {' '.join(str(error).split())[:300]}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise EvaluationError(f"{path}: {place}: {first['msg']}.") from error
