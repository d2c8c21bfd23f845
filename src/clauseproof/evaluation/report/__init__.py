"""The results of runs as one self-contained HTML page."""

from clauseproof.evaluation.report.page import write_evaluation_report

__all__ = ["write_evaluation_report"]
