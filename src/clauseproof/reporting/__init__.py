"""Reports for people and machines: HTML, Markdown and JSON files, and the summary on a terminal."""

from clauseproof.reporting.base import Exporter, known_formats, write_report
from clauseproof.reporting.summary import render_summary

__all__ = ["Exporter", "known_formats", "render_summary", "write_report"]
