"""Each fault is what it says, seen over plain HTTP."""

from __future__ import annotations

import datetime
import http.client
import json
from email.utils import parsedate_to_datetime

import jsonschema  # type: ignore[import-untyped]
import pytest

from clauseproof.errors import ConfigurationError
from clauseproof.testing import (
    CONTENT_FILTER,
    CONTEXT_TOO_LONG,
    EMPTY_CHOICES,
    EMPTY_REPLY,
    FENCED_JSON,
    HALF_REPLY,
    HTML_PAGE,
    HTML_PAGE_502,
    INVALID_JSON,
    KINDS,
    NO_STRICT_SCHEMAS,
    NO_TOOLS,
    OVERLOADED,
    QUOTA,
    RATE_LIMIT,
    RATE_LIMIT_DATE,
    RATE_LIMIT_SECONDS,
    REASONING,
    REFUSAL,
    RESET_AFTER,
    RESET_BEFORE,
    SCHEMA_INVALID,
    SERVER_ERROR,
    TRUNCATED,
    WRONG_LANGUAGE,
    WRONG_LANGUAGE_CHINESE,
    Fault,
    Faults,
    MalformedReply,
    SlowReply,
    StandInServer,
    scripted,
)

from .questions import GOOD, SCHEMA, Response, post, question

_MODES = ("json_schema", "tool", "json", "text")


