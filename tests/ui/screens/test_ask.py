"""A yes-or-no question about unlocking writes, as the operator meets it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.ui.screens.ask import Ask
from tests.ui.fakes import FakeSession
from tests.ui.screens.asking import focused, press
from tests.ui.stage import screen_text


async def test_unlocking_says_where_and_asks_and_locking_does_not(opened: Any, session: FakeSession) -> None:
    session.standing = replace(session.standing, production=True)
    async with opened(size=(110, 30)) as (app, pilot):
        assert "READ-ONLY" in screen_text(app)
        await press(pilot, "w")
        assert isinstance(app.screen, Ask)
        text = screen_text(app)
        for words in ("PRODUCTION", "123456789012", "acme-production", "eu-west-1", "assumed-role/OnCall/ana", "15m"):
            assert words in text
        assert (focused(app), app.screen.has_class("danger")) == ("no", True)
        await press(pilot, "enter")
        assert session.unlocked == 0
        await press(pilot, "w", "tab", "enter")
        assert session.unlocked == 900
        assert "WRITES 15:00" in screen_text(app)
        await press(pilot, "w")
        assert session.unlocked == 0
        assert "READ-ONLY" in screen_text(app)
