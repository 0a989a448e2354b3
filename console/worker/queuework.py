"""Owns which queue is open, one at a time, and that opening another closes it. Must not know what is done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.scope.model import Identity, Scope
from console.text.faults import AwsError, Fault, FaultKind
from console.worker.news import QueueState, Sample

if TYPE_CHECKING:
    from console.aws.gateway import Gateway
    from console.workbench.bounce import Sighting
    from console.workbench.job import Progress
    from console.workbench.lease import Unreleased
    from console.worker.changes import Changes
    from console.worker.queuedesk import QueueDesk

Heard = Callable[["Sample | Progress | Sighting"], None]


class QueueWork:
    """The queue that is open, if one is."""

    def __init__(
        self,
        gateway: Gateway,
        changes: Callable[[], Changes],
        folder: Path,
        identity: Callable[[], Identity],
    ) -> None:
        """``changes`` gives the audit log and what may be done; ``folder`` is where spools and journals are kept."""
        self._gateway = gateway
        self._changes = changes
        self._folder = folder
        self._identity = identity
        self._desk: QueueDesk | None = None
        self._changing = asyncio.Lock()
        self.listener: Heard = lambda _news: None

    def method(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return the coroutine function that is asked for by ``name``. Raises ``AwsError`` where no queue is open."""
        if name in ("open", "close"):
            owner: object = self
        elif self._desk is None:
            raise AwsError(Fault(FaultKind.REFUSED, "No queue is open", "it was closed", "Open it again"))
        else:
            owner = next(part for part in self._desk.parts() if hasattr(part, name))
        method: Callable[..., Coroutine[Any, Any, Any]] = getattr(owner, name)
        return method

    async def open(self, scope: Scope, url: str) -> QueueState:
        """Open a queue and return how it is; what was open before is closed. Nothing is received."""
        async with self._changing:
            await self._close()
            self._desk = desk = self._laid(scope, url)
            await self._take_away()
        return await desk.look()

    async def close(self) -> tuple[Unreleased, ...]:
        """Stop the job, give everything back, and return what could not be."""
        async with self._changing:
            return await self._close()

    async def _take_away(self) -> None:
        """Take away the copies that a killed look has left behind."""
        from console.workbench.leftovers import take_away

        with suppress(OSError):
            await asyncio.to_thread(take_away, self._folder)

    def rests(self) -> bool:
        """Return whether no queue is open, so that nothing is held."""
        return self._desk is None and not self._changing.locked()

    async def stop_job(self, why: str) -> None:
        """Stop the job of the queue that is open at a safe point, if one runs, and return once it has ended."""
        if self._desk:
            await self._desk.stop_job(why)

    async def _close(self) -> tuple[Unreleased, ...]:
        desk, self._desk = self._desk, None
        return await desk.close() if desk else ()

    def _laid(self, scope: Scope, url: str) -> QueueDesk:
        from console.actions.runner import Runner
        from console.workbench.redrive import judge_move
        from console.workbench.work import Work
        from console.worker.queuedesk import QueueDesk
        from console.worker.queuemoves import QueueMoves

        gateway, folder = self._gateway, self._folder
        audit, policy = self._changes().audit, self._changes().policy
        reader = gateway.reader(scope)
        work = Work(gateway, scope, self._identity(), url, audit=audit, policy=policy, folder=folder, clock=_now)
        moves = QueueMoves(reader, url, Runner(gateway, audit, policy, _now, judge_move), self._identity, _now)
        return QueueDesk(reader, work, moves, folder, self.listener)


def _now() -> datetime:
    return datetime.now(UTC)
