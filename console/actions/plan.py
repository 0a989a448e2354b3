"""Owns the plan: what will be done to what, and what it rests on; must not know who confirms or sends it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.actions.policy import Confirmation, confirmation, refusal
from console.actions.target import Target, target_of
from console.resources.model import (
    Action,
    Fact,
    Kind,
    Missing,
    Parameters,
    Reader,
    ResourceType,
    Tone,
    Value,
    Values,
)
from console.scope.model import Identity, Scope
from console.store.rows import Row
from console.text.clean import clean, clean_document
from console.text.faults import Fault
from console.text.format import iso

Clock = Callable[[], datetime]

_RESTS_ON = frozenset({Kind.TEXT, Kind.ID, Kind.STATE, Kind.FLAG, Kind.LIST})
"""Kinds of values that a plan rests on. Measurements and ages move by themselves and void nothing."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One API call, exactly as it will be sent; ``ids`` are the targets it is for."""

    service: str
    operation: str
    parameters: Parameters
    ids: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return it as one clean line: ``ec2:StopInstances InstanceIds=[i-1,i-2]``."""
        parts = [f"{name}={_short(value)}" for name, value in self.parameters.items()]
        return clean(" ".join([f"{self.service}:{self.operation}", *parts]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action will do. It is plain data; only the runner turns it into calls."""

    id: str
    action: Action
    resource: ResourceType
    scope: Scope
    identity: Identity
    targets: tuple[Target, ...]
    refused: tuple[tuple[Target, str], ...]
    calls: tuple[PlannedCall, ...]
    facts: tuple[Fact, ...]
    built_at: datetime
    state: str
    """A fingerprint of what the plan rests on: action, scope, identity and the targets' own values."""

    @property
    def confirmation(self) -> Confirmation:
        """How the operator confirms it."""
        return confirmation(self.action, self.targets, self.facts)

    def document(self) -> dict[str, object]:
        """Return the plan as a clean nested document, for YAML and JSON."""
        document = {
            "plan": self.id,
            "built_at": iso(self.built_at),
            "state": self.state,
            "action": {"type": self.resource.name, "id": self.action.id, "risk": self.action.risk.value,
                       "effect": self.action.effect},
            "where": {"profile": self.scope.profile, "account": self.scope.account, "region": self.scope.region,
                      "identity": self.identity.arn},
            "targets": [_described(target) for target in self.targets],
            "refused": [{**_described(target), "why": why} for target, why in self.refused],
            "facts": [{"title": fact.title, "text": fact.said(self.built_at.timestamp()), "tone": fact.tone.value}
                      for fact in self.facts],
            "calls": [{"service": call.service, "operation": call.operation, "parameters": call.parameters}
                      for call in self.calls],
        }  # fmt: skip
        return {name: clean_document(part) for name, part in document.items()}


async def build_plan(
    reader: Reader, resource: ResourceType, action: Action, rows: Iterable[Row], *, identity: Identity, clock: Clock
) -> Plan:
    """Return the plan of ``action`` on ``rows``, with facts gathered now. Only reads; never raises for them."""
    built_at = clock()
    targets: list[Target] = []
    refused: list[tuple[Target, str]] = []
    for target in {row.id: target_of(resource, row) for row in rows}.values():
        why = _elsewhere(target, reader.scope) or refusal(action, target.values)
        if why:
            refused.append((target, clean(why)))
        else:
            targets.append(target)
    ids = [target.id for target in targets]
    return Plan(
        id=str(uuid.uuid4()),
        action=action,
        resource=resource,
        scope=reader.scope,
        identity=identity,
        targets=tuple(targets),
        refused=tuple(refused),
        calls=_batched(resource, action, ids),
        facts=await gather_facts(reader, action, ids) if ids else (),
        built_at=built_at,
        state=fingerprint(resource, action, reader.scope, identity, targets),
    )


