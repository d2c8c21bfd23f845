"""Word documents: headings, lists, tables and notes in document order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from clauseproof.archive.markup import escape_text, join_blocks, render_heading, render_item, render_table
from clauseproof.errors import CorruptRecordError

SUFFIXES = (".docx",)
SIGNATURES = (b"pk\x03\x04",)

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # an OLE container: Word's encryption, or the old .doc format
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LIST = re.compile(r"list (?:bullet|number)(?: ([2-9]))?", re.IGNORECASE)
# Deleted or moved away by a tracked change, or the second rendering of a drawing that is there already.
_SKIPPED = frozenset({f"{_WORD}del", f"{_WORD}moveFrom", f"{_COMPATIBILITY}Fallback"})
# Boxes whose contents are themselves paragraphs or tables.
_WRAPPERS = frozenset(
    f"{_WORD}{name}"
    for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "txbxContent")
)
_BREAKS = frozenset(f"{_WORD}{name}" for name in ("tab", "br", "cr"))


def extract(data: bytes, name: str) -> str:
    """Return the text of a Word document as Markdown, tracked changes accepted.

    Raises:
        CorruptRecordError: The file is encrypted, damaged, or unpacks to more than 200 MB.
    """
    document = _open_document(data, name)
    styles = {style.styleId: str(style.name_val or "") for style in document.styles.element.style_lst}
    blocks = list(_iter_blocks(document.element.body, styles))
    blocks += _footnotes(document)
    return join_blocks(blocks)


def _open_document(data: bytes, name: str) -> Any:
    if data.startswith(_ENCRYPTED):
        raise CorruptRecordError(
            f"{name}: the Word file is encrypted or in the old .doc format; save it as .docx."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(member.file_size for member in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CorruptRecordError(f"{name}: the file is no readable Word document.") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise CorruptRecordError(
            f"{name}: the Word file unpacks to {unpacked} bytes, too many to be a document."
        )
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:
        # python-docx raises whatever its XML and zip layers happen to meet in a damaged package.
        raise CorruptRecordError(f"{name}: the file is no readable Word document.") from error


def _iter_blocks(parent: Any, styles: Mapping[str, str]) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_WORD}p":
            yield from _render_paragraph(element, styles)
        elif element.tag == f"{_WORD}tbl":
            yield from _render_rows(element)
        elif element.tag in _WRAPPERS:
            yield from _iter_blocks(element, styles)


def _render_paragraph(paragraph: Any, styles: Mapping[str, str]) -> Iterator[str]:
    text = escape_text(_text(paragraph))
    if text:
        style = styles.get(paragraph.style, "")
        heading, listed = _HEADING.match(style), _LIST.match(style)
        if heading:
            yield render_heading(text, int(heading[1]))
        elif style.lower() == "title":
            yield render_heading(text, 1)
        elif listed or paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None:
            yield render_item(text, int(listed[1] or 1) - 1 if listed else _list_level(paragraph))
        else:
            yield text
    for box in paragraph.iter(f"{_WORD}txbxContent"):
        if not any(ancestor.tag in _SKIPPED for ancestor in box.iterancestors()):
            yield from _iter_blocks(box, styles)


def _render_rows(table: Any) -> Iterator[str]:
    rows = []
    for row in table.iter(f"{_WORD}tr"):
        if _nearest_table(row) is table:
            cells = [cell for cell in row.iter(f"{_WORD}tc") if _nearest_table(cell) is table]
            rows.append([_cell_text(cell) for cell in cells])
    rendered = render_table(rows)
    if rendered and any(any(row) for row in rows):
        yield rendered


def _nearest_table(element: Any) -> Any:
    return next(element.iterancestors(f"{_WORD}tbl"))


def _cell_text(cell: Any) -> str:
    return " ".join(filter(None, (escape_text(_text(part)) for part in cell.iter(f"{_WORD}p"))))


def _text(element: Any) -> str:
    """Return the words of a paragraph as they stand once its tracked changes are accepted."""
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_WORD}t":
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(" ")
        elif child.tag == f"{_WORD}noBreakHyphen":
            parts.append("-")
        elif child.tag not in _SKIPPED and child.tag not in (f"{_WORD}txbxContent", f"{_WORD}pPr"):
            parts.append(_text(child))
    return "".join(parts)


def _list_level(paragraph: Any) -> int:
    level = paragraph.find(f"{_WORD}pPr/{_WORD}numPr/{_WORD}ilvl")
    value = level.get(f"{_WORD}val", "") if level is not None else ""
    return int(value) if value.isdecimal() and len(value) < 3 else 0


def _footnotes(document: Any) -> list[str]:
    """Return the notes, which contracts use for terms and exceptions, as closing paragraphs."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    notes = []
    for relation in document.part.rels.values():
        if relation.reltype in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for note in parse_xml(relation.target_part.blob):
                notes.append(" ".join(filter(None, (escape_text(_text(part)) for part in note))))
    return [note for note in notes if note]
