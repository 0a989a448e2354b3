"""Owns the list on screen: cursor, marks, scrolling, painting the rows in view. Must not know what rows are of.

It paints lines, not widgets: a hundred thousand rows cost what the rows in view cost.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from console.resources.model import ResourceType, Tone
from console.store.delta import Delta, Known
from console.store.filter import FilterInvalid
from console.store.rows import Row
from console.store.view import View
from console.text.clean import fit
from console.ui.widgets.cursorlist import CursorList
from console.ui.widgets.fitting import Fitting
from console.ui.widgets.paint import row_style
from console.ui.widgets.picture import Picture
from console.ui.widgets.quicklines import QuickLines
from console.ui.widgets.rowpaint import RowPainter
from console.ui.widgets.turns import Turns

SAMPLE = 500
"""Rows of one delta that columns are fitted to."""
SMALL = 5000
"""Rows that are filtered and ordered at once; more of them are, a turn of the loop at a time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How the list stands: counts, filter, order."""

    shown: int = 0
    loaded: int = 0
    filter: str = ""
    sort: str = ""
    descending: bool = False
    known: Callable[[Delta], Known | None] = field(default=lambda _delta: None, compare=False, repr=False)
    """Gives every row as a worker can go on with them, when asked with the last delta of them."""


class Grid(CursorList, QuickLines):
    """Rows of one resource type."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "mark", "mark", show=False)]

    class CursorMoved(Message):
        """The cursor is on another row."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

    class ViewChanged(Message):
        """Other rows are in view, or the counts changed; ``awaited`` where the operator waits to see it."""

        def __init__(self, visible_ids: Sequence[str], awaited: bool) -> None:
            super().__init__()
            self.visible_ids = tuple(visible_ids)
            self.awaited = awaited

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._turns = Turns(self)
        self._cursor_id = ""
        self._marks: dict[str, None] = {}
        self._fitting: Fitting | None = None
        self._picture = Picture()
        self._said: tuple[str, Tone] = ("", Tone.DIM)
        self._now = time.time()
        self._told: tuple[Any, ...] = ()

    # --- what is shown

    def show(self, resource: ResourceType) -> None:
        """Show another type, empty for now."""
        self._turns.stop()
        self._view = View(resource)
        self._cursor_id = ""
        self.rewind()
        self._marks.clear()
        self._fitting = Fitting(resource.columns, partial(row_style, self), self._view.sort, self.size.width)
        self._changed()

    def apply(self, delta: Delta) -> None:
        """Take what changed; cursor, scrolling and marks stay with their rows."""
        if self._view is None or self._fitting is None:
            return
        self._now = time.time()
        self._view.apply(delta, self._now)
        for row_id in delta.removed:
            self._marks.pop(row_id, None)
        if delta.changed:
            self._fitting.widen(self._view.different(delta.changed[:SAMPLE]), self._now, self.size.width)
        if delta.changed or delta.removed:
            self._changed()

    def filter(self, text: str) -> str:
        """Show only what ``text`` says; return why it cannot, empty when it can."""
        if self._view is None:
            return ""
        try:
            self._view.want_filter(text)
        except FilterInvalid as error:
            return str(error)
        self._turns.take(
            self._view.arranging(time.time()), partial(self._changed, awaited=True), at_once=self._view.loaded <= SMALL
        )
        return ""

    def prepare(self) -> None:
        """Make ready for a filter that is about to be typed."""
        if self._view is not None and self._view.loaded > SMALL:
            self._turns.take(chain(self._view.preparing(), self._view.arranging(time.time())), self._changed)

    def message(self, text: str, tone: Tone) -> None:
        """Say something where rows would be; seen only while there are none."""
        if (text, tone) != self._said:
            self._said = (text, tone)
            self.refresh()

    @property
    def view(self) -> Shown:
        """How the list stands."""
        view = self._view
        if view is None:
            return Shown()
        return Shown(len(view), view.loaded, view.filter.text, view.sort, view.descending, view.known)

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return self._view.at(self.cursor) if self._view is not None and 0 <= self.cursor < self.count else None

    def rows(self) -> list[Row]:
        """Return the rows shown, in their order; what is still being arranged is arranged first."""
        if self._view is not None and self._view.wanted != self._view.now_shown:
            self._turns.take(self._view.arranging(time.time()), self._changed, at_once=True)
        return [self._view.at(index) for index in range(len(self._view))] if self._view is not None else []

    def marked_rows(self) -> list[Row]:
        """Return the marked rows, in the order they were marked."""
        return [row for row_id in self._marks if (row := self._view.get(row_id))] if self._view is not None else []

    def mark_shown(self, marked: bool) -> None:
        """Mark every row shown, or unmark everything."""
        if marked:
            self._marks.update(dict.fromkeys(row.id for row in self.rows()))
        else:
            self._marks.clear()
        self._changed()

    def move_to(self, row_id: str) -> bool:
        """Put the cursor on a row; False when it is not shown."""
        index = self._view.index(row_id) if self._view is not None else None
        if index is None:
            return False
        self.go(index)
        return True

    def order_by(self, step: int) -> None:
        """Order by another column of those shown, ``step`` to the right; 0 turns the order round."""
        view = self._view
        if view is None or self._fitting is None:
            return
        ids, wanted = [view.resource.columns[slot.index].id for slot in self._fitting.slots], view.wanted
        at = ids.index(wanted.sort) if wanted.sort in ids else -1
        column_id = ids[(at + step) % len(ids)] if step else wanted.sort or ids[0]
        view.want_order(column_id, not wanted.descending if not step else False)
        self._turns.take(
            view.arranging(time.time()), partial(self._changed, awaited=True), at_once=view.loaded <= SMALL
        )

    def tick(self, now: float) -> None:
        """Paint again the rows in view whose ages read differently now."""
        before, self._now = self._now, now
        if self._view is None or self._fitting is None:
            return
        ages, at, first = self._fitting.painter.ages, self._view.at, self.scroll_offset.y
        rows = range(first, min(first + self.rows_high, self.count))
        self.refresh_rows(*(index for index in rows if ages(at(index), before) != ages(at(index), now)))

    @property
    def shows_seconds(self) -> bool:
        """Whether a row in view shows an age that is another one a second later."""
        if self._view is None or self._fitting is None:
            return False
        first, ages = self.scroll_offset.y, self._fitting.painter.ages
        rows = (self._view.at(index) for index in range(first, min(first + self.rows_high, self.count)))
        return any(text.endswith("s") for row in rows for text in ages(row, self._now))

    def action_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go on."""
        row = self.cursor_row
        if row is None:
            return
        if self._marks.pop(row.id, row) is row:
            self._marks[row.id] = None
        self.refresh_rows(self.cursor)
        self.go(self.cursor + 1)
        self._told = ()
        self.call_after_refresh(self._tell)

    # --- painting

    def _changed(self, *, awaited: bool = False) -> None:
        """Paint again after rows or their order changed; the cursor's row keeps its line on screen."""
        view, count = self._view, self.count
        if view is not None and self._fitting is not None and view.sort != self._fitting.sorted_by:
            self._fitting.fit(self.size.width, view.sort)
        line = self.cursor - self.scroll_offset.y
        found = view.index(self._cursor_id) if view is not None and self._cursor_id else None
        self.cursor = 0 if not self.touched else max(0, min(self.cursor if found is None else found, count - 1))
        row = self.cursor_row
        moved = (row.id if row else "") != self._cursor_id
        self._cursor_id = row.id if row else ""
        self.set_height(count + 1)
        if found is not None and self.touched and 0 <= line < self.rows_high:
            self.scroll_to(y=self.cursor - line, animate=False, immediate=True, force=True)
        if count:
            top = self.scroll_offset.y
            stale = self._picture.stale([self._key(y, top) for y in range(self.size.height)])
            self.refresh_rows(*(top + y - 1 for y in stale))
        else:
            self.refresh()
        if moved:
            self.post_message(self.CursorMoved(row))
        if awaited:
            self._tell(awaited=True)
        self.call_after_refresh(self._tell)

    def _key(self, y: int, top: int) -> tuple[Any, ...]:
        """Return what line ``y`` is painted from: a painter and what it is given; nothing while there are no rows."""
        view = self._view
        if view is None or self._fitting is None or not len(view):
            return ()
        if y == 0:
            return self._fitting.painter, view.sort, view.descending
        index = top + y - 1
        row = view.at(index) if index < len(view) else None
        return self._fitting.painter, row, index == self.cursor, row is not None and row.id in self._marks

    def cursor_moved(self) -> None:
        """Tell that the cursor is on another row."""
        row = self.cursor_row
        self._cursor_id = row.id if row else ""
        self.post_message(self.CursorMoved(row))

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return len(self._view) if self._view is not None else 0

    def _tell(self, *, awaited: bool = False) -> None:
        """Say which rows are in view and how many there are, when that has changed."""
        first = self.scroll_offset.y
        ids = self._view.ids(first, first + self.rows_high) if self._view is not None else []
        told = (tuple(ids), self.view, len(self._marks))
        if told != self._told:
            self._told = told
            self.post_message(self.ViewChanged(ids, awaited))

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return one line of the widget: titles, a row, or what is said instead of rows."""
        key = self._key(y, top)
        self._picture.paint(y, key)
        if not key:
            text = said_line(self._said[0], y, size.width, size.height)
            return self.strip([(text, self._said[1].value)] if text else [], size.width)
        painter: RowPainter = key[0]
        if y == 0:
            return painter.head(*key[1:], size.width).adjust_cell_length(size.width)
        row, cursor, marked = key[1:]
        if row is None:
            return Strip.blank(size.width, self.rich_style)
        strip = painter.row(row, self._now, size.width, cursor=cursor, marked=marked)
        return strip.adjust_cell_length(size.width)

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell which rows are in view now."""
        super().watch_scroll_y(old, new)
        if round(old) != round(new):
            self.call_after_refresh(self._tell)

    def on_resize(self) -> None:
        """Lay out for another size; the cursor stays in view."""
        if self._fitting is not None:
            self._fitting.fit(self.size.width)
        self._changed()
        if self.touched and self.count:
            self.go(self.cursor)

    def notify_style_update(self) -> None:
        """Paint in another theme."""
        super().notify_style_update()
        if self._fitting is not None:
            self._fitting.fit(self.size.width)


def said_line(text: str, y: int, width: int, height: int) -> str:
    """Return line ``y`` of a widget that says ``text``, wrapped, a third of the way down."""
    lines = _wrapped(text, max(20, width - 8))
    at = y - max(1, height // 3)
    return f"    {fit(lines[at], width - 4)}" if 0 <= at < len(lines) else ""


@lru_cache(maxsize=4)
def _wrapped(text: str, room: int) -> list[str]:
    return [part for line in text.split("\n") for part in textwrap.wrap(line, room) or [""]]
