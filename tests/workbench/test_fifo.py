"""FIFO queues: a group stays together and in order, nothing overtakes, and what SQS swallowed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from console.workbench.job import Job
from console.workbench.journal import Account, Kind, Standing
from console.workbench.pace import Pace
from console.workbench.sending import deduplication_id
from tests.support.sqsfaults import (
    DENIED,
    DOUBTFUL,
    DROPPED,
    LATE,
    LOST,
    PARTIAL,
    THROTTLED,
    WEATHERS,
    SqsBackend,
    Weather,
)
from tests.workbench.site import Site, by_group, check, taken

GROUPS = {"a": 10, "b": 7, "c": 3, "d": 1}


@pytest.fixture(autouse=True)
def quick(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue without messages says so at once, and nobody rests between two tries of what was throttled."""

    async def rest(_self: Pace, _seconds: float) -> None:
        pass

    monkeypatch.setattr(Pace, "rest", rest)


class Fifo:
    """A dead-letter queue of several groups and where they came from."""

    def __init__(self, backend: SqsBackend, name: str) -> None:
        self.backend = backend
        self.dead_name, self.name = f"{name}-dlq.fifo", f"{name}.fifo"
        self.dead, self.source = backend.make(self.dead_name), backend.make(self.name, dead=self.dead_name)
        self.given = [
            {"body": f"{group} {number}", "group": group}
            for number in range(10)
            for group, count in GROUPS.items()
            if number < count
        ]
        self.before = dict(
            zip(backend.put(self.dead_name, self.given), (one["body"] for one in self.given), strict=True)
        )

    def by_group(self, name: str) -> dict[str, list[str]]:
        """Return group → bodies in the order they lie in the queue."""
        return by_group(self.backend, name)

    def judge(self, account: Account) -> None:
        """Hold an account against what is where: nothing lost, nothing doubled, nothing overtaken."""
        check(account, self.before, self.backend.bodies(self.dead_name), self.backend.bodies(self.name))
        for group, bodies in self.by_group(self.name).items():
            assert bodies == [f"{group} {number}" for number in range(len(bodies))], "nothing overtook"


@pytest.fixture
def fifo(backend: SqsBackend, name: str) -> Fifo:
    return Fifo(backend, name)


async def test_groups_and_their_order_are_kept_whatever_order_was_asked_for(site: Site, fifo: Fifo) -> None:
    async with site.lease(fifo.dead) as lease:
        messages, _ = await taken(lease, len(fifo.before))
        assert len(messages) == len(fifo.before)
        account = await site.resend(lease, fifo.source, ids=sorted(lease.ids(), reverse=True))
    assert account.counts()[Standing.DONE] == len(fifo.before)
    assert fifo.by_group(fifo.name) == {
        group: [f"{group} {number}" for number in range(count)] for group, count in GROUPS.items()
    }
    assert fifo.backend.messages(fifo.dead_name) == []


async def test_the_deduplication_id_is_fresh_and_follows_from_job_and_message(site: Site, fifo: Fifo) -> None:
    async with site.lease(fifo.dead) as lease:
        await taken(lease, len(fifo.before))
        account = await site.resend(lease, fifo.source)
    new = {entry.new_id: entry.id for entry in account.entries.values()}
    for message in fifo.backend.messages(fifo.name):
        assert message.deduplication == deduplication_id(account.order.id, new[message.id])
    assert deduplication_id("other job", "m") != deduplication_id("job", "m") != deduplication_id("job", "n")


@pytest.mark.parametrize("times", [{}, {"nth": 1}, {"nth": 3}], ids=["always", "first", "third"])
@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)
@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch", "ReceiveMessage"])
async def test_nothing_overtakes_whatever_goes_wrong(
    site: Site, fifo: Fifo, operation: str, weather: Weather, times: dict[str, int]
) -> None:
    options = {"seconds": 0.02} if weather is LATE else {}
    fifo.backend.fault(weather, operation, **times, **options)
    async with site.lease(fifo.dead) as lease:
        await taken(lease, len(fifo.before))
        account = await site.resend(lease, fifo.source)
    fifo.judge(account)


