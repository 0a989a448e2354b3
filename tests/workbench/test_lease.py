"""Messages that are held: each once, by its newest handle, no longer than wanted, and given back whatever happens."""

from __future__ import annotations

import asyncio
import errno
import threading
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from console.sqs.message import Message
from console.text.faults import FaultKind
from console.workbench import keeping
from console.workbench import lease as leases
from console.workbench.journal import Standing
from console.workbench.lease import Lease
from console.workbench.spool import KeptSpool, Origin, Spool
from console.workbench.visibility import WAIT
from tests.support.reader import FakeReader
from tests.support.sqsfaults import CUT, DROPPED, GARBLED, LOST, UNAVAILABLE, SqsBackend, Weather
from tests.support.sqsfaults import DENIED as REFUSED
from tests.workbench.site import Site, taken

pytestmark = pytest.mark.usefixtures("quick")


def states(backend: SqsBackend, name: str) -> Counter[str]:
    return Counter(message.state for message in backend.messages(name))


async def test_messages_are_taken_once_held_and_given_back(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    ids = backend.put(name, [f"body {number}" for number in range(57)])
    async with site.lease(url) as lease:
        messages, faults = await taken(lease, 50)
        assert (len(messages), faults) == (50, [])
        assert len({message.id for message in messages}) == 50
        assert states(backend, name) == {"in flight": 50, "visible": 7}
        assert all(message.receives == 1 for message in messages)
        more, _ = await taken(lease, 50)
        assert {message.id for message in messages + more} == set(ids) == set(lease.ids())
        assert states(backend, name) == {"in flight": 57}
    assert states(backend, name) == {"visible": 57}
    assert (lease.ids(), lease.unreleased, lease.unanswered_until) == ((), {}, 0.0)
    assert all(message.receives == 1 for message in backend.messages(name))


async def test_what_is_received_again_while_it_is_given_back_is_given_back_too(
    site: Site, backend: SqsBackend, name: str
) -> None:
    url = backend.make(name)
    backend.put(name, ["a"])
    async with site.lease(url) as lease:
        await taken(lease, 1)
        backend.fault("hold", "ChangeMessageVisibilityBatch", nth=1)
        giving = asyncio.create_task(lease.release())
        await backend.arrived("ChangeMessageVisibilityBatch", done=True)
        await taken(lease, 1)
        assert states(backend, name) == {"in flight": 1}, "it was there to be received before the answer was"
        await asyncio.to_thread(backend.release)
        await giving
        assert len(lease.ids()) == 1
    assert states(backend, name) == {"visible": 1}
    assert (lease.ids(), lease.unreleased) == ((), {})


async def test_an_empty_queue_is_asked_twice(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    async with site.lease(url) as lease:
        assert await taken(lease, 10) == ([], [])
    assert backend.counts()["ReceiveMessage"] == 2
    assert "ChangeMessageVisibilityBatch" not in backend.counts()


async def test_a_message_that_comes_several_times_is_shown_once_and_deleted_by_its_newest_handle(
    site: Site, backend: SqsBackend, name: str
) -> None:
    url = backend.make(name)
    backend.put(name, [f"body {number}" for number in range(9)])
    backend.fault("repeat", "ReceiveMessage")
    async with site.lease(url) as lease:
        messages, _ = await taken(lease, 100)
        assert len(messages) == len({message.id for message in messages}) == 9
        account = await site.delete(lease)
    assert account.counts()[Standing.DONE] == 9
    assert backend.messages(name) == []


async def test_the_newest_handle_is_the_one_of_the_latest_receive_whichever_answer_came_last(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entry(count: int) -> dict[str, Any]:
        return {
            "MessageId": "m", "Body": "b", "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f",
            "ReceiptHandle": f"handle {count}", "Attributes": {"ApproximateReceiveCount": str(count)},
        }  # fmt: skip

    monkeypatch.setattr(leases, "WAIT", WAIT)
    answers = iter([{"Messages": [entry(2)]}, {"Messages": [entry(3)]}, {"Messages": [entry(1)]}])
    reader = FakeReader({"ReceiveMessage": lambda _asked: next(answers, {}), "ChangeMessageVisibilityBatch": {}})
    spool = Spool(home / "s" / "one.jsonl", Origin("a", "r", "q", 0.0))
    async with Lease(reader, "https://q", spool) as lease:
        messages, _ = await taken(lease, 30)
        held = lease.held("m")
    assert len(messages) == 1
    assert held is not None
    assert held.handle == "handle 3"
    receives = [asked for operation, asked in reader.asked if operation == "ReceiveMessage"]
    assert all(asked["WaitTimeSeconds"] == 2 for asked in receives), "every server of SQS is asked"


async def test_what_is_held_stays_held_until_it_is_given_back(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, ["one", "two"])
    async with site.lease(url, hold=6) as lease:
        await taken(lease, 2)
        for _ in range(2):
            await backend.arrived("ChangeMessageVisibilityBatch", 1, done=True)
            backend.forget()
            site.advance(3)  # past the middle of the hold, short of its end
        await backend.arrived("ChangeMessageVisibilityBatch", 1, done=True)
        assert states(backend, name) == {"in flight": 2}
        assert all(lease.held(message_id) for message_id in lease.ids())
    assert states(backend, name) == {"visible": 2}


async def test_what_lapsed_is_not_held_and_can_be_taken_again(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    (id_,) = backend.put(name, ["one"])
    async with site.lease(url, hold=60) as lease:
        await taken(lease, 1)
        site.advance(61)
        assert lease.held(id_) is None
        account = await site.delete(lease, ids=[id_])
        (entry,) = account.entries.values()
        assert (entry.standing, entry.why) == (Standing.UNTOUCHED, "it is no longer held")
        assert backend.counts()["DeleteMessageBatch"] == 0
        assert await taken(lease, 1) == ([], []), "it was shown before"
        assert lease.held(id_)
        assert (await site.delete(lease, ids=[id_])).counts()[Standing.DONE] == 1
    assert backend.messages(name) == []


async def test_some_can_be_given_back_earlier(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(25)])
    async with site.lease(url) as lease:
        messages, _ = await taken(lease, 25)
        await lease.release([message.id for message in messages[:12]] + ["unknown"])
        assert states(backend, name) == {"visible": 12, "in flight": 13}
        assert len(lease.ids()) == 13
    assert states(backend, name) == {"visible": 25}


async def test_a_message_that_is_being_written_is_not_new_to_another_take(home: Path) -> None:
    entry = {"MessageId": "m", "Body": "b", "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f", "ReceiptHandle": "h"}
    reader = FakeReader({"ReceiveMessage": {"Messages": [entry]}, "ChangeMessageVisibilityBatch": {}})
    spool = Spool(home / "s" / "one.jsonl", Origin("a", "r", "q", 0.0))
    first, writing, real = threading.Event(), threading.Event(), spool.add

    def add(messages: Sequence[Message]) -> None:
        writing.set()
        first.wait(30)
        real(messages)

    spool.add = add  # type: ignore[method-assign]
    async with Lease(reader, "https://q", spool) as lease:
        one = asyncio.create_task(taken(lease, 1))
        await asyncio.to_thread(writing.wait, 30)
        other = await taken(lease, 1)
        first.set()
        assert (len((await one)[0]), other) == (1, ([], []))
    assert KeptSpool(spool.path).ids() == ("m",)
    assert len(spool.path.read_text().splitlines()) == 2


async def test_an_exception_gives_everything_back(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, ["one", "two"])

    async def look() -> None:
        async with site.lease(url) as lease:
            async for _ in lease.take(2):
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await look()
    assert states(backend, name) == {"visible": 2}


@pytest.mark.parametrize("times", [1, 3])
async def test_being_cancelled_gives_everything_back(site: Site, backend: SqsBackend, name: str, times: int) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(30)])
    holding = asyncio.Event()

    async def look() -> None:
        async with site.lease(url) as lease:
            await taken(lease, 30)
            holding.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(look())
    await holding.wait()
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert states(backend, name) == {"visible": 30}


async def test_what_is_being_received_when_it_is_left_is_given_back_too(
    site: Site, backend: SqsBackend, name: str
) -> None:
    url = backend.make(name)
    backend.put(name, ["one", "two"])
    backend.fault("hold", "ReceiveMessage")
    lease = site.lease(url)

    async def look() -> None:
        async with lease:
            await taken(lease, 2)

    task = asyncio.create_task(look())
    await backend.arrived("ReceiveMessage", 1, done=True)
    task.cancel()
    await asyncio.sleep(0)
    backend.release()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert states(backend, name) == {"visible": 2}
    assert lease.unanswered_until == 0.0


async def test_a_receive_that_is_never_answered_is_left_behind_and_told(
    site: Site, backend: SqsBackend, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_LAST_ANSWERS", 0.1)
    url = backend.make(name)
    backend.put(name, ["one"])
    backend.fault("hold", "ReceiveMessage")
    lease = site.lease(url, hold=120)
    before = site.clock()
    async with lease:
        task = asyncio.create_task(taken(lease, 1))
        await backend.arrived("ReceiveMessage", 1, done=True)
    assert await task == ([], [])
    assert before + 120 <= lease.unanswered_until <= site.clock() + 120
    assert states(backend, name) == {"in flight": 1}


async def test_a_spool_that_cannot_be_written_shows_nothing_and_gives_everything_back(
    site: Site, backend: SqsBackend, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(20)])
    shown = []

    def fail(_handle: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    lease = site.lease(url)
    monkeypatch.setattr(keeping.os, "write", fail)

    async def look() -> None:
        async with lease:
            async for part in lease.take(20):
                shown.append(part)

    with pytest.raises(OSError, match="No space"):
        await look()
    assert shown == []
    assert states(backend, name) == {"visible": 20}


async def test_what_is_shown_is_on_the_disk_for_a_later_session(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, [{"body": "one", "attributes": {"B": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}}])
    async with site.lease(url) as lease:
        async for part in lease.take(1):
            assert not hasattr(part, "what")
            assert list(KeptSpool(lease.spool.path).messages()) == list(part)


async def test_what_is_not_what_sqs_says_it_sent_is_not_shown(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    ids = backend.put(name, ["one", "two"])
    backend.fault("corrupt", "ReceiveMessage")
    async with site.lease(url) as lease:
        assert await taken(lease, 2) == ([], [])
        assert set(lease.spoilt) == set(ids)
        assert len(lease.spool) == 0
        assert states(backend, name) == {"in flight": 2}
    assert states(backend, name) == {"visible": 2}


@pytest.mark.parametrize("weather", [LOST, DROPPED, CUT, GARBLED, UNAVAILABLE], ids=lambda one: one.name)
async def test_a_receive_without_an_answer_is_told_and_not_made_again(
    site: Site, backend: SqsBackend, name: str, weather: Weather
) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(10)])
    backend.fault(weather, "ReceiveMessage", nth=1)
    before = site.clock()
    async with site.lease(url, hold=30) as lease:
        messages, (fault,) = await taken(lease, 10)
        assert messages == []
        assert "comes back by itself" in fault.what
        assert "30 seconds" in fault.remedy
        assert before + 30 <= lease.unanswered_until <= site.clock() + 30
        assert backend.counts()["ReceiveMessage"] == 1
        assert states(backend, name) == {"in flight" if weather.done else "visible": 10}
        site.advance(31)
        again, faults = await taken(lease, 10)
        assert (len(again), faults) == (10, [])


async def test_a_receive_that_is_refused_has_taken_nothing(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, ["one"])
    backend.fault(REFUSED, "ReceiveMessage")
    async with site.lease(url) as lease:
        messages, (fault,) = await taken(lease, 1)
    assert (messages, fault.kind, lease.unanswered_until) == ([], FaultKind.DENIED, 0.0)
    assert "comes back" not in fault.sentence()


async def test_one_of_several_answers_lost_does_not_lose_the_others(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(40)])
    backend.fault(DROPPED, "ReceiveMessage", nth=2)
    async with site.lease(url) as lease:
        async for part in lease.take(40):  # whoever stops listening at once loses nothing either
            assert isinstance(part, tuple)
            break
        await backend.arrived("ReceiveMessage", 4, done=True)
        assert states(backend, name) == {"in flight": 40}
    assert states(backend, name) == {"visible": 30, "in flight": 10}


