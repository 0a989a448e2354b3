"""Owns watching two queues until it is known whether messages came back, or it takes too long. It receives nothing.

Must not know who sent the messages, nor who is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.resources.model import Reader
from console.sqs.queues import attributes, name_of_url
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind, fault_of
from console.workbench.bounce import SETTLE, Depth, Sighting, Taken, Takers, Tally, Verdict, Way, depth_of, way_of
from console.workbench.journal import Account, Standing

SHORTEST_PAUSE, LONGEST_PAUSE = 2.0, 15.0
"""Seconds between two looks."""
LOOKS = 40
"""About how often is looked in all."""
PATIENCE = 60.0
"""Seconds that are waited in the end for an answer that says how it is."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before messages are sent first: how they may come back, and how deep the queue is."""

    way: Way
    depth: Depth | None
    fills: float = 0.0
    """By how many messages a minute the dead-letter queue becomes deeper anyhow; 0 where that is not known."""


async def read_way(reader: Reader, queue: str, to: str) -> Way:
    """Return how messages sent from ``queue`` to ``to``, both URLs, come back. Raises ``AwsError``."""
    here = (await attributes(reader, queue)).get("QueueArn", "")
    there = await attributes(reader, to)
    if not here or not there.get("QueueArn"):
        why = "SQS did not say how the two queues belong together"
        raise AwsError(Fault(FaultKind.SERVICE, "Nothing was planned", why, "Try again"))
    return way_of(queue, to, here, there)


async def read_before(reader: Reader, way: Way, fills: float | None = None) -> Before:
    """Return how deep the dead-letter queue is, right before messages leave it; ``fills`` is its change a minute."""
    found = await _told(_depth(reader, way.queue))
    return Before(way, None if isinstance(found, Fault) else found, max(0.0, fills or 0.0))


class Watch:
    """The messages of one job being watched."""

    def __init__(
        self,
        reader: Reader,
        before: Before,
        account: Account,
        *,
        tell: Callable[[Sighting], None] = lambda _sighting: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``account`` is what became of the messages that were sent; ``clock`` gives seconds since the epoch."""
        counts = account.counts()
        self._reader = reader
        self._way = before.way
        self._fills = before.fills
        self._job = account.order.id
        self._tell = tell
        self._clock = clock
        self.sent = counts[Standing.DONE] + counts[Standing.COPIED]
        """How many of them may come back."""
        self._astray = sum(counts.values()) - counts[Standing.DONE]
        left = before.depth.total - counts[Standing.DONE] if before.depth else -1
        self._tally = Tally(left if left >= 0 else None)
        self._takers = Takers()
        self._sent_at = clock()
        self._until = self._sent_at + before.way.seconds
        self._fault: Fault | None = None
        """Why the last look told nothing of the dead-letter queue."""
        self._stopped = ""
        self._stopping = asyncio.Event()

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self._way.seconds + PATIENCE

    async def run(self) -> Sighting:
        """Watch until it is over and return how it ended; each look and the end are told."""
        while True:
            if not self._way.impossible:
                await self._look()
            now = self._clock()
            sighting = self._sighting(now)
            self._tell(sighting)
            if sighting.over:
                return sighting
            await self._rest(now)

    def stop(self, why: str) -> None:
        """Look no more; ``run`` returns how it stands."""
        self._stopped = self._stopped or why
        self._stopping.set()

    async def _look(self) -> None:
        looking = asyncio.ensure_future(self._both())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait([looking, stopping], return_when=asyncio.FIRST_COMPLETED)
            if looking.done():
                self._saw(*looking.result())
        finally:
            looking.cancel()
            stopping.cancel()
            await asyncio.gather(looking, stopping, return_exceptions=True)

    async def _both(self) -> list[Depth | Fault]:
        return await asyncio.gather(*(_told(_depth(self._reader, url)) for url in (self._way.queue, self._way.to)))

    def _saw(self, here: Depth | Fault, there: Depth | Fault) -> None:
        self._fault = here if isinstance(here, Fault) else None
        if isinstance(here, Depth):
            self._tally.add(here.total, settled=self._clock() - self._sent_at >= SETTLE)
        if isinstance(there, Depth):
            self._takers.add(there)

    async def _rest(self, now: float) -> None:
        """Wait for the next look: the last is when the time is over, unless it told nothing."""
        pause = min(max(self._way.seconds / LOOKS, SHORTEST_PAUSE), LONGEST_PAUSE)
        left = self._until - now
        try:
            async with asyncio.timeout(min(pause, left) if left > 0 else pause):
                await self._stopping.wait()
        except TimeoutError:
            pass

    def _sighting(self, now: float) -> Sighting:
        verdict, last = self._verdict(now), self._takers.last
        return Sighting(
            job=self._job,
            sent=self.sent,
            to=clean(name_of_url(self._way.to)),
            sent_at=self._sent_at,
            until=self._until,
            at=now,
            new=self._tally.new,
            taken=self._takers.taken,
            waiting=last.waiting if last else None,
            verdict=verdict,
            why=self._why(verdict),
            fills=self._fills,
            takes=self._way.takes,
            astray=self._astray,
        )

    def _verdict(self, now: float) -> Verdict:
        new = self._tally.new
        if self._way.impossible:
            return Verdict.IMPOSSIBLE
        usual = self._fills * (now - self._sent_at) / 60
        if new and new >= self.sent + usual:
            return Verdict.RETURNED
        if self._stopped:
            return Verdict.STOPPED
        told = self._fault is None and self._tally.certain
        if now < self._until or (not told and now < self._until + PATIENCE):
            return Verdict.WATCHING
        return self._last_word(told)

    def _last_word(self, told: bool) -> Verdict:
        """Return what is known when the time is over; ``told`` is whether the last look said all of it."""
        if self._tally.new:
            return Verdict.RETURNED
        if not told:
            return Verdict.UNKNOWN
        return Verdict.UNTAKEN if self._takers.taken is Taken.NONE else Verdict.QUIET

    def _why(self, verdict: Verdict) -> str:
        if verdict is Verdict.IMPOSSIBLE:
            return self._way.impossible
        if verdict is Verdict.STOPPED:
            return clean(self._stopped)
        return self._fault.sentence() if self._fault and verdict is not Verdict.RETURNED else ""


async def _told(reading: Awaitable[Depth]) -> Depth | Fault:
    try:
        return await reading
    except Exception as error:  # a look that fails, whatever for, is no end: there is another one
        return fault_of(error)


async def _depth(reader: Reader, url: str) -> Depth:
    try:
        return depth_of(await attributes(reader, url))
    except ValueError as error:
        name = clean(name_of_url(url))
        raise AwsError(Fault(FaultKind.SERVICE, f"The depth of {name} is not known", clean(error))) from error
