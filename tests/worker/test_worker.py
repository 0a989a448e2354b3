"""The worker from the screen's side: answers come back, nothing hangs, nothing is left, wherever it runs."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.config.settings import Settings
from console.launch import Launch
from console.text.faults import AwsError
from console.worker import worker as module
from console.worker.place import ONE_PROCESS_VARIABLE, OwnProcess, OwnThread, Place, best_place
from console.worker.worker import Worker

pytestmark = pytest.mark.usefixtures("reachable")

PLACES: tuple[type[Any], ...] = (OwnProcess, OwnThread)


@pytest.fixture(params=PLACES)
async def worker(request: pytest.FixtureRequest) -> AsyncIterator[Worker]:
    found = Worker(make=request.param)
    yield found
    assert found.stop(), "it ends when it is told to"


async def opened(worker: Worker) -> int:
    number, (door, standing) = await worker.open(Launch(), Settings())
    assert door.scope.account == standing.identity.account != ""
    return number


async def test_a_session_asked_for_before_there_is_a_loop_is_the_one_that_is_opened() -> None:
    for make in PLACES:
        worker = Worker(make())
        await asyncio.to_thread(worker.begin, Launch(), Settings())
        number = await opened(worker)
        other, _ = await worker.open(Launch(), Settings())
        assert (number, other) == (1, 2)
        assert worker.stop()


async def test_answers_find_who_asked(worker: Worker) -> None:
    number = await opened(worker)
    calls, locked, again = await asyncio.gather(
        worker.ask(number, "calls"), worker.ask(number, "lock"), worker.ask(number, "calls")
    )
    assert {record.operation for record in calls} >= {"GetCallerIdentity"}
    assert locked.unlocked_for == 0
    assert len(again) >= len(calls)


@pytest.mark.parametrize("name", ["_policy", "hear", "standing", "__init__", "lists"])
async def test_only_what_is_offered_can_be_asked_for(worker: Worker, name: str) -> None:
    number = await opened(worker)
    with pytest.raises(AwsError, match=name):
        await worker.ask(number, name)
    with pytest.raises(AwsError):
        await worker.ask(number + 1, "calls")


async def test_who_stops_waiting_hears_nothing_and_the_worker_goes_on(worker: Worker) -> None:
    number = await opened(worker)
    waiting = asyncio.create_task(worker.ask(number, "calls"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not worker._waiting
    assert await worker.ask(number, "calls")


async def test_news_are_told_until_they_are_forgotten(worker: Worker) -> None:
    number = await opened(worker)
    told: list[Any] = []
    heard = asyncio.Event()
    worker.hear(number, lambda news: (told.append(news), heard.set()))
    async with asyncio.timeout(20):
        await heard.wait()  # the account's alias was read, which was a call
    assert told[0].identity.account
    worker.forget(number)
    count = len(told)
    await worker.ask(number, "close")
    assert len(told) == count


async def test_a_process_that_dies_fails_who_waits_is_told_and_is_started_again() -> None:
    worker = Worker(make=OwnProcess)
    number = await opened(worker)
    told: list[Any] = []
    gone = asyncio.Event()
    worker.hear(number, lambda news: (told.append(news), gone.set()) if news is None else None)
    place = worker._place
    assert isinstance(place, OwnProcess)
    os.kill(place._pid, signal.SIGSTOP)
    waiting = asyncio.create_task(worker.ask(number, "calls"))
    await asyncio.sleep(0)
    os.kill(place._pid, signal.SIGKILL)
    with pytest.raises(AwsError, match="ended"):
        await waiting
    async with asyncio.timeout(20):
        await gone.wait()
    worker.tell(number, "more", None)  # nobody is there to hear it
    assert await opened(worker) > number
    assert worker.stop()


async def test_the_process_ends_by_itself_when_the_screen_is_gone() -> None:
    worker = Worker(make=OwnProcess)
    await opened(worker)
    place = worker._place
    assert isinstance(place, OwnProcess)
    place.end.shutdown(2)  # as the kernel does when the screen is killed
    async with asyncio.timeout(20):
        while place.alive():  # noqa: ASYNC110 a process tells nobody that it has ended
            await asyncio.sleep(0.01)


async def test_keys_and_endings_meant_for_the_screen_do_not_reach_the_process() -> None:
    worker = Worker(make=OwnProcess)
    number = await opened(worker)
    place = worker._place
    assert isinstance(place, OwnProcess)
    assert os.getpgid(place._pid) != os.getpgid(0)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        os.kill(place._pid, ending)
    assert await worker.ask(number, "calls")
    assert worker.stop()


def test_what_does_not_end_in_time_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    place = OwnProcess()
    os.kill(place._pid, signal.SIGSTOP)
    worker = Worker(place)
    assert not worker.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(place._pid, 0)
    assert worker.stop(), "there is nothing left to stop"


def test_a_thread_that_hangs_holds_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    release = threading.Event()
    monkeypatch.setattr(OwnThread, "_serve", staticmethod(lambda _end: release.wait(20)))
    worker = Worker(OwnThread())
    started = time.monotonic()
    assert not worker.stop()
    assert time.monotonic() - started < 10
    release.set()


def test_one_core_or_a_wish_keeps_everything_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def kind() -> type[Place]:
        place = best_place()
        place.end.close()
        assert place.stop(20)
        return type(place)

    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1}, raising=False)
    assert kind() is OwnProcess
    monkeypatch.setenv(ONE_PROCESS_VARIABLE, "1")
    assert kind() is OwnThread
    monkeypatch.delenv(ONE_PROCESS_VARIABLE)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0}, raising=False)
    assert kind() is OwnThread
