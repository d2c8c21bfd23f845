"""Sentences end where a reader says they do, and no word falls between them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauseproof.sentences import iter_sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in iter_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We keep data. We share it.", ["We keep data.", "We share it."]),
        ("Is it sold? No. We keep it!", ["Is it sold?", "No.", "We keep it!"]),
        ("Data, e.g. names, i.e. labels. More.", ["Data, e.g. names, i.e. labels.", "More."]),
        ("See Art. 6 GDPR. It applies.", ["See Art. 6 GDPR.", "It applies."]),
        ("See Section 6.2. We may act.", ["See Section 6.2.", "We may act."]),
        ("1. We collect. 2. We share.", ["1. We collect.", "2. We share."]),
        ("1.1. We collect. iv. We share.", ["1.1. We collect.", "iv. We share."]),
        (
            "Acme Inc. does so. Ask Acme Inc. We answer.",
            ["Acme Inc. does so.", "Ask Acme Inc.", "We answer."],
        ),
        ("In the U.S. we act. Elsewhere not.", ["In the U.S. we act.", "Elsewhere not."]),
        ("Cal. Civ. Code 1798.100 et seq. applies.", ["Cal. Civ. Code 1798.100 et seq. applies."]),
        ("Call by 5 p.m. daily. No. 5 is us.", ["Call by 5 p.m. daily.", "No. 5 is us."]),
        ("Since Jan. 5 we act. Ask.", ["Since Jan. 5 we act.", "Ask."]),
        ("You may not: (a) copy; (b) sell. Ask us.", ["You may not: (a) copy; (b) sell.", "Ask us."]),
        ('He said "no." (Really.) So be it.', ['He said "no." (Really.)', "So be it."]),
        ("“We do.” They said so.", ["“We do.”", "They said so."]),
        (
            "Write to a@b.example or www.b.example. Thanks.",
            ["Write to a@b.example or www.b.example.", "Thanks."],
        ),
        ("no end mark", ["no end mark"]),
        ("", []),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    """Abbreviations, initials and clause numbers do not end a sentence; a capital after some of them does."""
    assert _split(text) == sentences


@given(st.text(alphabet=st.sampled_from(list("ab Z1.!?;:)(\"'”\n\tvi")), max_size=80))
def test_sentences_cover_every_word_in_order(text: str) -> None:
    """Ranges never overlap, have no blanks at their ends, and leave only blanks between them."""
    position = 0
    for start, end in iter_sentences(text):
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize("piece", ["a. ", ". ", "1. ", "a.b.c. ", '." ', "no. "])
def test_a_text_of_abbreviations_stays_linear(piece: str) -> None:
    """A text that never ends a sentence costs no more than its length."""
    started = time.process_time()
    list(iter_sentences(piece * (300_000 // len(piece))))
    assert time.process_time() - started < 2
