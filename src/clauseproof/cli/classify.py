"""``clauseproof classify``: practices of texts given as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click


@click.command("classify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def command(file: Path) -> None:
    """Label the rows {id, text} of FILE (JSON lines; - for stdin).

    Prints rows {id, practices: [{id, score, polarity}]} on stdout, in the same order.

    \b
    clauseproof classify segments.jsonl > labels.jsonl
    """
    from clauseproof.errors import ConfigurationError
    from clauseproof.pipeline import Analyzer

    analyzer = Analyzer()
    name = "standard input" if str(file) == "-" else str(file)
    try:
        stream = click.open_file(str(file), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{name}: cannot be read: {error.strerror}.") from error
    with stream:
        for number, line in enumerate(_lines(stream, name), 1):
            if not line.strip():
                continue
            row = _parse_row(line, f"{name}, line {number}")
            labels = [
                {"id": label.id, "score": label.score, "polarity": label.polarity}
                for label in analyzer.classify(row["text"])
            ]
            click.echo(json.dumps({"id": row["id"], "practices": labels}, ensure_ascii=False))


def _lines(stream: IO[str], name: str) -> Iterator[str]:
    from clauseproof.errors import ConfigurationError

    try:
        yield from stream
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: is not UTF-8 text: {error.reason}.") from error


def _parse_row(line: str, place: str) -> dict[str, str]:
    from clauseproof.errors import ConfigurationError

    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{place}: not JSON: {error.msg} (column {error.colno}).") from error
    if not isinstance(row, dict):
        raise ConfigurationError(f"{place}: expected an object with id and text.")
    missing = [key for key in ("id", "text") if key not in row]
    if missing:
        raise ConfigurationError(f"{place}: {' and '.join(missing)} missing.")
    if not isinstance(row["text"], str):
        raise ConfigurationError(f"{place}: text is not a text.")
    return row
