"""Owns the list on screen: cursor, marks, scrolling, filter, order. Must not know what rows are of, nor paint them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.resources.model import ResourceType
from console.store.delta import Delta, Known
from console.store.filter import FilterInvalid
from console.store.packing import id_of
from console.store.rows import Row
from console.store.view import View
from console.ui.widgets.fitting import Fitting
from console.ui.widgets.paint import row_style
from console.ui.widgets.rowlines import RowLines
from console.ui.widgets.turns import Turns

SAMPLE = 500
"""Rows of one delta that columns are fitted to, beside those in view."""
KNOWN_SAMPLE = 50
"""The same where rows that were there already change: columns fit them, and most of what they say stays."""
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


class Grid(RowLines):
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
        self._turns = Turns(self)
        self._cursor_id = ""
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
        self._now, loaded = time.time(), self._view.loaded
        self._view.apply(delta, self._now)
        for row_id in delta.removed:
            self._marks.pop(row_id, None)
        if delta.changed:
            in_view = {row.id for row in self._in_view()}
            sample = list(delta.changed[: SAMPLE if self._view.loaded > loaded else KNOWN_SAMPLE])
            sample += (row for row in delta.changed[len(sample) :] if id_of(row) in in_view)
            self._fitting.widen(self._view.different(sample), self._now, self.size.width)
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

    # --- after a change

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
            self.refresh_rows(*self._stale())
        else:
            self.refresh()
        if moved:
            self.post_message(self.CursorMoved(row))
        if awaited:
            self._tell(awaited=True)
        self.call_after_refresh(self._tell)

    def cursor_moved(self) -> None:
        """Tell that the cursor is on another row."""
        row = self.cursor_row
        self._cursor_id = row.id if row else ""
        self.post_message(self.CursorMoved(row))

    def _tell(self, *, awaited: bool = False) -> None:
        """Say which rows are in view and how many there are, when that has changed."""
        ids = [row.id for row in self._in_view()]
        told = (tuple(ids), self.view, len(self._marks))
        if told != self._told:
            self._told = told
            self.post_message(self.ViewChanged(ids, awaited))

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
