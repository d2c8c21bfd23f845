"""PDF files: lines to paragraphs, pages to one text."""

from __future__ import annotations

import pytest

from clauseproof.archive.extract import extract_text
from clauseproof.errors import CorruptRecordError

from .samples import Placed, make_pdf

BODY: list[Placed] = [
    (72, 720, 18, "Data we collect"),
    (72, 690, 11, "We keep the information you give us, and the infor-"),
    (72, 676, 11, "mation we buy from third-"),
    (72, 662, 11, "party partners."),
    (72, 640, 11, "This is another paragraph, with a * and <tags>."),
    (72, 618, 11, "\x95 logs"),
    (72, 604, 11, "\x95 prompts"),
]


def read(*pages: list[Placed]) -> str:
    return extract_text(make_pdf(pages), "terms.pdf", ".pdf")


def test_lines_become_paragraphs() -> None:
    """Line breaks go, gaps stay; larger letters are headings, bullets are items."""
    assert read(BODY) == (
        "# Data we collect\n\n"
        "We keep the information you give us, and the information we buy from third-party partners.\n\n"
        "This is another paragraph, with a \\* and \\<tags>.\n\n"
        "- logs\n- prompts\n"
    )


def test_a_hyphen_goes_only_where_the_whole_word_is_known() -> None:
    """Where the document does not spell the word elsewhere, the hyphen may be the author's."""
    text = read([(72, 700, 11, "The vendor shall co-"), (72, 686, 11, "operate with the auditor.")])
    assert text == "The vendor shall co-operate with the auditor.\n"


def test_running_heads_and_page_numbers_are_dropped() -> None:
    """What stands at the edge of most pages is no clause; what stands once is."""
    pages = [
        [
            (72, 770, 9, "Acorn Terms"),
            (72, 700, 11, f"Section {n}"),
            (72, 660, 11, f"Rule {word} applies."),
            (72, 40, 9, f"Page {n} of 3"),
            (300, 25, 9, str(n)),
        ]
        for n, word in enumerate(("one", "two", "three"), 1)
    ]
    text = read(*pages)
    assert "Acorn" not in text
    assert "Page" not in text
    kept = [line for line in text.splitlines() if line]
    assert kept == [
        part
        for n, word in enumerate(("one", "two", "three"), 1)
        for part in (f"Section {n}", f"Rule {word} applies.")
    ]


def test_a_sentence_goes_on_over_the_page() -> None:
    """A page break inside a sentence is a line break like any other."""
    text = read(
        [(72, 114, 11, "We may share your data with"), (72, 100, 11, "our partners and")],
        [(72, 720, 11, "their advisers.")],
    )
    assert text == "We may share your data with our partners and their advisers.\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_pdf([BODY], encrypted=True), "encrypted"),
        (make_pdf([[]]), "no text"),
        (make_pdf([BODY])[:60], "no readable PDF"),
        (b"<html>not found</html>", "no readable PDF"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    """The message names the file and what to do."""
    with pytest.raises(CorruptRecordError, match=f"terms.pdf: .*{reason}"):
        extract_text(data, "terms.pdf", ".pdf")
