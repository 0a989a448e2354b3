"""Owns how fast a job goes, and that it waits or stops where the operator says; must not know what it does."""

from __future__ import annotations

import asyncio


class Pace:
    """Lets work through at a rate, holds it, or ends it, always between two pieces of work."""

    def __init__(self, rate: float) -> None:
        """``rate`` in pieces a second; 0 for as fast as it goes."""
        self.rate = rate
        self._free_at = 0.0
        self._going = asyncio.Event()
        self._going.set()
        self._ending = asyncio.Event()
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
        """Let nothing more through, also what waits for its turn now; the first reason stays."""
        self.stopped = self.stopped or why
        self._going.set()
        self._ending.set()

    async def turn(self, pieces: int) -> bool:
        """Wait until ``pieces`` more may be done; False when it was stopped."""
        await self._going.wait()
        if self.rate and not self.stopped:
            now = asyncio.get_running_loop().time()
            begin = max(now, self._free_at)
            self._free_at = begin + pieces / self.rate
            if begin > now:
                await self.rest(begin - now)
            await self._going.wait()
        return not self.stopped

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until it is stopped."""
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            pass
