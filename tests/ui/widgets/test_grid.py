"""The list on screen: cursor, scrolling and marks stay with their rows; only what is in view is painted."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual import on
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from console.config.data import load_theme
from console.resources.model import Missing, ResourceType, Tone, Value
from console.store.packing import Packed
from console.store.rows import Row, tidy
from console.store.view import View
from console.ui.theme import make_theme
from console.ui.widgets import grid as module
from console.ui.widgets import turns
from console.ui.widgets.grid import Grid
from console.ui.widgets.rowpaint import RowPainter
from tests.store.deltas import delta_of
from tests.store.machines import COLUMNS, any_row, machines, row
from tests.ui.conftest import resize
from tests.ui.stage import Stage, lines_of

HEIGHT = 12
"""Lines of the screen; one of them is the head."""


class ListStage(Stage):
    """Holds a grid and keeps what it says."""

    def __init__(self) -> None:
        self.grid = Grid(id="grid")
        super().__init__(self.grid)
        self.in_view: list[tuple[str, ...]] = []
        self.cursors: list[str] = []
        self.opened = 0

    @on(Grid.ViewChanged)
    def _view(self, event: Grid.ViewChanged) -> None:
        self.in_view.append(event.visible_ids)

    @on(Grid.Opened)
    def _open(self) -> None:
        self.opened += 1

    @on(Grid.CursorMoved)
    def _moved(self, event: Grid.CursorMoved) -> None:
        self.cursors.append(event.row.id if event.row else "")


@asynccontextmanager
async def showing(
    *rows: Row, size: tuple[int, int] = (100, HEIGHT), resource: ResourceType | None = None
) -> AsyncIterator[tuple[Grid, Pilot[object], ListStage]]:
    """Show a list of ``rows``."""
    app = ListStage()
    async with app.run_test(size=size) as pilot:
        app.grid.focus()
        app.grid.show(resource or machines())
        app.grid.apply(delta_of(rows))
        await pilot.pause()
        yield app.grid, pilot, app


def many(count: int) -> list[Row]:
    return [row(f"i-{number:06}") for number in range(count)]


def names(grid: Grid) -> list[str]:
    """Return the names that are painted, top first."""
    return [found[0] for line in lines_of(grid)[1:] if (found := re.findall(r"i-[0-9]+", line))]


async def told(pilot: Pilot[object], app: ListStage, grid: Grid) -> None:
    """Wait until the rows in view have been told; it is done after they are painted."""
    top = grid.scroll_offset.y
    wanted = tuple(entry.id for entry in grid.rows()[top : top + grid.rows_high])
    async with asyncio.timeout(20):
        while app.in_view[-1:] != [wanted]:
            await pilot.pause()


def cursor_line(grid: Grid) -> int:
    """Return the line on screen with the cursor's sign; -1 for none."""
    return next((at for at, line in enumerate(lines_of(grid)) if line.startswith("▸")), -1)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the rows that were painted."""
    found: list[str] = []
    make = RowPainter._painted

    def noted(self: RowPainter, entry: Row, *rest: object) -> object:
        found.append(entry.id)
        return make(self, entry, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(RowPainter, "_painted", noted)
    return found


async def test_a_hundred_thousand_rows_cost_what_the_rows_in_view_cost(painted: list[str]) -> None:
    rows = many(100_000)
    async with showing(*rows) as (grid, pilot, _):
        assert grid.count == 100_000
        assert set(painted) == {f"i-{number:06}" for number in range(HEIGHT - 1)}
        before = len(painted)
        await pilot.press("pagedown", "pagedown", "down")
        grid.action_last()
        await pilot.pause()
        assert names(grid) == [f"i-{number:06}" for number in range(99_989, 100_000)]
        assert len(painted) - before <= 6 * HEIGHT
        before = len(painted)
        grid.apply(delta_of((row("i-050000", cpu=5.0),)))
        await pilot.pause()
        assert len(painted) - before <= HEIGHT, "a row out of view is not painted"


async def test_columns_are_fitted_to_a_sample_of_a_great_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    different = View.different

    def noted(self: View, rows: Sequence[Packed]) -> list[list[Value]]:
        measured.append(len(rows))
        return different(self, rows)

    monkeypatch.setattr(View, "different", noted)
    async with showing(*many(5000)):
        assert measured == [module.SAMPLE]


async def test_cursor_and_scrolling_stay_with_their_row_over_deltas() -> None:
    async with showing(*many(100)) as (grid, pilot, _):
        grid.go(50)
        await pilot.press("up", "up")
        await pilot.pause()
        line = cursor_line(grid)
        grid.apply(delta_of(tuple(row(f"i-00000{number}a", name="aaa") for number in range(7))))
        await pilot.pause()
        assert grid.cursor_row is not None
        assert (grid.cursor_row.id, cursor_line(grid)) == ("i-000048", line)
        grid.apply(delta_of(removed=tuple(f"i-{number:06}" for number in range(20))))
        await pilot.pause()
        assert (grid.cursor_row.id, cursor_line(grid)) == ("i-000048", line)


async def test_before_the_operator_moves_the_cursor_stays_on_the_first_row() -> None:
    async with showing(*many(30)) as (grid, pilot, app):
        grid.apply(delta_of((row("i-000020", Tone.BAD),)))
        await pilot.pause()
        assert grid.cursor_row is not None
        assert (grid.cursor_row.id, cursor_line(grid), grid.scroll_offset.y) == ("i-000020", 1, 0)
        await pilot.press("down", "up")
        grid.apply(delta_of((row("i-000025", Tone.BAD, name="a"),)))
        await pilot.pause()
        assert (grid.cursor_row.id, cursor_line(grid)) == ("i-000020", 1), "now it was put there"
        assert grid.scroll_offset.y == 1
        assert app.cursors[-1] == "i-000020"


async def test_when_the_cursors_row_goes_the_next_one_takes_its_line() -> None:
    async with showing(*many(5)) as (grid, pilot, _):
        await pilot.press("down", "down")
        grid.apply(delta_of(removed=("i-000002",)))
        await pilot.pause()
        assert grid.cursor_row is not None
        assert grid.cursor_row.id == "i-000003"
        grid.apply(delta_of(removed=("i-000003", "i-000004")))
        await pilot.pause()
        assert grid.cursor_row.id == "i-000001"
        grid.apply(delta_of(removed=("i-000000", "i-000001")))
        await pilot.pause()
        assert (grid.count, grid.cursor) == (0, 0)
        await pilot.press("down", "up", "space", "pagedown", "home")
        assert not grid.cursor_row


async def test_marks_stay_with_their_rows_and_a_filter_loses_none() -> None:
    async with showing(*many(40)) as (grid, pilot, _):
        await pilot.press("space", "space", "down", "space")
        assert [entry.id for entry in grid.marked_rows()] == ["i-000000", "i-000001", "i-000003"]
        assert grid.filter("name=i-000003") == ""
        await pilot.pause()
        assert names(grid) == ["i-000003"]
        assert len(grid.marked_rows()) == 3
        grid.mark_shown(True)
        grid.apply(delta_of((row("i-000001", cpu=99.0),)))
        assert len(grid.marked_rows()) == 3
        grid.filter("")
        grid.action_first()
        await pilot.pause()
        assert [line[1] for line in lines_of(grid)[1:6]].count("✓") == 3
        grid.apply(delta_of(removed=("i-000001",)))
        assert [entry.id for entry in grid.marked_rows()] == ["i-000000", "i-000003"]
        grid.apply(delta_of((row("i-000001"),)))
        assert len(grid.marked_rows()) == 2, "a row that comes back is not marked"
        await pilot.press("home", "space")
        assert [entry.id for entry in grid.marked_rows()] == ["i-000003"]
        grid.mark_shown(False)
        assert grid.marked_rows() == []


async def test_marking_all_marks_what_the_filter_shows() -> None:
    async with showing(*many(40)) as (grid, _, __):
        grid.filter("i-00002")
        grid.mark_shown(True)
        grid.filter("")
        assert len(grid.marked_rows()) == 10


async def test_a_malformed_filter_is_answered_and_changes_nothing() -> None:
    async with showing(*many(40)) as (grid, _, __):
        grid.filter("i-00002")
        assert "there is no column nmae" in grid.filter("nmae=x")
        assert (grid.view.shown, grid.view.loaded, grid.view.filter) == (10, 40, "i-00002")


@pytest.mark.parametrize("seed", range(2))
async def test_a_walk_of_deltas_keeps_cursor_and_marks_where_they_are(seed: int) -> None:
    chance = random.Random(seed)
    async with showing(*(any_row(chance, f"i-{number}") for number in range(60))) as (grid, pilot, app):
        for _ in range(30):
            for how in chance.choices(("move(1)", "move(-1)", "page(1)", "page(-0.5)", "mark", "first"), k=3):
                await grid.run_action(how)
            await pilot.pause()
            assert grid.cursor_row is not None
            held, line, marks = grid.cursor_row.id, cursor_line(grid), {entry.id for entry in grid.marked_rows()}
            ids = [f"i-{chance.randrange(70)}" for _ in range(chance.choice((1, 30)))]
            gone = tuple(id_ for id_ in ids[1::3] if id_ != held)
            if chance.random() < 0.3:
                gone = ()
                grid.order_by(chance.choice((-1, 0, 1)))
            else:
                grid.apply(delta_of(tuple(any_row(chance, id_) for id_ in dict.fromkeys(ids[::3])), gone))
            await pilot.pause()
            assert grid.cursor_row.id == held
            top = grid.scroll_offset.y
            bottom = top + grid.rows_high
            assert top <= grid.cursor < bottom
            assert cursor_line(grid) == line or top == 0 or bottom >= grid.count
            assert {entry.id for entry in grid.marked_rows()} == marks - set(gone)
            await told(pilot, app, grid)


async def test_a_smaller_list_keeps_the_cursor_in_view() -> None:
    async with showing(*many(100), size=(80, 30)) as (grid, pilot, _):
        grid.go(25)
        for height in (10, 5, 30, 3, 12):
            await resize(pilot, 80, height)
            await pilot.pause()
            assert grid.cursor_row is not None
            assert grid.cursor_row.id == "i-000025"
            assert cursor_line(grid) > 0


HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/]",
    "[red]",
    "\x1b[31mred",
    "\u540d\u524d" * 20,
    "e\u0301" * 40,
    "\u202eevil",
    "a\nb\tc",
)


async def test_whatever_a_row_says_the_lines_are_as_wide_as_the_screen() -> None:
    rows = [row(f"i-{at}", name=tidy(text), state=tidy(text), zones=(tidy(text),)) for at, text in enumerate(HOSTILE)]  # type: ignore[arg-type]
    async with showing(*rows, size=(60, HEIGHT)) as (grid, pilot, _):
        for width in (60, 61, 77, 80, 100, 132, 200):
            await resize(pilot, width, HEIGHT)
            await pilot.pause()
            lines = lines_of(grid)
            assert {cell_len(line) for line in lines} == {width}
            assert lines[0].split()[0] == "NAME"
        text = "\n".join(lines_of(grid))
        assert "[@click=app.quit]x[/]" in text
        assert "\x1b" not in text
        for line in range(1, HEIGHT - 2):
            await pilot.click(grid, offset=(5, line))
        assert pilot.app.is_running
        assert pilot.app.return_code is None


async def test_what_must_stay_stays_on_any_width() -> None:
    async with showing(*many(3)) as (grid, pilot, _):
        for width in (1, 5, 20, 40, 60, 200):
            await resize(pilot, width, HEIGHT)
            await pilot.pause()
            assert {cell_len(line) for line in lines_of(grid)} == {width}
            assert lines_of(grid)[0].strip()[:4] in ("NAME", "NAM…", "NAM", "")


async def test_columns_do_not_narrow_under_the_eye() -> None:
    async with showing(row("i-1", name="short")) as (grid, pilot, _):
        grid.apply(delta_of((row("i-2", name="a much longer name"),)))
        await pilot.pause()
        head = lines_of(grid)[0]
        grid.apply(delta_of(removed=("i-2",)))
        await pilot.pause()
        assert lines_of(grid)[0] == head


async def test_only_columns_that_are_shown_are_sorted_by() -> None:
    async with showing(*many(3), size=(60, HEIGHT)) as (grid, _, __):
        seen = {grid.view.sort}
        for _ in range(len(COLUMNS)):
            grid.order_by(1)
            seen.add(grid.view.sort)
        head = lines_of(grid)[0]
        titles = {column.title[:4] for column in COLUMNS if column.id in seen}
        assert titles == {title[:4] for title in head.split() if title != "↑"}
        assert head.count("↑") == 1
        grid.order_by(-1)
        before = grid.view
        grid.order_by(0)
        assert (grid.view.sort, grid.view.descending) == (before.sort, not before.descending)


async def test_an_age_is_painted_again_when_it_reads_differently(painted: list[str]) -> None:
    moment = datetime.now(UTC)
    rows = [row("i-1", age=moment), row("i-2")]
    async with showing(*rows, size=(140, HEIGHT)) as (grid, pilot, _):
        del painted[:]
        grid.tick(moment.timestamp() + 0.1)
        await pilot.pause()
        grid.tick(moment.timestamp() + 90)
        await pilot.pause()
        assert set(painted) == {"i-1"}
        assert "1m" in lines_of(grid)[1]


async def test_an_empty_list_says_why_and_a_full_one_does_not() -> None:
    async with showing() as (grid, pilot, _):
        grid.message("There are none.\nR goes elsewhere. [red]x", Tone.BAD)
        await pilot.pause()
        text = "\n".join(lines_of(grid))
        assert "There are none." in text
        assert "R goes elsewhere. [red]x" in text
        grid.apply(delta_of((row(),)))
        await pilot.pause()
        assert "There are none." not in "\n".join(lines_of(grid))


async def test_going_to_a_row_and_another_list() -> None:
    async with showing(*many(100)) as (grid, pilot, _):
        assert grid.move_to("i-000070")
        assert not grid.move_to("i-nowhere")
        await pilot.press("space")
        grid.filter("i-0")
        grid.show(machines(sort="-cpu"))
        assert (grid.view.shown, grid.view.filter, grid.marked_rows(), grid.cursor) == (0, "", [], 0)
        grid.apply(delta_of(tuple(many(3))))
        await pilot.pause()
        assert cursor_line(grid) == 1


async def test_the_mouse_puts_the_cursor_and_a_double_click_opens() -> None:
    async with showing(*many(50)) as (grid, pilot, app):
        await pilot.click(grid, offset=(10, 4))
        assert cursor_line(grid) == 4
        await pilot.click(grid, offset=(10, 0))
        assert cursor_line(grid) == 4, "the head is no row"
        assert app.opened == 0
        await pilot.click(grid, offset=(10, 6), times=2)
        assert (cursor_line(grid), app.opened) == (6, 1)


async def test_a_long_list_is_filtered_and_ordered_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL", 100)
    monkeypatch.setattr(turns, "TURN", 0.0)
    async with showing(*many(4000)) as (grid, pilot, app):
        grid.go(20)
        grid.prepare()
        for text in ("0", "00", "002"):
            grid.filter(text)
            assert grid.view.filter == "", "the old list stays"
            await asyncio.sleep(0)
        grid.order_by(1)
        grid.order_by(0)
        kept = sum("002" in entry.id for entry in many(4000))
        while app.workers:
            await pilot.pause()
        assert (grid.view.filter, grid.view.shown, grid.view.sort, grid.view.descending) == (
            "002",
            kept,
            "instance",
            True,
        )
        assert "INSTANCE ↓" in lines_of(grid)[0]
        assert grid.filter("nmae=x")
        await pilot.pause()
        assert grid.view.filter == "002"
        await told(pilot, app, grid)
        assert grid.cursor_row == row("i-000020"), "the cursor stays with its row"


async def test_another_list_ends_what_was_made_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL", 100)
    monkeypatch.setattr(turns, "TURN", 0.0)
    async with showing(*many(4000)) as (grid, pilot, app):
        grid.filter("002")
        await asyncio.sleep(0)
        grid.show(machines())
        grid.apply(delta_of(tuple(many(3))))
        await pilot.pause()
        assert not app.workers
        assert (grid.view.shown, grid.view.filter) == (3, "")


def cells_of(strips: list[Strip]) -> list[list[tuple[str, Style | None]]]:
    """Return every cell's character and style."""
    return [[(character, part.style) for part in strip for character in part.text] for strip in strips]


