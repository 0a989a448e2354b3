"""Owns two pictures, the one that is wanted and the one the terminal shows, and the bytes between them.

Must not know Textual's updates or the terminal. A picture that was never shown costs nothing: only the last counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from rich.color import ColorSystem
from textual.strip import Strip

from console.ui.output.cells import PLAIN, Cell, Inks, blank
from console.ui.output.hooks import KeptLine
from console.ui.output.pen import Pen
from console.ui.output.shift import Shift, shift

_KEPT = 400
"""Strips whose cells are kept, beside lines that keep their own."""


class Stage:
    """What the screen should show and what it does show, cell by cell."""

    def __init__(self, system: ColorSystem, *, erases: bool) -> None:
        self._inks = Inks(system)
        self._cells: dict[int, tuple[Strip, list[Cell]]] = {}
        self._pen = Pen(erases=erases)
        self._wanted: list[list[Cell]] = []
        self._shown: list[list[Cell] | None] = []
        self._cursor: tuple[int, int] | None = None
        self.doubted = False
        """Whether the terminal had another size since the last frame, be it for a moment, and may have lost lines."""

    def recolour(self, system: ColorSystem) -> None:
        """Paint in as many colours as ``system`` has from the next picture on."""
        self._inks = Inks(system)
        self._cells.clear()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the picture."""
        return (len(self._wanted[0]), len(self._wanted)) if self._wanted else (0, 0)

    def forget(self) -> None:
        """Trust nothing that the terminal shows: the next frame paints all of it."""
        self._shown = [None] * len(self._wanted)
        self._pen.forget()

    def doubt(self) -> None:
        """Trust nothing, and have it painted again even if the terminal's size is what it was."""
        self.forget()
        self.doubted = True

    def whole(self, lines: list[list[Strip]], width: int) -> None:
        """Take a whole picture, each line of strips from left to right."""
        if len(lines) != len(self._wanted) or (lines and width != len(self._wanted[0])):
            self._wanted = [[blank("")] * width for _ in lines]
            self.forget()
        for y, strips in enumerate(lines):
            self._put(y, 0, self._joined(strips))

    def part(self, pieces: Iterable[tuple[int, int, list[Strip]]]) -> None:
        """Take pieces of a picture: (line, column, strips from left to right)."""
        for y, x, strips in pieces:
            self._put(y, x, self._joined(strips))

    def point(self, at: tuple[int, int] | None) -> None:
        """Put the terminal's cursor at (column, line), where input methods look for it; None for wherever it is."""
        self._cursor = at

    def frame(self) -> str:
        """Return what makes the terminal show the picture; empty when it does."""
        self.doubted = False
        wanted, shown = self._wanted, self._shown
        if moved := shift(shown, wanted):
            self._move(moved)
        changed: list[tuple[int, list[Cell], Sequence[Cell | None]]] = []
        for y, line in enumerate(wanted):
            before = shown[y]
            if line is not before and line != before:
                changed.append((y, line, before or [None] * len(line)))
            shown[y] = line
        below = self._below(changed)
        self._pen.lines(changed[:below])
        if below < len(changed):
            self._pen.erase_from(changed[below][0], wanted[-1])
        if self._cursor:
            self._pen.go(self._cursor[1], self._cursor[0])
        return self._pen.take()

    def _below(self, changed: Sequence[tuple[int, list[Cell], Sequence[Cell | None]]]) -> int:
        """Return from which of the changed lines on nothing but one background follows; behind the last for none."""
        end = self._wanted[-1][-1] if self._wanted and self._wanted[-1] else None
        at = len(changed)
        if end is None or not self._pen.can_erase(end):
            return at
        for y in range(len(self._wanted) - 1, -1, -1):
            if self._wanted[y].count(end) < len(self._wanted[y]):
                break
            at -= at > 0 and changed[at - 1][0] == y
        return at if len(changed) - at > 1 else len(changed)

    def _move(self, moved: Shift) -> None:
        known = self._pen.move(moved, len(self._shown))
        filler = [blank(PLAIN.back)] * len(self._wanted[0]) if known else None
        lines = self._shown[moved.top : moved.bottom + 1]
        fill = [filler] * abs(moved.by)
        lines = lines[moved.by :] + fill if moved.by > 0 else fill + lines[: moved.by]
        self._shown[moved.top : moved.bottom + 1] = lines

    def _joined(self, strips: list[Strip]) -> list[Cell]:
        if len(strips) == 1:
            return self._of(strips[0])
        return list(chain.from_iterable(map(self._of, strips)))

    def _of(self, strip: Strip) -> list[Cell]:
        if type(strip) is KeptLine:
            if strip.filled[0] is not self._inks:
                strip.filled = self._inks, self._inks.cells(strip)
            cells: list[Cell] = strip.filled[1]
            return cells
        found = self._cells.get(id(strip))
        if found is None:
            if len(self._cells) >= _KEPT:
                self._cells.clear()
            found = self._cells[id(strip)] = (strip, self._inks.cells(strip))
        return found[1]

    def _put(self, y: int, x: int, cells: list[Cell]) -> None:
        if y >= len(self._wanted):
            return
        line = self._wanted[y]
        width = len(line)
        if x == 0 and len(cells) == width:
            self._wanted[y] = cells
            return
        cells = cells[: width - x]
        if line[x : x + len(cells)] == cells:
            return
        line = [*line[:x], *cells, *line[x + len(cells) :]]
        _mend(line, x)
        _mend(line, x + len(cells))
        self._wanted[y] = line


def _mend(line: list[Cell], x: int) -> None:
    """Make blanks of the halves of a wide character that was cut in two before ``x``."""
    if x and line[x - 1].width > 1 and (x == len(line) or line[x].width):
        line[x - 1] = blank(line[x - 1].paint.back)
    if 0 < x < len(line) and not line[x].width and line[x - 1].width < 2:
        line[x] = blank(line[x].paint.back)
