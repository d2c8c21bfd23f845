"""The adapter speaks to a real server: what comes back is kept, what fails is one of our errors."""

from __future__ import annotations

from contextlib import closing

import pytest

from clauseproof import testing
from clauseproof.errors import (
    ConfigurationError,
    ContextTooLongError,
    ModelAccessError,
    ModelError,
    ModelUnavailableError,
    ReplyError,
)
from clauseproof.llm.base import Completion
from clauseproof.llm.langchain import is_loopback, open_openai, open_other
from clauseproof.testing import Fault, Faults, StandInServer, scripted

from .doubles import make_request

GOOD = '{"text": "well"}'


def ask(*faults: Fault | None, timeout: float = 5) -> Completion:
    """Ask a stand-in server with these faults, one a call; return the last completion."""
    with (
        StandInServer(scripted([GOOD] * 9), Faults(per_call=faults)) as server,
        closing(open_openai("m", server.base_url, timeout)) as model,
    ):
        return model.complete(make_request())


def test_good_reply_comes_with_text_usage_and_mode() -> None:
    """Nothing of the reply is lost."""
    completion = ask()
    assert (completion.text, completion.finish, completion.mode) == (GOOD, "stop", "json_schema")
    assert completion.usage is not None
    assert completion.usage.input_tokens > 0
    assert completion.usage.output_tokens > 0


@pytest.mark.parametrize(
    ("fault", "error", "word"),
    [
        (testing.RATE_LIMIT, ModelUnavailableError, "429"),
        (testing.SERVER_ERROR, ModelUnavailableError, "500"),
        (testing.OVERLOADED, ModelUnavailableError, "503"),
        (testing.HTML_PAGE_502, ModelUnavailableError, "502"),
        (testing.RESET_BEFORE, ModelUnavailableError, "connection"),
        (testing.RESET_AFTER, ModelUnavailableError, "connection"),
        (testing.HALF_REPLY, ModelUnavailableError, "connection"),
        (testing.HTML_PAGE, ReplyError, "html"),
        (testing.EMPTY_CHOICES, ReplyError, "empty"),
        (testing.QUOTA, ModelAccessError, ""),
        (testing.CONTEXT_TOO_LONG, ContextTooLongError, ""),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_fault_becomes_our_error(fault: Fault, error: type[ModelError], word: str) -> None:
    """No error of a library reaches a caller, and each says whether trying again helps."""
    with pytest.raises(error) as caught:
        ask(fault)
    assert getattr(caught.value, "fault", "") == word
    assert caught.value.model.startswith("openai:m")
    if error is ReplyError:
        assert caught.value.raw


@pytest.mark.parametrize(
    "fault", [testing.RATE_LIMIT_SECONDS, testing.RATE_LIMIT_DATE], ids=["seconds", "date"]
)
def test_retry_after_is_read_in_both_forms(fault: Fault) -> None:
    """The server's wish is kept with the error."""
    with pytest.raises(ModelUnavailableError) as caught:
        ask(fault)
    assert caught.value.retry_after_seconds is not None
    assert 0 <= caught.value.retry_after_seconds < 60


def test_slow_reply_is_a_timeout() -> None:
    """A server that does not answer in time is unavailable."""
    with pytest.raises(ModelUnavailableError) as caught:
        ask(testing.SlowReply(1.0), timeout=0.2)
    assert caught.value.fault == "timeout"


@pytest.mark.parametrize(
    ("fault", "finish"),
    [
        (testing.REFUSAL, "refusal"),
        (testing.TRUNCATED, "length"),
        (testing.CONTENT_FILTER, "content_filter"),
    ],
    ids=["refusal", "truncated", "filter"],
)
def test_how_a_reply_ended_is_kept(fault: Fault, finish: str) -> None:
    """Refusal, cut and filter are facts about a completion, with its usage."""
    completion = ask(fault)
    assert completion.finish == finish
    assert completion.usage is not None


def test_server_without_strict_schemas_is_asked_for_a_tool_call() -> None:
    """The second form is tried, and the first is not tried again."""
    with StandInServer(scripted([GOOD] * 4), Faults(per_call=(testing.NO_STRICT_SCHEMAS,))) as server:
        with closing(open_openai("m", server.base_url, 5)) as model:
            assert model.complete(make_request()).mode == "tool"
            assert model.complete(make_request()).text == GOOD
        assert [call.request.mode for call in server.calls] == ["json_schema", "tool", "tool"]


def test_server_without_tools_is_asked_for_json() -> None:
    """The last form puts the schema into the prompt."""
    faults = (testing.NO_STRICT_SCHEMAS, testing.NO_TOOLS)
    with StandInServer(scripted([GOOD] * 4), Faults(per_call=faults)) as server:
        with closing(open_openai("m", server.base_url, 5)) as model:
            completion = model.complete(make_request())
        assert (completion.mode, completion.text) == ("json", GOOD)
        assert "JSON Schema" in server.calls[-1].request.text


def test_key_is_needed_where_the_provider_asks_for_one() -> None:
    """Without endpoint and key the variable is named."""
    with pytest.raises(ModelAccessError, match="OPENAI_API_KEY"):
        open_openai("m", None, 5)


def test_key_is_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server says back about a key is taken out."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecretkey123456")
    with pytest.raises(ModelError) as caught:
        ask(testing.QUOTA)
    assert "verysecret" not in f"{caught.value} {caught.value.raw} {caught.value!r}"


@pytest.mark.parametrize("address", ["ftp://host/v1", "host", "http://user:word@host/v1", "http:///v1"])
def test_endpoint_must_be_a_web_address(address: str) -> None:
    """A word in an address that is a secret is not said again."""
    with pytest.raises(ConfigurationError) as caught:
        open_openai("m", address, 5)
    assert "word" not in str(caught.value)


def test_missing_provider_package_is_named() -> None:
    """Other providers need their own package."""
    with pytest.raises(ConfigurationError, match="pip install langchain-mistralai"):
        open_other("mistralai", "m", None, 5, max_output_tokens=10, temperature=0)


def test_tracing_of_the_shell_is_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangSmith switched on in a shell gets nothing: the test network would refuse the connection loudly."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    assert ask().text == GOOD


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost/v1", True),
        ("https://host/v1", False),
        (None, False),
    ],
)
def test_server_on_this_machine_is_recognised(address: str | None, local: bool) -> None:
    """It costs nothing."""
    assert is_loopback(address) is local
