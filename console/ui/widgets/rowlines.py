"""Owns painting the rows in view, a line each. Must not know what changes them, nor who hears of it.

It paints lines, not widgets: a hundred thousand rows cost what the rows in view cost.
"""

from __future__ import annotations

import textwrap
import time
from functools import lru_cache
from typing import Any

from textual.geometry import Size
from textual.strip import Strip

from console.resources.model import Tone
from console.store.rows import Row
from console.store.view import View
from console.text.clean import fit
from console.ui.widgets.cursorlist import CursorList
from console.ui.widgets.fitting import Fitting
from console.ui.widgets.picture import Picture
from console.ui.widgets.quicklines import QuickLines
from console.ui.widgets.rowpaint import RowPainter


class RowLines(CursorList, QuickLines):
    """The rows of a view under a line of titles, or what is said instead of them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._fitting: Fitting | None = None
        self._marks: dict[str, None] = {}
        """Ids of the rows that are marked, in the order they were."""
        self._picture = Picture()
        self._said: tuple[str, Tone] = ("", Tone.DIM)
        self._now = time.time()

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return len(self._view) if self._view is not None else 0

    def message(self, text: str, tone: Tone) -> None:
        """Say something where rows would be; seen only while there are none."""
        if (text, tone) != self._said:
            self._said = (text, tone)
            self.refresh()

    def tick(self, now: float) -> None:
        """Paint again the rows in view whose ages read differently now."""
        before, self._now = self._now, now
        if self._fitting is None:
            return
        ages, top = self._fitting.painter.ages, self.scroll_offset.y
        rows = enumerate(self._in_view(), top)
        self.refresh_rows(*(index for index, row in rows if ages(row, before) != ages(row, now)))

    @property
    def shows_seconds(self) -> bool:
        """Whether a row in view shows an age that is another one a second later."""
        return self._fitting is not None and self._fitting.painter.shows_seconds(self._in_view(), self._now)

    def _in_view(self) -> list[Row]:
        top = self.scroll_offset.y
        return self._view.between(top, top + self.rows_high) if self._view is not None else []

    # --- painting

    def _stale(self) -> list[int]:
        """Return the indices of the rows in view that stand otherwise on screen; -1 is the line of titles."""
        top = self.scroll_offset.y
        return [top + y - 1 for y in self._picture.stale(self._keys(top))]

    def _key(self, y: int, top: int) -> tuple[Any, ...]:
        """Return what line ``y`` is painted from: a painter and what it is given; nothing while there are no rows."""
        view = self._view
        if view is None or self._fitting is None or not len(view):
            return ()
        if y == 0:
            return self._fitting.painter, view.sort, view.descending
        index = top + y - 1
        return self._key_of(self._fitting.painter, index, view.at(index) if index < len(view) else None)

    def _keys(self, top: int) -> list[tuple[Any, ...]]:
        """Return the ``_key`` of every line of the widget, from the first down; there are rows."""
        head = self._key(0, top)
        rows: list[Row | None] = [*self._in_view()]
        rows += [None] * (self.rows_high - len(rows))
        return [head, *(self._key_of(head[0], top + y, row) for y, row in enumerate(rows))][: self.size.height]

    def _key_of(self, painter: RowPainter, index: int, row: Row | None) -> tuple[Any, ...]:
        return painter, row, index == self.cursor, row is not None and row.id in self._marks

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
