"""The evidence register: every quotation of a report numbered, checked and found in its paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clauseproof.claims import Quote, Report
from clauseproof.documents import Span, Version
from clauseproof.errors import ReportError
from clauseproof.plaintext import visible
from clauseproof.reporting.passages import Layout, MarkedBlock
from clauseproof.reporting.view import QuoteView
from clauseproof.reporting.wording import clean, shorten, write_date

VersionKey = tuple[str, str]
QuoteKey = tuple[str, str, int, int]
_CONTEXT = 70


class Quotations:
    """Numbers every quotation of a report and finds it in its paragraph."""

    def __init__(self, report: Report, texts: Mapping[tuple[str, str], Version]) -> None:
        self._texts = texts
        self._dates = {
            (one.document, one.version_id): write_date(one.date)
            for one in (*report.documents, *report.read_with)
        }
        self._paths: dict[tuple[str, str], list[tuple[int, int, tuple[str, ...]]]] = {}
        for analysis in report.analyses:
            known = self._paths.setdefault((analysis.document, analysis.version_id), [])
            known += [
                (one.start, one.end, one.heading_path) for one in analysis.provisions if one.heading_path
            ]
        self._layouts: dict[tuple[str, str], Layout] = {}
        self._views: dict[QuoteKey, QuoteView] = {}
        order = {key: at for at, key in enumerate(self._dates)}
        every = {_key(quote): quote for quote in _iter_quotes(report)}
        keys = sorted(every, key=lambda one: (order.get(one[:2], len(order)), *one))
        self.spans: dict[tuple[str, str], dict[int, Span]] = {}
        self.exact = 0
        for number, key in enumerate(keys, start=1):
            quote = every[key]
            self._check(quote)
            self.spans.setdefault(key[:2], {})[number] = Span(start=quote.start, end=quote.end)
            self._views[key] = self._view(number, quote)

    def __len__(self) -> int:
        return len(self._views)

    def view(self, quote: Quote) -> QuoteView:
        return self._views[_key(quote)]

    def of_document(self, version: tuple[str, str]) -> list[QuoteView]:
        return [view for key, view in self._views.items() if key[:2] == version]

    def versions(self) -> list[tuple[str, str]]:
        return list(self.spans)

    def date(self, version: tuple[str, str]) -> str:
        if version in self._dates:
            return self._dates[version]
        return write_date(self._texts[version].date) if version in self._texts else ""

    def layout(self, version: tuple[str, str]) -> Layout | None:
        if version not in self._texts:
            return None
        if version not in self._layouts:
            self._layouts[version] = Layout(self._texts[version].text)
        return self._layouts[version]

    def path(self, version: tuple[str, str], start: int) -> tuple[str, ...]:
        """Return the headings above an offset; a title that only repeats the document's name is left out."""
        known = (path for first, last, path in self._paths.get(version, ()) if first <= start < last)
        layout = self.layout(version)
        path = next(known, None) or (layout.heading_path(start) if layout else ())
        titles = tuple(clean(title) for title in path)
        repeats = bool(titles) and titles[0].lower().endswith(clean(version[0]).lower())
        return titles[1:] if repeats else titles

    def _check(self, quote: Quote) -> None:
        version = self._texts.get((quote.document, quote.version_id))
        if version is None:
            return
        if version.text[quote.start : quote.end] != quote.text:
            raise ReportError(
                f"{clean(quote.service)}, {clean(quote.document)}: the quotation at characters "
                f"{quote.start} to {quote.end} is not what the archived version holds there; analyse again."
            )
        self.exact += 1

    def _view(self, number: int, quote: Quote) -> QuoteView:
        version = (quote.document, quote.version_id)
        before, after = "", ""
        lines: tuple[str, ...] = (clean(visible(quote.text)),)
        layout = self.layout(version)
        if layout:
            span = Span(start=quote.start, end=quote.end)
            marked = layout.mark(layout.around(span), {number: span})
            found = [words for one in marked if (words := _marked_words(one))]
            if found:
                lines = tuple(found)
                before, after = _surroundings(marked)
        return QuoteView(
            number=number,
            document=clean(quote.document),
            date=self.date(version),
            version_id=clean(quote.version_id),
            path=self.path(version, quote.start),
            start=quote.start,
            end=quote.end,
            before=before,
            lines=lines,
            after=after,
        )


def _key(quote: Quote) -> QuoteKey:
    return (quote.document, quote.version_id, quote.start, quote.end)


def _marked_words(marked: MarkedBlock) -> str:
    at = [index for index, piece in enumerate(marked.pieces) if piece.marked]
    return "".join(piece.text for piece in marked.pieces[at[0] : at[-1] + 1]).strip() if at else ""


def _surroundings(marked: Sequence[MarkedBlock]) -> tuple[str, str]:
    """Return the unmarked words before the first and after the last marked ones, cut to a few."""
    shown = [one for one in marked if any(piece.marked for piece in one.pieces)]
    first, last = shown[0].pieces, shown[-1].pieces
    start = next(at for at, piece in enumerate(first) if piece.marked)
    end = max(at for at, piece in enumerate(last) if piece.marked)
    before = "".join(piece.text for piece in first[:start])
    after = "".join(piece.text for piece in last[end + 1 :])
    if len(before) > _CONTEXT:
        before = "…" + before[-_CONTEXT:].partition(" ")[2]
    return before, shorten(after, _CONTEXT)


def _iter_quotes(report: Report) -> Iterator[Quote]:
    """Yield every quotation a report prints, in any place."""
    for analysis in report.analyses:
        if analysis.excerpt:
            yield analysis.excerpt
        for claim in analysis.iter_claims():
            yield from claim.quotes
        yield from (fact.quote for fact in analysis.facts if fact.quote)
        for absence in analysis.absences:
            for hit in absence.hits:
                yield from (hit.quote, *hit.lead)
            yield from (*absence.nearest, *absence.elsewhere)
