"""Owns one line of text with a left and a right part; must not know what it says."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from console.ui.lines import Spans
from console.ui.widgets.paint import Painted


class Line(Painted, Widget):
    """One line. The left part is cut where it would run into the right one."""

    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._left: Spans = []
        self._right: Spans = []

    def show(self, left: Spans, right: Spans | None = None) -> None:
        """Paint these parts; nothing is drawn again when they have not changed."""
        right = right or []
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Text:
        """Return the line at the widget's width."""
        width = self.size.width
        right = self.painted(self._right)
        left = self.painted(self._left)
        room = width - right.cell_len
        if left.cell_len > room:
            right = Text()
            room = width
        left.truncate(room, overflow="ellipsis")
        left.append(" " * (room - cell_len(left.plain)))
        return left.append_text(right)
