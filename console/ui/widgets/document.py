"""Owns scrolling and searching lines of text; must not know where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.text.document import DocumentLine, line_text
from console.ui.widgets.paint import Painted

_TOKENS = {"key": "accent", "text": "text", "number": "warn", "mark": "dim", "plain": "text"}


class Document(Painted, ScrollView, can_focus=True):
    """Lines, painted only where they are in view."""

    DEFAULT_CSS = "Document { overflow: auto auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "down", show=False),
        Binding("up,k", "scroll_up", "up", show=False),
        Binding("pagedown,space,ctrl+f", "page_down", "page down", show=False),
        Binding("pageup,ctrl+b", "page_up", "page up", show=False),
        Binding("home,g", "scroll_home", "top", show=False),
        Binding("end,G", "scroll_end", "end", show=False),
        Binding("right", "scroll_right", "right", show=False),
        Binding("left", "scroll_left", "left", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lines: Sequence[DocumentLine] = ()
        self._wanted = ""
        self._hits: list[int] = []
        self._hit = -1

    def show(self, lines: Sequence[DocumentLine]) -> None:
        """Show these clean lines from the first one on."""
        self._lines = lines
        width = max((cell_len(line_text(line)) for line in lines), default=0)
        self.virtual_size = Size(width + 2, len(lines))
        self.refresh()

    def text(self) -> str:
        """Return all of it as text."""
        return "\n".join(line_text(line) for line in self._lines)

    def search(self, wanted: str) -> int:
        """Mark the lines that hold ``wanted`` in any case, go to the first of them, return how many there are."""
        self._wanted = wanted.lower()
        self._hits = [number for number, line in enumerate(self._lines) if self._holds(line)] if wanted else []
        self._hit = -1
        self.refresh()
        self.step(1)
        return len(self._hits)

    def step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) line that was found."""
        if self._hits:
            self._hit = (self._hit + step) % len(self._hits)
            top = max(0, self._hits[self._hit] - self.size.height // 3)
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
            self.refresh()

    def _holds(self, line: DocumentLine) -> bool:
        return self._wanted in line_text(line).lower()

    def render_line(self, y: int) -> Strip:
        """Return one line, cut to what is in view."""
        number, width = self.scroll_offset.y + y, self.size.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        current = self._hits and number == self._hits[self._hit]
        found = bool(self._wanted) and self._holds(self._lines[number])
        back = self.token_style("cursor" if current else "marked" if found else "row")
        segments = [Segment(" ", back)]
        segments += [Segment(text, back + self.token_style(_TOKENS[kind])) for text, kind in self._lines[number]]
        left = self.scroll_offset.x
        return Strip(segments).crop_extend(left, left + width, back)
