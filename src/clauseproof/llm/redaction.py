"""Keys taken out of whatever is said about a failed call."""

from __future__ import annotations

import re

_SECRETS = re.compile(
    r"(?i)\b(?:bearer|basic)\s+[\w.+/=~-]{8,}"
    r"|\b(?:sk|pk|rk|key|api|org|proj|gsk|xai|hf)[-_][A-Za-z0-9_*.-]{8,}"
    r"|\bAIza[\w-]{20,}"
    r"|(?:(?:key|token|secret|password|authorization)['\"]?\s*[=:]\s*['\"]?)[\w.*+/=~-]{8,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return a text without what looks like a key, and without the secrets given."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, "[key]")
    return _SECRETS.sub("[key]", text)
