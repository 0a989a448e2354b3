"""Owns which columns fit and how wide each is; must not know what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.resources.model import Column, Kind

GAP = 2
"""Cells between two columns."""
NARROWEST = 6
LEAST_TEXT = 12
MAIN_RANK = 2
"""Columns up to this rank are shown whole before any other is shown at all."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A column's place: its index in the type, its first cell and its width."""

    index: int
    start: int
    width: int


def lay_out(columns: Sequence[Column], needs: Mapping[int, int], width: int) -> tuple[Slot, ...]:
    """Return the columns that fit into ``width`` cells, in the type's order.

    ``needs`` are the widths that titles and values seen so far would fill, by index. A column takes what it needs up
    to its declared width; those of the highest rank give way first; what is left over goes to whatever was cut, and
    then to what may grow still.
    """
    wanted = {index: min(needs.get(index, column.width), column.width) for index, column in enumerate(columns)}
    least = {index: min(wanted[index], _least(column)) for index, column in enumerate(columns)}
    main = {index for index, column in enumerate(columns) if column.rank <= MAIN_RANK}
    widths = _without(columns, {**least, **{index: wanted[index] for index in main}}, width, MAIN_RANK + 1)
    if _room(widths, width) < 0:
        widths = _without(columns, {index: least[index] for index in widths}, width, 1)
    _shrink(widths, width)
    _grow(columns, widths, wanted, width)
    _grow(columns, widths, needs, width)
    _grow(columns, widths, {index: column.width for index, column in enumerate(columns) if column.steady}, width)
    slots: list[Slot] = []
    start = 0
    for index in sorted(widths):
        slots.append(Slot(index, start, widths[index]))
        start += widths[index] + GAP
    return tuple(slots)


def _without(columns: Sequence[Column], widths: dict[int, int], width: int, rank: int) -> dict[int, int]:
    """Return ``widths`` without the columns of ``rank`` and above that do not fit, the highest rank first."""
    left = dict(widths)
    while _room(left, width) < 0 and any(columns[index].rank >= rank for index in left):
        del left[max(left, key=lambda index: (columns[index].rank, index))]
    return left


def titled(columns: Sequence[Column], needs: Mapping[int, int], sorted_by: str, width: int) -> dict[int, int]:
    """Return what columns need with their titles, and an arrow beside the one sorted by where that costs no other."""
    plain = {index: max(needs.get(index, 0), len(column.title)) for index, column in enumerate(columns)}
    arrows = {index: len(column.title) + 2 for index, column in enumerate(columns) if column.id == sorted_by}
    wide = {index: max(need, arrows.get(index, 0)) for index, need in plain.items()}
    return wide if len(lay_out(columns, wide, width)) >= len(lay_out(columns, plain, width)) else plain


def _least(column: Column) -> int:
    """Return how far a column shrinks before others are left out: words can be cut, numbers and states cannot."""
    return max(LEAST_TEXT, column.width // 2) if column.kind in (Kind.TEXT, Kind.LIST) else column.width


def _room(widths: Mapping[int, int], width: int) -> int:
    return width - sum(widths.values()) - GAP * (len(widths) - 1)


def _shrink(widths: dict[int, int], width: int) -> None:
    """Take cells from the widest column until what must stay fits."""
    while widths and _room(widths, width) < 0:
        widest = max(widths, key=lambda index: widths[index])
        if widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1


def _grow(columns: Sequence[Column], widths: dict[int, int], wanted: Mapping[int, int], width: int) -> None:
    """Give spare cells to the columns that want more, the most important one first."""
    for index in sorted(widths, key=lambda index: (columns[index].rank, index)):
        spare = _room(widths, width)
        if spare <= 0:
            return
        widths[index] += min(spare, max(0, wanted.get(index, 0) - widths[index]))
