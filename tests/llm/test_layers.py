"""Repetition, limits, store and budget: each layer does its one thing."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from clauseproof.errors import (
    BudgetError,
    ConfigurationError,
    ModelAccessError,
    ModelError,
    ModelUnavailableError,
)
from clauseproof.llm.base import Completion, Request, Usage
from clauseproof.llm.budget import BudgetedModel
from clauseproof.llm.cache import CachedModel
from clauseproof.llm.limits import LimitedModel, RateLimit
from clauseproof.llm.prices import Price, find_price
from clauseproof.llm.redaction import redact
from clauseproof.llm.retry import RetryingModel
from clauseproof.llm.stack import ModelSettings, build_model, price_of
from clauseproof.llm.tokens import count_request_tokens, count_tokens

from .doubles import ScriptedModel, make_completion, make_request

BUSY = ModelUnavailableError("busy", fault="503")
PRICE = Price(name="*", input=1_000_000, cached_input=0, output=1_000_000)


class TestRetryingModel:
    """Calls are repeated where their reply was lost, and only there."""

    def test_lost_replies_are_asked_for_again_and_listed(self) -> None:
        """Two losses, then the reply."""
        lost: list[ModelError] = []
        inner = ScriptedModel([BUSY, BUSY, make_completion()])
        model = RetryingModel(inner, 60, lambda _, error: lost.append(error), sleep=lambda _: None)
        assert model.complete(make_request()).text
        assert len(inner.asked) == 3
        assert lost == [BUSY, BUSY]

    def test_server_is_waited_for_as_long_as_it_asks(self) -> None:
        """Retry-After is honoured, with a little jitter on top."""
        waits: list[float] = []
        asked = ModelUnavailableError("later", fault="429", retry_after_seconds=7)
        model = RetryingModel(
            ScriptedModel([asked, make_completion()]), 60, lambda *_: None, sleep=waits.append
        )
        model.complete(make_request())
        assert 7 <= waits[0] <= 7.25

    def test_deadline_is_not_passed_for_a_long_wait(self) -> None:
        """A wait that would end after the deadline is not begun."""
        asked = ModelUnavailableError("later", fault="429", retry_after_seconds=700)
        waits: list[float] = []
        model = RetryingModel(ScriptedModel([asked]), 60, lambda *_: None, sleep=waits.append)
        with pytest.raises(ModelUnavailableError):
            model.complete(make_request())
        assert waits == []

    @pytest.mark.parametrize(
        "error", [ModelAccessError("quota"), BudgetError("spent")], ids=["quota", "budget"]
    )
    def test_refusals_are_final(self, error: ModelError) -> None:
        """A used-up quota is not asked twice."""
        inner = ScriptedModel([error])
        with pytest.raises(type(error)):
            RetryingModel(inner, 60, lambda *_: None, sleep=lambda _: None).complete(make_request())
        assert len(inner.asked) == 1


class TestLimits:
    """Rates and concurrency are kept."""

    def test_calls_are_spread_over_the_minute(self) -> None:
        """60 a minute means one a second after the first second's worth."""
        now, waits = [100.0], []

        def sleep(seconds: float) -> None:
            waits.append(round(seconds, 3))

        limit = RateLimit(60, clock=lambda: now[0], sleep=sleep)
        for _ in range(4):
            limit.take(1)
        assert waits == [1.0, 2.0]

    def test_no_more_calls_run_at_once_than_allowed(self) -> None:
        """Ten threads, two at a time."""
        running, most, lock = [0], [0], threading.Lock()
        gate = threading.Event()

        def answer() -> Completion:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            gate.wait(0.02)
            with lock:
                running[0] -= 1
            return make_completion()

        class Slow:
            name = "slow"

            def complete(self, request: Request) -> Completion:
                return answer()

        model = LimitedModel(Slow(), 2, None, None, lambda _: 1)
        threads = [threading.Thread(target=model.complete, args=(make_request(str(n)),)) for n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most[0] == 2


class TestCachedModel:
    """The same question is not paid for twice."""

    def test_second_ask_is_answered_from_the_store(self, tmp_path: Path) -> None:
        """Also by another instance: a stopped run goes on."""
        inner = ScriptedModel([make_completion()])
        CachedModel(inner, tmp_path).complete(make_request())
        again = CachedModel(inner, tmp_path).complete(make_request())
        assert again.cached
        assert len(inner.asked) == 1

    def test_another_request_is_another_question(self, tmp_path: Path) -> None:
        """Text, form and parameters all count."""
        inner = ScriptedModel([make_completion()])
        model = CachedModel(inner, tmp_path)
        request = make_request()
        for one in (
            request,
            make_request("Else."),
            request.model_copy(update={"temperature": 1.0}),
            request.model_copy(update={"schema_name": "other"}),
        ):
            assert not model.complete(one).cached
        assert len(inner.asked) == 4

    @pytest.mark.parametrize("finish", ["length", "content_filter", "refusal"])
    def test_unusable_replies_are_not_kept(self, tmp_path: Path, finish: str) -> None:
        """A cut reply is asked for anew next time."""
        cut = make_completion().model_copy(update={"finish": finish})
        inner = ScriptedModel([cut])
        model = CachedModel(inner, tmp_path)
        assert not model.complete(make_request()).cached
        assert not model.complete(make_request()).cached

    @pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"text": 1}'])
    def test_damaged_file_is_replaced(self, tmp_path: Path, damage: bytes) -> None:
        """A file cut by a crash costs one call, nothing more."""
        inner = ScriptedModel([make_completion()])
        model = CachedModel(inner, tmp_path)
        model.complete(make_request())
        path = next(tmp_path.rglob("*.json"))
        path.write_bytes(damage)
        assert not model.complete(make_request()).cached
        assert model.complete(make_request()).cached

    def test_threads_that_ask_the_same_ask_once(self, tmp_path: Path) -> None:
        """The second waits for the first's reply."""
        inner = ScriptedModel([make_completion()])
        model = CachedModel(inner, tmp_path)
        threads = [threading.Thread(target=model.complete, args=(make_request(),)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(inner.asked) == 1


class TestBudgetedModel:
    """No limit is passed, and what was spent is known."""

    def test_call_that_might_pass_the_limit_is_not_sent(self) -> None:
        """The reservation counts the longest reply."""
        inner = ScriptedModel([make_completion(usage=Usage(input_tokens=40, output_tokens=20))])
        model = BudgetedModel(inner, None, lambda _: 50, max_tokens=200)
        model.complete(make_request(most=100))
        with pytest.raises(BudgetError, match="60 are used"):
            model.complete(make_request(most=100))
        assert len(inner.asked) == 1
        assert model.spent.usage.input_tokens == 40

    def test_cost_is_kept_within_its_limit(self) -> None:
        """A dollar a token: 25 fit, the next might not."""
        inner = ScriptedModel([make_completion(usage=Usage(input_tokens=10, output_tokens=5))])
        model = BudgetedModel(inner, PRICE, lambda _: 10, max_cost=39)
        model.complete(make_request(most=15))
        assert model.spent.cost == 15
        with pytest.raises(BudgetError, match=r"\$40"):
            model.complete(make_request(most=15))

    def test_lost_reply_is_taken_to_have_cost_its_input(self) -> None:
        """The provider may have been paid for it."""
        model = BudgetedModel(ScriptedModel([BUSY]), PRICE, lambda _: 12)
        with pytest.raises(ModelUnavailableError):
            model.complete(make_request())
        assert model.spent.usage == Usage(input_tokens=12)

    def test_reply_without_usage_is_counted(self) -> None:
        """A server that reports nothing is not free."""
        silent = Completion(text="x" * 300)
        model = BudgetedModel(ScriptedModel([silent]), PRICE, lambda _: 12)
        model.complete(make_request())
        assert model.spent.usage == Usage(input_tokens=12, output_tokens=101)


class TestPrices:
    """Prices come from a dated file the user can override."""

    def test_first_matching_name_counts(self, tmp_path: Path) -> None:
        """The small model is not charged as the large one."""
        small, _ = find_price("openai:gpt-4o-mini", tmp_path)
        large, _ = find_price("openai:gpt-4o", tmp_path)
        assert small is not None
        assert large is not None
        assert small.input < large.input

    def test_variant_that_is_priced_otherwise_has_no_price(self, tmp_path: Path) -> None:
        """Unknown is better than wrong; a dated name is the same model."""
        assert find_price("openai:gpt-4o-audio-preview", tmp_path)[0] is None
        assert find_price("openai:gpt-4.1-mini-2025-04-14", tmp_path)[0] is not None

    def test_own_file_goes_before_the_shipped_one(self, tmp_path: Path) -> None:
        """And its day is the record's."""
        text = 'as_of: 2026-11-01\nmodels:\n- {name: "openai:gpt-4o", input: 9, cached_input: 1, output: 2}\n'
        (tmp_path / "prices.yaml").write_text(text)
        price, day = find_price("openai:gpt-4o", tmp_path)
        assert price is not None
        assert (price.input, str(day)) == (9, "2026-11-01")

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("models: []", "as_of"),
            ("[", "prices.yaml"),
            ("as_of: 2026-01-01\nmodels: [{name: x}]", "models.0.input"),
        ],
    )
    def test_malformed_file_is_named(self, tmp_path: Path, text: str, place: str) -> None:
        """File and field."""
        (tmp_path / "prices.yaml").write_text(text)
        with pytest.raises(ConfigurationError, match=place):
            find_price("openai:x", tmp_path)

    def test_limit_on_cost_needs_a_price(self, tmp_path: Path) -> None:
        """A limit that cannot be kept is refused before anything is sent."""
        with pytest.raises(ConfigurationError, match="no price"):
            price_of(ModelSettings(name="openai:unheard-of", max_cost=1), tmp_path)

    def test_server_on_this_machine_costs_nothing(self, tmp_path: Path) -> None:
        """A local model needs no price."""
        settings = ModelSettings(name="openai:any", base_url="http://127.0.0.1:1/v1", max_cost=1)
        price, _ = price_of(settings, tmp_path)
        assert price is not None
        assert price.of(Usage(input_tokens=10**9)) == 0


