"""Opens the full screen over a session that answers from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from console.config.settings import Settings
from console.launch import Launch
from console.session import Session
from console.ui.app import CloudtopApp
from console.ui.screens.browser import Browser
from console.ui.screens.dialog import Dialog
from tests.ui.fakes import FakeSession, instances

Opened = AbstractAsyncContextManager[tuple[CloudtopApp, Pilot[None]]]


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
        app = CloudtopApp(launch or Launch(), settings or Settings())
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


async def _list_is_there(pilot: Pilot[Any]) -> None:
    """Wait until the list's screen has been loaded, which happens beside the first picture."""
    while not any(isinstance(screen, Browser) for screen in pilot.app.screen_stack):
        await pilot.pause(0.01)
    await settle(pilot)
