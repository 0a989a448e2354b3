"""Owns a queue being worked against a real SQS back end: the way to it, the folder, the clock; must not judge."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from console.aws.cost import Meter
from console.aws.gateway import Gateway, Reader
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope
from console.sqs.message import Message
from console.text.faults import Fault
from console.workbench.job import Job
from console.workbench.journal import Account, Journal, Kind, Order, Standing, read_journal
from console.workbench.lease import Lease
from console.workbench.spool import Origin, Spool
from tests.support.sqsfaults import SqsBackend


def connection(url: str, key: str, secret: str, region: str) -> Gateway:
    """Return an unlocked gateway to the back end, to be entered."""
    guard = Guard()
    guard.unlock(3600)
    return Gateway(Connection(region=region, endpoint_url=url, access_key=key, secret_key=secret), guard, Meter())


class Site:
    """What one test works with."""

    ahead: ClassVar[dict[str, float]] = defaultdict(float)
    """Account → seconds that its clock was moved."""

    def __init__(self, backend: SqsBackend | None, gateway: Gateway, folder: Path, region: str = "eu-west-1") -> None:
        self.backend = backend
        self.gateway = gateway
        self.scope = Scope(region, account="418250713366")
        self.folder = folder
        self.written: list[tuple[str, Mapping[str, Any]]] = []
        """(operation, parameters) of every write."""

    @property
    def reader(self) -> Reader:
        """A reader of the account."""
        return self.gateway.reader(self.scope)

    def clock(self) -> float:
        """Return the account's time, in seconds since the epoch."""
        return time.time() + self.ahead[self.backend.url if self.backend else ""]

    def advance(self, seconds: float) -> None:
        """Move the account's clock, and ours with it."""
        assert self.backend
        self.backend.advance(seconds)
        self.ahead[self.backend.url] += seconds

    async def write(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make one write as the workbench does."""
        self.written.append((operation, parameters))
        with self.gateway.guard.warrant(service, operation):
            return await self.gateway.write(self.scope, service, operation, dict(parameters))

    def spool(self, queue: str) -> Spool:
        """Return a new spool."""
        return Spool(self.folder / "spool" / f"{uuid4()}.jsonl", Origin("418250713366", "eu-west-1", queue, 1.0))

    def lease(self, queue: str, **options: Any) -> Lease:
        """Return a lease that goes by the account's time."""
        return Lease(self.reader, queue, self.spool(queue), **{"clock": self.clock, **options})

    def journal(self, kind: Kind, queue: str, to: str, ids: Iterable[str], rate: float = 0.0) -> Journal:
        """Return the journal of a new job."""
        name = uuid4().hex
        order = Order(
            name, kind, "418250713366", "eu-west-1", queue, to, tuple(ids), "", rate, "ana@bastion-a", "INC-1", 1.0
        )
        return Journal(self.folder / "jobs" / f"{name}.jsonl", order)

    async def resend(self, lease: Lease, to: str, **options: Any) -> Account:
        """Resend all that is held and return what its journal says of it, which is what the job said."""
        journal = self.journal(Kind.RESEND, lease.queue, to, options.pop("ids", lease.ids()), options.pop("rate", 0.0))
        return await self.run(Job(journal, lease.spool, self.write, lease, **options), journal)

    async def delete(self, lease: Lease, **options: Any) -> Account:
        """Delete all that is held, as ``resend`` does."""
        journal = self.journal(Kind.DELETE, lease.queue, "", options.pop("ids", lease.ids()))
        return await self.run(Job(journal, lease.spool, self.write, lease, **options), journal)

    async def run(self, job: Job, journal: Journal) -> Account:
        """Run a job and read its journal."""
        told = await job.run()
        account = read_journal(journal.path)
        assert account == told
        return account


async def taken(lease: Lease, limit: int = 1000) -> tuple[list[Message], list[Fault]]:
    """Return what a lease takes and what went wrong."""
    messages: list[Message] = []
    faults: list[Fault] = []
    async for part in lease.take(limit):
        if isinstance(part, Fault):
            faults.append(part)
        else:
            assert all(message.id in lease.spool for message in part), "it is spooled before it is shown"
            messages += part
    return messages, faults


def by_group(backend: SqsBackend, name: str) -> dict[str, list[str]]:
    """Return group → bodies in the order they lie in a FIFO queue."""
    found: dict[str, list[str]] = defaultdict(list)
    for message in backend.messages(name):
        found[message.group].append(message.body)
    return dict(found)


POSSIBLE = {
    Standing.DONE: {(0, 1)},
    Standing.COPIED: {(1, 1)},
    Standing.UNTOUCHED: {(1, 0)},
    Standing.IN_DOUBT: {(1, 0), (1, 1), (0, 1)},
}
"""Standing → how often a message may be in the source and in the target then: never in neither, never twice in one."""


def check(account: Account, before: Mapping[str, str], source: Counter[str], target: Counter[str]) -> None:
    """Assert that no message is lost or doubled and that each entry tells the truth.

    ``before`` is id → body of all messages, each body once; ``source`` and ``target`` are what the queues hold now.
    """
    for id_, body in before.items():
        standing = account.entries[id_].standing if id_ in account.entries else Standing.UNTOUCHED
        assert (source[body], target[body]) in POSSIBLE[standing], (
            account.entries.get(id_),
            source[body],
            target[body],
        )
    assert set(source) | set(target) <= set(before.values())
