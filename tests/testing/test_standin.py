"""The stand-in server speaks the protocol, keeps the record, counts tokens, and closes what it opened."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from clauseproof.errors import ConfigurationError
from clauseproof.testing import (
    KINDS,
    RATE_LIMIT_SECONDS,
    REFUSAL,
    RESET_AFTER,
    SERVER_ERROR,
    TRUNCATED,
    Faults,
    SlowReply,
    StandInServer,
    scripted,
    valid_noise,
)

from .questions import GOOD, SCHEMA, post, question

if TYPE_CHECKING:
    import openai

Connect = Callable[[StandInServer], "openai.OpenAI"]


def test_the_sdk_gets_content_or_a_tool_call(connect: Connect) -> None:
    """By strict schema, by tool, as a JSON object, and plain."""
    with StandInServer(scripted([GOOD] * 4)) as server:
        completions = connect(server).chat.completions
        messages = [
            completions.create(**question(mode=mode)).choices[0].message
            for mode in ("json_schema", "json", "text")
        ]
        call = completions.create(**question(mode="tool")).choices[0].message.tool_calls[0]
    assert [message.content for message in messages] == [GOOD] * 3
    assert (call.function.name, call.function.arguments) == ("finding", GOOD)
    assert [made.request.mode for made in server.calls] == ["json_schema", "json", "text", "tool"]


@pytest.mark.parametrize("mode", ["json_schema", "tool"])
def test_the_sdk_reads_a_stream(connect: Connect, mode: str) -> None:
    """The pieces add up to the reply, and usage comes last where it is asked for."""
    asked = question(mode=mode, stream=True, stream_options={"include_usage": True})
    with StandInServer(scripted([GOOD])) as server:
        chunks = list(connect(server).chat.completions.create(**asked))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    if mode == "tool":
        text = "".join(call.function.arguments for delta in deltas for call in delta.tool_calls or [])
    else:
        text = "".join(delta.content or "" for delta in deltas)
    assert text == GOOD
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.completion_tokens == server.calls[0].usage.completion_tokens  # type: ignore[union-attr]


def test_the_sdk_raises_what_it_raises_for_openai(connect: Connect) -> None:
    """Rate limit with its header, server error, lost connection; refusal and length are completions."""
    import openai

    plan = Faults(per_call=(RATE_LIMIT_SECONDS, SERVER_ERROR, RESET_AFTER, REFUSAL, TRUNCATED))
    with StandInServer(scripted([GOOD] * 3), plan) as server:
        create = connect(server).chat.completions.create
        with pytest.raises(openai.RateLimitError) as limited:
            create(**question())
        with pytest.raises(openai.InternalServerError):
            create(**question())
        with pytest.raises(openai.APIConnectionError):
            create(**question())
        refused, truncated = create(**question()).choices[0], create(**question()).choices[0]
    assert limited.value.response.headers["retry-after"] == "1"
    assert (refused.message.content, bool(refused.message.refusal)) == (None, True)
    assert truncated.finish_reason == "length"
    assert [call.outcome for call in server.calls] == ["refused", "refused", "lost", "answered", "answered"]


def test_the_sdk_times_out_on_a_slow_reply(connect: Connect) -> None:
    """The call is on record as lost."""
    import openai

    with StandInServer(scripted([GOOD]), Faults(per_call=(SlowReply(60),))) as server:
        client = connect(server).with_options(timeout=0.2)
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(**question())
    assert [call.number for call in server.lost] == [1]


def test_embeddings_are_the_same_everywhere_and_near_for_shared_words(connect: Connect) -> None:
    """Vectors of length one, of the dimensions asked for."""
    with StandInServer(scripted([])) as server:
        texts = ["we keep your data", "we keep your prompts", "arbitration in Delaware"]
        embeddings = connect(server).embeddings
        first, second, third = (
            item.embedding for item in embeddings.create(model="e", input=texts, dimensions=64).data
        )
        again = embeddings.create(model="e", input=texts[0], dimensions=64, encoding_format="float")
        tokens = embeddings.create(model="e", input=[[1, 2], [3]])
    assert again.data[0].embedding == pytest.approx(first, abs=1e-6)
    assert sum(value * value for value in first) == pytest.approx(1, abs=1e-5)
    nearness = [sum(map(float.__mul__, first, other)) for other in (second, third)]
    assert nearness[0] > nearness[1]
    assert [len(item.embedding) for item in tokens.data] == [256, 256]


def test_models_are_listed(connect: Connect) -> None:
    """Clients that check the name of their model find it."""
    with StandInServer(scripted([])) as server:
        client = connect(server)
        assert [model.id for model in client.models.list()] == ["stand-in"]
        assert client.models.retrieve("m").id == "m"


def test_a_prompt_cache_serves_common_beginnings_in_openais_steps() -> None:
    """From 1,024 tokens on, in steps of 128; nothing across models or forms of output."""
    shared = "x" * 4 * 1500

    def cached(server: StandInServer, text: str, **more: Any) -> int:
        usage = post(server, question(text, **{"mode": "text", **more})).json()["usage"]
        count: int = usage["prompt_tokens_details"]["cached_tokens"]
        return count

    with StandInServer(scripted([GOOD] * 7)) as server:
        assert cached(server, shared + "one") == 0
        assert cached(server, shared + "two") == 1024 + 3 * 128
        assert cached(server, shared[:4400]) == 1024
        assert cached(server, shared[:4000]) == 0
        assert cached(server, shared, model="another") == 0
        assert cached(server, shared, mode="json_schema") == 0
        assert cached(server, shared + "three", mode="json_schema") >= 1024


def test_tokens_are_bytes_by_four() -> None:
    """A Chinese character counts for three times a Latin one."""
    with StandInServer(scripted(["数据数据"] * 2)) as server:
        usage = [post(server, question(letter * 40, "text")).json()["usage"] for letter in ("a", "数")]
    assert usage[0]["completion_tokens"] == 3
    assert usage[1]["prompt_tokens"] - usage[0]["prompt_tokens"] == 20


def test_requests_beyond_the_limit_are_told_when_to_come_back() -> None:
    """A minute's worth may come at once; Retry-After says when the next one is due."""
    with StandInServer(scripted([GOOD] * 3), requests_per_minute=3) as server:
        answers = [post(server, question()) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert 15 <= int(answers[3].headers["Retry-After"]) <= 20


def test_a_limit_of_many_lets_a_patient_client_through() -> None:
    """The allowance grows back with time."""
    with StandInServer(scripted([GOOD] * 700), requests_per_minute=600, latency_seconds=0.15) as server:
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda number: post(server, question()), range(20)))
        assert {call.status for call in server.calls} == {200}
        assert min(call.seconds for call in server.calls) >= 0.15


