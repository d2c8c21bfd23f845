"""Providers by name; each opens a bare adapter, without layers."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from clauseproof.errors import ConfigurationError
from clauseproof.llm.base import ChatModel
from clauseproof.llm.langchain import open_openai, open_other


class OpenModel(ChatModel, Protocol):
    """A chat model that holds connections."""

    def close(self) -> None:
        """Close the connections to the server."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is, and what its adapter must know before the first request.

    Attributes:
        provider: Key of `PROVIDERS`.
        model: The model's name at the provider.
        base_url: The server; the provider's own where None.
        timeout_seconds: How long one call may take.
        max_output_tokens: The most tokens of one reply.
        temperature: Randomness of replies; None leaves it to the model.
    """

    provider: str
    model: str
    base_url: str | None
    timeout_seconds: float
    max_output_tokens: int
    temperature: float | None


def _open_openai(endpoint: Endpoint) -> OpenModel:
    return open_openai(endpoint.model, endpoint.base_url, endpoint.timeout_seconds)


def _open_other(endpoint: Endpoint) -> OpenModel:
    return open_other(
        endpoint.provider,
        endpoint.model,
        endpoint.base_url,
        endpoint.timeout_seconds,
        max_output_tokens=endpoint.max_output_tokens,
        temperature=endpoint.temperature,
    )


# What LangChain reaches by name, each through a package of its own.
_OTHERS = (
    "anthropic",
    "azure_openai",
    "bedrock",
    "cohere",
    "deepseek",
    "fireworks",
    "google_genai",
    "google_vertexai",
    "groq",
    "huggingface",
    "mistralai",
    "nvidia",
    "ollama",
    "openrouter",
    "perplexity",
    "together",
    "xai",
)
# An adapter that goes without LangChain is a file of its own and a line here.
PROVIDERS: dict[str, Callable[[Endpoint], OpenModel]] = {
    "openai": _open_openai,
    **dict.fromkeys(_OTHERS, _open_other),
}


def split_name(name: str) -> tuple[str, str]:
    """Return provider and model of a name ``provider:model``.

    Raises:
        ConfigurationError: It has another form, or no such provider is known; says the nearest.
    """
    provider, _, model = name.partition(":")
    if provider in PROVIDERS and model.strip():
        return provider, model
    nearest = difflib.get_close_matches(provider, PROVIDERS, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]}:{model or 'NAME'}?" if nearest else ""
    raise ConfigurationError(
        f"{name[:80]!r} is no model; write it as openai:NAME. Providers are {', '.join(PROVIDERS)}.{hint}"
    )


def open_model(
    name: str,
    *,
    base_url: str | None = None,
    timeout_seconds: float = 120,
    max_output_tokens: int = 4096,
    temperature: float | None = 0.0,
) -> OpenModel:
    """Open a model by name; nothing is sent.

    Args:
        name: ``provider:model``.
        base_url: The server; the provider's own where left out.
        timeout_seconds: How long one call may take.
        max_output_tokens: The most tokens of one reply.
        temperature: Randomness of replies; None leaves it to the model.

    Raises:
        ModelAccessError: A key is missing.
        ConfigurationError: The name, the endpoint or the provider's package is wrong or missing.
    """
    provider, model = split_name(name)
    endpoint = Endpoint(provider, model, base_url, timeout_seconds, max_output_tokens, temperature)
    return PROVIDERS[provider](endpoint)
