"""Geometry of the small drawings: where dots, bars and cells lie, in units of their own view box."""

from __future__ import annotations

import math
from collections.abc import Sequence

from clauseproof.documents import Model

# A strip of a table cell.
STRIP_WIDTH = 120
_STRIP_EDGE = 6
# A plot, narrow enough that its words can be read on a phone.
PLOT_WIDTH = 320
_SPREAD = 10
_STEPS = (1, 2, 5)
_MOST_TICKS = 5


class Whisker(Model):
    """A value and its interval on a horizontal scale.

    Attributes:
        at: Where the value lies.
        low: Where the interval begins; None where it cannot be told.
        high: Where it ends.
        zero: Where zero lies; None where it is the left end.
    """

    at: float
    low: float | None
    high: float | None
    zero: float | None


class Tick(Model):
    """A mark of an axis.

    Attributes:
        at: Where it lies.
        words: What it says.
    """

    at: float
    words: str


def place_whisker(
    value: float, low: float | None, high: float | None, *, bottom: float, top: float
) -> Whisker:
    """Return where a value and its interval lie on a scale; what leaves the scale is drawn at its end."""
    span = (top - bottom) or 1.0

    def place(number: float) -> float:
        inside = min(max(number, bottom), top)
        return round(_STRIP_EDGE + (inside - bottom) / span * (STRIP_WIDTH - 2 * _STRIP_EDGE), 1)

    known = low is not None and high is not None
    return Whisker(
        at=place(value),
        low=place(low) if known and low is not None else None,
        high=place(high) if known and high is not None else None,
        zero=place(0.0) if bottom < 0 < top else None,
    )


def round_up(number: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten that is not smaller; 1 where nothing is given."""
    if not number > 0 or math.isinf(number):
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return next((step * power for step in _STEPS if step * power >= number * (1 - 1e-9)), 10 * power)


class Scale:
    """Maps numbers to places, by their logarithm where they are an order of magnitude apart."""

    def __init__(self, numbers: Sequence[float], start: float, end: float) -> None:
        """Choose the scale for numbers that are not negative."""
        least, most = min(numbers, default=0.0), max(numbers, default=0.0)
        self.is_logarithmic = least > 0 and most / least > _SPREAD
        self._start, self._end = start, end
        if self.is_logarithmic:
            self._bottom = float(math.floor(math.log10(least)))
            self._top = float(math.ceil(math.log10(most)))
        else:
            self._bottom, self._top = 0.0, round_up(most)

    def place(self, number: float) -> float:
        """Return where a number lies."""
        number = math.log10(number) if self.is_logarithmic else number
        share = (number - self._bottom) / ((self._top - self._bottom) or 1.0)
        return round(self._start + share * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        """Return the numbers the axis names."""
        if self.is_logarithmic:
            powers = range(int(self._bottom), int(self._top) + 1)
            step = math.ceil(len(powers) / _MOST_TICKS)
            return [10.0**power for power in powers][::step]
        return [self._top * part / 2 for part in range(3)]
