"""Deltas of one list, as its watch would tell them: all of one packing. Knows no AWS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from console.store.delta import Delta
from console.store.packing import Packing
from console.store.rows import Row

PACKING = Packing()


def delta_of(rows: Iterable[Row] = (), removed: Iterable[str] = (), **rest: Any) -> Delta:
    """Return the delta that tells of ``rows``; ``rest`` is what else it says."""
    changed = tuple([PACKING.pack(row) for row in rows])
    return Delta(changed, tuple(removed), PACKING.id, PACKING.words(), **rest)
