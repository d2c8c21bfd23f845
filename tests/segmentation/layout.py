"""What the tests of this stage look at: words instead of offsets, and the promise of the partition."""

from __future__ import annotations

from dataclasses import dataclass

from clauseproof.documents import Provision, Segmentation, Span
from clauseproof.plaintext import visible
from clauseproof.segmentation import split_provisions

VERSION_ID = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Layout:
    """A text with its division, told in visible words."""

    text: str
    segmentation: Segmentation

    @property
    def words(self) -> list[str]:
        return [self.words_of(provision.span) for provision in self.segmentation.provisions]

    @property
    def titles(self) -> list[str]:
        return [heading.title for heading in self.segmentation.headings]

    @property
    def levels(self) -> list[int]:
        return [heading.level for heading in self.segmentation.headings]

    @property
    def furniture(self) -> list[str]:
        return [self.text[span.start : span.end] for span in self.segmentation.furniture]

    def words_of(self, span: Span) -> str:
        return visible(self.text, span)

    def provision(self, beginning: str) -> Provision:
        """Return the provision whose words begin so."""
        return next(
            provision
            for provision in self.segmentation.provisions
            if self.words_of(provision.span).startswith(beginning)
        )

    def path(self, beginning: str) -> tuple[str, ...]:
        return self.provision(beginning).heading_path

    def context(self, beginning: str) -> list[str]:
        return [self.words_of(span) for span in self.provision(beginning).context]

    def kind(self, beginning: str) -> str:
        return self.provision(beginning).kind


def lay_out(text: str) -> Layout:
    """Divide a text and check the promise on the way."""
    segmentation = split_provisions(VERSION_ID, text)
    assert_partition(text, segmentation)
    return Layout(text, segmentation)


def assert_partition(text: str, segmentation: Segmentation) -> None:
    """Every non-blank character lies in exactly one span; spans begin and end on such characters."""
    spans = [provision.span for provision in segmentation.provisions]
    assert spans == sorted(spans, key=lambda span: span.start)
    spans += [heading.span for heading in segmentation.headings]
    spans += segmentation.furniture
    position = 0
    for span in sorted(spans, key=lambda span: span.start):
        assert span.start >= position
        assert not text[position : span.start].strip()
        assert span.start < span.end <= len(text)
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()
        position = span.end
    assert not text[position:].strip()
    for provision in segmentation.provisions:
        assert provision.span not in provision.context
        assert provision.provision_id.endswith(f":{provision.span.start}-{provision.span.end}")
        assert all(len(title) <= 200 and title for title in provision.heading_path)
