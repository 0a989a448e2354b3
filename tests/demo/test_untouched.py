"""Ten minutes at the queues, counted at the server: nothing is received unless somebody asks for messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from console.config.settings import Poll, Settings
from console.launch import Launch
from console.resources.model import ResourceType
from console.resources.registry import catalogue
from console.session import Session
from console.store.delta import Delta
from console.store.query import Query
from console.worker.place import OwnThread
from console.worker.worker import Worker
from tests.store.heardrows import HeardRows
from tests.support.patience import shorten
from tests.support.sqsfaults import SqsBackend, running_sqs

MINUTES = 10
SCALE = 1 / 400
"""A minute of reading again takes 0.15 s."""
RECEIVING = ("ReceiveMessage", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[SqsBackend]:
    """The demo as the environment's account."""
    shorten(monkeypatch, 10)
    with running_sqs(empty=False) as running:
        for name, value in running.account.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@asynccontextmanager
async def session() -> AsyncIterator[Session]:
    worker = Worker(make=OwnThread)
    try:
        found = await Session.open(worker, Launch(), Settings(poll=Poll(scale=SCALE)))
        yield found
        await found.close()
    finally:
        worker.stop()


class Pane:
    """One list on a screen: it hears what is told and says which rows are in view."""

    def __init__(self, found: Session, query: Query) -> None:
        self._session = found
        self._query = query
        self.rows = HeardRows()
        self._complete = asyncio.Event()

    def __call__(self, delta: Delta) -> None:
        self.rows.take(delta)
        self._session.lists.see(self._query, list(self.rows))
        if delta.complete:
            self._complete.set()

    async def open(self, *, asked: bool = False) -> None:
        """Watch the list until it has been read once; one that costs something is read when it is ``asked`` for."""
        await self._session.lists.watch(self._query, self)
        if asked:
            await self._session.lists.refresh(self._query)
        async with asyncio.timeout(30):
            await self._complete.wait()


def panes() -> list[ResourceType]:
    """Return the lists of SQS that open without a question."""
    return [resource for resource in catalogue().values() if resource.service == "sqs" and resource.terms is None]


async def visit(found: Session, resource: ResourceType, backend: SqsBackend, minutes: int) -> None:
    """Open a list, look at each thing in it, refresh it, stay, leave."""
    query = found.query(resource.name)
    pane = Pane(found, query)
    await pane.open()
    await found.lists.refresh(query)
    for row in list(pane.rows.values())[:6]:
        await found.describe(query, row)
    seen = backend.counts()[resource.operation]
    await backend.arrived(resource.operation, seen + minutes)
    await found.lists.leave(query)


async def test_opening_refreshing_and_leaving_receives_nothing(backend: SqsBackend) -> None:
    before = {stored.id: stored.receives for stored in backend.messages("orders-dlq")}
    async with session() as found:
        for resource in panes():
            await visit(found, resource, backend, MINUTES)
            await visit(found, resource, backend, 1)
    counts = backend.counts()
    assert counts["ListQueues"] >= MINUTES
    assert counts["GetQueueAttributes"] > 5 * MINUTES
    assert {name: counts[name] for name in RECEIVING} == dict.fromkeys(RECEIVING, 0)
    after = {stored.id: stored.receives for stored in backend.messages("orders-dlq")}
    assert after.items() >= before.items()


async def test_who_asks_for_messages_is_counted(backend: SqsBackend) -> None:
    """The count above can be another than zero."""
    async with session() as found:
        await Pane(found, found.query("sqs.messages", backend.queue("orders-dlq"))).open(asked=True)
    assert backend.counts()["ReceiveMessage"] > 0
