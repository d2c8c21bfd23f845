"""Citations against the labelled ones, and against a register of law that the analyst does not read."""

from __future__ import annotations

from collections.abc import Collection

from clauseproof.evaluation.metrics.base import Metric, share


def matches(citation: str, labelled: Collection[str]) -> bool:
    """Tell whether a citation is labelled: itself, or its whole instrument (``gdpr:*``)."""
    return citation in labelled or f"{citation.partition(':')[0]}:*" in labelled


def is_wrong(citation: str, wrong: Collection[str], right: Collection[str]) -> bool:
    """Tell whether a citation is labelled wrong; a label of the article goes before one of the instrument."""
    return citation in wrong or (matches(citation, wrong) and citation not in right)


def is_cited(required: str, cited: Collection[str]) -> bool:
    """Tell whether a required citation is given; ``gdpr:*`` is by any article of the instrument."""
    if required.endswith(":*"):
        return any(one.startswith(required[:-1]) for one in cited)
    return required in cited


def count_citations(
    cited: Collection[str], required: Collection[str], acceptable: Collection[str], wrong: Collection[str]
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Count one analysis at the level of articles, and at that of instruments.

    Precision is over what was cited (right if required or acceptable), recall over what is required; what is
    labelled wrong is counted apart.
    """
    right = {*required, *acceptable} - set(wrong)
    articles = _count(
        set(cited),
        {one for one in cited if matches(one, right) and not is_wrong(one, wrong, right)},
        set(required),
        {one for one in required if is_cited(one, cited)},
    )
    articles["wrong"] = float(sum(is_wrong(one, wrong, right) for one in set(cited)))
    given = {one.partition(":")[0] for one in cited}
    wanted = {one.partition(":")[0] for one in required}
    instruments = _count(given, given & {one.partition(":")[0] for one in right}, wanted, wanted & given)
    return {"": articles}, {"": instruments}


def _count(cited: set[str], right: set[str], required: set[str], found: set[str]) -> dict[str, float]:
    return {
        "cited": float(len(cited)),
        "right": float(len(right)),
        "required": float(len(required)),
        "found": float(len(found)),
    }


ARTICLES = (
    Metric(
        "article-precision",
        "citations, article: precision",
        "articles",
        share("right", "cited"),
        ("cited",),
        headline=True,
    ),
    Metric(
        "article-recall",
        "citations, article: recall",
        "articles",
        share("found", "required"),
        ("required",),
        headline=True,
    ),
    Metric(
        "wrong-citations",
        "citations labelled wrong",
        "articles",
        share("wrong", "cited"),
        ("cited",),
        higher_is_better=False,
        headline=True,
    ),
)
INSTRUMENTS = (
    Metric(
        "instrument-precision",
        "citations, instrument: precision",
        "instruments",
        share("right", "cited"),
        ("cited",),
    ),
    Metric(
        "instrument-recall",
        "citations, instrument: recall",
        "instruments",
        share("found", "required"),
        ("required",),
    ),
)
NON_EXISTENT = Metric(
    "non-existent-articles",
    "citations not in the register",
    "law",
    share("unknown", "cited"),
    ("cited",),
    higher_is_better=False,
    rule="non-existent-article",
)
CURRENCY = Metric(
    "citations-in-force",
    "citations in force, or marked coming",
    "law",
    share("current", "known"),
    ("known",),
    rule="citation-not-in-force",
)