def test_two_hundred_calls_from_twenty_threads_are_all_on_record() -> None:
    """Faults of every kind among them: numbers without gaps, outcomes that match what clients saw."""
    kinds = tuple(fault for fault in KINDS.values() if fault.name != "slow-reply")
    seen: dict[int, str] = {}

    def ask(number: int) -> None:
        try:
            status = post(server, question(f"question {number}")).status
            seen[number] = "answered" if status == 200 else "refused"
        except Exception:
            seen[number] = "lost"

    with StandInServer(valid_noise(3), Faults(0.4, kinds, seed=11)) as server:
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(ask, range(200)))
        calls = server.calls
    assert [call.number for call in calls] == list(range(1, 201))
    assert len({call.request.text for call in calls}) == 200
    for call in calls:
        assert call.fault == Faults(0.4, kinds, seed=11).of_call(call.number)
        told = seen[int(call.request.text.split()[1])]
        if call.fault is None or call.fault.name != "html-page":
            assert told == call.outcome
        if call.fault is None:
            assert call.reply is not None
            jsonschema.validate(json.loads(call.reply.text), SCHEMA)


def test_calls_repeated_without_need_are_found() -> None:
    """Asking again after a lost reply is no such call, asking again after an answer is."""
    with StandInServer(scripted([GOOD] * 3), Faults(per_call=(RESET_AFTER,))) as server:
        with pytest.raises(ConnectionResetError):
            post(server, question())
        post(server, question())
        after_loss = server.needless
        post(server, question())
        after_answer = server.needless
    assert (after_loss, [call.number for call in after_answer]) == ((), [3])


def test_the_key_a_client_sends_is_nowhere_on_record(connect: Connect) -> None:
    """Neither in the calls nor in what they print as."""
    with StandInServer(scripted([GOOD])) as server:
        client = connect(server).with_options(api_key="sk-not-to-be-kept")
        client.chat.completions.create(**question())
    assert "sk-not-to-be-kept" not in repr(server.calls)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        ([], "not a JSON object"),
        ({"messages": [{"role": "user", "content": "x"}]}, "model"),
        ({"model": "m", "messages": []}, "messages"),
        ({"model": "m", "messages": [{"content": "x"}]}, "role"),
        (question(mode="text", response_format={"type": "json_schema"}), "malformed"),
        (question(mode="text", tools=[{}]), "malformed"),
        (question(mode="text", response_format={"type": "json_object"}), "must contain the word 'json'"),
    ],
)
def test_what_is_no_request_is_refused_and_not_counted(body: object, message: str) -> None:
    """The error says what is wrong with it."""
    with StandInServer(scripted([])) as server:
        response = post(server, body)
        assert (response.status, server.calls) == (400, ())
    assert message in response.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v1/../etc/passwd"])
def test_unknown_paths_are_not_found(path: str) -> None:
    """With an error a client can read."""
    with StandInServer(scripted([])) as server:
        assert post(server, {}, path).json()["error"]["code"] == "unknown_url"


def test_a_responder_that_fails_is_an_error_no_client_retries() -> None:
    """A script at its end answers 400 and says so."""
    with StandInServer(scripted([])) as server:
        response = post(server, question())
    assert response.status == 400
    assert "no reply left" in response.json()["error"]["message"]
    assert [call.outcome for call in server.calls] == ["refused"]


def test_text_that_utf8_cannot_hold_goes_through_as_json_escapes() -> None:
    """A lone surrogate in a reply or a question breaks nothing."""
    with StandInServer(scripted(['{"a": "\ud83d"}'])) as server:
        assert post(server, question("\udc00", "text")).content == '{"a": "\ud83d"}'


def test_nothing_is_left_running() -> None:
    """Connections kept open by clients end with the server, its threads too."""
    import http.client

    before = threading.active_count()
    with StandInServer(scripted([GOOD])) as server:
        connection = http.client.HTTPConnection(server.base_url.split("/")[2])
        connection.request("POST", "/v1/chat/completions", json.dumps(question()))
        connection.getresponse().read()
        assert threading.active_count() == before + 2
    assert threading.active_count() == before
    connection.close()
    with pytest.raises(ConfigurationError, match="not running"):
        _ = server.base_url


def test_a_port_in_use_is_named() -> None:
    """The message says what to do."""
    with StandInServer(scripted([])) as server:
        port = int(server.base_url.split(":")[2].removesuffix("/v1"))
        with pytest.raises(ConfigurationError, match=f"port {port}"), StandInServer(scripted([]), port=port):
            pass


@pytest.mark.parametrize("limit", [0, -1])
def test_an_impossible_limit_is_refused(limit: int) -> None:
    """A limit lets something through."""
    with pytest.raises(ConfigurationError, match="at least 1"):
        StandInServer(scripted([]), requests_per_minute=limit)
