"""Chat models of LangChain behind our seam; with `retrieval.embedders` the only file that knows an SDK.

Structured output is asked for in the provider's own words and read by ourselves, so that raw text and usage
survive whatever comes back (LangChain's parsers lose both on invalid JSON).
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from clauseproof.errors import ConfigurationError, ModelAccessError, SchemaRefusedError
from clauseproof.llm.base import Completion, Finish, Mode, Request, Usage, name_model
from clauseproof.llm.faults import TemperatureRefusedError, translate_error
from clauseproof.llm.redaction import redact

KEY_VARIABLE = "OPENAI_API_KEY"
_NO_KEY = "no-key-needed"
_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "stop_sequence": "stop",
    "tool_calls": "stop",
    "end_turn": "stop",
    "tool_use": "stop",
    "complete": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "prohibited_content": "content_filter",
    "refusal": "refusal",
}
# Models that think before they answer take no temperature.
_WITHOUT_TEMPERATURE = re.compile(r"openai:(o\d|gpt-5)")
_SHOWN = 300


class LangChainModel:
    """A LangChain chat model; several threads may share one."""

    def __init__(
        self,
        chat: Any,
        name: str,
        modes: tuple[Mode, ...],
        exchange: Exchange | None,
        secrets: tuple[str, ...],
    ) -> None:
        """Take a chat model.

        Args:
            chat: The LangChain model.
            name: Provider, model and endpoint.
            modes: Forms of structured output to try, in order; one a server refuses is not tried again.
            exchange: Holds the body of the last response of each thread; None where the client shows none.
            secrets: Taken out of every error text.
        """
        self._chat = chat
        self._name = name
        self._modes = list(modes)
        self._exchange = exchange
        self._secrets = secrets
        self._with_temperature = not _WITHOUT_TEMPERATURE.match(name)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Provider, model and endpoint."""
        return self._name

    def close(self) -> None:
        """Close the connections to the server."""
        if self._exchange is not None:
            self._exchange.close()

    def complete(self, request: Request) -> Completion:
        """Answer a request in the best form the server takes; see `ChatModel`."""
        while True:
            with self._lock:
                mode = self._modes[0]
                temperature = request.temperature if self._with_temperature else None
            try:
                return self._complete(request, mode, temperature)
            except SchemaRefusedError:
                with self._lock:
                    if len(self._modes) == 1:
                        raise
                    if self._modes[0] == mode:
                        self._modes.pop(0)
            except TemperatureRefusedError:
                with self._lock:
                    self._with_temperature = False

    def _complete(self, request: Request, mode: Mode, temperature: float | None) -> Completion:
        started = time.monotonic()
        if self._exchange is not None:
            self._exchange.clear()
        try:
            with _untraced():
                bound = self._bound(request, mode, temperature)
                message = bound.invoke(_messages(request, mode))
        except Exception as error:
            told = translate_error(
                error,
                self._name,
                mode,
                body=self._exchange.body() if self._exchange is not None else None,
                with_temperature=self._exchange is not None and temperature is not None,
                secrets=self._secrets,
            )
            # A cause whose own words hold the key would be printed with a traceback.
            holds_key = any(secret in str(error) for secret in self._secrets if secret)
            raise told from None if holds_key else error
        metadata = message.response_metadata or {}
        refusal = message.additional_kwargs.get("refusal")
        return Completion(
            text=self._text(message, mode),
            finish="refusal" if refusal else _FINISHES.get(_finish(metadata), "other"),
            refusal=refusal,
            usage=_usage(message),
            model=str(metadata.get("model_name") or metadata.get("model") or self._name),
            mode=mode,
            seconds=round(time.monotonic() - started, 3),
        )

    def _bound(self, request: Request, mode: Mode, temperature: float | None) -> Any:
        if self._exchange is None:
            if mode == "tool":
                return self._chat.bind_tools([_tool(request)], tool_choice=request.schema_name, strict=True)
            return self._chat
        settings: dict[str, Any] = {"max_tokens": request.max_output_tokens}
        if temperature is not None:
            settings["temperature"] = temperature
        if request.seed is not None:
            settings["seed"] = request.seed
        return self._chat.bind(**settings, extra_body=_extra_body(request, mode))

    def _text(self, message: Any, mode: Mode) -> str:
        if mode == "tool":
            if self._exchange is not None and (arguments := _tool_arguments(self._exchange.body())):
                return arguments
            if message.tool_calls:
                return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
        content = message.content
        if isinstance(content, str):
            return content
        return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)


class Exchange:
    """The HTTP client of a model, and the body of the last response of each thread as it came."""

    def __init__(self) -> None:
        self._local = threading.local()
        self.client: Any = None

    def close(self) -> None:
        """Close the client's connections."""
        if self.client is not None:
            self.client.close()

    def clear(self) -> None:
        """Forget the last body."""
        self._local.body = None

    def body(self) -> str | None:
        """Return the last body; None where no response came."""
        body: str | None = getattr(self._local, "body", None)
        return body

    def note(self, response: Any) -> None:
        """Take a response of the HTTP client."""
        response.read()
        self._local.body = response.text


