"""Owns where the worker runs: in a process of its own, or on a thread where that brings nothing. Knows no call.

A process is started before anything that takes time is loaded, so little is imported here.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

ONE_PROCESS_VARIABLE = "CLOUDTOP_ONE_PROCESS"
"""Set to 1 keeps the AWS side in the process of the screen: less memory, slower start."""

PROFILE_VARIABLE = "CLOUDTOP_PROFILE_PART"
"""Where the worker's process writes its part of a profile; set by the screen's where a profile is made."""


class Place(Protocol):
    """A worker that serves one end of a socket until the other is closed."""

    end: socket.socket
    """The screen's end."""

    gives_back: bool
    """Whether its end gives memory back."""

    def alive(self) -> bool:
        """Return whether it still serves."""

    def stop(self, seconds: float) -> bool:
        """Wait for its end once the socket is closed; return whether it came in time. What did not is stopped."""


_BOTH_NEED = (
    "concurrent.futures", "datetime", "decimal", "json", "logging", "mimetypes", "pickle", "platform", "subprocess",
    "tempfile", "typing_extensions", "uuid", "console.config.settings", "console.text.format",
)  # fmt: skip
"""What the screen loads before its first picture and the worker before its first call; a copy has it for nothing.

asyncio is not among it: the screen's has no TLS.
"""


class OwnProcess:
    """A Python of its own, with this one's import path, in a process group that no key of the terminal reaches."""

    gives_back = True

    def __init__(self) -> None:
        self.end, other = socket.socketpair()
        self._pid = self._started(other)
        other.close()
        self._ended = False

    def _started(self, other: socket.socket) -> int:
        """Start the process at the ``other`` end and return its id."""
        other.set_inheritable(True)
        path = [str(Path(__file__).parents[2]), *sys.path]
        program = f"import sys; sys.path[:] = {path!r}; from console.worker.child import main; main({other.fileno()})"
        nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        command = [sys.executable, "-S", "-P", "-c", program]  # the path is complete, site would only make it again
        return os.posix_spawn(sys.executable, command, os.environ, file_actions=nowhere, setpgroup=0)

    def alive(self) -> bool:
        """Return whether the process runs; what has ended is reaped."""
        self._ended = self._ended or os.waitpid(self._pid, os.WNOHANG)[0] != 0
        return not self._ended

    def stop(self, seconds: float) -> bool:
        """Wait; kill what does not end in time."""
        until = time.monotonic() + seconds
        while self.alive() and time.monotonic() < until:
            time.sleep(0.005)
        if not self.alive():
            return True
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._ended = True
        return False


class OwnCopy(OwnProcess):
    """A copy of this process: it has what both need, and shares its memory. Only for a process without threads."""

    def _started(self, other: socket.socket) -> int:
        for name in _BOTH_NEED:
            importlib.import_module(name)
        gc.collect(0)  # what loading leaves behind, such as a datetime that is not used, would be left in both
        gc.freeze()  # a collection would write to every object, and so end the sharing
        pid = os.fork()
        if pid == 0:
            self._become_worker(other)
        with suppress(OSError):  # it does so too, but a key may be pressed before
            os.setpgid(pid, pid)
        return pid

    def _become_worker(self, other: socket.socket) -> NoReturn:
        try:
            os.setpgid(0, 0)
            self.end.close()
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nowhere, number)
            from console.worker.child import main

            main(other.detach())
        finally:
            os._exit(1)  # whatever happened: the way back leads into the screen's code


class OwnThread:
    """A thread with its own event loop in this process."""

    gives_back = False

    def __init__(self) -> None:
        import threading

        self.end, other = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, args=(other,), name="aws", daemon=True)
        self._thread.start()

    @staticmethod
    def _serve(end: socket.socket) -> None:
        import asyncio

        from console.worker.office import serve

        asyncio.run(serve(end))

    def alive(self) -> bool:
        """Return whether the thread runs."""
        return self._thread.is_alive()

    def stop(self, seconds: float) -> bool:
        """Wait; what does not end in time holds nothing back, because the thread is a daemon."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


def best_place() -> Place:
    """Start a worker where it earns its keep: with a second core, beside the screen."""
    return OwnProcess() if _earns_a_process() else OwnThread()


def first_place() -> Place:
    """Start a worker like ``best_place``, sooner: for a process in which nothing runs yet."""
    copies = hasattr(os, "fork") and sys.platform != "darwin"  # whose system libraries may not survive it
    alone = threading.active_count() == 1 and PROFILE_VARIABLE not in os.environ  # a profiler would be copied too
    return OwnCopy() if copies and alone and _earns_a_process() else best_place()


def _earns_a_process() -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores > 1 and os.environ.get(ONE_PROCESS_VARIABLE) != "1"
