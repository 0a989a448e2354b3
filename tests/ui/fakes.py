"""A session that answers at once from memory. Knows no AWS."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from console.actions.plan import Plan, build_plan
from console.actions.policy import Policy
from console.actions.report import Report
from console.actions.resting import Settling
from console.aws.cost import CallRecord, Usage
from console.cloudwatch.series import Points, Window
from console.lists import Listener
from console.resources.model import Plot, ResourceType, SeriesQuery, Terms, Value
from console.resources.registry import catalogue
from console.s3.preview import Preview
from console.scope.model import Identity, Scope
from console.session import Session, Status
from console.store.delta import Delta
from console.store.detail import Detail
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import AwsError, Fault
from tests.actions.plans import FakeReader
from tests.store.deltas import delta_of

SCOPE = Scope("eu-west-1", "acme-prod", "123456789012")
IDENTITY = Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/OnCall/ana", "acme-production")


def status(
    *,
    scope: Scope = SCOPE,
    alias: str | None = "acme-production",
    production: bool = False,
    unlocked_for: float = 0.0,
    expires_at: datetime | None = None,
) -> Status:
    """Return how a session stands."""
    identity = Identity(scope.account, IDENTITY.arn, alias, expires_at)
    return Status(scope, identity, production, unlocked_for, Usage(10, 12, 0.01, 0.04, 0), {})


def row_of(type_name: str, id_: str, **values: Value) -> Row:
    """Return a row of a real type; a column that is not given is nothing."""
    columns = catalogue()[type_name].columns
    assert values.keys() <= {column.id for column in columns}
    return Row(id_, f"arn:aws:x:::{id_}", SCOPE.account, SCOPE.region, tuple(values.get(c.id) for c in columns))


def instances(count: int) -> list[Row]:
    """Return running machines ``web-000`` and so on."""
    return [row_of("ec2.instances", f"i-{n:03}", name=f"web-{n:03}", state="running") for n in range(count)]


@dataclass
class FakeLists:
    """Lists that are read as they are asked for; ``told`` keeps what was asked, ``listener`` who watches."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    told: list[tuple[Any, ...]] = field(default_factory=list)
    delta: Delta | None = None
    """Told instead of the rows."""
    problems: dict[Query, Any] = field(default_factory=dict)
    listener: Listener | None = None
    dead: tuple[Any, ...] = ()

    async def watch(self, query: Query, listener: Listener, _knows: object = None) -> None:
        self.told.append(("watch", query.type, query.parent))
        self.listener = listener
        listener(self.delta or delta_of(tuple(self.rows.get(query.type, ())), complete=True, read_at=time.time()))

    async def leave(self, query: Query) -> None:
        self.told.append(("leave", query.type))
        self.listener = None

    async def refresh(self, query: Query, *, changed: bool = False) -> None:
        self.told.append(("refresh", query.type))

    async def glance(self, query: Query) -> None:
        self.told.append(("glance", query.type))

    def see(self, _query: Query, ids: Sequence[str]) -> None:
        self.told.append(("see", tuple(ids)))

    def more(self, query: Query) -> None:
        self.told.append(("more", query.type))

    async def dead_letters(self, query: Query) -> tuple[Any, ...]:
        self.told.append(("dead_letters", query.type))
        return self.dead

    def touched(self) -> None:
        self.told.append(("touched",))

    async def attend(self, attending: bool) -> None:
        self.told.append(("attend", attending))

    async def close(self) -> None:
        self.told.append(("close",))

    def asked(self, what: str) -> list[tuple[Any, ...]]:
        """Return what was asked of one kind."""
        return [entry[1:] for entry in self.told if entry[0] == what]


class FakeSession(Session):
    """Answers as its attributes say."""

    def __init__(self, **rows: list[Row]) -> None:
        self.scope = SCOPE
        self.fake_lists = FakeLists({name.replace("__", "."): given for name, given in rows.items()})
        self.lists = self.fake_lists  # type: ignore[assignment]
        from tests.ui.queues import FakeQueue

        self.queue = FakeQueue()  # type: ignore[assignment]
        self.settling: tuple[Settling, ...] = ()
        self.told = lambda: None
        self.unlocked = 0.0
        self.standing = status()
        self.document: dict[str, Any] = {"Name": "web", "Tags": [{"Key": "env", "Value": "[red]prod[/]"}]}
        self.plots: tuple[Plot, ...] = ()
        self.links: tuple[Any, ...] = ()
        self.points: list[Points | Fault] = []
        self.fault: Fault | None = None
        self.charted: list[tuple[SeriesQuery, Window]] = []
        self.carried: list[tuple[Plan, str, str]] = []
        self.costs: Terms | None = None
        self.allowed = Policy(unlocked=True)
        self.closed = False
        self.described: list[tuple[str, str]] = []

    def status(self) -> Status:
        return replace(self.standing, scope=self.scope, unlocked_for=self.unlocked)

    def query(self, type_name: str, parent: str = "") -> Query:
        return Query(self.scope, type_name, parent)

    async def describe(self, query: Query, row: Row) -> Detail:
        self._refuse()
        self.described.append((query.type, row.id))
        return Detail(query.type, row.id, (), self.document, self.links, self.plots, ())

    async def find(self, _resource: ResourceType, text: str, parent: str = "") -> tuple[str, str]:
        self._refuse()
        return text, parent

    async def terms(self, query: Query) -> Terms | None:
        return self.costs

    async def chart(self, queries: Sequence[SeriesQuery], window: Window) -> list[Points | Fault]:
        self._refuse()
        self.charted += [(query, window) for query in queries]
        return list(self.points) or [()] * len(queries)

    async def preview(self, query: Query, id_: str) -> Preview:
        return Preview(("first [red]line[/]", "second"), "text", False)

    async def plan(self, query: Query, action_id: str, rows: Sequence[Row]) -> Plan:
        resource = catalogue()[query.type]
        bare = replace(resource.action(action_id), facts=None)
        return await build_plan(FakeReader(), resource, bare, rows, identity=IDENTITY, clock=_now)

    async def carry_out(self, query: Query, plan: Plan, *, reason: str, confirmed: str) -> Report:
        self.carried.append((plan, reason, confirmed))
        return Report(plan, (), "it was only played")

    def policy(self) -> Policy:
        return replace(self.allowed, unlocked=self.unlocked > 0)

    @property
    def operator(self) -> str:
        return "ana at a terminal"

    async def unlock(self) -> None:
        self.unlocked = 900.0

    async def lock(self) -> None:
        self.unlocked = 0.0

    async def calls(self) -> tuple[CallRecord, ...]:
        return (CallRecord(time.time(), "ec2", "DescribeInstances", "eu-west-1", 0.12, "ok", "req-1"),)

    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return ("acme-dev", "acme-prod"), ("eu-central-1", "eu-west-1", "us-east-1")

    async def close(self) -> None:
        self.closed = True

    def _refuse(self) -> None:
        if self.fault:
            raise AwsError(self.fault)


def _now() -> datetime:
    return datetime.now(UTC)
