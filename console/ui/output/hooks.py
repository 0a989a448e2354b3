"""Owns every name of Textual's that it does not promise to keep; must not do anything that could stand elsewhere.

A test compares the code that this rests on with what it was when this was written. With another Textual than
``VERSION`` the program runs on Textual's own driver and output.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import textual
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._parser import ParseError
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.cache import FIFOCache
from textual.color import Color
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from console.ui.output.bar import bar_lines

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

    from console.ui.output.stage import Stage

VERSION = "8.2.8"
PLAIN_VARIABLE = "CLOUDTOP_PLAIN_OUTPUT"


def usable(environment: Mapping[str, str]) -> bool:
    """Return whether the names below mean what they meant, and nobody asked for plain output."""
    return environment.get(PLAIN_VARIABLE) != "1" and _installed() == VERSION


@cache
def _installed() -> str:
    beside = os.path.join(os.path.dirname(os.path.dirname(textual.__file__)), f"textual-{VERSION}.dist-info")
    if os.path.exists(beside):
        return VERSION  # asking for the metadata takes some of the time to the first picture
    from importlib.metadata import PackageNotFoundError, version

    with contextlib.suppress(PackageNotFoundError):
        return version("textual")
    return ""


def driver_class(environment: Mapping[str, str]) -> type[Driver] | None:
    """Return the driver to run on; None for Textual's own."""
    if not usable(environment):
        return None
    from console.ui.output.quietdriver import QuietDriver

    Compositor._get_renders = _renders  # type: ignore[method-assign]
    ScrollBar.render_lines = _bar_lines  # type: ignore[method-assign, assignment]
    Strip.divide = divided  # type: ignore[method-assign]
    return QuietDriver


_TURNS = 20
"""Turns of the loop that a widget is waited for until it knows that it has the focus."""
_QUIET = 3
"""Turns after each other in which nothing waits to be heard: what is being heard in one is through in the next."""


class Bound(Widget):
    """A widget whose keys are bindings or ``typed``: neither it nor what it lies in hears of one in another way."""

    hears_first: ClassVar[bool] = False
    """Whether all around it hear of what was typed before another key acts, as that may be allowed only then."""

    async def typed(self, event: events.Key) -> bool:
        """Take a character; False where this key is none to the widget."""
        return False


