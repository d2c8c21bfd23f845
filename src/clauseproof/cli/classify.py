"""``clauseproof classify``: practices of texts given as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import click

from clauseproof.cli.shared import print_json


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

    name = "standard input" if str(file) == "-" else str(file)
    try:
        stream = click.open_file(str(file), "rb")
    except OSError as error:
        raise ConfigurationError(f"{name}: cannot be read: {error.strerror}.") from error
    analyzer = Analyzer()
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            row = _parse_row(line, f"{name}, line {number}")
            labels = [
                {"id": label.id, "score": label.score, "polarity": label.polarity}
                for label in analyzer.classify(row["text"])
            ]
            print_json({"id": row["id"], "practices": labels}, indent=None)


def _parse_row(line: bytes, place: str) -> dict[str, str]:
    from clauseproof.errors import ConfigurationError

    try:
        # Editors on Windows begin a file with a byte order mark.
        row = json.loads(line.strip().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{place}: not UTF-8 text: {error.reason} (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{place}: not JSON: {error.msg} (column {error.colno}).") from error
    except RecursionError as error:
        raise ConfigurationError(f"{place}: not a row: nested too deep.") from error
    if not isinstance(row, dict):
        raise ConfigurationError(f"{place}: expected an object with id and text.")
    missing = [key for key in ("id", "text") if key not in row]
    if missing:
        raise ConfigurationError(f"{place}: {' and '.join(missing)} missing.")
    if not isinstance(row["text"], str):
        raise ConfigurationError(f"{place}: text is not a text.")
    return row
