"""Owns the order of a write: policy, confirmation, drift, audit, one call, audit, read again.

The only way to a write. Nothing is ever sent twice: not after a fault, not after a lost answer, not when the
same plan comes again. Must not know resource types or the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from console.actions.audit import AuditLog, AuditUnwritable
from console.actions.outcome import LOST, Judge, Outcome, Settled, judge_answer, settle_answer, settle_error
from console.actions.plan import Clock, Plan, PlannedCall, drift, worsened
from console.actions.policy import Policy, judge
from console.actions.report import Report, Result
from console.resources.model import Fact, Parameters, Risk, Values
from console.scope.model import Identity, Scope
from console.text.clean import clean
from console.text.faults import CREDENTIAL_KINDS, Fault, FaultKind
from console.text.format import duration

PLAN_SECONDS = 300
"""A plan older than this is void."""

Reread = Callable[[Sequence[str]], Awaitable[Mapping[str, "Values | Fault"]]]
"""(ids) → each one's values now, or why it cannot be read; an id that is missing is gone."""

Regather = Callable[[], Awaitable[Sequence[Fact]]]
"""Gathers the plan's facts once more."""


class Gate(Protocol):
    """What the runner asks of the guard."""

    @property
    def forbidden(self) -> bool:
        """Whether the configuration never allows writes."""

    def unlocked_for(self) -> float:
        """Return the seconds that writes stay allowed."""

    def warrant(self, service: str, operation: str) -> AbstractContextManager[None]:
        """Let one call through inside the block."""

    def hold(self) -> AbstractContextManager[bool]:
        """Let warranted writes go on inside the block when the unlock runs out meanwhile; False where it has."""


