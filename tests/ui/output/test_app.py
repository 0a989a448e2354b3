"""The whole program through the stage, cell by cell against Textual's own output and its full repaint."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual._compositor import Compositor, CompositorUpdate
from textual.app import App
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.screen import Screen

from console.launch import Launch
from console.resources.registry import catalogue
from console.store.delta import Delta
from console.text.faults import Fault, FaultKind
from console.ui.output import hooks
from console.ui.output.stage import Stage
from console.ui.screens.browser import Browser
from console.ui.widgets.grid import Grid
from console.ui.widgets.line import Line
from console.ui.widgets.paint import row_style
from tests.ui.conftest import resize, settle
from tests.ui.fakes import FakeSession, instances
from tests.ui.output.emulator import Emulator, differences, painted
from tests.ui.stage import screen_text
from tests.ui.test_any_keys import KEYS, rows_of

SIZES = ((60, 20), (80, 24), (101, 33), (120, 40), (40, 10))
THEMES = ("night", "paper", "terminal", "high-contrast", "colour-blind")
GARBAGE = "\x1b[31;44;1m" + "#" * 20_000


@cache
def _textuals_own_renders() -> Callable[..., Any]:
    """Return what ``hooks`` puts something quicker in the place of."""
    spec = find_spec("textual._compositor")
    assert spec is not None
    assert spec.loader is not None
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    own: Callable[..., Any] = fresh.Compositor._get_renders
    assert Compositor._get_renders is hooks._renders
    return own


class Watched:
    """Two terminals: one gets what the stage writes, the other what Textual would. Both are compared all the time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, erases: bool) -> None:
        self._erases = erases
        self._stage: Stage | None = None
        self._ours = self._theirs = Emulator(1, 1)
        self.frames = self.bytes = 0

        def display(app: App[Any], screen: Any, update: Any) -> None:
            self._display(app, screen, update)

        monkeypatch.setattr(hooks.Staged, "_display", display)

    def _display(self, app: App[Any], screen: Any, update: Any) -> None:
        if isinstance(update, CompositorUpdate) and app._running and not app._batch_count:
            if self._stage is None:
                self._stage = Stage(hooks.colours(app), erases=self._erases)
            if app.size != (self._ours.screen.columns, self._ours.screen.lines):
                self._ours, self._theirs = Emulator(*app.size), Emulator(*app.size)
                self.spoil()
            hooks._take(self._stage, update)
            self._theirs.feed(update.render_segments(app.console))
            if self._stage.size == app.size:
                self._show()
        App._display(app, screen, update)

    def _show(self) -> None:
        assert self._stage is not None
        frame = self._stage.frame()
        self.frames, self.bytes = self.frames + 1, self.bytes + len(frame)
        self._ours.feed(frame)
        assert not differences(self._ours.picture(), self._theirs.picture())

    def spoil(self) -> None:
        """Write over the terminal as another program would, and tell the stage so."""
        assert self._stage is not None
        self._ours.feed(f"\x1b[H{GARBAGE}\x1b[5;9r\x1b[r\x1b[3;7H")
        self._stage.forget()

    def repaint(self) -> None:
        """Have all of it painted again."""
        self.spoil()
        self._show()

    async def is_whole(self, app: App[Any], pilot: Any) -> None:
        """Compare with all that Textual would paint, by its own way of rendering widgets, once all is painted.

        What is read in the background may have changed a widget a moment ago.
        """
        async with asyncio.timeout(20):
            while awaits_paint(app.screen):
                await pilot.pause()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Compositor, "_get_renders", _textuals_own_renders())
            lines = [[strip] for strip in app.screen._compositor.render_strips()]
        assert not differences(self._ours.picture(), painted(lines, app.size.width, app.console))


def awaits_paint(screen: Screen[Any]) -> bool:
    """Return whether something on a screen has changed, or is about to, that was not painted yet."""
    if screen._dirty_widgets or screen._compositor._dirty_regions:
        return True
    return any(
        widget._repaint_required or widget._layout_required or widget._scroll_required or widget.message_queue_size
        for widget in screen.walk_children(with_self=True)
    )


async def test_what_has_changed_and_is_not_painted_is_awaited(opened: Callable[..., Any], monkeypatch: Any) -> None:
    watched = Watched(monkeypatch, erases=True)
    async with opened(size=(80, 24)) as (app, pilot):
        await watched.is_whole(app, pilot)
        title = app.screen.query_one("#counts", Line)
        title.show([("changed a moment ago", "text")], [])
        assert awaits_paint(app.screen)
        await watched.is_whole(app, pilot)
        assert "changed a moment ago" in screen_text(app)


async def _press_any(watched: Watched, chance: random.Random, app: Any, pilot: Any, session: FakeSession) -> None:
    kind = chance.random()
    if kind < 0.05:
        await resize(pilot, *chance.choice(SIZES))
    elif kind < 0.10:
        app.dress(chance.choice(THEMES))
    elif kind < 0.15:
        watched.repaint()
    elif kind < 0.20 and session.fake_lists.listener:
        session.fault = chance.choice((None, Fault(FaultKind.DENIED, "It", "denied")))
        session.fake_lists.listener(Delta(complete=chance.random() < 0.5))
    elif kind < 0.5:
        for _ in range(chance.randint(1, 12)):
            await pilot.press(chance.choice(("down", "down", "down", "up", "pagedown", "pageup", "home")))
    else:
        await pilot.press(chance.choice(KEYS))


