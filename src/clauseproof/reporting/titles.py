"""Names of practices, disclosures, facts, jurisdictions and instruments, for readers."""

from __future__ import annotations

from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.wording import capitalise, clean


class Titles:
    """Names of the knowledge base; an id it does not know is printed as words."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def practice(self, practice: str) -> str:
        found = self._knowledge.practices.get(practice)
        return found.title if found else _as_words(practice)

    def subject(self, practice: str) -> str:
        found = self._knowledge.practices.get(practice)
        return found.title.lower() if found and not found.title[:2].isupper() else self.practice(practice)

    def disclosure(self, disclosure: str) -> str:
        found = self._knowledge.disclosures.get(disclosure)
        return capitalise(found.title).rstrip(".") if found else _as_words(disclosure)

    def jurisdiction(self, code: str) -> str:
        found = self._knowledge.jurisdictions.get(code)
        return found.title if found else {"INT": "International"}.get(code, code)

    def instrument(self, instrument: str) -> str:
        found = self._knowledge.instruments.get(instrument)
        return found.name if found else _as_words(instrument)

    def short_instrument(self, instrument: str) -> str:
        found = self._knowledge.instruments.get(instrument)
        return found.short_name if found else ""

    def fact(self, key: str) -> str:
        practice, _, name = key.partition(".")
        found = self._knowledge.practices.get(practice)
        for spec in found.facts if found else ():
            if spec.key == name:
                return capitalise(spec.title).rstrip(".")
        return _as_words(name or key)


def _as_words(identifier: str) -> str:
    return clean(identifier.replace("-", " ").replace("_", " ")).capitalize()
