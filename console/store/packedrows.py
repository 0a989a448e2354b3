"""Owns the rows of one list by id, packed; must not know who asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.resources.model import Tone
from console.store.delta import Known
from console.store.packing import Packed, Packing, Unpacking
from console.store.rows import Row


class PackedRows(Mapping[str, Row]):
    """Rows by id, each unpacked when it is asked for."""

    def __init__(self) -> None:
        self.packing = Packing()
        self._rows: dict[str, Packed] = {}
        self._before = Unpacking()
        """Reads rows of another worker's."""

    def adopt(self, known: Known) -> None:
        """Take rows that a screen has, and go on with their packing. Before any others; they may come in parts."""
        if self.packing.id != known.packing:
            self.packing = Packing(known.packing, len(known.words))
            self._before.learn(known.words)
        for packed in known.rows:
            self.put(self._before.unpack(packed))

    def put(self, row: Row) -> bool:
        """Take a row; return whether it is new or differs from what it was."""
        packed = self.packing.pack(row)
        if self._rows.get(row.id) == packed:
            return False
        self._rows[row.id] = packed
        return True

    def drop(self, row_id: str) -> None:
        """Forget a row. Raises ``KeyError``."""
        del self._rows[row_id]

    def packed(self, row_id: str) -> Packed:
        """Return a row as it is kept. Raises ``KeyError``."""
        return self._rows[row_id]

    def problem(self, row_id: str) -> Tone:
        """Return a row's problem; none where there is no such row."""
        packed = self._rows.get(row_id)
        return Tone.NONE if packed is None else self.packing.problem(packed)

    def get(self, row_id: str, default: Any = None) -> Any:
        """Return a row, or else ``default``."""
        packed = self._rows.get(row_id)
        return default if packed is None else self.packing.unpack(packed)

    def __getitem__(self, row_id: str) -> Row:
        return self.packing.unpack(self._rows[row_id])

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
