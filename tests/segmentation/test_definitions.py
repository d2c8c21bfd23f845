"""Defined terms and the provisions that use them."""

from __future__ import annotations

import pytest

from clauseproof.segmentation.definitions import read_terms

from .layout import lay_out


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("“Output” means what the model returns.", ("Output",)),
        ("(a) “Output” shall mean what the model returns.", ("Output",)),
        ('1.2 "Law" means any statute.', ("Law",)),
        (
            "The terms “Sell,” “Share” and “Sale” have the meanings given in the Act.",
            ("Sell", "Share", "Sale"),
        ),
        ("„Nutzer“ bezeichnet jede Person.", ("Nutzer",)),
        ("“Hello” he said.", ()),
        ("We call this “Output”.", ()),
    ],
)
def test_terms_are_read(words: str, terms: tuple[str, ...]) -> None:
    """A quoted term followed by a verb of definition is defined."""
    assert read_terms(words, ()) == terms


def test_section_of_definitions_needs_no_quotation_marks() -> None:
    """Under such a heading a term and a colon are enough."""
    assert read_terms("Output: what the model returns.", ("Definitions",)) == ("Output",)
    assert read_terms("Output: what the model returns.", ("Scope",)) == ()
    assert read_terms("„Nutzer“ jede Person mit Konto;", ("§ 2 Begriffsbestimmungen",)) == ("Nutzer",)


def test_use_of_a_term_brings_its_definition() -> None:
    """Exact case, whole words, defined in the document; never the definition itself."""
    layout = lay_out(
        "“Output” means what the model returns.\n\nYou own the Output you make.\n\n"
        "The output of a day is small indeed.\n\nYou own your Outputs as well.\n"
    )
    assert layout.kind("“Output”") == "definition"
    assert layout.context("You own the Output") == ["“Output” means what the model returns."]
    assert layout.context("The output") == []
    assert layout.context("You own your Outputs") == []
    assert layout.context("“Output”") == []


def test_at_most_three_definitions_and_the_rarest() -> None:
    """A term that stands everywhere tells least."""
    text = "".join(f"“{term}” means a kind of {term}.\n\n" for term in ("Alpha", "Beta", "Gamma", "Delta"))
    text += "We use Alpha daily, all of us.\n\n" * 3 + "We use Alpha, Beta, Gamma and Delta.\n"
    assert [words[:7] for words in lay_out(text).context("We use Alpha, Beta")] == [
        "“Beta” ",
        "“Gamma”",
        "“Delta”",
    ]
