"""Owns a yes-or-no question with the facts it rests on; must not know what yes does."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.panel import Panel


class Ask(Dialog[bool]):
    """A question that opens with the focus on Cancel. ``facts`` are (title, words, token)."""

    KEYS = (("tab", "next"), ("enter", "choose"), ("esc", "cancel"))

    def __init__(self, title: str, facts: Sequence[tuple[str, str, str]], verb: str, *, danger: bool = False) -> None:
        super().__init__()
        self._title = title
        self._told = tuple(facts)
        self._verb = verb
        self.set_class(danger, "danger")

    def body(self) -> ComposeResult:
        """Compose the facts."""
        yield Panel(self._facts)

    def foot(self) -> ComposeResult:
        """Compose the buttons."""
        with Horizontal(id="buttons"):
            yield Choice("Cancel", id="no")
            yield Choice(self._verb, id="yes")

    def on_mount(self) -> None:
        """Name the frame and start on Cancel."""
        self.query_one("#frame").border_title = Text(f"{self._title}", end="")
        self.query_one("#no").focus()

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == "yes")

    def _facts(self, panel: Panel) -> Table:
        table = panel.table(2, 12)
        for title, words, token in self._told:
            table.add_row(panel.cell([(title, "dim")]), panel.cell([(words, token)]))
        return table
