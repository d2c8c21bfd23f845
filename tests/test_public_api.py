"""The public API is what `__all__` lists, and each of it explains itself."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import clauseproof


@pytest.mark.parametrize("name", clauseproof.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    """Names in `__all__` resolve, and their docstrings are sentences."""
    member = getattr(clauseproof, name)
    assert (inspect.getdoc(member) or "").split("\n")[0].endswith((".", "none``.", ":"))


def test_all_lists_exactly_what_is_loaded_on_demand() -> None:
    """`__all__` and the table of homes are the same list."""
    assert sorted(clauseproof.__all__) == sorted(clauseproof._HOMES)


def test_unknown_names_are_refused() -> None:
    """A name that is not exported raises AttributeError."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = clauseproof.nothing


def test_importing_the_package_loads_no_library() -> None:
    """`import clauseproof` loads neither pydantic nor any heavier library."""
    code = "import sys, clauseproof; print({'pydantic', 'numpy', 'chromadb', 're2'} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"
