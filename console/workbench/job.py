"""Owns doing something to held messages, each once: intent written, sent, checked, written, deleted, checked, written.

Whatever is lost on the way, a message is never lost, never sent again by us, and its outcome is told as it is. Must
not know how messages were chosen or who watches.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from console.actions.outcome import Outcome, settle_error
from console.sqs.message import Message
from console.text.clean import clean
from console.workbench.journal import Account, Entry, Journal, Kind, Standing, Step
from console.workbench.lease import BATCH, Lease
from console.workbench.pace import Pace
from console.workbench.sending import (
    MOST_BYTES,
    delete_parameters,
    deleted_of,
    send_parameters,
    sent_of,
)

Write = Callable[[str, str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""(service, operation, parameters) → the answer; sent once, under a warrant. Raises ``AwsError``."""

ABREAST = 4
"""Batches under way where their order does not matter."""
THROTTLED_TRIES = 6
"""How often what SQS refused for coming too fast is asked for again; such a refusal proves that nothing was done."""
_THROTTLES = ("Throttl", "LimitExceeded", "SlowDown", "TooManyRequests")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``left_seconds`` is None while it cannot be told."""

    total: int
    counts: Mapping[Standing, int]
    a_second: float
    left_seconds: float | None
    paused: bool
    note: str = ""

    @property
    def through(self) -> int:
        """Messages whose turn has been."""
        return self.total - self.counts[Standing.UNTOUCHED]


class Source(Protocol):
    """Where messages are kept: a spool, of this session or of one that has ended."""

    def get(self, message_id: str, /) -> Message:
        """Return a message as it was received."""


class Job:
    """One order carried out. ``lease`` holds its messages; restoring needs none."""

    def __init__(
        self,
        journal: Journal,
        source: Source,
        write: Write,
        lease: Lease | None = None,
        *,
        tell: Callable[[Progress], None] = lambda _progress: None,
        edited: Mapping[str, str] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``edited`` are other bodies, by message id."""
        self._journal = journal
        self._source = source
        self._write = write
        self._lease = lease
        self._tell = tell
        self._edited = dict(edited or {})
        self._sleep = sleep
        self.pace = Pace(journal.order.rate)
        self._ordered = journal.order.to.endswith(".fifo")
        self._seen_ids = set(journal.order.ids)
        """Ids that no message sent now can have."""
        self._stuck_groups: set[str] = set()
        """Groups of a FIFO destination of which one message was not sent: what follows it must not overtake it."""
        self._failure: Exception | None = None
        self._started = 0.0
        self._note = ""

    async def run(self) -> Account:
        """Do it; return what became of every message. Raises ``OSError`` where the journal cannot be written."""
        self._started = time.monotonic()
        room = asyncio.Semaphore(1 if self._ordered else ABREAST)
        running: set[asyncio.Task[None]] = set()
        try:
            for batch in self._batches():
                await room.acquire()
                if not await self.pace.turn(len(batch)):
                    break
                task = asyncio.create_task(self._guarded(batch, room))
                running.add(task)
                task.add_done_callback(running.discard)
        finally:
            if running:  # a step that was begun is ended and written down, also where the job is given up
                await asyncio.shield(asyncio.gather(*running))
        if self._failure:
            raise self._failure
        account = await asyncio.to_thread(self._journal.end)
        self._say()
        return account

    async def _guarded(self, messages: Sequence[Message], room: asyncio.Semaphore) -> None:
        try:
            await self._batch(messages)
        except Exception as error:  # raised by ``run`` once everything that was begun has ended
            self._failure = self._failure or error
            self.pace.stop(clean(error))
        finally:
            room.release()
            self._say()

    def _batches(self) -> Iterator[list[Message]]:
        """Yield messages in the order's order, as many as one call takes; to a FIFO queue one of each group."""
        batch: list[Message] = []
        size = 0
        for message_id in self._journal.order.ids:
            message = self._message(message_id)
            same = self._ordered and any(other.group == message.group for other in batch)
            if batch and (len(batch) == BATCH or size + message.size > MOST_BYTES or same):
                yield batch
                batch, size = [], 0
            batch.append(message)
            size += message.size
        if batch:
            yield batch

    def _message(self, message_id: str) -> Message:
        message = self._source.get(message_id)
        return message.with_body(self._edited[message_id]) if message_id in self._edited else message

    async def _batch(self, messages: Sequence[Message]) -> None:
        kind = self._journal.order.kind
        if kind is not Kind.RESTORE:
            messages = await self._those_held(messages)
        if kind is Kind.DELETE:
            await self._delete([message.id for message in messages])
            return
        sent = await self._send(await self._without_overtaking(messages))
        if kind is Kind.RESTORE:
            await self._note_all([replace(self._journal.entries[id_], step=Step.DONE) for id_ in sent])
        else:
            await self._delete(sent)

    async def _those_held(self, messages: Sequence[Message]) -> list[Message]:
        held = [message for message in messages if self._handle(message.id)]
        gone = [message for message in messages if message not in held]
        await self._note_all([Entry(one.id, Step.NOT_SENT, why="it is no longer held") for one in gone])
        return held

    async def _without_overtaking(self, messages: Sequence[Message]) -> list[Message]:
        stuck = [message for message in messages if message.group in self._stuck_groups]
        why = "one before it in its group was not sent"
        await self._note_all([Entry(one.id, Step.NOT_SENT, why=why) for one in stuck])
        return [message for message in messages if message not in stuck]

    async def _send(self, messages: Sequence[Message]) -> list[str]:
        """Send; return the ids of those that arrived whole, whose originals may be deleted now."""
        if not messages:
            return []
        order = self._journal.order
        await self._note_all([Entry(message.id, Step.SENDING) for message in messages])
        try:
            answer = await self._once("SendMessageBatch", send_parameters(order.id, order.to, messages))
            found = [self._sent(place, message, answer) for place, message in enumerate(messages)]
        except Exception as error:  # lost or refused, it has to be written down as what it is
            found = [Entry(message.id, self._heed(error), why=_why(error)) for message in messages]
        await self._note_all(found)
        if self._ordered:
            unsent = {entry.id for entry in found if entry.step is not Step.SENT}
            self._stuck_groups.update(message.group for message in messages if message.id in unsent)
        return [entry.id for entry in found if entry.step is Step.SENT]

    def _sent(self, place: int, message: Message, answer: Mapping[str, Any]) -> Entry:
        sent = sent_of(place, message, answer)
        if sent.new_id and sent.new_id in self._seen_ids:
            return Entry(message.id, Step.NOT_SENT, why="SQS took it for one it had already; the original is kept")
        self._seen_ids.add(sent.new_id or message.id)
        return Entry(message.id, sent.step, sent.new_id, sent.why)

    async def _delete(self, ids: Sequence[str]) -> None:
        """Delete originals and check each; one that is no longer held stays in the queue."""
        handles = {id_: handle for id_ in ids if (handle := self._handle(id_))}
        await self._note_all([self._kept(id_, "it was no longer held") for id_ in ids if id_ not in handles])
        if not handles:
            return
        entries = self._journal.entries
        await self._note_all([replace(entries[id_], step=Step.DELETING) for id_ in handles])
        try:
            answer = await self._once("DeleteMessageBatch", delete_parameters(self._journal.order.queue, handles))
            found = deleted_of(list(handles), answer)
        except Exception as error:  # lost or refused, it has to be written down as what it is
            step = Step.LOST if self._heed(error) is Step.LOST else Step.KEPT
            found = dict.fromkeys(handles, (step, _why(error)))
        if self._lease:
            self._lease.forget(id_ for id_, (step, _) in found.items() if step is Step.DONE)
        await self._note_all(
            [
                self._kept(id_, why) if step is Step.KEPT else replace(entries[id_], step=step, why=why)
                for id_, (step, why) in found.items()
            ]
        )

    async def _once(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call once; only where SQS says that it came too fast, and so did nothing, it is asked again."""
        for turn in range(THROTTLED_TRIES):
            try:
                return await self._write("sqs", operation, parameters)
            except Exception as error:
                if not _is_throttle(error) or turn == THROTTLED_TRIES - 1:
                    raise
                self._note = "SQS asks to go slower"
                await self._sleep(0.2 * 2**turn)
        raise AssertionError("the last turn returns or raises")

    def _heed(self, error: Exception) -> Step:
        """Stop, because the next batch would fare no better; return what is certain of this one."""
        lost = settle_error(error).outcome is Outcome.UNKNOWN
        self.pace.stop(_why(error))
        return Step.LOST if lost else Step.NOT_SENT

    def _kept(self, id_: str, why: str) -> Entry:
        """Return the entry of an original that is still in the queue."""
        before = self._journal.entries[id_]
        return Entry(id_, Step.KEPT if before.new_id else Step.NOT_SENT, before.new_id, why)

    def _handle(self, id_: str) -> str:
        held = self._lease.held(id_) if self._lease else None
        return held.handle if held else ""

    async def _note_all(self, entries: Sequence[Entry]) -> None:
        if entries:
            await asyncio.to_thread(self._journal.note, entries)

    def _say(self) -> None:
        counts = dict(self._journal.counts)
        total = sum(counts.values())
        through = total - counts[Standing.UNTOUCHED]
        a_second = through / max(time.monotonic() - self._started, 1e-6)
        left = (total - through) / a_second if through else None
        self._tell(Progress(total, counts, a_second, left, self.pace.paused, self.pace.stopped or self._note))


def _is_throttle(error: Exception) -> bool:
    code = getattr(getattr(error, "fault", None), "code", "")
    return settle_error(error).outcome is Outcome.FAILED and any(word in code for word in _THROTTLES)


def _why(error: Exception) -> str:
    settled = settle_error(error)
    return clean(settled.why or (settled.fault.sentence() if settled.fault else error), 300)
