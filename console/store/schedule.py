"""Owns when each row's costly columns are read again, those in view first; must not know how."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterable, Sequence

from console.resources.model import Enrichment

NEW = -math.inf
"""When a row was read that was never read."""
GAP = 0.25
"""Seconds at least from one round of rows out of view to the next, on the whole: a long list is gone through slowly."""


class Schedule:
    """For one enrichment, the moment each row was last read. Taking a row counts as reading it.

    ``stretch`` is what every wait is multiplied by. Of an enrichment that reads only what is in view, the rows that
    were never taken cost nothing.
    """

    def __init__(self, enrichment: Enrichment, rows: Collection[str]) -> None:
        """``rows`` are the rows that there are; they may come and go."""
        self.enrichment = enrichment
        self._rows = rows
        self._taken: dict[str, float] = {}
        self._rest: list[tuple[float, list[str]]] = []
        """Rows to read although they are not in view, those taken at one moment together."""
        self._under_way: set[str] = set()
        """Rows out of view whose answer is awaited."""
        self._view: tuple[str, ...] = ()
        self._aside: list[str] = []
        """Rows of ``_rest`` that were due while they were in view, where they are read anyway."""

    def add(self, ids: Sequence[str], now: float) -> None:
        """Make new rows due, unless another enrichment reads them first; a known one keeps its moment."""
        if self.enrichment.rest:
            self._set([row_id for row_id in ids if row_id not in self._taken], now if self.enrichment.unseen else NEW)

    def forget(self, row_id: str) -> None:
        """Drop a row that is gone."""
        self._taken.pop(row_id, None)

    def all_due(self) -> None:
        """Make every row due now that was taken."""
        if not self.enrichment.unseen:
            self._set(list(self._taken), NEW)

    def answered(self, ids: Iterable[str]) -> None:
        """Note that rows that were taken out of view have been read."""
        self._under_way.difference_update(ids)

    def again(self, ids: Sequence[str], moment: float = NEW) -> None:
        """Take back that rows were taken: count them as read at ``moment``."""
        self._set([row_id for row_id in ids if row_id in self._taken], moment)

    def was_taken(self, row_id: str) -> bool:
        """Return whether a row was ever taken."""
        return self._taken.get(row_id, NEW) != NEW

    def in_view(self, visible: Sequence[str], now: float, stretch: float = 1.0) -> list[str]:
        """Return the rows in view to read now, at most a batch; what is awaited among the others is not waited for."""
        if self.enrichment.unseen:
            return []
        there = [row_id for row_id in dict.fromkeys(visible) if row_id in self._rows]
        latest = now - self.enrichment.period * stretch
        due = [row_id for row_id in there if row_id in self._under_way or self._taken.get(row_id, NEW) <= latest]
        ids = due[: self.enrichment.batch]
        self.answered(ids)
        self._set(ids, now)
        return ids

    def next_in_view(self, visible: Sequence[str], stretch: float = 1.0) -> float | None:
        """Return the earliest moment that a row in view is due."""
        if self.enrichment.unseen:
            return None
        moments = [self._taken.get(row_id, NEW) for row_id in visible if row_id in self._rows]
        return min(moments) + self.enrichment.period * stretch if moments else None

    def rest(self, visible: Sequence[str], now: float, stretch: float = 1.0) -> list[str]:
        """Return the rows out of view to read now, at most a batch."""
        self._look_at(tuple(visible))
        wait, in_view = self._wait(stretch), frozenset(visible)
        found: dict[str, None] = {}
        aside: list[str] = []
        while self._rest and self._rest[0][0] + wait <= now and len(found) < self.enrichment.batch:
            moment, ids = heapq.heappop(self._rest)
            for place, row_id in enumerate(ids):
                if len(found) == self.enrichment.batch:
                    heapq.heappush(self._rest, (moment, ids[place:]))
                    break
                if self._taken.get(row_id) != moment:
                    continue
                if row_id in in_view:
                    aside.append(row_id)
                else:
                    found[row_id] = None
        if self.enrichment.unseen:
            self._set(aside, now)
        else:
            self._aside += aside
        self._set(list(found), now)
        self._under_way.update(found)
        return list(found)

    def next_rest(self, stretch: float = 1.0) -> float | None:
        """Return the earliest moment that a row out of view may be due."""
        return self._rest[0][0] + self._wait(stretch) if self._rest else None

    def _wait(self, stretch: float) -> float:
        rounds = len(self._rows) / self.enrichment.batch
        return max(self.enrichment.rest, rounds * GAP) * stretch

    def _look_at(self, visible: tuple[str, ...]) -> None:
        """Put back what was set aside for being in view."""
        if visible != self._view:
            self._view, aside, self._aside = visible, self._aside, []
            for row_id in aside:
                if row_id in self._taken:
                    heapq.heappush(self._rest, (self._taken[row_id], [row_id]))

    def _set(self, ids: list[str], moment: float) -> None:
        self._taken.update(dict.fromkeys(ids, moment))
        if self.enrichment.rest:
            for first in range(0, len(ids), self.enrichment.batch):
                heapq.heappush(self._rest, (moment, ids[first : first + self.enrichment.batch]))
