"""PDF: the text layer, its lines joined to paragraphs, page furniture dropped."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clauseproof.archive.extract import MAX_TEXT_BYTES
from clauseproof.archive.markup import escape_text, join_blocks, render_heading, render_item
from clauseproof.errors import CorruptRecordError

SUFFIXES = (".pdf",)
SIGNATURES = (b"%pdf-",)

_PDFIUM = threading.Lock()  # pdfium is not safe to call from two threads
_LINE_END_HYPHEN = "\ufffe"  # how pdfium marks a hyphen at which it joined two lines
_PAGE_NUMBER = re.compile(r"(?:page |[|·–—-] ?)(\d{1,4})(?: ?(?:of|/) ?\d{1,4})?$", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[-–— ]{0,4}(\d{1,4})(?: ?(?:of|/) ?\d{1,4})?[-–— ]{0,4}")
_BULLET = re.compile(r"[•●▪◦‣∙·\uf0b7][ \t]*")
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SENTENCE_ENDS = (".", ":", ";", "!", "?", "”", '"', ")")
_HEADING_CHARACTERS = 160
_EDGE_LINES = 2
_FURNITURE_PAGES = 3


@dataclass(frozen=True, slots=True)
class _Line:
    page: int
    text: str
    first_baseline: float
    last_baseline: float
    height: float
    bold: bool


def extract(data: bytes, name: str) -> str:
    """Return the text of a PDF file page by page.

    Raises:
        CorruptRecordError: The file is encrypted, damaged, or pictures without a text layer.
    """
    pages = _read_pages(data, name)
    lines = _drop_furniture(pages)
    if not lines:
        raise CorruptRecordError(
            f"{name}: the PDF holds no text (a scan?); run text recognition on it first."
        )
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    heights = _heading_heights(lines)
    blocks = [_join_hyphens(_render_block(block, heights), words) for block in _group_lines(lines)]
    return join_blocks([block for block in blocks if block])


def _read_pages(data: bytes, name: str) -> list[list[_Line]]:
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise CorruptRecordError(
                    f"{name}: the PDF is encrypted; save a copy without password."
                ) from error
            raise CorruptRecordError(f"{name}: the file is no readable PDF.") from error
        try:
            pages, size = [], 0
            for number in range(len(document)):
                pages.append(_read_page(document, number))
                size += sum(len(line.text) for line in pages[-1])
                if size > MAX_TEXT_BYTES:
                    raise CorruptRecordError(f"{name}: more than {MAX_TEXT_BYTES} bytes of text.")
            return pages
        except pypdfium2.PdfiumError as error:
            raise CorruptRecordError(f"{name}: the PDF is damaged on page {len(pages) + 1}.") from error
        finally:
            document.close()


def _read_page(document: Any, number: int) -> list[_Line]:
    page = document[number]
    text_page = page.get_textpage()
    text: str = text_page.get_text_range()
    # Positions are looked up by index, which is only the character's own where none takes two UTF-16 units.
    located = len(text) == text_page.count_chars()
    lines, offset = [], 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            first = offset + len(raw) - len(raw.lstrip())
            last = first + len(stripped) - 1
            lines.append(_measure_line(text_page, number, stripped, (first, last) if located else None))
        offset += len(raw) + 1
    text_page.close()
    page.close()
    return lines


def _measure_line(text_page: Any, page: int, text: str, ends: tuple[int, int] | None) -> _Line:
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair from a broken font table
    if ends is None:
        return _Line(page, text, 0.0, 0.0, 0.0, False)
    first, last = ends
    _, bottom, _, top = text_page.get_charbox(first, loose=True)
    bold = _is_bold(text_page, first) and _is_bold(text_page, last)
    return _Line(page, text, _baseline(text_page, first), _baseline(text_page, last), top - bottom, bold)


def _baseline(text_page: Any, index: int) -> float:
    import ctypes

    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    return y.value


def _is_bold(text_page: Any, index: int) -> bool:
    import ctypes

    from pypdfium2 import raw

    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, buffer, len(buffer), flags)
    return b"bold" in buffer.value.lower() or b"black" in buffer.value.lower()


def _drop_furniture(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """Return the lines without what repeats at the edges of pages: numbers, running heads and feet."""
    heads: Counter[str] = Counter()
    offsets: Counter[int] = Counter()
    for page in pages:
        edges = [page[index].text for index in _edges(page)]
        heads.update({_without_page_number(text) for text in edges})
        offsets.update(
            {int(number[1]) - page[0].page for number in map(_BARE_NUMBER.fullmatch, edges) if number}
        )
    lines = []
    for page in pages:
        edge_indexes = _edges(page)
        for index, line in enumerate(page):
            number, head = _BARE_NUMBER.fullmatch(line.text), _without_page_number(line.text)
            counted = number is not None and offsets[int(number[1]) - line.page] > 1
            running = heads[head] >= _FURNITURE_PAGES and heads[head] * 2 > len(pages)
            if index not in edge_indexes or not (counted or running or not head):
                lines.append(line)
    return lines


def _edges(page: Sequence[_Line]) -> set[int]:
    count = len(page)
    return {index for index in range(count) if index < _EDGE_LINES or index >= count - _EDGE_LINES}


def _without_page_number(text: str) -> str:
    number = _PAGE_NUMBER.search(text)
    return " ".join(text[: number.start()].split()) if number else " ".join(text.split())


def _group_lines(lines: Sequence[_Line]) -> list[list[_Line]]:
    leading = _leading(lines)
    blocks: list[list[_Line]] = []
    for line in lines:
        if blocks and _continues(blocks[-1][-1], line, leading):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _leading(lines: Sequence[_Line]) -> float:
    """Return the usual distance of two lines of one paragraph: the lowest tenth of all distances."""
    gaps = sorted(
        above.last_baseline - below.first_baseline
        for above, below in itertools.pairwise(lines)
        if above.page == below.page and above.last_baseline - below.first_baseline > 0.8 * below.height
    )
    return gaps[len(gaps) // 10] if gaps else 0.0


def _continues(above: _Line, below: _Line, leading: float) -> bool:
    if _BULLET.match(below.text):
        return False
    if abs(above.height - below.height) > 0.1 * max(above.height, below.height) or above.bold != below.bold:
        return False
    ended = above.text.endswith(_SENTENCE_ENDS)
    if ended and _ENUMERATOR.match(below.text):
        return False
    gap = above.last_baseline - below.first_baseline
    if above.page != below.page or gap <= 0 or not leading:  # a new page or column, or no positions
        return not ended and not below.text[0].isupper()
    return gap <= min(1.3 * leading, 2.5 * below.height)


def _heading_heights(lines: Sequence[_Line]) -> list[float]:
    """Return the heights of letters clearly larger than most of the text, largest first."""
    characters: Counter[float] = Counter()
    for line in lines:
        characters[round(line.height, 1)] += len(line.text)
    body = characters.most_common(1)[0][0]
    return sorted((height for height in characters if height > 1.15 * body), reverse=True)


def _render_block(block: Sequence[_Line], heading_heights: Sequence[float]) -> str:
    text = " ".join(line.text for line in block)
    bullet = _BULLET.match(text)
    if bullet:
        return render_item(escape_text(text[bullet.end() :]), 0) if text[bullet.end() :] else ""
    markdown = escape_text(text)
    if len(text) > _HEADING_CHARACTERS or text.endswith((".", ";", ",")):
        return markdown
    height = round(block[0].height, 1)
    if height in heading_heights:
        return render_heading(markdown, heading_heights.index(height) + 1)
    return f"**{markdown}**" if block[0].bold else markdown


def _join_hyphens(text: str, words: Counter[str]) -> str:
    """Undo a hyphen at a line's end where the whole word stands elsewhere in the document; else keep it."""
    first, *rest = text.split(_LINE_END_HYPHEN)
    parts = [first]
    for part in rest:
        before = _WORD.match(parts[-1][::-1])
        after = _WORD.match(part)
        whole = before.group()[::-1] + after.group() if before and after else ""
        parts += ["" if words[whole.casefold()] else "-", part]
    return "".join(parts)
