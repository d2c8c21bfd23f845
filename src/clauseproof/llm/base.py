"""The one narrow seam to a language model: a request in, a completion out, whoever the provider is."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal, Protocol

from pydantic import Field

from clauseproof.documents import Model

Mode = Literal["json_schema", "tool", "json"]
Finish = Literal["stop", "length", "content_filter", "refusal", "other"]


class Message(Model):
    """One message of a request."""

    role: Literal["system", "user"]
    text: str


class Request(Model):
    """What is asked of a model.

    Attributes:
        messages: In order; what is shared between calls comes first, so that a provider's cache serves it.
        schema_name: Name of the form of the reply.
        reply_schema: Strict JSON Schema of the reply; see `llm.schemas`.
        temperature: Randomness of the reply; None leaves it to the model.
        max_output_tokens: The most the reply may have.
        seed: For models that take one.
    """

    messages: tuple[Message, ...]
    schema_name: str
    reply_schema: dict[str, Any]
    temperature: float | None = 0.0
    max_output_tokens: int = Field(default=4096, gt=0)
    seed: int | None = None

    def key(self, model: str) -> str:
        """Return the identity of the request at a model: the same key means the same question."""
        body = {"model": model, **self.model_dump(mode="json")}
        return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Usage(Model):
    """Tokens of a call, as the provider reports them.

    Attributes:
        input_tokens: Tokens sent, cached ones among them.
        cached_tokens: Tokens of the input that a provider's prompt cache served.
        output_tokens: Tokens received, reasoning among them.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Return the sum of two usages."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Completion(Model):
    """What a model returned, as it came.

    Attributes:
        text: The reply, unread: JSON if the model kept to the form.
        finish: Why it ended.
        refusal: The model's words of refusal, where it gave them apart.
        usage: Tokens reported; None where the server reported none.
        model: The model as the server names it.
        mode: Which form of structured output was asked for in the end.
        seconds: From sending to the last byte.
        cached: True where the reply came from our own store and nothing was sent.
    """

    text: str
    finish: Finish = "stop"
    refusal: str | None = None
    usage: Usage | None = None
    model: str = ""
    mode: Mode = "json_schema"
    seconds: float = 0.0
    cached: bool = False


def name_model(name: str, base_url: str | None) -> str:
    """Return the identity of a model: provider, model and endpoint."""
    return f"{name} at {base_url}" if base_url else name


class ChatModel(Protocol):
    """A language model that answers requests; layers (retries, limits, cache) are chat models too."""

    @property
    def name(self) -> str:
        """Identity of the model with provider and endpoint: ``openai:gpt-x at https://host/v1``."""
        ...

    def complete(self, request: Request) -> Completion:
        """Answer a request.

        Raises:
            ModelError: No completion came; which kind says whether trying again helps. A completion
                that came is returned whatever is wrong with it.
        """
        ...