@pytest.mark.parametrize("weather", [DROPPED, CUT, GARBLED], ids=lambda one: one.name)
async def test_a_fifo_queue_is_asked_the_same_again_by_the_same_attempt(
    site: Site, backend: SqsBackend, name: str, weather: Weather
) -> None:
    url = backend.make(f"{name}.fifo")
    backend.put(f"{name}.fifo", [{"body": f"{number}", "group": "g"} for number in range(10)])
    backend.fault(weather, "ReceiveMessage", nth=1)
    async with site.lease(url) as lease:
        messages, faults = await taken(lease, 10)
        assert [message.body for message in messages] == [f"{number}" for number in range(10)]
        assert (faults, lease.unanswered_until) == ([], 0.0)
        assert all(message.receives == 1 for message in messages)
        assert (await site.delete(lease)).counts()[Standing.DONE] == 10
    assert backend.counts()["ReceiveMessage"] == 2


async def test_a_message_in_part_does_not_hide_the_whole_ones(home: Path) -> None:
    whole = {"MessageId": "m", "Body": "b", "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f", "ReceiptHandle": "h"}
    answer = {"Messages": [{"MessageId": "half"}, whole]}
    changed = {"Successful": [{"Id": "0"}]}
    reader = FakeReader({"ReceiveMessage": answer, "ChangeMessageVisibilityBatch": changed})
    async with Lease(reader, "https://q", Spool(home / "s" / "1.jsonl", Origin("a", "r", "q", 0.0))) as lease:
        messages, (fault,) = await taken(lease, 2)
        assert [message.id for message in messages] == ["m"]
        assert fault.kind is FaultKind.MALFORMED
        assert lease.unanswered_until > 0


