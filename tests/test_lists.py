"""The lists of one session, from the screen's side, over a worker that only notes what it is asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from console import lists as module
from console.lists import AT_ONCE, Lists
from console.scope.model import Scope
from console.store.delta import Delta, Known, Problems
from console.store.query import Query
from console.store.rows import Row
from console.worker.news import ListNews
from tests.store.deltas import delta_of

SCOPE = Scope("eu-west-1", "acme", "123456789012")
QUERY = Query(SCOPE, "ec2.instances")
OTHER = Query(SCOPE, "sqs.queues")


class FakeWorker:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def ask(self, *what: Any, **_options: Any) -> Any:
        self.asked.append(what)
        return {QUERY: Problems(1, 2, 3.0)} if "glance" in what else None

    def tell(self, *what: Any, wakes: bool = True) -> None:
        self.asked.append(what)
        self.woken = wakes


@pytest.fixture
def worker() -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def lists(worker: FakeWorker) -> Lists:
    return Lists(worker, 7)  # type: ignore[arg-type]


def row(id_: str, *values: str) -> Row:
    return Row(id_, "", "".join(["1234", "56789012"]), "".join(["eu-", "west-1"]), values)


async def test_everything_is_asked_for_this_session_in_order(worker: FakeWorker, lists: Lists) -> None:
    await lists.watch(QUERY, lambda _delta: None)
    lists.see(QUERY, ["i-1", "i-2"])
    lists.more(QUERY)
    await lists.refresh(QUERY)
    await lists.attend(False)
    await lists.leave(QUERY)
    assert worker.asked == [
        (7, "watch", QUERY), (7, "see", QUERY, ("i-1", "i-2")), (7, "more", QUERY), (7, "refresh", QUERY),
        (7, "attend", False), (7, "leave", QUERY),
    ]  # fmt: skip


async def test_who_watches_hears_what_is_told_of_its_list_and_the_problems_are_known_by_then(lists: Lists) -> None:
    heard: list[tuple[Delta, object]] = []
    await lists.watch(QUERY, lambda delta: heard.append((delta, lists.problems)))
    problems = {QUERY: Problems(4, 0, 1.0)}
    told = delta_of((row("i-1", "web"),), complete=True)
    lists.hear(ListNews(QUERY, told, problems))
    lists.hear(ListNews(OTHER, delta_of((row("q", "other"),)), problems))
    assert heard == [(told, problems)]
    await lists.leave(QUERY)
    lists.hear(ListNews(QUERY, Delta(), problems))
    assert len(heard) == 1, "what comes too late is for nobody"


def test_that_somebody_is_there_is_told_now_and_then(
    worker: FakeWorker, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    for now in (1000.0, 1001.0, 1009.0, 1010.5, 5000.0):  # noqa: B007 the clock above reads it
        lists.touched()
    assert worker.asked == [(7, "touched")] * 3


async def test_a_glance_makes_problems_known(lists: Lists) -> None:
    await lists.glance(QUERY)
    assert lists.problems == {QUERY: Problems(1, 2, 3.0)}


async def test_a_worker_that_begins_anew_is_told_what_is_watched_and_known_of_it(
    worker: FakeWorker, lists: Lists
) -> None:
    known = Known(tuple(map(str, range(AT_ONCE + 1))), "packing", {"w": 1}, True, 1.0)
    first, rest = replace(known, rows=known.rows[:AT_ONCE]), replace(known, rows=known.rows[AT_ONCE:], words={})
    told = [(7, "adopt", QUERY, first), (7, "adopt", QUERY, rest), (7, "watch", QUERY)]
    await lists.watch(QUERY, lambda _delta: None, lambda: known)
    await lists.watch(OTHER, lambda _delta: None)
    await lists.leave(OTHER)
    await lists.attend(False)
    assert not worker.woken, "that nobody looks is nothing to begin for"
    worker.asked.clear()
    await lists.watch_again()
    assert worker.asked == [(7, "attend", False), *told]
    await lists.attend(True)
    worker.asked.clear()
    await lists.watch_again()
    assert worker.asked == told


async def test_problems_of_other_lists_are_not_forgotten_by_a_worker_that_does_not_know_them(lists: Lists) -> None:
    lists.hear(ListNews(OTHER, Delta(), {OTHER: Problems(1, 2, 3.0)}))
    lists.hear(ListNews(QUERY, Delta(), {QUERY: Problems(4, 5, 6.0)}))
    assert lists.problems == {OTHER: Problems(1, 2, 3.0), QUERY: Problems(4, 5, 6.0)}


async def test_when_the_worker_is_gone_every_list_says_so(lists: Lists) -> None:
    heard: list[Delta] = []
    await lists.watch(QUERY, heard.append)
    lists.hear(None)
    assert heard[0].faults
    assert not heard[0].complete


async def test_a_list_that_is_left_meanwhile_is_handed_over_no_further(worker: FakeWorker, lists: Lists) -> None:
    known = Known(tuple(map(str, range(3 * AT_ONCE))), "packing", {}, True, 1.0)
    await lists.watch(QUERY, lambda _delta: None, lambda: known)
    await lists.watch(OTHER, lambda _delta: None)
    worker.asked.clear()
    handing_over = asyncio.create_task(lists.watch_again())
    await asyncio.sleep(0)
    await lists.leave(QUERY)
    await handing_over
    told = [(name, query) for _, name, query, *_ in worker.asked]
    assert told == [("adopt", QUERY), ("leave", QUERY), ("watch", OTHER)]


async def test_what_a_new_worker_is_told_first_waits_for_nothing(worker: FakeWorker, lists: Lists) -> None:
    await lists.watch(QUERY, lambda _delta: None)
    await lists.watch_again()
    assert not worker.woken
    lists.see(QUERY, ["i-1"])
    assert worker.woken
