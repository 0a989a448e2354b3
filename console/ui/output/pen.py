"""Owns what is written to a terminal to make its lines others: motions, colours, erasing, moving lines.

Must not know where lines come from. It remembers where the terminal's cursor is and how it paints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from console.ui.output.cells import PLAIN, Cell, Paint, change, paint
from console.ui.output.shift import Shift
from console.ui.output.strokes import Line, Stroke, in_best_order, strokes

_ERASED = 6
"""Blanks at the end of a stroke from which on clearing is shorter than writing."""
_BLANKS = " " * _ERASED
_NEAR = 2
"""Lines down that are worth beginning anew at the left for."""
_CLEARED = 12
"""Blanks inside a line from which on clearing and moving is shorter than writing."""


class Pen:
    """The terminal's cursor and colours, and what was written and not yet taken.

    ``erases`` says whether the terminal erases in the background that it paints with.
    """

    def __init__(self, *, erases: bool) -> None:
        self._erases = erases
        self._parts: list[str] = []
        self._paint: Paint | None = None
        self._x = self._y = -1

    def forget(self) -> None:
        """Trust nothing: another program may have used the terminal."""
        self._paint = None
        self._x = self._y = -1

    def take(self) -> str:
        """Return what was written; a link is not left open behind it."""
        if self._paint is not None and self._paint.link:
            closed = paint(self._paint.flags, self._paint.front, self._paint.back, "")
            self._parts.append(change(self._paint, closed))
            self._paint = closed
        text = "".join(self._parts)
        self._parts.clear()
        return text

    def go(self, y: int, x: int) -> None:
        """Move the cursor, in the fewest bytes."""
        if y == self._y and x == self._x:
            return
        self._parts.append(_motion(self._y, self._x, y, x))
        self._y, self._x = y, x

    def move(self, by: Shift, height: int) -> bool:
        """Move lines; return whether what is uncovered is blank in the terminal's own colours."""
        whole = by.bottom == height - 1
        if not whole:
            self._parts.append(f"\x1b[{by.top + 1};{by.bottom + 1}r")
            self._y = self._x = -1
        self.go(by.top, 0)
        count = abs(by.by)
        self._parts.append(f"\x1b[{count if count > 1 else ''}{'M' if by.by > 0 else 'L'}")
        if not whole:
            self._parts.append("\x1b[r")
            self._y = self._x = -1
        return self._paint is not None and not self._paint.back

    def lines(self, changed: Iterable[tuple[int, Line, Sequence[Cell | None]]]) -> None:
        """Make lines hold what is wanted: (number, wanted, held before), where None stands for what is not known."""
        found = [stroke for y, wanted, shown in changed for stroke in strokes(y, wanted, shown, erases=self._erases)]
        for stroke in in_best_order(found, self._paint):
            self._draw(stroke)

    def can_erase(self, cell: Cell) -> bool:
        """Return whether what is erased can be made to look like ``cell``."""
        return cell.blank and (self._erases or not cell.paint.back)

    def erase_from(self, y: int, line: Line) -> None:
        """Make line ``y`` and all below it as blank as ``line``."""
        self.go(y, 0)
        self._wear(Stroke(line[0].paint, y, 0, len(line), line, blank=True, erases=True))
        self._parts.append("\x1b[J")

    def _draw(self, stroke: Stroke) -> None:
        """Write a stroke."""
        self.go(stroke.y, stroke.x)
        self._wear(stroke)
        if stroke.erases:
            self._parts.append("\x1b[K")
            return
        cells = stroke.line[stroke.x : stroke.stop]
        text = "".join([cell.text for cell in cells])
        if _BLANKS in text:
            self._clear_and_write(stroke)
        else:
            self._parts.append(text)
            self._x = stroke.stop
        if stroke.stop == len(stroke.line) or (cells[-1].odd and any(len(cell.text) > 1 for cell in cells[-2:])):
            self._x = -1  # at the edge, and behind what terminals do not agree on how wide it is

    def _wear(self, stroke: Stroke) -> None:
        """Paint as a stroke needs it; for blanks only their background is changed."""
        pen, target = self._paint, stroke.paint
        if pen is target:
            return
        if stroke.blank:
            pen = pen if pen is not None and pen.hides else PLAIN
            target = paint(pen.flags, pen.front, target.back, "")
        if target is not self._paint:
            self._parts.append(change(self._paint, target))
            self._paint = target

    def _clear_and_write(self, stroke: Stroke) -> None:
        """Write a stroke, and clear long blanks in it where the terminal can."""
        x, line, stop = stroke.x, stroke.line, stroke.stop
        while x < stop:
            cell = line[x]
            if cell.blank and (count := _cleared(line, x, stop)) and (self._erases or not cell.paint.back):
                self.go(stroke.y, x)
                self._parts.append(f"\x1b[{count}X")
                x += count
                continue
            self.go(stroke.y, x)
            self._parts.append(cell.text)
            x += cell.width or 1
            self._x = x


@lru_cache(maxsize=4096)
def _motion(from_y: int, from_x: int, y: int, x: int) -> str:
    """Return the shortest way from one place to another; -1 stands for what is not known."""
    if y == from_y:
        return _along(from_x, x)
    column = f";{x + 1}" if x else ""
    ways = [f"\x1b[{y + 1 if y or x else ''}{column}H"]
    down = y - from_y
    if from_y >= 0 and 0 < down <= _NEAR:
        ways.append("\r\n" * down + _right(x))
    if from_y >= 0 and from_x >= 0:
        count = abs(down) if abs(down) > 1 else ""
        ways.append(f"\x1b[{count}{'B' if down > 0 else 'A'}" + (_along(from_x, x) if x != from_x else ""))
    return min(reversed(ways), key=len)


def _along(from_x: int, x: int) -> str:
    if x == 0:
        return "\r"
    step = x - from_x
    if from_x < 0:
        return f"\x1b[{x + 1}G"
    if step > 0:
        return _right(step)
    return "\b" * -step if step >= -4 else f"\x1b[{-step}D"


def _right(count: int) -> str:
    """Return a motion to the right, empty for none."""
    return f"\x1b[{count if count > 1 else ''}C" if count else ""


def _cleared(wanted: Line, x: int, end: int) -> int:
    """Return how many blanks from ``x`` on are shorter cleared than written; 0 where writing is."""
    cell, fewest = wanted[x], _CLEARED
    if wanted[end - 1] is cell and end - x >= _ERASED:
        fewest = _ERASED  # nothing is written behind them, so there is nowhere to move to
    if x + fewest > end or wanted[x + fewest - 1] is not cell:
        return 0
    last = x
    while last < end and wanted[last] is cell:
        last += 1
    return last - x if last - x >= _CLEARED or (last == end and last - x >= fewest) else 0
