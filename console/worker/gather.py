"""Owns that what changes quickly is told a few times a second, and the last of it always. Must not know what it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SECONDS = 0.1
"""Between two times that it is told."""


class Gather:
    """Tells the newest of what changes."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._pending: asyncio.TimerHandle | None = None
        self._next = 0.0

    def soon(self) -> None:
        """Tell it, at once where that was not done just now."""
        if self._pending is None:
            loop = asyncio.get_running_loop()
            self._pending = loop.call_at(max(self._next, loop.time()), self.now)

    def now(self) -> None:
        """Tell it at once."""
        self.stop()
        self._next = asyncio.get_running_loop().time() + SECONDS
        self._tell()

    def flush(self) -> None:
        """Tell at once what would be told soon."""
        if self._pending:
            self.now()

    def stop(self) -> None:
        """Tell nothing more of what has changed so far."""
        pending, self._pending = self._pending, None
        if pending:
            pending.cancel()
