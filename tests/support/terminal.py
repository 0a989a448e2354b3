"""Owns a program in a real pseudo-terminal, seen and used as a person would; must not know the program."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, NoReturn, TypeVar

import pyte
import pyte.screens

T = TypeVar("T")

KEYS = {
    "enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pgup": "\x1b[5~", "pgdn": "\x1b[6~", "delete": "\x1b[3~", "f1": "\x1bOP", "f5": "\x1b[15~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}  # fmt: skip

_TAKE_THE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
_CONTROL = re.compile(
    rb"\x1b\[(?P<parameters>[0-?]*)(?P<intermediates>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b(?P<string>[\]P_^X]).*?(?:\x07|\x1b\\)"
    rb"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
    rb"|(?P<broken>\x1b\[?[ -?]*(?=[^ -~]))",
    re.DOTALL,
)
_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
_QUERIES = re.compile(rb"\x1b\[0?c|\x1b\[6n|\x1b\[\?2026\$p")
_ANSWERS = {b"c": b"\x1b[?62;22c", b"n": b"\x1b[1;1R", b"p": b"\x1b[?2026;2$y"}
_LONGEST_QUERY = 16
_PICTURE_BEGINS, _PICTURE_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"


class Sequences:
    """Drops the control sequences that pyte would print as text, also where a read cuts them in two."""

    def __init__(self) -> None:
        self._held = b""

    def filter(self, data: bytes) -> bytes:
        """Return what pyte understands of ``data``, keeping an unfinished sequence for the next call."""
        data, self._held = self._held + data, b""
        parts: list[bytes] = []
        at = 0
        while (start := data.find(b"\x1b", at)) >= 0:
            parts.append(data[at:start])
            match = _CONTROL.match(data, start)
            if match is None:
                self._held = data[start:]
                return b"".join(parts)
            if _known(match):
                parts.append(match.group())
            at = match.end()
        return b"".join([*parts, data[at:]])


def _known(match: re.Match[bytes]) -> bool:
    if match["broken"] is not None:
        return False
    if match["string"]:
        return match["string"] == b"]"
    if match["final"] is None:
        return True
    if match["intermediates"] or re.search(rb"[<=>:]", match["parameters"]):
        return False
    return not match["parameters"].startswith(b"?") or match["final"] in b"hl"


class _Screen(pyte.Screen):
    """A screen that ignores what pyte does not know, such as a parameter too many."""


def _tolerant(method: Callable[..., None]) -> Callable[..., None]:
    def call(*arguments: Any, **options: Any) -> None:
        with contextlib.suppress(TypeError, ValueError, IndexError):
            method(*arguments, **options)

    return call


for _name in set(pyte.Stream.csi.values()):
    setattr(_Screen, _name, _tolerant(getattr(pyte.Screen, _name)))


class Terminal:
    """A program in a pseudo-terminal of ``size`` (columns, rows), in a session of its own.

    ``env`` is added to this process's environment; a variable that is None is taken out. A thread feeds what the
    program writes to a screen and keeps the raw bytes; it answers the questions a terminal answers. Use it as a
    context manager: leaving it kills what still runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self.command = tuple(command)
        self._raw = bytearray()
        self._sequences = Sequences()
        self._screen = _Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._news = threading.Condition()
        self._asked_until = 0
        self._master, self._slave = os.openpty()
        self._wake, self._waker = os.pipe()
        self._set_size(size)
        self.settings_before = termios.tcgetattr(self._slave)
        self.settings_after: list[Any] = []
        variables: dict[str, str | None] = {**os.environ, **_ENVIRONMENT, **(env or {})}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_THE_TERMINAL, *self.command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env={name: value for name, value in variables.items() if value is not None},
            cwd=cwd,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id, which is its session's and its group's too."""
        return self._process.pid

    @property
    def restored(self) -> bool:
        """Whether the program, now ended, left the terminal's settings as it found them."""
        return bool(self.settings_after) and self.settings_after == self.settings_before

    def send(self, keys: str | bytes) -> None:
        """Type ``keys`` as they are."""
        left = keys.encode() if isinstance(keys, str) else keys
        while left:
            left = left[os.write(self._master, left) :]

    def press(self, *names: str) -> None:
        """Press keys by name (``enter``, ``esc``, ``ctrl+c``, ``j``), one after the other."""
        for name in names:
            if len(name) > 1 and name not in KEYS:
                raise ValueError(f"no key is called {name!r}")
            self.send(KEYS.get(name, name))

    def click(self, text: str) -> None:
        """Press and let go of the mouse on ``text``, where it is first on the screen."""
        row, line = next((row, line) for row, line in enumerate(self.screen(), 1) if text in line)
        column = line.index(text) + 1
        self.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def screen(self) -> list[str]:
        """Return the lines on the screen, without the blanks at their ends."""
        with self._news:
            rows = (
                self._screen.buffer[y] for y in range(self._screen.lines)
            )  # ``display`` fails at half a wide character
        return ["".join(row[x].data for x in range(self._screen.columns)).rstrip() for row in rows]

    def text(self) -> str:
        """Return the screen as one text."""
        return "\n".join(self.screen())

    def cell(self, row: int, column: int) -> pyte.screens.Char:
        """Return one character with its colours: ``data``, ``fg``, ``bg``, ``bold``, ``reverse`` and so on."""
        with self._news:
            return self._screen.buffer[row][column]

    def cursor(self) -> tuple[int, int, bool]:
        """Return the cursor's row, column, and whether it is shown."""
        with self._news:
            cursor = self._screen.cursor
            return cursor.y, cursor.x, not cursor.hidden

    def raw(self) -> bytes:
        """Return every byte the program has written."""
        with self._news:
            return bytes(self._raw)

    def wait_for(self, pattern: str, seconds: float = 20) -> re.Match[str]:
        """Return the match once ``pattern`` is on the screen. Raises ``AssertionError`` with the screen."""
        return self._wait(lambda: re.search(pattern, self.text(), re.MULTILINE), repr(pattern), seconds)

    def wait_gone(self, pattern: str, seconds: float = 20) -> None:
        """Return once ``pattern`` is not on the screen. Raises ``AssertionError`` with the screen."""
        self._wait(lambda: not re.search(pattern, self.text(), re.MULTILINE), f"{pattern!r} to go", seconds)

    def wait_raw(self, pattern: bytes, seconds: float = 20) -> re.Match[bytes]:
        """Return the match once ``pattern`` is among the bytes written. Raises ``AssertionError``."""
        return self._wait(lambda: re.search(pattern, self.raw(), re.DOTALL), f"bytes {pattern!r}", seconds, raw=True)

    def wait_until(self, condition: Callable[[Terminal], Any], seconds: float = 20) -> Any:
        """Return what ``condition`` gives once that is true; it is asked whenever something was written."""
        return self._wait(lambda: condition(self), "a condition", seconds)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal ``size`` (columns, rows); the program gets its signal."""
        with self._news:
            self._screen.resize(lines=size[1], columns=size[0])
        self._set_size(size)

    def alive(self) -> bool:
        """Return whether the program still runs."""
        return self._process.poll() is None

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send the program alone a signal."""
        self._process.send_signal(number)

    def wait_exit(self, seconds: float = 20) -> int:
        """Return the exit status, negative for a signal, once all it wrote was read."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {seconds} s:\n{self.text()}") from None
        self._let_go()
        return status

    def hang_up(self) -> None:
        """Take the terminal away, as a closed window or a lost line does."""
        os.write(self._waker, b"!")
        self._reader.join(5)
        os.close(self._slave)
        os.close(self._master)
        self._slave = self._master = -1

    def close(self) -> None:
        """End the program and all that is left in its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._let_go()
        for handle in (self._master, self._wake, self._waker):
            if handle >= 0:
                os.close(handle)
        self._master = self._wake = self._waker = -1

    def _let_go(self) -> None:
        if self._slave >= 0:
            self.settings_after = termios.tcgetattr(self._slave)
            os.close(self._slave)  # with the last holder gone the reader meets the end
            self._slave = -1
        self._reader.join(5)
        if self._reader.is_alive():
            raise AssertionError(f"something that {self.command} started still holds the terminal")

    def _wait(self, found: Callable[[], T | None], what: str, seconds: float, *, raw: bool = False) -> T:
        until = time.monotonic() + seconds
        while True:
            seen = len(self._raw)
            if (raw or self._whole()) and (result := found()):
                return result
            if not self.alive():
                self._let_go()
                return found() or self._give_up(what, "the program has ended")
            left = until - time.monotonic()
            if left <= 0:
                self._give_up(what, f"waited {seconds:g} s")
            with self._news:
                if len(self._raw) == seen:
                    self._news.wait(min(left, 0.2))  # a program that ends silently is noticed by asking

    def _whole(self) -> bool:
        """Return whether the last picture is complete; a terminal that knows of pictures shows no half ones."""
        with self._news:
            return self._raw.rfind(_PICTURE_BEGINS) <= self._raw.rfind(_PICTURE_ENDS)

    def _give_up(self, what: str, why: str) -> NoReturn:
        raise AssertionError(f"waiting for {what}: {why}. The screen:\n{self.text()}")

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def _read(self) -> None:
        while data := self._next_bytes():
            with self._news:
                self._raw += data
                self._stream.feed(self._sequences.filter(data))
                self._news.notify_all()
            self._answer_questions()

    def _next_bytes(self) -> bytes:
        """Return what the program wrote next; nothing once it, or the terminal, is gone."""
        if self._wake in select.select([self._master, self._wake], [], [])[0]:
            return b""
        try:
            return os.read(self._master, 65536)
        except OSError:  # how Linux says that nobody holds the other end
            return b""

    def _answer_questions(self) -> None:
        for question in _QUERIES.finditer(self._raw, self._asked_until):
            self._asked_until = question.end()
            with contextlib.suppress(OSError):
                self.send(_ANSWERS[question.group()[-1:]])
        self._asked_until = max(self._asked_until, len(self._raw) - _LONGEST_QUERY)
