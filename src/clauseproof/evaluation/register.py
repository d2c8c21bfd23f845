"""The register of law: which provisions exist and from when to when, kept apart from the knowledge base.

Citations of a report are checked against this file, not against the knowledge base the analyst cites from:
a date shifted or an id renamed there shows here. A change of the law is entered in both.
"""

from __future__ import annotations

import datetime
import json
from functools import lru_cache

from pydantic import ValidationError

from clauseproof.documents import Model
from clauseproof.errors import EvaluationError
from clauseproof.evaluation.data import evaluation_data_path
from clauseproof.knowledge import KnowledgeBase, load_knowledge


class RegisteredProvision(Model):
    """A provision of law.

    Attributes:
        id: Citation id.
        applies_from: First day; None where the fact base has none.
        applies_until: Day it ended; None where it stands.
    """

    id: str
    applies_from: datetime.date | None = None
    applies_until: datetime.date | None = None


class LawRegister:
    """Provisions by citation id."""

    def __init__(self, provisions: list[RegisteredProvision]) -> None:
        """Take the provisions."""
        self._provisions = {one.id: one for one in provisions}

    def __contains__(self, citation: str) -> bool:
        return citation in self._provisions

    def __len__(self) -> int:
        return len(self._provisions)

    def is_coming(self, citation: str, day: datetime.date) -> bool:
        """Tell whether a registered provision has a first day, and it lies after a day."""
        begins = self._provisions[citation].applies_from
        return begins is not None and begins > day

    def is_in_force(self, citation: str, day: datetime.date) -> bool:
        """Tell whether a registered provision applies on a day; one without a first day does not."""
        one = self._provisions[citation]
        begun = one.applies_from is not None and one.applies_from <= day
        return begun and (one.applies_until is None or day < one.applies_until)


@lru_cache(maxsize=1)
def load_register() -> LawRegister:
    """Read the register that is shipped.

    Raises:
        EvaluationError: It is missing or malformed; names the line.
    """
    path = evaluation_data_path() / "law_register.jsonl"
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}.") from error
    provisions = []
    for number, line in enumerate(lines, 1):
        try:
            provisions.append(RegisteredProvision.model_validate_json(line))
        except ValidationError as error:
            raise EvaluationError(f"{path}, line {number}: {error.errors()[0]['msg']}.") from error
    return LawRegister(provisions)


def register_lines(knowledge: KnowledgeBase) -> list[str]:
    """Return the register as the knowledge base stands, for review before it replaces the file."""
    lines = []
    for citation, (instrument, provision) in sorted(knowledge.provisions.items()):
        row = RegisteredProvision(
            id=citation,
            applies_from=provision.applies_from or instrument.in_force,
            applies_until=provision.applies_until or instrument.until,
        )
        lines.append(json.dumps(row.model_dump(mode="json", exclude_none=True)))
    return lines


def main() -> None:
    """Print the register as the knowledge base stands."""
    print(*register_lines(load_knowledge()), sep="\n")


if __name__ == "__main__":
    main()
