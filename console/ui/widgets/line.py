"""Owns one line of text with a left and a right part; must not know what it says."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from console.ui.lines import Spans, cells
from console.ui.widgets.paint import Painted, cut
from console.ui.widgets.quicklines import QuickLines


class Line(Painted, QuickLines):
    """One line. The right part goes where the left one needs its room, and that is cut where it is wider still."""

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

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return the line at the widget's width."""
        left, right = cut(self._left, size.width), self._right
        between = size.width - cells(left) - cells(right)
        if between < 0:
            right, between = [], size.width - cells(left)
        return self.strip([*left, (" " * between, "none"), *right], size.width)
