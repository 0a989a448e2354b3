"""A job and the permission it was confirmed with: kept to its end, given up at a safe point, told as it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from console.session import Status
from console.workbench.intents import Wish
from console.workbench.job import ABREAST
from console.workbench.journal import Kind, Standing
from console.workbench.work import Ended
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import REASON, Beside, ids_of


@pytest.fixture
def backend(orders: SqsBackend) -> SqsBackend:
    """An account with a dead-letter queue of 60 letters."""
    orders.put("orders-dlq", [{"body": f"letter {n}", "source": "orders"} for n in range(60)])
    return orders


async def until_status(desk: Beside, wanted: Callable[[Status], bool]) -> None:
    async with asyncio.timeout(30):
        while not wanted(desk.session.status()):  # noqa: ASYNC110 nobody is told of it but the session
            await asyncio.sleep(0.01)


async def sending(backend: SqsBackend, desk: Beside) -> asyncio.Task[Ended]:
    """Return a job of 60 messages whose first four batches are sent and none of them is answered."""
    ids = await desk.held(60)
    intent = await desk.queue.intend(Wish(Kind.RESEND, ids))
    backend.fault("hold", "SendMessageBatch", first=1, times=ABREAST)
    running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="yes"))
    await backend.arrived("SendMessageBatch", ABREAST, done=True)
    await until_status(desk, lambda status: status.held)
    return running


async def test_a_job_goes_on_when_the_unlock_runs_out_and_the_screen_says_so(
    backend: SqsBackend, desk: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await sending(backend, desk)
    late = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids_of(desk.samples()[-1]))))
    ahead = SimpleNamespace(clock_gettime=lambda clock: time.clock_gettime(clock) + 3_600, CLOCK_MONOTONIC=1)
    monkeypatch.setattr("console.aws.guard.time", ahead)
    monkeypatch.setattr("console.session.time", ahead)
    status = desk.session.status()
    assert (status.unlocked_for, status.held) == (0, True)
    backend.release()
    ended = await running
    assert ended.account, ended.sentence()
    assert ended.account.counts()[Standing.DONE] == 60
    assert len(backend.messages("orders")) == 60
    refused = await desk.queue.carry_out(late, reason=REASON, confirmed="orders-dlq")
    assert "read-only" in refused.refusal, "the permission ended with the job"
    await until_status(desk, lambda status: not status.held)


async def test_locking_lets_the_job_end_what_it_began_and_nothing_more(backend: SqsBackend, desk: Beside) -> None:
    running = await sending(backend, desk)
    locking = asyncio.create_task(desk.session.lock())
    await until_status(desk, lambda status: status.unlocked_for == 0)
    assert desk.session.status().held
    assert not locking.done()
    backend.release()
    await locking
    assert not desk.session.status().held
    ended = await running
    assert ended.account
    counts = ended.account.counts()
    assert (counts[Standing.DONE], counts[Standing.UNTOUCHED]) == (10 * ABREAST, 60 - 10 * ABREAST)
    assert desk.steps()[-1].note == "writes were locked"


async def test_a_job_that_is_locked_before_it_begins_is_told_as_not_begun(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(10)
    intent = await desk.queue.intend(Wish(Kind.DELETE, ids))
    backend.fault("stall", "GetCallerIdentity", service="sts")
    running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq"))
    await backend.arrived("GetCallerIdentity", 1, service="sts")
    await desk.session.lock()
    assert "before it began" in (await running).sentence()
    assert not backend.counts()["DeleteMessageBatch"]
    backend.mend()