def assert_as_textual_does(grid: Grid, crop: Region) -> None:
    grid._styles_cache.clear()
    assert cells_of(grid.render_lines(crop)) == cells_of(Widget.render_lines(grid, crop))


@pytest.mark.parametrize("theme", ["night", "paper", "terminal"])
async def test_lines_are_those_that_textual_would_make(theme: str) -> None:
    rows = [row(f"i-{at}", name=tidy(text), state="failed") for at, text in enumerate(HOSTILE)]
    async with showing(*rows, *many(40)) as (grid, pilot, app):
        app.register_theme(make_theme(theme, load_theme(theme)))
        app.theme = theme
        for key in ("down", "space", "pagedown", "down", "space", "up", "end"):
            await pilot.press(key)
            assert_as_textual_does(grid, grid.size.region)
        assert_as_textual_does(grid, Region(7, 2, 20, 3))
        grid.show(machines())
        grid.message("There are none.", Tone.BAD)
        await pilot.pause()
        assert all(
            style and style.bgcolor for line in cells_of(grid.render_lines(grid.size.region)) for _, style in line
        )
        assert_as_textual_does(grid, grid.size.region)


async def test_a_longer_list_has_the_screen_laid_out_only_for_its_scrollbar(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []
    lay_out = Screen._refresh_layout

    def noted(self: Screen[object], *size: Any, **how: Any) -> None:
        laid_out.append(1)
        lay_out(self, *size, **how)

    async with showing(*many(3)) as (grid, pilot, _):
        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        for count, times in ((5, 0), (100, 1), (1000, 0), (200, 0), (2, 1), (0, 0)):
            del laid_out[:]
            grid.apply(delta_of(tuple(many(count)), tuple(entry.id for entry in grid.rows()[count:])))
            await pilot.pause()
            assert (grid.count, grid.show_vertical_scrollbar) == (count, count >= HEIGHT)
            assert len(laid_out) >= times if times else not laid_out
            assert grid.max_scroll_y == max(0, count + 1 - HEIGHT)
            assert grid.scroll_offset.y <= grid.max_scroll_y
            if count >= HEIGHT:
                assert grid.vertical_scrollbar.window_virtual_size == count + 1
            grid.action_last()
            await pilot.pause()
            assert cursor_line(grid) == (min(count, HEIGHT - 1) or -1)


async def test_nothing_moves_when_what_was_awaited_has_come_and_the_list_has_grown() -> None:
    awaited = [row(f"i-{number}", name="web", cpu=Missing.PENDING, age=None) for number in range(5)]
    async with showing(*awaited) as (grid, pilot, _):
        before = lines_of(grid)[0].rstrip()
        grid.apply(delta_of(tuple(row(f"i-{number}", name="web", cpu=100.0, age=None) for number in range(5))))
        await pilot.pause()
        assert lines_of(grid)[0].rstrip() == before, "there was room for it"
        grid.apply(delta_of(tuple(row(f"j-{number}", name="web", cpu=100.0, age=None) for number in range(500))))
        await pilot.pause()
        assert lines_of(grid)[0].rstrip() == before, "the scrollbar had its place"


async def test_columns_fit_what_changes_in_view_wherever_it_is_told() -> None:
    async with showing(*many(400)) as (grid, pilot, _):
        others = [row(f"i-{number:06}", state="ok") for number in range(100, 300)]
        grid.apply(delta_of((*others, row("i-000003", state="rebooting"))))
        await pilot.pause()
        assert "rebooting" in "".join(lines_of(grid))
