"""Owns what is planned, done and signed in one opened account; must not know who asks.

It is made when it is first needed: most of a session only reads, and the first list does not wait for what is loaded
here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.actions.audit import AuditLog
from console.actions.plan import Plan, build_plan, gather_facts
from console.actions.policy import Policy
from console.actions.presign import Presigned, presign
from console.actions.report import Report
from console.actions.resting import rested
from console.actions.runner import Runner
from console.aws.gateway import Gateway
from console.resources.model import Values
from console.resources.registry import catalogue
from console.s3.address import Place
from console.scope.model import Identity, Scope
from console.store.query import Query
from console.store.reread import reread
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind


class Changes:
    """Plans, and what is done once one is confirmed. ``policy`` says what the configuration does, of a scope."""

    def __init__(
        self, gateway: Gateway, policy: Callable[[Scope], Policy], identity: Callable[[], Identity], log: Path
    ) -> None:
        self._gateway = gateway
        self._identity = identity
        self.audit = AuditLog(log, _now)
        self._runner = Runner(gateway, self.audit, policy, _now)

    def policy(self, scope: Scope) -> Policy:
        """Return what may be done in ``scope`` now."""
        return self._runner.policy(scope)

    async def plan(self, query: Query, action_id: str, rows: Sequence[Row]) -> Plan:
        """Return the plan of an action on ``rows``, its facts gathered now."""
        resource, reader = catalogue()[query.type], self._gateway.reader(query.scope)
        action = resource.action(action_id)
        plan = await build_plan(reader, resource, action, rows, identity=self._identity(), clock=_now)
        return await asyncio.to_thread(rested, plan, self.audit.path)

    async def carry_out(self, query: Query, plan: Plan, *, reason: str, confirmed: str) -> Report:
        """Do what the plan says, once, and return what became of each target."""
        reader = self._gateway.reader(query.scope)

        async def again(ids: Sequence[str]) -> Mapping[str, Values | Fault]:
            return await reread(plan.resource, reader, query.parent, ids)

        async def regather() -> Sequence[Any]:
            return await gather_facts(reader, plan.action, [target.id for target in plan.targets])

        return await self._runner.run(plan, reason=reason, confirmed=confirmed, reread=again, regather=regather)

    async def presign(
        self, scope: Scope, place: Place, *, put: bool, seconds: int, version: str = "", reason: str = ""
    ) -> Presigned:
        """Return a pre-signed URL, recorded in the audit log before it is made. Raises ``AwsError``."""
        policy = self.policy(scope)
        if put and policy.unlocked and policy.wants_reason and not reason.strip():
            raise AwsError(_NO_REASON)
        return await presign(
            self._gateway, scope, self._identity(), self.audit, place,
            put=put, seconds=seconds, version=version, reason=reason,
        )  # fmt: skip


_NO_REASON = Fault(FaultKind.REFUSED, "The URL was not made", "a reason is required here", "Give one, such as a ticket")


def _now() -> datetime:
    return datetime.now(UTC)
