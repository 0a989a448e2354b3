"""Owns a loopback server that answers as it is told, badly if need be; must not know AWS."""

from __future__ import annotations

import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus


class Ending(Enum):
    """What becomes of the connection after an answer."""

    KEPT = "kept for the next request"
    CLOSED = "closed"
    RESET = "reset, as by a firewall"


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer. ``body`` may be cut short; ``silent`` sends nothing at all."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.KEPT
    silent: bool = False
    """Send nothing; with ``KEPT`` the client waits until the server ends."""
    cut: int | None = None
    """Send this many bytes of the body under the length of the whole."""
    raw: bytes = b""
    """Send these bytes instead of an HTTP answer."""


DROP = Answer(silent=True, ending=Ending.CLOSED)
RESET = Answer(silent=True, ending=Ending.RESET)
SILENCE = Answer(silent=True)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class FaultyServer:
    """Gives its scripted answers in order, the last one for ever, and keeps every request."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[Request] = []
        self._answers = deque(answers or (Answer(),))
        self._lock = threading.Condition()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._start(self._accept)

    def script(self, *answers: Answer) -> None:
        """Replace the answers still to be given."""
        with self._lock:
            self._answers = deque(answers)

    def wait_for(self, count: int) -> None:
        """Return when that many requests have arrived."""
        with self._lock:
            if not self._lock.wait_for(lambda: len(self.requests) >= count, 30):
                raise TimeoutError(f"{len(self.requests)} of {count} requests arrived")

    def close(self) -> None:
        """Stop listening and drop every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self._lock:
                    self._open.add(connection)
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while request := _read_request(stream):
                with self._lock:
                    self.requests.append(request)
                    self._lock.notify_all()
                    answer = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
                _send(connection, answer, request)
                if answer.ending is not Ending.KEPT:
                    break
        with self._lock:
            self._open.discard(connection)


@contextmanager
def faulty(*answers: Answer) -> Iterator[FaultyServer]:
    """Run a server with these answers."""
    server = FaultyServer(*answers)
    try:
        yield server
    finally:
        server.close()


def _read_request(stream: object) -> Request | None:
    read_line, read = stream.readline, stream.read  # type: ignore[attr-defined]
    first = read_line().decode("latin-1").split()
    if len(first) < 2:
        return None
    headers: dict[str, str] = {}
    while line := read_line().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(first[0], first[1], headers, read(int(headers.get("content-length", 0))))


def _send(connection: socket.socket, answer: Answer, request: Request) -> None:
    if answer.ending is Ending.RESET:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if answer.silent:
        return
    if answer.raw:
        connection.sendall(answer.raw)
        return
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    body = b"" if request.method == "HEAD" else answer.body[: answer.cut]
    connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def _reason(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"
