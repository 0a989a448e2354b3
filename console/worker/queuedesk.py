"""Owns one open queue: its health, what is held of it, the job on it, and what is told meanwhile. Knows no screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path

from console.resources.model import Reader, Terms
from console.resources.parts import attempt
from console.sqs.findings import findings
from console.sqs.health import Health, read_health
from console.sqs.message import Message
from console.sqs.queues import attributes
from console.sqs.signature import parse_key
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.bounce import Sighting
from console.workbench.ending import end_of
from console.workbench.job import Progress
from console.workbench.journal import Account, Standing
from console.workbench.lease import Unreleased
from console.workbench.spool import Spool
from console.workbench.work import Work
from console.worker.gather import Gather
from console.worker.heldmessages import BATCH, HeldMessages
from console.worker.news import QueueState, Sample
from console.worker.queuecanary import QueueCanary
from console.worker.queuedrain import QueueDrain
from console.worker.queuejob import QueueJob
from console.worker.queuemoves import QueueMoves
from console.worker.queuepayloads import QueuePayloads
from console.worker.queueundo import QueueUndo
from console.worker.sampling import Sampling
from console.worker.threads import Threads

Between = Callable[[int | None], Awaitable[bool]]
"""Told about how many messages there are, it says whether to go on receiving."""
STRETCH = 80
"""Messages that are received before it is asked again whether to go on: what is under way is never thrown away."""
LOOK_SECONDS = 2.0
"""How often it is looked whether what is held has become less by itself."""
_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class QueueDesk:
    """One open queue. Every public coroutine may be asked for by name."""

    def __init__(
        self,
        reader: Reader,
        work: Work,
        moves: QueueMoves,
        folder: Path,
        tell: Callable[[Sample | Progress | Sighting], None],
    ) -> None:
        """``folder`` is where ``work`` keeps its spools and journals."""
        self._reader = reader
        self._work = work
        self._moves = moves
        self._job = QueueJob(work, folder, tell, self._settle)
        self._drain = QueueDrain(reader, work, self._job, self.take)
        self._undo = QueueUndo(work, self._job, folder)
        self._canary = QueueCanary(reader, work, self._job, lambda: self._fills, tell)
        self._threads = Threads()
        self._sampling = Sampling()
        self._grouping = asyncio.Lock()
        """Nothing is put on the table while it is grouped anew."""
        self._payloads = QueuePayloads(reader, self._spool, self._threads)
        self._messages = HeldMessages(self._spool, self._payloads.of, lambda: self._sampling, self._threads)
        self._samples = Gather(lambda: tell(self._sample()))
        self._health: Health | None = None
        self._fills: float | None = None
        """By how many messages a minute it became deeper while none was held."""
        self._known: int | None = None
        self._received = 0
        self._faults: list[Fault] = []
        self._unreleased: dict[str, Unreleased] = {}
        self._closed = False
        self._letting_go = False
        """Whether the spool is about to be closed, so that nobody may begin to read from it."""
        self._enough = False
        """Whether nobody wants more to be received."""
        self._taking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def parts(self) -> tuple[object, ...]:
        """Return who does what can be asked for."""
        return self, self._job, self._messages, self._payloads, self._moves, self._drain, self._undo, self._canary

    async def close(self) -> tuple[Unreleased, ...]:
        """Stop what is under way, give everything back, and return what could not be."""
        self._closed = True
        await self._canary.close()
        if self._taking:
            self._taking.cancel()
            await end_of([self._taking])
        await self._job.stop("the queue was closed")
        if self._watching:
            self._watching.cancel()
        await self._give_back()
        self._samples.stop()
        return self._hidden()

    async def stop_job(self, why: str) -> None:
        """Stop the job at a safe point, if one runs, and return once it has ended."""
        await self._job.stop(why)

    async def look(self) -> QueueState:
        """Read how the queue is."""
        self._health = health = await read_health(self._reader, self._work.queue, time.time, self._health)
        if not self._held():
            self._fills = health.rate()
        return QueueState(health, findings(health))

    async def terms(self, limit: int, hold: int) -> Terms:
        """Return what receiving costs others, and why it is refused by default. Raises ``AwsError``."""
        return await self._work.terms(limit, hold)

    async def take(self, limit: int, hold: int, between: Between | None = None) -> Sample:
        """Receive up to ``limit`` messages more and hold each for ``hold`` seconds, renewed. Raises ``AwsError``.

        Who stops waiting stops it, but what was asked of SQS by then still comes. ``between`` is asked before each
        stretch of receives whether it is to go on.
        """
        if self._taking and self._enough:
            await asyncio.wait([self._taking])
        if self._taking or self._closed:
            raise AwsError(Fault(FaultKind.REFUSED, "Nothing more was received", "it is being received from already"))
        self._enough = False
        self._taking = asyncio.create_task(self._receive(limit, hold, between))
        self._taking.add_done_callback(self._taken)
        try:
            await asyncio.shield(self._taking)
        except asyncio.CancelledError:
            self._enough = True
            raise
        return self._sample()

    async def regroup(self, by: str) -> Sample:
        """Group by ``by``, empty for the signature. Raises ``AwsError`` for what nothing can be grouped by."""
        try:
            key = parse_key(by) if by else None
        except ValueError as error:
            raise AwsError(Fault(FaultKind.INVALID, f"Grouping by {clean(by, 80)}", clean(error, 300))) from error
        async with self._grouping:
            ids = self._sampling.ids()
            sampling = Sampling(key)
            for first in range(0, len(ids), BATCH):
                messages = await self._threads.run(_read, self._spool(), ids[first : first + BATCH])
                await self._threads.run(sampling.add, messages)
            sampling.remove(id_ for id_ in ids if id_ not in self._sampling)  # gone while it was read
            self._sampling = sampling
        return self._sample()

    async def release(self, ids: Sequence[str] | None) -> Sample:
        """Give messages back, all of them for None. Raises ``AwsError`` while a job is under way."""
        if self._job.under_way:
            raise AwsError(Fault(FaultKind.REFUSED, "Nothing was given back", "a job is under way", "Stop it first"))
        if ids is None:
            self._enough = True
            if self._taking:
                await asyncio.wait([self._taking])
            await self._give_back()
        elif self._work.lease:
            await self._work.lease.release(ids)
            self._sampling.remove(ids)
        return self._sample()

    def _spool(self) -> Spool:
        if self._letting_go or self._work.lease is None:
            raise AwsError(
                Fault(FaultKind.NOT_FOUND, "No message is held", "all were given back", "Receive some first")
            )
        return self._work.lease.spool

    async def _receive(self, limit: int, hold: int, between: Between | None) -> None:
        """Receive until the limit is reached, nothing comes any more, or nobody wants more."""
        self._faults = []
        try:
            if self._work.lease and self._work.lease.over:
                await self._give_back()
            self._known = await self._count()
            while limit > 0 and not self._enough and (between is None or await between(self._known)):
                asked = min(limit, STRETCH)
                came = await self._receive_stretch(asked, hold)
                limit -= came
                if came < asked or self._faults:
                    break
        except OSError as error:
            why = f"what was received cannot be kept on this machine: {clean(error, 300)}"
            raise AwsError(Fault(FaultKind.SERVICE, "Receiving was stopped", why)) from error

    async def _receive_stretch(self, limit: int, hold: int) -> int:
        """Receive up to ``limit`` messages, and return how many are held that were not."""
        before, came = self._held(), 0
        async with aclosing(self._work.take(limit, hold)) as parts:  # type: ignore[type-var]
            async for part in parts:
                self._watching = self._watching or asyncio.create_task(self._watch())
                if isinstance(part, Fault):
                    self._faults.append(part)
                else:
                    came += len(part)
                    self._received += len(part)
                    await self._put(part)
                self._samples.soon()
        await self._put_again()
        return max(came, self._held() - before)

    async def _put(self, messages: Sequence[Message]) -> None:
        async with self._grouping:
            await self._threads.run(self._sampling.add, messages)
        for message in messages:
            self._unreleased.pop(message.id, None)
        self._canary.received(message.id for message in messages)

    async def _put_again(self) -> None:
        """Put messages back on the table that were given back and came once more."""
        lease = self._work.lease
        if lease:
            again = [id_ for id_ in lease.ids() if id_ not in self._sampling and id_ in lease.spool]
            if again:
                await self._put(await self._threads.run(_read, lease.spool, again))

    async def _count(self) -> int | None:
        """Return about how many messages there are, hidden and delayed ones too; None where SQS does not say."""
        found = await attempt(attributes(self._reader, self._work.queue))
        if isinstance(found, Fault) or not all(str(found.get(name, "")).isdecimal() for name in _COUNTED):
            return None
        return sum(int(found[name]) for name in _COUNTED)

    async def _give_back(self) -> None:
        """Give back what is held; what nothing was done with is not kept here either."""
        lease, self._letting_go = self._work.lease, True
        try:
            await self._threads.end()
            self._payloads.drop()
            await self._work.close()
        finally:
            self._letting_go = self._closed
        if lease is None:
            return
        self._remember(lease.unreleased.values(), lease.unanswered_until)
        self._sampling, self._received = Sampling(self._sampling.by), 0
        if not self._job.acted:
            with suppress(OSError):
                lease.spool.path.unlink(missing_ok=True)
        self._job.acted = False

    def _remember(self, unreleased: Iterable[Unreleased], unanswered_until: float) -> None:
        self._unreleased.update((one.id, one) for one in unreleased)
        if unanswered_until:
            why = "a receive was not answered; what it took is hidden until then at most"
            self._unreleased[""] = Unreleased("", unanswered_until, why)

    async def _settle(self, account: Account) -> None:
        """Take from the table what is gone."""
        self._sampling.remove(entry.id for entry in account.those(Standing.DONE))
        if not self._closed:
            self._known = await self._count()
            self._samples.now()

    async def _watch(self) -> None:
        """Tell when what is held becomes less by itself."""
        seen = self._holding()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            before, seen = seen, self._holding()
            if before != seen:
                self._samples.soon()

    def _holding(self) -> tuple[object, ...]:
        lease = self._work.lease
        return self._held(), lease.over if lease else "", len(self._hidden())

    def _held(self) -> int:
        return len(self._work.held())

    def _hidden(self) -> tuple[Unreleased, ...]:
        """Return what could not be given back and may be hidden still."""
        lease, now = self._work.lease, time.time()
        if lease:
            self._remember(lease.unreleased.values(), lease.unanswered_until)
        return tuple(one for one in self._unreleased.values() if one.returns_at > now)

    def _sample(self) -> Sample:
        lease = self._work.lease
        return Sample(
            queue=self._work.queue,
            groups=self._sampling.groups(),
            received=self._received,
            held=self._held(),
            known=self._known,
            taking=self._taking is not None,
            faults=tuple(self._faults),
            spoilt=len(lease.spoilt) if lease else 0,
            unreleased=self._hidden(),
            over=clean(lease.over) if lease else "",
            grouped_by=self._sampling.by.text if self._sampling.by else "",
        )

    def _taken(self, task: asyncio.Task[None]) -> None:
        self._taking = None
        if not task.cancelled():
            task.exception()  # nobody may be waiting for it any more
        if not self._closed:
            self._samples.now()


def _read(spool: Spool, ids: Sequence[str]) -> list[Message]:
    return [spool.get(id_) for id_ in ids]
