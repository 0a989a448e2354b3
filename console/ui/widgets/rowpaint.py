"""Owns how one row becomes one line of the list, and keeps the lines it made. Must not know scrolling or the cursor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.resources.model import Column, Kind, Tone
from console.store.present import NUMERIC, Cell, cell
from console.store.rows import Row
from console.text.clean import clip, fit
from console.text.format import age
from console.ui.widgets.columns import GAP, Slot

MARGIN = 2
"""Cells in front of the first column: cursor and mark."""
STRIPS_KEPT = 500

Styles = Callable[[str], Style]
"""Token → style."""


class RowPainter:
    """Paints rows of one type at one width in one theme. Everything it is given is clean."""

    def __init__(self, columns: Sequence[Column], slots: Sequence[Slot], styles: Styles) -> None:
        self._columns = columns
        self._slots = tuple(slots)
        self._styles = styles
        self._kept: OrderedDict[tuple[str, bool, bool], tuple[Row, tuple[str, ...], Strip]] = OrderedDict()

    def head(self, sort: str, descending: bool) -> Strip:
        """Return the line of titles."""
        segments = [Segment(" " * MARGIN, self._styles("head"))]
        for slot in self._slots:
            column = self._columns[slot.index]
            current = column.id == sort
            title = _sorted(column.title, "↓" if descending else "↑", slot.width) if current else column.title
            style = self._styles("sorted" if current else "head")
            segments.append(Segment(fit(title, slot.width, right=column.kind in NUMERIC), style))
            segments.append(Segment(" " * GAP, self._styles("head")))
        return Strip(segments)

    def row(self, row: Row, now: float, *, cursor: bool, marked: bool) -> Strip:
        """Return the line of ``row``."""
        key, ages = (row.id, cursor, marked), self.ages(row, now)
        kept = self._kept.get(key)
        if kept and kept[0] is row and kept[1] == ages:
            self._kept.move_to_end(key)
            return kept[2]
        strip = self._painted(row, now, cursor, marked)
        self._kept[key] = (row, ages, strip)
        self._kept.move_to_end(key)
        if len(self._kept) > STRIPS_KEPT:
            self._kept.popitem(last=False)
        return strip

    def needs(self, row: Row, now: float) -> Iterator[tuple[int, int]]:
        """Yield (index of a column, cells that its value in ``row`` would fill)."""
        for index, (column, value) in enumerate(zip(self._columns, row.values, strict=True)):
            yield index, cell_len(cell(value, column.kind, column.tones, now, column.full).text)

    def ages(self, row: Row, now: float) -> tuple[str, ...]:
        """Return the ages that ``row`` shows; when they differ it has to be painted again."""
        values = (row.values[slot.index] for slot in self._slots if self._columns[slot.index].kind is Kind.TIME)
        return tuple(age(now - value.timestamp()) for value in values if isinstance(value, datetime))

    def _painted(self, row: Row, now: float, cursor: bool, marked: bool) -> Strip:
        back = self._styles("cursor") if cursor else self._styles("marked") if marked else self._styles("row")
        margin = f"{'▸' if cursor else ' '}{'✓' if marked else ' '}"
        segments = [Segment(margin, back + self._styles("accent-strong"))]
        for slot in self._slots:
            column = self._columns[slot.index]
            found = cell(row.values[slot.index], column.kind, column.tones, now, column.full)
            text = fit(found.text, slot.width, right=column.kind in NUMERIC)
            segments.append(Segment(text, back + self._styles(self._token(row, column, found))))
            segments.append(Segment(" " * GAP, back))
        return Strip(segments)

    def _token(self, row: Row, column: Column, found: Cell) -> str:
        if found.tone is not Tone.NONE:
            return found.tone.value
        if column is self._columns[0] and column.kind is Kind.TEXT:
            return "bad-strong" if row.problem is Tone.BAD else "strong"
        return "text"


def _sorted(title: str, arrow: str, width: int) -> str:
    """Return a title with its arrow, which is seen however narrow the column is."""
    return f"{title} {arrow}" if cell_len(title) + 2 <= width else f"{clip(title, width - 1)}{arrow}"
