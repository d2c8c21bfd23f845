"""Rows of datasets: what every task's sample has, and how a text is referred to instead of copied."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from clauseproof.documents import Model, Span

_LONGEST_NAME = 200


class Reference(Model):
    """A text named instead of copied: a version in an archive, or a span of it.

    Attributes:
        archive: A folder or bundle, relative to the dataset's file, or the name of a registered archive.
        service: As the archive spells it, in any letter case.
        document: As the archive spells it, in any letter case.
        version_id: The version; the newest where left out.
        sha256: Over the bytes of the version; a text that differs is not the one that was labelled.
        start: Where the span begins, an offset into the version's text.
        end: Where it ends.
    """

    archive: str
    service: str
    document: str
    version_id: str | None = None
    sha256: str | None = None
    start: int | None = None
    end: int | None = None

    @model_validator(mode="after")
    def _whole_span(self) -> Reference:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        if self.start is not None and self.end is not None:
            Span(start=self.start, end=self.end)
        return self

    @property
    def span(self) -> Span | None:
        """The span; None where the whole version is meant."""
        if self.start is None or self.end is None:
            return None
        return Span(start=self.start, end=self.end)

    @property
    def whole(self) -> Reference:
        """The version without the span."""
        return self.model_copy(update={"start": None, "end": None})


class Sample(Model):
    """What a row of any dataset has.

    Attributes:
        id: Unique in its dataset.
        group: The document it belongs to, the unit intervals are drawn over; from the reference, else the
            sample's own id where left out.
        must_hold: A gate fails where this sample was right before and is not now.
        note: For people.
    """

    id: str = Field(min_length=1, max_length=300)
    group: str = Field(default="", max_length=300)
    must_hold: bool = False
    note: str = ""

    @field_validator("id", "group")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("holds characters that cannot be printed in a line")
        return value

    @property
    def reference(self) -> Reference | None:
        """What it refers to, where it refers to an archive."""
        return next(
            (
                value
                for name in ("document", "text")
                if isinstance(value := getattr(self, name, None), Reference)
            ),
            None,
        )

    @property
    def unit(self) -> str:
        """The document it is counted under."""
        reference = self.reference
        if reference is not None and not self.group:
            return f"{reference.service} / {reference.document}"
        named = getattr(self, "document", None)
        is_name = isinstance(named, str) and len(named) <= _LONGEST_NAME and named.isprintable()
        return self.group or (str(named) if is_name else self.id)

    @property
    def kind(self) -> str:
        """Name of the document it is about, for breakdowns; empty where unknown."""
        return self.reference.document if self.reference else ""

    def labelled(self) -> dict[str, Any]:
        """Return what people labelled, as results keep it."""
        return self.model_dump(
            mode="json",
            exclude={"id", "group", "must_hold", "note", "text", "document"},
            exclude_defaults=True,
        )
