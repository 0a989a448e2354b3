"""What was asked, and what it costs."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from console.aws.cost import CallRecord, Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.resources.model import Missing
from console.resources.registry import catalogue
from console.store.delta import Delta
from console.store.poller import Poller
from console.store.query import Query
from tests.aws.conftest import SCOPE, connection
from tests.bench.replay import Account, Conversation
from tests.store.heardrows import HeardRows
from tests.support.patience import shorten


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_requests_are_counted_by_operation_and_by_the_last_minute(clock):
    meter = Meter(clock)
    meter.count("ec2", "DescribeInstances")
    clock.now += 61
    meter.count("ec2", "DescribeInstances")
    meter.count("sqs", "ListQueues")
    usage = meter.usage()
    assert (usage.requests, usage.per_minute) == (3, 2)
    assert meter.sent == {("ec2", "DescribeInstances"): 2, ("sqs", "ListQueues"): 1}


def test_a_meter_goes_on_from_another_and_counts_only_the_time_of_both(clock):
    first = Meter(clock)
    for _ in range(100):
        first.count("s3", "ListObjectsV2")
    clock.now += 1800
    before = first.usage()
    clock.now += 7200
    second = Meter(clock)
    second.count("sts", "GetCallerIdentity")
    second.go_on(before)
    clock.now += 1800
    after = second.usage()
    assert (after.requests, after.per_minute, after.faults) == (101, 0, before.faults)
    assert after.dollars == before.dollars == pytest.approx(5e-4)
    assert after.dollars_per_hour == pytest.approx(5e-4)


@pytest.mark.parametrize(
    ("service", "operation", "metrics", "dollars"),
    [
        ("ec2", "DescribeInstances", 0, 0),
        ("iam", "ListRoles", 0, 0),
        ("s3", "ListObjectsV2", 0, 5e-6),
        ("s3", "GetObject", 0, 4e-7),
        ("sqs", "ReceiveMessage", 0, 4e-7),
        ("cloudwatch", "DescribeAlarms", 0, 1e-5),
        ("cloudwatch", "GetMetricData", 500, 5e-3),
    ],
)
def test_prices(clock, service, operation, metrics, dollars):
    meter = Meter(clock)
    meter.count(service, operation, metrics)
    assert meter.usage().dollars == pytest.approx(dollars)


def test_the_rate_is_per_hour_and_the_first_minute_does_not_exaggerate(clock):
    meter = Meter(clock)
    for _ in range(100):
        meter.count("cloudwatch", "DescribeAlarms")
    assert meter.usage().dollars_per_hour == pytest.approx(0.001 * 60)
    clock.now += 1_800
    assert meter.usage().dollars_per_hour == pytest.approx(0.002)


def test_records_are_bounded_and_faults_counted(clock):
    meter = Meter(clock)
    for number in range(600):
        outcome = "AccessDenied" if number % 2 else "ok"
        meter.record(CallRecord(0, "ec2", f"Call{number}", "eu-west-1", 0.1, outcome))
    assert meter.usage().faults == 300
    assert (len(meter.records), meter.records[-1].operation) == (500, "Call599")


def test_requests_of_the_last_minute_are_counted_by_second() -> None:
    now = [1000.0]
    meter = Meter(lambda: now[0])
    for second in range(90):
        now[0] = 1000.0 + second
        for _ in range(3):
            meter.count("ec2", "DescribeInstances")
    usage = meter.usage()
    assert usage.requests == 270
    assert usage.per_minute == 61 * 3


def test_counting_on_one_thread_does_not_disturb_reading_on_another() -> None:
    meter = Meter()
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            meter.count("ec2", "DescribeInstances")

    counting = threading.Thread(target=count)
    counting.start()
    try:
        for _ in range(2000):
            meter.usage()
    finally:
        done.set()
        counting.join()
    assert meter.usage().requests == sum(meter.sent.values())


class Counting(Account):
    """The server's own count, of metrics too. Every twentieth question about a queue is refused at first."""

    def __init__(self, url: str) -> None:
        super().__init__(instances=120, queues=60, endpoint=url)
        self.metrics = 0

    def answer(self, path: str, head: bytes, body: bytes) -> tuple[int, str, bytes]:
        self.metrics += body.count(b"MetricStat")
        status, kind, found = super().answer(path, head, body)
        if b"GetQueueAttributes" in head and self.calls["GetQueueAttributes"] % 20 == 0:
            return 400, kind, b'{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}'
        return status, kind, found


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[str, Counting]]:
    accounts: list[Counting] = []
    listening = await asyncio.get_running_loop().create_server(lambda: Conversation(accounts[0]), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    accounts.append(Counting(url))
    async with listening:
        yield url, accounts[0]


async def filled(poller: Poller, gateway: Gateway, type_name: str) -> None:
    """Look at a list until every row in view, and out of it, has been read."""
    ended, last = asyncio.Event(), catalogue()[type_name].enrich[0].columns[0]
    place = [column.id for column in catalogue()[type_name].columns].index(last)
    rows = HeardRows()

    def hear(delta: Delta) -> None:
        rows.take(delta)
        if delta.complete and all(row.values[place] is not Missing.PENDING for row in rows.values()):
            ended.set()

    query = Query(SCOPE, type_name)
    await poller.watch(catalogue()[type_name], query, gateway.reader(SCOPE), hear)
    poller.see(query, [f"{gateway.connection.endpoint_url}/123456789012/orders-{number:04d}" for number in range(20)])
    async with asyncio.timeout(60):
        await ended.wait()
    await poller.leave(query)


async def test_calls_and_dollars_are_those_that_the_server_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    meter, poller = Meter(), Poller()
    async with serving() as (url, account), Gateway(connection(url), Guard(), meter) as gateway:
        for type_name in ("sqs.queues", "ec2.instances"):
            await filled(poller, gateway, type_name)
        await poller.close()
    assert Counter({name: count for (_, name), count in meter.sent.items()}) == account.calls
    assert account.calls["GetQueueAttributes"] >= 60 * 20 // 19, "those that were tried again cost too"
    assert meter.usage().requests == account.calls.total()
    sqs = sum(account.calls[name] for name in ("ListQueues", "GetQueueAttributes", "ListDeadLetterSourceQueues"))
    assert account.metrics > 0
    assert meter.usage().dollars == pytest.approx(sqs * 4e-7 + account.metrics * 1e-5)
