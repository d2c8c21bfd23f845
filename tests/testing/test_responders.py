"""Ready-made responders keep their script, look at the form, or make valid noise."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauseproof.errors import ConfigurationError
from clauseproof.testing import ChatRequest, Reply, by_schema, scripted, valid_noise
from clauseproof.testing.exchanges import parse_chat_request
from clauseproof.testing.noise import generate_value

from .questions import SCHEMA, question


def _request(**asked: Any) -> ChatRequest:
    return parse_chat_request(question(**asked))


def test_a_script_is_followed_to_its_end() -> None:
    """After the last reply there is an error."""
    respond = scripted(["one", Reply("two", finish="length")])
    assert [respond(_request()), respond(_request())] == ["one", Reply("two", finish="length")]
    with pytest.raises(ConfigurationError, match="no reply left"):
        respond(_request())


def test_the_form_chooses_the_reply() -> None:
    """By the name of the schema or tool, in JSON mode by the title of the schema in the prompt."""
    respond = by_schema({"finding": "a", "Finding": lambda request: request.mode})
    assert [respond(_request(mode=mode)) for mode in ("json_schema", "tool", "json")] == ["a", "a", "json"]
    with pytest.raises(ConfigurationError, match="no reply for the form ''"):
        respond(_request(mode="text"))


@pytest.mark.parametrize("mode", ["json_schema", "tool", "json"])
def test_noise_satisfies_the_schema_asked_for(mode: str) -> None:
    """Whichever way the schema comes."""
    for seed in range(50):
        reply = valid_noise(seed)(_request(mode=mode))
        assert isinstance(reply, str)
        jsonschema.validate(json.loads(reply), SCHEMA)


def test_noise_depends_on_seed_and_request_alone() -> None:
    """The same question gets the same noise, in whatever order it is asked."""
    questions = [_request(text=f"question {number}") for number in range(5)]
    first, second = valid_noise(1), valid_noise(1)
    assert [first(asked) for asked in questions] == [second(asked) for asked in questions[::-1]][::-1]
    assert valid_noise(2)(questions[0]) != first(questions[0])


_TREE = {
    "type": "object",
    "required": ["number", "share", "date", "children", "parent"],
    "additionalProperties": False,
    "properties": {
        "number": {"type": "integer", "exclusiveMinimum": 0, "maximum": 12, "multipleOf": 3},
        "share": {"type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 1},
        "date": {"type": "string", "format": "date"},
        "children": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
        "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
    },
}


@given(st.integers())
def test_noise_keeps_limits_and_ends_in_recursive_schemas(seed: int) -> None:
    """Limits of numbers and lists, formats, and schemas that contain themselves."""
    jsonschema.validate(generate_value(_TREE, random.Random(seed)), _TREE)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "string", "pattern": "a+"}, "pattern"),
        ({"$ref": "#/$defs/nothing"}, "not in it"),
        ({"oneOf": []}, "no schema like"),
        ({"type": "object", "properties": {"again": {"$ref": "#"}}}, "without end"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "no number"),
    ],
)
def test_noise_says_what_it_cannot_satisfy(schema: dict[str, Any], message: str) -> None:
    """A schema beyond strict mode is an error, not an invalid reply."""
    with pytest.raises(ConfigurationError, match=message):
        generate_value(schema, random.Random(0))
