"""A model with its layers: store of replies, repetition, budget, limits, then the provider's adapter."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from pydantic import Field, field_validator

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError, ModelError
from clauseproof.llm.base import ChatModel, Completion, Request, name_model
from clauseproof.llm.budget import BudgetedModel, Spent
from clauseproof.llm.cache import CachedModel
from clauseproof.llm.langchain import is_loopback
from clauseproof.llm.limits import LimitedModel, RateLimit
from clauseproof.llm.prices import FREE, Price, find_price
from clauseproof.llm.providers import OpenModel, open_model, split_name
from clauseproof.llm.recorded import RecordedModel
from clauseproof.llm.retry import RetryingModel
from clauseproof.llm.tokens import count_request_tokens


class ModelSettings(Model):
    """Which model drafts, and within which limits.

    Attributes:
        name: ``provider:model``.
        base_url: Endpoint of an OpenAI-compatible server.
        timeout_seconds: How long one call may take.
        deadline_seconds: How long a call and its repetitions may take together.
        concurrency: How many calls run at once.
        requests_per_minute: The most calls begun in a minute.
        tokens_per_minute: The most tokens sent and asked for in a minute.
        max_cost: US dollars a run may cost.
        max_tokens: Tokens a run may use.
        max_output_tokens: The most tokens of one reply.
        temperature: Randomness of replies.
        seed: For models that take one.
        recorded: Folder of recorded replies; the model itself is then never asked.
    """

    name: str
    base_url: str | None = None
    timeout_seconds: float = Field(default=120, gt=0)
    deadline_seconds: float = Field(default=600, gt=0)
    concurrency: int = Field(default=4, gt=0)
    requests_per_minute: int | None = Field(default=None, gt=0)
    tokens_per_minute: int | None = Field(default=None, gt=0)
    max_cost: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, gt=0)
    max_output_tokens: int = Field(default=4096, gt=0)
    temperature: float | None = 0.0
    seed: int | None = None
    recorded: Path | None = None

    @field_validator("name")
    @classmethod
    def _named_fully(cls, name: str) -> str:
        split_name(name)
        return name

    def parameters(self) -> dict[str, str]:
        """Return what a run record keeps of the settings."""
        kept = self.model_dump(exclude={"name", "base_url", "recorded"}, exclude_none=True)
        return {name: str(value) for name, value in kept.items()}


class ModelStack:
    """A chat model with its layers, and what it spent."""

    def __init__(
        self,
        model: ChatModel,
        budget: BudgetedModel,
        adapter: OpenModel,
        prices_as_of: datetime.date | None,
    ) -> None:
        """Take the outermost layer, the budget within, and the adapter at the bottom."""
        self._model = model
        self._adapter = adapter
        self._budget = budget
        self.prices_as_of = prices_as_of

    @property
    def name(self) -> str:
        """Provider, model and endpoint."""
        return self._model.name

    @property
    def spent(self) -> Spent:
        """What was used so far."""
        return self._budget.spent

    def close(self) -> None:
        """Close the connections to the server."""
        self._adapter.close()

    def complete(self, request: Request) -> Completion:
        """Answer a request through every layer."""
        return self._model.complete(request)


def price_of(settings: ModelSettings, workspace: Path) -> tuple[Price | None, datetime.date | None]:
    """Return what a model costs; a server on this machine costs nothing.

    Raises:
        ConfigurationError: A limit on cost is set and no price is known.
    """
    if is_loopback(settings.base_url):
        return FREE, None
    price, as_of = find_price(settings.name, workspace)
    if price is None and settings.max_cost is not None:
        raise ConfigurationError(
            f"no price of {settings.name} is known, so --max-cost cannot be kept; add it to"
            f" {workspace / 'prices.yaml'} (see docs/providers.md) or use --max-tokens."
        )
    return price, as_of if price else None


def build_model(
    settings: ModelSettings, workspace: Path, on_lost: Callable[[Request, ModelError], None]
) -> ModelStack:
    """Open a model with its layers.

    Args:
        settings: The model and its limits.
        workspace: Where replies are kept.
        on_lost: Told of every reply that was lost.

    Raises:
        ModelAccessError: A key is missing.
        ConfigurationError: The endpoint, the price file or an extra is wrong or missing.
    """
    price, as_of = price_of(settings, workspace)

    def count(request: Request) -> int:
        return count_request_tokens(request, settings.name)

    adapter = _open(settings)
    limited = LimitedModel(
        adapter,
        settings.concurrency,
        RateLimit(settings.requests_per_minute) if settings.requests_per_minute else None,
        RateLimit(settings.tokens_per_minute) if settings.tokens_per_minute else None,
        count,
    )
    budget = BudgetedModel(limited, price, count, settings.max_cost, settings.max_tokens)
    retrying = RetryingModel(budget, settings.deadline_seconds, on_lost)
    replies = settings.recorded or workspace / "replies"
    return ModelStack(CachedModel(retrying, replies), budget, adapter, as_of)


def _open(settings: ModelSettings) -> OpenModel:
    if settings.recorded:
        return RecordedModel(name_model(settings.name, settings.base_url))
    return open_model(
        settings.name,
        base_url=settings.base_url,
        timeout_seconds=settings.timeout_seconds,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
    )
