"""Owns sending a few messages first and watching whether they come back; knows neither lease nor how it is painted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from console.actions.plan import Plan
from console.resources.model import Fact, Reader, Tone
from console.text.clean import clean
from console.workbench.bounce import Sighting, Way
from console.workbench.intents import Intent, Wish
from console.workbench.journal import Account
from console.workbench.watch import Watch, read_before, read_way
from console.workbench.work import Ended, Work
from console.worker.queuejob import QueueJob


class QueueCanary:
    """The messages that were sent first, while they are watched. Coroutines but ``close`` may be asked for by name."""

    def __init__(
        self,
        reader: Reader,
        work: Work,
        job: QueueJob,
        fills: Callable[[], float | None],
        tell: Callable[[Sighting], None],
    ) -> None:
        """Whatever else ``job`` begins ends the watching: counts tell nothing of these messages any more.

        ``fills`` says by how many messages a minute the queue becomes deeper by itself.
        """
        self._reader = reader
        self._work = work
        self._job = job
        self._fills = fills
        self._tell = tell
        self._ways: dict[str, Way] = {}
        """By the id of the order that was planned."""
        self._watch: Watch | None = None
        self._watching: asyncio.Task[Sighting] | None = None
        self._sighting: Sighting | None = None
        self._new_ids: frozenset[str] = frozenset()
        self._again: set[str] = set()
        """Those of them that were received from the dead-letter queue."""
        self._closed = False
        job.on_begin = lambda: self._stop("another job began")

    async def intend_canary(self, wish: Wish, count: int) -> Intent:
        """Return what ``wish`` would do to the ``count`` messages received first, and how these would be watched.

        Raises ``AwsError`` with why it cannot be done to all of them: the others are to go the same way.
        """
        whole = await self._work.intend(wish)
        first = self._in_order(wish.ids)[:count]
        intent = await self._work.intend(replace(wish, ids=first, to=whole.order.to))
        way = await read_way(self._reader, intent.order.queue, intent.order.to)
        self._ways[intent.order.id] = way
        return replace(intent, plan=_told(intent.plan, way))

    async def carry_out_canary(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Send what was confirmed as a job does, and from then on tell whether it comes back. Raises ``AwsError``."""
        way = self._ways.pop(intent.order.id, None)
        if way is None:
            return Ended(None, "this plan was not made here", "Make a new plan")
        before = await read_before(self._reader, way, self._fills())
        ended = await self._job.carry_out(intent, reason=reason, confirmed=confirmed)
        if ended.account:
            watch = Watch(self._reader, before, ended.account, tell=self._hear)
            if watch.sent and not self._closed:
                await self._begin(watch, ended.account)
        return ended

    async def end_canary(self) -> None:
        """Watch no longer; nothing where nothing is watched."""
        self._stop("it was stopped")

    def received(self, ids: Iterable[str]) -> None:
        """Take in which messages came from the queue: some may be those that were sent first."""
        found = self._new_ids.intersection(ids) - self._again
        if found and self._sighting:
            self._again |= found
            self._hear(self._sighting)

    async def close(self) -> None:
        """End the watching and tell nothing more."""
        self._closed = True
        await self._end()

    async def _end(self) -> None:
        watching, self._watching, self._watch = self._watching, None, None
        if watching:
            watching.cancel()
            await asyncio.wait([watching])

    def _in_order(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return ids as they were received, so that in a FIFO queue none overtakes another of its group."""
        wanted, lease = set(ids), self._work.lease
        return tuple(id_ for id_ in lease.spool.ids() if id_ in wanted) if lease else ids

    async def _begin(self, watch: Watch, account: Account) -> None:
        await self._end()
        self._new_ids, self._again = (
            frozenset(entry.new_id for entry in account.entries.values() if entry.new_id),
            set(),
        )
        self._watch, self._watching = watch, asyncio.create_task(watch.run())

    def _stop(self, why: str) -> None:
        if self._watch:
            self._watch.stop(why)

    def _hear(self, sighting: Sighting) -> None:
        self._sighting = replace(sighting, again=len(self._again))
        self._tell(self._sighting)


def _told(plan: Plan, way: Way) -> Plan:
    tone = Tone.WARN if way.impossible else Tone.NONE
    return replace(plan, facts=(*plan.facts, Fact("Coming back", clean(way.sentence()), tone)))
