"""Recorded replies alone: a run is repeated without its model, and nothing is sent."""

from __future__ import annotations

from clauseproof.errors import ModelAccessError
from clauseproof.llm.base import Completion, Request


class RecordedModel:
    """Stands where the model would be; reached only for a request that no recording answers."""

    def __init__(self, name: str) -> None:
        """Take the identity of the model whose replies were recorded."""
        self._name = name

    @property
    def name(self) -> str:
        """Identity of the model that was recorded."""
        return self._name

    def complete(self, request: Request) -> Completion:
        """Refuse.

        Raises:
            ModelAccessError: Always.
        """
        raise ModelAccessError(
            f"no recorded reply of {self._name} to {request.schema_name}; the prompts, the evidence or the"
            " parameters differ from those recorded. Run once with the model to record it.",
            model=self._name,
        )

    def close(self) -> None:
        """Close nothing."""
