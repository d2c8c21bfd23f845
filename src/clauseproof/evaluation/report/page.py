"""The page as one self-contained file: nothing is fetched when it is opened, the script is optional."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clauseproof.archive.storage import write_atomically
from clauseproof.errors import ReportError
from clauseproof.evaluation.compare import Comparison
from clauseproof.evaluation.report.arrange import arrange_page
from clauseproof.evaluation.report.drawing import STRIP_WIDTH
from clauseproof.evaluation.report.plots import CHART
from clauseproof.evaluation.report.wording import READING
from clauseproof.evaluation.results import RunResults
from clauseproof.reporting.wording import clean, count_of, name_count, write_count

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent


def write_evaluation_report(
    runs: Sequence[RunResults], comparisons: Sequence[Comparison], path: Path
) -> None:
    """Write the page, whole or not at all.

    Args:
        runs: The runs to report on.
        comparisons: The same runs compared with earlier ones; empty where there are none.
        path: The file.

    Raises:
        EvaluationError: A run is of a task that does not exist.
        ReportError: A template fails.
        WorkspaceError: The file cannot be written.
    """
    write_atomically(path, render_page(runs, comparisons).encode("utf-8", "replace"))


def render_page(runs: Sequence[RunResults], comparisons: Sequence[Comparison]) -> str:
    """Return the page; every text from outside is escaped by the template engine.

    Raises:
        EvaluationError: A run is of a task that does not exist.
        ReportError: A template fails.
    """
    from jinja2 import TemplateError
    from markupsafe import Markup

    style, script = _read("page.css"), _read("page.js")
    try:
        return (
            _environment()
            .get_template("page.html.jinja")
            .render(
                page=arrange_page(runs, comparisons),
                # Our own files, read from this folder; nothing else is ever marked safe.
                style=Markup(style),
                script=Markup(script),
                style_digest=_digest(style),
                script_digest=_digest(script),
                reading=READING,
            )
        )
    except TemplateError as error:
        raise ReportError(f"the page of the evaluation cannot be rendered: {error}") from error


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = write_count
    environment.globals.update(count_of=count_of, name_count=name_count, chart=CHART, strip_width=STRIP_WIDTH)
    return environment


def _visible(value: Any) -> Any:
    """Make characters visible that hide or turn words; markup of our own templates is left as it is."""
    from markupsafe import Markup

    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
