"""Owns an event loop whose time is made up: a sleep takes none. Must not know what runs on it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

START = 1_000_000.0


class Stuck(AssertionError):
    """Everything waits for something that nothing will ever do."""


class _Selector(selectors.DefaultSelector):
    """Lets time pass instead of waiting for it."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; where nothing is, the wait is over at once."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise Stuck("every task waits for ever")
        if not ready and timeout:
            self.loop.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, in seconds from ``START``."""

    def __init__(self) -> None:
        self.now = START
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-6  # a timer is due where rounding leaves a step too small to take

    def time(self) -> float:
        """Return the made-up time."""
        return self.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end and end what it leaves running."""
    loop = VirtualLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(work)
    finally:
        _end_tasks(loop)
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()


def _end_tasks(loop: VirtualLoop) -> None:
    while tasks := asyncio.all_tasks(loop):
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks, timeout=60))  # again for one that missed its cancelling


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()
