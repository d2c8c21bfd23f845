"""Chat models of LangChain behind our seam; with `retrieval.embedders` the only file that knows an SDK.

Structured output is asked for in the provider's own words and read by ourselves, so that raw text and usage
survive whatever comes back (LangChain's parsers lose both on invalid JSON).
"""

from __future__ import annotations

import email.utils
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

from clauseproof.errors import (
    ConfigurationError,
    ContextTooLongError,
    ModelAccessError,
    ModelError,
    ModelUnavailableError,
    ReplyError,
    SchemaRefusedError,
)
from clauseproof.llm.base import Completion, Finish, Mode, Request, Usage
from clauseproof.llm.redaction import redact

KEY_VARIABLE = "OPENAI_API_KEY"
_NO_KEY = "no-key-needed"
_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "tool_calls": "stop",
    "end_turn": "stop",
    "tool_use": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "refusal": "refusal",
}
# Models that think before they answer take no temperature.
_WITHOUT_TEMPERATURE = re.compile(r"^(o\d|gpt-5)")
_FORM_WORDS = re.compile(
    r"response_format|json_schema|schema|tools?\b|tool_choice|grammar|structured", re.IGNORECASE
)
_LENGTH_WORDS = re.compile(
    r"context.{0,20}(length|window|size)|maximum context|too (long|many tokens)|exceed_context", re.IGNORECASE
)
_SHOWN = 300


