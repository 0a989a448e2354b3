"""Owns the order of what is asked while something is begun for it first. Must not know what that is.

Who asks waits until it is there, and those after it wait behind. What was begun goes on when nobody waits for it any
more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Begin = Callable[[int], Coroutine[Any, Any, None]]


class Reaching:
    """Lets through what is asked of something that is there, and begins it where it is not."""

    def __init__(self, there: Callable[[int], bool], begin: Begin) -> None:
        """``there`` tells whether what has a number can be asked; ``begin`` sees to it."""
        self._there = there
        self._begin = begin
        self._turn = asyncio.Lock()
        self._beginning: asyncio.Task[None] | None = None
        """The last one, through or not."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether what comes now is behind something that waits."""
        return self._turn.locked() or self._under_way is not None

    async def reach(self, number: int) -> None:
        """Return once ``number`` is there, in the order in which it is asked. Raises what beginning it raises."""
        async with self._turn:
            if beginning := self._under_way:
                await asyncio.wait([beginning])
            if not self._there(number):
                self._beginning = self.later(self._begin(number))
                await asyncio.shield(self._beginning)

    def later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin ``work`` whoever waits for it; what it raises is only for those."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    @property
    def _under_way(self) -> asyncio.Task[None] | None:
        return self._beginning if self._beginning and not self._beginning.done() else None
