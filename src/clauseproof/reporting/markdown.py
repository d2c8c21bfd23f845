"""The report as Markdown: for wikis, Git and terminals; archived words cannot become markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clauseproof.claims import Report
from clauseproof.documents import Version
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.arrange import build_view
from clauseproof.reporting.view import (
    Citation,
    ClaimView,
    DocumentGroup,
    Excerpt,
    ExposureView,
    FactView,
    PracticeView,
    Register,
    ReportView,
    SearchView,
    Shown,
)
from clauseproof.reporting.wording import DISCLAIMER, EXPOSURE_SENTENCE, METHOD, count_of, write_count

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$@])")
_ADDRESS = re.compile(r"(?i)(https?|ftp|mailto|javascript|data|vbscript):|\bwww\.")
_LINE_START = re.compile(r"^(\d{0,9})([-+=.)])")
_MARKS = {"quoted": "✓", "searched": "∅", "cited": "§", "computed": "=", "reasoned": "→"}


@dataclass(frozen=True, slots=True)
class MarkdownExporter:
    """Writes the content of the HTML report as CommonMark with tables."""

    format: str = "md"
    suffix: str = ".md"

    def render(
        self, report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
    ) -> str:
        """Render the report; see `arrange.build_view` for what it holds.

        Raises:
            ReportError: A quotation is not what stands at its place.
        """
        view = build_view(report, texts, knowledge)
        return "\n".join(_write_report(view)) + "\n"


def escape(text: str) -> str:
    """Write a text so that Markdown prints it as it is: no markup, no tag, no link, one line."""
    line = " ".join(text.split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _SPECIAL.sub(r"\\\1", line)
    line = _ADDRESS.sub(lambda match: match.group().replace(":", "&#58;").replace(".", "&#46;"), line)
    return _LINE_START.sub(r"\1\\\2", line)


def _write_report(view: ReportView) -> Iterator[str]:
    yield f"# {escape(view.title)}"
    yield ""
    yield escape(view.subtitle)
    yield from _write_header(view)
    yield from _write_leading(view)
    yield from _write_matrix(view)
    for group in view.groups:
        for practice in group.practices:
            yield from _write_practice(practice, several=len(view.documents) > 1)
    yield from _write_looked_for(view)
    yield from _write_withheld(view)
    yield from _write_register(view.register)
    yield from _write_sources(view)
    yield from _write_method(view)


def _write_header(view: ReportView) -> Iterator[str]:
    yield ""
    for one in view.out_of_reach:
        reason = f"{escape(one.out_of_reach)} {one.consequence}"
        yield f"> **Out of reach: {escape(one.name)}** ({one.date}). {reason}"
        yield ""
    for one in view.documents:
        yield (
            f"- **{escape(one.name)}**, version of {one.date}, {write_count(one.chars)} characters, "
            f"id `{_code(one.version_id)}`, SHA-256 `{_code(one.sha256)}`"
        )
    others = "; ".join(f"{escape(one.name)} ({one.date})" for one in view.read_with)
    yield f"- Read with it: {others or 'nothing: the archive holds no other document of this service'}"
    for name, value in view.run[:3]:
        yield f"- {escape(name)}: {escape(value)}"
    yield ""
    yield " · ".join(f"**{number}** {words}" for number, words in view.proof.line)


def _write_leading(view: ReportView) -> Iterator[str]:
    yield ""
    yield "## Provisions that matter"
    yield ""
    if not view.leading:
        yield "No provision was scored."
    for at, one in enumerate(view.leading, start=1):
        exposure = one.practice.exposure
        yield (
            f"{at}. **{escape(one.practice.title)}** ({escape(one.practice.document)}): "
            f"**{exposure.level}**, {exposure.points} points; {escape(exposure.note)}"
        )
        if one.sentence:
            yield f"   {escape(one.sentence.text)} {_quote_numbers(one.sentence.quotes)}".rstrip()
        if one.why:
            yield f"   *Why:* {escape('; '.join(one.why))}."
        if one.action:
            yield f"   *Act:* {escape(one.action.text)}"


def _write_matrix(view: ReportView) -> Iterator[str]:
    yield ""
    yield "## Exposure at a glance"
    yield ""
    yield f"{EXPOSURE_SENTENCE} Levels are sums of points that anyone can redo: see Methodology."
    for group in view.groups:
        yield from _write_group(group)


def _write_group(group: DocumentGroup) -> Iterator[str]:
    yield ""
    yield f"{escape(group.document.name)}: {group.levels or 'no practice found'}."
    if not group.practices:
        return
    yield ""
    yield "| No. | Practice | Level | Points | Range | Confidence | Driven by |"
    yield "|---|---|---|---|---|---|---|"
    for one in group.practices:
        e = one.exposure
        cells = (e.level, e.points or "none", e.range, e.confidence or "none", escape(e.driven_by))
        yield f"| {one.number} | {escape(one.title)} | {' | '.join(cells)} |"


def _write_practice(practice: PracticeView, *, several: bool) -> Iterator[str]:
    document = f" ({escape(practice.document)})" if several else ""
    yield ""
    yield f"## {practice.number}. {escape(practice.title)}{document}: {practice.exposure.level}"
    for title, claim in (
        ("Plain statement", practice.plain),
        ("What it does and why it matters", practice.significance),
    ):
        if claim:
            yield from _write_section(title, _write_claims([claim]))
    if practice.excerpts:
        yield from _write_section("The archived words", _write_excerpts(practice.excerpts))
    for section in practice.notes:
        yield from _write_section(section.title, _write_claims(section.claims))
    if practice.looked_for:
        yield from _write_section("Looked for in the text", _write_searches(practice.looked_for))
    for section in practice.law:
        yield from _write_section(section.title, _write_claims(section.claims))
    yield from _write_section("Governance exposure", _write_exposure(practice.exposure))
    for section in practice.advice:
        if section.key == "compliance_considerations":
            yield from _write_section(section.title, _write_claims(section.claims, "- [ ] "))
        else:
            yield from _write_section(section.title, _write_claims(section.claims))
    if practice.facts:
        yield from _write_section("Key facts", _write_facts(practice.facts))
    if practice.drafted:
        yield ""
        yield escape(practice.drafted)
    if practice.left_out:
        listed = "; ".join(f"{title} ({escape(reason)})" for title, reason in practice.left_out)
        yield ""
        yield f"Left out: {listed}."


def _write_section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"### {title}"
    yield ""
    yield from lines


def _write_claims(claims: Iterable[ClaimView], bullet: str = "- ") -> Iterator[str]:
    for claim in claims:
        flag = f"**{escape(claim.flag[0])}** ({claim.flag[1]}): " if claim.flag else ""
        evidence = "; ".join(_list_evidence(claim))
        mark = f"{_MARKS[claim.mark]} {claim.mark_words}"
        yield f"{bullet}{flag}{escape(claim.text)} [{mark}{f': {evidence}' if evidence else ''}]"


def _list_evidence(claim: ClaimView) -> Iterator[str]:
    if claim.quotes:
        yield ", ".join(f"Q{one.quote.number}" for one in claim.quotes)
    for fact in claim.facts:
        yield f"{escape(fact.title)}: {_write_values(fact)}"
    if claim.search:
        yield f"looked for {escape(claim.search.title)}, {claim.search.outcome_words.lower()}"
    yield from (_write_citation(one) for one in claim.citations)


def _write_citation(citation: Citation) -> str:
    title = f", {escape(citation.title)}" if citation.title else ""
    summary = "" if citation.told else f": {escape(citation.summary)}"
    parts = "".join(f"; {escape(part)}" for part in citation.parts)
    return f"{escape(citation.label)}{title}{summary} ({citation.when}, {citation.standing}{parts})"


def _write_excerpts(excerpts: Iterable[Excerpt]) -> Iterator[str]:
    for at, excerpt in enumerate(excerpts):
        if at:
            yield ""
        path = " › ".join((excerpt.document, *excerpt.path))
        yield (
            f"{escape(path)}, characters {excerpt.start}–{excerpt.end} of {excerpt.chars}, "
            f"version of {excerpt.date}:"
        )
        yield ""
        for number, one in enumerate(excerpt.blocks):
            if number:
                yield ">"
            marker = f"{escape(one.block.marker)} " if one.block.marker else ""
            words = "".join(
                _mark(piece.text) + "".join(f" (Q{n})" for n in piece.closes)
                if piece.marked
                else escape_inside(piece.text)
                for piece in one.pieces
            )
            yield f"> {marker}{words.strip()}"


def _mark(words: str) -> str:
    """Print quoted words bold, blanks outside the marks."""
    body = words.strip()
    before, _, after = words.partition(body) if body else (words, "", "")
    return f"{before}**{escape(body)}**{after}" if body else words


def escape_inside(text: str) -> str:
    """Escape a part of a line, keeping the blanks at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escape(text)}{after}"


