"""HTML pages: everything that is the document, nothing that only surrounds it."""

from __future__ import annotations

import time

import pytest

from clauseproof.archive.extract import extract_text, html
from clauseproof.errors import CorruptRecordError
from clauseproof.plaintext import visible

PAGE = """<!doctype html><html><head><title>Acorn</title><style>p {color: red}</style></head><body>
<nav><a href="/">Home</a> <a href="/pricing">Pricing</a></nav>
<main><h1>Privacy Policy</h1><p>We at Acorn <b>never</b> sell a &lt;b&gt; tag.</p>
<h2>What we collect</h2><p>When you use the app we collect:</p>
<ul><li>Email address</li><li>Prompts<ul><li>and images</li></ul></li></ul>
<table><tr><th>Data</th><th>Purpose</th></tr><tr><td>Email</td><td>Sales | support</td></tr></table>
<div><h3><button>Retention</button></h3><div style="display:none"><p>We keep logs for 30 days.</p></div></div>
<p>Write to <a href="mailto:privacy@acorn.example">our officer</a>.</p><script>track("secret")</script></main>
<footer>Copyright Acorn</footer></body></html>"""


@pytest.fixture(scope="module")
def text() -> str:
    return extract_text(PAGE.encode(), "page", ".html")


@pytest.mark.parametrize(
    "expected",
    [
        "# Privacy Policy\n",
        "## What we collect\n",
        "### Retention\n\nWe keep logs for 30 days.",
        "- Email address\n- Prompts\n  - and images\n",
        "| Email | Sales \\| support |",
        "[our officer](mailto:privacy@acorn.example)",
        "**never**",
    ],
)
def test_structure_survives(text: str, expected: str) -> None:
    """Headings, folded sections, lists, tables and links are kept."""
    assert expected in text


@pytest.mark.parametrize("unwanted", ["track", "color", "Pricing", "Copyright"])
def test_surroundings_do_not(text: str, unwanted: str) -> None:
    """Scripts, styles, menus and footers are left out."""
    assert unwanted not in text


def test_words_that_look_like_markup_stay_visible(text: str) -> None:
    """A reader of the Markdown sees what a reader of the page saw."""
    assert "We at Acorn never sell a <b> tag." in visible(text)


@pytest.mark.parametrize("wrapper", ["{}", "<article>{}</article>", "<form>{}</form>", "<div>{}</div>"])
def test_no_section_is_lost_in_any_layout(wrapper: str) -> None:
    """Every clause of a page without landmarks, however short, comes out in order."""
    clauses = [f"<h2>Clause {n}</h2><div><span>Rule {n} applies.</span></div>" for n in range(1, 40)]
    text = extract_text(f"<html><body>{wrapper.format(''.join(clauses))}</body></html>".encode(), "x", ".htm")
    found = [text.index(f"Rule {n} applies.") for n in range(1, 40)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [("", "utf-8"), ("<meta charset='iso-8859-1'>", "latin-1"), ("", "cp1252"), ("", "utf-16")],
)
def test_the_encoding_is_recognised(head: str, encoding: str) -> None:
    """UTF-8 first, then what the page declares, then what browsers assume."""
    page = f"<html><head>{head}</head><body><p>Die Löschung folgt.</p></body></html>"
    assert "Die Löschung folgt." in extract_text(page.encode(encoding), "x", ".html")


def test_a_page_of_lists_takes_no_quadratic_time() -> None:
    """Twenty thousand elements are read in a few seconds."""
    began = time.monotonic()
    text = extract_text(b"<ul><li>a</li></ul>" * 20_000, "x", ".html")
    assert text.count("- a") == 20_000
    assert time.monotonic() - began < 10


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, frames and images of a page are words, not addresses to visit."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    page = "<main><p>See <a href='http://a.example/x'>x</a><img src='http://a.example/y.png'></p></main>"
    assert "See" in extract_text(page.encode(), "x", ".html")


def test_a_page_without_words_is_refused() -> None:
    """A page that only scripts would fill holds no text."""
    with pytest.raises(CorruptRecordError, match="no text"):
        extract_text(b"<html><body><script>render()</script></body></html>", "x", ".html")


def test_the_fallback_writes_what_trafilatura_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extraction that drops a heading is not accepted."""
    monkeypatch.setattr(html, "_ask_trafilatura", lambda _: "# Privacy Policy")
    assert "## What we collect" in extract_text(PAGE.encode(), "x", ".html")
