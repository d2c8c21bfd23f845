"""The report as one self-contained HTML file: nothing is fetched when it is opened, scripts are optional."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clauseproof.claims import Report
from clauseproof.documents import Version
from clauseproof.errors import ReportError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.reporting.arrange import build_view
from clauseproof.reporting.view import ExposureView, ReportView
from clauseproof.reporting.wording import DISCLAIMER, EXPOSURE_SENTENCE, METHOD, count_of, write_count

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_MOST_POINTS = 20
_LONGEST_ID = 26
_SHORT_ID = 10


@dataclass(frozen=True, slots=True)
class HtmlExporter:
    """Renders the templates of this folder with their style sheet and script inside."""

    format: str = "html"
    suffix: str = ".html"

    def render(
        self, report: Report, texts: Mapping[tuple[str, str], Version], knowledge: KnowledgeBase
    ) -> str:
        """Render the report; every text from outside is escaped by the template engine.

        Raises:
            ReportError: A quotation is not what stands at its place, or a template fails.
        """
        from jinja2 import TemplateError
        from markupsafe import Markup

        view = build_view(report, texts, knowledge)
        script = _read("report.js")
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        try:
            return (
                _environment()
                .get_template("report.html.jinja")
                .render(
                    report=view,
                    run_id=report.run.run_id,
                    # Our own files, read from this folder; nothing else is ever marked safe.
                    style=Markup(_read("report.css").replace("PAGE_FOOTER", css_string(_footer(view)))),
                    script=Markup(script),
                    script_digest=digest,
                    method=METHOD,
                    disclaimer=DISCLAIMER,
                    exposure_sentence=EXPOSURE_SENTENCE,
                )
            )
        except TemplateError as error:
            raise ReportError(f"{view.title}: the HTML report cannot be rendered: {error}") from error


def css_string(text: str) -> str:
    """Write a text so that it is harmless inside a quoted CSS string of a style element."""
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character in " .,-")
        else f"\\{ord(character):x} "
        for character in text
    )


def shorten_id(version_id: str) -> str:
    """Keep the beginning of a hash; a dated id is short enough."""
    return version_id if len(version_id) <= _LONGEST_ID else version_id[:_SHORT_ID]


def strip_marks(exposure: ExposureView) -> dict[str, int]:
    """Return where an exposure lies on the scale of points, in the units of its drawing."""
    return {
        "low": 6 + 10 * min(exposure.low, _MOST_POINTS),
        "high": 6 + 10 * min(exposure.high, _MOST_POINTS),
    }


def _footer(view: ReportView) -> str:
    documents = ", ".join(one.name for one in view.documents[:2])
    versions = ", ".join(f"version of {one.date}" for one in view.documents[:2])
    more = f" and {len(view.documents) - 2} more" if len(view.documents) > 2 else ""
    return f"{view.service}: {documents}{more} · {versions} · law as of {view.at}"


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = write_count
    environment.filters["short_id"] = shorten_id
    environment.filters["strip_marks"] = strip_marks
    environment.globals["count_of"] = count_of
    return environment


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


EXPORTER = HtmlExporter()
