"""The one-screen summary of an analysis for a terminal of 80 columns; colour is never needed."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clauseproof.claims import Analysis, Exposure, Report
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.exposures import name_factors, rank_exposure
from clauseproof.reporting.titles import Titles
from clauseproof.reporting.wording import LEVELS, OUTCOMES, REASONS, clean, count_of, write_date

_WIDTH = 80
_INDENT = 15
_MOST_PRACTICES = 12
_LEVEL, _POINTS, _CONFIDENCE, _PRACTICE = 21, 7, 8, 28
_DRIVER = _WIDTH - 2 - _LEVEL - _POINTS - _CONFIDENCE - _PRACTICE
_COLORS = {"Low": "\033[2m", "Medium": "\033[33m", "High": "\033[91m", "Critical": "\033[1;31m"}
_RESET = "\033[0m"
_TIE = "\u00a0"
_SENTENCE = (
    "Exposure says how much attention a provision deserves. It is not a finding that anything is unlawful."
)
# Shorter than in a report, to fit a column.
_DRIVERS = {
    "data sensitivity": "sensitivity",
    "regulatory salience": "regulation",
    "vulnerable people": "minors",
}


def render_summary(report: Report, knowledge: KnowledgeBase, paths: Sequence[Path], color: bool) -> str:
    """Render what `analyze` prints when its report is written.

    Args:
        report: What was proven.
        knowledge: For titles.
        paths: The files written; each is printed whole, on a line of its own where it is long.
        color: Whether to colour the levels; ``NO_COLOR`` goes before it.

    Returns:
        Lines of at most 80 columns, paths excepted.
    """
    color = color and not os.environ.get("NO_COLOR")
    lines = [
        *_write_title(report),
        *_write_table(report, knowledge, color),
        *_write_absences(report),
        *_write_withheld(report),
        *_write_model(report),
        *_write_paths(paths),
        "",
        *_wrap(_SENTENCE),
    ]
    return "\n".join(lines)


def _write_title(report: Report) -> Iterator[str]:
    documents = [f"{clean(one.document)}, {write_date(one.date)}" for one in report.documents]
    yield from _wrap(", ".join([clean(report.service), "; ".join(documents)]))
    yield ""
    for one in (*report.documents, *report.read_with):
        if one.out_of_reach:
            yield from _wrap_item("  Out of reach", f"{clean(one.document)}: {clean(one.out_of_reach)}")
    if any(one.out_of_reach for one in (*report.documents, *report.read_with)):
        yield ""


def _write_table(report: Report, knowledge: KnowledgeBase, color: bool) -> Iterator[str]:
    ranked = sorted(report.analyses, key=lambda one: rank_exposure(one.governance_exposure))
    if not ranked:
        yield "  No practice was found in the text that could be read."
        yield ""
        return
    chosen = ranked[:_MOST_PRACTICES]
    titles, names = Titles(knowledge), knowledge.rubric.factors
    yield f"  {'LEVEL':{_LEVEL}}{'POINTS':{_POINTS}}{'CONF.':{_CONFIDENCE}}{'PRACTICE':{_PRACTICE}}DRIVEN BY"
    documents = list(dict.fromkeys(one.document for one in report.documents))
    for document in documents:
        own = [one for one in chosen if one.document == document]
        if own and len(documents) > 1:
            yield f"  {_fit(clean(document), _WIDTH - 2)}"
        for analysis in own:
            yield from _write_row(analysis, titles.practice(analysis.practice), names, color)
    if len(ranked) > len(chosen):
        yield f"  ... and {len(ranked) - len(chosen)} more in the report"
    yield ""


def _write_row(analysis: Analysis, title: str, names: dict[str, str], color: bool) -> Iterator[str]:
    exposure = analysis.governance_exposure
    mark, level, second = _describe(exposure)
    points = f"{exposure.low}-{exposure.high}" if exposure.high != exposure.low else str(exposure.low)
    scored = exposure.low_level is not None or exposure.level is not None
    cell = f"{mark} {level}"
    padding = " " * (_LEVEL - len(cell))
    shown = exposure.level or exposure.low_level
    if color and shown:
        cell = f"{_COLORS[shown]}{cell}{_RESET}"
    points = points if scored else "-"
    first, *more = _wrap(title, _PRACTICE - 2)
    yield (
        f"  {cell}{padding}{points:{_POINTS}}{exposure.confidence or '-':{_CONFIDENCE}}"
        f"{_pad(first, _PRACTICE)}{_fit(_name_drivers(exposure, names), _DRIVER)}"
    ).rstrip()
    rest = " ".join(more)
    if second or rest:
        beside = _LEVEL + _POINTS + _CONFIDENCE
        yield f"  {f'     {second}':{beside}}{_fit(rest, _PRACTICE)}".rstrip()


def _describe(exposure: Exposure) -> tuple[str, str, str]:
    """Return the four marks, the level, and how far open facts could raise it."""
    if exposure.level is None:
        if exposure.low_level is None:
            return "??  ", "not scored", ""
        return "??  ", f"{exposure.low_level}-{exposure.high_level}", ""
    mark = "#" * (LEVELS.index(exposure.level) + 1)
    level = f"{exposure.level}, protective" if exposure.protective else exposure.level
    moves = exposure.high_level not in (None, exposure.level)
    return mark.ljust(4, "."), level, f"to {exposure.high_level}" if moves else ""


def _name_drivers(exposure: Exposure, names: dict[str, str]) -> str:
    if exposure.low_level is None and exposure.level is None:
        return clean(exposure.not_scored or "")
    found = [_DRIVERS.get(name, name) for name in name_factors(exposure, names)]
    pair = ", ".join(found[:2])
    return pair if len(pair) <= _DRIVER else ", ".join(found[:1])


def _write_absences(report: Report) -> Iterator[str]:
    outcomes = Counter(one.outcome for analysis in report.analyses for one in analysis.absences)
    if outcomes:
        found = [
            f"{outcomes[outcome]}{_TIE}{words[0].lower()}{words[1:]}"
            for outcome, words in OUTCOMES.items()
            if outcome in outcomes
        ]
        yield from _wrap_item("  Looked for", ", ".join(found))


def _write_withheld(report: Report) -> Iterator[str]:
    reasons = Counter(one.reason for analysis in report.analyses for one in analysis.withheld)
    if not reasons:
        yield from _wrap_item("  Withheld", "nothing")
        return
    names = {reason: REASONS[reason].partition(",")[0] for reason in reasons}
    listed = ", ".join(
        f"{count}{_TIE}{names[reason][0].lower()}{names[reason][1:]}"
        for reason, count in reasons.most_common()
    )
    claims = count_of(reasons.total(), "claim")
    yield from _wrap_item("  Withheld", f"{claims}: {listed}; all listed in the report")


def _write_model(report: Report) -> Iterator[str]:
    ran = report.run.model
    if ran is None:
        return
    sections = sum(len(analysis.drafted_by) for analysis in report.analyses)
    cost = "" if ran.cost is None else f", ${ran.cost:.4f}"
    said = f"{clean(ran.name)} drafted {count_of(sections, 'section')}, the offline rules the rest;"
    said += f" {ran.input_tokens + ran.output_tokens:,} tokens{cost}"
    if ran.failures:
        said += f"; {count_of(len(ran.failures), 'part')} not done, listed in the report"
    yield from _wrap_item("  Model", f"{said}; clauseproof trace {report.run.run_id}")


def _write_paths(paths: Iterable[Path]) -> Iterator[str]:
    yield ""
    for at, path in enumerate(paths):
        label = "  Report" if at == 0 else ""
        if len(str(path)) <= _WIDTH - _INDENT:
            yield f"{label:{_INDENT}}{path}"
        else:
            if label:
                yield label
            yield str(path)


def _wrap_item(label: str, text: str) -> list[str]:
    lines = _wrap(text, _WIDTH - _INDENT)
    return [f"{label if at == 0 else '':{_INDENT}}{line}" for at, line in enumerate(lines)]


def _wrap(text: str, columns: int = _WIDTH) -> list[str]:
    """Break a text into lines; a no-break space holds its words together, a word too long is cut."""
    lines = [""]
    for word in text.split(" "):
        for part in _cut(word, columns):
            longer = f"{lines[-1]} {part}".lstrip(" ")
            if _width(longer) <= columns:
                lines[-1] = longer
            else:
                lines.append(part)
    return [line.replace(_TIE, " ") for line in lines]


def _cut(word: str, columns: int) -> Iterator[str]:
    while _width(word) > columns:
        at = next(n for n in range(1, len(word) + 1) if _width(word[: n + 1]) > columns)
        yield word[:at]
        word = word[at:]
    yield word


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(text: str, columns: int) -> str:
    """Cut a text to a number of columns."""
    if _width(text) <= columns:
        return text
    kept, used = "", 0
    for one in text:
        if used + _columns(one) > columns - 3:
            break
        kept, used = kept + one, used + _columns(one)
    return f"{kept.rstrip()}..."


def _pad(text: str, columns: int) -> str:
    fitted = _fit(text, columns - 1)
    return fitted + " " * (columns - _width(fitted))
