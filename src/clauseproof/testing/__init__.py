"""Doubles that ship with the package: a stand-in model server with faults on demand.

::

    from clauseproof.testing import Faults, RATE_LIMIT, StandInServer, scripted

    with StandInServer(scripted(['{"text": "..."}']), Faults(per_call=(RATE_LIMIT,))) as server:
        client = openai.OpenAI(base_url=server.base_url, api_key="test")
        ...
    assert [call.outcome for call in server.calls] == ["refused", "answered"]
"""

from __future__ import annotations

from clauseproof.testing.answers import Answer, Usage
from clauseproof.testing.calls import Call
from clauseproof.testing.exchanges import ChatMessage, ChatRequest, Reply, Responder
from clauseproof.testing.faults import (
    CONTEXT_TOO_LONG,
    HALF_REPLY,
    HTML_PAGE,
    HTML_PAGE_502,
    KINDS,
    NO_STRICT_SCHEMAS,
    NO_TOOLS,
    OVERLOADED,
    QUOTA,
    RATE_LIMIT,
    RATE_LIMIT_DATE,
    RATE_LIMIT_SECONDS,
    RESET_AFTER,
    RESET_BEFORE,
    SERVER_ERROR,
    SLOW_REPLY,
    ConnectionReset,
    Fault,
    Faults,
    HtmlPage,
    RateLimit,
    SlowReply,
    Unsupported,
)
from clauseproof.testing.malformed import (
    CONTENT_FILTER,
    EMPTY_CHOICES,
    EMPTY_REPLY,
    FENCED_JSON,
    INVALID_JSON,
    REASONING,
    REFUSAL,
    SCHEMA_INVALID,
    TRUNCATED,
    WRONG_LANGUAGE,
    WRONG_LANGUAGE_CHINESE,
    MalformedReply,
)
from clauseproof.testing.responders import by_schema, scripted, valid_noise
from clauseproof.testing.standin import StandInServer

__all__ = [
    "CONTENT_FILTER",
    "CONTEXT_TOO_LONG",
    "EMPTY_CHOICES",
    "EMPTY_REPLY",
    "FENCED_JSON",
    "HALF_REPLY",
    "HTML_PAGE",
    "HTML_PAGE_502",
    "INVALID_JSON",
    "KINDS",
    "NO_STRICT_SCHEMAS",
    "NO_TOOLS",
    "OVERLOADED",
    "QUOTA",
    "RATE_LIMIT",
    "RATE_LIMIT_DATE",
    "RATE_LIMIT_SECONDS",
    "REASONING",
    "REFUSAL",
    "RESET_AFTER",
    "RESET_BEFORE",
    "SCHEMA_INVALID",
    "SERVER_ERROR",
    "SLOW_REPLY",
    "TRUNCATED",
    "WRONG_LANGUAGE",
    "WRONG_LANGUAGE_CHINESE",
    "Answer",
    "Call",
    "ChatMessage",
    "ChatRequest",
    "ConnectionReset",
    "Fault",
    "Faults",
    "HtmlPage",
    "MalformedReply",
    "RateLimit",
    "Reply",
    "Responder",
    "SlowReply",
    "StandInServer",
    "Unsupported",
    "Usage",
    "by_schema",
    "scripted",
    "valid_noise",
]
