"""Owns a process that has imported a module once and forks for each run of it; must not know what the module does.

Python and its imports take longer to start than most of what is run so. What is forked is a process all the same: it
has the caller's environment, and can be killed by its id.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import IO, NoReturn, Self

from tests.support.source import ROOT


class Forked:
    """One run. Its end is waited for beside the loop that started it."""

    def __init__(self, pid: int, output: IO[bytes]) -> None:
        self.pid = pid
        self._end = asyncio.create_task(asyncio.to_thread(output.readline))

    def send_signal(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal, if it still runs."""
        if not self._end.done():
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Return its exit status, negative for a signal."""
        return int(await asyncio.shield(self._end))


class Template:
    """The process that forks; the first run starts it. One run at a time, and it is over before the next.

    ``module`` is run as a program, which calls ``serve``.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def run(self, *words: str) -> Forked:
        """Start a run with ``words`` in the environment of this moment."""
        process = self._process = self._process or _started(self._module)
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([dict(os.environ), words]).encode() + b"\n")
        process.stdin.flush()
        return Forked(int(process.stdout.readline()), process.stdout)


def _started(module: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )  # fmt: skip


def serve(main: Callable[..., None]) -> None:
    """Run ``main`` in a fork for every line that comes, and tell its process id and then its exit status."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(main, *json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(main: Callable[..., None], environment: dict[str, str], words: list[str]) -> NoReturn:
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.environ.clear()
        os.environ.update(environment)
        main(*words)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
