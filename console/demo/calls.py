"""Owns the record of what was called; must not know HTTP or services."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from console.demo.wire.operations import Asked

KEPT = 10_000
"""Calls listed at most; the counts go on."""


@dataclass(slots=True)
class Made:
    """One call. ``at`` is in seconds since 1970; ``status`` is 0 when no answer was sent; ``faults`` struck it."""

    service: str
    operation: str
    at: float
    status: int = 0
    mistake: str = ""
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``service:operation``."""
        return f"{self.service}:{self.operation}"


class Calls:
    """What was called since the start or the last clearing."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._list: deque[Made] = deque(maxlen=KEPT)
        self._news = asyncio.Event()

    def begin(self, asked: Asked, at: float) -> Made:
        """Note a call that has arrived."""
        made = Made(asked.service, asked.operation, at)
        self._counts[made.name] += 1
        self._list.append(made)
        self._tell()
        return made

    def done(self, made: Made) -> None:
        """Note that what a call asked for has been done or refused, answered or not."""
        self._done[made.name] += 1
        self._tell()

    async def wait(self, name: str, count: int, *, done: bool) -> None:
        """Return when so many calls ``service:operation`` have arrived, or are ``done``."""
        while (self._done if done else self._counts)[name] < count:
            await self._news.wait()

    def clear(self) -> None:
        """Forget all calls."""
        self._counts.clear()
        self._done.clear()
        self._list.clear()

    def document(self) -> dict[str, Any]:
        """Return ``{"counts": {"sqs:ListQueues": 2}, "calls": [...]}``."""
        return {"counts": dict(self._counts), "calls": [asdict(made) for made in self._list]}

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
