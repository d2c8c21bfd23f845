"""Clients to speak to the stand-in server with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from clauseproof.testing import StandInServer

if TYPE_CHECKING:
    import openai


@pytest.fixture
def connect() -> Iterator[Callable[[StandInServer], openai.OpenAI]]:
    """Open an OpenAI client to a server, without retries, and close it after the test."""
    import openai

    clients: list[openai.OpenAI] = []

    def open_client(server: StandInServer) -> openai.OpenAI:
        client = openai.OpenAI(base_url=server.base_url, api_key="test", max_retries=0, timeout=5)
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()
