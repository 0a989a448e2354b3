"""Owns pages that are handed on while they are still being read; must not know what is in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from console.aws.parsers import Wanted, current_wanted

Page = dict[str, Any]


async def in_parts(turn: Callable[[], Awaitable[Page]], members: frozenset[str]) -> AsyncGenerator[Page]:
    """Yield what each ``turn`` gives until one gives nothing; with ``members`` named, in parts as they are read."""
    if not members:
        while page := await turn():
            yield page
        return
    parts: asyncio.Queue[Page | None] = asyncio.Queue()

    async def read() -> Page:
        current_wanted.set(Wanted(members, parts.put_nowait))  # in this task's own context
        try:
            return await turn()
        finally:
            parts.put_nowait(None)

    while True:
        reading = asyncio.create_task(read())
        try:
            while (part := await parts.get()) is not None:
                yield part
            page = await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if not page:
            return
        yield page