class TestTokens:
    """Tokens are never undercounted."""

    @pytest.mark.parametrize(
        "text", ["We keep your data.", "我们保留您的数据", "<|endoftext|>", "🙂🙂", "\ud800"]
    )
    def test_bytes_stand_in_for_a_vocabulary(self, text: str) -> None:
        """No model has more tokens than a third of the bytes on real text; special tokens are text."""
        assert count_tokens(text, "ollama:x") >= len(text.encode("utf-8", "surrogatepass")) / 3

    def test_damaged_vocabulary_is_left_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The library would fetch it anew; here bytes are counted and nothing is fetched or deleted."""
        address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
        file = tmp_path / hashlib.sha1(address.encode()).hexdigest()
        file.write_text("cut")
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
        assert count_tokens("abcdef", "openai:gpt-4o-2024-08-06") == 2
        assert file.exists()

    def test_form_counts_too(self) -> None:
        """A request is more than its messages."""
        request = make_request()
        assert count_request_tokens(request, "openai:x") > sum(
            count_tokens(one.text, "openai:x") for one in request.messages
        )


@pytest.mark.parametrize("name", ["gpt-4o", "opena:gpt", "openai:", "", "openai"])
def test_model_is_named_with_its_provider(name: str) -> None:
    """A wrong name gets the form and the nearest provider."""
    with pytest.raises(ConfigurationError, match="openai:NAME"):
        ModelSettings(name=name)


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcdef123456",
        "Authorization: Bearer abc.def-ghijkl",
        "https://me:secretword@host/v1",
        "api_key=abcdef0123456789",
        '{"api_key": "abcdef0123456789"}',
        "x-goog-api-key: AIzaabcdef0123456789abcdef",
    ],
)
def test_keys_are_taken_out(text: str) -> None:
    """Whatever form they come in."""
    shown = redact(text)
    assert "[key]" in shown
    assert not any(part in shown for part in ("abcdef", "ghijkl", "secretword"))


def test_layers_are_built_without_a_call(tmp_path: Path) -> None:
    """Opening a model sends nothing."""
    settings = ModelSettings(name="openai:m", base_url="http://127.0.0.1:9/v1", requests_per_minute=60)
    stack = build_model(settings, tmp_path, lambda *_: None)
    assert stack.name == "openai:m at http://127.0.0.1:9/v1"
    assert stack.spent.usage == Usage()
    stack.close()
