"""A question with a strict schema, asked without any client library."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from clauseproof.testing import StandInServer

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Finding",
    "additionalProperties": False,
    "required": ["text", "kind", "evidence", "note"],
    "properties": {
        "text": {"type": "string"},
        "kind": {"type": "string", "enum": ["statement", "absence"]},
        "evidence": {"type": "array", "items": {"$ref": "#/$defs/Quote"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "$defs": {
        "Quote": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "quote"],
            "properties": {"id": {"type": "string", "enum": ["E1", "E2"]}, "quote": {"type": "string"}},
        }
    },
}
GOOD = json.dumps(
    {
        "text": "Prompts are kept for 30 days.",
        "kind": "statement",
        "evidence": [{"id": "E1", "quote": "kept for 30 days"}],
        "note": None,
    }
)


@dataclass(frozen=True)
class Response:
    """What http.client received."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.text)

    @property
    def content(self) -> str | None:
        """Return the content of the first choice."""
        content: str | None = self.json()["choices"][0]["message"]["content"]
        return content


def question(text: str = "What is kept?", mode: str = "json_schema", **more: Any) -> dict[str, Any]:
    """Return the body of a chat request."""
    forms: dict[str, dict[str, Any]] = {
        "json_schema": {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "finding", "strict": True, "schema": SCHEMA},
            }
        },
        "tool": {
            "tools": [{"type": "function", "function": {"name": "finding", "parameters": SCHEMA}}],
            "tool_choice": {"type": "function", "function": {"name": "finding"}},
        },
        "json": {"response_format": {"type": "json_object"}},
        "text": {},
    }
    if mode == "json":
        text += f"\nReply as JSON: {json.dumps(SCHEMA)}"
    return {"model": "m", "messages": [{"role": "user", "content": text}], **forms[mode], **more}


def post(server: StandInServer, body: object, path: str = "/v1/chat/completions") -> Response:
    """Send a body and return what came."""
    host = server.base_url.removeprefix("http://").removesuffix("/v1")
    connection = http.client.HTTPConnection(host, timeout=5)
    try:
        connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body))
        response = connection.getresponse()
        return Response(response.status, dict(response.getheaders()), response.read().decode())
    finally:
        connection.close()
