"""A document is read once: sentences with what governs them, quotations that do not mislead."""

from __future__ import annotations

from analysis.builders import make_knowledge, make_practice, make_version, read_document
from clauseproof.documents import Span
from clauseproof.reading import ReadDocument, ReadSentence, read_provisions
from clauseproof.segmentation import split_provisions

TEXT = """# Notice

**Our “promise”.** We keep logs. We do not:

- sell your data to brokers;
- train models with your data.

| Data | Sold? |
| --- | --- |
| Face scans and other templates | No |
"""


def _document() -> ReadDocument:
    return read_document(make_knowledge([make_practice()]), TEXT)


def _sentence(document: ReadDocument, words: str) -> ReadSentence:
    return next(one for one in document.iter_sentences() if words in one.text)


class TestSentences:
    def test_list_item_carries_its_lead_in(self) -> None:
        """What governs an item from outside stands in front of it, but is not part of it."""
        item = _sentence(_document(), "sell your data")
        assert item.led.endswith("We do not: sell your data to brokers;")
        assert item.text == "sell your data to brokers;"

    def test_row_is_one_sentence_with_its_head(self) -> None:
        """A table's row is read whole, after its header cells."""
        row = _sentence(_document(), "Face scans")
        assert "Sold?" in row.led
        assert row.text.endswith("No")

    def test_run_in_title_goes_with_its_sentence(self) -> None:
        """A title of a few words is no sentence of its own."""
        titled = _sentence(_document(), "We keep logs.")
        assert titled.text == 'Our "promise". We keep logs.'

    def test_sentences_lie_in_their_provision(self) -> None:
        """Every sentence is a range of its provision's visible words, in order."""
        document = _document()
        for provision in document.provisions:
            position = 0
            for sentence in provision.sentences:
                assert sentence.start >= position
                assert provision.plain.text[sentence.start : sentence.end] == sentence.text
                position = sentence.end

    def test_practices_are_those_of_the_labels(self) -> None:
        """A document carries the practices its provisions carry, each where it was found."""
        document = _document()
        assert document.practices == {"training"}
        (position,) = document.with_practice("training")
        assert "train models" in document.provisions[position].plain.text
        assert document.provisions[position].label("training") is not None
        assert document.provisions[position].label("other") is None


class TestQuotes:
    def test_quote_is_the_archived_slice(self) -> None:
        """A quotation's text is the version's own characters between its offsets."""
        document = _document()
        for sentence in document.iter_sentences():
            quote = document.quote(sentence)
            assert TEXT[quote.start : quote.end] == quote.text
            assert (quote.service, quote.document) == ("Acme", "Privacy Policy")

    def test_governed_item_is_quoted_after_its_lead_in(self) -> None:
        """An item under a negating lead-in is never quoted alone."""
        document = _document()
        *lead, item = document.safe_quotes(_sentence(document, "train models"))
        assert "We do not:" in lead[-1].text
        assert item.text.startswith("train models")
        assert lead[-1].end <= item.start

    def test_free_sentence_is_quoted_alone(self) -> None:
        """A sentence that nothing outside governs needs nothing beside it."""
        document = _document()
        assert len(document.safe_quotes(_sentence(document, "We keep logs."))) == 1

    def test_span_is_quoted_with_its_markup(self) -> None:
        """A quotation of a span keeps the archived characters, markup and all."""
        assert _document().quote_span(Span(start=10, end=28)).text == TEXT[10:28]


def test_provisions_are_read_unlabelled_first() -> None:
    """Reading alone gives no practices; the classifier adds them."""
    version = make_version(TEXT)
    read = read_provisions(version.text, split_provisions(version.version_id, version.text))
    assert read
    assert all(not one.labels and not one.sentence_labels for one in read)
