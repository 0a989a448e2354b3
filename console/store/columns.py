"""Owns filling in a list's columns that cost calls of their own; must not know how the list is read, nor the screen.

Rows in view and rows out of view are filled in beside each other, so that the first never wait for the others.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress

from console.resources.model import Derived, Earlier, Enrichment, Missing, Reader, ResourceType, Values
from console.scope.urgency import Urgency, asked_as
from console.store.rows import Row, named, overlay
from console.store.schedule import Schedule
from console.text.faults import Fault, FaultKind, fault_of

LONGEST_SLEEP = 300.0
SHORTEST_SLEEP = 0.05
SOONER = 1 / 8
"""Share of its wait after which a row out of view is tried again, where trying may help."""
_PASSING = {
    FaultKind.THROTTLED, FaultKind.TIMEOUT, FaultKind.UNREACHABLE, FaultKind.SERVICE, FaultKind.MALFORMED
}  # fmt: skip


class Columns:
    """Fills in the rows of one list while someone looks at it."""

    def __init__(
        self,
        resource: ResourceType,
        reader: Reader,
        rows: Mapping[str, Row],
        put: Callable[[Row], None],
        clock: Callable[[], float],
        stretch: Callable[[], float],
    ) -> None:
        """``rows`` are read and never changed here; what is filled in goes to ``put``."""
        self._resource = resource
        self._reader = reader
        self._rows = rows
        self._put = put
        self._clock = clock
        self._stretch = stretch
        self._schedules = tuple(Schedule(enrichment, rows) for enrichment in resource.enrich)
        self._kept_up = {column for part in resource.enrich if part.unseen for column in part.columns}
        self._positions = {column.id: place for place, column in enumerate(resource.columns)}
        self._visible: tuple[str, ...] = ()
        self._listing = False
        self._complete = False
        self._faults: dict[str, dict[tuple[str, ...], Fault]] = {}
        """Row id → columns of an enrichment → why they could not be read."""
        self._as_of: dict[str, float] = {}
        """Row id → the moment of its values that something else keeps up."""
        self._derived_from: dict[Derived, object] = {}
        self._wakes: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Fill in what is due until ``stop``."""
        for schedule in self._schedules:
            if not schedule.enrichment.unseen:
                self._tasks.append(asyncio.create_task(self._keep_in_view(schedule)))
            if schedule.enrichment.rest:
                self._tasks.append(asyncio.create_task(self._keep_rest(schedule)))

    async def stop(self) -> None:
        """Stop; what is on its way is dropped and due again, what is known stays."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._wakes.clear()

    async def fill_first(self) -> None:
        """Fill in the first of what is due, without anything in view."""
        with asked_as(Urgency.REST):
            for schedule in self._schedules:
                if ids := schedule.rest((), self._clock()):
                    await self._fill(schedule, ids)

    def add(self, ids: Sequence[str]) -> None:
        """Take care of new rows."""
        for schedule in self._schedules:
            schedule.add(ids, self._clock())

    def forget(self, row_id: str) -> None:
        """Drop a row that is gone."""
        self._faults.pop(row_id, None)
        self._as_of.pop(row_id, None)
        for schedule in self._schedules:
            schedule.forget(row_id)

    def all_due(self) -> None:
        """Read everything again now."""
        for schedule in self._schedules:
            schedule.all_due()
        self.wake()

    def see(self, ids: Sequence[str]) -> None:
        """Tell which rows are in view."""
        self._visible = tuple(ids)
        self.wake()

    def next_due(self) -> float:
        """Return when something is due, seconds since the epoch; infinite where nothing is."""
        stretch = self._stretch()
        moments: list[float | None] = [math.inf]
        for schedule in self._schedules:
            moments += [schedule.next_in_view(self._visible, stretch), schedule.next_rest(stretch)]
        return min(moment for moment in moments if moment is not None)

    def listing(self, reading: bool, *, complete: bool) -> None:
        """Tell whether the list is being read, and whether it is whole; rows out of view wait for the list."""
        self._listing, self._complete = reading, complete
        if not reading:
            self._derive()
        self.wake()

    def wake(self) -> None:
        """Look again what is due."""
        for wake in self._wakes:
            wake.set()

    def faults(self) -> Iterator[Fault]:
        """Yield why columns could not be read, each once."""
        yield from dict.fromkeys(fault for faults in self._faults.values() for fault in faults.values())

    async def _keep_in_view(self, schedule: Schedule) -> None:
        self._wakes.append(wake := asyncio.Event())
        while True:
            wake.clear()
            if ids := schedule.in_view(self._visible, self._clock(), self._stretch()):
                await self._fill(schedule, ids)
            else:
                await self._sleep(wake, schedule.next_in_view(self._visible, self._stretch()))

    async def _keep_rest(self, schedule: Schedule) -> None:
        self._wakes.append(wake := asyncio.Event())
        with asked_as(Urgency.REST):
            while True:
                wake.clear()
                if self._listing:
                    await wake.wait()
                elif ids := schedule.rest(self._visible, self._clock(), self._stretch()):
                    passing = await self._fill(schedule, ids)
                    schedule.again(passing, self._clock() - schedule.enrichment.rest * (1 - SOONER))
                else:
                    await self._sleep(wake, schedule.next_rest(self._stretch()))

    async def _sleep(self, wake: asyncio.Event, due: float | None) -> None:
        wait = LONGEST_SLEEP if due is None else max(SHORTEST_SLEEP, due - self._clock())
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):  # in 3.11 ``wait_for`` forgets being cancelled in the moment of waking
                await wake.wait()

    async def _fill(self, schedule: Schedule, ids: list[str]) -> list[str]:
        """Read columns of some rows and return those rows that may well be read in a while."""
        enrichment = schedule.enrichment
        left = dict.fromkeys(ids)
        passing: list[str] = []
        try:
            async with aclosing(enrichment.read(self._reader, ids)) as answers:  # type: ignore[type-var]
                async for row_id, found in answers:
                    left.pop(row_id, None)
                    schedule.answered((row_id,))
                    self._lay(enrichment, row_id, found)
                    if isinstance(found, Fault) and found.kind in _PASSING:
                        passing.append(row_id)
        except asyncio.CancelledError:
            schedule.again(list(left))
            raise
        except Exception as error:  # the columns are unknown, whatever stood in the way
            for row_id in left:
                self._lay(enrichment, row_id, fault_of(error))
            passing += left
        finally:
            schedule.answered(left)
        self._derive(enrichment)
        return passing

    def _lay(self, enrichment: Enrichment, row_id: str, found: Values | Fault) -> None:
        row = self._rows.get(row_id)
        if row is None:
            return
        if isinstance(found, Fault):
            self._faults.setdefault(row_id, {})[enrichment.columns] = found
            values = named(self._resource, row.values)
            found = {column: Missing.UNKNOWN for column in enrichment.columns if values[column] is Missing.PENDING}
        else:
            if row_id in self._faults:
                self._faults[row_id].pop(enrichment.columns, None)
            if not self._is_news(row_id, found):
                return
        self._put(overlay(self._resource, row, found))

    def _is_news(self, row_id: str, found: Values) -> bool:
        """Return whether values are younger than what is known, and note of when they are."""
        if self._kept_up.isdisjoint(found):
            return True
        moment = found.at if isinstance(found, Earlier) else self._clock()
        if moment <= self._as_of.get(row_id, 0.0) and isinstance(found, Earlier):
            return False
        self._as_of[row_id] = moment
        return True

    def _derive(self, filled: Enrichment | None = None) -> None:
        """Fill in what follows from the other rows, where nothing was read; ``filled`` are the columns that moved."""
        for schedule in self._schedules:
            derived = schedule.enrichment.derived
            if derived and (filled is None or not set(filled.columns).isdisjoint(derived.of)):
                self._derive_one(schedule, derived)

    def _derive_one(self, schedule: Schedule, derived: Derived) -> None:
        places = [self._positions[column] for column in derived.of]
        basis = {row_id: tuple(row.values[place] for place in places) for row_id, row in self._rows.items()}
        if self._derived_from.get(derived) == (basis, self._complete):
            return
        self._derived_from[derived] = (basis, self._complete)
        for row_id, found in derived.values(basis, self._complete).items():
            row = self._rows[row_id]
            known = {column: row.values[self._positions[column]] for column in found}
            if known != found and (not schedule.was_taken(row_id) or _unread(known)):
                self._put(overlay(self._resource, row, found))


def _unread(values: Values) -> bool:
    return any(isinstance(value, Missing) for value in values.values())
