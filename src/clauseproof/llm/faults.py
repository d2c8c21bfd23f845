"""What an SDK raises, told as our errors, with what went over the wire; no SDK is imported for it."""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from typing import Any

from clauseproof.errors import (
    ContextTooLongError,
    ModelAccessError,
    ModelError,
    ModelUnavailableError,
    ReplyError,
    SchemaRefusedError,
)
from clauseproof.llm.base import Mode
from clauseproof.llm.redaction import redact

_FORM_WORDS = re.compile(
    r"response_format|json_schema|schema|tools?\b|tool_choice|grammar|structured", re.IGNORECASE
)
_FORM_PARAMETERS = re.compile(r"response_format|tools?\b|tool_choice")
_LENGTH_WORDS = re.compile(
    r"context.{0,20}(length|window|size)|maximum context|too (long|many tokens)|exceed_context", re.IGNORECASE
)
# llama.cpp's 500 where what the model wrote breaks the form: the same call would end the same way.
_BROKEN_FORM = re.compile(
    r"model produced output that does not match|failed to parse (?:the )?tool call", re.I
)
_CONNECTION_KINDS = ("Connection", "ConnectError", "NetworkError", "ProtocolError", "ReadError", "WriteError")
_NOT_TRIED_AGAIN = (501, 505)
_SHOWN = 300


class TemperatureRefusedError(ModelAccessError):
    """The model takes no temperature; without one the same request may do."""


def translate_error(
    error: Exception,
    model: str,
    mode: Mode,
    *,
    body: str | None = None,
    with_temperature: bool = False,
    secrets: tuple[str, ...] = (),
) -> ModelError:
    """Return our error for one of an SDK.

    Args:
        error: What was raised.
        model: Name of the model asked.
        mode: The form of output asked for.
        body: The response as it came; None where none did, or where the SDK does not show it.
        with_temperature: Whether the request had one.
        secrets: Taken out of everything said and kept.
    """
    told = _Telling(model, mode, redact(body or "", secrets), with_temperature)
    text = redact(str(error), secrets)[:_SHOWN]
    status = _status(error)
    if status is not None:
        return told.of_status(status, error, text)
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in kinds:
        return told.lost("timeout", "no reply in time.")
    if any(kind in kinds for kind in _CONNECTION_KINDS):
        return told.lost("connection", f"the connection failed: {text}")
    if body is not None:
        return told.of_body(body, error, text)
    return ModelError(f"{model}: {type(error).__name__}: {text}", **told.about)


class _Telling:
    """Puts one failed call into words."""

    def __init__(self, model: str, mode: Mode, raw: str, with_temperature: bool) -> None:
        self._model = model
        self._mode = mode
        self._with_temperature = with_temperature
        self.about: dict[str, Any] = {"provider": "langchain", "model": model, "raw": raw}

    def lost(self, fault: str, words: str, wait: float | None = None) -> ModelUnavailableError:
        return ModelUnavailableError(
            f"{self._model}: {words}", fault=fault, retry_after_seconds=wait, **self.about
        )

    def of_status(self, status: int, error: Exception, text: str) -> ModelError:
        code, kind, parameter = (str(getattr(error, name, "") or "") for name in ("code", "type", "param"))
        words = f"{text} {code} {kind} {parameter}"
        refused = f"{self._model}: refused with status {status}: {text}"
        if status == 429 and "insufficient_quota" in words:
            return ModelAccessError(f"{self._model}: the quota of this key is used up: {text}", **self.about)
        if status == 500 and _BROKEN_FORM.search(text):
            return ReplyError(
                f"{self._model}: the server could not read the model's output: {text}",
                fault="not-json",
                **self.about,
            )
        if status in (408, 409, 429) or (status >= 500 and status not in _NOT_TRIED_AGAIN):
            return self.lost(str(status), f"status {status}: {text}", _retry_after(error))
        if status in (401, 403, 404):
            return ModelAccessError(refused, **self.about)
        if "content_filter" in words:
            return ReplyError(f"{self._model}: filtered: {text}", fault="content-filter", **self.about)
        takes_no_form = SchemaRefusedError(f"{self._model}: takes no {self._mode}: {text}", **self.about)
        if self._mode != "json" and _FORM_PARAMETERS.match(parameter):
            return takes_no_form
        if status == 413 or _LENGTH_WORDS.search(words):
            return ContextTooLongError(f"{self._model}: the request is too long: {text}", **self.about)
        if self._with_temperature and "temperature" in words:
            return TemperatureRefusedError(refused, **self.about)
        if self._mode != "json" and _FORM_WORDS.search(words):
            return takes_no_form
        return ModelAccessError(refused, **self.about)

    def of_body(self, body: str, error: Exception, text: str) -> ModelError:
        """Tell what was wrong with a response whose status was good."""
        start = body.lstrip()[:1]
        if start == "<":
            return ReplyError(f"{self._model}: an HTML page came for a reply.", fault="html", **self.about)
        if not start:
            return ReplyError(f"{self._model}: the response is empty.", fault="empty", **self.about)
        try:
            value = json.loads(body)
        except RecursionError:
            value = None
        except ValueError:
            if start == "{":
                return self.lost("connection", "the response broke off.")
            value = None
        within = value.get("error") if isinstance(value, dict) else None
        if within:
            # Some gateways report what their own provider answered under a status of 200.
            status = within.get("code") if isinstance(within, dict) else None
            if isinstance(status, int) and 400 <= status < 600:
                return self.of_status(status, error, text)
        elif isinstance(value, dict) and not value.get("choices"):
            return ReplyError(f"{self._model}: the reply holds no choices.", fault="empty", **self.about)
        return ReplyError(f"{self._model}: the reply cannot be read: {text}", fault="not-json", **self.about)


def _status(error: Exception) -> int | None:
    """Return the HTTP status of an error, where it or what caused it has one."""
    for one in (error, error.__cause__):
        for name in ("status_code", "code"):
            value = getattr(one, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return None


def _retry_after(error: Exception) -> float | None:
    """Return how long the server asks to wait: seconds, or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
