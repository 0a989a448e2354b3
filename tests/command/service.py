"""Owns a loopback service that chooses its answer by the request; must not know AWS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.faulty import Answer

Choose = Callable[[str], Answer | None]
"""(target, headers and body of the request, as text) → its answer; None closes the connection without one."""


class Service:
    """A running service and every request it got, as text."""

    def __init__(self, choose: Choose) -> None:
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(choose, self.requests))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def asked(self, word: str) -> int:
        """How many requests had ``word`` in them."""
        return sum(word in request for request in self.requests)


@contextmanager
def serving(choose: Choose) -> Iterator[Service]:
    """Run a service with these answers."""
    service = Service(choose)
    try:
        yield service
    finally:
        service.close()


def _handler(choose: Choose, requests: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            request = f"{self.path}\n{self.headers}\n{self.rfile.read(length).decode()}"
            requests.append(request)
            answer = choose(request)
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[: answer.cut])

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
