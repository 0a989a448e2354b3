"""Owns what is written to a terminal to make its lines others: motions, colours, erasing, moving lines.

Must not know where lines come from. It remembers where the terminal's cursor is and how it paints.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from console.ui.output.cells import PLAIN, Cell, Paint, change, paint
from console.ui.output.shift import Shift

_JUMPED = 5
"""Unchanged cells that are written again at most, because moving over them costs as much."""
_ERASED = 4
"""Blanks at the end of a line from which on erasing is shorter than writing."""
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
        self._parts.append(self._motion(y, x))
        self._y, self._x = y, x

    def _motion(self, y: int, x: int) -> str:
        if y == self._y:
            return self._along(x)
        if x == 0 and self._y >= 0 and 0 < y - self._y <= 2:
            return "\r\n" * (y - self._y)
        if x == 0:
            return f"\x1b[{y + 1}H" if y else "\x1b[H"
        return f"\x1b[{y + 1};{x + 1}H"

    def _along(self, x: int) -> str:
        if x == 0:
            return "\r"
        step = x - self._x
        if self._x < 0:
            return f"\x1b[{x + 1}G"
        if step > 0:
            return "\x1b[C" if step == 1 else f"\x1b[{step}C"
        return "\b" * -step if step >= -4 else f"\x1b[{-step}D"

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

    def line(self, y: int, wanted: Sequence[Cell], shown: Sequence[Cell | None]) -> None:
        """Make line ``y``, which holds ``shown``, hold ``wanted``; None stands for what is not known."""
        same = [*map(is_, wanted, shown)]
        first, last = same.index(False), len(same) - same[::-1].index(False)
        tail = self._tail(wanted, first, last)
        self._runs(y, wanted, same, last if tail is None else tail)
        if tail is not None:
            self.go(y, tail)
            self._wear(wanted, tail, tail + 1)
            self._parts.append("\x1b[K")

    def _tail(self, wanted: Sequence[Cell], first: int, last: int) -> int | None:
        """Return where the blanks begin that are erased; None where none are."""
        end = wanted[-1]
        if not self._can_erase(end):
            return None
        tail = len(wanted)
        while tail > first and wanted[tail - 1] is end:
            tail -= 1
        return tail if last - tail > _ERASED else None

    def _can_erase(self, cell: Cell) -> bool:
        return cell.blank and (self._erases or not cell.paint.back)

    def _runs(self, y: int, wanted: Sequence[Cell], same: list[bool], end: int) -> None:
        """Write what is not the ``same`` up to ``end``."""
        same[end:] = [False]  # so that there is always a next one
        x = same.index(False)
        while x < end:
            if not wanted[x].width and x:
                x -= 1  # the left half has to be written for the right one
            self._reach(y, x, wanted)
            x = same.index(False, self._run(wanted, same, x, end))

    def _reach(self, y: int, x: int, wanted: Sequence[Cell]) -> None:
        """Go to ``x``, over a few unchanged cells by writing them again."""
        here = self._x
        if y == self._y and here >= 0 and 0 < x - here < _JUMPED:
            between = wanted[here:x]
            for cell in between:
                if cell.width != 1 or len(cell.text) > 1 or not (cell.paint is self._paint or self._suits(cell)):
                    break
            else:
                self._parts += [cell.text for cell in between]
                self._x = x
                return
        self.go(y, x)

    def _suits(self, cell: Cell) -> bool:
        pen = self._paint
        if cell.paint is pen:
            return True
        return pen is not None and cell.blank and pen.hides and pen.back == cell.paint.back

    def _run(self, wanted: Sequence[Cell], same: Sequence[bool], x: int, end: int) -> int:
        """Write cells from ``x`` on, where the cursor is, until one is as it should be; return where that is."""
        add = self._parts.append
        begun, pen = x, self._paint
        while x < end:
            cell = wanted[x]
            if same[x] and x > begun:
                break
            if cell.paint is not pen and not self._suits(cell):
                self._wear(wanted, x, end)
                pen = self._paint
            if cell.blank and (count := _cleared(wanted, x, end)) and self._can_erase(cell):
                add(f"\x1b[{count}X")
                self._x = x
                return x + count
            add(cell.text)
            x += cell.width or 1
            if len(cell.text) > 1:
                self._x = -1  # terminals do not agree on how wide such a one is
                return x
        self._x = x if x < len(wanted) else -1
        return x

    def _wear(self, wanted: Sequence[Cell], x: int, end: int) -> None:
        """Paint as the cell at ``x`` needs it; before blanks as the next text needs it, if that does for both."""
        cell = wanted[x]
        if self._suits(cell):
            return
        target = cell.paint
        if cell.blank:
            pen = self._paint or PLAIN
            target = pen if pen.hides else PLAIN
            target = paint(target.flags, target.front, cell.paint.back, "")
            while x < end and wanted[x].blank:
                x += 1
            if x < end and wanted[x].paint.hides and wanted[x].paint.back == cell.paint.back:
                target = wanted[x].paint
        self._parts.append(change(self._paint, target))
        self._paint = target


def _cleared(wanted: Sequence[Cell], x: int, end: int) -> int:
    """Return how many blanks from ``x`` on are shorter cleared than written; 0 where writing is."""
    cell, fewest = wanted[x], _CLEARED
    if wanted[end - 1] is cell and end - x > _ERASED + 1:
        fewest = _ERASED + 2  # nothing is written behind them, so there is nowhere to move to
    if x + fewest > end or wanted[x + fewest - 1] is not cell:
        return 0
    last = x
    while last < end and wanted[last] is cell:
        last += 1
    return last - x if last - x >= _CLEARED or (last == end and last - x >= fewest) else 0
