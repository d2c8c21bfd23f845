"""A document read once: its provisions as sentences with their practices, ready for every later stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from clauseproof.claims import Quote
from clauseproof.documents import PracticeLabel, Provision, Segmentation, Span, Version
from clauseproof.knowledge.conditions import DocumentKind
from clauseproof.plaintext import PlainText, read_plain
from clauseproof.sentences import iter_sentences


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """One sentence of a provision.

    Attributes:
        provision: Position of its provision in the document.
        start: Offset in the provision's visible text.
        end: Offset in the provision's visible text.
        text: The sentence itself, folded (plain quotes and dashes).
        led: The sentence with what governs it in front: a list's lead-in, a table's header cells.
    """

    provision: int
    start: int
    end: int
    text: str
    led: str


@dataclass(frozen=True, slots=True)
class ReadProvision:
    """One provision with its visible words, sentences and practices.

    Attributes:
        provision: Where it stands.
        plain: Its visible words, folded.
        lead: Visible words that govern it: a list's lead-in, a table's header cells.
        sentences: Its sentences, in order.
        labels: Its practices, surest first.
        sentence_labels: The practices of each sentence.
    """

    provision: Provision
    plain: PlainText
    lead: str
    sentences: tuple[ReadSentence, ...]
    labels: tuple[PracticeLabel, ...] = ()
    sentence_labels: tuple[tuple[PracticeLabel, ...], ...] = ()

    def label(self, practice: str) -> PracticeLabel | None:
        """Return the provision's label for a practice, or None."""
        return next((label for label in self.labels if label.id == practice), None)


@dataclass(frozen=True)
class ReadDocument:
    """One version with everything reading it once yields.

    Attributes:
        version: The archived text.
        kind: Kind of document, by its name.
        language: ISO 639-1 code.
        segmentation: Provisions, headings and furniture.
        provisions: The provisions read, in order.
        data: Kinds of data (ids of `data_types.yaml`) each provision names, by position.
    """

    version: Version
    kind: DocumentKind
    language: str
    segmentation: Segmentation
    provisions: tuple[ReadProvision, ...]
    data: Mapping[int, frozenset[str]]

    def iter_sentences(self) -> Iterator[ReadSentence]:
        """Yield every sentence of every provision, in order."""
        for provision in self.provisions:
            yield from provision.sentences

    def with_practice(self, practice: str) -> list[int]:
        """Return the positions of the provisions that carry a practice, in order."""
        return [at for at, one in enumerate(self.provisions) if one.label(practice)]

    @cached_property
    def practices(self) -> frozenset[str]:
        """Every practice some provision carries."""
        return frozenset(label.id for one in self.provisions for label in one.labels)

    def quote(self, sentence: ReadSentence, start: int | None = None, end: int | None = None) -> Quote:
        """Return the archived words of a sentence, or of a part of it.

        Args:
            sentence: A sentence of this document.
            start: Where the part starts in the provision's visible text; the sentence's start by default.
            end: Where the part ends; the sentence's end by default.
        """
        plain = self.provisions[sentence.provision].plain
        span = plain.source_span(
            sentence.start if start is None else start, sentence.end if end is None else end
        )
        return self.quote_span(span)

    def quote_span(self, span: Span) -> Quote:
        """Return the archived words of a span."""
        version = self.version
        return Quote(
            service=version.service,
            document=version.document,
            version_id=version.version_id,
            start=span.start,
            end=span.end,
            text=version.text[span.start : span.end],
        )


def read_provision(text: str, at: int, provision: Provision) -> ReadProvision:
    """Render one provision and split it into sentences, unlabelled."""
    plain = read_plain(text, provision.span, folded=True)
    lead = " ".join(read_plain(text, span, folded=True).text for span in _governing(provision))
    # A table's row is read whole: its "No" in one cell decides what its other cells say.
    row = provision.kind == "row" and plain.text
    ranges = [(0, len(plain.text))] if row else iter_sentences(plain.text)
    sentences = tuple(
        ReadSentence(at, start, end, plain.text[start:end], _led(lead, plain.text[start:end]))
        for start, end in ranges
    )
    return ReadProvision(provision, plain, lead, sentences)


def _governing(provision: Provision) -> tuple[Span, ...]:
    """Return the context that governs the words: lead-ins and headers before it, not definitions."""
    if provision.kind not in ("item", "row", "clause"):
        return ()
    return tuple(span for span in provision.context if span.end <= provision.span.start)[:2]


def _led(lead: str, sentence: str) -> str:
    return f"{lead.rstrip(':;, ')}: {sentence}" if lead else sentence
