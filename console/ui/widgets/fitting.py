"""Owns which columns a list shows, fitted to its width and to what was seen in it; must not know scrolling."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from console.resources.model import Column, Value
from console.ui.widgets.columns import Slot, lay_out, titled
from console.ui.widgets.rowpaint import MARGIN, RowPainter, Styles


class Fitting:
    """The columns of one type in one widget; ``painter`` is another one after every change."""

    def __init__(self, columns: Sequence[Column], styles: Styles, sorted_by: str, width: int) -> None:
        self.sorted_by = sorted_by
        self.slots: tuple[Slot, ...] = ()
        self._columns = columns
        self._styles = styles
        self._needs: dict[int, int] = titled(columns, {}, "", width)
        self.fit(width, sorted_by)

    def fit(self, width: int, sorted_by: str = "") -> None:
        """Lay the columns out for ``width`` and the present theme, and for another order where one is given."""
        room = width - MARGIN - 1
        self.sorted_by = sorted_by or self.sorted_by
        self.slots = lay_out(self._columns, titled(self._columns, self._needs, self.sorted_by, room), room)
        self.painter = RowPainter(self._columns, self.slots, self._styles)

    def widen(self, different: Iterable[Collection[Value]], now: float, width: int) -> None:
        """Lay out again when values want more room than any before; columns never narrow under the eye."""
        before = dict(self._needs)
        self.painter.widen(different, self._needs, now)
        if self._needs != before:
            self.fit(width)
