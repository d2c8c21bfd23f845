"""Whether a drafted sentence says one word more than its evidence; see docs/model.md."""

from clauseproof.verification.grounding.checker import GroundingChecker, Grounds, Ungrounded

__all__ = ["GroundingChecker", "Grounds", "Ungrounded"]
