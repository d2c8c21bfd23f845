"""List items, what they hang on, and clauses that count on their own."""

from __future__ import annotations

from .layout import lay_out

NESTED = """\
We may share:

*   your name, and
*   other data, with:

    *   our vendors;
    *   our partners.
"""


def test_item_has_its_lead_in_as_context() -> None:
    """The lead-in is a provision of its own and belongs to each item."""
    layout = lay_out(NESTED)
    assert layout.words[0] == "We may share:"
    assert layout.context("your name") == ["We may share:"]
    assert layout.kind("your name") == "item"


def test_nested_item_has_parent_and_outer_lead_in_as_context() -> None:
    """What governs a nested item is the whole chain above it."""
    assert lay_out(NESTED).context("our partners") == ["We may share:", "other data, with:"]


def test_comma_before_a_list_announces_it() -> None:
    """German lead-ins end with the comma of the sentence that the items go on with."""
    layout = lay_out("(2) Der Nutzer ist verpflichtet,\n\n(a) wahr zu sprechen,\n\n(b) zu zahlen.\n")
    assert layout.context("(b)") == ["(2) Der Nutzer ist verpflichtet,"]


def test_list_without_announcement_has_no_lead_in() -> None:
    """A paragraph that merely stands above a list does not govern it."""
    assert lay_out("We like dogs.\n\n* one dog\n* two dogs\n").context("one dog") == []


def test_numbered_sections_as_a_list_are_clauses() -> None:
    """An ordered list that nothing announces holds clauses; their bold words are titles."""
    layout = lay_out("We like dogs.\n\n1. **Fees.** You pay.\n2. **Term.** It ends.\n")
    assert layout.kind("Fees.") == "clause"
    assert layout.path("Term.") == ("Term",)


def test_paragraphs_of_an_item_stay_together() -> None:
    """A short item is one provision, hard breaks and blank lines inside included."""
    layout = lay_out(
        "You may:\n\n*   Export.  \n      \n    You get a file.\n\n    It is yours.\n*   Leave.\n"
    )
    assert layout.words == ["You may:", "Export. You get a file. It is yours.", "Leave."]


def test_lettered_paragraphs_hang_on_their_clause() -> None:
    """(a) and (b) as paragraphs have the clause above as context; (i) the chain."""
    parts = [
        "2.1 You may not:",
        "(a) copy it;",
        "(b) deceive people by:",
        "(i) forging;",
        "(ii) hiding it;",
    ]
    layout = lay_out("\n\n".join([*parts, "(c) sell it."]))
    assert layout.context("(a)") == ["2.1 You may not:"]
    assert layout.context("(ii)") == ["2.1 You may not:", "(b) deceive people by:"]
    assert layout.context("(c)") == ["2.1 You may not:"]
    assert layout.kind("2.1") == "clause"


def test_letter_i_after_h_is_a_sibling() -> None:
    """The ninth letter is told from the Roman one by what stands before it."""
    text = "We may:\n\n" + "".join(f"({letter}) do this;\n\n" for letter in "abcdefghij")
    assert lay_out(text).context("(i)") == ["We may:"]


def test_clauses_after_hard_breaks_are_apart() -> None:
    """Numbered lines of one paragraph are provisions each."""
    layout = lay_out("Rules apply:\n\n1\\. Be kind to others.  \n2\\. Pay in time.  \n3\\. Leave in peace.\n")
    assert layout.words[1:] == ["1. Be kind to others.", "2. Pay in time.", "3. Leave in peace."]


def test_list_divided_by_headings_keeps_its_lead_in() -> None:
    """A lead-in governs the lists under the headings right below it."""
    groups = "**Vendors**\n\n* Acme Ltd, hosting\n\n**Groups**\n\n* Beta Ltd, support\n"
    layout = lay_out(f"## Sharing\n\nWe share data with:\n\n{groups}")
    assert layout.context("Beta Ltd") == ["We share data with:"]


def test_list_on_an_items_own_line_is_nested() -> None:
    """Converters write a list inside a list as two bullets on one line."""
    layout = lay_out("You may:\n\n*   *   read and\n    *   write.\n")
    assert layout.words[1:] == ["read and", "write."]


def test_year_at_a_wrapped_line_begins_no_list() -> None:
    """A wrapped sentence stays one provision whatever its lines begin with."""
    assert lay_out("We changed this text in\n2023. Nothing else changed.\n").words == [
        "We changed this text in 2023. Nothing else changed."
    ]


def test_deep_nesting_keeps_context_short() -> None:
    """However deep a list, the outermost lead-in and the nearest parents are named."""
    text = "We may:\n\n" + "".join(f"{'  ' * depth}* level {depth} with\n" for depth in range(300))
    layout = lay_out(text)
    context = layout.context("level 299")
    assert context[0] == "We may:"
    assert context[-1] == "level 298 with"
    assert len(context) <= 6
