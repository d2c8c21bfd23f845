"""What is read: services, documents, versions and the provisions they divide into.

Every span is a half-open range of ``str`` offsets into ``Version.text``; nothing here moves an offset.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Model(BaseModel):
    """A frozen value: stages take values and return new ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Model):
    """A half-open range of character offsets into a version's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end < self.start:
            raise ValueError(f"span ends at {self.end} before it starts at {self.start}")
        return self

    def covers(self, other: Span) -> bool:
        """Tell whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


class VersionRecord(Model):
    """One recorded version of a document, without its text.

    Attributes:
        archive: Name of the archive that holds it.
        service: Name of the service, as the archive spells it.
        document: Name of the document (Open Terms Archive: terms type).
        version_id: Commit hash, date with a hash prefix, or hash; see docs/archives.md.
        date: Day of recording, in UTC.
        source: Where the bytes are: ``commit:path`` in a git archive, a path in a folder.
        technical: True where the tool, not the service, caused the recording.
        blob: The store's own identifier of the bytes; equal blobs are equal texts.
    """

    archive: str
    service: str
    document: str
    version_id: str
    date: datetime.date
    source: str
    technical: bool = False
    blob: str


class Version(VersionRecord):
    """A document as recorded at a moment, with its text.

    Attributes:
        sha256: Hex digest over the recorded bytes.
        text: The bytes decoded as UTF-8, otherwise unchanged; for HTML, PDF and Word the
            extracted Markdown.
    """

    sha256: str
    text: str


class Heading(Model):
    """A heading line of a version.

    Attributes:
        title: As a reader sees it, markup removed.
        level: 1 to 6; pseudo-headings rank below the real ones above them.
        span: The whole heading with its markup.
    """

    title: str
    level: int = Field(ge=1, le=9)
    span: Span


ProvisionKind = Literal["paragraph", "clause", "item", "row", "definition"]


class Provision(Model):
    """The smallest run of text a reader could quote alone.

    Attributes:
        provision_id: ``<version_id prefix>:<start>-<end>``; stable for a version.
        heading_path: Titles of the headings above it, outermost first.
        span: One contiguous range; no two provisions overlap.
        context: Ranges that belong to it: a list item's lead-in, a table row's header cells,
            the definition of a term it uses.
        kind: What the layout makes of it.
    """

    provision_id: str
    heading_path: tuple[str, ...]
    span: Span
    context: tuple[Span, ...] = ()
    kind: ProvisionKind = "paragraph"


Polarity = Literal["positive", "negative", "conditional"]


class PracticeLabel(Model):
    """A practice a provision carries.

    Attributes:
        id: Practice id of the taxonomy.
        score: 0 to 1; how sure the classifier is.
        polarity: Positive, negative ("we do not ...") or conditional.
        span: The sentence that shows it, in the version's text (in the given text where there is none).
    """

    id: str
    score: float = Field(ge=0, le=1)
    polarity: Polarity
    span: Span


class Segmentation(Model):
    """A version divided so that every non-blank character has a place.

    Attributes:
        provisions: In order of position, never overlapping.
        headings: In order of position.
        furniture: Named leftovers: navigation, images, rules, tables of contents, blank markup.
    """

    provisions: tuple[Provision, ...]
    headings: tuple[Heading, ...]
    furniture: tuple[Span, ...]
