"""A worker that ends while nothing is asked of it, and one that dies: what is watched goes on where it was."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from console.config.settings import Poll, Settings
from console.launch import Launch
from console.resources.registry import catalogue
from console.scope.model import Identity
from console.session import Session
from console.store.delta import Delta
from console.store.query import Query
from console.store.view import View
from console.text.faults import AwsError
from console.worker.place import OwnProcess, OwnThread
from console.worker.rest import Rest
from console.worker.worker import Worker
from tests.support.virtual import START, now, run

pytestmark = pytest.mark.usefixtures("reachable")

QUIET = Settings(poll=Poll(scale=0))
SOON = 0.2


async def rested_after(wanted: list[float], happened: list[float]) -> list[float]:
    """Return when a rest of a minute was due, of something that is wanted and that happens at some seconds."""
    due: list[float] = []

    async def note() -> None:
        due.append(now() - START)

    rest = Rest(60, note)
    for second in sorted({*wanted, *happened}):
        await asyncio.sleep(START + second - now())
        if second in wanted:
            rest.wanted()
        if second in happened:
            rest.happened()
    await asyncio.sleep(200)
    return due


@pytest.mark.parametrize(
    ("wanted", "happened", "due"),
    [
        ([0], [], [60]),
        ([0, 50, 100], [], [160]),
        ([0], [10, 30, 59], [60]),
        ([0], [70], [60, 130]),
        ([0, 90], [], [60, 150]),
        ([], [5], [65]),
        ([], [], []),
    ],
)
def test_it_is_due_a_while_after_what_was_wanted_last_whatever_happens_by_itself(
    wanted: list[float], happened: list[float], due: list[float]
) -> None:
    assert run(rested_after(wanted, happened)) == pytest.approx(due)


class Screen:
    """A list as a screen shows it, and what it was told."""

    def __init__(self) -> None:
        self.view = View(catalogue()["ec2.instances"])
        self.told: list[Delta] = []
        self.least = 0

    def __call__(self, delta: Delta) -> None:
        self.view.apply(delta, 0.0)
        self.told.append(delta)
        if self.told[0].complete or any(one.complete for one in self.told):
            self.least = min(self.least or len(self.view), len(self.view))

    def shows(self) -> list[tuple[object, ...]]:
        """Return the values of every row, in their order."""
        return [self.view.at(index).values for index in range(len(self.view))]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 a process tells nobody that it has ended
            await asyncio.sleep(0.01)


@asynccontextmanager
async def watching(
    worker: Worker, settings: Settings = QUIET, **launch: bool
) -> AsyncIterator[tuple[Session, Query, Screen]]:
    """Open a session that watches the instances, read to their end."""
    session = await Session.open(worker, Launch(**launch), settings)
    try:
        query, screen = session.query("ec2.instances"), Screen()
        await session.lists.watch(query, screen, lambda: screen.view.known(screen.told[-1]))
        await until(lambda: screen.told and screen.told[-1].complete)
        await until(lambda: session.status().identity.alias is not None)
        yield session, query, screen
        await session.close()
    finally:
        assert worker.stop()


async def test_it_ends_once_nothing_is_asked_and_goes_on_when_something_is() -> None:
    worker = Worker(make=OwnProcess, rest=SOON)
    async with watching(worker) as (session, query, screen):
        shown, usage = screen.shows(), session.status().usage
        await until(lambda: worker._place is None)
        assert usage.requests > 0
        assert session.status().usage.per_minute == 0, "nothing is called now"
        assert screen.shows() == shown
        told = len(screen.told)
        await session.lists.refresh(query)
        await until(lambda: screen.told[-1].complete and len(screen.told) > told + 1)
        assert screen.shows() == shown
        assert screen.least == len(shown), "no row was gone in between"
        assert not any(delta.changed or delta.removed for delta in screen.told[told:]), "nothing of them is sent again"
        await until(lambda: session.status().usage.requests >= usage.requests + 2)  # what was counted before counts


async def test_a_note_that_somebody_is_there_begins_it_again_and_that_nobody_is_does_not() -> None:
    worker = Worker(make=OwnProcess, rest=SOON)
    async with watching(worker) as (session, _, screen):
        await until(lambda: worker._place is None)
        await session.lists.attend(False)
        await asyncio.sleep(SOON)
        assert worker._place is None
        told = len(screen.told)
        session.lists.touched()
        await until(lambda: worker._place is not None)
        await until(lambda: worker._place is None)
        assert len(screen.told) == told, "nobody looks, so nothing was read"


async def test_it_stays_while_a_list_is_kept_fresh_or_writes_are_allowed_or_nothing_would_be_saved() -> None:
    for settings, make, write in (
        (Settings(), OwnProcess, False),
        (QUIET, OwnProcess, True),
        (QUIET, OwnThread, False),
    ):
        worker = Worker(make=make, rest=SOON)
        async with watching(worker, settings, write=write) as (session, _, _):
            await asyncio.sleep(4 * SOON)
            assert worker._place is not None
            if write:
                await session.lock()
                await until(lambda: worker._place is None)  # noqa: B023 it is over before the next


async def test_it_stays_while_messages_may_be_held() -> None:
    worker = Worker(make=OwnProcess, rest=SOON)
    async with watching(worker) as (session, _, _):
        queues = Screen()
        query = session.query("sqs.queues")
        ids: dict[str, None] = {}
        await session.lists.watch(
            query, lambda delta: (queues.told.append(delta), ids.update(dict.fromkeys(delta.changed)))
        )
        await until(lambda: queues.told and queues.told[-1].complete)
        url = next(entry.split("\x1f")[0] for entry in ids)
        await session.queue.open(session.scope, url)
        await asyncio.sleep(4 * SOON)
        assert worker._place is not None
        await session.queue.close()
        await until(lambda: worker._place is None)


async def test_writes_are_not_allowed_again_by_beginning_again() -> None:
    worker = Worker(make=OwnProcess, rest=SOON)
    async with watching(worker, write=True) as (session, query, _):
        assert session.status().unlocked_for > 0
        await session.lock()
        await until(lambda: worker._place is None)
        await session.lists.refresh(query)
        assert session.status().unlocked_for == 0
        assert not session.policy().unlocked


async def test_one_that_died_goes_on_too_and_says_so_meanwhile() -> None:
    worker = Worker(make=OwnProcess)
    async with watching(worker) as (session, query, screen):
        shown = screen.shows()
        place = worker._place
        assert isinstance(place, OwnProcess)
        os.kill(place._pid, signal.SIGKILL)
        await until(lambda: screen.told[-1].faults)
        session.lists.touched()
        assert worker._place is None, "a key alone does not begin what may die again"
        await session.lists.refresh(query)
        await until(lambda: screen.told[-1].complete and not screen.told[-1].faults)
        assert screen.shows() == shown


async def test_somebody_else_s_credentials_do_not_go_on_in_its_place() -> None:
    worker = Worker(make=OwnProcess, rest=SOON)
    async with watching(worker) as (session, query, _):
        other = Identity("999999999999", "arn:aws:iam::999999999999:user/other", "")
        await until(lambda: worker._place is None)
        session._stand(replace(session._standing, identity=other))
        for _ in range(2):
            with pytest.raises(AwsError, match="not opened again"):
                await session.lists.refresh(query)


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (
            "arn:aws:sts::123456789012:assumed-role/Operator/botocore-1",
            "arn:aws:sts::123456789012:assumed-role/Operator",
        ),
        ("arn:aws:iam::123456789012:user/team/ana", "arn:aws:iam::123456789012:user/team/ana"),
    ],
)
def test_the_same_role_is_the_same_caller(arn: str, principal: str) -> None:
    assert Identity("123456789012", arn).principal == principal
