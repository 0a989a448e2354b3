"""Owns holding messages: receiving them, keeping them from others while they are looked at, giving them back.

Every receive counts against ``maxReceiveCount`` and hides the message from its consumers, so a lease is made only on
purpose. Nobody sees a message before it is spooled. Must not know what is done with the messages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from console.resources.model import Reader
from console.sqs.message import Message
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.ending import end_of
from console.workbench.spool import Spool
from console.workbench.visibility import BATCH, SILENT, WAIT, Changed, Received, State, change, receive

LONGEST = 12 * 3600.0
"""Seconds after its receive until which SQS lets a message be held."""
EMPTY_ANSWERS = 2
"""Answers without anything new, one after the other, before a queue counts as looked through."""
SAFE = 60.0
"""Seconds before the credentials end at which everything is given back."""
_AT_ONCE = 8
"""Calls in flight: nothing depends on their order."""
_LAST_ANSWERS = WAIT + 1.0
"""Seconds in which receives that are under way may still be answered when it is left."""
_ASK_AGAIN = (FaultKind.TIMEOUT, FaultKind.UNREACHABLE, FaultKind.MALFORMED)
_DUE = 0.75
"""Part of the hold that is left when it is renewed at the latest."""


@dataclass(frozen=True, slots=True)
class Held:
    """One message that is held: by which handle, and until when unless it is renewed; seconds since the epoch."""

    handle: str
    received_at: float
    until: float
    """Until then it is certainly hidden."""
    longest: float
    """Until then it may be hidden; later than ``until`` where the answer to a renewal was lost."""
    receives: int


@dataclass(frozen=True, slots=True)
class Unreleased:
    """A message that could not be given back, and when SQS shows it again by itself at the latest."""

    id: str
    returns_at: float
    why: str


class Lease:
    """The messages of one queue that are held. Open it with ``async with``; leaving gives everything back."""

    def __init__(
        self,
        reader: Reader,
        queue: str,
        spool: Spool,
        *,
        hold: int = 120,
        clock: Callable[[], float] = time.time,
        expires_at: datetime | None = None,
        ask_expiry: Callable[[], Awaitable[datetime | None]] | None = None,
    ) -> None:
        """``hold`` in seconds; renewed as long as the lease is open. ``expires_at`` is when the credentials end.

        ``ask_expiry`` tells that anew, for credentials that renew themselves. It may raise ``AwsError``.
        """
        self._reader = reader
        self.queue = queue
        self.spool = spool
        self._hold = hold
        self._clock = clock
        self._expires_at = expires_at.timestamp() if expires_at else None
        self._ask_expiry = ask_expiry
        self._held: dict[str, Held] = {}
        self._being_kept: set[str] = set()
        """Ids of messages that are on their way to the disk."""
        self._calls = asyncio.Semaphore(_AT_ONCE)
        self._receiving: set[asyncio.Task[Received]] = set()
        self._changing = asyncio.Lock()
        """A renewal that is under way must not reach SQS after the release."""
        self._closing = asyncio.Event()
        self._renewing: asyncio.Task[None] | None = None
        self.unreleased: dict[str, Unreleased] = {}
        """What could not be given back."""
        self.unanswered_until = 0.0
        """Until when messages stay hidden that a receive without an answer may have taken; 0 where there was none."""
        self.spoilt: dict[str, str] = {}
        """Message id → why it is not shown: what arrived is not what SQS says it sent."""
        self.over = ""
        """Why the lease has ended by itself; empty while it has not."""

    async def __aenter__(self) -> Lease:
        self._renewing = asyncio.create_task(self._keep_renewing())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        closing = asyncio.create_task(self.close())
        await end_of([closing])
        closing.result()

    async def take(self, limit: int) -> AsyncIterator[tuple[Message, ...] | Fault]:
        """Receive up to ``limit`` messages; yield those that are new, spooled, or why a receive failed.

        One that was held before and got lost is held again, and counts. The end of it means that the limit is reached
        or nothing came: never that the queue is empty. Raises ``OSError`` where they cannot be spooled.
        """
        quiet = 0
        wanted = limit
        while wanted > 0 and quiet < EMPTY_ANSWERS and not self.over and not self._closing.is_set():
            lost = {message_id for message_id in self.spool.ids() if not self.held(message_id)}
            faults: list[Fault] = []
            found = 0
            async for answer in self._receive_abreast(wanted):
                fresh = self._fresh(answer.messages)
                found += len(fresh)
                faults += [answer.fault] if answer.fault else []
                if fresh:
                    await self._keep(fresh)
                    yield tuple(fresh)
            for fault in faults:
                yield fault
            if faults:
                return
            found += sum(1 for message_id in lost if self.held(message_id))
            wanted -= found
            quiet = 0 if found else quiet + 1

    def held(self, message_id: str) -> Held | None:
        """Return by which handle a message is held; None where it no longer is."""
        held = self._held.get(message_id)
        return held if held and held.until > self._clock() else None

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the messages that are held, or were and may still be hidden."""
        return tuple(self._held)

    def forget(self, ids: Iterable[str]) -> None:
        """Drop messages that are no longer in the queue."""
        for message_id in ids:
            self._held.pop(message_id, None)

    async def release(self, ids: Sequence[str] | None = None) -> None:
        """Give messages back, all of them by default; what cannot be is in ``unreleased``."""
        async with self._changing:
            now = self._clock()
            given = [id_ for id_ in (self.ids() if ids is None else ids) if id_ in self._held]
            self.forget(id_ for id_ in given if self._held[id_].longest <= now)
            asked = {id_: self._held[id_] for id_ in given if id_ in self._held}
            async for changed in self._change(asked, 0):
                for message_id, outcome in changed.items():
                    self._released(message_id, asked[message_id], outcome)

    async def close(self) -> None:
        """Stop renewing and give everything back, also what is just being received."""
        self._closing.set()
        if self._receiving:
            _, late = await asyncio.wait(self._receiving, timeout=_LAST_ANSWERS)
            for task in late:
                task.cancel()
                self._in_doubt()
        if self._renewing:
            await asyncio.gather(self._renewing, return_exceptions=True)
            self._renewing = None
        await self.release()

    @property
    def _fifo(self) -> bool:
        return self.queue.endswith(".fifo")

    async def _receive_abreast(self, wanted: int) -> AsyncIterator[Received]:
        """Receive up to ``wanted`` messages in several calls at once; of a FIFO queue in one, which keeps its order.

        Yields each answer as it comes; one from which nothing comes takes its time. Nobody waiting any longer, the
        calls still come to their end, so that what they bring can be given back.
        """
        most = BATCH * (1 if self._fifo else _AT_ONCE)
        counts = [min(BATCH, wanted - first) for first in range(0, min(wanted, most), BATCH)]
        tasks = [asyncio.create_task(self._receive(count)) for count in counts]
        self._receiving.update(tasks)
        for task in tasks:
            task.add_done_callback(self._receiving.discard)
        waiting = set(tasks)
        while waiting:
            answered, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in answered:
                if not task.cancelled():
                    yield task.result()

    async def _receive(self, count: int) -> Received:
        """Receive once and hold what came. A FIFO queue gives the same answer again, to the same attempt."""
        asked: dict[str, Any] = {
            "QueueUrl": self.queue, "MaxNumberOfMessages": count, "VisibilityTimeout": self._hold,
            "WaitTimeSeconds": WAIT, "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"],
        }  # fmt: skip
        if self._fifo:
            asked["ReceiveRequestAttemptId"] = str(uuid4())
        async with self._calls:
            received = await receive(self._reader, asked, self._clock())
            if self._fifo and received.in_doubt and received.fault and received.fault.kind in _ASK_AGAIN:
                received = await receive(self._reader, asked, self._clock())
        for message in received.messages:
            self._hold_on(message)
        if received.in_doubt:
            self._in_doubt()
        return received

    def _in_doubt(self) -> None:
        self.unanswered_until = max(self.unanswered_until, self._clock() + self._hold)

    def _hold_on(self, message: Message) -> None:
        """Hold a message by its newest handle, whichever answer came first."""
        before = self._held.get(message.id)
        if before is None or message.receives >= before.receives:
            longest = self._clock() + self._hold
            self._held[message.id] = Held(
                message.handle, message.received_at, message.held_until, longest, message.receives
            )
            self.unreleased.pop(message.id, None)

    def _fresh(self, received: Iterable[Message]) -> list[Message]:
        """Return the messages that are seen for the first time and are whole, each once."""
        fresh: dict[str, Message] = {}
        for message in received:
            if message.id in self.spool or message.id in self._being_kept:
                continue
            if message.is_whole:
                fresh[message.id] = message
                self.spoilt.pop(message.id, None)
            elif message.id not in fresh:
                self.spoilt[message.id] = "what arrived is not what SQS says it sent"
        return list(fresh.values())

    async def _keep(self, fresh: Sequence[Message]) -> None:
        ids = {message.id for message in fresh}
        self._being_kept |= ids
        try:
            await asyncio.to_thread(self.spool.add, fresh)
        finally:
            self._being_kept -= ids

    async def _keep_renewing(self) -> None:
        while not self.over:
            try:
                async with asyncio.timeout(self._rest()):
                    await self._closing.wait()
                return
            except TimeoutError:
                pass
            if self._ends_soon() and self._ask_expiry:
                with suppress(AwsError):
                    ends = await self._ask_expiry()
                    self._expires_at = ends.timestamp() if ends else None
            if self._ends_soon():
                self.over = "the credentials are about to end"
                await self.release()
            else:
                await self._renew()

    def _ends_soon(self) -> bool:
        return self._expires_at is not None and self._clock() >= self._expires_at - SAFE

    def _rest(self) -> float:
        """Return the seconds until there is something to do."""
        left = self._expires_at - SAFE - self._clock() if self._expires_at is not None else self._hold
        return max(0.0, min(self._hold / 3, left))

    async def _renew(self) -> None:
        async with self._changing:
            now = self._clock()
            by_seconds: dict[int, list[str]] = {}
            for message_id, held in self._held.items():
                seconds = min(self._hold, int(held.received_at + LONGEST - now))
                if now < held.until <= now + self._hold * _DUE and now + seconds > held.until:
                    by_seconds.setdefault(seconds, []).append(message_id)
            for seconds, ids in by_seconds.items():
                asked = {message_id: self._held[message_id] for message_id in ids if message_id in self._held}
                async for changed in self._change(asked, seconds):
                    for message_id, outcome in changed.items():
                        self._renewed(message_id, asked[message_id], outcome, (now, seconds))
            self.forget([message_id for message_id, held in self._held.items() if held.longest <= self._clock()])

    def _renewed(self, message_id: str, asked: Held, outcome: Changed, time: tuple[float, int]) -> None:
        """Hold a message as the outcome of renewing it at ``time``, for so many seconds, says."""
        if self._held.get(message_id) != asked:
            return  # it was deleted, or received again, meanwhile
        began, seconds = time
        longest = max(asked.longest, self._clock() + seconds)
        if outcome.state is State.GONE:
            self.forget([message_id])
        elif outcome.state is State.DONE:
            self._held[message_id] = replace(asked, until=began + seconds, longest=longest)
        elif outcome.state is State.UNKNOWN:
            self._held[message_id] = replace(asked, longest=longest)

    def _released(self, message_id: str, asked: Held, outcome: Changed) -> None:
        held = self._held.get(message_id)
        if held is None or held.handle != asked.handle:
            return  # a receive that was under way has taken it again, by a handle that is still to be given back
        del self._held[message_id]
        if outcome.state in (State.UNCHANGED, State.UNKNOWN) and held.longest > self._clock():
            self.unreleased[message_id] = Unreleased(message_id, held.longest, outcome.why)

    async def _change(self, asked: Mapping[str, Held], seconds: int) -> AsyncIterator[Mapping[str, Changed]]:
        """Set for how long messages stay hidden; yield id → what became of it, batch after batch."""
        silence, ids = asyncio.Event(), list(asked)
        tasks = [
            asyncio.create_task(
                self._change_batch({id_: asked[id_] for id_ in ids[first : first + BATCH]}, seconds, silence)
            )
            for first in range(0, len(ids), BATCH)
        ]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for each in tasks:
                each.cancel()

    async def _change_batch(
        self, asked: Mapping[str, Held], seconds: int, silence: asyncio.Event
    ) -> Mapping[str, Changed]:
        """Change one batch; once one was not answered in time, the rest is not waited for."""
        async with self._calls:
            handles = {id_: held.handle for id_, held in asked.items() if id_ in self._held}
            if silence.is_set():
                return dict.fromkeys(handles, Changed(State.UNCHANGED, SILENT))
            found = await change(self._reader, self.queue, handles, seconds) if handles else {}
            if any(outcome.why == SILENT for outcome in found.values()):
                silence.set()
            return found
