"""What the pattern files of the practices say of a sentence: how many of which kind hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clauseproof.knowledge import KnowledgeBase
from clauseproof.patterns import OwnedPatterns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DECIDED = 0.8
_HEADED = 0.6
_EACH_MORE = 0.05
_MOST = 0.95
_MOST_COUNTED = 3
# decided, touched by a cue, vetoed, under a heading of the practice
PER_PRACTICE = 4


@dataclass(slots=True)
class Hits:
    """How many patterns of one practice hit one sentence, by their role."""

    decide: int = 0
    cues: int = 0
    veto: int = 0

    def strength(self, headed: bool) -> float | None:
        """Return how strongly the patterns alone show the practice, 0 to 1; None where they do not."""
        if self.veto:
            return None
        if self.decide:
            extra = self.decide - 1 + min(self.cues, 2) + headed
            return min(_MOST, round(DECIDED + _EACH_MORE * extra, 2))
        if self.cues and headed:
            return min(DECIDED, round(_HEADED + _EACH_MORE * (self.cues - 1), 2))
        return None


@dataclass(frozen=True, slots=True)
class Signals:
    """What patterns say of a provision.

    Attributes:
        sentences: For each sentence, its hits by practice.
        headed: Practices some heading above the provision names.
    """

    sentences: tuple[dict[str, Hits], ...]
    headed: frozenset[str] = field(default_factory=frozenset)


class PatternReader:
    """Runs every pattern of the taxonomy over sentences and headings."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile every pattern of the taxonomy into one set."""
        practices = knowledge.practices
        self._places = {practice: at for at, practice in enumerate(practices)}
        self._sentences = OwnedPatterns(
            ((practice.id, role), pattern)
            for practice in practices.values()
            for role in ("cues", "decide", "veto")
            for pattern in getattr(practice, role)
        )
        self._headings = OwnedPatterns(
            (practice.id, pattern) for practice in practices.values() for pattern in practice.headings
        )

    def read(self, sentences: Sequence[str], headings: Sequence[str]) -> Signals:
        """Return what the patterns say of a provision's sentences, each with what governs it."""
        headed = {practice for title in headings for practice in self._headings.hits(title)}
        return Signals(tuple(map(self._hits, sentences)), frozenset(headed))

    def vector(self, signals: Signals, places: Mapping[str, int] | None = None) -> NDArray[np.float32]:
        """Return the signals as the learned model takes them: `PER_PRACTICE` numbers a practice.

        Args:
            signals: What the patterns say of a provision.
            places: The model's practices with their places, others are left out; the taxonomy's where not
                given.

        Returns:
            For each practice in that order: 0, or 0.6 to 1 by the number of deciding patterns
            that hit its best sentence without a veto; then 1 where a cue hit, where a veto did, where a
            heading names it.
        """
        import numpy as np

        places = self._places if places is None else places
        vector = np.zeros((len(places), PER_PRACTICE), dtype=np.float32)
        for found in signals.sentences:
            for practice, hits in found.items():
                if practice not in places:
                    continue
                row = vector[places[practice]]
                if hits.decide and not hits.veto:
                    row[0] = max(row[0], 0.4 + 0.2 * min(hits.decide, _MOST_COUNTED))
                row[1] = max(row[1], float(hits.cues > 0))
                row[2] = max(row[2], float(hits.veto > 0))
        for practice in signals.headed & places.keys():
            vector[places[practice], 3] = 1.0
        return vector.ravel()

    def _hits(self, sentence: str) -> dict[str, Hits]:
        found: dict[str, Hits] = {}
        for practice, role in self._sentences.hits(sentence):
            hits = found.setdefault(practice, Hits())
            setattr(hits, role, getattr(hits, role) + 1)
        return found
