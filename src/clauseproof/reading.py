"""A document read once: its provisions as sentences with their practices, ready for every later stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from clauseproof.claims import Quote
from clauseproof.documents import PracticeLabel, Provision, Segmentation, Span, Version
from clauseproof.knowledge.conditions import DocumentKind
from clauseproof.plaintext import PlainText, read_plain
from clauseproof.sentences import iter_sentences

_MOST_LEADS = 2
_TITLE_WORDS = 3
# A short sentence that begins with one of these ("We never sell.") says something; it is no title.
_SUBJECTS = frozenset({"we", "you", "they", "it", "this", "that", "these", "there", "nobody", "nothing"})


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

    @property
    def lead_length(self) -> int:
        """Number of characters of `led` before the sentence itself."""
        return len(self.led) - len(self.text)


@dataclass(frozen=True, slots=True)
class ReadProvision:
    """One provision with its visible words, sentences and practices.

    Attributes:
        provision: Where it stands.
        plain: Its visible words, folded.
        lead: Visible words that govern it: a list's lead-in, a table's header cells.
        lead_spans: Where those words stand.
        sentences: Its sentences, in order.
        labels: Its practices, surest first.
        sentence_labels: The practices of each sentence.
    """

    provision: Provision
    plain: PlainText
    lead: str
    lead_spans: tuple[Span, ...]
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
        is_quotable: Whether words of the version can be quoted alone, from where they stand, without
            misleading.
    """

    version: Version
    kind: DocumentKind
    language: str
    segmentation: Segmentation
    provisions: tuple[ReadProvision, ...]
    data: Mapping[int, frozenset[str]]
    is_quotable: Callable[[Quote], bool] = field(compare=False)

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

    def safe_quotes(self, sentence: ReadSentence, *, led: bool = False) -> tuple[Quote, ...]:
        """Return a sentence as it can be quoted without misleading.

        Args:
            sentence: The sentence.
            led: Quote what governs it too, because what it is quoted for stands there.

        Returns:
            The sentence alone where nothing outside governs it, else with its list's lead-in or its
            table's head before it, else the whole provision.
        """
        quote = self.quote(sentence)
        read = self.provisions[sentence.provision]
        if self.is_quotable(quote) and not (led and read.lead_spans):
            return (quote,)
        if read.lead_spans:
            return (*(self.quote_span(span) for span in read.lead_spans), quote)
        return (self.quote_span(read.provision.span),)

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


def read_provisions(text: str, segmentation: Segmentation) -> list[ReadProvision]:
    """Render the provisions of a text and split them into sentences, unlabelled."""
    definitions = {one.span for one in segmentation.provisions if one.kind == "definition"}
    return [
        _read_provision(text, at, provision, definitions)
        for at, provision in enumerate(segmentation.provisions)
    ]


def _read_provision(text: str, at: int, provision: Provision, definitions: set[Span]) -> ReadProvision:
    plain = read_plain(text, provision.span, folded=True)
    # Lead-ins and header cells stand before the words and govern them; a definition explains a term.
    lead_spans = tuple(
        span for span in provision.context if span.end <= provision.span.start and span not in definitions
    )[-_MOST_LEADS:]
    lead = " ".join(read_plain(text, span, folded=True).text for span in lead_spans)
    # A table's row is read whole: its "No" in one cell decides what its other cells say.
    whole = provision.kind == "row" and plain.text
    ranges = [(0, len(plain.text))] if whole else _joined_titles(plain.text)
    sentences = tuple(
        ReadSentence(at, start, end, plain.text[start:end], _led(lead, plain.text[start:end]))
        for start, end in ranges
    )
    return ReadProvision(provision, plain, lead, lead_spans, sentences)


def _joined_titles(text: str) -> list[tuple[int, int]]:
    """Split into sentences, a run-in title of a few words going with the sentence it heads."""
    ranges: list[tuple[int, int]] = []
    title: int | None = None
    for start, end in iter_sentences(text):
        first = start if title is None else title
        words = text[start:end].split()
        if len(words) <= _TITLE_WORDS and words[0].strip("\"'(").casefold() not in _SUBJECTS:
            title = first
            continue
        ranges.append((first, end))
        title = None
    if title is not None:
        ranges.append((title, len(text.rstrip())))
    return ranges


def _led(lead: str, sentence: str) -> str:
    return f"{lead.rstrip(':;, ')}: {sentence}" if lead else sentence
