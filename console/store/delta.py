"""Owns what is told of a list as it is sent, such as what two readings differ in; must not know how it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from console.store.packing import Packed, Packing
from console.store.rows import Row
from console.text.faults import Fault


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since the last delta of the same query."""

    changed: tuple[Packed, ...] = ()
    """Rows that are new or differ."""
    removed: tuple[str, ...] = ()
    packing: str = ""
    """Whose rows these are. Where it is another one than before the list begins anew; empty with nothing of rows."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What parts of packed rows mean, of this delta and of those to come; what was told before is not told again."""
    complete: bool = False
    """True when the whole list was read without a fault."""
    reading: bool = False
    """True while more pages are on their way."""
    read_at: float = 0.0
    """When the list was last read completely, seconds since the epoch; 0 for never."""
    faults: tuple[Fault, ...] = ()
    retry_in: float = 0.0
    """Seconds until the next try after a fault."""


@dataclass(frozen=True, slots=True)
class Problems:
    """How many rows of a list are bad and how many call for a look; ``read_at`` in seconds since the epoch."""

    bad: int
    warn: int
    read_at: float


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of a list as a screen has them, for a worker that is to go on with it."""

    rows: tuple[Packed, ...]
    packing: str
    words: Mapping[str, Any]
    """What parts of the rows mean, each word that was ever told; empty where it was handed over before."""
    complete: bool
    read_at: float
    """These two as in ``Delta``."""


def in_parts(known: Known, size: int) -> Iterator[Known]:
    """Yield what is known in parts of so many rows, the words with the first of them; there is one at least."""
    yield replace(known, rows=known.rows[:size])
    for first in range(size, len(known.rows), size):
        yield replace(known, rows=known.rows[first : first + size], words={})


def delta_of(rows: Iterable[Row] = (), removed: Iterable[str] = (), **rest: Any) -> Delta:
    """Return a delta that tells of ``rows`` with words of its own; ``rest`` is what else it says."""
    packing = Packing()
    changed = tuple([packing.pack(row) for row in rows])
    return Delta(changed, tuple(removed), packing.id, packing.words(), **rest)
