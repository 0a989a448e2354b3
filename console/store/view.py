"""Owns which rows are shown and in which order; must not know how a row is painted.

The order is kept while rows change: a changed row is moved, the others are not compared again.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from console.resources.model import SEVERITY, Kind, Missing, ResourceType, Value
from console.store.filter import Filter, compile_filter, haystack
from console.store.rows import Delta, Row

FEW = 8
"""A change of less than one row in ``FEW`` moves rows; a larger one sorts everything again."""

Key = tuple[Any, ...]


class View:
    """The rows of one list, filtered and ordered."""

    def __init__(self, resource: ResourceType) -> None:
        self.resource = resource
        self.rows: dict[str, Row] = {}
        self.filter = Filter("", ())
        self.sort = resource.sort.removeprefix("-")
        self.descending = resource.sort.startswith("-")
        self._arrival: dict[str, int] = {}
        self._next = 0
        self._keys: dict[str, Key] = {}
        self._texts: dict[str, str] = {}
        """What words are looked for in, of the rows that were looked at; each goes when its row changes."""
        self._order: list[str] = []

    def __len__(self) -> int:
        return len(self._order)

    @property
    def default_order(self) -> bool:
        """Whether the order is the type's own, which puts problems first."""
        return self.resource.sort == ("-" if self.descending else "") + self.sort

    def at(self, index: int) -> Row:
        """Return the row shown at ``index``. Raises ``IndexError``."""
        if not 0 <= index < len(self._order):
            raise IndexError(index)
        return self.rows[self._order[len(self._order) - 1 - index if self.descending else index]]

    def ids(self, start: int, stop: int) -> list[str]:
        """Return the ids of the rows shown from ``start`` up to ``stop``."""
        return [self.at(index).id for index in range(max(0, start), min(stop, len(self._order)))]

    def index(self, row_id: str) -> int | None:
        """Return where a row is shown; None when it is not."""
        key = self._keys.get(row_id)
        if key is None:
            return None
        found = bisect.bisect_left(self._order, key, key=self._keys.__getitem__)
        return len(self._order) - 1 - found if self.descending else found

    def apply(self, delta: Delta, now: float) -> None:
        """Take what changed."""
        if (len(delta.changed) + len(delta.removed)) * FEW > len(self.rows):
            self._take(delta)
            self._rebuild(now)
            return
        for row_id in (*delta.removed, *(row.id for row in delta.changed)):
            self._leave(row_id)
        self._take(delta)
        for row in delta.changed:
            self._enter(row, now)

    def set_filter(self, text: str, now: float) -> None:
        """Show only what ``text`` says. Raises ``FilterInvalid`` and then changes nothing."""
        self.filter = compile_filter(self.resource, text)
        self._rebuild(now)

    def set_order(self, column_id: str, descending: bool, now: float) -> None:
        """Order by a column."""
        self.sort, self.descending = column_id, descending
        self._rebuild(now)

    def _take(self, delta: Delta) -> None:
        for row_id in delta.removed:
            self.rows.pop(row_id, None)
            self._arrival.pop(row_id, None)
            self._texts.pop(row_id, None)
        for row in delta.changed:
            self.rows[row.id] = row
            self._texts.pop(row.id, None)
            if row.id not in self._arrival:
                self._arrival[row.id] = self._next
                self._next += 1

    def _leave(self, row_id: str) -> None:
        key = self._keys.get(row_id)
        if key is not None:
            del self._order[bisect.bisect_left(self._order, key, key=self._keys.__getitem__)]
            del self._keys[row_id]

    def _enter(self, row: Row, now: float) -> None:
        if self.filter(row, now, self._text):
            self._keys[row.id] = self._key(row)
            bisect.insort(self._order, row.id, key=self._keys.__getitem__)

    def _rebuild(self, now: float) -> None:
        shown: Iterable[Row] = self.rows.values()
        if self.filter.tests:
            shown = (row for row in shown if self.filter(row, now, self._text))
        self._keys = {row.id: self._key(row) for row in shown}
        self._order = sorted(self._keys, key=self._keys.__getitem__)

    def _text(self, row: Row) -> str:
        found = self._texts.get(row.id)
        if found is None:
            found = self._texts[row.id] = haystack(row)
        return found

    def _key(self, row: Row) -> Key:
        """Return what a row is ordered by. A descending order is an ascending one read backwards."""
        sign = -1 if self.descending else 1
        rank = SEVERITY.get(row.problem, 3) if self.default_order else 0
        index = next((at for at, column in enumerate(self.resource.columns) if column.id == self.sort), None)
        missing, value = (0, (0, 0)) if index is None else _sortable(row.values[index], self.resource, index)
        return (sign * rank, sign * missing, value, sign * self._arrival[row.id])


def _sortable(value: Value, resource: ResourceType, index: int) -> tuple[int, tuple[int, Any]]:
    """Return (whether it is missing, a value that compares with every other)."""
    if value is None or isinstance(value, Missing):
        return 1, (0, 0)
    if isinstance(value, datetime):
        age = resource.columns[index].kind is Kind.TIME
        return 0, (0, -value.timestamp() if age else value.timestamp())
    if isinstance(value, tuple):
        return _sortable(_last(value), resource, index) if resource.columns[index].kind is Kind.SPARK else (
            0, (1, ", ".join(str(part) for part in value).casefold())
        )  # fmt: skip
    if isinstance(value, int | float):
        return (1, (0, 0)) if math.isnan(value) else (0, (0, value))  # NaN compares with nothing
    return 0, (1, value.casefold())


def _last(samples: tuple[str | float | None, ...]) -> Value:
    return next((sample for sample in reversed(samples) if sample is not None), None)
