"""Owns when each row's costly columns are read again, those in view first; must not know how."""

from __future__ import annotations

import heapq
from collections.abc import Container, Sequence

from console.resources.model import Enrichment

CHUNK = 100
"""Rows that one round reads."""


class Schedule:
    """For every enrichment, the moment each row is due. Taking a row makes it due one period later.

    Of an enrichment that reads only what is in view, the rows that were never taken cost nothing.
    """

    def __init__(self, enrichments: Sequence[Enrichment], rows: Container[str]) -> None:
        """``rows`` are the rows that there are; they may come and go."""
        self._enrichments = tuple(enrichments)
        self._rows = rows
        self._due: list[dict[str, float]] = [{} for _ in enrichments]
        self._rest: list[list[tuple[float, list[str]]]] = [[] for _ in enrichments]
        """Rows to read although they are not in view, those of one moment together."""

    def add(self, *ids: str) -> None:
        """Make new rows due now; a known one keeps its moment."""
        for index, enrichment in enumerate(self._enrichments):
            if enrichment.rest:
                self._set(index, [row_id for row_id in ids if row_id not in self._due[index]], 0.0)

    def forget(self, row_id: str) -> None:
        """Drop a row that is gone."""
        for due in self._due:
            due.pop(row_id, None)

    def all_due(self) -> None:
        """Make every row due now."""
        for index in range(len(self._enrichments)):
            self._set(index, list(self._due[index]), 0.0)

    def take(self, visible: Sequence[str], now: float) -> tuple[Enrichment, list[str]] | None:
        """Return what to read next and for which rows, at most ``CHUNK``; None when nothing is due."""
        for wanted in (self._in_view, self._others):
            for index, enrichment in enumerate(self._enrichments):
                ids = wanted(index, visible, now)
                if ids:
                    self._set(index, ids, now + enrichment.period)
                    return enrichment, ids
        return None

    def next_due(self, visible: Sequence[str]) -> float | None:
        """Return the earliest moment that a row in view, or one of the others that are read, is due."""
        moments = [due.get(row_id, 0.0) for due in self._due for row_id in visible if row_id in self._rows]
        moments += [heap[0][0] for heap in self._rest if heap]
        return min(moments, default=None)

    def _in_view(self, index: int, visible: Sequence[str], now: float) -> list[str]:
        due = self._due[index]
        return [row_id for row_id in visible if row_id in self._rows and due.get(row_id, 0.0) <= now][:CHUNK]

    def _others(self, index: int, _visible: Sequence[str], now: float) -> list[str]:
        heap, due = self._rest[index], self._due[index]
        found: dict[str, None] = {}
        while heap and heap[0][0] <= now and len(found) < CHUNK:
            moment, ids = heapq.heappop(heap)
            room = CHUNK - len(found)
            found.update((row_id, None) for row_id in ids[:room] if due.get(row_id) == moment)
            if ids[room:]:
                heapq.heappush(heap, (moment, ids[room:]))
        return list(found)

    def _set(self, index: int, ids: list[str], moment: float) -> None:
        self._due[index].update(dict.fromkeys(ids, moment))
        if self._enrichments[index].rest:
            for first in range(0, len(ids), CHUNK):
                heapq.heappush(self._rest[index], (moment, ids[first : first + CHUNK]))
