"""Owns when each row's costly columns are read again, those in view first; must not know how."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from console.resources.model import Enrichment

CHUNK = 100
"""Rows that one round reads."""


class Schedule:
    """For every enrichment, the moment each row is due. Taking a row makes it due one period later."""

    def __init__(self, enrichments: Sequence[Enrichment]) -> None:
        self._enrichments = tuple(enrichments)
        self._due: list[dict[str, float]] = [{} for _ in enrichments]
        self._rest: list[list[tuple[float, str]]] = [[] for _ in enrichments]

    def add(self, row_id: str) -> None:
        """Make a new row due now; a known one keeps its moment."""
        for index, enrichment in enumerate(self._enrichments):
            if row_id not in self._due[index]:
                self._set(index, enrichment, row_id, 0.0)

    def forget(self, row_id: str) -> None:
        """Drop a row that is gone."""
        for due in self._due:
            due.pop(row_id, None)

    def all_due(self) -> None:
        """Make every row due now."""
        for index, enrichment in enumerate(self._enrichments):
            for row_id in self._due[index]:
                self._set(index, enrichment, row_id, 0.0)

    def take(self, visible: Sequence[str], now: float) -> tuple[Enrichment, list[str]] | None:
        """Return what to read next and for which rows, at most ``CHUNK``; None when nothing is due."""
        for wanted in (self._in_view, self._others):
            for index, enrichment in enumerate(self._enrichments):
                ids = wanted(index, visible, now)
                if ids:
                    for row_id in ids:
                        self._set(index, enrichment, row_id, now + enrichment.period)
                    return enrichment, ids
        return None

    def next_due(self, visible: Sequence[str]) -> float | None:
        """Return the earliest moment that a row in view, or one of the others that are read, is due."""
        moments = [due[row_id] for due in self._due for row_id in visible if row_id in due]
        moments += [heap[0][0] for heap in self._rest if heap]
        return min(moments, default=None)

    def _in_view(self, index: int, visible: Sequence[str], now: float) -> list[str]:
        due = self._due[index]
        return [row_id for row_id in visible if due.get(row_id, now + 1) <= now][:CHUNK]

    def _others(self, index: int, _visible: Sequence[str], now: float) -> list[str]:
        heap, due = self._rest[index], self._due[index]
        found: list[str] = []
        while heap and heap[0][0] <= now and len(found) < CHUNK:
            moment, row_id = heapq.heappop(heap)
            if due.get(row_id) == moment:
                found.append(row_id)
        return list(dict.fromkeys(found))

    def _set(self, index: int, enrichment: Enrichment, row_id: str, moment: float) -> None:
        self._due[index][row_id] = moment
        if enrichment.rest:
            heapq.heappush(self._rest[index], (moment, row_id))
