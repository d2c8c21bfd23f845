"""A model's reply read into the form asked for, or the fault named; the raw text is kept in every case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from clauseproof.errors import ReplyError, ReplyFault
from clauseproof.llm.base import Completion

M = TypeVar("M", bound=BaseModel)

_FENCE = re.compile(r"```[a-zA-Z]*[ \t\r]*\n(.*?)```", re.DOTALL)
_THOUGHT_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_LONGEST_REPLY = 2_000_000
_MOST_OBJECTS = 20
_SHOWN = 80


class _DuplicateKeyError(ValueError):
    """An object names a key twice, so that its reader could be made to see another value than its checker."""


def parse_reply(completion: Completion, model: type[M]) -> M:
    """Read a completion into the form it was asked for.

    Accepted beside plain JSON: a fenced block, a byte order mark, a reasoning model's words before and
    after the one object that fits.

    Args:
        completion: What the model returned.
        model: The form.

    Raises:
        ReplyError: It cannot be used; the fault says why, the error carries raw text and usage.
    """

    def fail(fault: ReplyFault, message: str) -> ReplyError:
        return ReplyError(
            message, fault=fault, model=completion.model, usage=completion.usage, raw=completion.text
        )

    text = completion.text.lstrip("\ufeff").strip()
    if completion.refusal is not None or completion.finish == "refusal":
        raise fail("refusal", f"the model refused: {(completion.refusal or text)[:_SHOWN]}")
    if completion.finish == "content_filter":
        raise fail("content-filter", "the provider's content filter stopped the reply")
    if completion.finish == "length":
        raise fail("truncated", "the reply was cut at the limit of output tokens")
    if not text:
        raise fail("empty", "the reply is empty")
    if _HTML.match(text):
        raise fail("html", "the reply is an HTML page, not the model's")
    if len(text) > _LONGEST_REPLY:
        raise fail("not-json", f"the reply has {len(text)} characters")
    wrong = ""
    for value in _objects(text):
        if isinstance(value, Exception):
            wrong = wrong or str(value)
            continue
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the object"
            wrong = wrong or f"{place[:_SHOWN]}: {first['msg'][:_SHOWN]}"
    if wrong:
        raise fail("schema", wrong)
    raise fail("not-json", "the reply holds no JSON object")


def _objects(text: str) -> Iterator[dict[str, Any] | Exception]:
    """Yield the JSON objects of a reply, the likeliest first."""
    # Some servers cut a thought's opening tag, so that only its end shows where the reply begins. The whole
    # text goes first: a policy that is quoted may hold such a tag.
    said = _THOUGHT_END.split(text)[-1].strip()
    fenced = [one.strip() for one in reversed(_FENCE.findall(said))]
    for candidate in (text, said, *fenced, *_embedded(said)):
        if not candidate.startswith("{"):
            continue
        try:
            value = json.loads(candidate, object_pairs_hook=_distinct)
        except _DuplicateKeyError as error:
            yield error
        except (json.JSONDecodeError, RecursionError, ValueError):
            continue
        else:
            if isinstance(value, dict):
                yield value


def _embedded(text: str) -> Iterator[str]:
    """Yield stretches between braces that balance, outermost first, from the last one back."""
    found: list[tuple[int, int]] = []
    depth, start, in_string, escaped = 0, 0, False, False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif in_string:
            escaped = character == "\\"
            in_string = character != '"'
        elif character == '"' and depth:
            in_string = True
        elif character == "{":
            if depth == 0:
                start = at
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                found.append((start, at + 1))
    for start, end in reversed(found[-_MOST_OBJECTS:]):
        yield text[start:end]


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _DuplicateKeyError("an object names a key twice")
    return value
