"""A job that is paused, stopped, refused, broken off or out of disk: it ends at a safe point and says how it stands."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.sqs.message import Message, md5_of_body, of_answer
from console.text.faults import FaultKind
from console.workbench import keeping
from console.workbench.job import Job, Progress
from console.workbench.journal import Journal, Kind, Order, Standing, read_journal
from tests.support import virtual
from tests.support.sqsfaults import EXPIRED, SqsBackend
from tests.workbench.site import Site, taken
from tests.workbench.test_job import Queues, made

pytestmark = pytest.mark.usefixtures("quick")

COUNT = 60


@pytest.fixture
def queues(backend: SqsBackend, name: str) -> Queues:
    return made(backend, name, COUNT)


class Between:
    """Stands between a job and SQS, and does something after the so-manieth answer to an operation."""

    def __init__(self, site: Site, operation: str, nth: int, deed: Any, *, first: bool = False) -> None:
        self._site, self._operation, self._left = site, operation, nth
        self._deed, self._first = deed, first
        self.operations: list[str] = []

    async def __call__(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.operations.append(operation)
        self._left -= operation == self._operation
        due = operation == self._operation and not self._left
        if due and self._first:
            self._deed()
        answer = await self._site.write(service, operation, parameters)
        if due and not self._first:
            self._deed()
        return answer


async def test_a_refusal_by_the_guard_stops_it_and_the_rest_is_untouched(site: Site, queues: Queues) -> None:
    between = Between(site, "SendMessageBatch", 2, site.gateway.guard.lock)
    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        job = Job(journal, lease.spool, between, lease)
        account = await site.run(job, journal)
    queues.judge(account)
    assert "read-only" in job.pace.stopped
    assert account.counts()[Standing.IN_DOUBT] == 0, "nothing left this machine"
    assert account.counts()[Standing.UNTOUCHED] >= COUNT - 40
    assert account.ended


async def test_expired_credentials_stop_it_and_the_rest_is_untouched(site: Site, queues: Queues) -> None:
    queues.backend.fault(EXPIRED, "SendMessageBatch", first=3)
    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        job = Job(journal, lease.spool, site.write, lease)
        account = await site.run(job, journal)
    queues.judge(account)
    assert job.fault
    assert job.fault.kind is FaultKind.EXPIRED
    assert account.counts()[Standing.DONE] == 20
    assert account.counts()[Standing.UNTOUCHED] == COUNT - 20
    assert queues.backend.counts()["SendMessageBatch"] <= 2 + 4


async def test_a_handle_that_runs_out_between_sending_and_deleting_leaves_a_copy_and_says_so(
    site: Site, backend: SqsBackend, name: str
) -> None:
    queues = made(backend, name, 10)
    between = Between(site, "SendMessageBatch", 1, lambda: site.advance(61))
    async with site.lease(queues.dead, hold=60) as lease:
        await taken(lease, 10)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        account = await site.run(Job(journal, lease.spool, between, lease), journal)
    assert account.counts()[Standing.COPIED] == 10
    assert {entry.why for entry in account.entries.values()} == {"it was no longer held"}
    assert between.operations == ["SendMessageBatch"], "nothing is deleted by a handle that holds nothing"
    queues.judge(account)


async def test_a_handle_that_runs_out_while_it_is_deleted_proves_nothing(
    site: Site, backend: SqsBackend, name: str
) -> None:
    queues = made(backend, name, 10)
    between = Between(site, "DeleteMessageBatch", 1, lambda: site.advance(61))
    async with site.lease(queues.dead, hold=60) as lease:
        await taken(lease, 10)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        account = await site.run(Job(journal, lease.spool, between, lease), journal)
    assert account.counts()[Standing.IN_DOUBT] == 10
    queues.judge(account)


async def test_when_the_lease_is_over_nothing_more_is_sent(site: Site, queues: Queues) -> None:
    ends = datetime.fromtimestamp(site.clock() + 3600, UTC)
    async with site.lease(queues.dead, hold=12, expires_at=ends) as lease:
        await taken(lease, COUNT)

        def end() -> None:
            lease.over = "the credentials are about to end"
            lease.forget(lease.ids())

        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        job = Job(journal, lease.spool, Between(site, "DeleteMessageBatch", 1, end), lease)
        account = await site.run(job, journal)
    assert job.pace.stopped == "the credentials are about to end"
    assert account.counts()[Standing.UNTOUCHED] >= COUNT - 40
    queues.judge(account)


async def test_it_can_be_paused_and_goes_on(site: Site, queues: Queues) -> None:
    told: list[Progress] = []
    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        quiet = asyncio.Event()

        def tell(progress: Progress) -> None:
            told.append(progress)
            if progress.paused and not progress.counts[Standing.IN_DOUBT] + progress.counts[Standing.COPIED]:
                quiet.set()

        def pause() -> None:
            job.pace.pause()

        between = Between(site, "SendMessageBatch", 1, pause, first=True)
        job = Job(journal, lease.spool, between, lease, tell=tell)
        running = asyncio.create_task(job.run())
        await quiet.wait()
        assert journal.counts[Standing.UNTOUCHED] >= COUNT - 50
        assert not running.done()
        job.pace.go_on()
        account = await running
    assert account.counts()[Standing.DONE] == COUNT
    assert told[-1].through == told[-1].total == COUNT
    assert told[-1].left_seconds == 0
    queues.judge(account)


@pytest.mark.parametrize("paused", [False, True])
async def test_it_can_be_stopped_and_the_batches_that_were_begun_come_to_their_end(
    site: Site, queues: Queues, paused: bool
) -> None:
    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())

        def stop() -> None:
            if paused:
                job.pace.pause()
            job.pace.stop("the operator said so")

        job = Job(journal, lease.spool, Between(site, "SendMessageBatch", 1, stop), lease)
        account = await site.run(job, journal)
        assert job.finished.is_set()
    assert account.counts()[Standing.IN_DOUBT] == account.counts()[Standing.COPIED] == 0
    assert 10 <= account.counts()[Standing.DONE] <= 50
    assert account.ended
    queues.judge(account)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch"])
async def test_cancelled_it_ends_and_writes_down_what_it_began(
    site: Site, queues: Queues, operation: str, times: int
) -> None:
    queues.backend.fault("hold", operation)
    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        job = Job(journal, lease.spool, site.write, lease)
        running = asyncio.create_task(job.run())
        await queues.backend.arrived(operation, 1, done=True)
        for _ in range(times):
            running.cancel()
            await asyncio.sleep(0)
        while not running.done():
            queues.backend.release()
            await asyncio.wait([running], timeout=0.05)
        assert running.cancelled()
        assert job.finished.is_set()
    account = read_journal(journal.path)
    assert not account.ended
    assert account.counts()[Standing.IN_DOUBT] == account.counts()[Standing.COPIED] == 0
    assert 10 <= account.counts()[Standing.DONE] <= 50
    queues.judge(account)


@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch"])
async def test_without_room_for_its_journal_no_further_step_is_taken(
    site: Site, queues: Queues, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_handle: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with site.lease(queues.dead) as lease:
        await taken(lease, COUNT)
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        between = Between(site, operation, 2, lambda: monkeypatch.setattr(keeping.os, "write", fail))
        with pytest.raises(OSError, match="No space"):
            await Job(journal, lease.spool, between, lease).run()
    monkeypatch.undo()
    account = read_journal(journal.path)
    assert not account.ended
    assert account.counts()[Standing.UNTOUCHED] >= COUNT - 50
    queues.judge(account)


async def test_a_spool_that_was_changed_is_noticed_before_anything_is_sent(site: Site, queues: Queues) -> None:
    async with site.lease(queues.dead) as lease:
        messages, _ = await taken(lease, COUNT)
        path = lease.spool.path
        text = path.read_text()
        body = messages[0].body
        assert f'"body":"{body}"' in text
        with path.open("r+") as file:
            file.write(text.replace(f'"body":"{body}"', f'"body":"{"x" * len(body)}"'))
        journal = site.journal(Kind.RESEND, queues.dead, queues.source, [messages[0].id])
        job = Job(journal, lease.spool, site.write, lease)
        account = await site.run(job, journal)
        assert "cannot be read back" in job.pace.stopped
        unknown = await site.delete(lease, ids=["never received"])
    assert account.counts()[Standing.UNTOUCHED] == 1
    assert unknown.counts()[Standing.UNTOUCHED] == 1
    assert site.written == []
    assert queues.now() == (COUNT, 0)


class Kept:
    """Messages in memory."""

    def __init__(self, count: int) -> None:
        self._messages = {f"m-{number}": _message(f"m-{number}") for number in range(count)}

    def get(self, message_id: str, /) -> Message:
        """Return one."""
        return self._messages[message_id]

    def ids(self) -> tuple[str, ...]:
        """Return all ids."""
        return tuple(self._messages)


def _message(id_: str) -> Message:
    return of_answer({"MessageId": id_, "Body": id_, "MD5OfBody": md5_of_body(id_), "ReceiptHandle": "h"}, 0.0, 0.0)


def paced(home: Path, rate: float, count: int, stop_at: float = 0.0) -> tuple[list[tuple[float, int]], float]:
    """Restore ``count`` messages on made-up time; return (when, how many) of every call, and when it ended."""
    calls: list[tuple[float, int]] = []

    async def write(_service: str, _operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        calls.append((virtual.now() - virtual.START, len(asked["Entries"])))
        return {
            "Successful": [
                {"Id": entry["Id"], "MessageId": f"n-{entry['MessageBody']}",
                 "MD5OfMessageBody": md5_of_body(entry["MessageBody"])}
                for entry in asked["Entries"]
            ]
        }  # fmt: skip

    async def go() -> float:
        kept = Kept(count)
        order = Order("j", Kind.RESTORE, "a", "r", "q", "q", kept.ids(), "", rate, "ana", "", 0.0)
        job = Job(Journal(home / "jobs" / "j.jsonl", order), kept, write)
        if stop_at:
            asyncio.get_running_loop().call_later(stop_at, job.pace.stop, "enough")
        await job.run()
        return virtual.now() - virtual.START

    return calls, virtual.run(go())


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a thread is done at once: made-up time does not wait for threads."""

    async def at_once(work: Any, *arguments: Any) -> Any:
        return work(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", at_once)


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("rate", [0.5, 1.0, 2.5, 7.0, 10.0, 100.0])
def test_it_is_never_faster_than_its_rate(home: Path, rate: float) -> None:
    calls, _ = paced(home, rate, 50)
    assert sum(count for _, count in calls) == 50
    for began, _ in calls:
        within = sum(count for at, count in calls if began <= at < began + 1 - 1e-6)
        assert within < max(1, rate) + calls[0][1], "in any one second, but for what does not go into it evenly"
    assert calls[-1][0] == pytest.approx((50 - calls[-1][1]) / rate, rel=0.01)


@pytest.mark.usefixtures("inline")
def test_without_a_rate_it_does_not_wait(home: Path) -> None:
    calls, ended = paced(home, 0.0, 50)
    assert ([count for _, count in calls], ended) == ([10] * 5, 0.0)


@pytest.mark.usefixtures("inline")
def test_stopping_does_not_wait_for_the_next_turn(home: Path) -> None:
    calls, ended = paced(home, 0.01, 50, stop_at=130.0)
    assert [round(at) for at, _ in calls] == [0, 100]
    assert round(ended) == 130
