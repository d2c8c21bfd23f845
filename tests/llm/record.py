"""Records the cassettes of `test_cassettes` against the stand-in server: ``python -m tests.llm.record``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import vcr  # type: ignore[import-untyped]

from clauseproof.documents import Model
from clauseproof.errors import ModelError, ReplyError
from clauseproof.llm.base import Completion, Message, Request
from clauseproof.llm.langchain import KEY_VARIABLE, open_openai
from clauseproof.llm.retry import RetryingModel
from clauseproof.llm.schemas import strict_schema
from clauseproof.testing import (
    HTML_PAGE,
    NO_STRICT_SCHEMAS,
    NO_TOOLS,
    RATE_LIMIT_SECONDS,
    REFUSAL,
    Faults,
    StandInServer,
    scripted,
)

FOLDER = Path(__file__).parents[2] / "fixtures" / "cassettes" / "test_cassettes"
# Replay matches host and port, so recordings always use the same.
PORT = 8099
BASE_URL = f"http://127.0.0.1:{PORT}/v1"
# Sent while recording, so that a filter that lets keys through is seen in the cassette.
KEY = "sk-recorded-keys-are-a-mistake"

_UNWANTED_OF_REQUEST = ("authorization", "openai-organization", "openai-project", "cookie", "user-agent")
_UNWANTED_OF_RESPONSE = {"set-cookie", "x-request-id", "openai-organization", "openai-project", "date"}


class Retention(Model):
    """The form asked for: how long something is kept, by whose words."""

    statement: str
    kind: Literal["statement", "absence"]
    excerpt: Literal["E1", "E2"]
    quote: str
    days: int | None


REQUEST = Request(
    messages=(
        Message(role="system", text="Say how long prompts are kept. Quote one of the excerpts."),
        Message(
            role="user",
            text="E1: Larkfield Notes keeps your prompts for 30 days after you delete a notebook.\n"
            "E2: Larkfield Notes does not sell personal data.",
        ),
    ),
    schema_name="retention",
    reply_schema=strict_schema(Retention),
)
GOOD = Retention(
    statement="Prompts are kept for 30 days after a notebook is deleted.",
    kind="statement",
    excerpt="E1",
    quote="keeps your prompts for 30 days after you delete a notebook",
    days=30,
)


@dataclass(frozen=True, slots=True)
class Recording:
    """What the stand-in server does while one cassette is recorded.

    Attributes:
        faults: Its plan.
        processed: How many calls get a reply of the script.
    """

    faults: Faults
    processed: int = 1


RECORDINGS = {
    "good_reply": Recording(Faults()),
    "fallback_to_tools": Recording(Faults(rate=1, kinds=(NO_STRICT_SCHEMAS,))),
    "fallback_to_json": Recording(Faults(rate=1, kinds=(NO_TOOLS,))),
    "refusal": Recording(Faults(per_call=(REFUSAL,))),
    "rate_limit_then_reply": Recording(Faults(per_call=(RATE_LIMIT_SECONDS,))),
    "html_page": Recording(Faults(per_call=(HTML_PAGE,))),
}


def ask(lost: list[ModelError]) -> Completion:
    """Ask through the adapter, lost calls repeated without waiting.

    Args:
        lost: Takes the error of every lost call.
    """
    adapter = open_openai("stand-in-model", BASE_URL, timeout_seconds=5)
    model = RetryingModel(adapter, 60, lambda request, error: lost.append(error), sleep=lambda seconds: None)
    return model.complete(REQUEST)


@contextmanager
def open_cassette(name: str, *, record: bool = False) -> Iterator[Any]:
    """Play a cassette, or record it anew."""
    recorder = vcr.VCR(
        cassette_library_dir=str(FOLDER),
        record_mode="all" if record else "none",
        match_on=("method", "host", "port", "path", "body"),
        filter_headers=_UNWANTED_OF_REQUEST,
        before_record_request=_without_traces_of_the_machine,
        before_record_response=_without_traces_of_the_server,
    )
    with recorder.use_cassette(f"{name}.yaml") as cassette:
        yield cassette


def _without_traces_of_the_machine(request: Any) -> Any:
    for header in [header for header in request.headers if header.lower().startswith("x-stainless-")]:
        del request.headers[header]
    return request


def _without_traces_of_the_server(response: Any) -> Any:
    headers = response["headers"]
    kept = {name: value for name, value in headers.items() if name.lower() not in _UNWANTED_OF_RESPONSE}
    return {**response, "headers": kept}


def main() -> None:
    """Record every cassette anew."""
    os.environ[KEY_VARIABLE] = KEY
    good = json.dumps(GOOD.model_dump(), ensure_ascii=False)
    for name, recording in RECORDINGS.items():
        (FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        server = StandInServer(scripted([good] * recording.processed), recording.faults, port=PORT)
        with server, open_cassette(name, record=True):
            try:
                ask([])
                outcome = "completion"
            except ReplyError as error:
                outcome = error.fault
        print(f"{name}: {len(server.calls)} calls, {outcome}")


if __name__ == "__main__":
    main()