def _write_searches(searches: Iterable[SearchView]) -> Iterator[str]:
    for search in searches:
        reason = f" ({escape(search.reason)})" if search.reason else ""
        read = "; ".join(
            f"{escape(name)}, {write_count(chars)} characters" for name, chars in search.searched
        )
        yield (
            f"- **{escape(search.title)}**: {search.outcome_words.lower()}{reason}. Read whole: {read}. "
            f"{count_of(search.cues, 'cue')}, {count_of(len(search.hits), 'hit')} read."
        )
        if search.referred_to:
            yield f"  Points to: “{escape(search.referred_to)}”."
        taken: dict[str, list[Shown]] = {}
        for hit in search.hits:
            taken.setdefault(hit.taken_for, []).append(hit.quote)
        for title, quotes in taken.items():
            yield f"  Taken as {title}: {_quote_numbers(quotes)}."
        if search.nearest:
            yield f"  Nearest passages: {_quote_numbers(search.nearest)}."
        if search.elsewhere:
            yield f"  Another document of the service has it: {_quote_numbers(search.elsewhere)}."


def _quote_numbers(quotes: Iterable[Shown]) -> str:
    return ", ".join(f"Q{one.quote.number}" for one in quotes)


def _write_exposure(exposure: ExposureView) -> Iterator[str]:
    points = f", {exposure.points} points" if exposure.points else ""
    yield f"**{exposure.level}**{points} ({escape(exposure.note)})"
    if exposure.rank is not None:
        if exposure.rule:
            yield ""
            yield f"Rule applied: {escape(exposure.rule)}"
        yield ""
        yield f"| {' | '.join(one.code for one in exposure.factors)} | Sum |"
        yield f"|{'---|' * (len(exposure.factors) + 1)}"
        yield f"| {' | '.join(one.points for one in exposure.factors)} | {exposure.points} |"
    if exposure.reasons:
        yield ""
        yield from _write_claims(claim for _, claim in exposure.reasons)
    if exposure.would_lower:
        yield ""
        yield "What would lower it:"
        yield ""
        yield from _write_claims(exposure.would_lower)


