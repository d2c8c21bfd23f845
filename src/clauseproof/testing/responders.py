"""Ready-made responders: a script, one reply per form, or noise that is valid in form."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterable, Mapping

from clauseproof.errors import ConfigurationError
from clauseproof.testing.exchanges import ChatRequest, Reply, Responder
from clauseproof.testing.noise import generate_text, generate_value


def scripted(replies: Iterable[Reply | str]) -> Responder:
    """Return a responder that gives replies in order and an error when they are used up."""
    waiting, lock = iter(tuple(replies)), threading.Lock()

    def respond(request: ChatRequest) -> Reply | str:
        with lock:
            reply = next(waiting, None)
        if reply is None:
            raise ConfigurationError("the script of the stand-in server has no reply left for this call")
        return reply

    return respond


def by_schema(replies: Mapping[str, Responder | Reply | str]) -> Responder:
    """Return a responder that looks at the name of the form asked for.

    Args:
        replies: By name of the schema or tool; in JSON mode by the title of the schema in the prompt.
    """

    def respond(request: ChatRequest) -> Reply | str:
        found = replies.get(request.schema_name)
        if found is None:
            raise ConfigurationError(f"the stand-in server has no reply for the form {request.schema_name!r}")
        return found(request) if callable(found) else found

    return respond


def valid_noise(seed: int = 0) -> Responder:
    """Return a responder whose replies satisfy the schema asked for and say nothing.

    The same request gets the same reply, in whatever order requests come.
    """

    def respond(request: ChatRequest) -> str:
        body = json.dumps(request.body, sort_keys=True)
        chance = random.Random(f"{seed}:{body}")
        if request.schema is not None:
            return json.dumps(generate_value(request.schema, chance), ensure_ascii=False)
        text = generate_text(chance)
        return json.dumps({"text": text}) if request.mode == "json" else text

    return respond
