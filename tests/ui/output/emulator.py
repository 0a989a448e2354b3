"""Owns reading what bytes make of a terminal's screen, cell by cell. Must not know who wrote them."""

from __future__ import annotations

from typing import Any

import pyte
import pyte.screens
from rich.console import Console
from textual.strip import Strip

from tests.support.terminal import Sequences

Cell = tuple[Any, ...]
_PLAIN = Console(color_system="truecolor")


class _Screen(pyte.Screen):
    """A screen that erases lines to its end in the background it paints with, as terminals do."""

    def erase_in_display(self, how: int = 0, *rest: Any, **more: Any) -> None:
        super().erase_in_display(how, *rest, **more)
        for y in range(self.cursor.y + 1, self.lines) if how == 0 else ():
            for x in range(self.columns):  # pyte leaves out what nothing was written to yet
                self.buffer[y][x] = self.cursor.attrs


class Emulator:
    """A terminal that was sent bytes."""

    def __init__(self, width: int, height: int) -> None:
        self._sequences = Sequences()
        self.screen = _Screen(width, height)
        self._stream = pyte.ByteStream(self.screen)
        self.feed("\x1b[?7l")

    def feed(self, data: str | bytes) -> None:
        """Take bytes as the terminal would."""
        data = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
        self._stream.feed(self._sequences.filter(data))

    def picture(self) -> list[list[Cell]]:
        """Return every cell: text and all of its paint that is seen."""
        lines = self.screen.buffer
        return [
            [seen(lines[y][x]) for x in range(self.screen.columns)] for y in range(self.screen.lines)
        ]  # fmt: skip

    def cursor(self) -> tuple[int, int]:
        """Return the cursor's column and line."""
        return self.screen.cursor.x, self.screen.cursor.y


def seen(cell: pyte.screens.Char) -> Cell:
    """Return what is seen of a cell; of a blank that is its background only."""
    lined = cell.underscore or cell.strikethrough or cell.reverse
    if cell.data == " " and not lined:
        return " ", cell.bg
    return (
        cell.data, cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.strikethrough, cell.reverse,
        cell.blink,
    )  # fmt: skip


def painted(lines: list[list[Strip]], width: int, console: Console = _PLAIN) -> list[list[Cell]]:
    """Return the cells of a screen on which Textual's own sequences painted everything once."""
    plain = Emulator(width, len(lines))
    for y, strips in enumerate(lines):
        plain.feed(f"\x1b[{y + 1};1H" + "".join(Strip(list(strip)).render(console) for strip in strips))
    return plain.picture()


def differences(one: list[list[Cell]], other: list[list[Cell]]) -> list[str]:
    """Return where two pictures differ, one line for each cell."""
    return [
        f"line {y} column {x}: {cell} is not {wanted}"
        for y, (cells, wanteds) in enumerate(zip(one, other, strict=True))
        for x, (cell, wanted) in enumerate(zip(cells, wanteds, strict=True))
        if cell != wanted
    ]