def _write_facts(facts: Iterable[FactView]) -> Iterator[str]:
    for fact in facts:
        yield f"- {escape(fact.title)}: {_write_values(fact)}"


def _write_values(fact: FactView) -> str:
    return "; ".join(
        f"{escape(words)} ({_quote_numbers(shown)})" if shown else escape(words)
        for words, shown in fact.values
    )


def _write_looked_for(view: ReportView) -> Iterator[str]:
    if not view.looked_for:
        return
    yield ""
    yield "## Looked for"
    for outcome in view.looked_for:
        yield ""
        yield f"**{outcome.title}**: {outcome.count}"
        yield ""
        for title, places in outcome.entries:
            yield f"- {escape(title)}: {', '.join(escape(name) for name, _ in places)}"


def _write_withheld(view: ReportView) -> Iterator[str]:
    yield ""
    yield "## Withheld claims"
    yield ""
    if not view.withheld:
        yield "None: every sentence that was drafted stood."
    for one in view.withheld:
        note = f" {escape(one.note)}" if one.note else ""
        yield (
            f"- Draft: “{escape(one.text)}” **{one.reason}.** From {escape(one.practice)} "
            f"({escape(one.document)}): {one.section.lower()}.{note}"
        )


def _write_register(register: Iterable[Register]) -> Iterator[str]:
    yield ""
    yield "## Archived words quoted"
    for document in register:
        yield ""
        yield f"### {escape(document.document)}, version of {document.date} ({escape(document.version_id)})"
        for quote in document.quotes:
            path = f"{escape(' › '.join(quote.path))}, " if quote.path else ""
            yield ""
            yield f"**Q{quote.number}** · {path}characters {quote.start}–{quote.end}"
            yield ""
            for at, line in enumerate(quote.lines):
                before = f"{escape_inside(quote.before)}" if at == 0 and quote.before else ""
                last = at == len(quote.lines) - 1
                after = f"{escape_inside(quote.after)}" if last and quote.after else ""
                if at:
                    yield ">"
                yield f"> {before}**{escape(line)}**{after}"


def _write_sources(view: ReportView) -> Iterator[str]:
    yield ""
    yield "## Sources"
    yield ""
    for one in (*view.documents, *view.read_with):
        yield (
            f"- {escape(one.name)}, {one.date}, {write_count(one.chars)} characters, "
            f"`{_code(one.version_id)}`, SHA-256 `{_code(one.sha256)}`"
        )
    notice = f". {escape(view.archive_notice)}" if view.archive_notice else ""
    yield ""
    yield f"Archive: {escape(view.archive) or 'a single file'}{notice}."
    if view.instruments:
        yield ""
        yield f"Law cited, as of {view.at}:"
        yield ""
    for law in view.instruments:
        provisions = ". ".join(
            f"{escape(labels)} ({when}{', from memory' if memory else ''})"
            for labels, when, memory in law.provisions
        )
        url = f" <{law.url}>" if re.fullmatch(r"https?://[^\s<>]+", law.url) else ""
        yield f"- {escape(law.name)} ({escape(law.jurisdiction)}): {provisions}.{url}"


def _write_method(view: ReportView) -> Iterator[str]:
    yield ""
    yield "## Methodology"
    for title, text in (*METHOD, ("Exposure", view.rubric)):
        yield ""
        yield f"**{title}.** {escape(text)}"
    yield ""
    for name, value in view.run:
        yield f"- {escape(name)}: {escape(value)}"
    yield ""
    yield "## Disclaimer"
    yield ""
    yield DISCLAIMER


def _code(text: str) -> str:
    """Keep what can stand inside a code span."""
    return re.sub(r"[^\w.:/+-]", "", text)


EXPORTER = MarkdownExporter()
