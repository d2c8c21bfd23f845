"""Which jurisdictions a document addresses, and the words that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clauseproof.claims import Quote
from clauseproof.knowledge import KnowledgeBase
from clauseproof.patterns import PatternSet
from clauseproof.reading import ReadDocument


@dataclass(frozen=True, slots=True)
class Market:
    """A jurisdiction a document addresses.

    Attributes:
        code: EU, UK, ISO 3166 code, or ``US-CA`` style.
        reason: ``supplement`` where a section is written for it, else ``text``.
        quotes: The words that show it, safe to read alone.
        section: Heading of the supplement, where there is one.
    """

    code: str
    reason: Literal["text", "supplement"]
    quotes: tuple[Quote, ...]
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Markets:
    """The jurisdictions a document addresses and those whose people it turns away."""

    addressed: dict[str, Market]
    excluded: dict[str, Quote]


class MarketReader:
    """Finds jurisdictions in documents by the patterns of `jurisdictions.yaml`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the patterns of every jurisdiction."""
        self._jurisdictions = knowledge.jurisdictions
        self._sets = {
            role: (
                PatternSet([p for one in self._jurisdictions.values() for p in getattr(one, role)]),
                [one.code for one in self._jurisdictions.values() for _ in getattr(one, role)],
            )
            for role in ("patterns", "supplement", "excluded")
        }

    def read(self, document: ReadDocument) -> Markets:
        """Return the jurisdictions a document addresses.

        A jurisdiction within a larger one addresses the larger one too (Germany the EU, California the
        US). A supplement is the stronger reason and replaces a mere mention.
        """
        addressed: dict[str, Market] = {}
        excluded: dict[str, Quote] = {}
        for sentence in document.iter_sentences():
            provision = document.provisions[sentence.provision].provision
            for code in self._codes("excluded", sentence.text):
                excluded.setdefault(code, document.quote(sentence))
            for title in provision.heading_path:
                for code in self._codes("supplement", title):
                    known = addressed.get(code)
                    if known is None or known.reason == "text":
                        addressed[code] = Market(code, "supplement", document.safe_quotes(sentence), title)
            for code in self._codes("patterns", sentence.text):
                if code not in addressed and code not in excluded:
                    addressed[code] = Market(code, "text", document.safe_quotes(sentence))
        for code in list(addressed):
            for larger in self._jurisdictions[code].within:
                addressed.setdefault(larger, addressed[code])
        return Markets(addressed, excluded)

    def _codes(self, role: str, text: str) -> list[str]:
        patterns, owners = self._sets[role]
        return sorted({owners[hit] for hit in patterns.hits(text)})
