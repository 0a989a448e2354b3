"""Owns drawing lines with braille characters, two by four dots a cell; must not know what the numbers mean."""

from __future__ import annotations

from collections.abc import Sequence

_BLANK = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Row of a cell → bit of its left and right dot."""


class Canvas:
    """A field of cells; dots are addressed from the top left."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self._cells = [[0] * columns for _ in range(rows)]

    @property
    def width(self) -> int:
        """Dots from left to right."""
        return self.columns * 2

    @property
    def height(self) -> int:
        """Dots from top to bottom."""
        return self.rows * 4

    def dot(self, x: int, y: int) -> None:
        """Set one dot; one outside is ignored."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._cells[y // 4][x // 2] |= _DOTS[y % 4][x % 2]

    def line(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Set the dots of a straight line."""
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            self.dot(round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps))

    def row(self, number: int) -> str:
        """Return a row's characters; a cell without dots is a blank."""
        return "".join(chr(_BLANK + cell) if cell else " " for cell in self._cells[number])


def plot(canvas: Canvas, values: Sequence[tuple[float, float] | None], *, bottom: float, top: float) -> None:
    """Draw (share of the width from 0 to 1, value) as a line; None is a gap that no line crosses."""
    span = (top - bottom) or 1.0
    before: tuple[int, int] | None = None
    for point in values:
        if point is None:
            before = None
            continue
        x = round(point[0] * (canvas.width - 1))
        y = round((top - point[1]) / span * (canvas.height - 1))
        if before is None:
            canvas.dot(x, y)
        else:
            canvas.line(*before, x, y)
        before = (x, y)
