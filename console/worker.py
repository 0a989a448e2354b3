"""Owns the thread and event loop on which AWS is called; must not know what is called or who waits for it.

Client construction, parsing and projecting then never hold the loop that reads keys and paints.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

STOP_SECONDS = 5.0
"""How long ``stop`` waits for the thread; it is a daemon and holds nothing back after that."""


class Worker:
    """One event loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="aws", daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run ``work`` on the worker's loop and return its result; cancelling the wait cancels the work."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Call a function on the worker's loop and do not wait."""
        self._loop.call_soon_threadsafe(call, *arguments)

    def finish(self, work: Coroutine[Any, Any, object], seconds: float) -> bool:
        """Run ``work`` from outside any loop and wait at most ``seconds``; return whether it ended well in time."""
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)
        except Exception:  # leaving goes on, whatever could not be put away
            return False
        return True

    def stop(self) -> None:
        """End the loop; what is still running on it is cancelled first. May be called again."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(STOP_SECONDS)

    async def _end(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._loop.stop()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
