"""The shipped embedder, and the endpoint's against a server on the loopback interface."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from clauseproof.errors import ConfigurationError, RetrievalError
from clauseproof.retrieval.embedders import OpenAIEmbedder, StaticEmbedder, load_embedder

KEY = "sk-very-secret"


class Endpoint(HTTPServer):
    """An embeddings endpoint: three numbers per text, or the answer it is told to give."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body: object = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.keys.append(self.headers["Authorization"])
        rows = [
            {"object": "embedding", "index": place, "embedding": [float(len(text)), 1.0, 0.0]}
            for place, text in enumerate(request["input"])
        ]
        answer = self.server.body or {"object": "list", "model": "m", "data": rows[::-1], "usage": {}}
        payload = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_static_vectors_have_length_one_and_follow_meaning(static: StaticEmbedder) -> None:
    """Related texts lie nearer than unrelated ones."""
    vectors = static.embed(["children under thirteen", "minors and kids", "binding arbitration"])
    assert vectors.shape == (3, static.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_static_vectors_do_not_depend_on_the_batch(static: StaticEmbedder) -> None:
    """A text has one vector, alone or among many."""
    texts = [f"clause {number} of many" for number in range(600)]
    assert np.array_equal(static.embed(texts)[555], static.embed([texts[555]])[0])


def test_texts_without_words_get_zeros(static: StaticEmbedder) -> None:
    """Empty and control-character texts are nowhere; no texts are no vectors."""
    assert not static.embed(["", "\x00\x01", "\udcff\u200b"])[:2].any()
    assert static.embed([]).shape == (0, static.dimension)


def test_static_knows_words_but_not_letters(static: StaticEmbedder) -> None:
    """Gibberish is spelled out of pieces."""
    assert static.knows("arbitration")
    assert not static.knows("zxcvqwop")


@pytest.mark.parametrize("setting", ["", "openai", "openai:", "word2vec", "static:large"])
def test_unknown_settings_are_refused(setting: str) -> None:
    """The message names the setting and the choices."""
    with pytest.raises(ConfigurationError, match="'static' or 'openai:MODEL'"):
        load_embedder(setting)


def test_openai_without_a_key_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key comes from the environment only."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        load_embedder("openai:text-embedding-3-small")


def test_endpoint_vectors_are_matched_by_index_and_scaled(endpoint: Endpoint) -> None:
    """Answers out of order are put back; blank texts are not sent."""
    embedder = load_embedder("openai:m", endpoint.url)
    vectors = embedder.embed(["abc", " ", "abcdef"])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors[0] == pytest.approx(np.array([3, 1, 0]) / 10**0.5)
    assert not vectors[1].any()
    assert endpoint.requests[-1]["input"] == ["abc", "abcdef"]
    assert endpoint.keys[-1] == f"Bearer {KEY}"


def test_endpoint_requests_hold_at_most_256_texts(endpoint: Endpoint) -> None:
    """Large updates are sent in batches."""
    load_embedder("openai:m", endpoint.url).embed(["x"] * 600)
    sizes = [len(request["input"]) for request in endpoint.requests]  # type: ignore[arg-type]
    assert sizes == [1, 256, 256, 88]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}),
        (404, {"error": {"message": "no such model"}}),
        (200, "<html>not json</html>"),
        (200, {"data": []}),
        (200, {"data": None}),
        (200, {"data": [{"index": 0, "embedding": []}]}),
    ],
)
def test_endpoint_failures_are_translated_without_the_key(
    endpoint: Endpoint, status: int, body: object
) -> None:
    """Whatever the server says, the error names model and host, and neither it nor its cause the key."""
    endpoint.status, endpoint.body = status, body
    with pytest.raises(RetrievalError, match=r"'m' at 127\.0\.0\.1") as caught:
        load_embedder("openai:m", endpoint.url).embed(["text"])
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_passwords_in_addresses_are_not_named() -> None:
    """The name of the vectors holds host and port only."""
    assert OpenAIEmbedder("m", "https://user:secret@host:8443/v1").name == "openai:m@host:8443"