class Staged(App[None]):
    """An app whose pictures go to the terminal by a stage, where its driver has one."""

    slow_link = False
    """Whether the line to the terminal is slow: then few colours, a mark for a cursor, no motion of the mouse."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        stage = getattr(self._driver, "stage", None)
        if stage is None or renderable is None or self._batch_count or self._closed or not self._running:
            super()._display(screen, renderable)
        elif isinstance(renderable, LayoutUpdate | ChopsUpdate):
            try:
                _take(stage, renderable)
                typing = hasattr(self.focused, "cursor_screen_offset")  # elsewhere nobody looks where the cursor is
                stage.point(self.screen.outer_size.clamp_offset(self.cursor_position) if typing else None)
                self._driver.show()  # type: ignore[union-attr]
            except Exception as error:
                self._handle_exception(error)
            finally:
                self.post_display_hook()
        else:
            super()._display(screen, renderable)
            stage.forget()

    async def on_event(self, event: events.Event) -> None:
        """Trust nothing on a terminal that has another size, or says so; do at once what a key says to a list."""
        stage = getattr(self._driver, "stage", None)
        if stage is not None and isinstance(event, events.Resize) and stage.doubted and event.size == stage.size:
            self.action_repaint()  # Textual does so for another size only
        if stage is None or not isinstance(event, events.Key) or event.is_forwarded or not await self._do(event):
            await super().on_event(event)

    async def _do(self, event: events.Key) -> bool:
        """Do what a key is bound to, and show it where no other key waits; False where this is left to Textual.

        Textual sends a key down to the widget and back up before it looks at bindings, and a picture through queues
        to the next stroke of a clock.
        """
        widget, key = self.focused, event.key
        if not isinstance(widget, Bound):
            return False
        for _ in range(_TURNS):  # it hears of its focus a turn later, and then may select what is typed by now
            if widget.has_focus:
                break
            await asyncio.sleep(0)
        else:
            return False
        if widget.hears_first and not event.is_printable:
            await self._hear(widget)
        bound, typed = self._check_bindings, widget.typed
        done = await bound(key, priority=True) or await typed(event) or await bound(key)
        still_there = widget.is_attached and self.focused is widget
        if done and still_there and widget._repaint_required:
            self.show_now(widget)
        if done and widget.hears_first and not event.is_printable:
            await self._hear(widget)  # it may have sent the focus elsewhere, where the next key is meant for
        return done

    async def _hear(self, widget: Bound) -> None:
        """Let all around a widget hear what it said."""
        around, quiet = [node for node in widget.ancestors_with_self if node is not self], 0
        for _ in range(_TURNS):
            await asyncio.sleep(0)
            quiet = quiet + 1 if all(node._message_queue.empty() for node in around) else 0
            if quiet == _QUIET:
                break

    def show_now(self, *widgets: Widget) -> None:
        """Paint what changed in widgets without waiting for the clock, where no key waits."""
        staged = getattr(self._driver, "stage", None) is not None
        if staged and self._message_queue.empty() and all(widget.screen is self.screen for widget in widgets):
            _paint(self.screen, *widgets)

    def on_slow_link(self) -> None:
        """Hear that the line is slow."""

    def action_repaint(self) -> None:
        """Paint everything again, whatever another program has written over it."""
        stage = getattr(self._driver, "stage", None)
        if stage is not None:
            stage.forget()
            self._driver.show()  # type: ignore[union-attr]


def _renders(self: Compositor, crop: Region | None = None) -> Iterator[tuple[Region, Region, list[Strip]]]:
    """Yield (region, what of it is seen, lines) of each widget within ``crop``, and render no more than that.

    Textual renders whole every widget whose surroundings touch ``crop``, also what lies under its scrollbar or another
    widget, and then takes what it needs.
    """
    above: list[Region] = []
    for widget, (region, clip) in self.visible_widgets.items():
        seen = region.intersection(clip)
        if crop is not None:
            top = max(seen.y, crop.y)
            seen = Region(seen.x, top, seen.width, min(seen.bottom, crop.bottom) - top)
        if seen.width <= 0 or seen.height <= 0 or (crop is not None and not seen.overlaps(crop)):
            continue
        shown = seen if crop is None else seen.intersection(crop)
        if covered(shown, above):
            continue
        above.append(seen)
        if widget.show_vertical_scrollbar and widget.vertical_scrollbar in self.visible_widgets:
            seen = _beside(seen, self.visible_widgets[widget.vertical_scrollbar][0])
        place = Region(seen.x - region.x, seen.y - region.y, seen.width, seen.height)
        yield region, seen, widget.render_lines(place)


def covered(region: Region, above: Iterable[Region]) -> bool:
    """Return whether nothing of ``region`` is seen under those that lie ``above`` it."""
    bare = [region]
    for other in above:
        if other.overlaps(region):
            bare = [left for part in bare for left in without(part, other)]
            if not bare:
                return True
    return False


def without(region: Region, other: Region) -> list[Region]:
    """Return what is left of ``region`` beside ``other``: at most a part above, one below, and two between them."""
    common = region.intersection(other)
    if not common:
        return [region]
    x, y, width, _ = region
    parts = (
        Region(x, y, width, common.y - y),
        Region(x, common.bottom, width, region.bottom - common.bottom),
        Region(x, common.y, common.x - x, common.height),
        Region(common.right, common.y, region.right - common.right, common.height),
    )
    return [part for part in parts if part]


def _beside(seen: Region, bar: Region) -> Region:
    """Return what is left of ``seen`` where a scrollbar covers its right edge."""
    covers = seen.right == bar.right and bar.y <= seen.y and seen.bottom <= bar.bottom
    return Region(seen.x, seen.y, seen.width - bar.width, seen.height) if covers else seen


def _bar_lines(self: ScrollBar, crop: Region) -> list[Strip]:
    lines = bar_lines(self, crop)
    return Widget.render_lines(self, crop) if lines is None else lines


_divide = Strip.divide


def divided(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """Return the pieces of a strip between cuts; most are cut at their end only.

    Textual would have such a strip keep a list that holds it: garbage that only a collection finds, of which there
    is none while the program starts.
    """
    cuts = list(cuts)
    return [self] if cuts == [self.cell_length] else _divide(self, cuts)


class KeptLine(Strip):
    """A line that is shown again and again, in a third of the memory of a strip and without cycles.

    What a strip remembers of itself is made ready only where it is asked for. ``true`` says that every colour in it is
    given by red, green and blue, and nothing is dimmed: then Textual's own filter has nothing to do.
    """

    __slots__ = ("filled", "true")

    def __init__(self, segments: list[Segment], cell_length: int, *, true: bool) -> None:
        self._segments = segments
        self._cell_length = cell_length
        self.true = true
        self.filled: tuple[object, Any] = (None, None)
        """What made cells of it, and those cells."""

    def __getattr__(self, name: str) -> Any:
        if name not in Strip.__slots__:
            raise AttributeError(name)
        made: Any = FIFOCache(4) if name.endswith("_cache") and name != "_render_cache" else None
        setattr(self, name, made)
        return made

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:
        """Return the line through a filter."""
        return self if self.true and type(filter) is ANSIToTruecolor else super().apply_filter(filter, background)


def kept_line(segments: list[Segment], cell_length: int, *, true: bool) -> Strip:
    """Return a line to keep; with a Textual that is not known, a strip of its own."""
    return KeptLine(segments, cell_length, true=true) if _installed() == VERSION else Strip(segments, cell_length)


def is_true(style: Style) -> bool:
    """Return whether a style's colours are given by red, green and blue, and nothing is dimmed."""
    return not style.dim and all(colour is None or colour.triplet for colour in (style.color, style.bgcolor))