class Writer(Protocol):
    """What the runner asks of the gateway."""

    @property
    def guard(self) -> Gate:
        """The gate that every call passes."""

    async def write(self, scope: Scope, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Send one call once. Raises ``AwsError``."""

    async def identity(self, region: str) -> Identity:
        """Return who is calling now. Raises ``AwsError``."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    why: str
    remedy: str = ""


class Runner:
    """Carries out confirmed plans, each at most once."""

    def __init__(
        self,
        gateway: Writer,
        audit: AuditLog,
        policy: Callable[[Scope], Policy],
        clock: Clock,
        judge_answer: Judge = judge_answer,
    ) -> None:
        self._gateway = gateway
        self._audit = audit
        self._policy = policy
        self._clock = clock
        self._judge_answer = judge_answer
        self._used: set[str] = set()

    def policy(self, scope: Scope) -> Policy:
        """Return the policy for ``scope`` as it is now; whether writes are unlocked is the guard's word alone."""
        guard, policy = self._gateway.guard, self._policy(scope)
        return replace(
            policy,
            allow_writes=policy.allow_writes and not guard.forbidden,
            unlocked=guard.unlocked_for() > 0,
        )

    async def run(
        self, plan: Plan, *, reason: str, confirmed: str, reread: Reread, regather: Regather | None = None
    ) -> Report:
        """Carry out ``plan`` and return what became of each target. Never raises but for cancellation.

        ``confirmed`` is what the operator typed, or the button's ``yes``: see ``plan.confirmation``.
        """
        refusal = self._refusal(plan, reason, confirmed)
        if refusal is None:
            self._used.add(plan.id)
            refusal = await self._void(plan, reread, regather)
        if refusal is not None:
            return await self._refused(plan, reason, refusal)
        run = _Run(self, self._gateway, self._audit, plan, reason, reread)
        return await run.report(self._judge_answer)

    def _refusal(self, plan: Plan, reason: str, confirmed: str) -> _Refusal | None:
        verdict = judge(self.policy(plan.scope), plan.action)
        if not verdict.allowed:
            return _Refusal(verdict.why, verdict.remedy)
        if not plan.calls:
            return _Refusal(plan.refused[0][1] if plan.refused else "there is nothing to do it to")
        if plan.id in self._used:
            return _Refusal("this plan was already used", "Make a new plan")
        if verdict.needs_reason and not clean(reason).strip():
            return _Refusal("a reason is required here", "Give one, for example a ticket")
        if not plan.confirmation.accepts(confirmed):
            return _Refusal("it was not confirmed", f"{plan.confirmation.prompt}: {plan.confirmation.expected}")
        return None

    async def _void(self, plan: Plan, reread: Reread, regather: Regather | None) -> _Refusal | None:
        """Return why the plan no longer holds, from its age, who calls now, its facts and its targets."""
        again = "Make a new plan"
        age = (self._clock() - plan.built_at).total_seconds()
        if not 0 <= age <= PLAN_SECONDS:
            return _Refusal(f"the plan is {duration(age)} old" if age > 0 else "the clock went backwards", again)
        if plan.action.risk is Risk.READ:
            return None
        try:
            await finished(self._audit.check)
            now = await self._gateway.identity(plan.scope.region)
            if (now.account, now.arn) != (plan.identity.account, plan.identity.arn):
                return _Refusal(f"the credentials now belong to {now.arn}", again)
            worse = worsened(plan, await regather()) if regather else ""
        except AuditUnwritable as error:
            return _Refusal(str(error))
        except Exception as error:  # whatever stands in the way of checking, the plan is unchecked
            return _Refusal(f"the plan could not be checked again: {_fault(error).sentence()}", again)
        moved = worse or drift(plan, await read_again(reread, [target.id for target in plan.targets]))
        return _Refusal(f"the plan no longer holds: {moved}", again) if moved else None

    async def _refused(self, plan: Plan, reason: str, refusal: _Refusal) -> Report:
        """Report that nothing was sent, and record that it was asked for."""
        results = tuple(Result(target, Outcome.REFUSED, refusal.why) for target in plan.targets)
        problem = ""
        try:
            for call in plan.calls:
                await finished(self._audit.refusal, plan, call, reason, refusal.why)
        except AuditUnwritable as error:
            problem = str(error)
        return Report(plan, results, clean(refusal.why), refusal.remedy, problem)


@dataclass(slots=True)
class _Run:
    """One plan on its way: its calls in order, each sent at most once."""

    runner: Runner
    gateway: Writer
    audit: AuditLog
    plan: Plan
    reason: str
    reread: Reread
    settled: dict[str, Settled] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    audit_problem: str = ""

    async def report(self, judge_answer: Judge) -> Report:
        """Make the calls, then read every target of a sent call again."""
        halted = ""
        for number, call in enumerate(self.plan.calls):
            why = halted or (await self._moved(call) if number else "")
            settled = await self._not_sent(call, why) if why else await self._make(call, judge_answer)
            self.settled.update(dict.fromkeys(call.ids, settled))
            halted = halted or _halts(settled, self.audit_problem)
        observed = await read_again(self.reread, self.sent) if self.sent else {}
        results = tuple(self._result(target.id, observed) for target in self.plan.targets)
        return Report(self.plan, results, audit_problem=self.audit_problem)

    async def _moved(self, call: PlannedCall) -> str:
        """Return why a later call's targets no longer are as planned, or writes no longer allowed."""
        verdict = judge(self.runner.policy(self.plan.scope), self.plan.action)
        if not verdict.allowed:
            return verdict.why
        return drift(self.plan, await read_again(self.reread, call.ids), call.ids)

    async def _not_sent(self, call: PlannedCall, why: str) -> Settled:
        why = clean(f"not sent: {why}")
        try:
            await finished(self.audit.refusal, self.plan, call, self.reason, why)
        except AuditUnwritable as error:
            self.audit_problem = self.audit_problem or str(error)
        return Settled(Outcome.REFUSED, why=why)

    async def _make(self, call: PlannedCall, judge_answer: Judge) -> Settled:
        try:
            entry = await self._intent(call)
        except AuditUnwritable as error:
            return Settled(Outcome.REFUSED, why=f"not sent: {error}")
        settled = await self._send(call, entry, judge_answer)
        if settled.outcome is not Outcome.REFUSED:
            self.sent += call.ids
        try:
            await finished(self.audit.outcome, entry, settled)
        except AuditUnwritable as error:
            self.audit_problem = str(error)
        return settled

    async def _intent(self, call: PlannedCall) -> str:
        """Record the intent. Cancelled meanwhile, it is recorded as refused: nothing was sent."""
        recording = asyncio.ensure_future(asyncio.to_thread(self.audit.intent, self.plan, call, self.reason))
        try:
            return await asyncio.shield(recording)
        except asyncio.CancelledError:
            await asyncio.wait({recording})
            if recording.exception() is None:
                self._record_now(recording.result(), Settled(Outcome.REFUSED, why="not sent: cloudtop was stopped"))
            raise

    async def _send(self, call: PlannedCall, entry: str, judge_answer: Judge) -> Settled:
        """Send the call: the one place where a write leaves. Interrupted, it is recorded as unknown."""
        try:
            with self.gateway.guard.warrant(call.service, call.operation):
                answer = await self.gateway.write(self.plan.scope, call.service, call.operation, dict(call.parameters))
        except Exception as error:  # an error nobody foresaw must leave an outcome too
            return settle_error(error)
        except BaseException:
            self._record_now(entry, Settled(Outcome.UNKNOWN, why=f"cloudtop was stopped during the call; {LOST}"))
            raise
        return settle_answer(call, answer, judge_answer)

    def _record_now(self, entry: str, settled: Settled) -> None:
        """Record without waiting on the loop, which may be closing."""
        try:
            self.audit.outcome(entry, settled)
        except AuditUnwritable:
            return  # an intent without outcome already reads as unknown

    def _result(self, id_: str, observed: Mapping[str, Values | Fault]) -> Result:
        target = next(target for target in self.plan.targets if target.id == id_)
        settled = self.settled[id_]
        outcome, why = settled.of(id_)
        seen = observed.get(id_, _GONE) if id_ in self.sent else None
        return Result(target, outcome, why, settled.fault, settled.request_id, seen)


_GONE = Fault(FaultKind.NOT_FOUND, "It is not there any more", "")
_HALTING = frozenset({*CREDENTIAL_KINDS, FaultKind.THROTTLED, FaultKind.CLOCK, FaultKind.UNREACHABLE})


def _halts(settled: Settled, audit_problem: str) -> str:
    """Return why the calls after this one are not to be sent; empty to go on."""
    if audit_problem:
        return "the audit log cannot be written any more"
    if settled.outcome is Outcome.REFUSED:
        return settled.why.removeprefix("not sent: ")
    if settled.outcome is Outcome.UNKNOWN:
        return "what an earlier call did is unknown"
    if settled.fault is not None and settled.fault.kind in _HALTING:
        return f"an earlier call failed ({settled.fault.kind.value})"
    return ""


async def read_again(reread: Reread, ids: Sequence[str]) -> Mapping[str, Values | Fault]:
    """Return ``reread(ids)``; a fault of the reading itself stands for every id. Never raises for it."""
    try:
        return await reread(ids)
    except Exception as error:  # not being able to look is an answer of its own
        return dict.fromkeys(ids, _fault(error))


async def finished(function: Callable[..., None], *arguments: object) -> None:
    """Run a blocking ``function`` in a thread, to its end even when cancelled; the cancellation follows."""
    running = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        running.exception()
        raise


def _fault(error: Exception) -> Fault:
    fault = getattr(error, "fault", None)
    if isinstance(fault, Fault):
        return fault
    return Fault(FaultKind.SERVICE, "It could not be read", clean(f"{type(error).__name__}: {error}", 300))
