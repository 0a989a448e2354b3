"""Owns what a screen may ask of the AWS side, lists apart: details, charts, plans, addresses. Must not know the screen.

Every method may be called from the screen's loop; the work happens on the worker's. What comes back is plain,
clean data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.actions.audit import AuditLog
from console.actions.plan import Plan, build_plan, gather_facts
from console.actions.policy import Policy
from console.actions.report import Report
from console.actions.runner import Runner
from console.cloudwatch.series import Points, Window, read_series
from console.config.paths import audit_file
from console.config.settings import Settings
from console.connect import policy_of, with_alias
from console.lists import Lists
from console.resources.model import Reader, ResourceType, SeriesQuery, Terms, Values
from console.resources.registry import catalogue
from console.s3.preview import Preview, preview
from console.scope.model import Identity, Scope
from console.store.detail import Detail, detail_of_row, find, read_detail
from console.store.poller import Problems
from console.store.query import Query
from console.store.reread import reread
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind
from console.worker import Worker

if TYPE_CHECKING:
    from console.actions.presign import Presigned
    from console.aws.cost import CallRecord, Usage
    from console.connect import Launch, Opened
    from console.s3.address import Place


@dataclass(frozen=True, slots=True)
class Status:
    """Who and where we are, what it has cost, and what is wrong, at one moment."""

    scope: Scope
    identity: Identity
    production: bool
    unlocked_for: float
    """Seconds that writes stay allowed; 0 while read-only."""
    usage: Usage
    problems: Mapping[Query, Problems]


class Session:
    """One opened account and region, as the screens see it."""

    def __init__(
        self, worker: Worker, opened: Opened, launch: Launch, settings: Settings, stack: AsyncExitStack
    ) -> None:
        self._worker = worker
        self._gateway = opened.gateway
        self._stack = stack
        self._settings = settings
        self._identity = replace(opened.identity, alias=None)  # not known yet, and until then maybe production
        self._naming: asyncio.Task[None] | None = None
        self.lists = Lists(worker, opened.gateway, settings.poll.scale)
        self._audit = AuditLog(audit_file(demo=launch.demo), _now)
        self._runner = Runner(opened.gateway, self._audit, self._policy, _now)
        self.scope = opened.scopes[0]

    @classmethod
    async def open(cls, worker: Worker, launch: Launch, settings: Settings) -> Session:
        """Connect as ``launch`` says. Raises ``AwsError`` and what ``connect.opened`` raises."""
        return await worker.run(cls._open(worker, launch, settings))

    @classmethod
    async def _open(cls, worker: Worker, launch: Launch, settings: Settings) -> Session:
        from console.connect import opened

        async with AsyncExitStack() as stack:
            connected = await stack.enter_async_context(opened(launch, settings))
            session = cls(worker, connected, launch, settings, stack)
            session._stack = stack.pop_all()  # only now: who stops waiting leaves no connection behind
        session._naming = asyncio.create_task(session._name_account())
        return session

    async def close(self) -> None:
        """Stop reading, give back what is held, and disconnect."""
        await self._worker.run(self.shut())

    def move(self, region: str) -> None:
        """Go to another region of the same account."""
        self.scope = replace(self.scope, region=region)

    async def shut(self) -> None:
        """Do what ``close`` does, on the worker's own loop."""
        if self._naming:
            self._naming.cancel()
        await self.lists.close()
        await self._stack.aclose()

    def status(self) -> Status:
        """Return how things stand; the problems are those of the last reading of each list."""
        return Status(
            self.scope,
            self._identity,
            self._policy(self.scope).production,
            self._gateway.guard.unlocked_for(),
            self._gateway.meter.usage(),
            self.lists.problems,
        )

    def query(self, type_name: str, parent: str = "") -> Query:
        """Return the key of a list in this scope."""
        return Query(self.scope, type_name, parent)

    async def describe(self, query: Query, row: Row) -> Detail:
        """Return a resource read now. Raises ``AwsError``."""
        resource = catalogue()[query.type]
        if not (resource.describe or resource.detail):
            return detail_of_row(resource, row)
        return await self._worker.run(read_detail(resource, self._reader(query), row.id, query.parent))

    async def find(self, resource: ResourceType, text: str, parent: str = "") -> tuple[str, str]:
        """Return the (id, parent) that ``text`` names. Raises ``AwsError``."""
        return await self._worker.run(find(resource, self._gateway.reader(self.scope), text, parent))

    async def terms(self, query: Query) -> Terms | None:
        """Return what listing costs others, None where it costs nothing. Raises ``AwsError``."""
        terms = catalogue()[query.type].terms
        return await self._worker.run(_awaited(terms(self._reader(query), query.parent))) if terms else None

    async def chart(self, queries: Sequence[SeriesQuery], window: Window) -> list[Points | Fault]:
        """Return each metric's points in ``window``, or why there are none."""
        return await self._worker.run(_chart(self._gateway.reader(self.scope), queries, window))

    async def preview(self, query: Query, id_: str) -> Preview:
        """Return the beginning of an object. Raises ``AwsError``."""
        return await self._worker.run(preview(self._reader(query), id_, query.parent))

    async def presign(self, place: Place, *, put: bool, seconds: int, version: str = "", reason: str = "") -> Presigned:
        """Return a pre-signed URL, recorded in the audit log before it is made. Raises ``AwsError``."""
        from console.actions.presign import presign

        policy = self.policy()
        if put and policy.unlocked and policy.wants_reason and not reason.strip():
            raise AwsError(_NO_REASON)
        signing = presign(
            self._gateway, self.scope, self._identity, self._audit, place,
            put=put, seconds=seconds, version=version, reason=reason,
        )  # fmt: skip
        return await self._worker.run(signing)

    async def plan(self, query: Query, action_id: str, rows: Sequence[Row]) -> Plan:
        """Return the plan of an action on ``rows``, its facts gathered now."""
        resource = catalogue()[query.type]
        building = build_plan(
            self._reader(query), resource, resource.action(action_id), rows, identity=self._identity, clock=_now
        )
        return await self._worker.run(building)

    async def carry_out(self, query: Query, plan: Plan, *, reason: str, confirmed: str) -> Report:
        """Do what the plan says, once, and return what became of each target."""
        reader = self._reader(query)

        async def again(ids: Sequence[str]) -> Mapping[str, Values | Fault]:
            return await reread(plan.resource, reader, query.parent, ids)

        async def regather() -> Sequence[Any]:
            return await gather_facts(reader, plan.action, [target.id for target in plan.targets])

        running = self._runner.run(plan, reason=reason, confirmed=confirmed, reread=again, regather=regather)
        return await self._worker.run(running)

    def policy(self) -> Policy:
        """Return what is allowed here now."""
        return self._runner.policy(self.scope)

    @property
    def operator(self) -> str:
        """Who the audit log says is at the keyboard."""
        return self._audit.operator.sentence()

    def unlock(self) -> None:
        """Allow writes for as long as the configuration says. Raises ``Refused`` where it forbids them."""
        self._gateway.guard.unlock(self._settings.writes.unlock)

    def lock(self) -> None:
        """Refuse writes from now on."""
        self._gateway.guard.lock()

    def calls(self) -> tuple[CallRecord, ...]:
        """Return the calls made last, oldest first."""
        return tuple(self._gateway.meter.records)

    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the (profiles, regions) there are."""
        return self._gateway.profiles(), self._gateway.regions()

    async def _name_account(self) -> None:
        """Read the account's alias beside the first list, which need not wait for it."""
        self._identity = await with_alias(self._gateway, self.scope, self._identity)

    def _reader(self, query: Query) -> Any:
        return self._gateway.reader(query.scope)

    def _policy(self, scope: Scope) -> Policy:
        return policy_of(self._settings, scope, self._identity.alias)


_NO_REASON = Fault(FaultKind.REFUSED, "The URL was not made", "a reason is required here", "Give one, such as a ticket")


def _now() -> datetime:
    return datetime.now(UTC)


async def _awaited(reading: Awaitable[Any]) -> Any:
    return await reading


async def _chart(reader: Reader, queries: Sequence[SeriesQuery], window: Window) -> list[Points | Fault]:
    found: list[Points | Fault] = [() for _ in queries]
    async for index, points in read_series(reader, queries, window):
        found[index] = points
    return found
