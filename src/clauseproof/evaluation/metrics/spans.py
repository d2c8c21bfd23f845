"""Overlap of evidence spans, in tokens."""

from __future__ import annotations

import re

from clauseproof.documents import Span
from clauseproof.evaluation.metrics.base import Metric, share

_TOKEN = re.compile(r"\w+")
_HALF = 0.5

SPAN_IOU = Metric(
    "span-iou", "evidence: mean token IoU", "spans", share("iou", "n"), ("n",), by_class=True, headline=True
)
SPAN_HALF = Metric("span-half", "evidence: IoU of at least 0.5", "spans", share("half", "n"), ("n",))


def token_iou(text: str, gold: Span, found: Span | None) -> float:
    """Return tokens in both spans / tokens in either; a missing span shares none."""
    if found is None:
        return 0.0
    wanted, given = _tokens(text, gold), _tokens(text, found)
    either = wanted | given
    return len(wanted & given) / len(either) if either else 0.0


def count_span(iou: float) -> dict[str, float]:
    """Count one labelled span."""
    return {"n": 1.0, "iou": iou, "half": float(iou >= _HALF)}


def overlap(one: Span, other: Span) -> float:
    """Return characters in both spans / characters in either."""
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    either = (one.end - one.start) + (other.end - other.start) - both
    return both / either if either else 0.0


def _tokens(text: str, span: Span) -> set[int]:
    return {span.start + match.start() for match in _TOKEN.finditer(text[span.start : span.end])}
