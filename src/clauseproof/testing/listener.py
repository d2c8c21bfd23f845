"""The socket of the stand-in server: reads requests, sends answers, and breaks connections when told to."""

from __future__ import annotations

import json
import selectors
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, cast

from clauseproof.testing.answers import Answer, encode, write_error
from clauseproof.testing.backend import Backend
from clauseproof.testing.embeddings import write_embeddings
from clauseproof.testing.exchanges import ChatRequest, MalformedRequestError, parse_chat_request

_HOST = "127.0.0.1"
_MODEL = {"id": "stand-in", "object": "model", "created": 0, "owned_by": "clauseproof"}


class Listener(ThreadingHTTPServer):
    """A threaded HTTP server whose threads are waited for and whose open connections can be ended.

    Args:
        port: Where to listen; 0 takes a free port.
        backend: Answers the chat calls.
    """

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, backend: Backend) -> None:
        self.backend = backend
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__((_HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection and close it."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """End the connections that clients keep open, so that their threads end."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error of a thread unless it is a client that went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ClauseproofStandIn"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/v1/models":
            self._send(Answer(200, encode({"object": "list", "data": [_MODEL]})))
        elif path.startswith("/v1/models/"):
            self._send(Answer(200, encode(_MODEL | {"id": path.removeprefix("/v1/models/")})))
        else:
            self._send(write_error(404, f"there is nothing at {path}", code="unknown_url"))

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if path == "/v1/chat/completions":
                self._answer_chat(parse_chat_request(_parse_body(content)))
            elif path == "/v1/embeddings":
                self._send(Answer(200, encode(write_embeddings(_parse_body(content)))))
            else:
                self._send(write_error(404, f"there is nothing at {path}", code="unknown_url"))
        except MalformedRequestError as error:
            self._send(write_error(400, str(error)))

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: calls are on record."""

    def _answer_chat(self, request: ChatRequest) -> None:
        backend = cast("Listener", self.server).backend
        call = backend.receive(request)
        answer = backend.answer(call)
        if self._is_client_gone(answer.delay_seconds) or answer.ending != "whole":
            backend.close(call, answer, "lost")
        else:
            # Before it is sent, so that a client that has its answer finds the call on record.
            backend.close(call, answer, "refused" if answer.reply is None else "answered")
        try:
            self._send(answer)
        except OSError:
            backend.close(call, answer, "lost")
            raise

    def _is_client_gone(self, wait_seconds: float) -> bool:
        end = time.monotonic() + wait_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            while True:
                rest = end - time.monotonic()
                if selector.select(max(0.0, rest)):
                    try:
                        return not self.connection.recv(1, socket.MSG_PEEK)
                    except OSError:
                        return True
                if rest <= 0:
                    return False

    def _send(self, answer: Answer) -> None:
        if answer.ending == "reset":
            self._reset()
            return
        streams = answer.content_type == "text/event-stream"
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        if streams:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        body = answer.body if answer.ending == "whole" else answer.body[: len(answer.body) // 2]
        if streams:
            for event in body.split(b"\n\n"):
                if event:
                    self.wfile.write(b"%x\r\n%s\n\n\r\n" % (len(event) + 2, event))
            if answer.ending == "whole":
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body)
        self.close_connection = self.close_connection or answer.ending != "whole"

    def _reset(self) -> None:
        # With a linger time of zero, closing a socket sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True


def _parse_body(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError("the body of the request is not valid JSON") from error
