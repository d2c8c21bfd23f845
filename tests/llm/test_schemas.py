"""Forms of replies are strict, and what strict mode refuses is found before anything is sent."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel

from clauseproof.llm.schemas import find_schema_faults, strict_schema


class Inner(BaseModel):
    """A part."""

    kind: Literal["a", "b"]
    note: str | None = None


class Outer(BaseModel):
    """A form."""

    parts: list[Inner]
    one: Literal["only"]
    version: Literal[1]


def test_strict_schema_closes_objects_and_requires_everything() -> None:
    """Defaults, titles and references are gone; nothing is optional but by null."""
    schema = strict_schema(Outer)
    inner = schema["properties"]["parts"]["items"]
    assert schema["required"] == ["parts", "one", "version"]
    assert inner["required"] == ["kind", "note"]
    assert inner["additionalProperties"] is False
    assert schema["properties"]["one"] == {"type": "string", "enum": ["only"]}
    assert schema["properties"]["version"] == {"type": "integer", "enum": [1]}
    assert "$ref" not in str(schema)
    assert find_schema_faults(schema) == []


def closed(**properties: Any) -> dict[str, Any]:
    """Return a strict object."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"type": "array", "items": {"type": "string"}}, "root is not an object"),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, "open object"),
        ({**closed(a={"type": "string"}), "required": []}, "$.a: is not required"),
        (closed(a={"oneOf": [{"type": "string"}]}), "oneOf is not supported"),
        (closed(a={"allOf": [{"type": "string"}], "type": "string"}), "allOf is not supported"),
        (closed(a={"type": "object", "patternProperties": {}}), "patternProperties is not supported"),
        (closed(a={"type": "array", "prefixItems": []}), "prefixItems is not supported"),
        (closed(a={"type": "array", "items": {"type": "string"}, "uniqueItems": True}), "uniqueItems"),
        ({**closed(a={"$ref": "#/$defs/X"}), "$defs": {"X": {"type": "object"}}}, "$defs.X: an open object"),
        (closed(a={"type": "string", "default": "x"}), "a default is not supported"),
        (closed(a={}), "takes any value"),
        (
            closed(a={"type": "object", "additionalProperties": {"type": "string"}}),
            "without named properties",
        ),
        (closed(a={"enum": [str(n) for n in range(1_001)]}), "1001 enumerated values"),
    ],
)
def test_what_strict_mode_refuses_is_named_with_its_place(schema: dict[str, Any], fault: str) -> None:
    """Each thing the provider would refuse is found here."""
    assert any(fault in one for one in find_schema_faults(schema))


def test_too_deep_a_form_is_refused() -> None:
    """More than five levels of objects."""
    schema = closed(a={"type": "string"})
    for _ in range(6):
        schema = closed(a=schema)
    assert any("nested more than 5" in one for one in find_schema_faults(schema))
