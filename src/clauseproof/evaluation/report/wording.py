"""How numbers, rules and answers are written on the page."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from clauseproof.evaluation.metrics.base import Unit
from clauseproof.evaluation.results import Rule
from clauseproof.reporting.wording import shorten, write_count, write_short_date

RULES: dict[Rule, str] = {
    "invented-quotation": "invented quotation",
    "non-existent-article": "article that does not exist",
    "citation-not-in-force": "citation not in force",
    "legal-conclusion": "legal conclusion",
    "falsehood-in-report": "falsehood in a report",
}
READING: tuple[tuple[str, str], ...] = (
    (
        "Interval",
        "the value would lie in it in 95 of 100 draws of the same number of documents, with replacement; "
        "documents are drawn, not samples, because samples of one document resemble each other.",
    ),
    (
        "p of a fall",
        "how likely a change for the worse at least this large is if both runs are alike and documents are "
        "exchanged between them, adjusted for the number of figures judged; below 0.05 it is marked FELL. "
        "Figures without it are shown, not judged.",
    ),
    (
        "n",
        "what a value was counted over: labels, citations, sentences or samples, as its name says.",
    ),
    ("Unscored", "no answer could be scored; unscored is not wrong, and counts in no figure."),
    ("Right", "nothing is wrong with the answer as a whole; a partly right answer counts as wrong here."),
    ("Breach", "an answer broke a rule that has no exceptions; one is too many, whatever the average."),
)
_MINUS = "−"
_DIGEST = 12
_LONGEST_LINE = 600
_MOST_LINES = 40
_SMALLEST_CHANCE = 0.001
_WHOLE_MILLISECONDS = 10
# Of an output: kept for scoring, and shown on the page as counts and breaches of the score.
_SCORING = frozenset({"counts", "breaches"})


def write_value(value: float | None, unit: Unit) -> str:
    """Return a value as its unit is written; a dash where there is none."""
    if value is None:
        return "–"
    sign = _MINUS if value < 0 else ""
    return sign + _write_size(abs(value), unit)


def _write_size(size: float, unit: Unit) -> str:
    if unit == "seconds":
        return _write_seconds(size)
    if unit == "tokens":
        return write_count(round(size))
    if unit == "dollars":
        return f"${size:.4f}"
    return f"{size:.1f}" if unit == "grade" else f"{size:.3f}"


def _write_seconds(size: float) -> str:
    if size >= 1:
        return f"{size:.2f} s"
    milliseconds = size * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= _WHOLE_MILLISECONDS else f"{milliseconds:.2g} ms"


def write_interval(low: float | None, high: float | None, unit: Unit) -> str:
    """Return an interval; a dash where it cannot be told."""
    if low is None or high is None:
        return "–"
    return f"{write_value(low, unit)} to {write_value(high, unit)}"


def write_change(value: float | None, unit: Unit) -> str:
    """Return a difference with its sign; zero, and what is written as zero, has none."""
    if value is None:
        return "–"
    size = _write_size(abs(value), unit)
    if not any(character in "123456789" for character in size):
        return size
    return ("+" if value > 0 else _MINUS) + size


def write_change_interval(low: float | None, high: float | None, unit: Unit) -> str:
    """Return the interval of a difference; a dash where it cannot be told."""
    if low is None or high is None:
        return "–"
    return f"{write_change(low, unit)} to {write_change(high, unit)}"


def write_chance(chance: float | None) -> str:
    """Return a probability; empty where none was computed."""
    if chance is None:
        return ""
    return f"< {_SMALLEST_CHANCE}" if chance < _SMALLEST_CHANCE else f"{chance:.3f}"


def write_digest(digest: str | None) -> str:
    """Return the beginning of a digest, enough to compare by eye."""
    return digest[:_DIGEST] if digest else "none"


def write_time(moment: datetime.datetime) -> str:
    """Return day and minute."""
    return f"{write_short_date(moment.date())}, {moment:%H:%M %Z}".strip()


def describe(answer: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """Return what an answer or a label holds, as field -> lines, for people.

    Args:
        answer: The output, or the labels, of a sample.

    Returns:
        The fields in their order; long ones cut, and what serves the scoring alone left out.
    """
    return {name: _cut(_lines(value)) for name, value in (answer or {}).items() if name not in _SCORING}


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping | list | tuple) and not value:
        return ["none"]
    if isinstance(value, Mapping):
        return [f"{name}: {_inline(one)}" for name, one in value.items()]
    if isinstance(value, list | tuple):
        if all((isinstance(one, str) and " " not in one) or isinstance(one, int | float) for one in value):
            return [", ".join(map(_inline, value))]
        return [_inline(one) for one in value]
    return [_inline(value)]


def _inline(value: Any) -> str:
    """Return a value on one line: a record as its values by name, anything deeper as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and not any(
        isinstance(one, Mapping | list | tuple) for one in value.values()
    ):
        return ", ".join(f"{name} {_inline(one)}" for name, one in value.items() if one is not None)
    return json.dumps(value, ensure_ascii=False, default=str)


def _cut(lines: list[str]) -> tuple[str, ...]:
    shown = [shorten(line, _LONGEST_LINE) for line in lines[:_MOST_LINES]]
    left = len(lines) - len(shown)
    return (*shown, f"… and {left} more") if left else tuple(shown)
