"""Owns the first picture, painted while everything else is still being loaded. Must not know what that is."""

from __future__ import annotations

from textual.app import ComposeResult

from console.ui import lines
from console.ui.screens.styledonce import StyledOnce
from console.ui.widgets.line import Line


class Boot(StyledOnce[None]):
    """The list's own lines, as they are before there is a list. Keys typed here are kept for it."""

    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Compose the three lines at the top."""
        for name in ("who", "panes", "counts"):
            yield Line(id=name)

    def on_mount(self) -> None:
        """Say that it connects."""
        self.query_one("#who", Line).show([lines.BRAND])
        self.query_one("#panes", Line).show(lines.panes("", {}))
        self.query_one("#counts", Line).show(lines.counts(lines.Counts("Connecting…", silent=True), 0.0))
