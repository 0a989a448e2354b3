"""Owns waiting for what was begun, also where nobody wants to wait for it. Must not know what that is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection


async def end_of(running: Collection[asyncio.Task[None]]) -> None:
    """Return when all of ``running`` have ended, however; cancelled meanwhile, it raises that only then."""
    cancelled: asyncio.CancelledError | None = None
    while begun := [task for task in running if not task.done()]:
        try:
            await asyncio.wait(begun)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
