"""Proven compliance analysis of archived policies."""
