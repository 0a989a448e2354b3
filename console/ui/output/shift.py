"""Owns finding out that lines on screen only moved up or down. Must not know how a terminal moves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from console.ui.output.cells import Cell

Lines = Sequence[list[Cell] | None]
_FEWEST = 3
"""Lines that must have moved for moving them to be worth its bytes."""
_LOOKED_AT = slice(2, 60, 2)
"""What a line is known by: enough of it to tell rows apart, without the cursor's mark at its left."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Lines ``top`` to ``bottom``, both included, move up by ``by`` lines; down where it is negative."""

    top: int
    bottom: int
    by: int


def shift(shown: Lines, wanted: Sequence[list[Cell]]) -> Shift | None:
    """Return the move that takes most lines of ``shown`` to where ``wanted`` has them; None where none is worth it."""
    changed = [y for y, line in enumerate(wanted) if line is not shown[y] and line != shown[y]]
    if len(changed) <= _FEWEST:
        return None
    places = _places(shown)
    moved: dict[int, list[int]] = defaultdict(list)
    for y in changed:
        before = places.get(tuple(wanted[y][_LOOKED_AT]), -1)
        if before >= 0 and before != y:
            moved[before - y].append(y)
    if not moved:
        return None
    by = max(moved, key=lambda step: len(moved[step]))
    return _worth(moved[by], by, set(changed))


def _places(shown: Lines) -> dict[tuple[Cell, ...], int]:
    """Return where each line stands by what it is known by; -1 for one that is there twice."""
    places: dict[tuple[Cell, ...], int] = {}
    for y, line in enumerate(shown):
        if line is None:
            continue
        key = tuple(line[_LOOKED_AT])
        if key and key.count(key[0]) < len(key):
            places[key] = -1 if key in places else y
    return places


def _worth(moved: list[int], by: int, changed: set[int]) -> Shift | None:
    """Return the move of these lines, unless it also moves as many that should stay."""
    top, bottom = min(moved), max(moved)
    found = Shift(top, bottom + by, by) if by > 0 else Shift(top + by, bottom, by)
    staying = sum(y not in changed for y in range(found.top, found.bottom + 1))
    return found if len(moved) - staying >= _FEWEST else None
