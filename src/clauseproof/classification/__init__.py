"""Which practices a provision carries, with score and polarity."""

from clauseproof.classification.classifier import PracticeClassifier

__all__ = ["PracticeClassifier"]
