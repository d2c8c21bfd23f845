"""The promise of the partition, on any text at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clauseproof.segmentation import split_provisions

from .layout import VERSION_ID, assert_partition, lay_out

_PIECES = [
    "# ", "## ", "#", "* ", "    * ", "- ", "1. ", "2\\. ", "(a) ", "(i) ", "> ", "| ", " |", "| --- | --- |",
    "---", "===", "**", "_", "[", "](#x)", "](https://e.org)", "![", "<br>", "“Term” means ", "Term ",
    "word ", "Words end here. ", "We may: ", "\n", "\n\n", "  \n", "\r\n", "\t", "\u00a0", "\ufeff", "\u200b",
    "…", "é", "一、", "\\", "`", "; ", "Last updated: 1 May 2020", "```",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_markdown_is_partitioned(text: str) -> None:
    """Whatever the markup, every character has one place."""
    assert_partition(text, split_provisions(VERSION_ID, text))


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_partitioned_and_always_alike(text: str) -> None:
    """Any characters are divided, and twice in the same way."""
    segmentation = split_provisions(VERSION_ID, text)
    assert_partition(text, segmentation)
    assert segmentation == split_provisions(VERSION_ID, text)


def test_ids_name_version_and_place() -> None:
    """An id is the version's first twelve characters and the span."""
    assert (
        lay_out("Hello there, reader of this.").segmentation.provisions[0].provision_id == "0123456789ab:0-28"
    )


def test_windows_lines_and_byte_order_mark_change_nothing() -> None:
    """Offsets are those of the raw text; the division is the same."""
    text = "# Policy\n\nWe may share:\n\n* your name;\n* your age.\n"
    layout = lay_out("\ufeff" + text.replace("\n", "\r\n"))
    assert (layout.words, layout.titles) == (lay_out(text).words, ["Policy"])
    assert layout.context("your age") == ["We may share:"]


def test_quoted_lines_are_read() -> None:
    """Block quotation is layout; its words are the document's."""
    layout = lay_out("> We may share:\n>\n> * your name;\n> * your age.\n")
    assert layout.context("your age") == ["We may share:"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff"])
def test_blank_texts_hold_nothing(text: str) -> None:
    """A text without words has no provisions."""
    assert lay_out(text).words == []


@pytest.mark.parametrize(
    "text",
    [
        "|" * 200_000,
        "*" * 200_000,
        "* " * 100_000,
        "[" * 200_000,
        ">" * 200_000,
        "> " * 100_000 + "x",
        "|-|" + " " * 200_000 + "x",
        "# a" + " " * 200_000 + "x",
        "(a) " * 50_000,
        "“A” " * 50_000,
        "![" * 100_000,
        "".join(" " * (2 * depth) + "* item\n" for depth in range(450)),
        "|\n" * 100_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_hostile_texts_cost_no_more_than_their_length(text: str) -> None:
    """Nothing nests, backtracks or looks back far enough to be slow (limits are ten times the usual)."""
    started = time.perf_counter()
    lay_out(text)
    assert time.perf_counter() - started < 15
