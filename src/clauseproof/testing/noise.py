"""Random values that satisfy a strict JSON Schema: valid in form, nonsense in content."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from clauseproof.errors import ConfigurationError

# Beyond this depth lists stay as short as they may and the simplest alternative is taken.
_CALM_DEPTH = 8
_MAX_DEPTH = 80
_WORDS = (
    *(
        "service",
        "data",
        "may",
        "not",
        "retain",
        "processor",
        "shall",
        "consent",
        "unless",
        "model",
        "output",
    ),
    *(
        "30",
        "days",
        "100%",
        "it's",
        '"quoted"',
        "naïve",
        "数据",
        "–",
        "<b>bold</b>",
        "{brace}",
        "back\\slash",
    ),
)
_FORMATS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P30D",
    "email": "someone@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}


def generate_value(schema: Mapping[str, Any], chance: random.Random) -> Any:
    """Return a random value that satisfies a schema.

    Raises:
        ConfigurationError: The schema uses what strict mode does not know, or no finite value satisfies it.
    """
    return _Generator(schema, chance).value(schema, 0)


def generate_text(chance: random.Random, words: int = 12) -> str:
    """Return a few words without sense."""
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, words)))


class _Generator:
    def __init__(self, root: Mapping[str, Any], chance: random.Random) -> None:
        self._root = root
        self._chance = chance

    def value(self, schema: Mapping[str, Any], depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ConfigurationError("the schema requires an object inside itself without end")
        if "$ref" in schema:
            return self.value(self._resolve(schema["$ref"]), depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        if "anyOf" in schema:
            return self.value(self._choose(schema["anyOf"], depth), depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            kind = "null" if "null" in kind and depth > _CALM_DEPTH else self._chance.choice(kind)
        match kind:
            case "object":
                properties = schema.get("properties", {})
                return {name: self.value(part, depth + 1) for name, part in properties.items()}
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema)
            case "integer" | "number":
                return self._number(schema, whole=kind == "integer")
            case "boolean":
                return self._chance.random() < 0.5
            case "null":
                return None
        raise ConfigurationError(f"valid noise knows no schema like {str(schema)[:80]}")

    def _resolve(self, reference: str) -> Mapping[str, Any]:
        part: Any = self._root
        for name in reference.removeprefix("#").split("/")[1:]:
            part = part.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(part, Mapping) else None
        if not isinstance(part, Mapping):
            raise ConfigurationError(f"the schema refers to {reference!r}, which is not in it")
        return part

    def _choose(self, options: list[Mapping[str, Any]], depth: int) -> Mapping[str, Any]:
        if depth <= _CALM_DEPTH:
            return self._chance.choice(options)
        simple = ("null", "boolean", "integer", "number", "string", "array")
        ranks = [simple.index(kind) if (kind := option.get("type")) in simple else 9 for option in options]
        return options[ranks.index(min(ranks))]

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = max(least, min(schema.get("maxItems", least + 3), least + 3))
        count = least if depth > _CALM_DEPTH else self._chance.randint(least, most)
        return [self.value(schema["items"], depth + 1) for _ in range(count)]

    def _string(self, schema: Mapping[str, Any]) -> str:
        if "pattern" in schema:
            raise ConfigurationError(f"valid noise cannot satisfy the pattern {schema['pattern']!r}")
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = generate_text(self._chance).ljust(schema.get("minLength", 0), "x")
        return text[: schema.get("maxLength", len(text))]

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> int | float:
        step = schema.get("multipleOf", 1 if whole else 0)
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        if low is None:
            low = 0 if high is None else high - 1000
        if high is None:
            high = low + 1000
        if not step:
            # The middle half keeps clear of limits that exclude themselves.
            return float(low + (high - low) * (0.25 + self._chance.random() / 2))
        first = int(-(-low // step)) + (schema.get("exclusiveMinimum") == -(-low // step) * step)
        last = int(high // step) - (schema.get("exclusiveMaximum") == high // step * step)
        if first > last:
            raise ConfigurationError(f"no number satisfies {str(dict(schema))[:80]}")
        return (
            int(self._chance.randint(first, last) * step)
            if whole
            else self._chance.randint(first, last) * step
        )
