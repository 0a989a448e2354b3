"""The same rows in Textual's DataTable, given to it directly. Arguments: rows, width of the terminal or ``all``.

``SIGUSR2`` changes the state of one row in a hundred.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import rows
from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Table(App[None]):
    """One table that fills the screen; ``count`` instances, with the columns for a ``width``."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, count: int, width: str) -> None:
        super().__init__()
        self._titles = rows.SHOWN[width]
        self._rows = list(rows.table(count, width))
        self._generation = 0

    def compose(self) -> ComposeResult:
        """Compose the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        for title in self._titles:
            table.add_column(title, key=title)
        for row in self._rows:
            table.add_row(*row, key=row[0])
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, self._turn)

    def _turn(self) -> None:
        self._generation += 1
        state = ("○ stopped", "● running")[self._generation % 2]
        table = self.query_one(DataTable)
        for row in self._rows[::100]:
            table.update_cell(row[0], "STATE", state)


if __name__ == "__main__":
    Table(int(sys.argv[1]), sys.argv[2]).run()
