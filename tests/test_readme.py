"""What the README shows works: its Python names exist, its command lines parse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import clauseproof
from cli.parsing import parse_command_line

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = _BLOCK.findall(README)
PYTHON = [block for language, block in BLOCKS if language == "python"]
INLINE = re.findall(r"`([^`\n]+)`", _BLOCK.sub("", README))
COMMAND_LINES = [
    line.strip()
    for line in [*(line for _, block in BLOCKS for line in block.splitlines()), *INLINE]
    if line.startswith("clauseproof ") and "COMMAND" not in line
]


def test_the_readme_shows_python_and_command_lines() -> None:
    """There is something to check."""
    assert PYTHON
    assert len(COMMAND_LINES) >= 6


@pytest.mark.parametrize("block", PYTHON)
def test_python_blocks_compile_and_use_public_names(block: str) -> None:
    """In eight lines of code, with nothing that `clauseproof.__all__` does not list."""
    tree = ast.parse(block)
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "clauseproof"
    }
    used |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clauseproof")
        for alias in node.names
    }
    assert used
    assert used <= set(clauseproof.__all__)
    assert len([line for line in block.splitlines() if line.strip()]) <= 8


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_command_lines_parse(line: str) -> None:
    """Each names a command, its arguments and options; none is run."""
    parse_command_line(line)
