"""Owns blocking work beside the event loop, and that it has ended before what it uses is let go. Knows no work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")


class Threads:
    """Blocking calls under way. Who stops waiting for one does not end it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, function: Callable[..., Found], *arguments: Any) -> Found:
        """Return what ``function`` returns, called in a thread. Raises what it raises."""
        running = asyncio.create_task(asyncio.to_thread(function, *arguments))
        self._running.add(running)
        running.add_done_callback(self._ended)
        return await asyncio.shield(running)

    async def end(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be waiting for it any more
