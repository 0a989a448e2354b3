"""Owns a cursor over numbered lines under a fixed head, and keeps it in view. Must not know what the lines say."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message

from console.ui.output.hooks import Bound
from console.ui.widgets.paint import Painted
from console.ui.widgets.tallview import TallView


class CursorList(Painted, Bound, TallView, can_focus=True):
    """Lines with a cursor. Subclasses say how many there are, paint them, and hear where the cursor went."""

    DEFAULT_CSS = "CursorList { overflow-x: hidden; overflow-y: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", show=False),
        Binding("home,g", "first", "first", show=False),
    ]

    class Opened(Message):
        """A line was opened with the mouse; ``enter`` is a command."""

    cursor: int = 0
    touched: bool = False
    """Whether the operator moved the cursor, or did something on its line; before that it stays on the first line."""

    @property
    def count(self) -> int:
        """How many lines there are."""
        return 0

    def cursor_moved(self) -> None:
        """Hear that the cursor is on another line."""

    @property
    def rows_high(self) -> int:
        """How many lines are in view."""
        return max(0, self.size.height - 1)

    def rewind(self) -> None:
        """Put the cursor on the first line, as if it had never been moved."""
        self.cursor, self.touched = 0, False
        self.scroll_to(0, 0, animate=False, immediate=True, force=True)

    def stay(self) -> None:
        """Keep the cursor with what it is on: something is being done about that."""
        self.touched = self.touched or self.count > 0

    def go(self, index: int) -> None:
        """Put the cursor on the line at ``index``, or the nearest there is, and bring it into view."""
        before, self.cursor, self.touched = self.cursor, max(0, min(index, self.count - 1)), True
        self.refresh_rows(before, self.cursor)
        top, height = self.scroll_offset.y, self.rows_high
        if not top <= self.cursor < top + height:
            wanted = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=wanted, animate=False, immediate=True, force=True)
        self.cursor_moved()

    def refresh_rows(self, *indices: int) -> None:
        """Paint some lines again, and not what is beside them."""
        above, width = self.scroll_offset.y - 1, self.size.width - self.scrollbar_size_vertical
        if indices:
            self.refresh(*(Region(0, index - above, width, 1) for index in indices))

    def action_move(self, step: int) -> None:
        """Move by lines."""
        self.go(self.cursor + step)

    def action_page(self, pages: float) -> None:
        """Move by pages."""
        self.go(self.cursor + int(pages * max(1, self.rows_high)))

    def action_first(self) -> None:
        """Go to the first line."""
        self.go(0)

    def action_last(self) -> None:
        """Go to the last line."""
        self.go(self.count - 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a double click opens."""
        index = self.scroll_offset.y + event.y - 1
        if event.y > 0 and index < self.count:
            self.go(index)
            if event.chain == 2:
                self.post_message(self.Opened())
