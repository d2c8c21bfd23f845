"""What a language model is asked to return: claims that name their evidence, and judgements on absences."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import create_model

from clauseproof.claims import ClaimKind
from clauseproof.documents import Model

Section = Literal[
    "plain_statement",
    "significance",
    "interpretive_note",
    "regulatory_landscape",
    "jurisdiction_flags",
    "governance_exposure",
    "vendor_implications",
    "due_diligence_questions",
    "compliance_considerations",
]
_NONE = "none"


class Cited(Model):
    """A piece of evidence a drafted claim names.

    Attributes:
        id: Id of the entry.
        quote: Verbatim words of it, for archived text.
    """

    id: str
    quote: str | None = None


class DraftedClaim(Model):
    """One sentence as a model wrote it; nothing in it is taken on trust."""

    section: Section
    kind: Literal["states", "permits", "reserves", "silent", "implication", "consideration", "law"]
    text: str
    evidence: tuple[Cited, ...] = ()
    citations: tuple[str, ...] = ()
    jurisdiction: str | None = None

    def as_kind(self) -> ClaimKind:
        """Return the kind as claims name it."""
        return self.kind


class Draft(Model):
    """The reply to a section prompt."""

    claims: tuple[DraftedClaim, ...]


class Judgement(Model):
    """A second judgement on one disclosure."""

    disclosure: str
    verdict: Literal["stated", "general", "not-found"]
    id: str | None = None
    quote: str | None = None


class Judgements(Model):
    """The reply to the absence prompt."""

    judgements: tuple[Judgement, ...]


def draft_form(ids: list[str], citations: list[str], jurisdictions: list[str]) -> type[Model]:
    """Return the form of a reply with its ids enumerated, so that a model can name no other.

    Args:
        ids: Ids of the evidence entries.
        citations: Ids of the provisions of law that may be cited.
        jurisdictions: Codes that may be flagged.
    """
    cited = create_model("Cited", __base__=Model, id=(_one_of(ids), ...), quote=(str | None, ...))
    fields: dict[str, Any] = {
        "section": (Section, ...),
        "kind": (DraftedClaim.model_fields["kind"].annotation, ...),
        "text": (str, ...),
        "evidence": (list[cited], ...),  # type: ignore[valid-type]
        "citations": (list[_one_of(citations)], ...),  # type: ignore[misc]
        "jurisdiction": (_one_of(jurisdictions) | None, ...),
    }
    claim = create_model("DraftedClaim", __base__=Model, **fields)
    return create_model("Draft", __base__=Model, claims=(list[claim], ...))  # type: ignore[valid-type]


def judgement_form(ids: list[str], disclosures: list[str]) -> type[Model]:
    """Return the form of a reply on absences with its ids enumerated."""
    fields: dict[str, Any] = {
        "disclosure": (_one_of(disclosures), ...),
        "verdict": (Judgement.model_fields["verdict"].annotation, ...),
        "id": (_one_of(ids) | None, ...),
        "quote": (str | None, ...),
    }
    judgement = create_model("Judgement", __base__=Model, **fields)
    return create_model("Judgements", __base__=Model, judgements=(list[judgement], ...))  # type: ignore[valid-type]


def _one_of(values: list[str]) -> Any:
    return Literal[tuple(values) or (_NONE,)]