def slow_down(app: App[Any]) -> None:
    """Let an app be thrifty, which it was not until its terminal turned out to be far away."""
    if isinstance(app, Staged):
        app.slow_link = True
        app.on_slow_link()
        app._driver.spare()  # type: ignore[union-attr]
        app.refresh()


def _paint(screen: Screen[Any], *widgets: Widget) -> None:
    """Paint what changed in widgets and their scrollbars, as their screen does when its clock strikes."""
    bars = [widget.vertical_scrollbar for widget in widgets if widget.show_vertical_scrollbar]
    for changed in (*widgets, *bars):
        if changed._repaint_required:
            changed._repaint_required = False
            screen._dirty_widgets.add(changed)
    screen._on_timer_update()


def _take(stage: Stage, update: LayoutUpdate | ChopsUpdate) -> None:
    if isinstance(update, LayoutUpdate):
        stage.whole([list(line) for line in update.strips], update.region.width)
    else:
        stage.part(_pieces(update))


def _pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, list[Strip]]]:
    """Yield (line, column, strips) as Textual would write them; strips that follow each other come together."""
    for y, begin, end in update.spans:
        first, at, strips = 0, -1, list[Strip]()
        for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= end or stop <= begin:
                continue
            if x != at:
                if strips:
                    yield y, first, strips
                first, strips = x, []
            strips.append(strip if begin <= x and stop <= end else strip.crop(0, min(stop, end) - x))
            at = x + strips[-1].cell_length
        if strips:
            yield y, first, strips


def colours(app: App[Any]) -> ColorSystem:
    """Return how many colours Textual would paint in."""
    return app.console._color_system or ColorSystem.TRUECOLOR


def parser(debug: bool) -> XTermParser:
    """Return what makes events of what a terminal sends."""
    return XTermParser(debug)


def milliseconds_left(parsing: XTermParser) -> float | None:
    """Return when a sequence that was begun will be taken for the keys it consists of; None when none was."""
    due = parsing._timeout_time
    return None if due is None else max(0.0, 1000 * (due - get_time())) + 1


def finish(parsing: XTermParser) -> None:
    """End the parser; what was begun is dropped."""
    with contextlib.suppress(EOFError, ParseError):
        for _ in parsing.feed(""):
            pass
