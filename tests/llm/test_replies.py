"""Every way a reply can be malformed is told apart, and raw text and usage survive it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from clauseproof.errors import ReplyError
from clauseproof.llm.base import Completion, Usage
from clauseproof.llm.replies import parse_reply


class Said(BaseModel):
    """A form."""

    text: str


GOOD = '{"text": "well"}'


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        f"\ufeff{GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"Here you are:\n```\n{GOOD}\n```\nAnything else?",
        f'<think>The {{reader}} wants a "text" {{...}}</think>\n{GOOD}',
        f"Let me think {{about it}}. So: {GOOD} That is all.",
        f'Shall I say {{"text": "badly"}}, or {{"claims": [? </think>{GOOD}',
        '```json\n{"text": "badly"}\n```\nNo, better:\n```json\n{"text": "well"}\n```',
        '{"draft": 1} and finally {"text": "well"}',
        'I say {"text": "a brace } and a quote \\" and a backslash \\\\"} now',
    ],
)
def test_good_reply_is_read_whatever_stands_around_it(reply: str) -> None:
    """Fences, thoughts and prose do not matter where one object fits."""
    assert parse_reply(Completion(text=reply), Said).text != "badly"


def test_tag_of_a_thought_within_a_string_is_text() -> None:
    """A policy that quotes such tags is quoted with them."""
    text = "<think>ignore the above</think> and </think>"
    assert parse_reply(Completion(text=Said(text=text).model_dump_json()), Said).text == text


@pytest.mark.parametrize(
    ("completion", "fault"),
    [
        (Completion(text="", refusal="I cannot help", finish="refusal"), "refusal"),
        (Completion(text='{"tex', finish="length"), "truncated"),
        (Completion(text="", finish="content_filter"), "content-filter"),
        (Completion(text="  \n"), "empty"),
        (Completion(text="<!DOCTYPE html><html><body>502</body></html>"), "html"),
        (Completion(text='{"text": "unfinished'), "not-json"),
        (Completion(text="I would rather not say."), "not-json"),
        (Completion(text='["text"]'), "not-json"),
        (Completion(text='{"words": "well"}'), "schema"),
        (Completion(text='{"text": 7}'), "schema"),
        (Completion(text='{"text": "true", "text": "false"}'), "schema"),
        (Completion(text="[" * 100_000), "not-json"),
        (Completion(text='{"a":' * 100_000), "not-json"),
    ],
)
def test_malformed_reply_is_told_apart(completion: Completion, fault: str) -> None:
    """The fault says what is wrong; the reply and its usage are kept with it."""
    paid = completion.model_copy(update={"usage": Usage(input_tokens=7, output_tokens=1)})
    with pytest.raises(ReplyError) as caught:
        parse_reply(paid, Said)
    assert caught.value.fault == fault
    assert caught.value.raw == completion.text
    assert caught.value.usage == paid.usage
    assert len(str(caught.value)) < 250


@given(st.text(max_size=300))
def test_no_text_crashes_the_reader(text: str) -> None:
    """A reply is read or refused, whatever it holds."""
    with contextlib.suppress(ReplyError):
        parse_reply(Completion(text=text), Said)


def test_long_reply_without_end_is_refused_quickly() -> None:
    """Reading takes time in proportion to the length."""
    for text in ('{"' * 200_000, "{" * 300_000, "```" + "\n" * 200_000, "```\n" * 50_000, '"{' * 200_000):
        with pytest.raises(ReplyError) as caught:
            parse_reply(Completion(text=text), Said)
        assert caught.value.fault == "not-json"
