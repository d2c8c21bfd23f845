"""The report as one self-contained HTML file."""

from clauseproof.reporting.html.exporter import EXPORTER

__all__ = ["EXPORTER"]