class LangChainModel:
    """A LangChain chat model; several threads may share one."""

    def __init__(
        self, chat: Any, name: str, modes: tuple[Mode, ...], exchange: Exchange, secrets: tuple[str, ...]
    ):
        """Take a chat model.

        Args:
            chat: The LangChain model.
            name: Provider and model.
            modes: Forms of structured output to try, in order; one a server refuses is not tried again.
            exchange: Holds the body of the last response of each thread, where the client reports it.
            secrets: Taken out of every error text.
        """
        self._chat = chat
        self._name = name
        self._modes = list(modes)
        self._exchange = exchange
        self._secrets = secrets
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Provider and model."""
        return self._name

    def close(self) -> None:
        """Close the connections to the server."""
        self._exchange.close()

    def complete(self, request: Request) -> Completion:
        """Answer a request in the best form the server takes; see `ChatModel`."""
        while True:
            with self._lock:
                mode = self._modes[0]
            try:
                return self._complete(request, mode)
            except SchemaRefusedError:
                with self._lock:
                    if len(self._modes) == 1:
                        raise
                    if self._modes[0] == mode:
                        self._modes.pop(0)

    def _complete(self, request: Request, mode: Mode) -> Completion:
        started = time.monotonic()
        self._exchange.clear()
        try:
            with _untraced():
                message = self._bound(request, mode).invoke(_messages(request, mode))
        except Exception as error:
            raise self._translated(error, mode) from error
        raw = message.response_metadata or {}
        refusal = message.additional_kwargs.get("refusal")
        return Completion(
            text=_text(message, mode),
            finish="refusal" if refusal else _FINISHES.get(str(_finish(raw)), "other"),
            refusal=refusal,
            usage=_usage(message),
            model=str(raw.get("model_name") or raw.get("model") or self._name),
            mode=mode,
            seconds=round(time.monotonic() - started, 3),
        )

    def _bound(self, request: Request, mode: Mode) -> Any:
        provider, _, model = self._name.partition(":")
        settings: dict[str, Any] = {}
        if request.temperature is not None and not _WITHOUT_TEMPERATURE.match(model):
            settings["temperature"] = request.temperature
        if provider != "openai":
            if mode == "tool":
                tool = _tool(request)
                return self._chat.bind_tools([tool], tool_choice=request.schema_name, strict=True)
            return self._chat
        settings["max_tokens"] = request.max_output_tokens
        if request.seed is not None:
            settings["seed"] = request.seed
        return self._chat.bind(**settings, extra_body=_extra_body(request, mode))

    def _translated(self, error: Exception, mode: Mode) -> ModelError:
        """Return our error for one of an SDK; what went over the wire is kept with it."""
        body = self._exchange.body()
        about: dict[str, Any] = {"provider": "langchain", "model": self._name, "raw": body}
        text = redact(str(error), self._secrets)[:_SHOWN]
        status = getattr(error, "status_code", None)
        kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
        if status is None and "Timeout" in kinds:
            return ModelUnavailableError(f"{self._name}: no reply in time.", fault="timeout", **about)
        if status is None and ("Connection" in kinds or "RemoteProtocol" in kinds or "ReadError" in kinds):
            return ModelUnavailableError(
                f"{self._name}: the connection failed: {text}", fault="connection", **about
            )
        if status is None:
            if body.lstrip()[:1] == "<":
                return ReplyError(f"{self._name}: an HTML page came for a reply.", fault="html", **about)
            if isinstance(error, IndexError):
                return ReplyError(f"{self._name}: the reply holds no choices.", fault="empty", **about)
            if isinstance(error, ValueError | TypeError | KeyError | AttributeError):
                return ReplyError(
                    f"{self._name}: the reply cannot be read: {text}", fault="not-json", **about
                )
            raise error
        return self._of_status(int(status), error, text, mode, about)

    def _of_status(
        self, status: int, error: Exception, text: str, mode: Mode, about: dict[str, Any]
    ) -> ModelError:
        code = str(getattr(error, "code", "") or "")
        if status == 429 and ("insufficient_quota" in (code, text) or "insufficient_quota" in text):
            return ModelAccessError(f"{self._name}: the quota of this key is used up: {text}", **about)
        if status in (408, 409, 429) or status >= 500:
            # A grammar a server cannot finish within the limit is its 500; asking otherwise helps no more.
            return ModelUnavailableError(
                f"{self._name}: status {status}: {text}",
                fault=str(status),
                retry_after_seconds=_retry_after(error),
                **about,
            )
        if status in (401, 403, 404):
            return ModelAccessError(f"{self._name}: refused with status {status}: {text}", **about)
        if status == 413 or "context_length" in code or _LENGTH_WORDS.search(text):
            return ContextTooLongError(f"{self._name}: the request is too long: {text}", **about)
        if mode != "json" and _FORM_WORDS.search(f"{text} {getattr(error, 'param', '')}"):
            return SchemaRefusedError(f"{self._name}: takes no {mode}: {text}", **about)
        return ModelAccessError(f"{self._name}: refused with status {status}: {text}", **about)


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
        self._local.body = ""

    def body(self) -> str:
        """Return the last body; empty where none came."""
        return str(getattr(self._local, "body", ""))

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
    warnings.filterwarnings("ignore", message="This model does not support OpenAI's structured output")
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
    name = f"openai:{model} at {base_url}" if base_url else f"openai:{model}"
    return LangChainModel(ChatOpenAI(**settings), name, modes, exchange, (key,))


def open_other(provider: str, model: str, base_url: str | None, timeout_seconds: float) -> LangChainModel:
    """Open a model of any other provider LangChain reaches; its key comes from its own variable.

    Raises:
        ConfigurationError: The provider's package is not installed, or refuses its settings.
    """
    settings: dict[str, Any] = {"timeout": timeout_seconds, "max_retries": 0}
    if base_url is not None:
        _check_address(base_url)
        settings["base_url"] = base_url
    try:
        from langchain.chat_models import init_chat_model

        chat = init_chat_model(model, model_provider=provider, **settings)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise ConfigurationError(f"{provider}:{model} needs a package: pip install {package}") from error
    except Exception as error:
        raise ConfigurationError(f"{provider}:{model}: {redact(str(error))[:_SHOWN]}") from error
    return LangChainModel(chat, f"{provider}:{model}", ("tool", "json"), Exchange(), ())


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


def _text(message: Any, mode: Mode) -> str:
    if mode == "tool":
        if message.invalid_tool_calls:
            return str(message.invalid_tool_calls[0]["args"] or "")
        if message.tool_calls:
            return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    content = message.content
    if isinstance(content, str):
        return content
    return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)


def _finish(metadata: dict[str, Any]) -> object:
    return (
        metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason") or "stop"
    )


def _usage(message: Any) -> Usage | None:
    counted = message.usage_metadata
    if not counted:
        return None
    details = counted.get("input_token_details") or {}
    return Usage(
        input_tokens=counted.get("input_tokens", 0),
        cached_tokens=details.get("cache_read") or 0,
        output_tokens=counted.get("output_tokens", 0),
    )


def _retry_after(error: Exception) -> float | None:
    """Return how long the server asks to wait: seconds, or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


@contextmanager
def _untraced() -> Iterator[None]:
    """Keep LangSmith out: whatever a shell has set, prompts go to the model and nowhere else."""
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield
