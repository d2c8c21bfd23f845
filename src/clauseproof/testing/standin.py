"""The stand-in server: OpenAI's protocol on this machine, a responder for a model, faults on demand."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from clauseproof.errors import ConfigurationError
from clauseproof.testing.backend import Backend, find_needless
from clauseproof.testing.calls import Call
from clauseproof.testing.exchanges import Responder
from clauseproof.testing.faults import Faults
from clauseproof.testing.listener import Listener

_NO_FAULTS = Faults()
_POLL_SECONDS = 0.02


class StandInServer:
    """A model server on 127.0.0.1 that speaks OpenAI's protocol; use it as a context manager.

    It answers ``/v1/chat/completions``, ``/v1/embeddings`` and ``/v1/models``, asks for no key and keeps
    none. Faults, latency and the rate limit apply to chat completions.

    Args:
        responder: Replies to chat requests, from several threads at once.
        faults: Which calls go wrong, and how.
        latency_seconds: How long every answer takes at least.
        requests_per_minute: Calls beyond it are refused with 429 and Retry-After; a full minute's worth
            may come at once.
        port: Where to listen; 0 takes a free port.
    """

    def __init__(
        self,
        responder: Responder,
        faults: Faults = _NO_FAULTS,
        *,
        latency_seconds: float = 0.0,
        requests_per_minute: int | None = None,
        port: int = 0,
    ) -> None:
        if requests_per_minute is not None and requests_per_minute < 1:
            raise ConfigurationError(f"requests_per_minute must be at least 1, not {requests_per_minute}")
        self._backend = Backend(responder, faults, latency_seconds, requests_per_minute)
        self._port = port
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start listening."""
        try:
            self._listener = Listener(self._port, self._backend)
        except OSError as error:
            raise ConfigurationError(
                f"the stand-in server cannot listen on port {self._port} ({error.strerror}); "
                "take another, or 0 for a free one"
            ) from error
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), name="stand-in-server"
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all connections and wait until every call is on record."""
        if self._listener is not None and self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._listener.end_connections()
            self._listener.server_close()
            self._listener = None

    @property
    def base_url(self) -> str:
        """Return what a client is given as the base of its requests.

        Raises:
            ConfigurationError: The server is not running.
        """
        if self._listener is None:
            raise ConfigurationError("the stand-in server is not running; use it in a with statement")
        return f"http://127.0.0.1:{self._listener.server_port}/v1"

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every chat call received so far, in order of arrival."""
        return self._backend.calls()

    @property
    def lost(self) -> tuple[Call, ...]:
        """Return the calls whose reply was lost: the connection ended before the answer did."""
        return tuple(call for call in self.calls if call.outcome == "lost")

    @property
    def needless(self) -> tuple[Call, ...]:
        """Return the calls that ask once more what had been answered whole before they came."""
        return find_needless(self.calls)
