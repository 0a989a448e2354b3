"""Owns the way of bytes into the terminal, which may be slow: nothing here ever waits for it. Must not know pictures.

The terminal is opened once more, so that not waiting is a matter of this opening only: the standard streams are
shared with the shell and with what it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable

_FLAGS = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def open_terminal(handle: int) -> int:
    """Return the terminal of ``handle``, opened anew so that writing does not wait. Raises ``OSError``."""
    try:
        return os.open(os.ttyname(handle), _FLAGS)
    except PermissionError:  # another user's terminal, as after su: it is ours under the common name alone
        os.tcgetpgrp(handle)
        return os.open("/dev/tty", _FLAGS)


class Outlet:
    """Bytes on their way to the terminal, in order. ``emptied`` is called on the loop once all of a jam is gone."""

    def __init__(self, handle: int, loop: asyncio.AbstractEventLoop, emptied: Callable[[], None]) -> None:
        self._handle = handle
        self._loop = loop
        self._emptied = emptied
        self._left: deque[bytes] = deque()
        self._lock = threading.RLock()
        self._broken = False

    @property
    def behind(self) -> bool:
        """Whether the terminal has not taken all of it yet."""
        return bool(self._left)

    def send(self, data: bytes) -> None:
        """Write, as soon as the terminal takes it. May be called from any thread."""
        with self._lock:
            if self._broken or not data:
                return
            jammed = bool(self._left)
            self._left.append(data)
            if not jammed:
                self._write()
                if self._left:
                    self._loop.call_soon_threadsafe(self._watch)

    def drain(self, seconds: float) -> None:
        """Wait until all is written, at most so long; what is left then is dropped."""
        until = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._handle, select.POLLOUT)
        with self._lock:
            while self._left and (rest := until - time.monotonic()) > 0:
                poll.poll(1000 * rest)
                self._write()
            self._left.clear()

    def close(self) -> None:
        """Let go of the terminal; what was not written is dropped."""
        with self._lock:
            self._left.clear()
            self._broken = True
            if not self._loop.is_closed():
                self._loop.remove_writer(self._handle)
            os.close(self._handle)

    def _watch(self) -> None:
        if self._left:
            self._loop.add_writer(self._handle, self._ready)

    def _ready(self) -> None:
        with self._lock:
            self._write()
        if not self._left:
            self._loop.remove_writer(self._handle)
            self._emptied()

    def _write(self) -> None:
        """Write what the terminal takes now."""
        try:
            while self._left:
                data = self._left[0]
                count = os.write(self._handle, data)
                if count < len(data):
                    self._left[0] = data[count:]
                else:
                    self._left.popleft()
        except BlockingIOError:
            return
        except OSError:  # the terminal is gone, and with it whoever would read
            self._broken = True
            with contextlib.suppress(IndexError):
                self._left.clear()
