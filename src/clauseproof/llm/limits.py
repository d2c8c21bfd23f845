"""How many calls run at once, and how many calls and tokens begin in a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from clauseproof.llm.base import ChatModel, Completion, Request

_MINUTE = 60.0


class RateLimit:
    """A bucket that fills evenly and lets through what it holds; callers wait their turn in order."""

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with a full second's worth.

        Args:
            per_minute: How much passes in a minute.
            clock: Seconds; replaced in tests.
            sleep: Waits; replaced in tests.
        """
        self._per_second = per_minute / _MINUTE
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = clock() - 1.0

    def take(self, amount: float) -> None:
        """Wait until an amount may pass; what is larger than a minute's worth passes alone."""
        with self._lock:
            now = self._clock()
            # An idle bucket holds one second's worth, so that a pause is no licence for a burst.
            start = max(self._free_at, now - 1.0)
            self._free_at = start + amount / self._per_second
            wait = start - now
        if wait > 0:
            self._sleep(wait)


class LimitedModel:
    """Bounds concurrency and rates of the model within."""

    def __init__(
        self,
        inner: ChatModel,
        concurrency: int,
        requests: RateLimit | None,
        tokens: RateLimit | None,
        count: Callable[[Request], int],
    ) -> None:
        """Wrap a model.

        Args:
            inner: The model.
            concurrency: How many calls run at once.
            requests: Limit on calls; None for none.
            tokens: Limit on tokens sent and asked for; None for none.
            count: Counts a request's input tokens.
        """
        self._inner = inner
        self._slots = threading.BoundedSemaphore(concurrency)
        self._requests = requests
        self._tokens = tokens
        self._count = count

    @property
    def name(self) -> str:
        """Name of the model within."""
        return self._inner.name

    def complete(self, request: Request) -> Completion:
        """Answer a request when its turn comes."""
        with self._slots:
            if self._requests:
                self._requests.take(1)
            if self._tokens:
                self._tokens.take(self._count(request) + request.max_output_tokens)
            return self._inner.complete(request)
