"""Owns running a command's asynchronous part to its end, signals and typing included; must not know what it does."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import termios
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.command.output import note

Result = TypeVar("Result")

_ENDING = (signal.SIGTERM, signal.SIGHUP)


class Ended(SystemExit):
    """The process was asked to end by a signal, after everything was given back."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` and return its result. TERM and HUP cancel it, so that what is held is given back first."""
    return asyncio.run(_watched(work))


async def _watched(work: Coroutine[Any, Any, Result]) -> Result:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    received: list[int] = []

    def end(number: int) -> None:
        received.append(number)
        task.cancel()

    for number in _ENDING:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        if received:
            raise Ended(128 + received[0]) from None
        raise


async def typed_line(question: str) -> str:
    """Ask on standard error and return the next line typed; what was typed before it was asked for is dropped."""
    handle = sys.stdin.fileno()
    termios.tcflush(handle, termios.TCIFLUSH)  # before the question can be read, so that no answer to it is lost
    note(question)
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(handle)
    return sys.stdin.readline().strip()
