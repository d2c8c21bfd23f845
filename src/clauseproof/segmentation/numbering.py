"""Clause numbers at the beginning of visible words: 2.1, (a), IV., § 3, Article 7, 一、."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"section|sec\.|article|art\.|clause|part|chapter|abschnitt|artikel|ziffer|teil|§{1,2}"
_ANNEX = r"schedule|annex|appendix|exhibit|attachment|addendum|anhang|anlage"
_NUMBER = re.compile(
    rf"""
      (?P<annex>(?:{_ANNEX})\s(?:[0-9]{{1,3}}|[a-z]|[ivx]{{1,5}})\b[.:)]?)
    | (?P<word>(?:{_WORD})\s{{0,2}}
        (?P<word_number>[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{0,5}}[a-z]?|[ivxl]{{1,6}})\b[.:)]?)
    | (?P<lettered>(?-i:[A-Z])\.[0-9]{{1,3}}(?:\.(?:[0-9]{{1,3}}|[a-z])(?![a-z0-9])){{0,4}})[.):]?(?=\s)
    | (?P<decimal>[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,6}})[.):]?(?![0-9%])
    | (?P<integer>[0-9]{{1,3}})(?:[.):]|、)(?![0-9])
    | (?P<bare>[0-9]{{1,2}})(?=\s[A-Z])
    | [(（](?P<paren>[0-9]{{1,3}}|[a-z]|[ivxl]{{1,6}}|[A-Z])[)）]
    | (?P<letter>[ivxl]{{2,6}}|[IVXL]{{1,6}}|[a-zA-Z])[.)](?=\s)
    | (?P<ideograph>[(（]?[一二三四五六七八九十]{{1,3}}[)）、])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class Numbering:
    """A clause number.

    Attributes:
        style: What counts as the same kind of number: siblings share it.
        parts: The numbers of a decimal number, outermost first; else the ordinal alone.
        length: How many visible characters it takes.
    """

    style: str
    parts: tuple[int, ...]
    length: int

    @property
    def decimal(self) -> bool:
        """Whether the number tells its depth."""
        return self.style.startswith(("decimal", "lettered"))

    @property
    def bare(self) -> bool:
        """Whether it is an integer without any mark: of a heading, of a house, of a count."""
        return self.style == "decimal1" and self.length == len(str(self.ordinal))

    @property
    def ordinal(self) -> int:
        """Position among its siblings."""
        return self.parts[-1]

    def extends(self, other: Numbering | None) -> bool:
        """Tell whether this numbers a part of what the other numbers (2.1 of 2)."""
        return (
            other is not None
            and self.decimal
            and len(other.parts) < len(self.parts)
            and self.parts[: len(other.parts)] == other.parts
        )


def parse_number(visible: str, after: Numbering | None = None) -> Numbering | None:
    """Read the clause number that visible words begin with.

    Args:
        visible: Words without markup.
        after: The number before it; tells the letter i that follows h from the Roman one.

    Returns:
        The number, or None where the words begin otherwise.
    """
    match = _NUMBER.match(visible)
    if not match:
        return None
    kind = match.lastgroup if match.lastgroup != "word_number" else "word"
    length = match.end()
    if match.group("decimal") or match.group("integer") or match.group("bare"):
        digits = match.group("decimal") or match.group("integer") or match.group("bare")
        parts = tuple(int(part) for part in digits.split("."))
        return Numbering(f"decimal{len(parts)}", parts, length)
    if match.group("lettered"):
        parts = tuple(
            int(part) if part.isdigit() else ord(part) for part in match.group("lettered").split(".")
        )
        return Numbering(f"lettered{len(parts)}", parts, length)
    if match.group("word"):
        number = match.group("word_number")
        digits_only = number.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        parts = tuple(int(part) for part in digits_only.split(".")) if digits_only else (_roman(number),)
        return Numbering(f"word{len(parts)}", parts, length)
    if match.group("annex"):
        return Numbering("annex", (0,), length)
    if match.group("ideograph"):
        return Numbering("ideograph" + ("(" if visible[0] in "(（" else ""), (0,), length)
    sign = match.group("paren") or match.group("letter")
    frame = "paren" if kind == "paren" else "letter"
    if sign.isdigit():
        return Numbering(f"{frame}-digit", (int(sign),), length)
    case = "upper" if sign.isupper() else "lower"
    letter = ord(sign.lower()) - 96 if len(sign) == 1 else 0
    alpha = f"{frame}-{case}-alpha"
    if letter and after and after.style == alpha and after.ordinal + 1 == letter:
        return Numbering(alpha, (letter,), length)
    if set(sign.lower()) <= _ROMAN.keys() and (len(sign) > 1 or sign.lower() in "ivx"):
        return Numbering(f"{frame}-{case}-roman", (_roman(sign),), length)
    return Numbering(alpha, (letter,), length) if letter else None


def _roman(sign: str) -> int:
    values = [_ROMAN[letter] for letter in sign.lower()]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
