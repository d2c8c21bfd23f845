"""Forms of replies as strict JSON Schema; what strict mode would refuse is found before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

_MOST_NESTING = 5
_MOST_PROPERTIES = 5_000
_MOST_ENUM_VALUES = 1_000
_MOST_CHARACTERS = 120_000
_REFUSED = (
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "prefixItems",
    "uniqueItems",
    "contains",
)
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_DROPPED = ("title", "description", "default")


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON Schema in the form strict structured output takes.

    References are written out, every property is required, objects are closed, titles, descriptions and
    defaults are dropped: they are sent with every call.

    Args:
        model: A Pydantic model without recursion.
    """
    schema = model.model_json_schema()
    closed: dict[str, Any] = _close(schema, schema.get("$defs", {}))
    closed.pop("$defs", None)
    return closed


def _close(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_close(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _close(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    if "const" in node:
        return {"type": _TYPES[type(node["const"])], "enum": [node["const"]]}
    closed: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            closed[key] = {name: _close(one, definitions) for name, one in value.items()}
        elif key not in (*_DROPPED, "$defs"):
            closed[key] = _close(value, definitions)
    if "properties" in closed:
        closed["required"] = list(closed["properties"])
        closed["additionalProperties"] = False
    return closed


def find_schema_faults(schema: dict[str, Any]) -> list[str]:
    """Return everything in a schema that strict mode refuses, each with its place; the client checks nothing.

    Source: the provider's list of supported schemas, as of November 2026.
    """
    faults = [] if schema.get("type") == "object" else ["$: the root is not an object"]
    properties, values, characters = 0, 0, 0
    for place, node, depth in _walk(schema, "$", 0):
        kind = node.get("type")
        faults += [f"{place}: {word} is not supported" for word in _REFUSED if word in node]
        if "default" in node and node["default"] is not None:
            faults.append(f"{place}: a default is not supported")
        if depth > _MOST_NESTING:
            faults.append(f"{place}: nested more than {_MOST_NESTING} deep")
        if kind == "object" or "properties" in node:
            names = node.get("properties")
            if not isinstance(names, dict) or not names:
                faults.append(f"{place}: an object without named properties")
                names = {}
            properties += len(names)
            characters += sum(map(len, names))
            if node.get("additionalProperties") is not False:
                faults.append(f"{place}: an open object")
            missing = sorted(set(names) - set(node.get("required", ())))
            faults += [f"{place}.{name}: is not required" for name in missing]
        if kind == "array" and not isinstance(node.get("items"), dict):
            faults.append(f"{place}: an array without one form of items")
        if not node.keys() & {"type", "anyOf", "enum", "$ref"}:
            faults.append(f"{place}: takes any value")
        values += len(node.get("enum", ()))
        characters += sum(len(str(one)) for one in node.get("enum", ()))
    for count, most, what in (
        (properties, _MOST_PROPERTIES, "properties"),
        (values, _MOST_ENUM_VALUES, "enumerated values"),
        (characters, _MOST_CHARACTERS, "characters of names and values"),
    ):
        if count > most:
            faults.append(f"$: {count} {what}, more than {most}")
    return faults


def _walk(node: dict[str, Any], place: str, depth: int) -> Iterator[tuple[str, dict[str, Any], int]]:
    yield place, node, depth
    for name, child in (node.get("properties") or {}).items():
        if isinstance(child, dict):
            yield from _walk(child, f"{place}.{name}", depth + 1)
    for name, child in (node.get("$defs") or {}).items():
        yield from _walk(child, f"$defs.{name}", depth)
    items = node.get("items")
    if isinstance(items, dict):
        yield from _walk(items, f"{place}[]", depth)
    for at, child in enumerate(node.get("anyOf", ())):
        if isinstance(child, dict):
            yield from _walk(child, f"{place}|{at}", depth)
