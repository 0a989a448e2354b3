"""Owns draining the queue that is open: planned, then received, written to a file and deleted. Knows no screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from console.resources.model import Reader
from console.sqs.queues import attributes
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.draining import HOLD, LIMIT, drain_of
from console.workbench.exporting import export
from console.workbench.intents import Intent, Wish
from console.workbench.job import Progress
from console.workbench.journal import Kind, Order, Standing
from console.workbench.pace import Pace
from console.workbench.work import Ended, Work
from console.worker.news import Sample
from console.worker.queuejob import QueueJob

_BACK = "What was received is held; esc gives it back"


class Take(Protocol):
    """Receives messages and holds them."""

    def __call__(self, limit: int, hold: int, between: Callable[[int | None], Awaitable[bool]]) -> Awaitable[Sample]:
        """Receive up to ``limit`` more; ``between`` is told how many there are, and asked whether to go on."""


class QueueDrain:
    """Drains one queue. Every public coroutine may be asked for by name."""

    def __init__(self, reader: Reader, work: Work, job: QueueJob, take: Take) -> None:
        self._reader = reader
        self._work = work
        self._job = job
        self._take = take
        self._planned: dict[str, Path] = {}

    async def intend_drain(self, file: str) -> Intent:
        """Return what draining into the new ``file`` would do, to be confirmed. Raises ``AwsError`` with why not."""
        path = _new_file(file)
        counts = await attributes(self._reader, self._work.queue)
        terms = await self._work.terms(LIMIT, HOLD)
        intent = self._work.intent(Wish(Kind.DELETE, ()))
        intent = drain_of(intent, path, counts, len(self._work.held()), terms)
        self._planned[intent.plan.id] = path
        return intent

    async def drain(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Receive, write, delete, once; return what became of each message. Raises ``AwsError``: nothing is deleted."""
        file = self._planned.get(intent.plan.id)
        if file is None:
            return Ended(None, "this plan was not made here", "Make a new plan")

        async def fill(order: Order, pace: Pace) -> Order:
            return await self._filled(order, file, pace)

        return await self._job.carry_out(intent, reason=reason, confirmed=confirmed, fill=fill)

    async def _filled(self, order: Order, file: Path, pace: Pace) -> Order:
        """Return ``order`` with all that could be received, written to ``file``. Raises ``AwsError``."""

        async def between(known: int | None) -> bool:
            self._tell(known, pace)
            going = await pace.turn(1)
            self._tell(known, pace)
            return going

        sample = await self._take(LIMIT - len(self._work.held()), HOLD, between)
        ids = self._work.held()
        if pace.stopped:
            raise _refused(f"{pace.stopped} while it was receiving", _BACK)
        if not ids or self._work.lease is None:
            raise AwsError(sample.faults[-1]) if sample.faults else _refused("no message came", "Try again later")
        spool = self._work.lease.spool
        try:
            await asyncio.to_thread(export, file, (spool.get(id_) for id_ in ids))
        except (OSError, ValueError) as error:
            raise _refused(f"{clean(file)} cannot be written: {clean(error, 200)}", _BACK) from error
        return replace(order, ids=ids, spool=str(spool.path))

    def _tell(self, known: int | None, pace: Pace) -> None:
        held = len(self._work.held())
        counts = {**dict.fromkeys(Standing, 0), Standing.UNTOUCHED: max(held, known or 0)}
        note = "receiving; nothing is deleted before all of it is in the file"
        self._job.stepped(Progress(counts[Standing.UNTOUCHED], counts, 0.0, None, pace.paused, pace.stopped or note))


def _new_file(text: str) -> Path:
    """Return the path of a file that can be made. Raises ``AwsError``."""
    path = Path(text).expanduser().absolute()
    why = ""
    if path.exists() or path.is_symlink():
        why = "it is there already"
    elif not path.parent.is_dir():
        why = "there is no such folder"
    elif not os.access(path.parent, os.W_OK):
        why = "its folder cannot be written to"
    if why or not text:
        raise AwsError(Fault(FaultKind.INVALID, f"{clean(path)} cannot be written", why, "Name a new file"))
    return path


def _refused(why: str, remedy: str) -> AwsError:
    return AwsError(Fault(FaultKind.REFUSED, "Nothing was deleted", why, remedy))
