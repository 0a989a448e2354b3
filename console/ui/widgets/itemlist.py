"""Owns a list of painted lines with a head, a cursor and marks; must not know what the lines stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from console.ui.lines import Spans
from console.ui.widgets.cursorlist import CursorList
from console.ui.widgets.paint import row_style
from console.ui.widgets.quicklines import QuickLines
from console.ui.widgets.rowlines import said_line


@dataclass(frozen=True, slots=True)
class Item:
    """One line: the raw key of what it stands for, and its clean words."""

    key: str
    spans: tuple[tuple[str, str], ...]


class ItemList(CursorList, QuickLines):
    """Lines to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", show=False),
        Binding("end,G", "last", "last", show=False),
    ]

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._head: Spans = []
        self._items: tuple[Item, ...] = ()
        self._said = ""
        self.marks: dict[str, None] = {}

    def show(self, head: Spans, items: Sequence[Item], said: str = "") -> None:
        """Show other lines; the cursor stays with its key. ``said`` is read where there are none."""
        key = self.key
        self._head, self._items, self._said = head, tuple(items), said
        known = [item.key for item in self._items]
        self.marks = {mark: None for mark in self.marks if mark in set(known)}
        self.cursor = known.index(key) if self.touched and key in known else min(self.cursor, max(0, len(known) - 1))
        self.set_height(len(known) + 1)
        self.refresh()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._items)

    @property
    def key(self) -> str:
        """The key of the line under the cursor; empty without one."""
        return self._items[self.cursor].key if 0 <= self.cursor < len(self._items) else ""

    def cursor_moved(self) -> None:
        """Tell that the cursor is on another line."""
        self.post_message(self.Moved())

    def action_mark(self) -> None:
        """Mark the line under the cursor, or unmark it, and go on."""
        key = self.key
        if not key:
            return
        if self.marks.pop(key, self) is self:
            self.marks[key] = None
        self.refresh_rows(self.cursor)
        self.go(self.cursor + 1)

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return one line of the widget."""
        if y == 0:
            return self._strip(self._head, "head", "  ", size.width)
        index = top + y - 1
        if not self._items:
            return self._strip([(said_line(self._said, y, size.width, size.height), "dim")], "row", "", size.width)
        if index >= len(self._items):
            return Strip.blank(size.width, self.rich_style)
        item = self._items[index]
        marked = item.key in self.marks
        back = "cursor" if index == self.cursor else "marked" if marked else "row"
        lead = f"{'▸' if index == self.cursor else ' '}{'✓' if marked else ' '}"
        return self._strip(item.spans, back, lead, size.width)

    def _strip(self, spans: Sequence[tuple[str, str]], back: str, lead: str, width: int) -> Strip:
        under = row_style(self, back)
        segments = [Segment(lead, under + self.token_style("accent-strong"))] if lead else []
        segments += [
            Segment(words, under if back == "head" else under + self.token_style(token)) for words, token in spans
        ]
        if back == "cursor":
            segments = [Segment(part.text, (part.style or under) + under) for part in segments]
        return Strip(segments).adjust_cell_length(width, under)
