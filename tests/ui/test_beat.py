"""How often the screen looks at the clock: each second only while seconds are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from console.ui.beat import MINUTES, SECONDS
from tests.store.deltas import delta_of
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession, row_of


async def test_a_screen_on_which_nothing_moves_is_left_alone(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        browser = app.desk.browser
        assert browser._beat.period == MINUTES
        await session.unlock()
        browser.show_lines()
        assert browser._beat.period == SECONDS, "the time left is counted down"
        await session.lock()
        browser._tick()
        assert browser._beat.period == MINUTES
        await settle(pilot)


async def test_ages_in_seconds_are_kept_right(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        browser = app.desk.browser
        assert session.fake_lists.listener
        young = row_of("ec2.instances", "i-new", name="new", launch_time=datetime.now(UTC) - timedelta(seconds=5))
        session.fake_lists.listener(delta_of((young,), complete=True))
        await settle(pilot)
        assert browser._beat.period == SECONDS
        session.fake_lists.listener(delta_of((replace(young, values=row_of("ec2.instances", "i-new").values),)))
        await settle(pilot)
        assert browser._beat.period == MINUTES
