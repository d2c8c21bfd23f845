"""Datasets: JSON lines of a task's samples, checked row by row before anything runs."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from clauseproof.documents import Model
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.label_maps import LabelMap
from clauseproof.evaluation.samples import Sample

_LARGEST_BYTES = 512 * 1024 * 1024


class Candidate(Model):
    """A passage a question may be answered by."""

    id: str
    text: str


@dataclass(frozen=True)
class Dataset:
    """The samples of a task.

    Attributes:
        path: The file.
        samples: Every row, in order.
        sha256: Over the rows and the files they name.
        shared: Passages by (file, document), for rows that ask of a file of passages.
    """

    path: Path
    samples: tuple[Sample, ...]
    sha256: str
    shared: dict[tuple[str, str], tuple[Candidate, ...]]

    @property
    def folder(self) -> Path:
        """Where relative paths in rows begin."""
        return self.path.parent

    def choose(self, limit: int | None, seed: int) -> tuple[Sample, ...]:
        """Return a random part of the samples in their order; all of them where there is no limit."""
        if limit is None or limit >= len(self.samples):
            return self.samples
        chosen = set(random.Random(seed).sample(range(len(self.samples)), limit))
        return tuple(sample for at, sample in enumerate(self.samples) if at in chosen)


def load_dataset(path: Path, row: type[Sample], label_map: LabelMap | None = None) -> Dataset:
    """Read and check a dataset.

    Args:
        path: JSON lines.
        row: What the task's rows hold.
        label_map: How a file in another scheme is read.

    Raises:
        EvaluationError: The file is missing, empty, binary or malformed; names file, line and field.
    """
    data = _read(path)
    samples: list[Sample] = []
    lines: dict[str, int] = {}
    for number, values in _iter_rows(path, data):
        if label_map:
            values = label_map.rename(values)
        if label_map and "practices" in values:
            labels = _labels(values["practices"], f"{path}, line {number}")
            if not labels and label_map.unlabelled == "skip":
                continue
            values["practices"] = label_map.fold_gold(labels)
        if label_map and label_map.candidates:
            values["candidates"] = label_map.candidates.file
        sample = _validate(row, values, f"{path}, line {number}")
        if sample.id in lines:
            raise EvaluationError(
                f"{path}, line {number}: id {sample.id!r} stands in line {lines[sample.id]} already."
            )
        lines[sample.id] = number
        samples.append(sample)
    if not samples:
        raise EvaluationError(f"{path}: no rows.")
    shared, digests = _load_shared(path, samples, label_map)
    digest = hashlib.sha256(data)
    for one in digests:
        digest.update(one)
    return Dataset(path, tuple(samples), digest.hexdigest(), shared)


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise EvaluationError(f"{path}: not a file.")
        if path.stat().st_size > _LARGEST_BYTES:
            raise EvaluationError(f"{path}: larger than {_LARGEST_BYTES} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}.") from error


def _iter_rows(path: Path, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise EvaluationError(f"{path}, line {number}: not UTF-8 text (byte {error.start}).") from error
        except json.JSONDecodeError as error:
            raise EvaluationError(f"{path}, line {number}: not JSON: {error.msg}.") from error
        except ValueError as error:  # a number of thousands of digits
            raise EvaluationError(f"{path}, line {number}: not JSON: {str(error)[:120]}.") from error
        except RecursionError as error:
            raise EvaluationError(f"{path}, line {number}: nested too deep.") from error
        if not isinstance(row, dict):
            raise EvaluationError(f"{path}, line {number}: expected an object.")
        yield number, row


def _labels(value: Any, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise EvaluationError(f"{place}: the labels are not a list of texts.")
    return value


def _validate(row: type[Sample], values: dict[str, Any], place: str) -> Sample:
    try:
        return row.model_validate(values)
    except ValidationError as error:
        # A field that is a text or a reference fails as both; that it is no text is the less telling half.
        telling = [one for one in error.errors() if one["type"] != "string_type"]
        first = (telling or error.errors())[0]
        field = ".".join(map(str, first["loc"])) or "the row"
        more = f" ({error.error_count() - 1} more faults in this row)" if error.error_count() > 1 else ""
        raise EvaluationError(f"{place}: {field}: {first['msg']}{more}.") from error


def _load_shared(
    path: Path, samples: Sequence[Sample], label_map: LabelMap | None
) -> tuple[dict[tuple[str, str], tuple[Candidate, ...]], list[bytes]]:
    """Read the files of passages that rows name, each once."""
    files = sorted({one for sample in samples if isinstance(one := getattr(sample, "candidates", None), str)})
    shared: dict[tuple[str, str], list[Candidate]] = {}
    digests = []
    given = label_map.candidates if label_map else None
    for name in files:
        if not name.isprintable():
            raise EvaluationError(f"{path}: candidates {name[:80]!r} cannot be read: no name of a file.")
        file = path.parent / name
        if not file.resolve().is_relative_to(path.parent.resolve()):
            raise EvaluationError(f"{path}: candidates {name[:80]!r} lie outside the dataset's folder.")
        data = _read(file)
        digests.append(hashlib.sha256(data).digest())
        for number, row in _iter_rows(file, data):
            fields = (given.id, given.text, given.group) if given else ("id", "text", "group")
            missing = [field for field in fields[:2] if field not in row]
            if missing:
                raise EvaluationError(f"{file}, line {number}: {' and '.join(missing)} missing.")
            passage = Candidate(id=str(row[fields[0]]), text=str(row[fields[1]]))
            shared.setdefault((name, str(row.get(fields[2], ""))), []).append(passage)
    return {key: tuple(passages) for key, passages in shared.items()}, digests
