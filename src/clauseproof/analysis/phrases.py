"""Turns of phrase the offline analyst uses in every section."""

from __future__ import annotations

from collections.abc import Sequence


def listed(values: Sequence[str]) -> str:
    """Join distinct values with commas and "and"."""
    unique = list(dict.fromkeys(values))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"


def small(text: str) -> str:
    """Begin a text in lower case where its first word is an ordinary word."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and not first[1:].islower() else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """End a text as a sentence."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."
