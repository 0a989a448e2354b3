"""The rows of a list as its deltas tell of them, without an order. Knows no screen."""

from __future__ import annotations

from console.store.delta import Delta
from console.store.packing import Unpacking
from console.store.rows import Row


class HeardRows(dict[str, Row]):
    """Rows by id, kept up with the deltas of one list."""

    def __init__(self) -> None:
        super().__init__()
        self._unpacking = Unpacking()

    def take(self, delta: Delta) -> None:
        """Take what changed."""
        self._unpacking.learn(delta.words)
        for row_id in delta.removed:
            self.pop(row_id, None)
        for row in map(self._unpacking.unpack, delta.changed):
            self[row.id] = row