@pytest.mark.parametrize("weather", [PARTIAL, DOUBTFUL, DROPPED, LOST, DENIED], ids=lambda one: one.name)
async def test_behind_what_was_not_sent_its_group_waits(site: Site, fifo: Fifo, weather: Weather) -> None:
    fifo.backend.fault(weather, "SendMessageBatch", nth=2)
    async with site.lease(fifo.dead) as lease:
        await taken(lease, len(fifo.before))
        account = await site.resend(lease, fifo.source)
    fifo.judge(account)
    assert account.counts()[Standing.DONE] < len(fifo.before)
    why = {entry.why for entry in account.those(Standing.UNTOUCHED)}
    assert weather not in (PARTIAL, DOUBTFUL) or "one before it in its group was not sent" in why


async def test_throttling_delays_a_group_and_does_not_break_it(site: Site, fifo: Fifo) -> None:
    fifo.backend.fault(THROTTLED, "SendMessageBatch", first=2, times=3)
    async with site.lease(fifo.dead) as lease:
        await taken(lease, len(fifo.before))
        account = await site.resend(lease, fifo.source)
    assert account.counts()[Standing.DONE] == len(fifo.before)
    fifo.judge(account)


async def test_behind_what_is_no_longer_held_its_group_waits(site: Site, fifo: Fifo) -> None:
    async with site.lease(fifo.dead) as lease:
        messages, _ = await taken(lease, len(fifo.before))
        first = next(message.id for message in messages if message.body == "a 0")
        ids = lease.ids()
        await lease.release([first])
        account = await site.resend(lease, fifo.source, ids=ids)
    fifo.judge(account)
    assert account.counts()[Standing.UNTOUCHED] == GROUPS["a"]
    assert account.counts()[Standing.DONE] == len(fifo.before) - GROUPS["a"]


@pytest.mark.parametrize("known", ["MessageId", "SequenceNumber"])
async def test_what_sqs_took_for_another_is_kept(site: Site, fifo: Fifo, known: str) -> None:
    """SQS answers a repeated deduplication id with success and the first message's id and number."""
    earlier: list[Mapping[str, Any]] = []

    async def write(service: str, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "SendMessageBatch" and earlier:
            (entry,) = asked["Entries"]
            return {"Successful": [{**earlier[0], "Id": entry["Id"], "MD5OfMessageBody": "x"}]}
        answer = await site.write(service, operation, asked)
        earlier.extend(answer["Successful"] if operation == "SendMessageBatch" else ())
        return answer

    async with site.lease(fifo.dead) as lease:
        messages, _ = await taken(lease, len(fifo.before))
        ids = [message.id for message in messages if message.body in ("a 0", "a 1")]
        journal = site.journal(Kind.RESEND, fifo.dead, fifo.source, ids)
        if known == "SequenceNumber":
            real = write

            async def write(service: str, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
                repeated = bool(earlier)
                answer = await real(service, operation, asked)
                if repeated and operation == "SendMessageBatch":
                    answer["Successful"][0]["MessageId"] = "another"
                return answer

        account = await site.run(Job(journal, lease.spool, write, lease), journal)
    assert account.entries[ids[0]].standing is Standing.DONE
    assert account.entries[ids[1]].standing is Standing.UNTOUCHED
    assert "had already" in account.entries[ids[1]].why
    assert fifo.backend.bodies(fifo.dead_name)["a 1"] == 1


async def test_from_a_standard_queue_each_message_is_a_group_of_its_own(
    site: Site, backend: SqsBackend, name: str
) -> None:
    dead, target = backend.make(f"{name}-dlq"), backend.make(f"{name}.fifo")
    ids = backend.put(f"{name}-dlq", [{"body": f"{number}"} for number in range(10)] + [{"body": "g", "group": "fair"}])
    async with site.lease(dead) as lease:
        await taken(lease, 11)
        account = await site.resend(lease, target)
    assert account.counts()[Standing.DONE] == 11
    assert {message.group for message in backend.messages(f"{name}.fifo")} == {*ids[:10], "fair"}
    assert backend.counts()["SendMessageBatch"] == 2
