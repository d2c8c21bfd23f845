"""PDF and Word files written by the tests that read them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx

Placed = tuple[int, int, int, str]  # x, y from the foot of the page, size, Latin-1 text

_ENCRYPTION = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]"


def make_pdf(pages: Sequence[Sequence[Placed]], *, encrypted: bool = False) -> bytes:
    """Return a PDF of text placed line by line."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for index, lines in enumerate(pages):
        drawn = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, size, text in lines)
        content = drawn.encode("latin-1")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * index)
        )
        objects.append(b"<< /Length %d >>\nstream\n%sendstream" % (len(content), content))
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    security = _ENCRYPTION % (b"ab" * 32, b"cd" * 32) if encrypted else b""
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, security, len(data))
    )


def make_docx() -> bytes:
    """Return a Word file with headings, lists, a table between paragraphs, and tracked changes."""
    document = docx.Document()
    document.add_heading("Data Processing Addendum", 0)
    document.add_heading("1. Subprocessors", 1)
    document.add_paragraph("The Processor names its subprocessors.")
    document.add_paragraph("hosting", style="List Bullet")
    document.add_paragraph("support", style="List Bullet 2")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("Name", "Role"), ("Acorn|Oak", "Hosting")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    paragraph = document.add_paragraph("Notice is given ")
    for tag, inner, text in (("ins", "t", "30 days"), ("del", "delText", "10 days")):
        paragraph._p.append(_tracked(tag, inner, text))
    paragraph.add_run(" before.")
    document.element.body.insert(0, _content_control("Cover clause in a form field."))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _element(xml: str) -> object:
    from docx.oxml import parse_xml

    return parse_xml(
        xml.replace(">", ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">', 1)
    )


def _tracked(tag: str, inner: str, text: str) -> object:
    return _element(f"<w:{tag}><w:r><w:{inner}>{text}</w:{inner}></w:r></w:{tag}>")


def _content_control(text: str) -> object:
    return _element(f"<w:sdt><w:sdtContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>")
