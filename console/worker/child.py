"""Owns the worker as a process: it serves the socket it was given until that is closed. Must not know the screen."""

from __future__ import annotations

import console.quickclasses  # noqa: F401  before any dataclass of ours is made

# isort: split

import asyncio
import gc
import os
import signal
import socket
from contextlib import AbstractContextManager, nullcontext

from console.worker.place import PROFILE_VARIABLE

_NOT_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)
"""The screen's process takes them; this one ends when that one does, and gives back what is held first."""


def main(descriptor: int) -> None:
    """Serve the socket ``descriptor`` and end the process."""
    for number in _NOT_OURS:
        signal.signal(number, signal.SIG_IGN)
    gc.disable()  # nothing is garbage while modules are loaded
    with _measured():
        asyncio.run(_serve(socket.socket(fileno=descriptor)))
    os._exit(0)  # nothing is left to put away, and the screen waits for this end


def _measured() -> AbstractContextManager[None]:
    if PROFILE_VARIABLE not in os.environ:
        return nullcontext()
    from console.profiling import part_profiled

    return part_profiled()


async def _serve(end: socket.socket) -> None:
    import console.aws.gateway
    import console.worker.session  # noqa: F401  # before it is asked for: the screen is still being loaded
    from console.worker.office import serve

    asyncio.get_running_loop().call_later(2, _collect_again)
    await serve(end)


def _collect_again() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 50, 50)  # rows by the thousand make no cycles worth looking for more often
