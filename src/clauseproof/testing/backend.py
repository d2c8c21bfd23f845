"""What stands behind the stand-in server's socket: responder, faults, rate limit, and the record of calls."""

from __future__ import annotations

import json
import math
import threading
import time
from dataclasses import replace

from clauseproof.testing.answers import (
    Answer,
    PromptCache,
    Usage,
    count_tokens,
    write_completion,
    write_error,
)
from clauseproof.testing.calls import Call, Outcome
from clauseproof.testing.exchanges import ChatRequest, Reply, Responder
from clauseproof.testing.faults import Faults, RateLimit
from clauseproof.testing.malformed import Change


class Backend:
    """Takes chat calls from any thread, answers them, and keeps the record.

    Args:
        responder: Replies to chat requests.
        faults: Which calls go wrong, and how.
        latency_seconds: How long every answer takes at least.
        requests_per_minute: Calls beyond it are refused.
    """

    def __init__(
        self, responder: Responder, faults: Faults, latency_seconds: float, requests_per_minute: int | None
    ) -> None:
        self._responder = responder
        self._faults = faults
        self._latency_seconds = latency_seconds
        self._requests_per_minute = requests_per_minute
        self._allowance = float(requests_per_minute or 0)
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._prompts = PromptCache()
        self._started = self._refilled = time.monotonic()

    def calls(self) -> tuple[Call, ...]:
        """Return the calls received so far, in order of arrival."""
        with self._lock:
            return tuple(self._calls)

    def receive(self, request: ChatRequest) -> Call:
        """Put a call on record before anything is done with it."""
        with self._lock:
            number, now = len(self._calls) + 1, time.monotonic()
            wait = self._take_allowance(now)
            fault = RateLimit(wait) if wait else self._faults.of_call(number)
            call = Call(number, request, now - self._started, fault)
            self._calls.append(call)
        return call

    def answer(self, call: Call) -> Answer:
        """Answer a call, with its fault if it has one."""
        if call.fault is None:
            answer = self._respond(call, lambda reply, request: reply)
        else:
            answer = call.fault.answer(call.request, lambda change: self._respond(call, change))
        return replace(answer, delay_seconds=answer.delay_seconds + self._latency_seconds)

    def close(self, call: Call, answer: Answer, outcome: Outcome) -> None:
        """Put on record how a call ended."""
        seconds = time.monotonic() - self._started - call.at_seconds
        closed = replace(
            call,
            reply=answer.reply,
            status=answer.status or None,
            usage=answer.usage,
            outcome=outcome,
            seconds=seconds,
        )
        with self._lock:
            self._calls[call.number - 1] = closed

    def _respond(self, call: Call, change: Change) -> Answer:
        request = call.request
        try:
            given = self._responder(request)
        except Exception as error:
            # Whatever went wrong in a responder is the client's to see; a retry would not help.
            return write_error(400, f"{type(error).__name__}: {error}", code="stand_in_responder")
        reply = change(Reply(given) if isinstance(given, str) else given, request)
        with self._lock:
            prompt_tokens, cached_tokens = self._prompts.measure(request)
        usage = Usage(prompt_tokens, cached_tokens, count_tokens(reply.refusal or reply.text))
        return write_completion(request, reply, call.number, usage)

    def _take_allowance(self, now: float) -> int:
        if self._requests_per_minute is None:
            return 0
        per_second = self._requests_per_minute / 60
        self._allowance += (now - self._refilled) * per_second
        self._allowance = min(self._requests_per_minute, self._allowance)
        self._refilled = now
        if self._allowance >= 1:
            self._allowance -= 1
            return 0
        return math.ceil((1 - self._allowance) / per_second)


def find_needless(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Return the calls that ask what had been answered whole before they came."""
    answered: dict[str, float] = {}
    needless = []
    for call in calls:
        body = json.dumps(call.request.body, sort_keys=True)
        if answered.get(body, math.inf) <= call.at_seconds:
            needless.append(call)
        if call.outcome == "answered":
            end = call.at_seconds + call.seconds
            answered[body] = min(end, answered.get(body, end))
    return tuple(needless)
