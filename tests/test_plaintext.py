"""Archived Markdown becomes the words a reader sees, and every word leads back to its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clauseproof.documents import Span
from clauseproof.plaintext import fold, read_plain, visible

_PIECES = [
    *"ab Z1.\n\t*_`~[]()!<>&;#|\\-+=:/\"'“”—…\u00ad\u200b\u00a0é\r",
    *("](u)", "&amp;", "&nbsp;", "<b>", "<br>", "- ", "http://", "**", "| --- |\n"),
]
_MARKDOWN = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
_WORDS = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzABC", min_size=1, max_size=9), min_size=1, max_size=12
)


class TestRendering:
    @pytest.mark.parametrize(
        ("source", "seen"),
        [
            ("# Title #\n\nBody", "Title Body"),
            ("Title\n=====\n\nNext\n---\nBody", "Title Next Body"),
            ("\ufeff# Title", "Title"),
            ("A **bold** _soft_ ***both*** `code` ~~gone~~ word", "A bold soft both code gone word"),
            ("snake_case_name stays, 2 * 3 stays", "snake_case_name stays, 2 * 3 stays"),
            ("[our *notice*](https://a.example/x_(y)) counts", "our notice counts"),
            ('[notice](/n "with (title)") and [text][1]', "notice and [text][1]"),
            ("[wrapped\nlink](/n)", "wrapped link"),
            ("text ![picture of data](p.png) on", "text on"),
            ("an [](/empty) link", "an link"),
            ("<https://a.example/b> or <mail@a.example>", "https://a.example/b or mail@a.example"),
            ("<p>One</p><p>Two<br>Three</p> <b>four</b>", "One Two Three four"),
            ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
            ("Smith &amp; Co&nbsp;Ltd &#8217; &unknown;", "Smith & Co Ltd ’ &unknown;"),
            ("1986\\. A year\\* and \\_so\\_ on", "1986. A year* and _so_ on"),
            ("- one\n  * two\n1. three\n2) four\n> five", "one two three four five"),
            ("-not a bullet, 1.5 no number", "-not a bullet, 1.5 no number"),
            ("| a | b |\n|---|:-:|\n| c<br>d | **e** |", "a b c d e"),
            ("soft\\\nbreak", "soft break"),
            ("one\n\n* * *\n\ntwo", "one two"),
            ("Sign here: _____", "Sign here: _____"),
            ("in\u00advisible\u200b", "invisible"),
            ("", ""),
            (" \n\t\n", ""),
        ],
    )
    def test_reader_sees_words_only(self, source: str, seen: str) -> None:
        """Heads, bullets, emphasis, links, tags, entities, escapes and table rules leave the words alone."""
        assert visible(source) == seen

    def test_part_is_rendered_like_the_whole(self) -> None:
        """A span of a text renders to the words of that span, its bullet included in the markup."""
        source = "Intro\n\n   - second **item** here\n\nEnd"
        start = source.index("- second")
        assert visible(source, Span(start=start, end=source.index("\n\nEnd"))) == "second item here"

    def test_bullet_marks_inside_a_line_are_words(self) -> None:
        """A span that starts in the middle of a line does not lose a leading dash or number."""
        source = "from 10. to - 5 degrees"
        assert visible(source, Span(start=source.index("10."), end=len(source))) == "10. to - 5 degrees"

    def test_folding_keeps_the_map(self) -> None:
        """Typographic quotes, dashes and dots become plain ones without losing their places."""
        source = "“Data” – logs…"
        plain = read_plain(source, folded=True)
        assert plain.text == '"Data" - logs...'
        assert plain.source_span(0, 6) == Span(start=0, end=6)
        assert plain.source_span(13, 16).end == len(source)

    @given(st.text())
    def test_fold_keeps_length(self, text: str) -> None:
        """Folding replaces one character by one, so offsets into folded words hold."""
        assert len(fold(text)) == len(text)


class TestWayBack:
    def test_link_is_taken_whole(self) -> None:
        """A cut at the edge of a link's words takes its markup along."""
        source = "We share **[data](http://a.example)** today."
        plain = read_plain(source)
        at = plain.text.index("data")
        span = plain.source_span(at, at + 4)
        assert source[span.start : span.end] == "**[data](http://a.example)**"

    def test_plain_range_finds_a_span_again(self) -> None:
        """An archived span leads to the visible words inside it."""
        source = "One **two** three"
        start, end = read_plain(source).plain_range(Span(start=4, end=11))
        assert read_plain(source).text[start:end].strip() == "two"

    @settings(max_examples=300, deadline=None)
    @given(_MARKDOWN, st.booleans())
    def test_every_character_has_an_ordered_place(self, source: str, folded: bool) -> None:
        """Source ranges are not empty, lie inside the text, and never run backwards."""
        plain = read_plain(source, folded=folded)
        assert len(plain.starts) == len(plain.ends) == len(plain.text)
        previous = (0, 0)
        for start, end in zip(plain.starts, plain.ends, strict=True):
            assert 0 <= start < end <= len(source)
            assert start >= previous[0]
            assert end >= previous[1]
            previous = (start, end)

    @settings(max_examples=300, deadline=None)
    @given(_MARKDOWN, st.data())
    def test_source_span_covers_the_words_asked_for(self, source: str, data: st.DataObject) -> None:
        """The archived span of any stretch holds every character of it."""
        plain = read_plain(source)
        if not plain.text:
            return
        start = data.draw(st.integers(0, len(plain.text) - 1))
        end = data.draw(st.integers(start + 1, len(plain.text)))
        span = plain.source_span(start, end)
        assert 0 <= span.start <= plain.starts[start]
        assert plain.ends[end - 1] <= span.end <= len(source)

    @settings(max_examples=200, deadline=None)
    @given(_MARKDOWN)
    def test_blanks_are_single_and_inside(self, source: str) -> None:
        """Visible text has no blank at its ends and no two side by side."""
        text = visible(source)
        assert text == text.strip()
        assert "  " not in text

    @given(_WORDS)
    def test_plain_words_are_unchanged(self, words: list[str]) -> None:
        """Words without markup render to themselves, each at its own place."""
        source = " ".join(words)
        plain = read_plain(source)
        assert plain.text == source
        assert list(plain.starts) == list(range(len(source)))


class TestHostileInput:
    @pytest.mark.parametrize("mark", list("[(*<&|"))
    def test_a_megabyte_of_marks_is_read_at_once(self, mark: str) -> None:
        """Unclosed markup costs no more than its length."""
        started = time.process_time()
        read_plain(mark * 1_000_000)
        assert time.process_time() - started < 4  # about 1.5 s on a busy core; quadratic takes minutes

    @pytest.mark.parametrize(
        "piece",
        ["![a", "](", "[a](", "<!--", "<a", "&#1", "> ", "- ", "[\n", "](((", "\\", "`", "#", "<http:"],
    )
    def test_repeated_openings_stay_linear(self, piece: str) -> None:
        """No repeated opening of a link, tag, comment, entity, quote or list backtracks."""
        started = time.process_time()
        read_plain(piece * (200_000 // len(piece)))
        assert time.process_time() - started < 2
