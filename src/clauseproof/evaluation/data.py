"""Where the evaluation data lies that comes with the program."""

from __future__ import annotations

from pathlib import Path


def evaluation_data_path() -> Path:
    """Return the folder of evaluation data, installed or in a checkout."""
    installed = Path(__file__).parents[1] / "eval"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "eval"
