"""Owns the help: every command with its keys, by group; must not know what a command does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult

from console.ui.commands.model import Command
from console.ui.screens.dialog import Dialog
from console.ui.widgets.panel import Panel

_MOVES = (
    ("j k ↑ ↓", "one row"),
    ("g G home end", "first row, last row"),
    ("pgup pgdn", "one page"),
    ("space", "mark a row"),
)
_FILTERS = (
    ("web prod", "rows that hold both words"),
    ("state=stopped", "a column is exactly this; != is not"),
    ("name~api", "a column holds this"),
    ("cpu>80 age<2h", "a column is more or less: numbers, sizes, durations"),
    ("-dev", "rows without this word"),
)


class Help(Dialog[None]):
    """Keys and filters."""

    KEYS = (("esc", "close"),)

    def __init__(self, commands: Sequence[Command], chosen: Mapping[str, str]) -> None:
        super().__init__()
        self._commands = tuple(commands)
        self._chosen = chosen
        self.add_class("wide")

    def body(self) -> ComposeResult:
        """Compose the table."""
        yield Panel(self._table)

    def on_mount(self) -> None:
        """Name the frame."""
        self.query_one("#frame").border_title = Text("Help", end="")
        told = self.query_one("#told")
        told.can_focus = True
        told.focus()

    def _table(self, panel: Panel) -> Table:
        table = panel.table(2, 16)
        for group in dict.fromkeys(command.group for command in self._commands):
            inside = [command for command in self._commands if command.group == group]
            entries = [(" ".join(entry.shown_keys(self._chosen)) or "by name", entry.title) for entry in inside]
            self._section(panel, table, group, entries)
        self._section(panel, table, "Move", _MOVES)
        self._section(panel, table, "Filter with /", _FILTERS)
        return table

    @staticmethod
    def _section(panel: Panel, table: Table, title: str, entries: Sequence[tuple[str, str]]) -> None:
        table.add_row(panel.painted([(title, "accent-strong")]), Text())
        for keys, words in entries:
            table.add_row(panel.painted([(keys, "key")]), panel.painted([(words, "text")]))
        table.add_row(Text(), Text())
