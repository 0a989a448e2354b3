"""Owns one list while someone looks at it: reading, reading again, filling in columns. Must not know the screen.

A new reading of the list leaves what was filled in for its rows, and a failed one leaves the last good rows standing.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from itertools import islice

from console.resources.model import Enrichment, Item, Missing, Reader, ResourceType, Tone, Values
from console.store.query import Query
from console.store.read import items
from console.store.rows import Delta, Row, Words, carried_over, named, overlay, project
from console.store.schedule import Schedule
from console.text.faults import CREDENTIAL_KINDS, Fault, FaultKind, fault_of

Listener = Callable[[Delta], None]

GATHER = 0.05
"""Seconds in which changes are gathered into one delta."""
AT_ONCE = 50
"""Items made rows of in one turn of the loop."""
AT_MOST = 500
"""Rows of one delta, so that taking it never holds the screen."""
FRESH = 2000
"""Rows that the collector may always walk."""
REST = 0.01
"""Seconds between the parts of what is too much for one delta."""
LONGEST_WAIT = 300.0
FAULTS_KEPT = 20


class Watch:
    """The rows of one query. Lives on the AWS side's loop; tells ``listener`` what changed."""

    def __init__(
        self,
        resource: ResourceType,
        query: Query,
        reader: Reader,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.resource = resource
        self.query = query
        self.rows: dict[str, Row] = {}
        self.read_at = 0.0
        self._reader = reader
        self._clock = clock
        self._jitter = jitter
        self._listener: Listener | None = None
        self._words = Words()
        self._schedule = Schedule(resource.enrich, self.rows)
        self._next_reading: float | None = None if resource.terms else 0.0
        """When the list is read next; a list whose reading is felt by others is read only when asked for."""
        self._visible: tuple[str, ...] = ()
        self._failures = 0
        self._reading = False
        self._arrived = 0
        """Items of the reading that is under way."""
        self._fresh = 0
        """Rows made since rows were set aside."""
        self._complete = False
        self._list_faults: tuple[Fault, ...] = ()
        self._row_faults: dict[str, dict[tuple[str, ...], Fault]] = {}
        """Row id → columns of an enrichment → why they could not be read."""
        self._changed: dict[str, Row] = {}
        self._removed: list[str] = []
        self.problems: Counter[Tone] = Counter()
        """How many rows are how bad; rows without a problem are not counted."""
        self._flush: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        self._more = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, listener: Listener) -> None:
        """Send what is known to ``listener`` and keep it fresh until ``stop``."""
        self._listener = listener
        self._changed = dict(self.rows)
        self._send()
        self._tasks = [asyncio.create_task(self._keep_list()), asyncio.create_task(self._keep_columns())]

    async def stop(self) -> None:
        """Stop reading; what is on its way is dropped, what is known stays."""
        self._listener = None
        if self.resource.terms:
            self._next_reading = None
        self._reading = False
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._flush:
            self._flush.cancel()
            self._flush = None

    async def read_once(self) -> None:
        """Read the list once and what is due of its columns, without a listener."""
        await self._read_list()
        for _ in self.resource.enrich:
            if work := self._schedule.take((), self._clock()):
                await self._fill(*work)

    async def refresh(self) -> None:
        """Read everything again now."""
        listener = self._listener
        if listener is None:
            return
        await self.stop()
        self._schedule.all_due()
        self._next_reading, self._failures = 0.0, 0
        self.start(listener)

    def see(self, ids: Sequence[str]) -> None:
        """Tell which rows are in view; their columns are read first."""
        self._visible = tuple(ids)
        self._wake.set()

    def more(self) -> None:
        """Read on in a list that waits for the operator to want more."""
        self._more.set()

    async def _keep_list(self) -> None:
        while self._next_reading is not None:
            await asyncio.sleep(max(0.0, self._next_reading - self._clock()))
            await self._read_list()

    async def _read_list(self) -> None:
        async with self._one_at_a_time:
            await self._read_list_through()

    async def _read_list_through(self) -> None:
        unseen = set(self.rows)
        self._arrived = 0
        faults: list[Fault] = []
        self._reading = True
        self._send()
        try:
            async with aclosing(items(self.resource, self._reader, self.query.parent)) as batches:  # type: ignore[type-var]
                async for batch in batches:
                    if isinstance(batch, Fault):
                        faults.append(batch)
                    else:
                        await self._take(batch, unseen)
        except Exception as error:  # one bad list must leave the last good rows and the schedule standing
            faults.append(fault_of(error))
        self._finish(unseen, tuple(faults))

    async def _take(self, batch: list[Item], unseen: set[str]) -> None:
        for first in range(0, len(batch), AT_ONCE):
            if first:
                await asyncio.sleep(0)  # so that the screen's thread gets its turn
            for item in batch[first : first + AT_ONCE]:
                self._read(item, unseen)
        self._wake.set()
        self._set_aside()
        self._arrived += len(batch)
        budget = self.resource.page_rows
        if budget and self._arrived // budget != (self._arrived - len(batch)) // budget:
            self._reading = self._complete = False
            self._more.clear()
            self._send_soon()
            await self._more.wait()
            self._reading = True

    def _read(self, item: Item, unseen: set[str]) -> None:
        row = project(self.resource, item, self.query.scope, words=self._words)
        unseen.discard(row.id)
        before = self.rows.get(row.id)
        if before is None:
            self._set(row)
            self._schedule.add(row.id)
        else:
            self._set(carried_over(self.resource, row, before))

    def _set_aside(self) -> None:
        """Spare the collector the rows: they hold no cycles, and walking many of them stops every thread."""
        if self._fresh > max(FRESH, len(self.rows) // 4):
            self._fresh = 0
            gc.freeze()

    def _finish(self, unseen: set[str], faults: tuple[Fault, ...]) -> None:
        self._reading = False
        self._list_faults = faults
        self._complete = not faults
        now = self._clock()
        if faults:
            self._failures += 1
            wait = self._back_off(faults)
        else:
            self._failures, self.read_at, wait = 0, now, self.resource.period
            self._remove(unseen)
        self._next_reading = now + wait if wait else None
        self._send()

    def _back_off(self, faults: Iterable[Fault]) -> float:
        """Return seconds until the next try; longer each time, 0 for what trying again cannot mend."""
        kinds = {fault.kind for fault in faults}
        if kinds <= {FaultKind.INVALID, FaultKind.NOT_FOUND, FaultKind.UNSUPPORTED, FaultKind.REFUSED}:
            return 0.0
        slow = kinds & (CREDENTIAL_KINDS | {FaultKind.DENIED})
        first = max(self.resource.period, 60.0) if slow else max(self.resource.period, 5.0)
        return float(min(LONGEST_WAIT, first * 2.0 ** (self._failures - 1)) * (0.75 + self._jitter() / 2))

    def _remove(self, ids: Iterable[str]) -> None:
        for row_id in ids:
            self._count(self.rows.pop(row_id), None)
            self._changed.pop(row_id, None)
            self._row_faults.pop(row_id, None)
            self._schedule.forget(row_id)
            self._removed.append(row_id)

    def _set(self, row: Row) -> None:
        before = self.rows.get(row.id)
        if before != row:
            self._count(before, row)
            self._fresh += 1
            self.rows[row.id] = self._changed[row.id] = row
            self._send_soon()

    def _count(self, before: Row | None, after: Row | None) -> None:
        for row, step in ((before, -1), (after, 1)):
            if row is not None and row.problem is not Tone.NONE:
                self.problems[row.problem] += step

    async def _keep_columns(self) -> None:
        while self.resource.enrich:
            self._wake.clear()
            work = self._schedule.take(self._visible, self._clock())
            if work:
                await self._fill(*work)
            else:
                await self._sleep_until_due()

    async def _fill(self, enrichment: Enrichment, ids: list[str]) -> None:
        try:
            async for row_id, found in enrichment.read(self._reader, ids):
                self._lay(enrichment, row_id, found)
        except Exception as error:  # the columns are unknown, whatever stood in the way
            for row_id in ids:
                self._lay(enrichment, row_id, fault_of(error))

    def _lay(self, enrichment: Enrichment, row_id: str, found: Values | Fault) -> None:
        row = self.rows.get(row_id)
        if row is None:
            return
        if isinstance(found, Fault):
            self._row_faults.setdefault(row_id, {})[enrichment.columns] = found
            values = named(self.resource, row.values)
            found = {column: Missing.UNKNOWN for column in enrichment.columns if values[column] is Missing.PENDING}
        elif row_id in self._row_faults:
            self._row_faults[row_id].pop(enrichment.columns, None)
        self._set(overlay(self.resource, row, found))

    async def _sleep_until_due(self) -> None:
        due = self._schedule.next_due(self._visible)
        wait = LONGEST_WAIT if due is None else max(0.05, due - self._clock())
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):  # in 3.11 ``wait_for`` forgets being cancelled in the moment of waking
                await self._wake.wait()

    def _send_soon(self) -> None:
        if self._flush is None and self._listener is not None:
            self._flush = asyncio.get_running_loop().call_later(GATHER, self._send)

    def _send(self) -> None:
        """Tell the listener what changed; of much, the first part now and the rest soon."""
        if self._flush:
            self._flush.cancel()
            self._flush = None
        if self._listener is None:
            return
        removed, self._removed = tuple(self._removed[:AT_MOST]), self._removed[AT_MOST:]
        changed = tuple(islice(self._changed.values(), AT_MOST - len(removed)))
        for row in changed:
            del self._changed[row.id]
        more = bool(self._changed or self._removed)
        if more:
            self._flush = asyncio.get_running_loop().call_later(REST, self._send)
        complete, reading = self._complete and not more, self._reading or more
        of_rows = dict.fromkeys(fault for faults in self._row_faults.values() for fault in faults.values())
        faults = (*self._list_faults, *of_rows)[:FAULTS_KEPT]
        self._listener(Delta(changed, removed, complete, reading, self.read_at, faults, self._retry_in()))

    def _retry_in(self) -> float:
        waits = self._list_faults and self._next_reading is not None
        return max(0.0, (self._next_reading or 0.0) - self._clock()) if waits else 0.0
