"""Headings in markup, by emphasis and by wording, and how they nest."""

from __future__ import annotations

import pytest

from .layout import lay_out

BODY = "We keep what you send us for as long as your account is open and no longer than that."


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("## Retention", "Retention"),
        ("## Retention ##", "Retention"),
        ("## [](#keep)Retention", "Retention"),
        ("##[](#keep)Retention", "Retention"),
        ("Retention[](#h_1)\n-----------------", "Retention"),
        ("3\\. Retention[](#h_1)\n---------", "3. Retention"),
        ("How long\nwe keep data\n------------", "How long we keep data"),
        ("[**Retention**](#retention)\n---------------", "Retention"),
        ("<h2>Retention</h2>", "Retention"),
        ("**Retention**", "Retention"),
        ("**3\\. Retention.**", "3. Retention."),
        ("_**3.1 Retention**_", "3.1 Retention"),
        ("**3**. **Retention**", "3. Retention"),
        ("RETENTION OF DATA", "RETENTION OF DATA"),
        ("4. How we keep data", "4. How we keep data"),
        ("§ 4 Speicherdauer", "§ 4 Speicherdauer"),
        ("2.\n\nRetention\n---------", "2. Retention"),
    ],
)
def test_every_kind_of_heading_is_read(line: str, title: str) -> None:
    """Whatever marks a heading, its title is what a reader sees."""
    layout = lay_out(f"# Policy\n\n{BODY}\n\n{line}\n\n{BODY}\n")
    assert layout.titles == ["Policy", title]
    assert layout.segmentation.provisions[-1].heading_path == ("Policy", title)


@pytest.mark.parametrize(
    "line",
    [
        "**We do not sell your data.**",
        "**Last updated: 3 May 2024**",
        "## Last updated: 3 May 2024",
        "_Effective 3 May 2024_",
        "**You agree to pay all fees, taxes and charges when they fall due; and**",
        "## " + "These words are set as a heading but they run on and on. " * 4,
    ],
)
def test_statements_and_dates_are_no_headings(line: str) -> None:
    """What could be quoted stays a provision, however it is set."""
    layout = lay_out(f"# Policy\n\n{BODY}\n\n{line}\n\n{BODY}\n")
    assert layout.titles == ["Policy"]
    assert len(layout.words) == 3


def test_headings_open_a_paragraph_before_its_hard_breaks() -> None:
    """Emphasised first lines are headings of the words that follow in the same paragraph."""
    layout = lay_out(f"2\\. Data\n--------\n\n**2.1 Types**  \n_**2.1.1 Personal**_  \n{BODY}\n")
    assert layout.path("We keep") == ("2. Data", "2.1 Types", "2.1.1 Personal")
    assert layout.levels == [2, 3, 4]


def test_bold_number_next_to_a_marked_one_stands_beside_it() -> None:
    """Numbers of one section nest alike, whether markup or emphasis makes the heading."""
    layout = lay_out(
        f"# Data\n\n## 2.3 Sharing\n\n{BODY}\n\n**2.4 Keeping**\n\n{BODY}\n\n## 2.5 End\n\n{BODY}\n"
    )
    assert [provision.heading_path[-1] for provision in layout.segmentation.provisions] == [
        "2.3 Sharing",
        "2.4 Keeping",
        "2.5 End",
    ]
    assert all(len(provision.heading_path) == 2 for provision in layout.segmentation.provisions)


def test_numbers_nest_headings_of_one_level() -> None:
    """2.1 stands under 2 where the markup gives both the same level."""
    layout = lay_out(f"## 2 Data\n\n## 2.1 Types\n\n{BODY}\n\n## 3 Rights\n\n{BODY}\n")
    paths = [provision.heading_path for provision in layout.segmentation.provisions]
    assert paths == [("2 Data", "2.1 Types"), ("3 Rights",)]


def test_annex_holds_the_sections_after_it() -> None:
    """A bold annex title stands above the marked sections that belong to it."""
    text = f"# Agreement\n\n## A. Scope\n\n{BODY}\n\n**Schedule 1 - Details**\n\n## A. Parties\n\n{BODY}\n"
    assert lay_out(text).segmentation.provisions[-1].heading_path == (
        "Agreement",
        "Schedule 1 - Details",
        "A. Parties",
    )


def test_first_line_names_the_document() -> None:
    """A plain first line without a stop is the title above everything."""
    layout = lay_out(f"Assistant Terms\n\nLast updated: 1 May 2024\n\n**Scope**\n\n{BODY}\n")
    assert layout.path("We keep") == ("Assistant Terms", "Scope")


def test_plain_question_above_text_is_a_heading() -> None:
    """A line set like a title above running text is one."""
    layout = lay_out(f"# Policy\n\n{BODY}\n\nWho can see it?\n\n{BODY}\n")
    assert layout.titles == ["Policy", "Who can see it?"]


def test_run_in_title_closes_the_path_of_its_provision_only() -> None:
    """Bold words that a paragraph begins with name it without becoming a heading."""
    layout = lay_out(f"# Policy\n\n**Applicability:** This Policy applies to you.\n\n{BODY}\n")
    assert layout.titles == ["Policy"]
    assert layout.path("Applicability") == ("Policy", "Applicability")
    assert layout.path("We keep") == ("Policy",)


def test_bold_words_inside_a_sentence_are_no_title() -> None:
    """Emphasis that the sentence goes on from names nothing."""
    layout = lay_out("# Policy\n\n**We do not** sell your data to anybody.\n")
    assert layout.path("We do not") == ("Policy",)


def test_clause_number_ends_the_section_before_it() -> None:
    """A clause 3.2 does not stand under the heading 3.1."""
    layout = lay_out(f"# 3. Authority\n\n**3.1 Roles**\n\n{BODY}\n\n3.2 Limits. {BODY}\n")
    assert layout.path("3.2") == ("3. Authority", "3.2 Limits")


def test_long_titles_are_cut() -> None:
    """Titles are kept to 200 characters."""
    layout = lay_out(f"# {'word' * 70}\n\n{BODY}\n")
    assert len(layout.titles[0]) == 200