@pytest.mark.parametrize("weather", [DROPPED, CUT, GARBLED, LOST, REFUSED], ids=lambda one: one.name)
async def test_what_could_not_be_given_back_is_listed_with_when_it_returns(
    site: Site, backend: SqsBackend, name: str, weather: Weather
) -> None:
    url = backend.make(name)
    ids = backend.put(name, [f"{number}" for number in range(10)])
    before = site.clock()
    async with site.lease(url, hold=45) as lease:
        await taken(lease, 10)
        backend.fault(weather, "ChangeMessageVisibilityBatch")
    assert set(lease.unreleased) == set(ids)
    returns = {message.id: int(message.returns) / 1000 for message in backend.messages(name) if message.returns}
    for id_, unreleased in lease.unreleased.items():
        assert before + 45 <= unreleased.returns_at <= site.clock() + 45
        assert returns.get(id_, 0) <= unreleased.returns_at + 0.001, "never later than told"
        assert unreleased.why
    assert lease.ids() == ()


async def test_half_a_batch_given_back_is_told_by_message(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(10)])
    async with site.lease(url) as lease:
        await taken(lease, 10)
        backend.fault("partial", "ChangeMessageVisibilityBatch")
    hidden = {message.id for message in backend.messages(name) if message.state == "in flight"}
    assert set(lease.unreleased) == hidden
    assert len(hidden) == 5


