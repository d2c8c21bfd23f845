"""Long paragraphs, divided where sentences and enumerations allow."""

from __future__ import annotations

import pytest

from .layout import lay_out

SENTENCE = "We keep the data that you send us for as long as your account stays open. "


def test_paragraph_of_usual_length_stays_whole() -> None:
    """Up to 250 words a paragraph is one provision."""
    assert len(lay_out(SENTENCE * 15).words) == 1


def test_long_paragraph_is_divided_at_sentence_ends() -> None:
    """Pieces hold at most 200 words and whole sentences."""
    words = lay_out(SENTENCE * 40).words
    assert len(words) > 2
    assert all(len(piece.split()) <= 200 and piece.endswith("open.") for piece in words)


def test_sentence_is_never_divided() -> None:
    """A run-on sentence of 400 words stays whole."""
    assert len(lay_out("and so on " * 130 + "ends.").words) == 1


def test_piece_does_not_begin_inside_a_link() -> None:
    """Marks around a cut stay with their words."""
    layout = lay_out(SENTENCE * 12 + f"[{SENTENCE}{SENTENCE}](https://example.org/a) " + SENTENCE * 12)
    assert all("example.org" not in piece for piece in layout.words)


def test_enumeration_in_a_paragraph_stays_together() -> None:
    """Parts that a reader takes in at once are not torn apart."""
    text = "You may not: (a) copy it; (b) sell it; or (c) break it. " + SENTENCE * 18
    assert "(a) copy it; (b) sell it; or (c) break it." in lay_out(text).words[0]


@pytest.mark.parametrize("mark", ["(", ""])
def test_long_enumeration_is_divided_into_parts_with_the_stem_as_context(mark: str) -> None:
    """Each part of an enumeration too long to quote keeps the words it goes on from."""
    parts = "; ".join(f"{mark}{letter}) {'use it badly ' * 25}" for letter in "abcd")
    layout = lay_out(f"You may not: {parts}.")
    assert layout.words[0] == "You may not:"
    assert layout.context(f"{mark}c)") == ["You may not:"]
    assert layout.kind(f"{mark}c)") == "item"


def test_paragraph_that_a_page_break_cut_is_one() -> None:
    """An open end and a small letter after it belong together."""
    layout = lay_out("This agreement forms part of the contract between\n\nthe parties and ends with it.\n")
    assert layout.words == ["This agreement forms part of the contract between the parties and ends with it."]
