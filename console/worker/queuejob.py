"""Owns the job on the queue that is open: one at a time, told of, ended before it is left. Knows no lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.intents import Intent, Wish
from console.workbench.job import Progress, Source
from console.workbench.journal import Account, Order, read_journal
from console.workbench.pace import Pace
from console.workbench.work import Ended, Work
from console.worker.gather import Gather

Fill = Callable[[Order, Pace], Awaitable[Order]]
"""Gives an order that was confirmed the messages that it is about, at a pace that can be paused and stopped."""

_BUSY = Ended(None, "another job is under way", "Wait for it, or stop it")
_UNBEGUN = Ended(None, "it was stopped before it began")


class QueueJob:
    """The job that runs, if one does. Every public coroutine but ``stop`` may be asked for by name."""

    def __init__(
        self,
        work: Work,
        folder: Path,
        tell: Callable[[Progress], None],
        settled: Callable[[Account], Awaitable[None]],
    ) -> None:
        """``settled`` is told what became of the messages, also of a job that broke off."""
        self._work = work
        self._folder = folder
        self._tell = tell
        self._settled = settled
        self._running: asyncio.Task[Ended] | None = None
        self._progress: Progress | None = None
        self._filling: Pace | None = None
        """What pauses and stops a job that finds its messages first, until it does something to them."""
        self._steps = Gather(self._tell_progress)
        self.on_begin: Callable[[], None] = lambda: None
        """Called before anything is done."""
        self.acted = False
        """Whether a job was begun, so that the messages' copies are to be kept."""

    @property
    def under_way(self) -> bool:
        """Whether a job runs."""
        return self._running is not None

    async def intend(self, wish: Wish) -> Intent:
        """Return what ``wish`` would do, to be confirmed. Raises ``AwsError`` with why it cannot be."""
        return await self._work.intend(wish)

    async def carry_out(
        self,
        intent: Intent,
        *,
        reason: str,
        confirmed: str,
        source: Source | None = None,
        fill: Fill | None = None,
    ) -> Ended:
        """Do what was confirmed, once, and return what became of each message; who stops waiting stops it.

        ``source`` is where the messages are, if not among those held; ``fill`` finds them first. Raises ``AwsError``
        where the journal cannot be written, and what ``fill`` raises.
        """
        if self._running:
            return _BUSY
        self._progress = None
        self.on_begin()
        self._running = running = asyncio.create_task(self._do(intent, reason, confirmed, source, fill))
        running.add_done_callback(self._ended)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if running.cancelled() and not _is_cancelled():
                return _UNBEGUN
            await self.stop("nobody waits for it any more")
            raise

    async def control(self, what: str) -> None:
        """``pause`` the job, let it ``go on``, or ``stop`` it; nothing where none runs. Raises ``AwsError``."""
        pace = self._work.job.pace if self._work.job else self._filling
        if what not in ("pause", "go on", "stop"):
            raise AwsError(Fault(FaultKind.INVALID, clean(f"A job cannot {what}", 80), "it can pause, go on and stop"))
        if pace is None:
            return
        if what == "stop":
            pace.stop("it was stopped")
        elif what == "pause":
            pace.pause()
        else:
            pace.go_on()
        if self._progress:  # what is under way may take a while to end
            self.stepped(replace(self._progress, paused=pace.paused, note=pace.stopped or self._progress.note))

    async def stop(self, why: str) -> None:
        """Let the step end that was begun, let nothing follow it, and return once all of it has ended."""
        running = self._running
        if running is None:
            return
        if self._work.job:
            self._work.job.pace.stop(why)
        elif self._filling:
            self._filling.stop(why)
        elif self._progress is None:  # nothing has begun
            running.cancel()
        await asyncio.wait([running])

    async def _do(self, intent: Intent, reason: str, confirmed: str, source: Source | None, fill: Fill | None) -> Ended:
        self.acted = self.acted or (source is None and fill is None)
        filled = (lambda order: self._filled(order, fill)) if fill else None
        try:
            ended = await self._work.carry_out(
                intent, reason=reason, confirmed=confirmed, tell=self.stepped, source=source, fill=filled
            )
        except OSError as error:
            raise await self._broken_off(intent, error) from error
        finally:
            self._filling = None
            self._steps.flush()
        if ended.account:
            await self._settled(ended.account)
        return ended

    async def _broken_off(self, intent: Intent, error: OSError) -> AwsError:
        """Return how a job is told that could not be written down; what it had done by then is settled."""
        with suppress(OSError, ValueError):
            path = self._folder / "jobs" / f"{intent.order.id}.jsonl"
            await self._settled(await asyncio.to_thread(read_journal, path))
        why = f"its journal cannot be written: {clean(error.strerror or error, 300)}"
        told = f"What was done: cloudtop sqs jobs {intent.order.id}"
        return AwsError(Fault(FaultKind.SERVICE, f"{intent.plan.action.title} was stopped", why, told))

    async def _filled(self, order: Order, fill: Fill) -> Order:
        self._filling = Pace(order.rate)
        order = await fill(order, self._filling)
        self.acted = True
        return order

    def stepped(self, progress: Progress) -> None:
        """Tell how far the job is, not more often than anyone can read."""
        self._progress = progress
        job, before = self._work.job, self._filling
        if job and before and before.stopped:  # that came after the last message was found, and before the job began
            job.pace.stop(before.stopped)
        self._steps.soon()

    def _tell_progress(self) -> None:
        if self._progress:
            self._tell(self._progress)

    def _ended(self, task: asyncio.Task[Ended]) -> None:
        self._running = None
        if not task.cancelled():
            task.exception()  # nobody may be waiting for it any more


def _is_cancelled() -> bool:
    """Return whether it is the running task that was cancelled, rather than what it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
