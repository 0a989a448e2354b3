"""A list with everything that is hard to paint, on the product's output. Arguments: none; q leaves."""

from __future__ import annotations

import os
import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Label

from console.ui.output.hooks import Bound, Staged, driver_class

_NAMES = ("web-1", "\u540d\u524d", "e\u0301te\u0301", "\U0001f44d ok", "[b]x[/b]", "\u2026", "orders-worker", "")
_STYLES = (
    Style(), Style(color="#7aa2f7", bold=True), Style(color="green"), Style(bgcolor="#283457"), Style(underline=True),
    Style(reverse=True), Style(color="red", italic=True), Style(strike=True),
)  # fmt: skip


class Rows(Bound, ScrollView, can_focus=True):
    """Lines of many widths and paints, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "go('down', 1)", ""), ("up", "go('up', -1)", ""),
        ("pagedown", "go('pagedown', 20)", ""), ("pageup", "go('pageup', -20)", ""),
    ]  # fmt: skip

    def on_mount(self) -> None:
        """Be long."""
        self.cursor = 0
        self.virtual_size = Size(0, 500)

    def render_line(self, y: int) -> Strip:
        """Return one line of the list."""
        number = self.scroll_offset.y + y
        back = Style(bgcolor="#3b4261") if number == self.cursor else Style()
        parts = [f"{number:4} ", *(_NAMES[(number * step) % len(_NAMES)].ljust(12) for step in (1, 3, 5))]
        styles = [back + _STYLES[(number + at) % len(_STYLES)] for at in range(len(parts))]
        return Strip(list(map(Segment, parts, styles))).crop_extend(0, self.size.width, back)

    def action_go(self, key: str, step: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(499, self.cursor + step))
        top, high = self.scroll_offset.y, self.size.height
        if not top <= self.cursor < top + high:
            y = self.cursor if step < 0 else self.cursor - high + 1
            self.scroll_to(y=y, animate=False, immediate=True)
        self.refresh()
        self.app.note(key)  # type: ignore[attr-defined]


class Asked(ModalScreen[None]):
    """A dialog over the list."""

    DEFAULT_CSS = "Asked { align: center middle; } Asked Label { width: 30; height: 7; border: round red; }"

    def compose(self) -> ComposeResult:
        """Compose what is asked."""
        yield Label("really? \u540d\u524d")

    def on_key(self, event: events.Key) -> None:
        """Go with the next key."""
        self.dismiss()
        event.stop()
        self.app.note(event.key)  # type: ignore[attr-defined]


class Program(Staged):
    """The list and a line that tells the last key."""

    CSS = "#last { height: 1; dock: bottom; background: #1f2335; } Rows { scrollbar-size: 1 1; overflow-y: scroll; }"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+z", "suspend_process", ""), ("ctrl+l", "repaint", "")]

    def __init__(self) -> None:
        super().__init__(driver_class=driver_class(os.environ))
        self.animation_level = "none"
        self.count = 0

    def compose(self) -> ComposeResult:
        """Compose list and line."""
        yield Rows()
        yield Label("ready", id="last")

    def note(self, key: str) -> None:
        """Tell the last key and how many there were."""
        self.count += 1
        self.query_one("#last", Label).update(f"{self.count} {key}.")

    def on_key(self, event: events.Key) -> None:
        """Do what a key says that is bound to nothing."""
        if event.key == "q":
            self.exit()
        elif event.key == "a":
            self.push_screen(Asked())
        if event.key not in ("down", "up", "pagedown", "pageup") and not event.key.startswith("ctrl+"):
            self.note(event.key)


if __name__ == "__main__":
    app = Program()
    app.run()
    sys.exit(app.return_code or 0)
