"""Odd answers of servers in the wild become errors of ours that say whether trying again helps."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from clauseproof.errors import ModelAccessError, ModelError, ModelUnavailableError, ReplyError
from clauseproof.llm.base import Completion
from clauseproof.llm.faults import translate_error
from clauseproof.llm.langchain import open_openai

from .doubles import make_request

KEY = "sk-verysecretkey123456"


@dataclass
class Server:
    """Answers every call with what `answer` makes of the request."""

    port: int = 0
    answer: Callable[[dict[str, object]], tuple[int, str, dict[str, str]]] = lambda _: (200, "", {})
    asked: list[dict[str, object]] = field(default_factory=list)

    def ask(self) -> Completion:
        with closing(open_openai("m", f"http://127.0.0.1:{self.port}/v1", 5)) as model:
            return model.complete(make_request())

    def fail(self, status: int, body: str, headers: dict[str, str] | None = None) -> ModelError:
        self.answer = lambda _: (status, body, headers or {})
        with pytest.raises(ModelError) as caught:
            self.ask()
        return caught.value


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server on this machine."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.asked.append(request)
            status, body, headers = server.answer(request)
            self.send_response(status)
            for name, value in ({"content-type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.port = http.server_port
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield server
        http.shutdown()
        thread.join()


def completion(message: dict[str, object], **more: object) -> str:
    """Return the body of a completion."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return json.dumps({"id": "1", "object": "chat.completion", "model": "m", "choices": [choice], **more})


def refusal(message: str, **more: object) -> str:
    """Return the body of an error."""
    return json.dumps({"error": {"message": message, **more}})


GOOD = completion({"content": '{"text": "well"}'})


@pytest.mark.parametrize(
    ("status", "body", "error", "fault"),
    [
        (200, GOOD[:90], ModelUnavailableError, "connection"),
        (200, "", ReplyError, "empty"),
        (200, "null", ReplyError, "not-json"),
        (200, "[]", ReplyError, "not-json"),
        (200, "{}", ReplyError, "empty"),
        (200, '{"choices": null}', ReplyError, "empty"),
        (200, "  <html>busy</html>", ReplyError, "html"),
        (200, "[" * 100_000, ReplyError, "not-json"),
        (200, '{"choices": [], "error": {"code": 502, "message": "no"}}', ModelUnavailableError, "502"),
        (200, '{"error": {"message": "overloaded"}}', ReplyError, "not-json"),
        (400, refusal("filtered", code="content_filter"), ReplyError, "content-filter"),
        (402, refusal("no credit"), ModelAccessError, ""),
        (429, refusal("quota", type="insufficient_quota"), ModelAccessError, ""),
        (500, refusal("The model produced output that does not match the form"), ReplyError, "not-json"),
        (501, refusal("not implemented"), ModelAccessError, ""),
    ],
)
def test_answer_becomes_an_error_with_its_raw_text(
    server: Server, status: int, body: str, error: type[ModelError], fault: str
) -> None:
    """A cut body is a lost reply, a broken form is not; nothing of a library's reaches the caller."""
    caught = server.fail(status, body)
    assert type(caught) is error
    assert getattr(caught, "fault", "") == fault
    assert caught.raw == body


@pytest.mark.parametrize(
    ("value", "seconds"), [("3", 3), ("nan", None), ("inf", None), ("-5", 0), ("soon", None)]
)
def test_retry_after_that_is_no_time_is_left_out(server: Server, value: str, seconds: float | None) -> None:
    """A wait is a finite number of seconds or unknown."""
    caught = server.fail(429, refusal("later"), {"retry-after": value})
    assert isinstance(caught, ModelUnavailableError)
    assert caught.retry_after_seconds == seconds


def test_key_said_back_is_nowhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the message, the raw text, the causes a traceback prints."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    caught = server.fail(401, refusal(f"Incorrect API key provided: {KEY}"))
    shown = "".join(traceback.format_exception(caught))
    assert "[key]" in caught.raw
    assert KEY not in f"{shown} {caught.raw} {caught!r}"


def test_temperature_a_model_refuses_is_left_out_from_then_on(server: Server) -> None:
    """One refusal, then the request without it."""

    def answer(request: dict[str, object]) -> tuple[int, str, dict[str, str]]:
        if "temperature" in request:
            return 400, refusal("'temperature' does not support 0.0 with this model", param="temperature"), {}
        return 200, GOOD, {}

    server.answer = answer
    server.asked.clear()
    with closing(open_openai("m", f"http://127.0.0.1:{server.port}/v1", 5)) as model:
        assert model.complete(make_request()).text == '{"text": "well"}'
        model.complete(make_request())
    assert ["temperature" in request for request in server.asked] == [True, False, False]


def test_schema_a_server_finds_too_long_leads_to_the_next_form(server: Server) -> None:
    """It is not the prompt that is too long."""

    def answer(request: dict[str, object]) -> tuple[int, str, dict[str, str]]:
        if "response_format" in request:
            said = "Invalid schema for response_format 'said': enum is too long"
            return 400, refusal(said, param="response_format"), {}
        return 200, GOOD, {}

    server.answer = answer
    assert server.ask().mode == "tool"


def test_arguments_of_a_tool_call_come_as_the_model_wrote_them(server: Server) -> None:
    """A key named twice is not hidden by the client's reading."""
    twice = '{"text":"a","text":"b"}'
    call = {"id": "1", "type": "function", "function": {"name": "said", "arguments": twice}}

    def answer(request: dict[str, object]) -> tuple[int, str, dict[str, str]]:
        if "response_format" in request:
            return 400, refusal("no such thing", param="response_format"), {}
        return 200, completion({"content": None, "tool_calls": [call]}), {}

    server.answer = answer
    assert server.ask().text == twice


def test_usage_that_reports_nothing_is_no_usage(server: Server) -> None:
    """A budget then counts for itself."""
    nothing = {"prompt_tokens": None, "completion_tokens": None}
    server.answer = lambda _: (200, completion({"content": "{}"}, usage=nothing), {})
    assert server.ask().usage is None


class ConnectError(Exception):
    """Named as other clients name it."""


class RateLimitError(Exception):
    """Has its status as some clients give it."""

    code = 429


def test_errors_of_other_clients_are_told_too() -> None:
    """By name, by status, or as what they are."""
    connection = translate_error(ConnectError("refused"), "ollama:m", "tool")
    busy = translate_error(RateLimitError("slow"), "google_genai:m", "tool")
    odd = translate_error(KeyError("x"), "xai:m", "tool")
    assert isinstance(connection, ModelUnavailableError)
    assert isinstance(busy, ModelUnavailableError)
    assert (connection.fault, busy.fault) == ("connection", "429")
    assert type(odd) is ModelError
    assert "KeyError" in str(odd)
