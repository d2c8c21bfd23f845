"""Replies as the protocol writes them: completions, server-sent events, error bodies, usage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from clauseproof.testing.exchanges import ChatRequest, Reply

_BYTES_PER_TOKEN = 4
_CACHE_START_TOKENS = 1024
_CACHE_STEP_TOKENS = 128
# The same call gets the same bytes, so that recordings renewed without a change do not differ.
_CREATED = 1_767_225_600
_STREAM_PIECE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call, four bytes of UTF-8 being one.

    Attributes:
        prompt_tokens: Tokens of the schema and the messages.
        cached_tokens: Those of them that begin an earlier prompt too, as OpenAI counts them.
        completion_tokens: Tokens of the reply.
    """

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent over the wire, and how.

    Attributes:
        status: HTTP status.
        body: The whole body, also where only half of it is sent.
        content_type: Its type; an event stream is sent in chunks.
        headers: More headers, by name.
        ending: Whether the body is sent whole, cut in the middle, or replaced by a connection reset.
        delay_seconds: How long the server waits before the first byte.
        reply: The reply the body carries; None for an error.
        usage: Tokens of the reply.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    ending: Literal["whole", "half", "reset"] = "whole"
    delay_seconds: float = 0.0
    reply: Reply | None = None
    usage: Usage | None = None


class PromptCache:
    """The beginnings of prompts seen so far; its callers keep it to one thread at a time."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def measure(self, request: ChatRequest) -> tuple[int, int]:
        """Return the tokens of a prompt and how many of them a cache serves, and remember the prompt."""
        text = _render_prompt(request)
        prompt = text.encode("utf-8", "backslashreplace")
        digest = sha256(request.model.encode() + b"\0")
        step, start = _CACHE_STEP_TOKENS * _BYTES_PER_TOKEN, _CACHE_START_TOKENS * _BYTES_PER_TOKEN
        cached = 0
        for end in range(step, len(prompt) + 1, step):
            digest.update(prompt[end - step : end])
            if end < start:
                continue
            if digest.digest() in self._seen:
                cached = end
            self._seen.add(digest.digest())
        return count_tokens(text), cached // _BYTES_PER_TOKEN


def count_tokens(text: str) -> int:
    """Return the tokens of a text, rounded up."""
    return -(-len(text.encode("utf-8", "backslashreplace")) // _BYTES_PER_TOKEN)


def write_completion(request: ChatRequest, reply: Reply, number: int, usage: Usage) -> Answer:
    """Write a reply as a chat completion, or as the events of one where the client asked for a stream."""
    write = _write_stream if request.stream else _write_whole
    kind = "text/event-stream" if request.stream else "application/json"
    return Answer(200, write(request, reply, number, usage), kind, reply=reply, usage=usage)


def write_error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """Write an error in the shape OpenAI gives it."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Answer(status, encode({"error": error}), headers=headers)


def encode(value: object) -> bytes:
    """Return a value as JSON in UTF-8."""
    # What UTF-8 cannot hold becomes the escape that JSON has for it.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _render_prompt(request: ChatRequest) -> str:
    # OpenAI puts tools and schemas in front of the system message, so a cache serves no two forms.
    form = request.body.get("tools") or request.body.get("response_format") or ""
    messages = "".join(f"\n{message.role}: {message.text}" for message in request.messages)
    return json.dumps(form, ensure_ascii=False) + messages


def _frame(request: ChatRequest, number: int, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-stand-in-{number}",
        "object": kind,
        "created": _CREATED,
        "model": request.model,
        "system_fingerprint": "fp_stand_in",
    }


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _calls_tool(request: ChatRequest, reply: Reply) -> bool:
    return request.mode == "tool" and bool(reply.text) and reply.refusal is None


def _finish(request: ChatRequest, reply: Reply) -> str:
    named = isinstance(request.body.get("tool_choice"), dict)
    # OpenAI says "stop" where the tool was named by the client, "tool_calls" where the model chose it.
    return (
        "tool_calls" if _calls_tool(request, reply) and reply.finish == "stop" and not named else reply.finish
    )


def _tool_call(request: ChatRequest, number: int, arguments: str) -> dict[str, Any]:
    function = {"name": request.schema_name, "arguments": arguments}
    return {"id": f"call_stand_in_{number}", "type": "function", "function": function}


def _write_whole(request: ChatRequest, reply: Reply, number: int, usage: Usage) -> bytes:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    if reply.refusal is not None:
        message["content"] = None
    elif _calls_tool(request, reply):
        message |= {"content": None, "tool_calls": [_tool_call(request, number, reply.text)]}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": _finish(request, reply),
    }
    body = _frame(request, number, "chat.completion")
    return encode(body | {"choices": [choice] if reply.chosen else [], "usage": _usage(usage)})


def _write_stream(request: ChatRequest, reply: Reply, number: int, usage: Usage) -> bytes:
    frame = _frame(request, number, "chat.completion.chunk")
    events: list[dict[str, Any]] = []
    if reply.chosen:
        events += [_event(delta, None) for delta in _iter_deltas(request, reply, number)]
        events.append(_event({}, _finish(request, reply)))
    if (request.body.get("stream_options") or {}).get("include_usage"):
        events.append({"choices": [], "usage": _usage(usage)})
    lines = [b"data: " + encode(frame | event) for event in events] + [b"data: [DONE]"]
    return b"".join(line + b"\n\n" for line in lines)


def _event(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}


def _iter_deltas(request: ChatRequest, reply: Reply, number: int) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None if _calls_tool(request, reply) else ""}
    if reply.refusal is not None:
        yield {"refusal": reply.refusal}
        return
    if _calls_tool(request, reply):
        yield {"tool_calls": [{"index": 0, **_tool_call(request, number, "")}]}
    for start in range(0, len(reply.text), _STREAM_PIECE_CHARACTERS):
        piece = reply.text[start : start + _STREAM_PIECE_CHARACTERS]
        if _calls_tool(request, reply):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
        else:
            yield {"content": piece}
