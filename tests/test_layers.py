"""The architecture is executable: data flows downwards, stages never import stages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "clauseproof"
CORE = {
    "errors",
    "documents",
    "claims",
    "plaintext",
    "sentences",
    "patterns",
    "reading",
    "settings",
    "knowledge",
    "stemming",
    "prompts",
    "trace",
    "llm",
}
STAGES = {"archive", "segmentation", "classification", "retrieval", "analysis", "verification", "reporting"}
TOP = {
    "pipeline",
    "quotations",
    "drafting",
    "evaluation",
    "training",
    "api",
    "cli",
    "testing",
    "__main__",
    "__init__",
}
# Only these may import the library behind a seam.
SEAMS = {
    "chromadb": {"retrieval"},
    "openai": {"retrieval", "llm"},
    "langchain": {"llm"},
    "langchain_openai": {"llm"},
    "tenacity": {"llm"},
    "tiktoken": {"llm"},
    "trafilatura": {"archive"},
    "docx": {"archive"},
    "sklearn": {"evaluation", "training"},
    "scipy": {"evaluation", "training"},
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


def _part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_keep_the_layers(path: Path) -> None:
    """A stage imports itself and the core; the core imports no stage; only the top knows them all."""
    part = _part(path)
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("clauseproof.")}
    used &= CORE | STAGES | TOP
    if part in STAGES:
        assert used <= CORE | {part}
    elif part in CORE:
        assert used <= CORE
    else:
        assert part in TOP


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_libraries_stay_behind_their_seams(path: Path) -> None:
    """Chroma is imported by retrieval alone, LangChain by llm alone, extractors by the archive alone."""
    roots = {name.split(".")[0] for name in _imports(path)}
    for library, stages in SEAMS.items():
        assert library not in roots or _part(path) in stages
