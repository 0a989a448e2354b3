"""Owns doing something to held messages, each once: intent written, sent, checked, written, deleted, checked, written.

Whatever is lost on the way, a message is never lost, never sent again by us, and its outcome is told as it is. Must
not know how messages were chosen or who watches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from console.actions.outcome import Outcome, settle_error
from console.sqs.message import Message
from console.text.clean import clean
from console.text.faults import Fault
from console.workbench.ending import end_of
from console.workbench.journal import Account, Entry, Journal, Kind, Standing, Step
from console.workbench.lease import Held, Lease
from console.workbench.pace import Pace
from console.workbench.sending import (
    MOST_BYTES,
    delete_parameters,
    deleted_of,
    group_of,
    send_parameters,
    sent_of,
)
from console.workbench.visibility import BATCH

Write = Callable[[str, str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""(service, operation, parameters) → the answer; sent once, under a warrant. Raises ``AwsError``."""

ABREAST = 4
"""Batches under way where their order does not matter."""
THROTTLED_TRIES = 6
"""How often what SQS refused for coming too fast is asked for again; such a refusal proves that nothing was done."""
_RESTORED = {Step.SENT: Step.DONE, Step.KEPT: Step.LOST}
"""What arrived needs nothing more where there is no original."""
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
        """Return a message as it was received. Raises ``KeyError``, ``ValueError`` and ``OSError``."""

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all messages, in the order they were first received in."""


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
    ) -> None:
        """``edited`` are other bodies, by message id."""
        self._journal = journal
        self._source = source
        self._write = write
        self._lease = lease
        self._tell = tell
        self._edited = dict(edited or {})
        self.pace = Pace(journal.order.rate)
        self._ordered = journal.order.to.endswith(".fifo")
        self._seen: set[tuple[str, str]] = {("", message_id) for message_id in journal.order.ids}
        """("", id) and (group, number), which no message sent now can have."""
        self._stuck_groups: set[str] = set()
        """Groups of a FIFO destination of which one message was not sent: what follows it must not overtake it."""
        self.fault: Fault | None = None
        """Why it stopped by itself: what came of the first call that was refused or lost."""
        self._failure: Exception | None = None
        self._unreadable = ""
        self.finished = asyncio.Event()
        """Set once nothing is under way any more; only then may its messages be given back."""
        self._started = 0.0
        self._note = ""

    async def run(self) -> Account:
        """Do it; return what became of every message. Raises ``OSError`` where the journal cannot be written.

        Cancelled or failing, it ends the calls it began, and writes down what they did, before it raises.
        """
        self._started = asyncio.get_running_loop().time()
        running: set[asyncio.Task[None]] = set()
        try:
            try:
                await self._begin(running)
            finally:
                await end_of(running)
            if self._failure:
                raise self._failure
        except BaseException:
            self._journal.close()
            raise
        finally:
            self.finished.set()
        account = await asyncio.to_thread(self._journal.end)
        self._say()
        return account

    async def _begin(self, running: set[asyncio.Task[None]]) -> None:
        """Begin batch after batch until all are, or it is stopped."""
        room = asyncio.Semaphore(1 if self._ordered else ABREAST)
        batches = self._batches()
        while batch := await asyncio.to_thread(next, batches, None):
            await room.acquire()
            if not await self.pace.turn(len(batch)):
                break
            task = asyncio.create_task(self._guarded(batch, room))
            running.add(task)
            task.add_done_callback(running.discard)
        if self._unreadable:
            self.pace.stop(self._unreadable)

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
        """Yield messages, as many as one call takes; to a FIFO queue one of each group. Reads from the disk.

        A message that is not as it was received ends it, and neither it nor what is read with it is touched.
        """
        most = max(1, min(BATCH, int(self.pace.rate))) if self.pace.rate else BATCH
        batch: list[Message] = []
        size = 0
        for message_id in self._ids():
            try:
                message = self._message(message_id)
            except (KeyError, ValueError, OSError) as error:
                self._unreadable = clean(f"the message {message_id} cannot be read back: {error}", 300)
                return
            same = self._ordered and any(group_of(other) == group_of(message) for other in batch)
            if batch and (len(batch) == most or size + message.size > MOST_BYTES or same):
                yield batch
                batch, size = [], 0
            batch.append(message)
            size += message.size
        if batch:
            yield batch

    def _ids(self) -> list[str]:
        """Return each id once; for a FIFO queue in the order the messages were received in, else in the order's."""
        ids = list(self._journal.entries)
        if not self._ordered:
            return ids
        places = {message_id: place for place, message_id in enumerate(self._source.ids())}
        return sorted(ids, key=lambda message_id: places.get(message_id, -1))

    def _message(self, message_id: str) -> Message:
        message = self._source.get(message_id)
        if not message.is_whole:
            raise ValueError("it is not what was received")
        return message.with_body(self._edited[message_id]) if message_id in self._edited else message

    async def _batch(self, messages: Sequence[Message]) -> None:
        kind = self._journal.order.kind
        if kind is not Kind.RESTORE:
            messages = await self._those_held(messages)
        if kind is Kind.DELETE:
            await self._delete([message.id for message in messages])
            return
        sent = await self._send(await self._without_overtaking(messages))
        if kind is not Kind.RESTORE:
            await self._delete(sent)

    async def _those_held(self, messages: Sequence[Message]) -> list[Message]:
        held = {message.id for message in messages if self._held(message.id)}
        gone = [message for message in messages if message.id not in held]
        if gone and self._lease and self._lease.over:
            self.pace.stop(self._lease.over)
        self._hold_back(gone)
        await self._note_all([Entry(one.id, Step.NOT_SENT, why="it is no longer held") for one in gone])
        return [message for message in messages if message.id in held]

    async def _without_overtaking(self, messages: Sequence[Message]) -> list[Message]:
        if not self._stuck_groups:
            return list(messages)
        stuck = {message.id for message in messages if group_of(message) in self._stuck_groups}
        why = "one before it in its group was not sent"
        await self._note_all([Entry(id_, Step.NOT_SENT, why=why) for id_ in stuck])
        return [message for message in messages if message.id not in stuck]

    def _hold_back(self, messages: Iterable[Message]) -> None:
        """Let nothing overtake these where order matters."""
        if self._ordered:
            self._stuck_groups.update(group_of(message) for message in messages)

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
            step = self._heed(error)
            found = [Entry(message.id, step, why=_why(error)) for message in messages]
        arrived = {entry.id for entry in found if entry.step in (Step.SENT, Step.DONE)}
        self._hold_back(message for message in messages if message.id not in arrived)
        await self._note_all(found)
        return [entry.id for entry in found if entry.step is Step.SENT]

    def _sent(self, place: int, message: Message, answer: Mapping[str, Any]) -> Entry:
        sent = sent_of(place, message, answer)
        names = {("", sent.new_id)} if sent.new_id else set()
        names |= {(group_of(message), sent.sequence)} if sent.sequence else set()
        if names & self._seen:
            return Entry(message.id, Step.NOT_SENT, why="SQS took it for one it had already; the original is kept")
        self._seen |= names
        step = _RESTORED.get(sent.step, sent.step) if self._journal.order.kind is Kind.RESTORE else sent.step
        return Entry(message.id, step, sent.new_id, sent.why)

    async def _delete(self, ids: Sequence[str]) -> None:
        """Delete originals and check each; one that is no longer held stays in the queue."""
        holds = {id_: held for id_ in ids if (held := self._held(id_))}
        await self._note_all([self._kept(id_, "it was no longer held") for id_ in ids if id_ not in holds])
        if not holds:
            return
        entries = self._journal.entries
        await self._note_all([replace(entries[id_], step=Step.DELETING) for id_ in holds])
        handles = {id_: held.handle for id_, held in holds.items()}
        try:
            answer = await self._once("DeleteMessageBatch", delete_parameters(self._journal.order.queue, handles))
            deleted = deleted_of(list(holds), answer)
            found = {id_: self._proven(id_, holds[id_], result) for id_, result in deleted.items()}
        except Exception as error:  # lost or refused, it has to be written down as what it is
            step = Step.LOST if self._heed(error) is Step.LOST else Step.KEPT
            found = dict.fromkeys(holds, (step, _why(error)))
        if self._lease:
            self._lease.forget(id_ for id_, (step, _) in found.items() if step is Step.DONE)
        await self._note_all(
            [
                self._kept(id_, why) if step is Step.KEPT else replace(entries[id_], step=step, why=why)
                for id_, (step, why) in found.items()
            ]
        )

    def _proven(self, id_: str, before: Held, result: tuple[Step, str]) -> tuple[Step, str]:
        """Return ``result``, unless the handle ran out meanwhile: SQS calls deleting by an old one a success too."""
        held = self._held(id_)
        if result[0] is Step.DONE and (held is None or held.handle != before.handle):
            return Step.LOST, "it was no longer held when SQS answered; it may still be in the queue"
        return result

    async def _once(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call once; only where SQS says that it came too fast, and so did nothing, it is asked again."""
        for turn in range(THROTTLED_TRIES):
            try:
                return await self._write("sqs", operation, parameters)
            except Exception as error:
                if not _is_throttle(error) or turn == THROTTLED_TRIES - 1 or self.pace.stopped:
                    raise
                self._note = "SQS asks to go slower"
                await self.pace.rest(0.2 * 2**turn)
        raise AssertionError("the last turn returns or raises")

    def _heed(self, error: Exception) -> Step:
        """Stop, because the next batch would fare no better; return what is certain of this one."""
        settled = settle_error(error)
        self.fault = self.fault or settled.fault
        self.pace.stop(_why(error))
        return Step.LOST if settled.outcome is Outcome.UNKNOWN else Step.NOT_SENT

    def _kept(self, id_: str, why: str) -> Entry:
        """Return the entry of an original that is still in the queue."""
        before = self._journal.entries[id_]
        return Entry(id_, Step.KEPT if before.new_id else Step.NOT_SENT, before.new_id, why)

    def _held(self, id_: str) -> Held | None:
        return self._lease.held(id_) if self._lease else None

    async def _note_all(self, entries: Sequence[Entry]) -> None:
        if entries:
            await asyncio.to_thread(self._journal.note, entries)

    def _say(self) -> None:
        counts = dict(self._journal.counts)
        total = sum(counts.values())
        through = total - counts[Standing.UNTOUCHED]
        a_second = through / max(
            asyncio.get_running_loop().time() - self._started, 1.0
        )  # of less than a second it says nothing
        left = (total - through) / a_second if through else None
        self._tell(Progress(total, counts, a_second, left, self.pace.paused, self.pace.stopped or self._note))


def _is_throttle(error: Exception) -> bool:
    code = getattr(getattr(error, "fault", None), "code", "")
    return settle_error(error).outcome is Outcome.FAILED and any(word in code for word in _THROTTLES)


def _why(error: Exception) -> str:
    settled = settle_error(error)
    return clean(settled.why or (settled.fault.sentence() if settled.fault else error), 300)
