"""Practices by patterns: cues find candidates, deciding patterns label, vetoes cancel.

First version of the classifier. Scores are ordinal, not calibrated probabilities: 0.8 and more where a
deciding pattern hit, 0.6 where a cue hit under a heading of the practice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from clauseproof.classification.polarity import read_polarity, read_row_polarity
from clauseproof.documents import PracticeLabel
from clauseproof.knowledge import KnowledgeBase
from clauseproof.knowledge.models import Practice
from clauseproof.patterns import PatternSet, find_any
from clauseproof.reading import ReadProvision, ReadSentence

_DECIDED = 0.8
_HEADED = 0.6
_EACH_MORE = 0.05
_MOST = 0.95


class PracticeClassifier:
    """Labels provisions with the practices of a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile every pattern of the taxonomy into one set."""
        self._practices = knowledge.practices
        self._wording = knowledge.wording
        self._owners: list[tuple[str, str]] = []
        patterns: list[str] = []
        for practice in self._practices.values():
            for role in ("cues", "decide", "veto"):
                for pattern in getattr(practice, role):
                    patterns.append(pattern)
                    self._owners.append((practice.id, role))
        self._set = PatternSet(patterns)
        self._headings = PatternSet([p for one in self._practices.values() for p in one.headings])
        self._heading_owners = [one.id for one in self._practices.values() for _ in one.headings]

    def label(self, read: ReadProvision) -> ReadProvision:
        """Return the provision with its practices, surest first."""
        headed = {
            self._heading_owners[hit]
            for title in read.provision.heading_path
            for hit in self._headings.hits(title)
        }
        by_sentence = [self._label_sentence(read, sentence, headed) for sentence in read.sentences]
        best: dict[str, PracticeLabel] = {}
        for label in (label for labels in by_sentence for label in labels):
            if label.id not in best or label.score > best[label.id].score:
                best[label.id] = label
        labels = sorted(best.values(), key=lambda label: (-label.score, label.id))
        return replace(read, labels=tuple(labels), sentence_labels=tuple(map(tuple, by_sentence)))

    def _label_sentence(
        self, read: ReadProvision, sentence: ReadSentence, headed: set[str]
    ) -> list[PracticeLabel]:
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for hit in self._set.hits(sentence.led):
            practice_id, role = self._owners[hit]
            counts[practice_id][role] += 1
        labels = []
        for practice_id, roles in counts.items():
            score = _score(roles, practice_id in headed)
            if score is None:
                continue
            practice = self._practices[practice_id]
            start, end = self._evidence(practice, sentence)
            item = 0 if read.provision.kind == "row" else len(sentence.led) - len(sentence.text)
            polarity = read_polarity(sentence.led, start, end, self._wording, item=item)
            span = read.plain.source_span(sentence.start, sentence.end)
            if read.provision.kind == "row":
                polarity = read_row_polarity(read.plain.source[span.start : span.end]) or polarity
            labels.append(PracticeLabel(id=practice_id, score=score, polarity=polarity, span=span))
        return labels

    def _evidence(self, practice: Practice, sentence: ReadSentence) -> tuple[int, int]:
        for patterns in (practice.operative, practice.decide, practice.cues):
            found = find_any(patterns, sentence.led)
            if found:
                return found
        return 0, len(sentence.led)


def _score(roles: dict[str, int], headed: bool) -> float | None:
    if roles["veto"]:
        return None
    if roles["decide"]:
        extra = roles["decide"] - 1 + min(roles["cues"], 2) + headed
        return min(_MOST, round(_DECIDED + _EACH_MORE * extra, 2))
    if roles["cues"] and headed:
        return min(_DECIDED, round(_HEADED + _EACH_MORE * (roles["cues"] - 1), 2))
    return None
