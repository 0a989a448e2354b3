"""Owns holding messages: receiving them, keeping them from others while they are looked at, giving them back.

Every receive counts against ``maxReceiveCount`` and hides the message from its consumers, so a lease is made only on
purpose. Nobody sees a message before it is spooled. Must not know what is done with the messages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from console.resources.model import Reader
from console.sqs.message import Message, of_answer
from console.text.faults import AwsError, Fault, FaultKind, fault_of
from console.text.format import plural
from console.workbench.spool import Spool

BATCH = 10
"""Messages that one call of SQS takes or gives."""
LONGEST = 12 * 3600.0
"""Seconds after its receive until which SQS lets a message be held."""
WAIT = 2
"""Seconds of long polling, which asks every server of SQS."""
EMPTY_ANSWERS = 2
"""Answers without anything new, one after the other, before a queue counts as looked through."""
SAFE = 60.0
"""Seconds before the credentials end at which everything is given back."""
_AT_ONCE = 8
"""Calls in flight: nothing depends on their order."""


@dataclass(frozen=True, slots=True)
class Held:
    """One message that is held: by which handle, and until when unless it is renewed; seconds since the epoch."""

    handle: str
    received_at: float
    until: float


@dataclass(frozen=True, slots=True)
class Unreleased:
    """A message that could not be given back, and when SQS shows it again by itself."""

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
    ) -> None:
        """``hold`` in seconds; renewed as long as the lease is open. ``expires_at`` is when the credentials end."""
        self._reader = reader
        self.queue = queue
        self.spool = spool
        self._hold = hold
        self._clock = clock
        self._expires_at = expires_at.timestamp() if expires_at else None
        self._held: dict[str, Held] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._calls = asyncio.Semaphore(_AT_ONCE)
        self.unreleased: dict[str, Unreleased] = {}
        """What could not be given back."""
        self.spoilt: dict[str, str] = {}
        """Message id → why it is not shown: what arrived is not what SQS says it sent."""
        self.over = ""
        """Why the lease has ended by itself; empty while it has not."""

    async def __aenter__(self) -> Lease:
        self._renewing = asyncio.create_task(self._renew_for_ever())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await asyncio.shield(self.close())

    async def take(self, limit: int) -> AsyncIterator[tuple[Message, ...] | Fault]:
        """Receive up to ``limit`` messages; yield those that are new, spooled, or why a receive failed.

        The end of it means that the limit is reached or nothing new came: never that the queue is empty.
        """
        quiet = 0
        wanted = limit
        while wanted > 0 and quiet < EMPTY_ANSWERS and not self.over:
            rounds = [min(BATCH, wanted - first) for first in range(0, min(wanted, BATCH * self._abreast), BATCH)]
            answers = await asyncio.gather(*(self._receive(count) for count in rounds))
            fresh: list[Message] = []
            for answer in answers:
                if isinstance(answer, Fault):
                    yield answer
                    quiet = EMPTY_ANSWERS
                else:
                    fresh += self._new(answer)
            if fresh:
                await asyncio.to_thread(self.spool.add, fresh)
                yield tuple(fresh)
            wanted -= len(fresh)
            quiet = 0 if fresh and quiet < EMPTY_ANSWERS else quiet + 1

    def held(self, message_id: str) -> Held | None:
        """Return by which handle a message is held; None where it no longer is."""
        held = self._held.get(message_id)
        return held if held and held.until > self._clock() else None

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the messages that are held."""
        return tuple(self._held)

    def forget(self, ids: Iterable[str]) -> None:
        """Drop messages that are no longer in the queue."""
        for message_id in ids:
            self._held.pop(message_id, None)

    async def release(self, ids: Sequence[str] | None = None) -> None:
        """Give messages back, all of them by default; what cannot be is in ``unreleased``."""
        given = [message_id for message_id in (ids if ids is not None else self.ids()) if message_id in self._held]
        failed = await self._change(given, 0)
        for message_id in given:
            held = self._held.pop(message_id)
            if message_id in failed and held.until > self._clock():
                self.unreleased[message_id] = Unreleased(message_id, held.until, failed[message_id])

    async def close(self) -> None:
        """Stop renewing and give everything back."""
        if self._renewing:
            self._renewing.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewing
            self._renewing = None
        await self.release()

    @property
    def _fifo(self) -> bool:
        return self.queue.endswith(".fifo")

    @property
    def _abreast(self) -> int:
        """How many receives may be under way; of a FIFO queue one, which keeps its order."""
        return 1 if self._fifo else _AT_ONCE

    async def _receive(self, count: int) -> list[Message] | Fault:
        """Return what one receive brings. Its answer lost, it is not made again: the messages come back by themselves.

        Only a FIFO queue gives the same answer again, to the same attempt.
        """
        asked: dict[str, Any] = {
            "QueueUrl": self.queue, "MaxNumberOfMessages": count, "VisibilityTimeout": self._hold,
            "WaitTimeSeconds": WAIT, "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"],
        }  # fmt: skip
        if self._fifo:
            asked["ReceiveRequestAttemptId"] = str(uuid4())
        for last in (not self._fifo, True):
            at = self._clock()
            try:
                async with self._calls:
                    answer = await self._reader.call("sqs", "ReceiveMessage", asked)
                return [of_answer(entry, at, at + self._hold) for entry in answer.get("Messages") or ()]
            except AwsError as error:
                if last or error.fault.kind not in (FaultKind.TIMEOUT, FaultKind.UNREACHABLE, FaultKind.MALFORMED):
                    return _lost(error.fault, self._hold)
            except (KeyError, TypeError) as error:
                return _lost(fault_of(error), self._hold)
        raise AssertionError("the last turn returns")

    def _new(self, received: Sequence[Message]) -> list[Message]:
        """Hold what was received by its newest handle; return what is seen for the first time, each once."""
        fresh: dict[str, Message] = {}
        for message in received:
            self._held[message.id] = Held(message.handle, message.received_at, message.held_until)
            if message.id in self.spool:
                continue
            if message.is_whole:
                fresh[message.id] = message
            else:
                self.spoilt[message.id] = "what arrived is not what SQS says it sent"
        return list(fresh.values())

    async def _renew_for_ever(self) -> None:
        while not self.over:
            await asyncio.sleep(self._hold / 3)
            if self._expires_at is not None and self._clock() > self._expires_at - SAFE - self._hold:
                self.over = "the credentials are about to end"
                await self.release()
            else:
                await self._renew()

    async def _renew(self) -> None:
        now = self._clock()
        due = [message_id for message_id, held in self._held.items() if held.until - now < self._hold * 0.75]
        by_end: dict[int, list[str]] = {}
        for message_id in due:
            left = int(self._held[message_id].received_at + LONGEST - now)
            by_end.setdefault(max(0, min(self._hold, left)), []).append(message_id)
        for seconds, ids in by_end.items():
            failed = await self._change(ids, seconds) if seconds else {}
            for message_id in ids:
                held = self._held.get(message_id)
                if held and message_id not in failed and seconds:
                    self._held[message_id] = Held(held.handle, held.received_at, now + seconds)
        gone = [message_id for message_id, held in self._held.items() if held.until <= self._clock()]
        self.forget(gone)

    async def _change(self, ids: Sequence[str], seconds: int) -> dict[str, str]:
        """Set for how long messages stay hidden; return id → why for those where that is not certain."""
        batches = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
        failed: dict[str, str] = {}
        for part in await asyncio.gather(*(self._change_batch(batch, seconds) for batch in batches)):
            failed.update(part)
        return failed

    async def _change_batch(self, ids: Sequence[str], seconds: int) -> dict[str, str]:
        held = {str(place): message_id for place, message_id in enumerate(ids) if message_id in self._held}
        entries = [
            {"Id": place, "ReceiptHandle": self._held[message_id].handle, "VisibilityTimeout": seconds}
            for place, message_id in held.items()
        ]
        if not entries:
            return {}
        asked = {"QueueUrl": self.queue, "Entries": entries}
        try:
            async with self._calls:
                answer = await self._reader.call("sqs", "ChangeMessageVisibilityBatch", asked)
        except AwsError as error:
            return dict.fromkeys(held.values(), error.fault.why or error.fault.what)
        done = {entry.get("Id") for entry in answer.get("Successful") or ()}
        why = {entry.get("Id"): entry.get("Code") or "SQS refused it" for entry in answer.get("Failed") or ()}
        return {
            message_id: why.get(place, "the answer does not name it")
            for place, message_id in held.items()
            if place not in done
        }


def _lost(fault: Fault, hold: int) -> Fault:
    what = "A receive was not answered; what it may have taken comes back by itself"
    return Fault(fault.kind, what, fault.why or fault.what, f"within {plural(hold, 'second')}", fault.code)
