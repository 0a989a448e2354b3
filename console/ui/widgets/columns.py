"""Owns which columns fit and how wide each is; must not know what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.resources.model import Column, Kind

GAP = 2
"""Cells between two columns."""
NARROWEST = 6
WIDEST_TEXT = 2.5
"""How often its declared width the main column may grow."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A column's place: its index in the type, its first cell and its width."""

    index: int
    start: int
    width: int


def lay_out(columns: Sequence[Column], width: int) -> tuple[Slot, ...]:
    """Return the columns that fit into ``width`` cells, in the type's order.

    Columns of the highest rank give way first; what is left over goes to the first text column.
    """
    shown = list(range(len(columns)))
    while _needed(columns, shown) > width and any(columns[index].rank for index in shown):
        shown.remove(max(shown, key=lambda index: (columns[index].rank, index)))
    widths = {index: columns[index].width for index in shown}
    _shrink(widths, width)
    _grow(columns, widths, width)
    slots: list[Slot] = []
    start = 0
    for index in shown:
        slots.append(Slot(index, start, widths[index]))
        start += widths[index] + GAP
    return tuple(slots)


def _needed(columns: Sequence[Column], shown: Sequence[int]) -> int:
    return sum(columns[index].width for index in shown) + GAP * (len(shown) - 1)


def _room(widths: dict[int, int], width: int) -> int:
    return width - sum(widths.values()) - GAP * (len(widths) - 1)


def _shrink(widths: dict[int, int], width: int) -> None:
    """Take cells from the widest column until what must stay fits."""
    while widths and _room(widths, width) < 0:
        widest = max(widths, key=lambda index: widths[index])
        if widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1


def _grow(columns: Sequence[Column], widths: dict[int, int], width: int) -> None:
    spare = _room(widths, width)
    texts = [index for index in widths if columns[index].kind in (Kind.TEXT, Kind.LIST)]
    texts.sort(key=lambda index: columns[index].rank)
    for index in texts:
        if spare <= 0:
            return
        most = int(columns[index].width * WIDEST_TEXT) - widths[index]
        given = min(spare, most)
        widths[index] += given
        spare -= given
