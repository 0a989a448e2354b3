"""A list paints no line again that stands on screen as it is, and takes no row that is about to be hidden."""

from __future__ import annotations

import pytest

from console.ui.widgets import grid as module
from console.ui.widgets import turns
from console.ui.widgets.picture import Picture
from tests.store.deltas import delta_of
from tests.store.machines import row
from tests.ui.widgets.test_grid import many, showing, told


def test_lines_are_stale_until_they_are_painted_as_wanted() -> None:
    picture = Picture()
    assert picture.stale([1, None]) == [0, 1]
    picture.paint(0, 1)
    picture.paint(1, None)
    assert picture.stale([1, None]) == []
    assert picture.stale([2, None, 3]) == [0, 2]


async def test_only_lines_that_differ_are_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing(*many(200)) as (grid, pilot, app):
        grid.apply(delta_of((row("i-000003", count=7),), complete=True))
        await told(pilot, app, grid)
        await pilot.pause()
        asked: list[int] = []
        monkeypatch.setattr(grid, "refresh", lambda *regions, **_: asked.extend(region.y for region in regions))
        grid.apply(delta_of((row("i-000150", count=8),), complete=True))
        assert asked == [], "it is not in view"
        grid.apply(delta_of((row("i-000003", count=8),), complete=True))
        assert asked == [4]
        asked.clear()
        grid.mark_shown(True)
        assert asked == list(range(1, grid.size.height))


async def test_what_is_marked_is_what_the_filter_will_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL", 100)
    monkeypatch.setattr(turns, "TURN", 0.0)
    async with showing(*many(4000)) as (grid, _pilot, _app):
        grid.filter("0002")
        grid.mark_shown(True)
        expected = [entry.id for entry in many(4000) if "0002" in entry.id]
        assert sorted(entry.id for entry in grid.marked_rows()) == expected
        assert [entry.id for entry in grid.rows()] == expected
