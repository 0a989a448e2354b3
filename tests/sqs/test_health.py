"""How a queue is: from a script, where any part may be refused, and from the demo, where nothing is received."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from console.sqs.access import Access
from console.sqs.health import ALARMS_KEPT, Health, Loss, Neighbour, Settings, read_health
from console.text.faults import Fault
from tests.support.patience import shorten
from tests.support.queuereader import open_queues
from tests.support.reader import DENIED, FakeReader
from tests.support.sqsfaults import WEATHERS, SqsBackend, running_sqs

BASE = "https://sqs.eu-west-1.amazonaws.com/123456789012/"
ARN = "arn:aws:sqs:eu-west-1:123456789012:"
NOW = 1_795_260_000.0
DAY = 86_400
OPERATIONS = (
    "GetQueueAttributes", "ListDeadLetterSourceQueues", "GetMetricData", "ListMessageMoveTasks",
    "ListEventSourceMappings", "DescribeAlarms", "GetQueueUrl",
)  # fmt: skip


def clock() -> float:
    return NOW


def attributes(given: dict[str, Any]) -> dict[str, Any]:
    """A standard pair, ``orders`` and ``orders-dlq``, four and fourteen days."""
    name = given["QueueUrl"].rsplit("/", 1)[-1]
    found = {
        "QueueArn": ARN + name,
        "ApproximateNumberOfMessages": "340",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "MessageRetentionPeriod": str((14 if name.endswith("-dlq") else 4) * DAY),
        "VisibilityTimeout": "30",
        "KmsMasterKeyId": "alias/\x1b[31mkey",
    }
    if name == "orders":
        found["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": f"{ARN}orders-dlq", "maxReceiveCount": "5"})
    return {"Attributes": found}


def metrics(ages: float = 1 * DAY) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def answer(given: dict[str, Any]) -> dict[str, Any]:
        assert len(given["MetricDataQueries"]) == 5
        moments = [datetime.fromtimestamp(NOW - 60 * minute, UTC) for minute in (2, 1)]
        series = ([320.0, 330.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [ages, ages])
        return {
            "MetricDataResults": [
                {"Id": query["Id"], "Timestamps": moments, "Values": values}
                for query, values in zip(given["MetricDataQueries"], series, strict=True)
            ]
        }

    return answer


def alarm(name: str, metric: str, queue: str) -> dict[str, Any]:
    return {"AlarmName": name, "Namespace": "AWS/SQS", "MetricName": metric,
            "Dimensions": [{"Name": "QueueName", "Value": queue}]}  # fmt: skip


ALARMS = [
    alarm("sent", "NumberOfMessagesSent", "orders-dlq"),
    alarm("depth", "ApproximateNumberOfMessagesVisible", "orders-dlq"),
    alarm("other", "NumberOfMessagesSent", "payments-dlq"),
    {**alarm("of another service", "NumberOfMessagesSent", "orders-dlq"), "Namespace": "Custom"},
    {"AlarmName": "sum\x1b", "Metrics": [{"Id": "e", "Expression": "m*2"}, {"Id": "m", "MetricStat": {
        "Metric": alarm("", "NumberOfMessagesSent", "orders-dlq")}}]},
]  # fmt: skip


def script(**more: Any) -> FakeReader:
    def sources(given: dict[str, Any]) -> dict[str, Any]:
        return {"queueUrls": [BASE + "orders"]} if given["QueueUrl"].endswith("-dlq") else {}

    answers: dict[str, Any] = {
        "GetQueueAttributes": attributes,
        "ListDeadLetterSourceQueues": sources,
        "GetMetricData": metrics(),
        "ListMessageMoveTasks": {"Results": [{"Status": "COMPLETED"}]},
        "ListEventSourceMappings": [
            {"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:eu-west-1:1:function:f:live", "State": "Enabled"}]}
        ],
        "DescribeAlarms": [{"MetricAlarms": ALARMS[:2]}, {"MetricAlarms": ALARMS[2:]}],
        "GetQueueUrl": lambda given: {"QueueUrl": BASE + given["QueueName"]},
    }
    return FakeReader({**answers, **more})


async def test_a_dead_letter_queue_in_all_its_parts():
    health = await read_health(script(), BASE + "orders-dlq", clock)
    assert isinstance(health.settings, Settings)
    assert (health.name, health.fifo, health.takes_dead_letters) == ("orders-dlq", False, True)
    assert (health.settings.visible, health.settings.retention) == (340, 14 * DAY)
    assert health.settings.encryption == "KMS alias/<ESC>[31mkey"
    assert health.settings.access == Access()
    assert health.dead_letter_queue is None
    assert [source.name for source in health.sources] == ["orders"]
    assert [task.status for task in health.moves] == ["COMPLETED"]
    assert [consumer.sentence() for consumer in health.consumers] == ["f:live (Enabled)"]
    assert health.misled_alarms == ("sent", "sum<ESC>")
    assert health.rate() == pytest.approx(10, abs=1)
    assert health.outlook() == "fills by 10 a minute"


async def test_a_queue_knows_its_dead_letter_queue_and_reads_no_alarms():
    reader = script()
    health = await read_health(reader, BASE + "orders", clock)
    assert isinstance(health.dead_letter_queue, Neighbour)
    assert isinstance(health.dead_letter_queue.settings, Settings)
    assert health.dead_letter_queue.settings.retention == 14 * DAY
    assert isinstance(health.settings, Settings)
    assert health.settings.max_receives == 5
    assert (health.sources, health.misled_alarms) == ((), ())
    assert reader.count("DescribeAlarms") == 0


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_what_is_refused_is_unknown_and_the_rest_stands(operation):
    for queue in ("orders", "orders-dlq"):
        whole = await read_health(script(), BASE + queue, clock)
        health = await read_health(script(**{operation: DENIED}), BASE + queue, clock)
        parts = {field.name: getattr(health, field.name) for field in fields(Health)}
        changed = {name for name, part in parts.items() if part != getattr(whole, name)}
        assert changed <= UNKNOWN_WITHOUT[operation], queue
        for name in changed - {"trend"}:
            assert DENIED in (parts[name], *(getattr(each, "settings", None) for each in _each(parts[name]))), name
        assert health.outlook()
        health.first_loss()


UNKNOWN_WITHOUT = {
    "GetQueueAttributes": {"settings", "dead_letter_queue", "sources"},
    "ListDeadLetterSourceQueues": {"sources", "misled_alarms"},
    "GetMetricData": {"trend"},
    "ListMessageMoveTasks": {"moves"},
    "ListEventSourceMappings": {"consumers"},
    "DescribeAlarms": {"misled_alarms"},
    "GetQueueUrl": {"dead_letter_queue"},
}


def _each(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else (part,)


async def test_everything_refused_is_a_health_of_faults():
    health = await read_health(script(**dict.fromkeys(OPERATIONS, DENIED)), BASE + "orders", clock)
    assert health.settings == health.sources == health.moves == health.consumers == health.first_loss() == DENIED
    assert health.takes_dead_letters is None
    assert health.stopped() is None
    assert health.rate() is None
    assert health.outlook() == "unknown"


async def test_an_answer_that_parses_to_nothing_is_no_empty_queue():
    health = await read_health(script(GetQueueAttributes={}), BASE + "orders", clock)
    assert isinstance(health.settings, Fault)
    assert isinstance(health.dead_letter_queue, Fault)


async def test_an_arn_is_not_needed_to_ask_for_the_rest():
    reader = script(GetQueueAttributes=DENIED)
    await read_health(reader, BASE + "orders", clock)
    asked = dict(reader.asked)
    assert asked["ListMessageMoveTasks"]["SourceArn"] == asked["ListEventSourceMappings"]["EventSourceArn"]
    assert asked["ListMessageMoveTasks"]["SourceArn"] == f"{ARN}orders"


async def test_time_in_the_source_counts_against_a_standard_dead_letter():
    health = await read_health(script(GetMetricData=metrics(3 * DAY)), BASE + "orders-dlq", clock)
    assert health.first_loss() == Loss(earliest=7 * DAY, latest=11 * DAY)


async def test_a_fifo_dead_letter_starts_anew():
    found = {"queueUrls": [BASE + "orders.fifo"]}
    reader = script(ListDeadLetterSourceQueues=found, GetMetricData=metrics(1 * DAY))
    health = await read_health(reader, BASE + "dead.fifo", clock)
    assert health.first_loss() == Loss(earliest=3 * DAY, latest=3 * DAY)


@pytest.mark.parametrize(("visible", "in_flight", "kind"), [("0", "0", type(None)), ("0", "3", Loss), ("x", "0", Loss)])
async def test_only_a_queue_known_to_be_empty_loses_nothing(visible, in_flight, kind):
    def answer(given: dict[str, Any]) -> dict[str, Any]:
        found = attributes(given)["Attributes"]
        counts = {"ApproximateNumberOfMessages": visible, "ApproximateNumberOfMessagesNotVisible": in_flight}
        return {"Attributes": {**found, **counts}}

    health = await read_health(script(GetQueueAttributes=answer), BASE + "orders", clock)
    assert isinstance(health.first_loss(), kind)


async def test_an_unknown_age_is_no_young_one():
    health = await read_health(script(GetMetricData={"MetricDataResults": []}), BASE + "orders", clock)
    assert isinstance(health.first_loss(), Fault)
    assert health.trend.samples() == ()


async def test_a_dead_letter_queue_of_many_reads_ten():
    urls = [f"{BASE}source-{number}" for number in range(25)]
    reader = script(ListDeadLetterSourceQueues={"queueUrls": urls})
    health = await read_health(reader, BASE + "orders-dlq", clock)
    assert len(health.sources) == 25
    assert reader.count("GetQueueAttributes") == 11
    assert isinstance(health.sources[-1].settings, Fault)


async def test_what_is_known_of_this_minute_is_not_read_again():
    reader = script()
    first = await read_health(reader, BASE + "orders-dlq", clock)
    again = await read_health(reader, BASE + "orders-dlq", lambda: NOW + 15, first)
    assert (reader.count("GetMetricData"), reader.count("DescribeAlarms")) == (1, 1)
    assert again.at == NOW + 15
    assert again.misled_alarms == first.misled_alarms
    later = await read_health(reader, BASE + "orders-dlq", lambda: NOW + 60, again)
    assert (reader.count("GetMetricData"), reader.count("DescribeAlarms")) == (2, 1)
    await read_health(reader, BASE + "orders-dlq", lambda: NOW + ALARMS_KEPT, later)
    assert reader.count("DescribeAlarms") == 2


async def test_a_fault_is_not_kept():
    first = await read_health(script(GetMetricData=DENIED, DescribeAlarms=DENIED), BASE + "orders-dlq", clock)
    again = await read_health(script(), BASE + "orders-dlq", clock, first)
    assert again.trend.whole
    assert again.misled_alarms == ("sent", "sum<ESC>")


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs(empty=False) as running:
        yield running


@pytest.fixture
async def demo(backend: SqsBackend) -> AsyncIterator[Callable[[str], Any]]:
    async with open_queues(backend) as (reader, _write):
        yield lambda name: read_health(reader, backend.queue(name), lambda: datetime.now(UTC).timestamp())


async def test_the_demos_trends(demo):
    assert (await demo("orders-dlq")).outlook().startswith("fills by ")
    assert "empties in about 2h" in (await demo("email-outbound")).outlook()
    stopped = await demo("inventory-sync")
    assert stopped.outlook().startswith("consumer stopped 2")
    assert [consumer.running for consumer in stopped.consumers] == [False]
    assert (await demo("audit-trail")).outlook() == "steady"


async def test_the_demos_tasks_and_alarms(demo):
    assert {task.status for task in (await demo("orders-dlq")).moves} == {"COMPLETED", "CANCELLED"}
    assert [task.running for task in (await demo("payments-dlq.fifo")).moves] == [True]
    assert (await demo("invoices-dlq")).misled_alarms == ("invoices-dlq-arrivals",)


async def test_nothing_is_received_to_see_it(backend, demo):
    backend.forget()
    for name in ("orders", "orders-dlq", "payments.fifo", "payments-dlq.fifo", "thumbnails"):
        await demo(name)
    assert set(backend.counts()) <= set(OPERATIONS)


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)
@pytest.mark.parametrize("operation", ["GetQueueAttributes", "ListDeadLetterSourceQueues", "ListMessageMoveTasks"])
async def test_no_weather_raises_or_invents(backend, demo, monkeypatch, operation, weather):
    shorten(monkeypatch)
    backend.fault(weather, operation)
    try:
        health = await demo("orders-dlq")
    finally:
        backend.mend()
    if isinstance(health.settings, Settings):
        assert health.settings.visible is not None
    assert health.outlook()
