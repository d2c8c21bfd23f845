"""Navigation, contents and buttons, and the words that only look like them."""

from __future__ import annotations

import pytest

from .layout import lay_out

BODY = "We keep what you send us for as long as your account is open and no longer than that."
SECTIONS = "".join(f"## {title}\n\n{BODY}\n\n" for title in ("Scope", "Sharing", "Keeping"))


def test_contents_of_links_into_the_page_are_furniture() -> None:
    """A list of links to sections says nothing that the sections do not say."""
    layout = lay_out(f"# Policy\n\nContents\n\n* [Scope](#a)\n* [Sharing](#b)\n* [Keeping](#c)\n\n{SECTIONS}")
    assert layout.words == [BODY, BODY, BODY]


def test_contents_of_plain_lines_are_furniture() -> None:
    """Short lines that repeat later headings are a table of contents."""
    layout = lay_out(f"# Policy\n\nScope\n\nSharing\n\nKeeping\n\n{SECTIONS}")
    assert layout.words == [BODY, BODY, BODY]
    assert layout.titles == ["Policy", "Scope", "Sharing", "Keeping"]


def test_announced_list_of_later_headings_stays() -> None:
    """What a sentence announces belongs to the document."""
    layout = lay_out(
        f"# Policy\n\nThis policy tells you about:\n\n* Scope\n* Sharing\n* Keeping\n\n{SECTIONS}"
    )
    assert layout.context("Sharing") == ["This policy tells you about:"]


def test_repeated_items_of_lists_are_no_contents() -> None:
    """The same data under each purpose is listed each time."""
    items = "* contact data\n* usage data\n* payment data\n\n"
    assert len(lay_out(f"## To pay\n\n{items}## To train\n\n{items}## End\n\n{BODY}\n").words) == 7


@pytest.mark.parametrize(
    "line", ["[Skip to content](#main)", "Back to top", "![logo](/x.png)", "- - -", "[](#x)", "<br>"]
)
def test_page_parts_are_furniture(line: str) -> None:
    """Buttons, images, rules and empty anchors are named as what they are."""
    layout = lay_out(f"# Policy\n\n{BODY}\n\n{line}\n\n{BODY}\n")
    assert layout.furniture == [line]


def test_menu_above_and_below_the_text_is_furniture() -> None:
    """Lines of nothing but links around the document are navigation."""
    layout = lay_out(f"* [Home](/)\n* [Prices](/p)\n\n# Policy\n\n{BODY}\n\n[Imprint](/i)\n\n[Jobs](/j)\n")
    assert layout.words == [BODY]


def test_links_inside_the_text_stay() -> None:
    """A list of policies in the middle is substance."""
    layout = lay_out(f"{BODY}\n\nSee also:\n\n* [Cookie policy](/c)\n* [Sub-processors](/s)\n\n{BODY}\n")
    assert layout.context("Cookie policy") == ["See also:"]


@pytest.mark.parametrize("answer", ["None.", "30 days", "dpo@example.org"])
def test_short_answers_stay(answer: str) -> None:
    """One or two words may be all a section says."""
    assert answer in lay_out(f"{BODY}\n\n{answer}\n\n{BODY}\n").words


def test_update_line_is_a_provision() -> None:
    """Dates are facts that analyses cite."""
    assert lay_out("# Policy\n\nLast updated: 3 May 2024\n").words == ["Last updated: 3 May 2024"]


def test_running_title_of_a_printed_document_is_kept_once() -> None:
    """The date line that every page repeats is read on the first page only."""
    page = f"{BODY}\n\nLast updated: 3 May 2024\n\n"
    assert lay_out(page * 4).words.count("Last updated: 3 May 2024") == 1


def test_lines_of_an_address_are_one_provision() -> None:
    """Nobody quotes a street without its town."""
    layout = lay_out(f"{BODY}\n\nWrite to us:\n\nAcme Ltd\n\n1 High Road\n\nCork, Ireland\n\n{BODY}\n")
    assert layout.words[2] == "Acme Ltd 1 High Road Cork, Ireland"
    assert layout.context("Acme") == ["Write to us:"]
