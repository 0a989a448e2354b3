"""Opens the full screen over a session that answers from memory."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual import app as apps
from textual import pilot as pilots
from textual import screen as screens
from textual.geometry import Size
from textual.pilot import Pilot

from console.config.settings import Settings
from console.launch import Launch
from console.session import Session
from console.ui.app import CloudtopApp
from console.ui.screens.browser import Browser
from console.ui.screens.dialog import Dialog
from tests.ui.fakes import FakeSession, instances

_SOON = 0.02
"""Seconds: another size is taken, and what moves is moved, a sixtieth after there is reason to."""
_QUIET_TURNS = 3
"""Turns of the loop, each of which takes what has come from outside, after which nothing more is expected."""
_beside: set[asyncio.Future[Any]] = set()
"""What threads of a loop's pool are at."""

Opened = AbstractAsyncContextManager[tuple[CloudtopApp, Pilot[None]]]


class Nowhere:
    """Where a worker would run that these tests have no use for: their session answers instead."""

    gives_back = False

    def __init__(self) -> None:
        self.end, self._other = socket.socketpair()

    def alive(self) -> bool:
        """Return that it serves."""
        return True

    def stop(self, _seconds: float) -> bool:
        """Be gone."""
        self._other.close()
        return True


@pytest.fixture(autouse=True)
def _rest_is_noticed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screen be painted after 4 ms, not 17, and the pilot see that the program has come to rest."""
    monkeypatch.setattr(screens, "UPDATE_PERIOD", 0.004)
    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", _run_and_note)
    for module in (pilots, apps):
        monkeypatch.setattr(module, "wait_for_idle", _rest)


_run_in_executor = asyncio.BaseEventLoop.run_in_executor


def _run_and_note(loop: asyncio.BaseEventLoop, *asked: Any) -> asyncio.Future[Any]:
    """Do what a loop does to have something done by a thread, and remember it until it is done."""
    future = _run_in_executor(loop, *asked)
    _beside.add(future)
    future.add_done_callback(_beside.discard)
    return future


async def _rest(_least: float = 0, most: float = 1) -> None:
    """Wait until the program rests: turn after turn of the loop nothing is under way in it or about to happen.

    The time of the processor does not tell: on a busy machine the program may not have had any.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + most
    quiet = 0
    while quiet < _QUIET_TURNS and loop.time() < until:
        await asyncio.sleep(0 if quiet else 0.001)
        quiet = 0 if _is_about_to_do_something(loop) else quiet + 1


def _is_about_to_do_something(loop: Any) -> bool:
    soon = loop.time() + _SOON
    timers = (timer for timer in loop._scheduled if timer.when() <= soon and not timer.cancelled())
    return bool(loop._ready) or any(future.get_loop() is loop for future in _beside) or any(timers)


@pytest.fixture(autouse=True)
def _garbage_is_collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what the program does once in its process: whatever is there then would be kept for the whole run."""
    monkeypatch.setattr(gc, "freeze", lambda: None)
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.fixture(autouse=True)
def _seen_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let dialogs take keys as soon as they are painted; tests about that very thing ask for the real wait."""
    if "real_wait" not in request.fixturenames:
        monkeypatch.setattr(Dialog, "SEEN_SECONDS", 0.0)


@pytest.fixture
def real_wait() -> None:
    """Let dialogs wait as long as they really do."""


@pytest.fixture
def session() -> FakeSession:
    """A session with twenty machines."""
    return FakeSession(ec2__instances=instances(20))


@pytest.fixture
def opened(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Opened]:
    """A function that opens the full screen over ``session``."""

    async def connect(*_: object) -> FakeSession:
        return session

    monkeypatch.setattr(Session, "open", connect)

    @asynccontextmanager
    async def opening(
        settings: Settings | None = None, *, size: tuple[int, int] = (100, 30), launch: Launch | None = None
    ) -> AsyncIterator[tuple[CloudtopApp, Pilot[None]]]:
        app = CloudtopApp(launch or Launch(), settings or Settings(), Nowhere())
        try:
            async with app.run_test(size=size) as pilot:
                await _list_is_there(pilot)
                yield app, pilot
        finally:
            app.stop()

    return opening


async def settle(pilot: Pilot[Any]) -> None:
    """Let everything happen that is under way."""
    for _ in range(3):
        await pilot.pause()


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Give the program another size, which it takes a moment later, and let it settle."""
    await pilot.resize_terminal(width, height)
    async with asyncio.timeout(20):
        while pilot.app.screen.size != Size(width, height):
            await pilot.pause()
    await settle(pilot)


async def _list_is_there(pilot: Pilot[Any]) -> None:
    """Wait until the list's screen has been loaded, which happens beside the first picture."""
    while not any(isinstance(screen, Browser) for screen in pilot.app.screen_stack):
        await pilot.pause(0.01)
    await settle(pilot)
