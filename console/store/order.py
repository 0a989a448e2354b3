"""Owns a sorted list of seats, changed a few at a time or made anew in short steps. Must not know what rows are.

A row has one seat: a number, given in the order in which rows came, so that equal rows are ordered by it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from console.store.packing import Packed
from console.store.ranking import Rank

STEP = 500
"""Rows looked at between two pauses."""
RUN = 4096
"""Seats sorted between two pauses; sorted runs are then merged in pairs."""
_ABSENT = 255

Seats: TypeAlias = "array[int]"
"""Seats in ascending order, four bytes each."""
Steps: TypeAlias = Iterator[bool]
"""Long work that pauses every few milliseconds; true where what comes next is to have a turn of its own."""


class Order:
    """Seats sorted by the rank of their rows."""

    def __init__(self, rank: Callable[[Packed], Rank], descending: bool) -> None:
        self.seats = no_seats()
        self._rank = rank
        self._sign = -1 if descending else 1
        self._groups = bytearray()
        self._values: list[Any] = []

    def build(self, rows: Sequence[Packed | None]) -> Steps:
        """Sort all ``rows``, whose places are their seats; None is an empty seat. Pauses every few milliseconds."""
        count = len(rows)
        self._groups, self._values = bytearray([_ABSENT]) * count, [None] * count
        members: dict[int, list[int]] = {}
        for first in range(0, count, STEP):
            for seat in range(first, min(first + STEP, count)):
                row = rows[seat]
                if row is not None:
                    self._groups[seat], self._values[seat] = group, _ = self._rank(row)
                    members.setdefault(group, []).append(seat)
            yield False
        made = no_seats()
        for group in sorted(members):
            ordered = members.pop(group)
            if self._sign < 0:
                ordered.reverse()
            yield from self._sort(ordered)
            made.extend(ordered)
            yield False
        self.seats = made

    def _sort(self, seats: list[int]) -> Steps:
        """Sort the seats of one group in place; those of equal rank keep their order."""
        value = self._values.__getitem__
        runs = []
        for first in range(0, len(seats), RUN):
            runs.append(sorted(seats[first : first + RUN], key=value))
            yield False
        while len(runs) > 1:
            merged = []
            for at in range(0, len(runs), 2):
                pair = runs[at] + (runs[at + 1] if at + 1 < len(runs) else [])
                pair.sort(key=value)  # two sorted runs: this only merges them
                merged.append(pair)
                yield False
            runs = merged
        seats[:] = runs[0]

    def moving(self, seats: Iterable[int], rows: Sequence[Packed | None]) -> set[int]:
        """Return those of ``seats`` whose row does not rank as the one that was there before."""
        groups, values, rank, known = self._groups, self._values, self._rank, len(self._groups)
        found = set()
        for seat in seats:
            row = rows[seat]
            group, value = (_ABSENT, None) if row is None else rank(row)
            before = groups[seat] if seat < known else _ABSENT
            if group != before or (row is not None and value != values[seat]):
                found.add(seat)
        return found

    def place(self, seats: Seats, seat: int) -> int:
        """Return where ``seat`` stands in ``seats``, which are in this order."""
        return bisect_left(seats, self._key(seat), key=self._key)

    def move(self, seats: Collection[int], rows: Sequence[Packed | None]) -> None:
        """Put ``seats`` where their rows belong now; lists in this order that hold one must be without it before."""
        others = self.left(self.seats, filter(self._holds, seats))
        short = len(rows) - len(self._groups)
        self._groups.extend([_ABSENT] * short)
        self._values.extend([None] * short)
        for seat in seats:
            row = rows[seat]
            self._groups[seat], self._values[seat] = (_ABSENT, None) if row is None else self._rank(row)
        self.seats = self.entered(others, filter(self._holds, seats))

    def left(self, seats: Seats, leaving: Iterable[int]) -> Seats:
        """Return ``seats`` without those ``leaving``, all of which it holds."""
        places = sorted(self.place(seats, seat) for seat in leaving)
        if not places:
            return seats
        kept, last = no_seats(), 0
        for place in places:
            kept += seats[last:place]
            last = place + 1
        kept += seats[last:]
        return kept

    def entered(self, seats: Seats, entering: Iterable[int]) -> Seats:
        """Return ``seats`` with those ``entering`` at their places."""
        joined, last = no_seats(), 0
        for seat in sorted(entering, key=self._key):
            place = bisect_left(seats, self._key(seat), lo=last, key=self._key)
            joined += seats[last:place]
            joined.append(seat)
            last = place
        if not joined:
            return seats
        joined += seats[last:]
        return joined

    def renumbered(self, kept: Sequence[int], numbers: Sequence[int]) -> None:
        """Keep only the seats ``kept``, ascending; ``numbers`` gives each seat its new number."""
        self._groups = bytearray(self._groups[seat] for seat in kept)
        self._values = [self._values[seat] for seat in kept]
        self.seats = no_seats(map(numbers.__getitem__, self.seats))

    def _holds(self, seat: int) -> bool:
        return seat < len(self._groups) and self._groups[seat] != _ABSENT

    def _key(self, seat: int) -> tuple[int, Any, int]:
        return self._groups[seat], self._values[seat], self._sign * seat


def no_seats(seats: Iterable[int] = ()) -> Seats:
    """Return seats in the form that costs least."""
    return array("I", seats)
