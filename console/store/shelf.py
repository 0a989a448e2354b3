"""Owns the rows of one list at their seats, packed as they came. Knows no order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from console.resources.model import Tone, Value
from console.store.delta import Delta, Known
from console.store.packing import Packed, Unpacking, id_of
from console.store.rows import Row

UNPACKED_KEPT = 1000
"""Rows that are the same object each time, as long as they stay in view and say the same."""


class Shelf:
    """Seats, each with a row or empty."""

    def __init__(self) -> None:
        self.seats: dict[str, int] = {}
        """Of each row, by its id; in the order in which they came."""
        self.entries: list[Packed | None] = []
        """What is at each seat; None is an empty one."""
        self.texts: list[str] = []
        """What a filter's words are looked for in, of each seat; empty until ``read_texts`` since it changed."""
        self.packing = ""
        """That of the rows here."""
        self._unpacking = Unpacking()
        self._in_view = lru_cache(UNPACKED_KEPT)(self._unpacking.unpack)

    def known(self, delta: Delta) -> Known:
        """Return the rows and what it takes to read them; ``delta`` is the last one of them."""
        rows = tuple(filter(None, self.entries))
        return Known(rows, self.packing, self._unpacking.known(), delta.complete, delta.read_at)

    def __len__(self) -> int:
        return len(self.entries)

    def learn(self, packing: str, words: Mapping[str, Any]) -> None:
        """Take what words of rows to come mean; every seat is empty before those of another packing are told."""
        if packing != self.packing:
            self.packing = packing
            self._unpacking.forget()
            self._in_view.cache_clear()
        self._unpacking.learn(words)

    def take(self, rows: Sequence[Packed]) -> list[int]:
        """Put rows at the seats they have, those that have none at new ones after the last; return their seats."""
        known, ids, first = self.seats, list(map(id_of, rows)), len(self)
        new = dict.fromkeys(row_id for row_id in ids if row_id not in known)
        known.update(zip(new, range(first, first + len(new)), strict=True))
        self.entries += [None] * len(new)
        self.texts += [""] * len(new)
        return self._put([known[row_id] for row_id in ids], rows)

    def leave(self, ids: Iterable[str]) -> list[int]:
        """Empty the seats of rows that are gone, and return those seats; of others nothing is known."""
        return self._put([self.seats.pop(row_id) for row_id in ids if row_id in self.seats], repeat(None))

    def _put(self, seats: list[int], entries: Iterable[Packed | None]) -> list[int]:
        for seat, entry in zip(seats, entries, strict=False):
            self.entries[seat], self.texts[seat] = entry, ""
        return seats

    def row(self, seat: int) -> Row | None:
        """Return the row at a seat; None where it is empty."""
        entry = self.entries[seat]
        return None if entry is None else self._unpacking.unpack(entry)

    def shown(self, seat: int) -> Row:
        """Return the row at a seat that is not empty, the same object again and again."""
        entry = self.entries[seat]
        assert entry is not None, "an empty seat is not shown"  # noqa: S101
        return self._in_view(entry)

    def read_texts(self, seats: Iterable[int]) -> None:
        """Have the ``texts`` of seats; those of empty ones stay empty."""
        texts, entries, text = self.texts, self.entries, self._unpacking.text
        for seat in [seat for seat in seats if not texts[seat]]:
            if entry := entries[seat]:
                texts[seat] = text(entry)

    def different(self, rows: Sequence[Packed]) -> list[list[Value]]:
        """Return the different values of some rows, of each column."""
        return self._unpacking.different(rows)

    def sorted_by(self, column: int | None) -> Callable[[Packed], tuple[Tone, Value]]:
        """Return what gives the problem and one value of an entry; no value without a column."""
        problem = self._unpacking.problem
        return (lambda entry: (problem(entry), None)) if column is None else self._unpacking.taken_out(column)

    def close_up(self) -> tuple[list[int], list[int]]:
        """Give up the empty seats; return those that stay, in their order, and the new number of each seat."""
        kept, numbers = list(self.seats.values()), [0] * len(self)
        for number, seat in enumerate(kept):
            numbers[seat] = number
        self.entries = [self.entries[seat] for seat in kept]
        self.texts = [self.texts[seat] for seat in kept]
        self.seats = {row_id: number for number, row_id in enumerate(self.seats)}
        return kept, numbers
