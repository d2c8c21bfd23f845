"""Which jurisdictions a document addresses and what it shows of the service, with the words that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from clauseproof.claims import Quote
from clauseproof.knowledge import KnowledgeBase
from clauseproof.patterns import OwnedPatterns
from clauseproof.reading import ReadDocument, ReadSentence


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
    """The jurisdictions a document addresses, those whose people it turns away, and what else it shows.

    Attributes:
        addressed: Jurisdictions whose people or law the text names.
        excluded: Jurisdictions whose people it turns away.
        governing: Jurisdictions whose law or courts it makes its contract's.
        seats: Jurisdictions in which the provider itself is established.
        mentioned: Jurisdictions named at all, by the position of the provision.
        written_for: Jurisdictions a provision's headings confine it to, by its position.
        traits: Traits of `traits.yaml` that it shows.
    """

    addressed: dict[str, Market]
    excluded: dict[str, Quote]
    governing: dict[str, Market] = field(default_factory=dict)
    seats: dict[str, Market] = field(default_factory=dict)
    mentioned: Mapping[int, dict[str, Market]] = field(default_factory=dict)
    written_for: Mapping[int, frozenset[str]] = field(default_factory=dict)
    traits: dict[str, tuple[Quote, ...]] = field(default_factory=dict)


class MarketReader:
    """Finds jurisdictions and traits in documents by the patterns of the knowledge files."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the patterns of every jurisdiction and trait."""
        self._jurisdictions = knowledge.jurisdictions
        places = knowledge.jurisdictions.values()
        self._sets = {
            role: OwnedPatterns((one.code, pattern) for one in places for pattern in getattr(one, role))
            for role in ("patterns", "supplement", "excluded", "governing", "seat", "names")
        }
        traits = knowledge.traits.values()
        self._traits = OwnedPatterns((one.id, pattern) for one in traits for pattern in one.patterns)
        self._cancelled = OwnedPatterns((one.id, pattern) for one in traits for pattern in one.unless)

    def read(self, document: ReadDocument) -> Markets:
        """Return what a document shows.

        A jurisdiction within a larger one addresses the larger one too (Germany the EU, California the
        US). A supplement is the stronger reason and replaces a mere mention.
        """
        addressed: dict[str, Market] = {}
        excluded: dict[str, Quote] = {}
        governing: dict[str, Market] = {}
        seats: dict[str, Market] = {}
        mentioned: dict[int, dict[str, Market]] = {}
        written_for: dict[int, frozenset[str]] = {}
        traits: dict[str, tuple[Quote, ...]] = {}
        for sentence in document.iter_sentences():
            provision = document.provisions[sentence.provision].provision
            for code in self._codes("excluded", sentence.text):
                excluded.setdefault(code, document.quote(sentence))
            for title in provision.heading_path:
                headed = self._codes("supplement", title)
                for code in headed:
                    known = addressed.get(code)
                    if known is None or known.reason == "text":
                        addressed[code] = Market(code, "supplement", document.safe_quotes(sentence), title)
                written_for[sentence.provision] = written_for.get(
                    sentence.provision, frozenset()
                ) | self._with_larger(headed)
            for code in self._codes("patterns", sentence.text):
                if code not in addressed and code not in excluded:
                    addressed[code] = _named(document, sentence, code)
            for code in self._codes("governing", sentence.text):
                governing.setdefault(code, _named(document, sentence, code))
            for code in self._codes("seat", sentence.text):
                seats.setdefault(code, _named(document, sentence, code))
            for code in self._codes("names", sentence.text):
                here = mentioned.setdefault(sentence.provision, {})
                here.setdefault(code, _named(document, sentence, code))
            for trait in self._traits.hits(sentence.text):
                if trait not in traits and trait not in self._cancelled.hits(sentence.text):
                    traits[trait] = document.safe_quotes(sentence)
        for code, market in {**seats, **governing}.items():
            # Whose law governs and where the provider sits say whom it reaches in a country, not in a state.
            for larger in self._jurisdictions[code].within:
                addressed.setdefault(larger, replace(market, code=larger))
        for code in list(addressed):
            for larger in self._jurisdictions[code].within:
                addressed.setdefault(larger, addressed[code])
        return Markets(addressed, excluded, governing, seats, mentioned, written_for, traits)

    def _codes(self, role: str, text: str) -> list[str]:
        """Return the jurisdictions some pattern of a role finds in a text, in order of name."""
        return sorted(set(self._sets[role].hits(text)))

    def _with_larger(self, codes: Iterable[str]) -> frozenset[str]:
        given = frozenset(codes)
        return given.union(*(self._jurisdictions[code].within for code in given))


def _named(document: ReadDocument, sentence: ReadSentence, code: str) -> Market:
    return Market(code, "text", document.safe_quotes(sentence))
