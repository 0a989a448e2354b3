"""The lists of one session as the worker reads them, with a poller that only notes what it is asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from console.resources.model import ResourceType
from console.scope.model import Scope
from console.store.delta import Delta, Known, Problems
from console.store.query import Query
from console.worker.lists import Lists
from console.worker.news import ListNews
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
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.listener: Callable[[Delta], None] | None = None
        self.due = math.inf
        self.found: dict[Query, Problems] = {}

    def _note(self, *what: Any) -> None:
        self.asked.append(what)

    async def watch(
        self, resource: ResourceType, query: Query, _reader: Any, listener: Callable[[Delta], None]
    ) -> None:
        self.listener = listener
        self._note("watch", resource.name, resource.period, query)

    def adopt(self, resource: ResourceType, query: Query, _reader: Any, known: Known) -> None:
        self._note("adopt", resource.name, resource.period, query, known)

    async def glance(self, resource: ResourceType, query: Query, _reader: Any) -> None:
        self._note("glance", resource.name, query)
        self.found = {query: Problems(1, 2, 3.0)}

    async def leave(self, query: Query) -> None:
        self._note("leave", query)

    async def refresh(self, query: Query, *, changed: bool = False) -> None:
        self._note("refresh", query)

    def see(self, query: Query, ids: Sequence[str]) -> None:
        self._note("see", query, ids)

    def more(self, query: Query) -> None:
        self._note("more", query)

    def touched(self) -> None:
        self._note("touched")

    async def resume(self) -> None:
        self._note("resume")

    async def pause(self) -> None:
        self._note("pause")

    async def close(self) -> None:
        self._note("close")

    def next_due(self) -> float:
        return self.due

    def problems(self) -> dict[Query, Problems]:
        return dict(self.found)


class Asked:
    """Lists over a poller that notes."""

    def __init__(self, scale: float = 1.0) -> None:
        self.gateway = FakeGateway()
        self.poller = FakePoller()
        self.lists = Lists(self.gateway, scale)  # type: ignore[arg-type]
        self.lists._poller = self.poller  # type: ignore[assignment]


async def test_everything_is_asked_in_order() -> None:
    asked = Asked()
    lists = asked.lists
    await lists.watch(QUERY)
    await lists.see(QUERY, ["i-1", "i-2"])
    await lists.more(QUERY)
    await lists.refresh(QUERY)
    await lists.touched()
    await lists.attend(False)
    await lists.attend(True)
    await lists.leave(QUERY)
    await lists.close()
    assert [what[0] for what in asked.poller.asked] == [
        "watch", "see", "more", "refresh", "touched", "pause", "resume", "leave", "close",
    ]  # fmt: skip
    assert asked.poller.asked[1] == ("see", QUERY, ["i-1", "i-2"])
    assert asked.gateway.scopes == [SCOPE]


async def test_problems_come_with_the_rows() -> None:
    asked = Asked()
    told: list[ListNews] = []
    asked.lists.listener = told.append
    await asked.lists.watch(QUERY)
    assert asked.poller.listener
    asked.poller.found = {QUERY: Problems(4, 0, 1.0)}
    asked.poller.listener(Delta())
    assert told == [ListNews(QUERY, Delta(), {QUERY: Problems(4, 0, 1.0)})]


async def test_what_is_read_ahead_tells_nobody_until_it_is_watched() -> None:
    asked = Asked(4.0)
    told: list[ListNews] = []
    asked.lists.listener = told.append
    await asked.lists.read_ahead(QUERY)
    assert asked.poller.listener
    asked.poller.listener(Delta())
    assert told == []
    await asked.lists.watch(QUERY)
    asked.poller.listener(Delta())
    assert len(told) == 1
    assert asked.poller.asked[0] == asked.poller.asked[1], "the same list, as often"


async def test_what_a_screen_has_got_is_handed_on() -> None:
    asked, known = Asked(), Known((), "packing", {}, True, 1.0)
    await asked.lists.adopt(QUERY, known)
    await asked.lists.watch(QUERY)
    (adopted, *as_often), (watched, *_) = asked.poller.asked
    assert (adopted, watched, as_often[-1]) == ("adopt", "watch", known)
    assert as_often[:-1] == list(asked.poller.asked[1][1:]), "the same list, as often"


@pytest.mark.parametrize(("due", "rests"), [(0.0, False), (60.0, False), (86400.0, True), (math.inf, True)])
async def test_it_rests_while_nothing_is_due_for_long(due: float, rests: bool) -> None:
    asked = Asked()
    asked.poller.due = time.time() + due
    assert asked.lists.rests() is rests


async def test_a_glance_makes_problems_known() -> None:
    assert await Asked().lists.glance(QUERY) == {QUERY: Problems(1, 2, 3.0)}


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
async def test_lists_are_read_as_often_as_the_configuration_says(scale: float) -> None:
    usual, scaled = Asked(), Asked(scale)
    for asked in (usual, scaled):
        await asked.lists.watch(QUERY)
    assert scaled.poller.asked[0][2] == usual.poller.asked[0][2] * scale
