"""Owns the queue that is open, from the screen's side; must not know AWS, nor how it is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.resources.model import Terms
    from console.scope.model import Scope
    from console.sqs.difference import Line
    from console.sqs.reading import Reading
    from console.workbench.bounce import Sighting
    from console.workbench.intents import Intent, Wish
    from console.workbench.job import Progress
    from console.workbench.lease import Unreleased
    from console.workbench.payloads import Weight
    from console.workbench.undoing import Undo
    from console.workbench.work import Ended
    from console.worker.news import MessageRow, QueueState, Sample
    from console.worker.worker import Worker


class HeldMessages:
    """The messages that are held of the queue that is open. Everything raises ``AwsError``."""

    def __init__(self, worker: Worker, session: int) -> None:
        self._worker = worker
        self._session = session

    async def rows(self, ids: Sequence[str]) -> tuple[MessageRow, ...]:
        """Return the rows of messages that are held, in the order asked for; what is gone is left out."""
        found: tuple[MessageRow, ...] = await self._ask("rows", tuple(ids))
        return found

    async def read(self, message_id: str) -> Reading:
        """Return a message laid out to be read."""
        found: Reading = await self._ask("read", message_id)
        return found

    async def weigh_payload(self, message_id: str) -> Weight:
        """Return what reading a message's payload from S3 takes; its size is asked for, nothing is read."""
        found: Weight = await self._ask("weigh_payload", message_id)
        return found

    async def fetch_payload(self, message_id: str) -> None:
        """Read a payload that was weighed from S3, once; ``read`` gives what it says from then on."""
        await self._ask("fetch_payload", message_id)

    async def body(self, message_id: str) -> str:
        """Return a message's body exactly as it is, which is not clean."""
        found: str = await self._ask("body", message_id)
        return found

    async def difference(self, one: str, other: str) -> tuple[Line, ...]:
        """Return what differs between two messages."""
        found: tuple[Line, ...] = await self._ask("difference", one, other)
        return found

    async def compare(self, message_id: str, body: str) -> tuple[Line, ...]:
        """Return what differs between a message and itself with another ``body``, that SQS must take."""
        found: tuple[Line, ...] = await self._ask("compare", message_id, body)
        return found

    async def search(self, text: str) -> tuple[str, ...]:
        """Return the ids of the messages that hold every word of ``text``."""
        found: tuple[str, ...] = await self._ask("search", text)
        return found

    async def export(self, ids: Sequence[str], path: str) -> int:
        """Write messages into a new file, one JSON object a line, and return how many."""
        found: int = await self._ask("export", tuple(ids), path)
        return found

    async def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        return await self._worker.ask(self._session, f"queue.{name}", *arguments, **options)


class QueueWork(HeldMessages):
    """The queue that is open in one session. Everything raises ``AwsError``; who stops waiting stops the work."""

    def __init__(self, worker: Worker, session: int) -> None:
        super().__init__(worker, session)
        self.listener: Callable[[Sample | Progress | Sighting], None] = lambda _news: None
        """Hears of what is held and how far the job is, at most ten times a second each, and of a canary."""

    async def open(self, scope: Scope, url: str) -> QueueState:
        """Open a queue and return how it is; what was open before is closed. Nothing is received."""
        found: QueueState = await self._ask("open", scope, url)
        return found

    async def close(self) -> tuple[Unreleased, ...]:
        """Stop the job, give everything back, and return what could not be."""
        found: tuple[Unreleased, ...] = await self._ask("close")
        return found

    async def look(self) -> QueueState:
        """Return how the queue is now."""
        found: QueueState = await self._ask("look")
        return found

    async def terms(self, limit: int, hold: int) -> Terms:
        """Return what receiving up to ``limit`` messages for ``hold`` seconds costs others."""
        found: Terms = await self._ask("terms", limit, hold)
        return found

    async def take(self, limit: int, hold: int) -> Sample:
        """Receive up to ``limit`` messages more and hold each for ``hold`` seconds, renewed until it is given back."""
        found: Sample = await self._ask("take", limit, hold)
        return found

    async def regroup(self, by: str) -> Sample:
        """Group by ``attribute:NAME``, ``system:NAME`` or a JMESPath; empty for what makes messages alike."""
        found: Sample = await self._ask("regroup", by)
        return found

    async def intend(self, wish: Wish) -> Intent:
        """Return what ``wish`` would do, to be confirmed."""
        found: Intent = await self._ask("intend", wish)
        return found

    async def carry_out(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Do what was confirmed, once, and return what became of each message."""
        found: Ended = await self._ask("carry_out", intent, reason=reason, confirmed=confirmed)
        return found

    async def undos(self) -> tuple[Undo, ...]:
        """Return the jobs that took messages from the queue, the newest first; also of sessions that have ended."""
        found: tuple[Undo, ...] = await self._ask("undos")
        return found

    async def intend_undo(self, job: str) -> Intent:
        """Return what sending again what a job took would do, to be confirmed."""
        found: Intent = await self._ask("intend_undo", job)
        return found

    async def undo(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Send again what was confirmed, once, and return what became of each message."""
        found: Ended = await self._ask("undo", intent, reason=reason, confirmed=confirmed)
        return found

    async def intend_canary(self, wish: Wish, count: int) -> Intent:
        """Return what ``wish`` would do to the first ``count`` messages and how they are watched, to be confirmed."""
        found: Intent = await self._ask("intend_canary", wish, count)
        return found

    async def carry_out_canary(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Send what was confirmed and return what became of it; the listener hears then whether it comes back."""
        found: Ended = await self._ask("carry_out_canary", intent, reason=reason, confirmed=confirmed)
        return found

    async def end_canary(self) -> None:
        """Watch no longer whether messages come back."""
        await self._ask("end_canary")

    async def intend_drain(self, file: str) -> Intent:
        """Return what receiving all, writing it into a new ``file`` and deleting it would do, to be confirmed."""
        found: Intent = await self._ask("intend_drain", file)
        return found

    async def drain(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        """Drain as was confirmed, once, and return what became of each message that was received."""
        found: Ended = await self._ask("drain", intent, reason=reason, confirmed=confirmed)
        return found

    async def control(self, what: str) -> None:
        """``pause`` the job, let it ``go on``, or ``stop`` it."""
        await self._ask("control", what)

    async def release(self, ids: Sequence[str] | None) -> Sample:
        """Give messages back, all of them for None."""
        found: Sample = await self._ask("release", None if ids is None else tuple(ids))
        return found

    async def plan_move(self, to: str, rate: int) -> Plan:
        """Return the plan of SQS's own move task; ``to`` empty for back to where each came from."""
        found: Plan = await self._ask("plan_move", to, rate)
        return found

    async def start_move(self, plan: Plan, *, reason: str, confirmed: str) -> str:
        """Start the task that was planned, once, and return what came of it in one sentence."""
        found: str = await self._ask("start_move", plan, reason=reason, confirmed=confirmed)
        return found

    async def cancel_move(self, *, reason: str) -> str:
        """Cancel the running task and return what came of it in one sentence."""
        found: str = await self._ask("cancel_move", reason=reason)
        return found
