"""HTML: the main content as Markdown, without navigation and never without a section."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from clauseproof.archive.extract import MAX_TEXT_BYTES
from clauseproof.archive.markup import escape_text, join_blocks, render_heading, render_item, render_table
from clauseproof.errors import CorruptRecordError

SUFFIXES = (".html", ".htm")
SIGNATURES = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")

_CHARSET = re.compile(rb"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_INVISIBLE = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "head",
    "select",
)
_AROUND = ("nav", "header", "footer", "aside", "form")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main"}
    | {"nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
    | {"ul"}
)
_WORD = re.compile(r"\w+")
# Inside <main> everything is the document; <body> may also hold menus and cookie banners.
_MAIN_SHARE = 0.99
_BODY_SHARE = 0.9
# Trafilatura takes time with the square of the elements; this many cost it three seconds at worst.
_TRAFILATURA_ELEMENTS = 5000


def extract(data: bytes, name: str) -> str:
    """Return the main content of a page as Markdown.

    Trafilatura is asked first. Where it loses a heading of the content or too many of its words, the
    content is written out element by element instead: a menu too many is better than a clause too few.

    Raises:
        CorruptRecordError: The file is binary or not HTML.
    """
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CorruptRecordError(f"{name}: the file is binary, not HTML.")
    text = _decode(data)
    if len(text) > 4 * MAX_TEXT_BYTES:
        raise CorruptRecordError(f"{name}: {len(text)} characters of HTML are too many for a document.")
    content, share = _find_content(_parse(text, name))
    if sum(1 for _ in content.iter()) <= _TRAFILATURA_ELEMENTS:
        extracted = _ask_trafilatura(text)
        if _keeps(extracted, content, share):
            return extracted + "\n"
    return _write_content(content)


def _decode(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _CHARSET.search(data[:4096])
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "windows-1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")


def _parse(text: str, name: str) -> Any:
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise CorruptRecordError(f"{name}: the file holds no HTML content.") from error
    for element in list(page.iter(*_INVISIBLE)):
        element.drop_tree()
    return page


def _find_content(page: Any) -> tuple[Any, float]:
    """Return the element that holds the document and the share of its words that must survive."""
    bodies = page.findall("body")
    body = bodies[0] if bodies else page
    for tag in ("main", "article"):
        found = [*body.iter(tag)]
        if len(found) == 1 and 2 * len(_words(found[0])) > len(_words(body)):
            return found[0], _MAIN_SHARE
    total = len(_words(body))
    for element in list(body.iter(*_AROUND)):
        # An article's own header and footer are content, and some pages are one large form.
        inside = next(element.iterancestors("main", "article", *_AROUND), None) is not None
        if not inside and 3 * len(_words(element)) < total:
            element.drop_tree()
    return body, _BODY_SHARE


def _words(element: Any) -> list[str]:
    return _WORD.findall(" ".join(element.itertext()))


def _ask_trafilatura(text: str) -> str:
    import trafilatura

    return (
        trafilatura.extract(
            text,
            output_format="markdown",
            favor_recall=True,
            include_comments=False,
            include_formatting=True,
            include_links=True,
            include_tables=True,
        )
        or ""
    )


def _keeps(extracted: str, content: Any, share: float) -> bool:
    words, kept = Counter(_words(content)), Counter(_WORD.findall(extracted))
    if (words & kept).total() < share * words.total():
        return False
    squeezed = "".join(_WORD.findall(extracted))
    headings = ("".join(_words(heading)) for heading in content.iter(*_HEADINGS))
    return all(heading in squeezed for heading in headings)


def _write_content(content: Any) -> str:
    writer = _Writer()
    writer.write(content)
    writer.end_block()
    return join_blocks(writer.blocks)


class _Writer:
    """Writes an element tree out as Markdown blocks."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._inline: list[str] = []
        self._depth = -1
        self._item = False

    def end_block(self) -> None:
        text = " ".join("".join(self._inline).split())
        self._inline.clear()
        if text:
            self.blocks.append(render_item(text, self._depth) if self._item else text)
            self._item = False

    def write(self, root: Any) -> None:
        """Walk the tree by hand: a page nested ten thousand deep must not exhaust Python's stack."""
        stack: list[tuple[str, Any]] = [("open", root)]
        while stack:
            step, element = stack.pop()
            if step == "text":
                self._inline.append(_escape_inline(element))
            elif step == "close":
                self._close(element)
            elif self._open(element):
                stack.append(("close", element))
                for child in reversed(element):
                    stack.append(("text", child.tail or ""))
                    stack.append(("open", child))
                stack.append(("text", element.text or ""))

    def _open(self, element: Any) -> bool:
        """Begin an element; return False where it was written whole."""
        tag = element.tag
        if tag in _HEADINGS:
            self.end_block()
            title = escape_text("".join(element.itertext()))
            if title:
                self.blocks.append(render_heading(title, int(tag[1])))
            return False
        if tag == "table" and _is_data_table(element):
            self.end_block()
            self.blocks.append(render_table(_table_rows(element)))
            return False
        if tag == "br":
            self._inline.append(" ")
        elif tag in ("ul", "ol"):
            self.end_block()
            self._depth += 1
        elif tag == "li":
            self.end_block()
            self._item = True
        elif tag in _BLOCKS:
            self.end_block()
        elif tag in ("b", "strong") and _is_plain(element):
            self._inline.append("**")
        elif tag == "a" and element.get("href"):
            self._inline.append("[")
        return True

    def _close(self, element: Any) -> None:
        tag = element.tag
        if tag in ("b", "strong") and _is_plain(element):
            self._inline.append("**")
        elif tag == "a" and element.get("href"):
            self._inline.append(f"]({_link_target(element.get('href'))})")
        elif tag in _BLOCKS:
            self.end_block()
            if tag in ("ul", "ol"):
                self._depth -= 1
            elif tag == "li":
                self._item = False


def _escape_inline(text: str) -> str:
    """Escape a run of text, keeping the blanks at its ends: they divide it from its neighbours."""
    escaped = escape_text(text)
    if not escaped:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + escaped + (" " if text[-1].isspace() else "")


def _is_plain(element: Any) -> bool:
    return len(element) == 0 and bool(element.text) and element.text == element.text.strip()


def _link_target(href: str) -> str:
    return re.sub(
        r"[\s()<>\\]", lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), href
    )


def _is_data_table(table: Any) -> bool:
    """Tell a table of data from one that only lays out the page."""
    cells = sum(1 for _ in table.iter("td", "th"))
    blocks = sum(1 for _ in table.iter("h1", "h2", "h3", "table"))
    return cells > 1 and blocks <= 1


def _table_rows(table: Any) -> list[list[str]]:
    rows = [
        [escape_text(" ".join(cell.itertext())) for cell in row.iter("td", "th")] for row in table.iter("tr")
    ]
    return [row for row in rows if any(row)]
