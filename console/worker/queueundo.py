"""Owns undoing jobs of the queue that is open: which can be, planned, carried out once. Must not know the lease."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.intents import Intent, Wish
from console.workbench.jobs import jobs_in
from console.workbench.journal import Kind
from console.workbench.spool import KeptSpool
from console.workbench.undoing import Undo, undo_of, undos
from console.workbench.work import Ended, Work
from console.worker.queuejob import QueueJob

_OTHERS = Ended(None, "another job has begun to send them again meanwhile", "Look at what can be undone now")


class QueueUndo:
    """What can be undone of one queue's jobs. Every public coroutine may be asked for by name."""

    def __init__(self, work: Work, job: QueueJob, folder: Path) -> None:
        """``folder`` is where ``work`` keeps its spools and journals."""
        self._work = work
        self._job = job
        self._folder = folder
        self._planned: dict[str, tuple[Undo, KeptSpool]] = {}

    async def undos(self) -> tuple[Undo, ...]:
        """Return the jobs that took messages from the queue, the newest first; also of sessions that have ended."""
        scope = self._work.scope
        jobs = await asyncio.to_thread(jobs_in, self._folder)
        return undos(jobs, self._work.queue, scope.account, scope.region)

    async def intend_undo(self, job: str) -> Intent:
        """Return what sending again what a job took would do, to be confirmed. Raises ``AwsError`` with why not."""
        found, spool = await self._found(job)
        if found.why_not:
            raise AwsError(Fault(FaultKind.REFUSED, f"Job {found.job} cannot be undone", found.why_not))
        wish = Wish(Kind.RESTORE, found.ids, self._work.queue)
        intent = await self._work.intend(wish, spool, str(spool.path))
        intent = replace(intent, plan=replace(intent.plan, facts=(*intent.plan.facts, *found.facts())))
        self._planned[intent.plan.id] = found, spool
        return intent

    async def undo(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Send again what was confirmed, once, and return what became of each message. Raises ``AwsError``."""
        planned = self._planned.get(intent.plan.id)
        if planned is None:
            return Ended(None, "this plan was not made here", "Make a new plan")
        now, _ = await self._found(planned[0].job)
        if not set(intent.order.ids) <= set(now.ids):
            return _OTHERS
        return await self._job.carry_out(intent, reason=reason, confirmed=confirmed, source=planned[1])

    async def _found(self, job: str) -> tuple[Undo, KeptSpool]:
        jobs = await asyncio.to_thread(jobs_in, self._folder)
        try:
            return await asyncio.to_thread(undo_of, jobs, job)
        except (LookupError, OSError, ValueError, TypeError) as error:
            why = f"its messages cannot be read: {clean(error, 300)}"
            raise AwsError(Fault(FaultKind.NOT_FOUND, f"Job {clean(job, 80)} cannot be undone", why)) from error
