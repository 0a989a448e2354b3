"""Owns the rows of one list at their seats: those that changed last as they are, the others packed. Knows no order.

What changes once mostly changes again soon, and packing it each time would cost more than reading it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from console.resources.model import Tone, Value
from console.store.packing import Packed, Packing
from console.store.rows import Row

RECENT = 5000
"""Rows that stay as they are."""
UNPACKED_KEPT = 500
"""Packed rows that are the same object each time, as long as they stay in view and say the same."""

Entry: TypeAlias = Row | Packed
"""A row as it is kept."""


class Shelf:
    """Seats, each with a row or empty."""

    def __init__(self) -> None:
        self.entries: list[Entry | None] = []
        """What is at each seat; None is an empty one."""
        self._packing = Packing()
        self._in_view = lru_cache(UNPACKED_KEPT)(self._packing.unpack)
        self._recent: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self.entries)

    def put(self, seat: int, row: Row | None) -> None:
        """Put a row at a seat, which may be the next after the last, or empty it."""
        if seat == len(self.entries):
            self.entries.append(None)
        self.entries[seat] = row
        self._recent.pop(seat, None)
        if row is not None:
            self._recent[seat] = None
        if len(self._recent) > RECENT:
            self._pack(self._recent.popitem(last=False)[0])

    def _pack(self, seat: int) -> None:
        entry = self.entries[seat]
        if isinstance(entry, Row):
            self.entries[seat] = self._packing.pack(entry)

    def row(self, seat: int) -> Row | None:
        """Return the row at a seat; None where it is empty."""
        entry = self.entries[seat]
        return self._packing.unpack(entry) if isinstance(entry, str) else entry

    def shown(self, seat: int) -> Row:
        """Return the row at a seat that is not empty, the same object again and again."""
        entry = self.entries[seat]
        assert entry is not None, "an empty seat is not shown"  # noqa: S101
        return self._in_view(entry) if isinstance(entry, str) else entry

    def sorted_by(self, column: int | None) -> Callable[[Entry], tuple[Tone, Value]]:
        """Return what gives the problem and one value of an entry; no value without a column."""
        problem, packed = self._packing.problem, self._packing.taken_out(column or 0)

        def of(entry: Entry) -> tuple[Tone, Value]:
            if isinstance(entry, Row):
                return entry.problem, None if column is None else entry.values[column]
            return (problem(entry), None) if column is None else packed(entry)

        return of

    def close_up(self, kept: Sequence[int]) -> None:
        """Keep only the seats ``kept``, in this order; each gets its place there for a number."""
        numbers = {seat: number for number, seat in enumerate(kept)}
        self.entries = [self.entries[seat] for seat in kept]
        self._recent = OrderedDict((numbers[seat], None) for seat in self._recent if seat in numbers)
