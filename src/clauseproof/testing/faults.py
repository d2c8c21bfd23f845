"""Faults on demand: what each does to a call, and the plan that says which call gets which."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from types import MappingProxyType
from typing import Protocol

from clauseproof.errors import ConfigurationError
from clauseproof.testing import malformed
from clauseproof.testing.answers import Answer, count_tokens, write_error
from clauseproof.testing.exchanges import ChatRequest, Mode, Reply
from clauseproof.testing.malformed import Respond


class Fault(Protocol):
    """What goes wrong with one call."""

    @property
    def name(self) -> str:
        """What the fault is called."""
        ...

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer a call with the fault.

        Args:
            request: The call.
            respond: Has the call processed, its reply changed as given, and written as a completion; a
                fault that strikes before the call is processed leaves it alone.
        """
        ...


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Too many requests: 429.

    Attributes:
        retry_after_seconds: What Retry-After asks for; None leaves the header out.
        as_date: Whether the header is an HTTP date instead of a number.
    """

    retry_after_seconds: int | None = None
    as_date: bool = False

    @property
    def name(self) -> str:
        """What the fault is called."""
        if self.retry_after_seconds is None:
            return "429"
        return "429-retry-after-date" if self.as_date else "429-retry-after"

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Refuse the call."""
        wait = self.retry_after_seconds
        headers: tuple[tuple[str, str], ...] = ()
        if wait is not None:
            value = formatdate(time.time() + wait, usegmt=True) if self.as_date else str(wait)
            headers = (("Retry-After", value),)
        return write_error(
            429,
            f"Rate limit reached for {request.model} on requests per min (RPM). Please try again later.",
            kind="requests",
            code="rate_limit_exceeded",
            headers=headers,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """An error in OpenAI's shape, sent before the call is processed.

    Attributes:
        name: What the fault is called.
        status: HTTP status.
        message: What the error says; ``{model}`` and ``{tokens}`` stand for those of the request.
        kind: The error's type.
        code: The error's code.
        param: The parameter it blames.
    """

    name: str
    status: int
    message: str
    kind: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Refuse the call."""
        tokens = count_tokens(request.text)
        message = self.message.replace("{model}", request.model).replace("{tokens}", str(tokens))
        return write_error(self.status, message, kind=self.kind, code=self.code, param=self.param)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A server that does not know a form of output: 400 for calls that ask for it, none for others.

    Attributes:
        name: What the fault is called.
        modes: The forms it does not know.
    """

    name: str
    modes: tuple[Mode, ...]

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Refuse the call if it asks for such a form."""
        if request.mode not in self.modes:
            return respond(_keep)
        if request.mode == "tool":
            return write_error(
                400, f"tools is not supported with this model: {request.model}.", param="tools"
            )
        return write_error(
            400,
            f"Invalid parameter: 'response_format' of type '{request.body['response_format']['type']}' is "
            "not supported with this model.",
            param="response_format",
        )


@dataclass(frozen=True, slots=True)
class ConnectionReset:
    """The connection is reset (RST) without a byte of answer.

    Attributes:
        processed: Whether the call was processed, and paid for, before.
    """

    processed: bool = False

    @property
    def name(self) -> str:
        """What the fault is called."""
        return "reset-after" if self.processed else "reset-before"

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer with a reset."""
        return replace(respond(_keep), ending="reset") if self.processed else Answer(0, b"", ending="reset")


@dataclass(frozen=True, slots=True)
class HalfReply:
    """Headers that promise the whole body, half of it, and the end of the connection."""

    name: str = "half-reply"

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer with half a reply."""
        return replace(respond(_keep), ending="half")


@dataclass(frozen=True, slots=True)
class SlowReply:
    """The right reply, late.

    Attributes:
        seconds: How late.
    """

    seconds: float = 1.0

    @property
    def name(self) -> str:
        """What the fault is called."""
        return "slow-reply"

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer late."""
        return replace(respond(_keep), delay_seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The error page of a gateway in front of the server.

    Attributes:
        status: HTTP status it comes with; some gateways say 200.
    """

    status: int = 200

    @property
    def name(self) -> str:
        """What the fault is called."""
        return "html-page" if self.status == 200 else f"html-page-{self.status}"

    def answer(self, request: ChatRequest, respond: Respond) -> Answer:
        """Answer with the page."""
        page = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
        page += b"<body><center><h1>502 Bad Gateway</h1></center><hr></body></html>\n"
        return Answer(self.status, page, "text/html; charset=utf-8")


def _keep(reply: Reply, request: ChatRequest) -> Reply:
    return reply


RATE_LIMIT = RateLimit()
RATE_LIMIT_SECONDS = RateLimit(1)
RATE_LIMIT_DATE = RateLimit(2, as_date=True)
QUOTA = Refused(
    "429-quota",
    429,
    "You exceeded your current quota, please check your plan and billing details.",
    kind="insufficient_quota",
    code="insufficient_quota",
)
SERVER_ERROR = Refused(
    "500", 500, "The server had an error while processing your request. Sorry about that!", "server_error"
)
OVERLOADED = Refused(
    "503", 503, "The engine is currently overloaded, please try again later.", "service_unavailable"
)
CONTEXT_TOO_LONG = Refused(
    "context-too-long",
    400,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in {tokens} tokens. "
    "Please reduce the length of the messages.",
    code="context_length_exceeded",
    param="messages",
)
NO_STRICT_SCHEMAS = Unsupported("no-strict-schemas", ("json_schema",))
NO_TOOLS = Unsupported("no-tools", ("json_schema", "tool"))
RESET_BEFORE = ConnectionReset()
RESET_AFTER = ConnectionReset(processed=True)
HALF_REPLY = HalfReply()
SLOW_REPLY = SlowReply()
HTML_PAGE = HtmlPage()
HTML_PAGE_502 = HtmlPage(502)

_READY_MADE: tuple[Fault, ...] = (
    RATE_LIMIT,
    RATE_LIMIT_SECONDS,
    RATE_LIMIT_DATE,
    QUOTA,
    SERVER_ERROR,
    OVERLOADED,
    CONTEXT_TOO_LONG,
    NO_STRICT_SCHEMAS,
    NO_TOOLS,
    RESET_BEFORE,
    RESET_AFTER,
    HALF_REPLY,
    SLOW_REPLY,
    HTML_PAGE,
    HTML_PAGE_502,
    malformed.REFUSAL,
    malformed.TRUNCATED,
    malformed.CONTENT_FILTER,
    malformed.INVALID_JSON,
    malformed.FENCED_JSON,
    malformed.SCHEMA_INVALID,
    malformed.EMPTY_REPLY,
    malformed.EMPTY_CHOICES,
    malformed.REASONING,
    malformed.WRONG_LANGUAGE,
    malformed.WRONG_LANGUAGE_CHINESE,
)
KINDS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _READY_MADE})


@dataclass(frozen=True, slots=True)
class Faults:
    """A plan of faults: which call gets which, the same in every run.

    Attributes:
        rate: Share of the calls that get one.
        kinds: What they get, each as likely as the others.
        seed: Decides, with the number of a call, whether it gets one and which.
        per_call: Faults of the first calls, None for none; these calls are not subject to the rate.
    """

    rate: float = 0.0
    kinds: tuple[Fault, ...] = field(default_factory=lambda: tuple(KINDS.values()))
    seed: int = 0
    per_call: tuple[Fault | None, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be followed."""
        if not 0 <= self.rate <= 1:
            raise ConfigurationError(f"a rate of faults is between 0 and 1, not {self.rate}")
        if self.rate and not self.kinds:
            raise ConfigurationError("a plan with a rate of faults needs at least one kind")

    def of_call(self, number: int) -> Fault | None:
        """Return the fault of a call, counted from 1; None if it is spared."""
        if number <= len(self.per_call):
            return self.per_call[number - 1]
        chance = random.Random(f"{self.seed}:{number}")
        return chance.choice(self.kinds) if chance.random() < self.rate else None
