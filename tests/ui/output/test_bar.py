"""The quick scrollbar is the one that Textual paints."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from console.ui.output.bar import bar_lines


class Long(App[None]):
    """A text that is longer than the screen."""

    def compose(self) -> ComposeResult:
        """Compose it."""
        yield VerticalScroll(Static("\n".join(map(str, range(300)))))


@pytest.mark.parametrize("look", ["", "VerticalScroll { scrollbar-size: 1 1; scrollbar-color: red; }"])
async def test_every_place_of_the_bar(look: str) -> None:
    app = Long()
    app.CSS = look
    async with app.run_test(size=(60, 20)) as pilot:
        text = app.query_one(VerticalScroll)
        bar = text.vertical_scrollbar
        for y in (*range(0, 40), *range(40, 280, 17), 280):
            text.scroll_to(y=y, animate=False, immediate=True, force=True)
            await pilot.pause(0)
            for crop in (bar.size.region, Region(0, 3, bar.size.width, 5)):
                lines = bar_lines(bar, crop)
                assert lines is not None
                assert list(map(list, lines)) == list(map(list, Widget.render_lines(bar, crop)))


async def test_one_that_is_see_through_is_left_to_textual() -> None:
    app = Long()
    async with app.run_test(size=(60, 20)):
        text = app.query_one(VerticalScroll)
        text.styles.opacity = 0.5
        assert bar_lines(text.vertical_scrollbar, Region(0, 0, 2, 20)) is None
