"""Owns a block of painted text that knows how to make itself; must not know what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.widget import Widget

from console.ui.lines import Spans
from console.ui.widgets.paint import Painted


class Panel(Painted, Widget):
    """Text as tall as it needs; ``make`` is called whenever it is painted, so that a new theme shows at once."""

    DEFAULT_CSS = "Panel { height: auto; width: 1fr; }"

    def __init__(self, make: Callable[[Panel], RenderableType], *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._make = make

    def show(self, make: Callable[[Panel], RenderableType]) -> None:
        """Paint something else."""
        self._make = make
        self.refresh(layout=True)

    def render(self) -> Any:
        """Return what ``make`` makes."""
        return self._make(self)

    def cell(self, spans: Spans) -> Text:
        """Return spans that wrap where their column ends."""
        text = self.painted(spans)
        text.no_wrap = False
        return text

    def table(self, columns: int, label_width: int) -> Table:
        """Return an empty table of a glyph (of three columns), a label and words that wrap."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        if columns == 3:
            table.add_column(width=1)
        table.add_column(width=label_width, no_wrap=True)
        table.add_column(ratio=1, overflow="fold")
        return table