def open_openai(model: str, base_url: str | None, timeout_seconds: float) -> LangChainModel:
    """Open a model of OpenAI, or of a server that speaks its protocol.

    Args:
        model: The model's name.
        base_url: The server's endpoint; OpenAI's own where left out.
        timeout_seconds: How long one call may take.

    Raises:
        ModelAccessError: No key, where one is needed.
        ConfigurationError: The endpoint is no web address, or the extra is not installed.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if base_url is not None:
        _check_address(base_url)
    if not key and base_url is None:
        raise ModelAccessError(f"openai:{model} needs a key in the environment variable {KEY_VARIABLE}.")
    try:
        import openai
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise ConfigurationError(
            "language models need an extra: pip install 'clauseproof[models]'"
        ) from error
    # Said when a server refuses strict schemas; the next form is then tried without a word.
    for beginning in ("This model does not support OpenAI's", "Invalid schema for OpenAI's"):
        warnings.filterwarnings("ignore", message=f"{beginning} structured output")
    exchange = Exchange()
    exchange.client = openai.DefaultHttpxClient(
        event_hooks={"response": [exchange.note]}, timeout=timeout_seconds
    )
    settings: dict[str, Any] = {
        "model": model,
        "api_key": key or _NO_KEY,
        "base_url": base_url or "https://api.openai.com/v1",
        "timeout": timeout_seconds,
        "max_retries": 0,
        "use_responses_api": False,
        "http_client": exchange.client,
    }
    modes: tuple[Mode, ...] = ("json_schema", "tool", "json")
    name = name_model(f"openai:{model}", base_url)
    return LangChainModel(ChatOpenAI(**settings), name, modes, exchange, (key,))


def open_other(
    provider: str,
    model: str,
    base_url: str | None,
    timeout_seconds: float,
    *,
    max_output_tokens: int,
    temperature: float | None,
) -> LangChainModel:
    """Open a model of any other provider LangChain reaches; its key comes from its own variable.

    Args:
        provider: As LangChain names it.
        model: The model's name.
        base_url: The server; the provider's own where left out.
        timeout_seconds: How long one call may take.
        max_output_tokens: The most tokens of one reply; said once, as packages differ in how it is said.
        temperature: Randomness of replies.

    Raises:
        ConfigurationError: The provider's package is not installed, or refuses its settings.
    """
    settings: dict[str, Any] = {}
    if temperature is not None:
        settings["temperature"] = temperature
    if provider == "ollama":
        settings |= {"num_predict": max_output_tokens, "client_kwargs": {"timeout": timeout_seconds}}
    else:
        settings |= {"max_tokens": max_output_tokens, "timeout": timeout_seconds, "max_retries": 0}
    if base_url is not None:
        _check_address(base_url)
        settings["base_url"] = base_url
    secrets = tuple(value for name, value in os.environ.items() if name.endswith("API_KEY"))
    try:
        from langchain.chat_models import init_chat_model

        chat = init_chat_model(model, model_provider=provider, **settings)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise ConfigurationError(f"{provider}:{model} needs a package: pip install {package}") from error
    except Exception as error:
        told = redact(str(error), secrets)[:_SHOWN]
        raise ConfigurationError(f"{provider}:{model}: {told}") from None
    name = name_model(f"{provider}:{model}", base_url)
    return LangChainModel(chat, name, ("tool", "json"), None, secrets)


def is_loopback(base_url: str | None) -> bool:
    """Tell whether an endpoint is on this machine."""
    host = urlsplit(base_url or "").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_address(base_url: str) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        shown = redact(base_url)[:80]
        raise ConfigurationError(f"{shown!r} is no endpoint; write it as http://127.0.0.1:8080/v1.")


def _messages(request: Request, mode: Mode) -> list[tuple[str, str]]:
    roles = {"system": "system", "user": "human"}
    messages = [(roles[one.role], one.text) for one in request.messages]
    if mode == "json":
        form = {"title": request.schema_name, **request.reply_schema}
        schema = json.dumps(form, ensure_ascii=False)
        messages.append(
            ("human", f"Answer with one JSON object of this JSON Schema and nothing else:\n{schema}")
        )
    return messages


def _tool(request: Request) -> dict[str, Any]:
    function = {"name": request.schema_name, "strict": True, "parameters": request.reply_schema}
    return {"type": "function", "function": function}


def _extra_body(request: Request, mode: Mode) -> dict[str, Any]:
    if mode == "json_schema":
        form = {"name": request.schema_name, "strict": True, "schema": request.reply_schema}
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    if mode == "tool":
        choice = {"type": "function", "function": {"name": request.schema_name}}
        return {"tools": [_tool(request)], "tool_choice": choice}
    return {}


def _tool_arguments(body: str | None) -> str | None:
    """Return a tool call's arguments as they came; the client's reading of them hides keys named twice."""
    try:
        call = json.loads(body or "")["choices"][0]["message"]["tool_calls"][0]
        return str(call["function"]["arguments"])
    except (ValueError, LookupError, TypeError):
        return None


def _finish(metadata: dict[str, Any]) -> str:
    words = (metadata.get(name) for name in ("finish_reason", "stop_reason", "done_reason"))
    return str(next(filter(None, words), "stop")).lower()


def _usage(message: Any) -> Usage | None:
    counted = message.usage_metadata
    if not counted:
        return None
    sent, received = counted.get("input_tokens") or 0, counted.get("output_tokens") or 0
    if not sent + received:
        return None
    cached = (counted.get("input_token_details") or {}).get("cache_read") or 0
    return Usage(
        input_tokens=sent,
        cached_tokens=min(cached, sent),
        output_tokens=received,
    )


@contextmanager
def _untraced() -> Iterator[None]:
    """Keep LangSmith out: whatever a shell has set, prompts go to the model and nowhere else."""
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield
