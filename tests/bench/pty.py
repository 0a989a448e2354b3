"""Owns a program in a pseudo-terminal with a clock on every byte: time, bytes, quiet. Must not know the program."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from tests.bench import process

KEYS = {
    "enter": b"\r", "esc": b"\x1b", "backspace": b"\x7f", "home": b"\x1b[H", "end": b"\x1b[F",
    "up": b"\x1b[A", "down": b"\x1b[B", "pgup": b"\x1b[5~", "pgdn": b"\x1b[6~",
}  # fmt: skip
_IN_APPLICATION_MODE = {name: b"\x1bO" + KEYS[name][2:] for name in ("home", "end", "up", "down")}
_APPLICATION_MODE = b"\x1b[?1h"
QUIET = 0.05
"""Seconds of silence after which a program has said what it had to say to a key."""
_QUERIES = re.compile(rb"\x1b\[0?c|\x1b\[6n|\x1b\[\?2026\$p")
_ANSWERS = {b"c": b"\x1b[?62;22c", b"n": b"\x1b[1;1R", b"p": b"\x1b[?2026;2$y"}


class Ended(RuntimeError):
    """The program ended, or said nothing for too long; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Response:
    """What followed one key: seconds until the last byte of it, and how many bytes."""

    seconds: float
    size: int


class Pty:
    """A program in a pseudo-terminal of ``size`` (columns, lines); ``rate`` bytes a second are read at most.

    ``calm`` is how many seconds without work count as being at rest. Moments are ``time.monotonic``, which all
    processes of a machine share. Leaving the context kills what still runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int],
        env: Mapping[str, str],
        cwd: str,
        rate: float = 0,
        calm: float = 0.5,
    ) -> None:
        self.calm = calm
        self.chunks: list[tuple[float, bytes]] = []
        self.size = size
        self._application_mode = False
        self._rate = rate
        self._budget = 0.0
        self._filled = time.monotonic()
        self.started = time.monotonic()
        self.pid, self._master = pty.fork()
        if not self.pid:
            _become(command, size, env, cwd)
        os.set_blocking(self._master, False)

    def __enter__(self) -> Pty:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    @property
    def written(self) -> int:
        """How many bytes the program has written."""
        return sum(len(data) for _, data in self.chunks)

    def send(self, data: bytes) -> None:
        """Type."""
        os.write(self._master, data)

    def key(self, name: str) -> float:
        """Press a key, as the program asked for keys to be told, and return the moment."""
        told = _IN_APPLICATION_MODE.get(name) if self._application_mode else None
        moment = time.monotonic()
        self.send(told or KEYS.get(name, name.encode()))
        return moment

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def run(self, seconds: float) -> None:
        """Read for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(left)

    def until_seen(self, pattern: bytes, seconds: float = 60) -> float:
        """Return the moment at which ``pattern`` was among the bytes written. Raises ``Ended``."""
        until, tail, at = time.monotonic() + seconds, b"", 0
        while True:
            while at < len(self.chunks):
                moment, data = self.chunks[at]
                if re.search(pattern, tail + data):
                    return moment
                tail, at = (tail + data)[-200:], at + 1
            self._wait(until)

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Read until ``condition`` holds; it is asked in pauses of the program. Raises ``Ended``."""
        until = time.monotonic() + seconds
        while not condition():
            self._wait(until)
            while self._read(0.02):
                pass

    def quiet(self, silence: float = QUIET, seconds: float = 60) -> float:
        """Read until nothing was written for ``silence`` seconds; return the moment of the last byte."""
        until = time.monotonic() + seconds
        since = time.monotonic()
        while (left := since + silence - time.monotonic()) > 0 and time.monotonic() < until:
            if self._read(left):
                since = self.chunks[-1][0]
        return self.chunks[-1][0] if self.chunks else since

    def press(self, key: str, silence: float = QUIET, first: float = 1.0) -> Response:
        """Press a key and return what followed, once it is quiet; the first byte is waited for ``first`` seconds."""
        self._drain()
        before, size = len(self.chunks), self.written
        pressed = self.key(key)
        while len(self.chunks) == before and time.monotonic() < pressed + first:
            self._read(pressed + first - time.monotonic())
        last = self.quiet(silence)
        return Response(max(0.0, last - pressed), self.written - size)

    def close(self) -> None:
        """End the program and its group."""
        if self._master < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self._master)
        os.waitpid(self.pid, 0)
        self._master = -1

    def leave(self, key: str = "q", seconds: float = 60) -> None:
        """Press the key that ends the program and wait for it; what does not go is killed."""
        self.send(key.encode())
        until = time.monotonic() + seconds
        with contextlib.suppress(Ended):
            while time.monotonic() < until:
                self._read(0.2)
        self.close()

    def _wait(self, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise Ended(f"nothing for too long; last: {self._last_words()}")
        self._read(min(left, 0.2))

    def _drain(self) -> None:
        while self._read(0):
            pass

    def _read(self, seconds: float) -> bool:
        """Read once, waiting at most so long; return whether something came. Raises ``Ended``."""
        most = self._allowed()
        if not most:
            time.sleep(min(max(seconds, 0), 0.005))
            return False
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._master, most)
        except OSError:  # how Linux says that nobody holds the other end
            data = b""
        if not data:
            raise Ended(f"it has ended; last: {self._last_words()}")
        self._budget -= len(data)
        self.chunks.append((time.monotonic(), data))
        self._application_mode = self._application_mode or _APPLICATION_MODE in data
        for question in _QUERIES.finditer(data):
            self.send(_ANSWERS[question.group()[-1:]])
        return True

    def _allowed(self) -> int:
        """Return how many bytes may be read now."""
        if not self._rate:
            return 65536
        now = time.monotonic()
        self._budget = min(self._rate / 20, self._budget + (now - self._filled) * self._rate)
        self._filled = now
        return int(self._budget) if self._budget >= 64 else 0

    def _last_words(self) -> str:
        text = b"".join(data for _, data in self.chunks[-5:]).decode(errors="replace")
        return repr(re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)[-400:])


def _become(command: Sequence[str], size: tuple[int, int], env: Mapping[str, str], cwd: str) -> None:
    """Turn this child into the program."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        os.chdir(cwd)
        os.execve(command[0], list(command), dict(env))  # noqa: S606
    finally:
        os._exit(127)


@dataclass(frozen=True, slots=True)
class Run:
    """A program that ran to its end on a pipe: seconds to its first byte and to its end, its greatest memory in MB."""

    first: float
    seconds: float
    peak: float
    output: bytes


def run_piped(command: Sequence[str], env: Mapping[str, str], cwd: str) -> Run:
    """Run a program to its end. Raises ``Ended`` when it fails."""
    reading, writing = os.pipe()
    started = time.monotonic()
    pid = os.fork()
    if not pid:
        os.dup2(writing, 1)
        os.chdir(cwd)
        os.execve(command[0], list(command), dict(env))  # noqa: S606
    os.close(writing)
    parts, first = [], 0.0
    while data := os.read(reading, 1 << 20):
        first = first or time.monotonic() - started
        parts.append(data)
    os.close(reading)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise Ended(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(first, time.monotonic() - started, used.ru_maxrss / 1024, b"".join(parts))


AT_REST = 0.04
"""Of a processor: what a program at rest takes at most."""


def settle(program: Pty, seconds: float = 60.0, *, at_rest: float = AT_REST) -> None:
    """Read until a program is at rest: no CPU to speak of for its ``calm``."""
    until = time.monotonic() + seconds
    before = process.usage(program.pid).cpu
    while time.monotonic() < until:
        program.run(program.calm)
        now = process.usage(program.pid).cpu
        if now - before < program.calm * at_rest:
            return
        before = now
