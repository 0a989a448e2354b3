"""Owns one opened account as the worker holds it: what a screen may ask for, done. Must not know who asks.

What changes something is loaded when it is first asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.actions.operator import this_operator
from console.aws.cost import CallRecord, Meter
from console.config.paths import audit_file, queues_folder
from console.config.settings import Settings
from console.connect import Opened, opened, policy_of, with_alias
from console.launch import FIRST_LIST, Launch
from console.resources.model import Reader, SeriesQuery, Terms
from console.resources.registry import catalogue
from console.scope.model import Scope
from console.scope.urgency import Urgency, asked_as
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind
from console.worker.lists import Lists
from console.worker.news import Door, Standing
from console.worker.queuework import QueueWork

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.actions.policy import Policy
    from console.actions.presign import Presigned
    from console.actions.report import Report
    from console.cloudwatch.series import Points, Window
    from console.s3.address import Place
    from console.s3.preview import Preview
    from console.store.detail import Detail
    from console.worker.changes import Changes


class TellingMeter(Meter):
    """Counts, and tells that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Callable[[], None] = lambda: None

    def record(self, record: CallRecord) -> None:
        """Keep what became of a call, and tell."""
        super().record(record)
        self.told()


_AGAIN = "Leave cloudtop and open it as who you want to be"