async def gather_facts(reader: Reader, action: Action, ids: Sequence[str]) -> tuple[Fact, ...]:
    """Return the action's facts about ``ids``; a fault ends them with a fact of unknown tone. Never raises."""
    facts: list[Fact] = []
    if action.facts is None:
        return ()
    try:
        async for fact in action.facts(reader, ids):
            facts.append(fact)
    except Exception as error:  # an unread fact is shown as one, whatever stood in the way
        fault = getattr(error, "fault", None)
        words = fault.sentence() if isinstance(fault, Fault) else clean(f"{type(error).__name__}: {error}", 300)
        facts.append(Fact("Other facts", f"not readable: {words}", Tone.UNKNOWN))
    return tuple(facts)


def fingerprint(
    resource: ResourceType, action: Action, scope: Scope, identity: Identity, targets: Iterable[Target]
) -> str:
    """Return sixteen hex digits that change when anything changes that a plan rests on."""
    enriched = _enriched(resource)
    states = [
        [target.id, [[column.id, str(target.values.get(column.id))] for column in resource.columns
                     if column.kind in _RESTS_ON and column.id not in enriched]]
        for target in targets
    ]  # fmt: skip
    where = [scope.profile, scope.account, scope.region, identity.account, identity.arn]
    text = json.dumps([resource.name, action.id, where, states])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def drift(plan: Plan, fresh: Mapping[str, Values | Fault], ids: Iterable[str] | None = None) -> str:
    """Return why the plan is void now that its targets (or those of ``ids``) read as ``fresh``; empty if it holds.

    A target that could not be read again voids the plan: not knowing is not "unchanged".
    """
    wanted = None if ids is None else set(ids)
    for target in plan.targets:
        if wanted is None or target.id in wanted:
            why = _drifted(plan, target, fresh.get(target.id))
            if why:
                return clean(f"{target.label} {why}")
    return ""


def worsened(plan: Plan, facts: Iterable[Fact]) -> str:
    """Return why newly gathered ``facts`` void the plan; empty if they do not.

    A bad fact that the operator did not see voids it, and so does one that can no longer be read.
    """
    seen = {(fact.title, fact.text) for fact in plan.facts}
    for fact in facts:
        if fact.tone in (Tone.BAD, Tone.UNKNOWN) and (fact.title, fact.text) not in seen:
            return clean(f"{fact.title}: {fact.text}")
    return ""


def _drifted(plan: Plan, target: Target, fresh: Values | Fault | None) -> str:
    if fresh is None:
        return "is gone"
    if isinstance(fresh, Fault):
        return f"could not be checked again ({fresh.why or fresh.what})"
    enriched = _enriched(plan.resource)
    for column in plan.resource.columns:
        if column.kind in _RESTS_ON and column.id not in enriched:
            before, now = target.values.get(column.id), fresh.get(column.id, Missing.UNKNOWN)
            if before != now and now is Missing.UNKNOWN:
                return f"could not be checked again ({column.id} could not be read)"
            if before != now and Missing.PENDING not in (before, now):
                return f"has changed: {column.id} was {_said(before)} and is {_said(now)}"
    known = {name: value for name, value in fresh.items() if value is not Missing.PENDING}
    why = refusal(plan.action, {**target.values, **known})
    return f"can no longer be done: {why}" if why else ""


def _said(value: Value) -> str:
    return value.value if isinstance(value, Missing) else "none" if value in (None, "") else str(value)


def _enriched(resource: ResourceType) -> frozenset[str]:
    """Columns read on their own schedule; they move without the resource being another one."""
    return frozenset(column for enrichment in resource.enrich for column in enrichment.columns)


def _elsewhere(target: Target, scope: Scope) -> str:
    if target.account and scope.account and target.account != scope.account:
        return f"it is in account {target.account}, the plan is for {scope.account}"
    if target.region and target.region not in (scope.region, "global"):
        return f"it is in {target.region}, the plan is for {scope.region}"
    return ""


def _batched(resource: ResourceType, action: Action, ids: Sequence[str]) -> tuple[PlannedCall, ...]:
    size = max(1, action.batch)
    batches = [tuple(ids[start : start + size]) for start in range(0, len(ids), size)]
    return tuple(PlannedCall(resource.service, action.operation, action.parameters(ids), ids) for ids in batches)


def _described(target: Target) -> dict[str, object]:
    plain = {"name_in_ascii": target.unusual} if target.unusual else {}
    return {"id": target.id, "name": target.name, **plain, "arn": target.arn}


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{','.join(str(part) for part in value)}]"
    return str(value)
