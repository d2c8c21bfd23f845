"""Small chat models for the tests of the layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clauseproof.llm.base import Completion, Message, Request, Usage

Step = Completion | Exception | Callable[[], Completion]


def make_request(text: str = "Say something.", most: int = 100) -> Request:
    """Return a small request."""
    schema = {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
        "additionalProperties": False,
    }
    return Request(
        messages=(Message(role="system", text="You test."), Message(role="user", text=text)),
        schema_name="said",
        reply_schema=schema,
        max_output_tokens=most,
    )


def make_completion(text: str = '{"text": "well"}', usage: Usage | None = None) -> Completion:
    """Return a completion."""
    return Completion(text=text, usage=usage or Usage(input_tokens=10, output_tokens=5), model="double")


class ScriptedModel:
    """Takes its steps in order; the last one for ever."""

    name = "openai:double"

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = list(steps)
        self.asked: list[Request] = []

    def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Completion) else step()
