"""The lists of one session, from the screen's side, with a poller that only notes what it is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from console.lists import Lists
from console.resources.model import ResourceType
from console.scope.model import Scope
from console.store.poller import Problems
from console.store.query import Query
from console.store.rows import Delta
from console.worker import Worker
from tests.support.reader import FakeReader

SCOPE = Scope("eu-west-1", "acme", "123456789012")
QUERY = Query(SCOPE, "ec2.instances")


class FakeGateway:
    """Gives readers and keeps whom for."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    def reader(self, scope: Scope) -> FakeReader:
        self.scopes.append(scope)
        return FakeReader({}, scope)


class FakePoller:
    """Notes what it is asked, and on which thread."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.threads: set[int] = set()
        self.listener: Callable[[Delta], None] | None = None
        self.found: dict[Query, Problems] = {}

    def _note(self, *what: Any) -> None:
        self.asked.append(what)
        self.threads.add(threading.get_ident())

    async def watch(
        self, resource: ResourceType, query: Query, _reader: Any, listener: Callable[[Delta], None]
    ) -> None:
        self.listener = listener
        self._note("watch", resource.name, resource.period, query)

    async def glance(self, resource: ResourceType, query: Query, _reader: Any) -> None:
        self._note("glance", resource.name, query)
        self.found = {query: Problems(1, 2, 3.0)}

    async def leave(self, query: Query) -> None:
        self._note("leave", query)

    async def refresh(self, query: Query) -> None:
        self._note("refresh", query)

    def see(self, query: Query, ids: Sequence[str]) -> None:
        self._note("see", query, ids)

    def more(self, query: Query) -> None:
        self._note("more", query)

    async def resume(self) -> None:
        self._note("resume")

    async def pause(self) -> None:
        self._note("pause")

    async def close(self) -> None:
        self._note("close")

    def problems(self) -> dict[Query, Problems]:
        return dict(self.found)


class Asked:
    """Lists over a poller that notes."""

    def __init__(self, worker: Worker, scale: float = 1.0) -> None:
        self.worker = worker
        self.gateway = FakeGateway()
        self.poller = FakePoller()
        self.lists = Lists(worker, self.gateway, scale)  # type: ignore[arg-type]
        self.lists._poller = self.poller  # type: ignore[assignment]


@pytest.fixture
def worker() -> Iterator[Worker]:
    found = Worker()
    yield found
    found.stop()


async def test_everything_is_asked_on_the_workers_thread_in_order(worker: Worker) -> None:
    asked = Asked(worker)
    lists = asked.lists
    await lists.watch(QUERY, lambda _delta: None)
    lists.see(QUERY, ["i-1", "i-2"])
    lists.more(QUERY)
    await lists.refresh(QUERY)
    await lists.attend(False)
    await lists.attend(True)
    await lists.leave(QUERY)
    await worker.run(lists.close())
    assert [what[0] for what in asked.poller.asked] == [
        "watch", "see", "more", "refresh", "pause", "resume", "leave", "close",
    ]  # fmt: skip
    assert asked.poller.asked[1] == ("see", QUERY, ("i-1", "i-2"))
    assert asked.poller.threads == {worker._thread.ident}
    assert asked.gateway.scopes == [SCOPE]


async def test_problems_are_known_before_the_screen_hears_of_the_rows(worker: Worker) -> None:
    asked = Asked(worker)
    seen: list[object] = []
    await asked.lists.watch(QUERY, lambda _delta: seen.append(dict(asked.lists.problems)))
    assert asked.poller.listener
    assert asked.lists.problems == {}
    asked.poller.found = {QUERY: Problems(4, 0, 1.0)}
    asked.poller.listener(Delta())
    assert seen == [{QUERY: Problems(4, 0, 1.0)}]


async def test_a_glance_makes_problems_known(worker: Worker) -> None:
    asked = Asked(worker)
    await asked.lists.glance(QUERY)
    assert asked.lists.problems == {QUERY: Problems(1, 2, 3.0)}


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
async def test_lists_are_read_as_often_as_the_configuration_says(scale: float, worker: Worker) -> None:
    usual, scaled = Asked(worker), Asked(worker, scale)
    for asked in (usual, scaled):
        await asked.lists.watch(QUERY, lambda _delta: None)
    assert scaled.poller.asked[0][2] == usual.poller.asked[0][2] * scale


async def test_who_stops_waiting_stops_the_asking(worker: Worker) -> None:
    asked = Asked(worker)
    begun, ended = threading.Event(), threading.Event()

    async def slow(query: Query) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    asked.poller.refresh = slow  # type: ignore[method-assign]
    waiting = asyncio.create_task(asked.lists.refresh(QUERY))
    assert await asyncio.to_thread(begun.wait, 20)
    waiting.cancel()
    assert await asyncio.to_thread(ended.wait, 20)
