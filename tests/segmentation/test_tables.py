"""Rows, labels, and tables without labels."""

from __future__ import annotations

from .layout import lay_out

TABLE = """\
| Purpose | Basis |
| --- | --- |
| To pay | Contract |
| To train our models | Legitimate interests |
"""


def test_row_has_the_labels_as_context() -> None:
    """Each row is a provision; the row of labels is furniture and its context."""
    layout = lay_out(TABLE)
    assert layout.words == ["To pay Contract", "To train our models Legitimate interests"]
    assert layout.context("To pay") == ["Purpose Basis"]
    assert layout.kind("To pay") == "row"


def test_labels_below_a_blank_header_are_found() -> None:
    """A converter may leave the header blank and set the labels in bold below it."""
    layout = lay_out("|   |   |\n| --- | --- |\n| **Data** | **Time** |\n| Logs | 30 days |\n")
    assert layout.words == ["Logs 30 days"]
    assert layout.context("Logs") == ["Data Time"]


def test_headerless_and_single_column_tables_lose_no_row() -> None:
    """Where no row only names columns, every row is a provision."""
    layout = lay_out("|   |   |\n| --- | --- |\n| **Name** | Acme Ltd |\n| **Seat** | Cork |\n")
    assert layout.words == ["Name Acme Ltd", "Seat Cork"]
    assert lay_out("| Acme, hosting |\n| --- |\n| Beta, support |\n").words == [
        "Acme, hosting",
        "Beta, support",
    ]


def test_first_row_that_says_something_is_a_row() -> None:
    """A sentence in the header line is not lost among the labels."""
    layout = lay_out("| We keep logs. | We delete chats. |\n| --- | --- |\n| Always | Never |\n")
    assert layout.words[0] == "We keep logs. We delete chats."


def test_long_row_is_divided_with_its_first_piece_in_sight() -> None:
    """A row longer than a reader can quote is divided; later pieces keep the labels and the first piece."""
    cell = "<br><br>".join(f"We need sentence number {number} for this purpose." for number in range(60))
    layout = lay_out(f"| Purpose | Basis |\n| --- | --- |\n| To train | {cell} |\n")
    assert len(layout.words) > 1
    later = layout.segmentation.provisions[-1]
    assert [layout.words_of(span)[:13] for span in later.context] == ["Purpose Basis", "To train We n"]


def test_lead_in_announces_the_rows() -> None:
    """A table that a colon announces has the announcement as context."""
    assert lay_out(f"We rely on:\n\n{TABLE}").context("To pay") == ["We rely on:", "Purpose Basis"]
