"""Faults of the reply itself: it arrives, and is not what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clauseproof.testing.answers import Answer
from clauseproof.testing.exchanges import ChatRequest, Reply

Change = Callable[[Reply, ChatRequest], Reply]
Respond = Callable[[Change], Answer]

_FRENCH = (
    "Le fournisseur conserve les données aussi longtemps que nécessaire.",
    "Cette clause ne précise pas le délai dans lequel la demande est traitée.",
    "Les utilisateurs peuvent s'opposer au traitement à tout moment.",
)
_CHINESE = (
    "服务提供者在必要期限内保留个人信息。",
    "该条款没有说明处理请求的期限。",
    "用户可以随时撤回同意。",
)


@dataclass(frozen=True, slots=True)
class MalformedReply:
    """A fault that changes the reply and sends it.

    Attributes:
        name: What the fault is called.
        change: From the reply the responder gave to the one that is sent.
    """

    name: str
    change: Change

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer with the changed reply."""
        return respond(self.change)


def _refuse(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text="", refusal="I'm sorry, but I can't assist with that request.")


def _truncate(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text=reply.text[: len(reply.text) // 2], finish="length")


def _filter(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text=reply.text[: len(reply.text) // 3], finish="content_filter")


def _break_json(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text=reply.text.rstrip()[:-1] + ",")


def _fence(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text=f"```json\n{reply.text}\n```")


def _break_schema(reply: Reply, request: ChatRequest) -> Reply:
    value = _parse(reply.text)
    fields = dict(list(value.items())[1:]) if isinstance(value, dict) else {}
    return replace(reply, text=json.dumps(fields | {"unexpected_field": True}, ensure_ascii=False))


def _empty(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text="")


def _choose_nothing(reply: Reply, request: ChatRequest) -> Reply:
    return replace(reply, text="", chosen=False)


def _reason_aloud(reply: Reply, request: ChatRequest) -> Reply:
    thoughts = "The user wants an object {like this}. Let me look at the excerpts again."
    return replace(
        reply,
        text=f"<think>\n{thoughts}\n</think>\n\nHere is the analysis:\n\n{reply.text}\n\nI hope this helps!",
    )


def _speak(sentences: tuple[str, ...]) -> Change:
    def change(reply: Reply, request: ChatRequest) -> Reply:
        value = _parse(reply.text)
        if value is None:
            return replace(reply, text=" ".join(sentences))
        # What the schema fixes is kept: the object stays valid, and only its language is wrong.
        fixed = frozenset(_iter_fixed(request.schema or {}))
        return replace(reply, text=json.dumps(_translate(value, fixed, sentences), ensure_ascii=False))

    return change


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _iter_fixed(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        values = [*(schema.get("enum") or ()), schema.get("const")]
        yield from (value for value in values if isinstance(value, str))
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _iter_fixed(part)


def _translate(value: Any, fixed: frozenset[str], sentences: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _translate(part, fixed, sentences) for name, part in value.items()}
    if isinstance(value, list):
        return [_translate(part, fixed, sentences) for part in value]
    if isinstance(value, str) and value not in fixed:
        return sentences[len(value) % len(sentences)]
    return value


REFUSAL = MalformedReply("refusal", _refuse)
TRUNCATED = MalformedReply("truncated", _truncate)
CONTENT_FILTER = MalformedReply("content-filter", _filter)
INVALID_JSON = MalformedReply("invalid-json", _break_json)
FENCED_JSON = MalformedReply("fenced-json", _fence)
SCHEMA_INVALID = MalformedReply("schema-invalid", _break_schema)
EMPTY_REPLY = MalformedReply("empty-reply", _empty)
EMPTY_CHOICES = MalformedReply("empty-choices", _choose_nothing)
REASONING = MalformedReply("reasoning", _reason_aloud)
WRONG_LANGUAGE = MalformedReply("french", _speak(_FRENCH))
WRONG_LANGUAGE_CHINESE = MalformedReply("chinese", _speak(_CHINESE))
