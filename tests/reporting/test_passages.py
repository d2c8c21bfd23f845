"""Passages in their paragraphs: blocks, headings, marks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauseproof.documents import Span
from clauseproof.reporting.passages import Layout, crop

TEXT = """Terms
=====

Intro words
go on.

### 2. Use

**Choices**

We let you:

*   opt *out*;
*   ask us.

> 1.  first
> 2)  second

| A | B |
|---|---|
| x \\| y | [z](http://example.org) |
"""


def _kinds(text: str) -> list[tuple[str, str]]:
    layout = Layout(text)
    return [(block.kind, layout.words(block)) for block in layout.blocks]


def test_blocks_follow_the_layout() -> None:
    """Paragraphs, headings of three kinds, items, rows; rules and table borders are no blocks."""
    assert _kinds(TEXT) == [
        ("heading", "Terms"),
        ("paragraph", "Intro words go on."),
        ("heading", "2. Use"),
        ("heading", "Choices"),
        ("paragraph", "We let you:"),
        ("item", "opt out;"),
        ("item", "ask us."),
        ("item", "first"),
        ("item", "second"),
        ("row", "A | B"),
        ("row", "x | y | z"),
    ]


def test_items_keep_their_markers() -> None:
    """A bullet is a bullet, a number its number."""
    assert [block.marker for block in Layout(TEXT).blocks if block.kind == "item"] == ["•", "•", "1.", "2)"]


def test_heading_path_is_what_stands_above() -> None:
    """Outermost first; deeper headings end where a higher one begins."""
    layout = Layout(TEXT)
    assert layout.heading_path(TEXT.index("ask us")) == ("Terms", "2. Use", "Choices")
    assert layout.heading_path(TEXT.index("Intro")) == ("Terms",)
    assert Layout("no heading").heading_path(3) == ()


def test_overlapping_quotations_are_marked_once_each() -> None:
    """Every quotation begins and ends once, also over several blocks, and the words stay whole."""
    layout = Layout(TEXT)
    start = TEXT.index("We let you")
    quotes = {
        1: Span(start=start, end=TEXT.index("ask us.") + 7),
        2: Span(start=start + 3, end=start + 6),
        3: Span(start=start + 3, end=TEXT.index("opt") + 3),
    }
    blocks = layout.around(quotes[1])
    pieces = [piece for one in layout.mark(blocks, quotes) for piece in one.pieces]
    assert sorted(number for piece in pieces for number in piece.opens) == [1, 2, 3]
    assert sorted(number for piece in pieces for number in piece.closes) == [1, 2, 3]
    assert "".join(piece.text for piece in pieces) == "We let you:opt out;ask us."
    assert all(piece.marked for piece in pieces)


def test_crop_keeps_marked_words_and_their_neighbourhood() -> None:
    """Only unmarked words are left out, and where they are is said."""
    text = "before " * 200 + "THE WORDS" + " after" * 200
    layout = Layout(text)
    start = text.index("THE")
    (marked,) = layout.mark(layout.blocks, {1: Span(start=start, end=start + 9)})
    words = "".join(piece.text for piece in crop(marked, 60).pieces)
    assert "before THE WORDS after" in words
    assert words.startswith(" […] ")
    assert words.endswith(" […] ")
    assert len(words) < 160


@given(st.text(alphabet="ab *|#->=_\n1.[]()`\\\u202e\t", max_size=120), st.data())
def test_any_text_and_span_can_be_marked(text: str, data: st.DataObject) -> None:
    """No layout breaks it, and blocks never overlap."""
    layout = Layout(text)
    ends = [(block.start, block.end) for block in layout.blocks]
    assert all(first[1] <= second[0] for first, second in pairwise(ends))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for one in layout.mark(layout.around(Span(start=start, end=end)), {1: Span(start=start, end=end)}):
        assert "".join(piece.text for piece in one.pieces) == layout.words(one.block)


@pytest.mark.parametrize(
    "text", ["x " * 200_000, "| " * 200_000, "\n" * 200_000, "#" * 200_000, "> " * 200_000]
)
def test_long_lines_take_linear_time(text: str) -> None:
    """A hostile text costs no more than its length."""
    layout = Layout(text)
    assert layout.heading_path(len(text)) is not None