def _meet(fault: Fault, **asked: str) -> Response:
    with StandInServer(scripted([GOOD]), Faults(per_call=(fault,))) as server:
        return post(server, question(**asked))


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RATE_LIMIT, 429, "rate_limit_exceeded"),
        (QUOTA, 429, "insufficient_quota"),
        (SERVER_ERROR, 500, None),
        (OVERLOADED, 503, None),
        (CONTEXT_TOO_LONG, 400, "context_length_exceeded"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_errors_have_the_shape_openai_gives_them(fault: Fault, status: int, code: str | None) -> None:
    """Status, type, code and message; no Retry-After unless asked for."""
    response = _meet(fault)
    error = response.json()["error"]
    assert (response.status, error["code"]) == (status, code)
    assert set(error) == {"message", "type", "param", "code"}
    assert "{" not in error["message"]
    assert "Retry-After" not in response.headers


def test_retry_after_comes_in_seconds_or_as_a_date() -> None:
    """The two forms HTTP knows."""
    assert _meet(RATE_LIMIT_SECONDS).headers["Retry-After"] == "1"
    date = parsedate_to_datetime(_meet(RATE_LIMIT_DATE).headers["Retry-After"])
    assert 0 < (date - datetime.datetime.now(datetime.UTC)).total_seconds() <= 2


@pytest.mark.parametrize("fault", [RESET_BEFORE, RESET_AFTER], ids=lambda fault: fault.name)
@pytest.mark.parametrize("stream", [False, True])
def test_a_reset_sends_nothing_and_says_whether_the_call_was_processed(fault: Fault, stream: bool) -> None:
    """The client sees a reset, the record whether a reply was made."""
    with StandInServer(scripted([GOOD]), Faults(per_call=(fault,))) as server:
        with pytest.raises(ConnectionResetError) as caught:
            post(server, question(stream=stream))
        (call,) = server.lost
    # http.client's own subclass would mean that the connection was closed in peace.
    assert type(caught.value) is ConnectionResetError
    assert (call.reply is None) == (fault is RESET_BEFORE)
    assert call.fault is fault


@pytest.mark.parametrize("stream", [False, True])
def test_half_a_reply_ends_before_its_promised_length(stream: bool) -> None:
    """Neither a body of known length nor a chunked one can be taken for whole."""
    with StandInServer(scripted([GOOD]), Faults(per_call=(HALF_REPLY,))) as server:
        with pytest.raises(http.client.IncompleteRead) as caught:
            post(server, question(stream=stream))
        assert len(server.lost) == 1
    assert caught.value.partial


def test_a_slow_reply_waits_and_is_whole() -> None:
    """The reply is the right one."""
    with StandInServer(scripted([GOOD]), Faults(per_call=(SlowReply(0.2),))) as server:
        assert post(server, question()).content == GOOD
        assert 0.2 <= server.calls[0].seconds < 2


def test_a_slow_reply_whose_client_left_is_lost_at_once() -> None:
    """Closing the server does not wait for it either."""
    with StandInServer(scripted([GOOD]), Faults(per_call=(SlowReply(60),))) as server:
        host = server.base_url.removeprefix("http://").removesuffix("/v1")
        connection = http.client.HTTPConnection(host, timeout=0.1)
        connection.request("POST", "/v1/chat/completions", json.dumps(question()))
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
    assert server.calls[0].outcome == "lost"
    assert server.calls[0].seconds < 10


@pytest.mark.parametrize(
    ("fault", "finish", "content"),
    [
        (REFUSAL, "stop", None),
        (TRUNCATED, "length", GOOD[: len(GOOD) // 2]),
        (CONTENT_FILTER, "content_filter", GOOD[: len(GOOD) // 3]),
        (EMPTY_REPLY, "stop", ""),
        (FENCED_JSON, "stop", f"```json\n{GOOD}\n```"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_malformed_replies_come_with_their_finish(fault: Fault, finish: str, content: str | None) -> None:
    """They are completions like any other, with usage."""
    response = _meet(fault)
    (choice,) = response.json()["choices"]
    assert (response.status, choice["finish_reason"], choice["message"]["content"]) == (200, finish, content)
    assert bool(choice["message"]["refusal"]) == (fault is REFUSAL)
    assert response.json()["usage"]["prompt_tokens"] > 0


def test_invalid_json_is_not_json_and_schema_invalid_json_is() -> None:
    """One fails the parser, the other the schema alone."""
    with pytest.raises(json.JSONDecodeError):
        json.loads(_meet(INVALID_JSON).content or "")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(_meet(SCHEMA_INVALID).content or ""), SCHEMA)


@pytest.mark.parametrize("mode", ["json_schema", "tool", "json"])
@pytest.mark.parametrize(("fault", "letter"), [(WRONG_LANGUAGE, "é"), (WRONG_LANGUAGE_CHINESE, "。")])
def test_the_wrong_language_is_valid(fault: Fault, letter: str, mode: str) -> None:
    """Free text is replaced, what the schema enumerates is kept."""
    message = _meet(fault, mode=mode).json()["choices"][0]["message"]
    text = message["tool_calls"][0]["function"]["arguments"] if mode == "tool" else message["content"]
    value = json.loads(text)
    jsonschema.validate(value, SCHEMA)
    assert (value["kind"], value["evidence"][0]["id"]) == ("statement", "E1")
    assert letter in value["text"] + value["evidence"][0]["quote"]


def test_reasoning_surrounds_the_json() -> None:
    """The object is in there, whole, among braces that are none of its own."""
    content = _meet(REASONING).content or ""
    assert content.startswith("<think>")
    assert GOOD in content


def test_empty_choices_is_a_completion_without_any() -> None:
    """Usage is there all the same."""
    body = _meet(EMPTY_CHOICES).json()
    assert body["choices"] == []
    assert body["usage"]


@pytest.mark.parametrize(("fault", "status"), [(HTML_PAGE, 200), (HTML_PAGE_502, 502)])
def test_an_html_page_is_one(fault: Fault, status: int) -> None:
    """A gateway's page, with the status it gives."""
    response = _meet(fault)
    assert response.status == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("fault", "accepted"), [(NO_STRICT_SCHEMAS, {"tool", "json", "text"}), (NO_TOOLS, {"json", "text"})]
)
def test_servers_without_a_form_of_output_refuse_it_alone(fault: Fault, accepted: set[str]) -> None:
    """The others are answered."""
    with StandInServer(scripted([GOOD] * 4), Faults(rate=1, kinds=(fault,))) as server:
        statuses = {mode: post(server, question(mode=mode)).status for mode in _MODES}
    assert {mode for mode, status in statuses.items() if status == 200} == accepted
    assert {status for mode, status in statuses.items() if mode not in accepted} == {400}


def test_a_plan_is_the_same_in_every_run_and_another_for_another_seed() -> None:
    """Number and seed decide, nothing else; the rate is kept."""
    plan = [Faults(0.2, seed=7).of_call(number) for number in range(1, 2001)]
    assert plan == [Faults(0.2, seed=7).of_call(number) for number in range(1, 2001)]
    assert plan != [Faults(0.2, seed=8).of_call(number) for number in range(1, 2001)]
    assert 340 <= sum(fault is not None for fault in plan) <= 460
    assert {fault.name for fault in plan if fault} == set(KINDS)


def test_the_first_calls_may_be_planned_one_by_one() -> None:
    """What is listed comes before the rate."""
    plan = Faults(rate=1, kinds=(QUOTA,), per_call=(None, REFUSAL))
    assert [plan.of_call(number) for number in (1, 2, 3)] == [None, REFUSAL, QUOTA]


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_an_impossible_rate_is_refused(rate: float) -> None:
    """A rate is a share."""
    with pytest.raises(ConfigurationError, match="between 0 and 1"):
        Faults(rate)


def test_a_fault_of_ones_own_is_as_good_as_a_ready_made_one() -> None:
    """A name and a change of the reply are enough."""
    shout = MalformedReply("shout", lambda reply, request: type(reply)(reply.text.upper()))
    assert _meet(shout).content == GOOD.upper()