@pytest.mark.parametrize(
    ("seed", "size", "steps"),
    [
        (1, (80, 24), 25),
        (2, (120, 40), 25),
        *(pytest.param(seed, SIZES[seed % 4], 45, marks=pytest.mark.long) for seed in range(3, 9)),
    ],
)
async def test_any_keys_in_any_order(
    seed: int, size: tuple[int, int], steps: int, opened: Callable[..., Any], session: FakeSession, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)  # an export may be among the keys
    watched, chance = Watched(monkeypatch, erases=seed % 3 > 0), random.Random(seed)
    session.fake_lists.rows = {name: rows_of(name, chance) for name in catalogue()}
    async with opened(size=size) as (app, pilot):
        if seed % 2:  # keys are done at once, as they are on a terminal
            staged(app, monkeypatch)
        for step in range(steps):
            await _press_any(watched, chance, app, pilot, session)
            await settle(pilot)
            if step % 5 == 0:
                await watched.is_whole(app, pilot)
        await resize(pilot, 120, 40)
        await watched.is_whole(app, pilot)
        assert watched.frames > steps / 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_lies_under_a_scrollbar_or_another_widget_is_not_missed(
    size: tuple[int, int], opened: Callable[..., Any], session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch, erases=True)
    session.fake_lists.rows["ec2.instances"] = instances(200)
    async with opened(size=size) as (app, pilot):
        for key in ("down", "pagedown", "down", "d", "down", "pagedown", "up", "g", "question_mark", "escape", "down"):
            await pilot.press(key)
            await settle(pilot)
            await watched.is_whole(app, pilot)


async def test_after_the_same_size_again_all_is_painted(opened: Callable[..., Any], monkeypatch: Any) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        painted_again = []
        stage = Stage(hooks.colours(app), erases=True)
        stage.whole([[strip] for strip in app.screen._compositor.render_strips()], 80)
        monkeypatch.setattr(app._driver, "stage", stage, raising=False)
        monkeypatch.setattr(app._driver, "show", lambda: painted_again.append(stage.frame()), raising=False)
        stage.frame()
        app._display(app.screen, None)
        assert stage.frame() == "", "nothing to show is no reason to paint"
        await app.on_event(events.Resize(Size(80, 24), Size(80, 24)))
        assert not painted_again
        stage.doubt()
        await app.on_event(events.Resize(Size(80, 24), Size(80, 24)))
        await settle(pilot)
        assert "EC2 instances" in painted_again[0]
        painted_again.clear()
        await pilot.press("ctrl+l")
        assert "EC2 instances" in painted_again[0]


def staged(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let an app's pictures go through a stage; return the frames, of which the first paints all."""
    stage, frames = Stage(hooks.colours(app), erases=True), []
    stage.whole([[strip] for strip in app.screen._compositor.render_strips()], app.size.width)
    monkeypatch.setattr(app._driver, "stage", stage, raising=False)
    monkeypatch.setattr(app._driver, "show", lambda: frames.append(stage.frame()), raising=False)
    app._driver.show()
    return frames


async def test_a_key_of_the_list_is_done_and_shown_before_anything_else(
    opened: Callable[..., Any], monkeypatch: Any
) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        frames = staged(app, monkeypatch)
        await app.on_event(events.Key("down", None))
        assert app.screen.query_one(Grid).cursor == 1
        assert "▸" in frames[1]
        await settle(pilot)
        assert not any(frames[2:]), "and not once more"
        app._message_queue.put_nowait(events.Key("down", None))
        await app.on_event(events.Key("down", None))
        assert not any(frames[2:]), "first the key that waits"
        await settle(pilot)
        assert app.screen.query_one(Grid).cursor == 3
        assert "▸" in "".join(frames[2:])


@pytest.mark.parametrize(
    "typed", ["jj /x\x7f\rj ", "j/x", "j/web\rjj  ", "jdj j", "jj g G k :ec2\r", " j j?j", "jjj\rj", "3jj 1jj"]
)
async def test_keys_that_come_at_once_lead_where_they_lead_by_textuals_way(
    typed: str, opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for at_once in (False, True):
        async with opened(size=(80, 24)) as (app, pilot):
            if at_once:
                staged(app, monkeypatch)
            for character in typed:
                app.post_message(events.Key(_character_to_key(character), character))
            await settle(pilot)
            await settle(pilot)
            grid = next(screen for screen in app.screen_stack if isinstance(screen, Browser)).query_one(Grid)
            ends.append((type(app.screen), grid.cursor, len(grid.marked_rows()), grid.view))
    assert ends[0] == ends[1]


async def test_on_a_slow_link_the_cursor_is_a_mark_and_a_line_says_so(opened: Callable[..., Any]) -> None:
    async with opened(size=(120, 40), launch=Launch(slow_link=True)) as (app, _):
        grid = app.screen.query_one(Grid)
        assert app.theme == "terminal"
        assert "slow link" in screen_text(app)
        assert row_style(grid, "cursor").bgcolor == row_style(grid, "row").bgcolor
    async with opened(size=(120, 40), launch=Launch(slow_link=True, theme="paper")) as (app, _):
        assert app.theme == "paper"


async def test_a_link_that_turns_out_slow_changes_the_theme(opened: Callable[..., Any], monkeypatch: Any) -> None:
    async with opened(size=(120, 40)) as (app, pilot):
        assert "slow link" not in screen_text(app)
        monkeypatch.setattr(app._driver, "spare", lambda: None, raising=False)
        hooks.slow_down(app)
        app.screen.show_lines()
        await settle(pilot)
        assert app.theme == "terminal"
        assert "slow link" in screen_text(app)
