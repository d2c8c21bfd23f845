"""Proven compliance analysis of archived privacy policies, terms and contracts.

What the command line does with archives, texts and reports is a function here. Names are loaded when
first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clauseproof.api import (
        add_archive,
        analyze,
        analyze_file,
        classify,
        list_provisions,
        list_versions,
        open_archive,
        prove_quote,
        read_version,
        render_reports,
        search,
    )
    from clauseproof.claims import Analysis, Claim, Quote, Report
    from clauseproof.documents import Provision, Segmentation, Span, Version, VersionRecord
    from clauseproof.errors import ClauseproofError
    from clauseproof.knowledge import KnowledgeBase, load_knowledge
    from clauseproof.pipeline import Analyzed, Analyzer
    from clauseproof.quotations import QuotationProof

_MODULES = {
    "clauseproof.api": (
        "add_archive",
        "analyze",
        "analyze_file",
        "classify",
        "list_provisions",
        "list_versions",
        "open_archive",
        "prove_quote",
        "read_version",
        "render_reports",
        "search",
    ),
    "clauseproof.claims": ("Analysis", "Claim", "Quote", "Report"),
    "clauseproof.documents": ("Provision", "Segmentation", "Span", "Version", "VersionRecord"),
    "clauseproof.errors": ("ClauseproofError",),
    "clauseproof.knowledge": ("KnowledgeBase", "load_knowledge"),
    "clauseproof.pipeline": ("Analyzed", "Analyzer"),
    "clauseproof.quotations": ("QuotationProof",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Analysis",
    "Analyzed",
    "Analyzer",
    "Claim",
    "ClauseproofError",
    "KnowledgeBase",
    "Provision",
    "QuotationProof",
    "Quote",
    "Report",
    "Segmentation",
    "Span",
    "Version",
    "VersionRecord",
    "add_archive",
    "analyze",
    "analyze_file",
    "classify",
    "list_provisions",
    "list_versions",
    "load_knowledge",
    "open_archive",
    "prove_quote",
    "read_version",
    "render_reports",
    "search",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
