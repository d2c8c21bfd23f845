"""Limits on cost and tokens that no call may pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from clauseproof.errors import BudgetError, ModelError
from clauseproof.llm.base import ChatModel, Completion, Request, Usage
from clauseproof.llm.prices import Price


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used so far.

    Attributes:
        usage: Tokens, as reported; where nothing was reported, as counted.
        cost: US dollars; None where no price is known.
    """

    usage: Usage
    cost: float | None


class BudgetedModel:
    """Refuses the call that could pass a limit, before it is sent."""

    def __init__(
        self,
        inner: ChatModel,
        price: Price | None,
        count: Callable[[Request], int],
        max_cost: float | None = None,
        max_tokens: int | None = None,
    ) -> None:
        """Wrap a model.

        Args:
            inner: The model.
            price: What its tokens cost; None where unknown.
            count: Counts a request's input tokens, never too few.
            max_cost: US dollars; None for no limit.
            max_tokens: Tokens sent and received; None for no limit.
        """
        self._inner = inner
        self._price = price
        self._count = count
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self._lock = threading.Lock()
        self._usage = Usage()
        self._reserved: list[Usage] = []

    @property
    def name(self) -> str:
        """Name of the model within."""
        return self._inner.name

    @property
    def spent(self) -> Spent:
        """What was used so far."""
        with self._lock:
            return Spent(self._usage, self._cost(self._usage))

    def complete(self, request: Request) -> Completion:
        """Answer a request that fits what is left, whatever its reply may cost.

        Raises:
            BudgetError: It might not fit; nothing was sent.
        """
        counted = self._count(request)
        most = Usage(input_tokens=counted, output_tokens=request.max_output_tokens)
        with self._lock:
            self._check(most)
            self._reserved.append(most)
        settled = Usage()
        try:
            completion = self._inner.complete(request)
            # A server that reports nothing is taken to have sent a token for every three bytes.
            written = len(completion.text.encode("utf-8", "replace")) // 3 + 1
            settled = completion.usage or Usage(input_tokens=counted, output_tokens=written)
            return completion
        except ModelError as error:
            # A lost reply may have been paid for: its input is counted.
            settled = error.usage or Usage(input_tokens=counted)
            raise
        finally:
            with self._lock:
                self._reserved.remove(most)
                self._usage = self._usage + settled

    def _check(self, most: Usage) -> None:
        total = sum(self._reserved, self._usage) + most
        tokens = total.input_tokens + total.output_tokens
        used = self._usage.input_tokens + self._usage.output_tokens
        if self._max_tokens is not None and tokens > self._max_tokens:
            raise BudgetError(
                f"the next call may bring the tokens to {tokens:,} of {self._max_tokens:,} allowed;"
                f" {used:,} are used. Raise --max-tokens and run again: replies received are kept.",
                model=self.name,
            )
        cost = self._cost(total)
        if self._max_cost is not None and cost is not None and cost > self._max_cost:
            raise BudgetError(
                f"the next call may bring the cost to ${cost:.4f} of ${self._max_cost:.4f} allowed."
                " Raise --max-cost and run again: replies received are kept.",
                model=self.name,
            )

    def _cost(self, usage: Usage) -> float | None:
        return None if self._price is None else self._price.of(usage)
