"""What is said between a client and the stand-in server: a chat request in, a reply out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Mode = Literal["json_schema", "tool", "json", "text"]
Finish = Literal["stop", "length", "content_filter"]


class ChatMessage(NamedTuple):
    """One message of a chat request, its text parts joined."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request to ``/v1/chat/completions``, read.

    Attributes:
        model: The model asked for.
        messages: In order.
        mode: How the form of the reply is asked for: strict schema, tool call, JSON object, or not at all.
        schema_name: Name of the form; without one, the title of the schema in the prompt, else empty.
        schema: JSON Schema of the reply; without one, the last that is written out in the prompt, else None.
        stream: True where the client wants server-sent events.
        body: The request as it came, without its headers.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    mode: Mode
    schema_name: str
    schema: Mapping[str, Any] | None
    stream: bool
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Return the texts of all messages, one after the other."""
        return "\n".join(message.text for message in self.messages)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model behind the server says.

    Attributes:
        text: The content, or the arguments of the tool call where one was asked for.
        finish: Why it ended.
        refusal: The words of a refusal; the text is then not sent.
        chosen: False for a completion whose list of choices is empty.
    """

    text: str
    finish: Finish = "stop"
    refusal: str | None = None
    chosen: bool = True


Responder = Callable[[ChatRequest], Reply | str]


class MalformedRequestError(Exception):
    """A request the protocol does not allow; the message goes to the client."""


def parse_chat_request(body: object) -> ChatRequest:
    """Read the body of a chat request.

    Raises:
        MalformedRequestError: It is none.
    """
    if not isinstance(body, dict):
        raise MalformedRequestError("the body is not a JSON object")
    model, messages = body.get("model"), body.get("messages")
    if not isinstance(model, str) or not model:
        raise MalformedRequestError("you must provide a model parameter")
    if not isinstance(messages, list) or not messages:
        raise MalformedRequestError("'messages' must be a list that is not empty")
    read = tuple(_read_message(message) for message in messages)
    mode, name, schema = _read_form(body)
    if schema is None:
        text = "\n".join(message.text for message in read)
        if mode == "json" and "json" not in text.lower():
            # OpenAI refuses this too: without the word a model may write white space for ever.
            raise MalformedRequestError(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                "'json_object'."
            )
        for schema in _iter_schemas(text):
            name = str(schema.get("title", ""))
    return ChatRequest(model, read, mode, name, schema, body.get("stream") is True, body)


def _read_message(message: object) -> ChatMessage:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise MalformedRequestError("a message needs a role")
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ChatMessage(message["role"], content if isinstance(content, str) else "")


def _read_form(body: dict[str, Any]) -> tuple[Mode, str, Mapping[str, Any] | None]:
    tools, choice = body.get("tools"), body.get("tool_choice", "auto")
    wanted = body.get("response_format") or {"type": "text"}
    try:
        if tools and choice != "none":
            functions = [tool["function"] for tool in tools]
            named = choice["function"]["name"] if isinstance(choice, dict) else functions[0]["name"]
            function = next(function for function in functions if function["name"] == named)
            return "tool", named, function.get("parameters", {"type": "object"})
        if wanted["type"] == "json_schema":
            return "json_schema", wanted["json_schema"]["name"], wanted["json_schema"]["schema"]
        return ("json" if wanted["type"] == "json_object" else "text"), "", None
    except (KeyError, TypeError, StopIteration) as error:
        raise MalformedRequestError("'response_format', 'tools' or 'tool_choice' is malformed") from error


def _iter_schemas(text: str) -> Iterator[dict[str, Any]]:
    decoder, position = json.JSONDecoder(), text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            if isinstance(value.get("properties"), dict):
                yield value
        position = text.find("{", end)
