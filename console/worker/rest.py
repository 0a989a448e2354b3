"""Owns noticing that nothing was wanted for a while. Must not know what is done then.

Nothing is woken for it while something is wanted more often, and one timer waits for all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Rest:
    """Does something once nothing was wanted for ``seconds``, 0 for never; not again before something happens."""

    def __init__(self, seconds: float, due: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._seconds = seconds
        self._due = due
        self._wanted_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._doing: asyncio.Task[None] | None = None

    def wanted(self) -> None:
        """Note that something is wanted: the time begins anew."""
        self._wanted_at = asyncio.get_running_loop().time()
        self.happened()

    def happened(self) -> None:
        """Note that something happened by itself: it is waited for again, if it is not already."""
        if self._timer is None and self._seconds:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def stop(self) -> None:
        """Do nothing any more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        left = self._wanted_at + self._seconds - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._look)
        else:
            self._timer = None
            self._doing = loop.create_task(self._due())
