"""Calls repeated where, and only where, their reply was lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from clauseproof.errors import ModelError, ModelUnavailableError
from clauseproof.llm.base import ChatModel, Completion, Request

_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0


class RetryingModel:
    """Repeats lost calls until a deadline; asks nobody twice who has answered."""

    def __init__(
        self,
        inner: ChatModel,
        deadline_seconds: float,
        on_lost: Callable[[Request, ModelError], None],
        *,
        sleep: Callable[[float], None] = time.sleep,
        random_seed: int | None = None,
    ) -> None:
        """Wrap a model.

        Args:
            inner: The model.
            deadline_seconds: How long a call and its repetitions may take together.
            on_lost: Told of every reply that was lost.
            sleep: Waits; replaced in tests.
            random_seed: Makes the jitter repeatable.
        """
        self._inner = inner
        self._deadline_seconds = deadline_seconds
        self._on_lost = on_lost
        self._sleep = sleep
        self._random = random.Random(random_seed)

    @property
    def name(self) -> str:
        """Name of the model within."""
        return self._inner.name

    def complete(self, request: Request) -> Completion:
        """Answer a request, the same call repeated while replies are lost.

        Raises:
            ModelUnavailableError: The deadline would pass before the next try.
        """
        import tenacity

        def note(state: Any) -> None:
            error = state.outcome.exception()
            if isinstance(error, ModelError):
                self._on_lost(request, error)

        calls = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(ModelUnavailableError),
            wait=self._wait,
            stop=tenacity.stop_before_delay(self._deadline_seconds),
            sleep=self._sleep,
            after=note,
            reraise=True,
        )
        return calls(self._inner.complete, request)

    def _wait(self, state: Any) -> float:
        """Wait as long as the server asks, else exponentially with full jitter, so that a crowd disperses."""
        error = state.outcome.exception()
        asked = getattr(error, "retry_after_seconds", None)
        if asked is not None:
            return float(asked) + self._random.uniform(0, 0.25)
        ceiling = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (state.attempt_number - 1))
        return self._random.uniform(0, ceiling)
