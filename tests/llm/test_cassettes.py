"""The adapter reads recorded exchanges as it read them live; no recording holds a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clauseproof.errors import ModelError, ModelUnavailableError, ReplyError
from clauseproof.llm.base import Completion
from clauseproof.llm.replies import parse_reply

from .record import FOLDER, GOOD, KEY, RECORDINGS, Retention, ask, open_cassette

CASSETTES = sorted(FOLDER.parent.rglob("*.yaml"))


def _replay(name: str, calls: int) -> tuple[Completion, list[ModelError]]:
    lost: list[ModelError] = []
    with open_cassette(name) as cassette:
        completion = ask(lost)
    assert cassette.play_count == calls
    assert cassette.all_played
    return completion, lost


@pytest.mark.parametrize(
    ("name", "mode", "calls"),
    [("good_reply", "json_schema", 1), ("fallback_to_tools", "tool", 2), ("fallback_to_json", "json", 3)],
)
def test_a_reply_is_read_whichever_form_of_output_it_took(name: str, mode: str, calls: int) -> None:
    """Strict schema, tool call, JSON: the same value, with usage, and no call counted as lost."""
    completion, lost = _replay(name, calls)
    assert parse_reply(completion, Retention) == GOOD
    assert (completion.mode, completion.finish, lost) == (mode, "stop", [])
    assert completion.usage is not None
    assert completion.usage.input_tokens > 0


def test_a_refusal_is_a_completion_with_its_words_and_usage() -> None:
    """Nothing is raised before the reply is read."""
    completion, _ = _replay("refusal", 1)
    assert completion.finish == "refusal"
    assert completion.refusal == "I'm sorry, but I can't assist with that request."
    assert completion.usage is not None
    with pytest.raises(ReplyError) as caught:
        parse_reply(completion, Retention)
    assert caught.value.fault == "refusal"


def test_a_rate_limit_is_waited_out_and_counted() -> None:
    """The lost call is reported with what the server asked for."""
    completion, lost = _replay("rate_limit_then_reply", 2)
    assert parse_reply(completion, Retention) == GOOD
    (error,) = lost
    assert isinstance(error, ModelUnavailableError)
    assert (error.fault, error.retry_after_seconds) == ("429", 1)


def test_an_html_page_is_named_and_kept() -> None:
    """The page is in the error, as it came."""
    with open_cassette("html_page"), pytest.raises(ReplyError) as caught:
        ask([])
    assert caught.value.fault == "html"
    assert caught.value.raw.startswith("<!DOCTYPE html>")


def test_every_recording_is_there_and_replayed() -> None:
    """Files and recordings are the same list."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(RECORDINGS)


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_no_cassette_holds_a_key(path: Path) -> None:
    """Neither the key sent while recording nor a header or word that looks like one."""
    text = path.read_text("utf-8")
    assert KEY not in text
    pattern = r"\bsk-|bearer|authorization|openai-organization|openai-project|cookie|x-request-id|api[-_]?key"
    assert re.search(pattern, text, re.IGNORECASE) is None
