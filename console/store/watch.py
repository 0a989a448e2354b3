"""Owns one list while someone looks at it: reading it again and again, telling what changed. Must not know the screen.

A new reading of the list leaves what was filled in for its rows, and a failed one leaves the last good rows standing.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from itertools import islice
from typing import Any

from console.resources.model import Item, Missing, Reader, ResourceType, Tone
from console.scope.urgency import Urgency, asked_as
from console.store.columns import Columns
from console.store.delta import Delta, Known
from console.store.packedrows import PackedRows
from console.store.query import Query
from console.store.read import items
from console.store.rows import Row, Words, carried_over, project
from console.text.faults import CREDENTIAL_KINDS, Fault, FaultKind, fault_of

Listener = Callable[[Delta], None]

FIRST = 0.02
"""Seconds in which the first rows are gathered: about a screen of them."""
GATHER = 0.05
"""Seconds in which changes are gathered into one delta; the first after a start is told at once."""
AT_ONCE = 50
"""Items made rows of in one turn of the loop."""
AT_MOST = 500
"""Rows of one delta, so that taking it never holds the screen."""
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
        stretch: Callable[[], float] = lambda: 1.0,
    ) -> None:
        """``stretch`` gives what every wait is multiplied by, ``jitter`` a number from 0 to 1 that spreads them."""
        self.resource = resource
        self.query = query
        self.rows = PackedRows()
        self.read_at = 0.0
        self._reader = reader
        self._clock = clock
        self._jitter = jitter
        self._stretch = stretch
        self._listener: Listener | None = None
        self._words = Words()
        self._columns = Columns(resource, reader, self.rows, self._set, clock, stretch)
        self._ended_at = 0.0
        self._pause: float | None = None if resource.terms else 0.0
        """Seconds after ``_ended_at`` that the list is read again; None, as for what others feel, is when asked for."""
        self._failures = 0
        self._reading = False
        self._once_more = False
        """Whether the reading under way is to be followed by another at once."""
        self._arrived = 0
        """Items of the reading that is under way."""
        self._complete = False
        self._list_faults: tuple[Fault, ...] = ()
        self._changed: dict[str, None] = {}
        """Rows to tell of, in their order."""
        self._removed: list[str] = []
        self.problems: Counter[Tone] = Counter()
        """How many rows are how bad; rows without a problem are not counted."""
        self._flush: asyncio.TimerHandle | None = None
        self._told = self._adopted = False
        self._words_told = 0
        self._wake = asyncio.Event()
        self._more = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None

    def start(self, listener: Listener) -> None:
        """Send what is known to ``listener`` and keep it fresh until ``stop``; what is on its way goes on."""
        running, self._listener = self._listener is not None, listener
        if self._adopted:
            self._adopted = False  # who listens has the rows
        else:
            self._changed = dict.fromkeys(self.rows)
            self._told, self._words_told = bool(self.rows), 0
        self._send()
        if not running:
            self._keeping = asyncio.create_task(self._keep_list())
            self._columns.start()

    def adopt(self, known: Known) -> None:
        """Go on with a list that another worker read, and tell of its rows only where they change.

        Before ``start``; it may come in parts.
        """
        before = len(self.rows)
        self.rows.adopt(known)
        self.read_at, self._complete = known.read_at, known.complete
        if known.complete and not self.resource.terms:
            self._ended_at, self._pause = known.read_at, self.resource.period or None
        self._told = self._adopted = True
        new = list(islice(self.rows, before, None))
        self._columns.add(new)
        for row_id in new:
            self._count(Tone.NONE, self.rows.problem(row_id))

    def next_due(self) -> float:
        """Return when something is read next, seconds since the epoch; infinite where nothing is, 0 for now."""
        wait = None if self._listener is None else self._wait()
        if self._reading or wait == 0:
            return 0.0
        of_list = math.inf if wait is None else self._clock() + wait
        return min(of_list, self._columns.next_due())

    async def stop(self) -> None:
        """Stop reading; what is on its way is dropped, what is known stays."""
        self._listener, self._adopted = None, False
        if self.resource.terms:
            self._pause = None
        await self._stop_list()
        await self._columns.stop()
        if self._flush:
            self._flush.cancel()
            self._flush = None

    async def read_once(self) -> None:
        """Read the list once and what is due first of its columns, without a listener."""
        with asked_as(Urgency.REST):
            async with self._one_at_a_time:
                await self._read_list_through()
            await self._columns.fill_first()

    async def refresh(self, *, changed: bool = False) -> None:
        """Read everything again now; a reading of the list that is under way is not begun again.

        Where something was ``changed`` such a reading may have begun before it, and is followed by another.
        """
        if self._listener is None:
            return
        self._columns.all_due()
        self._once_more = changed and self._reading
        if not self._reading:
            await self._stop_list()
            self._pause, self._failures = 0.0, 0
            if self._listener is not None and self._keeping is None:  # nobody left or asked meanwhile
                self._keeping = asyncio.create_task(self._keep_list())

    def see(self, ids: Sequence[str]) -> None:
        """Tell which rows are in view; their columns are read first."""
        self._columns.see(ids)

    def hurry(self) -> None:
        """Look again what is due, because waits have become shorter."""
        self._wake.set()
        self._columns.wake()

    def more(self) -> None:
        """Read on in a list that waits for the operator to want more."""
        self._more.set()

    async def _stop_list(self) -> None:
        if self._reading:
            self._reading = False
            self._columns.listing(False, complete=self._complete)
        keeping, self._keeping = self._keeping, None
        if keeping:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep_list(self) -> None:
        while (wait := self._wait()) is not None:
            self._wake.clear()
            if wait > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                continue
            async with self._one_at_a_time:
                if self._wait() == 0:  # not read by somebody else meanwhile
                    await self._read_list_through()

    def _wait(self) -> float | None:
        """Return the seconds until the list is read again; None when it is not."""
        if self._pause is None:
            return None
        return max(0.0, self._ended_at + self._pause * self._stretch() - self._clock())

    async def _read_list_through(self) -> None:
        unseen = set(self.rows)
        self._arrived = 0
        faults: list[Fault] = []
        self._reading = True
        self._columns.listing(True, complete=self._complete)
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
            rows = (self._read(item, unseen) for item in batch[first : first + AT_ONCE])
            self._columns.add([row_id for row_id in rows if row_id])
        self._columns.wake()
        self._arrived += len(batch)
        budget = self.resource.page_rows
        if budget and self._arrived // budget != (self._arrived - len(batch)) // budget:
            self._reading = self._complete = False
            self._columns.listing(False, complete=False)
            self._more.clear()
            self._send_soon()
            await self._more.wait()
            self._reading = True
            self._columns.listing(True, complete=self._complete)

    def _read(self, item: Item, unseen: set[str]) -> str:
        """Make a row of ``item`` and return its id where it is new."""
        row = project(self.resource, item, self.query.scope, words=self._words)
        unseen.discard(row.id)
        new = row.id not in self.rows
        if not new and Missing.PENDING in row.values:
            row = carried_over(self.resource, row, self.rows[row.id])
        self._set(row)
        return row.id if new else ""

    def _finish(self, unseen: set[str], faults: tuple[Fault, ...]) -> None:
        self._reading = False
        self._list_faults = faults
        self._complete = not faults
        now = self._clock()
        if faults:
            self._failures += 1
            wait = self._back_off(faults)
        else:
            self._failures, self.read_at = 0, now
            wait = self.resource.period * (0.95 + self._jitter() / 10)
            self._remove(unseen)
        self._ended_at, self._pause = now, 0.0 if self._once_more else wait or None
        self._once_more = False
        self._columns.listing(False, complete=self._complete)
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
            self._count(self.rows.problem(row_id), Tone.NONE)
            self.rows.drop(row_id)
            self._changed.pop(row_id, None)
            self._columns.forget(row_id)
            self._removed.append(row_id)

    def _set(self, row: Row) -> None:
        before = self.rows.problem(row.id)
        if self.rows.put(row):
            self._count(before, row.problem)
            self._changed[row.id] = None
            self._send_soon()

    def _count(self, before: Tone, after: Tone) -> None:
        for problem, step in ((before, -1), (after, 1)):
            if problem is not Tone.NONE:
                self.problems[problem] += step

    def _send_soon(self) -> None:
        if self._flush is None and self._listener is not None:
            wait = GATHER if self._told else FIRST
            self._told = True
            self._flush = asyncio.get_running_loop().call_later(wait, self._send)

    def _send(self) -> None:
        """Tell the listener what changed; of much, the first part now and the rest soon."""
        if self._flush:
            self._flush.cancel()
            self._flush = None
        if self._listener is None:
            return
        removed, self._removed = tuple(self._removed[:AT_MOST]), self._removed[AT_MOST:]
        ids = list(islice(self._changed, AT_MOST - len(removed)))
        for row_id in ids:
            del self._changed[row_id]
        more = bool(self._changed or self._removed)
        if more:
            self._flush = asyncio.get_running_loop().call_later(REST, self._send)
        complete, reading = self._complete and not more, self._reading or more
        faults = (*self._list_faults, *self._columns.faults())[:FAULTS_KEPT]
        changed, words = tuple(map(self.rows.packed, ids)), self._new_words()
        packing, wait = self.rows.packing.id, self._retry_in()
        self._listener(Delta(changed, removed, packing, words, complete, reading, self.read_at, faults, wait))

    def _new_words(self) -> dict[str, Any]:
        words = self.rows.packing.words(self._words_told)
        self._words_told += len(words)
        return words

    def _retry_in(self) -> float:
        return (self._wait() or 0.0) if self._list_faults else 0.0
