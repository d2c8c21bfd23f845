"""What models cost, by a dated file the user can override."""

from __future__ import annotations

import datetime
import fnmatch
import os
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError
from clauseproof.llm.base import Usage

VARIABLE = "CLAUSEPROOF_PRICES"
_SHIPPED = Path(__file__).with_name("prices.yaml")
_MILLION = 1_000_000


class Price(Model):
    """What a model's tokens cost, in US dollars per million.

    Attributes:
        name: ``provider:model``, with ``*`` and ``?`` for any characters.
        confidence: ``confirmed`` where it was checked against the provider's list.
    """

    name: str
    input: float = Field(ge=0)
    cached_input: float = Field(ge=0)
    output: float = Field(ge=0)
    confidence: Literal["confirmed", "memory"] = "confirmed"

    def of(self, usage: Usage) -> float:
        """Return the cost of a usage in US dollars."""
        fresh = usage.input_tokens - usage.cached_tokens
        cost = (
            fresh * self.input + usage.cached_tokens * self.cached_input + usage.output_tokens * self.output
        )
        return round(cost / _MILLION, 8)


class Prices(Model):
    """A price file.

    Attributes:
        as_of: The day the prices were read.
        models: Prices; the first whose name matches counts.
    """

    as_of: datetime.date
    models: tuple[Price, ...]


FREE = Price(name="*", input=0, cached_input=0, output=0)


def find_price(model: str, workspace: Path) -> tuple[Price | None, datetime.date]:
    """Return a model's price and the day of the file it stands in.

    Args:
        model: ``provider:name``.
        workspace: Its ``prices.yaml`` goes before the shipped file.

    Raises:
        ConfigurationError: A price file is malformed; names file and field.
    """
    named = os.environ.get(VARIABLE)
    own = Path(named) if named else workspace / "prices.yaml"
    files = [own] if named or own.is_file() else []
    for path in (*files, _SHIPPED):
        prices = _read(path)
        for price in prices.models:
            if fnmatch.fnmatchcase(model, price.name):
                return price, prices.as_of
    return None, prices.as_of


def _read(path: Path) -> Prices:
    try:
        return Prices.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigurationError(f"{path}: {place}: {first['msg']}.") from error
