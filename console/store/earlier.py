"""Owns what was shown before a filter was made narrower, for who takes a letter back. Must not know how it is made."""

from __future__ import annotations

from dataclasses import dataclass

from console.store.filter import Filter
from console.store.order import Order, Seats

DEEPEST = 16
"""Filters that are kept; each takes a byte for every row of the list, and four for every row shown."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is shown and how: the filter, and the column sorted by."""

    filter: Filter
    sort: str
    descending: bool

    def narrows(self, wider: Arrangement) -> bool:
        """Return whether this shows some of the rows of ``wider``, in the same order."""
        ordered = (self.sort, self.descending) == (wider.sort, wider.descending)
        return ordered and self.filter.narrows(wider.filter)


@dataclass(frozen=True, slots=True)
class Arranged:
    """What an arrangement came to: the order, which seats pass, and those that are shown."""

    arrangement: Arrangement
    order: Order
    passes: bytearray
    shown: Seats


class Earlier:
    """What was shown before, each narrower than the one before it, as long as no row changes."""

    def __init__(self) -> None:
        self._kept: list[Arranged] = []

    def forget(self) -> None:
        """Give up everything: a row has changed."""
        self._kept.clear()

    def leave(self, shown: Arranged, wanted: Arrangement) -> None:
        """Keep, of what is ``shown`` and was, what ``wanted`` is narrower than."""
        wider = [
            kept for kept in (*self._kept, shown) if wanted.narrows(kept.arrangement) and kept.arrangement != wanted
        ]
        self._kept = wider[-DEEPEST:]

    def back_to(self, wanted: Arrangement) -> Arranged | None:
        """Return what ``wanted`` came to when it was shown; None where that is not known."""
        return next((kept for kept in self._kept if kept.arrangement == wanted), None)
