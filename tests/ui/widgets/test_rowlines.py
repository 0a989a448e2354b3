"""The rows in view, a line each: what every line is painted from, and whether time alone changes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.store.machines import row
from tests.ui.conftest import resize
from tests.ui.widgets.test_grid import many, showing


@pytest.mark.parametrize("count", [1, 5, 11, 12, 40])
async def test_all_lines_are_looked_at_as_each_of_them_is(count: int) -> None:
    async with showing(*many(count)) as (grid, pilot, _):
        for keys, height in (("", 12), ("down,space,down", 12), ("end", 12), ("home", 4), ("", 30), ("", 1)):
            await pilot.press(*filter(None, keys.split(",")))
            await resize(pilot, 90, height)
            for order in (0, 0):  # one way round and the other
                grid.order_by(order)
                top = grid.scroll_offset.y
                assert grid._keys(top) == [grid._key(y, top) for y in range(grid.size.height)]
                assert grid._in_view() == grid.rows()[top : top + grid.rows_high]


@pytest.mark.parametrize(("seconds", "shows"), [(-5, True), (0, True), (59, True), (60, False), (86400, False)])
async def test_an_age_in_seconds_is_seen_to_change(seconds: int, shows: bool) -> None:
    started = datetime.now(UTC) - timedelta(seconds=seconds)
    async with showing(row("i-1", age=started), row("i-2")) as (grid, _, __):
        grid.tick(started.timestamp() + seconds)
        assert grid.shows_seconds is shows
        ages = grid._fitting.painter.ages(grid.rows()[0], grid._now) if grid._fitting else ()
        assert ages[0].endswith("s") is shows
