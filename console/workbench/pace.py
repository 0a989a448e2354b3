"""Owns how fast a job goes, and that it waits or stops where the operator says; must not know what it does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class Pace:
    """Lets work through at a rate, holds it, or ends it, always between two pieces of work."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``rate`` in pieces a second; 0 for as fast as it goes."""
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._free_at = 0.0
        self._going = asyncio.Event()
        self._going.set()
        self.stopped = ""
        """Why no more is let through; empty while it goes on."""

    @property
    def paused(self) -> bool:
        """Whether it waits for ``go_on``."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Let nothing more through until ``go_on``."""
        self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    def stop(self, why: str) -> None:
        """Let nothing more through; the first reason stays."""
        self.stopped = self.stopped or why
        self._going.set()

    async def turn(self, pieces: int) -> bool:
        """Wait until ``pieces`` more may be done; False when it was stopped."""
        await self._going.wait()
        if self._rate and not self.stopped:
            now = self._clock()
            begin = max(now, self._free_at)
            self._free_at = begin + pieces / self._rate
            if begin > now:
                await self._sleep(begin - now)
            await self._going.wait()
        return not self.stopped
