"""From a version's text to its provisions, headings and furniture, each with its span."""

from clauseproof.segmentation.provisions import split_provisions

__all__ = ["split_provisions"]
