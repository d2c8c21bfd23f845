"""What one part of a drafted sentence may stand on: one archived sentence, one record, one entry of law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clauseproof.claims import Quote
from clauseproof.documents import Span
from clauseproof.reading import ReadDocument, ReadSentence
from clauseproof.verification.grounding.words import Word, split_words

_COLON = Word(":", ":")
LEAD = 1_000  # number of the quotation that is a list's lead-in


@dataclass(frozen=True, slots=True)
class Unit:
    """Words in order on which a part of a sentence may stand.

    Attributes:
        name: Tells units apart.
        words: The words.
        cited: For each word, the number of the quotation that cites it, the shortest where several do; 0
            where none does: such words bear nothing.
        kind: Where it comes from.
        label: For an entry of law, how many words at its beginning name it.
        document: Name of the document, for archived text.
        around: The headings above it and the sentences of its provision, for archived text: what words
            that introduce it may name.
    """

    name: str
    words: tuple[Word, ...]
    cited: tuple[int, ...]
    kind: str
    label: int = 0
    document: str = ""
    around: tuple[Unit, ...] = ()


def iter_archived(
    quotes: Sequence[Quote], documents: Mapping[tuple[str, str], ReadDocument]
) -> Iterator[tuple[Unit, ReadDocument, ReadSentence]]:
    """Yield a unit for every archived sentence that some quotation touches, with where it stands."""
    for document in documents.values():
        version = document.version
        own = sorted(
            (
                Span(start=one.start, end=one.end)
                for one in quotes
                if (one.document, one.version_id) == (version.document, version.version_id)
            ),
            key=lambda span: span.end - span.start,
        )
        if not own:
            continue
        for read in document.provisions:
            led = any(span.overlaps(lead) for span in own for lead in read.lead_spans)
            if not (led or any(span.overlaps(read.provision.span) for span in own)):
                continue
            said = (read.plain.text[one.start : one.end] for one in read.sentences)
            around = tuple(
                written_unit("around", words, "around") for words in (*read.provision.heading_path, *said)
            )
            for at, sentence in enumerate(read.sentences):
                words = split_words(read.plain.text[sentence.start : sentence.end], offset=sentence.start)
                places = [read.plain.starts[word.start] for word in words]
                cited = [
                    next((at for at, span in enumerate(own, 1) if span.start <= place < span.end), 0)
                    for place in places
                ]
                if not any(cited):
                    continue
                lead = split_words(read.lead.rstrip(":;, "))
                head = [*lead, _COLON] if lead else []
                yield (
                    Unit(
                        name=f"{version.document}:{sentence.provision}:{at}",
                        words=(*head, *words),
                        cited=(*(LEAD * led for _ in head), *cited),
                        kind="archived",
                        document=version.document,
                        around=around,
                    ),
                    document,
                    sentence,
                )


def written_unit(name: str, text: str, kind: str, label: str = "") -> Unit:
    """Return a unit of words of our own: the wording of a record, an entry of law, a factor's reason."""
    head = split_words(label)
    words = (*head, *split_words(text))
    return Unit(name, words, tuple(1 for _ in words), kind, len(head))
