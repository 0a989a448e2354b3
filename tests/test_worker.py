"""The thread that AWS is called on: results come back, nothing hangs, nothing is left."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from console import worker as module
from console.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    found = Worker()
    yield found
    found.stop()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "aws"]


async def where() -> int:
    return threading.get_ident()


async def wait_for_ever(begun: threading.Event, ended: threading.Event) -> None:
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        ended.set()


async def until(event: threading.Event) -> None:
    """Wait for the other thread without holding this loop."""
    assert await asyncio.to_thread(event.wait, 20)


async def test_work_is_done_elsewhere_and_its_result_comes_back(worker: Worker) -> None:
    assert await worker.run(where()) != threading.get_ident()
    assert await asyncio.gather(*(worker.run(asyncio.sleep(0, number)) for number in range(100))) == list(range(100))


async def test_this_loop_goes_on_while_the_other_is_busy(worker: Worker) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def busy() -> str:
        begun.set()
        go_on.wait(20)  # as parsing a large answer would
        return "done"

    work = asyncio.create_task(worker.run(busy()))
    await until(begun)
    assert not work.done()
    go_on.set()
    assert await work == "done"


async def test_what_goes_wrong_there_is_raised_here(worker: Worker) -> None:
    async def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await worker.run(fail())
    assert await worker.run(asyncio.sleep(0, "still alive")) == "still alive"


async def test_who_stops_waiting_stops_the_work(worker: Worker) -> None:
    begun, ended = threading.Event(), threading.Event()
    waiting = asyncio.create_task(worker.run(wait_for_ever(begun, ended)))
    await until(begun)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(ended)


async def test_a_call_is_made_there_soon_and_in_order(worker: Worker) -> None:
    made: list[tuple[int, int]] = []
    for number in range(50):
        worker.soon(lambda number: made.append((number, threading.get_ident())), number)
    there = await worker.run(where())
    assert made == [(number, there) for number in range(50)]


def test_stopping_while_something_runs_ends_it_and_leaves_no_thread() -> None:
    before = set(threads())
    worker = Worker()
    begun, ended = threading.Event(), threading.Event()
    future = asyncio.run_coroutine_threadsafe(wait_for_ever(begun, ended), worker._loop)
    assert begun.wait(20)
    assert set(threads()) - before
    worker.stop()
    assert ended.is_set()
    assert future.cancelled()
    assert set(threads()) == before
    assert worker._loop.is_closed()


def test_an_idle_worker_stops_at_once_and_may_be_stopped_again() -> None:
    before = set(threads())
    worker = Worker()
    worker.stop()
    worker.stop()
    assert set(threads()) == before


def test_what_cannot_be_cancelled_does_not_hold_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    worker = Worker()
    begun, release = threading.Event(), threading.Event()

    async def stubborn() -> None:
        begun.set()
        release.wait(20)

    asyncio.run_coroutine_threadsafe(stubborn(), worker._loop)
    assert begun.wait(20)
    started = time.monotonic()
    worker.stop()
    assert time.monotonic() - started < 10
    assert worker._thread.daemon, "it cannot keep the process alive"
    release.set()
    worker._thread.join(20)
    assert not worker._thread.is_alive()


def test_finishing_waits_for_the_end_and_says_whether_it_was_reached(worker: Worker) -> None:
    async def fail() -> None:
        raise OSError("the connection is gone")

    assert worker.finish(asyncio.sleep(0), 20)
    assert not worker.finish(fail(), 20)


def test_finishing_has_a_limit_and_what_goes_on_ends_with_the_worker() -> None:
    worker = Worker()
    begun, ended = threading.Event(), threading.Event()
    assert not worker.finish(wait_for_ever(begun, ended), 0.05)
    assert not ended.is_set()
    worker.stop()
    assert ended.is_set()
