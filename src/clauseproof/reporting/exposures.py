"""Exposure in words: level, range, confidence, and what drives it, the same in every exporter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clauseproof.claims import Claim, Exposure
from clauseproof.reporting.view import FactorView
from clauseproof.reporting.wording import FACTOR_NAMES, LEVELS, capitalise, clean, count_of, shorten

# Said of almost every clause, so they explain least.
_USUAL_FACTORS = frozenset("BA")
_MOST_REASONS = 3
_DRIVER_WORDS = 120


def rank_exposure(exposure: Exposure) -> tuple[int, int, int]:
    """Return a key that puts the highest exposure first and what was not scored last."""
    level = exposure.level or exposure.low_level
    rank = LEVELS.index(level) if level else -1
    return (-rank, -exposure.low, -exposure.high)


def describe_level(exposure: Exposure) -> tuple[str, str]:
    """Say the level and how far open facts could move it.

    Returns:
        For example ``("High", "to Critical")``, ``("Medium–Critical", "range only")``.
    """
    if exposure.low_level is None and exposure.level is None:
        return "Not scored", "not scored"
    if exposure.level is None:
        return f"{exposure.low_level}–{exposure.high_level}", "range only"
    level = f"{exposure.level} (protective)" if exposure.protective else exposure.level
    moves = exposure.high_level not in (None, exposure.level)
    return level, f"to {exposure.high_level}" if moves else "holds"


def describe_range(exposure: Exposure) -> str:
    """Say the range, the confidence and why, in one phrase."""
    if exposure.low_level is None and exposure.level is None:
        return f"not scored: {clean(exposure.not_scored or 'no reason recorded')}"
    low, high = exposure.points.model_dump(), exposure.maximum.model_dump()
    count = sum(high[code] > low[code] for code in low)
    moves = exposure.level is None or exposure.high_level not in (None, exposure.level)
    facts = count_of(count, "open fact") if count else "no open fact"
    effect = ("level may move" if moves else "cannot move the level") if count else ""
    parts = []
    if exposure.level is None:
        parts.append("range only")
    elif moves:
        parts.append(f"range {exposure.level}–{exposure.high_level}")
    parts.append(f"confidence {exposure.confidence}: {facts}{f', {effect}' if effect else ''}")
    return "; ".join(parts)


def count_levels(exposures: list[Exposure]) -> str:
    """Write the distribution of levels: ``1 Critical, 4 High, 2 Medium``."""
    names = [
        exposure.level or ("range only" if exposure.low_level else "not scored") for exposure in exposures
    ]
    order = [*reversed(LEVELS), "range only", "not scored"]
    return ", ".join(f"{names.count(name)} {name}" for name in order if name in names)


def write_range(low: int, high: int) -> str:
    """Write points: ``14`` or ``14–15``, with a true minus sign."""
    text = str(low) if low == high else f"{low}–{high}"
    return text.replace("-", "−")


def iter_factors(exposure: Exposure, names: Mapping[str, str]) -> Iterator[FactorView]:
    """Yield the ten factors with their points."""
    low, high = exposure.points.model_dump(), exposure.maximum.model_dump()
    for code, points in low.items():
        most = max(abs(points), abs(high[code]))
        yield FactorView(
            code=code,
            name=capitalise(names.get(code, FACTOR_NAMES[code])).rstrip("."),
            points=write_range(points, high[code]),
            weight="none" if most == 0 else "most" if abs(points) >= 2 else "some",
        )


def split_factor(claim: Claim, names: Mapping[str, str]) -> tuple[str, str, str]:
    """Take a factor's sentence apart: its code, points and reason; the code is empty where it names none."""
    text = clean(claim.text)
    for code, name in names.items():
        start = f"{name}, "
        if text.lower().startswith(start.lower()):
            points, colon, reason = text[len(start) :].partition(": ")
            if colon:
                return code, points.replace(" to ", "–").replace("-", "−"), reason.rstrip(".")
    return "", "", text.rstrip(".")


def explain_exposure(exposure: Exposure, names: Mapping[str, str]) -> tuple[str, ...]:
    """Give the factors that drove a level in words, the most telling first."""
    found = [split_factor(claim, names) for claim in exposure.claims]
    telling = [one for one in found if one[0] not in _USUAL_FACTORS] or found
    return tuple(
        f"{FACTOR_NAMES[code]} {points}: {reason}" if code else reason
        for code, points, reason in telling[:_MOST_REASONS]
    )


def name_driver(exposure: Exposure, names: Mapping[str, str]) -> str:
    """Give the one reason that tells most, as a table prints it."""
    if exposure.protective:
        return "Protective text"
    found = [split_factor(claim, names) for claim in exposure.claims]
    telling = [one for one in found if one[0] not in _USUAL_FACTORS] or found
    if telling:
        return shorten(capitalise(telling[0][2]).rstrip("."), _DRIVER_WORDS)
    return shorten(capitalise(clean(exposure.not_scored or exposure.rule or "")).rstrip("."), _DRIVER_WORDS)


def name_factors(exposure: Exposure, names: Mapping[str, str]) -> tuple[str, ...]:
    """Name the factors that drove a level, shortly: ``("control", "secondary use")``."""
    codes = [split_factor(claim, names)[0] for claim in exposure.claims]
    telling = [code for code in codes if code and code not in _USUAL_FACTORS] or [one for one in codes if one]
    return tuple(FACTOR_NAMES[code].lower() for code in telling)
