"""The worker as a copy of a process that has not begun: each test needs such a process, and so starts a Python."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.demo.process import DemoAccount
from console.worker.place import PROFILE_VARIABLE, OwnProcess, first_place

_ROOT = Path(__file__).parents[2]
_BEGINS = """
    import os, sys
    from console.worker.place import OwnCopy, first_place
    os.sched_getaffinity = lambda _pid: {0, 1}
    place = first_place()
    assert type(place) is OwnCopy, place
    assert "asyncio" not in sys.modules, "the copy's would be without TLS"
"""


def started(program: str, **environment: str) -> subprocess.Popen[str]:
    """Start a Python that makes a copy of itself and goes on with ``program``."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_BEGINS) + textwrap.dedent(program)],
        cwd=_ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def printed(program: str, **environment: str) -> str:
    """Return what ``program`` prints, which ends well."""
    with started(program, **environment) as process:
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return told


@pytest.fixture(scope="module")
def account() -> object:
    with DemoAccount.start() as found:
        yield found


def test_it_serves_and_ends_when_it_is_told_to(account: DemoAccount, home: object) -> None:
    told = printed(
        """
        import asyncio
        from console.config.settings import Settings
        from console.launch import Launch
        from console.worker.worker import Worker

        worker = Worker(place)
        worker.begin(Launch(), Settings())
        number, (door, standing) = asyncio.run(worker.open(Launch(), Settings()))
        print(door.scope.account == standing.identity.account != "", worker.stop())
        """,
        **account.environment(),
    )
    assert told.split() == ["True", "True"]


def test_it_can_speak_tls_though_the_screen_cannot() -> None:
    told = printed(
        """
        from console.ui.loading import import_asyncio_without_tls
        import_asyncio_without_tls()
        import asyncio.sslproto
        from pathlib import Path
        print(asyncio.sslproto.ssl)
        place.end.sendall(bytes(4))  # it begins to load, and then waits for the rest
        import time
        until = time.monotonic() + 30
        while time.monotonic() < until and "_ssl" not in Path(f"/proc/{place._pid}/maps").read_text():
            time.sleep(0.01)
        print("_ssl" in Path(f"/proc/{place._pid}/maps").read_text(), place.alive())
        place.end.close()
        place.stop(20)
        """
    )
    assert told.split() == ["None", "True", "True"]


def test_it_ends_when_the_screen_is_killed_and_hears_no_key() -> None:
    with started("print(place._pid, flush=True); sys.stdin.read()") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert os.getpgid(pid) == pid != os.getpgid(process.pid)
        _wait_until(lambda: {os.readlink(f"/proc/{pid}/fd/{number}") for number in range(3)} == {os.devnull})
        process.kill()
    _wait_until(lambda: not _runs(pid))


def _wait_until(came: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not came():
        assert time.monotonic() < until
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_goes_wrong_in_it_does_not_come_back_into_the_screen() -> None:
    told = printed(
        """
        import console.worker.child as child
        def broken(_descriptor):
            raise SystemExit("not me")
        child.main = broken
        second = first_place()
        print("on", flush=True)
        second.end.close()
        second.stop(20)
        place.end.close()
        place.stop(20)
        """
    )
    assert told.split() == ["on"]


def test_a_process_with_threads_or_a_profiler_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1}, raising=False)

    def kind() -> type[object]:
        place = first_place()
        place.end.close()
        assert place.stop(20)
        return type(place)

    release = threading.Event()
    threading.Thread(target=release.wait, daemon=True).start()
    assert kind() is OwnProcess
    release.set()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setenv(PROFILE_VARIABLE, "/nowhere/to/be/written")
    assert kind() is OwnProcess