async def test_what_someone_deleted_meanwhile_is_not_listed(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, ["one", "two"])
    async with site.lease(url) as lease:
        messages, _ = await taken(lease, 2)
        backend.sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0].handle)
    assert lease.unreleased == {}
    assert states(backend, name) == {"visible": 1}


async def test_a_release_that_nobody_answers_ends_all_the_same(
    site: Site, backend: SqsBackend, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.workbench.visibility.PATIENCE", 0.3)
    url = backend.make(name)
    backend.put(name, [f"{number}" for number in range(300)])
    async with site.lease(url) as lease:
        messages, _ = await taken(lease, 300)
        assert len(messages) == 300
        backend.forget()
        backend.fault("stall", "ChangeMessageVisibilityBatch")
    assert len(lease.unreleased) == 300
    assert backend.counts()["ChangeMessageVisibilityBatch"] <= 8, "those after the first silence are not tried"


async def test_bodies_are_not_kept_in_memory(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    backend.put(name, [f"{number}" + "x" * 100_000 for number in range(200)])
    async with site.lease(url) as lease:
        count = 0
        tracemalloc.start()
        try:
            async for part in lease.take(200):
                assert isinstance(part, tuple)
                count += len(part)
            del part
            held, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 200
    assert held < 5_000_000, "200 bodies are 20 MB"