class WorkerSession:
    """One opened account and region. Every public coroutine may be asked for by name."""

    def __init__(self, connected: Opened, launch: Launch, settings: Settings, meter: TellingMeter) -> None:
        self._gateway = connected.gateway
        self._settings = settings
        self._meter = meter
        self._identity = replace(connected.identity, alias=None)  # not known yet, and until then maybe production
        self._scope = connected.scopes[0]
        self._changes: Changes | None = None
        self._log = audit_file(demo=launch.demo)
        self._first = "" if launch.view else FIRST_LIST
        self._keeps = launch.demo
        """Whether ending would end more than this session: the made-up account begins anew each time."""
        self._stack = AsyncExitStack()
        self._naming: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None
        self.lists = Lists(connected.gateway, settings.poll.scale)
        self.queue = QueueWork(connected.gateway, self.changes, queues_folder(demo=launch.demo), lambda: self._identity)

    @classmethod
    async def open(cls, launch: Launch, settings: Settings, before: Standing | None = None) -> WorkerSession:
        """Connect as ``launch`` says. Raises ``AwsError`` and what ``connect.opened`` raises.

        ``before`` is how this session stood in a worker that has ended: it goes on with the same caller, or not at all.
        """
        meter = TellingMeter()
        async with AsyncExitStack() as stack:
            connected = await stack.enter_async_context(opened(launch, settings, meter))
            session = cls(connected, launch, settings, meter)
            if before:
                session._go_on(before)
            session._stack = stack.pop_all()  # only now: who stops waiting leaves no connection behind
        return session

    def _go_on(self, before: Standing) -> None:
        """Take over from a session that ended. Raises ``AwsError`` where somebody else is signed in now."""
        now = self._identity
        if (now.account, now.principal) != (before.identity.account, before.identity.principal):
            why = f"the credentials are now those of {now.arn}"
            raise AwsError(Fault(FaultKind.REFUSED, "The account was not opened again", why, _AGAIN))
        self._identity = replace(now, alias=before.identity.alias)
        self._first = ""  # what is looked at is asked for, with what is known of it
        self._meter.go_on(before.usage)

    def changes(self) -> Changes:
        """Return what plans and carries out."""
        if self._changes is None:
            from console.worker.changes import Changes

            self._changes = Changes(self._gateway, self._policy, lambda: self._identity, self._log)
        return self._changes

    async def begin(
        self, changed: Callable[[], None], counted: Callable[[], None], listener: Callable[[Any], None]
    ) -> None:
        """Tell ``changed`` whenever ``standing`` differs, ``counted`` where only its ``usage`` does, and set to work.

        ``listener`` is told news of lists and of the open queue. The list that will be asked for first is begun.
        """
        self._changed = self._gateway.guard.told = changed
        self._meter.told = counted
        self.lists.listener = self.queue.listener = listener
        if self._first:
            await self.lists.read_ahead(Query(self._scope, self._first))
        if self._identity.alias is None:
            self._naming = asyncio.create_task(self._name_account())

    def rests(self) -> bool:
        """Return whether nothing is held, allowed, under way or due, so that nothing is lost by ending here."""
        guard = self._gateway.guard
        calls = self._gateway.under_way or self._gateway.slowed()
        idle = not (self._keeps or calls or guard.held or guard.unlocked_for())
        return idle and self.queue.rests() and self.lists.rests()

    @property
    def door(self) -> Door:
        """What is known from the beginning."""
        return Door(self._scope, this_operator().sentence(), self._gateway.profiles(), self._gateway.regions())

    def standing(self) -> Standing:
        """Return how things stand now."""
        guard, slowed = self._gateway.guard, self._gateway.slowed()
        return Standing(self._identity, guard.unlocked_for(), guard.forbidden, self._meter.usage(), guard.held, slowed)

    async def close(self) -> None:
        """Stop reading, give back what is held, and disconnect."""
        if self._naming:
            self._naming.cancel()
        try:
            await self.queue.close()
            await self.lists.close()
        finally:
            await self._stack.aclose()

    async def describe(self, query: Query, row_id: str) -> Detail:
        """Return a resource read now. Raises ``AwsError``."""
        from console.store.detail import read_detail

        return await read_detail(catalogue()[query.type], self._reader(query), row_id, query.parent)

    async def find(self, query: Query, text: str) -> tuple[str, str]:
        """Return the (id, parent) that ``text`` names in the list of ``query``. Raises ``AwsError``."""
        from console.store.detail import find

        return await find(catalogue()[query.type], self._reader(query), text, query.parent)

    async def terms(self, query: Query) -> Terms | None:
        """Return what listing costs others, None where it costs nothing. Raises ``AwsError``."""
        terms = catalogue()[query.type].terms
        return await terms(self._reader(query), query.parent) if terms else None

    async def chart(self, scope: Scope, queries: Sequence[SeriesQuery], window: Window) -> list[Points | Fault]:
        """Return each metric's points in ``window``, or why there are none."""
        from console.cloudwatch.series import read_series

        found: list[Points | Fault] = [() for _ in queries]
        with asked_as(Urgency.SELECTED):
            async for index, points in read_series(self._gateway.reader(scope), queries, window):
                found[index] = points
        return found

    async def preview(self, query: Query, id_: str) -> Preview:
        """Return the beginning of an object. Raises ``AwsError``."""
        from console.s3.preview import preview

        return await preview(self._reader(query), id_, query.parent)

    async def presign(
        self, scope: Scope, place: Place, *, put: bool, seconds: int, version: str = "", reason: str = ""
    ) -> Presigned:
        """Return a pre-signed URL, recorded in the audit log before it is made. Raises ``AwsError``."""
        return await self.changes().presign(scope, place, put=put, seconds=seconds, version=version, reason=reason)

    async def plan(self, query: Query, action_id: str, rows: Sequence[Row]) -> Plan:
        """Return the plan of an action on ``rows``, its facts gathered now."""
        return await self.changes().plan(query, action_id, rows)

    async def carry_out(self, query: Query, plan: Plan, *, reason: str, confirmed: str) -> Report:
        """Do what the plan says, once, and return what became of each target."""
        return await self.changes().carry_out(query, plan, reason=reason, confirmed=confirmed)

    async def unlock(self) -> Standing:
        """Allow writes for as long as the configuration says. Raises ``Refused`` where it forbids them."""
        self._gateway.guard.unlock(self._settings.writes.unlock)
        return self.standing()

    async def lock(self) -> Standing:
        """Refuse writes from now on; a job that runs stops at a safe point first, so that nothing is half done."""
        self._gateway.guard.lock()
        await self.queue.stop_job("writes were locked")
        return self.standing()

    async def calls(self) -> tuple[CallRecord, ...]:
        """Return the calls made last, oldest first."""
        return tuple(self._meter.records)

    async def _name_account(self) -> None:
        """Read the account's alias beside the first list, which need not wait for it."""
        self._identity = await with_alias(self._gateway, self._scope, self._identity)
        self._changed()

    def _reader(self, query: Query) -> Reader:
        return self._gateway.reader(query.scope)

    def _policy(self, scope: Scope) -> Policy:
        return policy_of(self._settings, scope, self._identity.alias)
