"""Owns the smallest type, rows and plans that the write path can be tried with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from console.actions.plan import Plan, build_plan
from console.resources.fields import Path as At
from console.resources.fields import Pending, Tag
from console.resources.model import (
    Action,
    Column,
    Enrichment,
    Fact,
    Kind,
    Parameters,
    Reader,
    ResourceType,
    Risk,
    Tone,
    Value,
    Values,
)
from console.scope.model import Identity, Scope
from console.store.rows import Row

SCOPE = Scope("eu-west-1", "acme-prod", "123456789012")
IDENTITY = Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/OnCall/ana")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeReader:
    """A reader that answers nothing; the facts of these tests make no calls."""

    scope: Scope = SCOPE
    calls: list[str] = field(default_factory=list)

    async def call(self, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        raise AssertionError(f"{service} {operation} {parameters}")

    async def pages(
        self, service: str, operation: str, parameters: Parameters, _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        raise AssertionError(f"{service} {operation} {parameters}")
        yield {}


async def group_facts(_reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
    yield Fact("Volumes", f"{len(ids)} kept")


async def bad_facts(_reader: Reader, _ids: Sequence[str]) -> AsyncIterator[Fact]:
    yield Fact("Auto Scaling", "web-eu1 will terminate it", Tone.BAD)


async def broken_facts(_reader: Reader, _ids: Sequence[str]) -> AsyncIterator[Fact]:
    yield Fact("Volumes", "1 kept")
    raise ConnectionResetError("line \x1b[31m dead")


def refuse_unless_running(values: Values) -> str:
    return "" if values.get("state") == "running" else f"it is {values.get('state')}"


STOP = Action(
    "stop", "Stop", "StopInstances", lambda ids: {"InstanceIds": list(ids)}, Risk.WRITE, group_facts,
    refuse=refuse_unless_running, batch=100,
)  # fmt: skip
TERMINATE = replace(STOP, id="terminate", title="Terminate", operation="TerminateInstances", risk=Risk.DESTROY)
REBOOT = replace(STOP, id="reboot", title="Reboot", operation="RebootInstances")


async def _no_status(_reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values]]:
    for id_ in ids:
        yield id_, {}


MACHINES = ResourceType(
    name="ec2.instances",
    title="Machines",
    service="ec2",
    aliases=(),
    operation="DescribeInstances",
    items="Reservations[].Instances[]",
    id=At("InstanceId"),
    arn=lambda item, scope: scope.arn("ec2", f"instance/{item['InstanceId']}"),
    columns=(
        Column("name", "NAME", Tag("Name"), 20),
        Column("state", "STATE", At("State.Name"), 10, Kind.STATE),
        Column("cpu", "CPU", Pending(), 4, Kind.PERCENT),
        Column("checks", "CHECKS", Pending(), 4, Kind.STATE),
        Column("group", "GROUP", Tag("aws:autoscaling:groupName"), 10),
    ),
    enrich=(Enrichment(("checks",), _no_status, 15, ()),),
    actions=(STOP, TERMINATE, REBOOT),
)


def row(id_: str = "i-1", name: Value = "web-1", state: str = "running", **changes: Any) -> Row:
    """Return one machine's row."""
    return replace(
        Row(id_, SCOPE.arn("ec2", f"instance/{id_}"), SCOPE.account, SCOPE.region, (name, state, 4.0, "ok", None)),
        **changes,
    )


def values(name: str = "web-1", state: str = "running", **changes: Value) -> dict[str, Value]:
    """Return one machine's values as they are read again."""
    return {"name": name, "state": state, "cpu": 80.0, "checks": "failed", "group": None, **changes}


async def plan(action: Action = STOP, rows: Iterable[Row] = (), clock: Clock | None = None) -> Plan:
    """Return the plan of ``action`` on ``rows``, one running machine without them."""
    given = list(rows) or [row()]
    return await build_plan(FakeReader(), MACHINES, action, given, identity=IDENTITY, clock=clock or Clock())
