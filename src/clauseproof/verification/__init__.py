"""Verification: what a draft says against what the archived text bears."""
