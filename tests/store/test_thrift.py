"""What watching costs in calls, counted in made-up time, against reading everything again and again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from console.resources.registry import catalogue
from console.scope.model import Scope
from console.store.poller import Poller
from console.store.query import Query
from tests.store.scripted import Screen
from tests.store.virtually import virtually
from tests.support.reader import FakeReader
from tests.support.virtual import now

INSTANCES, QUEUES, ROLES, BUCKETS = 200, 500, 20, 5
IN_VIEW = 35
FEW = IN_VIEW + 5
"""Rows where time alone counts: those out of view are asked about once, and cost the test their hours."""
MINUTES = 10
PANES = ("ec2.instances", "s3.buckets", "sqs.queues", "cloudwatch.alarms", "iam.roles")
NAIVE = MINUTES * 4 * (1 + INSTANCES // 100 + 1 + 1 + BUCKETS * 2 + 1 + QUEUES + 1 + 1 + ROLES)
"""Every list, and every row of it in batches where AWS takes these, each fifteen seconds."""
NO_DOLLARS = 0.02
SCOPE = Scope("eu-west-1", "prod", "123456789012")


def attributes(given: dict[str, Any]) -> dict[str, Any]:
    number = int(given["QueueUrl"].rpartition("-")[2])
    target = f"arn:aws:sqs:eu-west-1:123456789012:q-{number - number % 10}"
    found = {"ApproximateNumberOfMessages": "1"}
    if number % 10:
        found["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": target})
    return {"Attributes": found}


def account(instances: int = INSTANCES, queues: int = QUEUES) -> FakeReader:
    """Return a reader of an account of that size."""
    machines = [{"InstanceId": f"i-{number}", "State": {"Name": "running"}} for number in range(instances)]
    return FakeReader(
        {
            "DescribeInstances": {"Reservations": [{"Instances": machines}]},
            "DescribeInstanceStatus": {"InstanceStatuses": []},
            "GetMetricData": {"MetricDataResults": []},
            "ListQueues": {"QueueUrls": [f"https://sqs/1/q-{number}" for number in range(queues)]},
            "GetQueueAttributes": attributes,
            "ListDeadLetterSourceQueues": [{"queueUrls": []}],
            "ListBuckets": {"Buckets": [{"Name": f"bucket-{number}"} for number in range(BUCKETS)]},
            "GetBucketVersioning": {}, "GetBucketPolicyStatus": {}, "GetPublicAccessBlock": {},
            "DescribeAlarms": {"MetricAlarms": [], "CompositeAlarms": []},
            "ListRoles": {"Roles": [{"RoleName": f"role-{number}", "Arn": "arn"} for number in range(ROLES)]},
            "GetRole": {"Role": {}},
        },
        SCOPE,
    )  # fmt: skip


async def look_at(poller: Poller, reader: FakeReader, pane: str, seconds: float) -> Screen:
    """Watch a list with its first rows in view, and leave it."""
    query, screen = Query(SCOPE, pane), Screen()
    await poller.watch(catalogue()[pane], query, reader, screen)
    await screen.settled()
    poller.see(query, list(screen.rows)[:IN_VIEW])
    await asyncio.sleep(seconds)
    await poller.leave(query)
    return screen


def metrics(reader: FakeReader) -> int:
    return sum(len(given["MetricDataQueries"]) for name, given in reader.asked if name == "GetMetricData")


@virtually
async def test_five_panes_open_for_ten_minutes_cost_a_tenth_of_reading_everything() -> None:
    poller, reader = Poller(now), account()
    poller.touched()
    for pane in PANES:
        await look_at(poller, reader, pane, MINUTES * 60 / len(PANES))
    assert len(reader.asked) < 0.06 * NAIVE, Counter(name for name, _ in reader.asked)
    assert metrics(reader) * 1e-5 < NO_DOLLARS


@virtually
async def test_ten_minutes_on_many_queues_ask_about_those_in_view() -> None:
    poller, reader = Poller(now), account()
    screen = await look_at(poller, reader, "sqs.queues", MINUTES * 60)
    asked = Counter(given["QueueUrl"] for name, given in reader.asked if name == "GetQueueAttributes")
    often = {url for url, times in asked.items() if times > 1}
    assert often == set(list(screen.rows)[:IN_VIEW])
    assert set(asked) == set(screen.rows), "all others once"
    assert reader.count("ListDeadLetterSourceQueues") == IN_VIEW
    assert metrics(reader) < QUEUES + 12 * IN_VIEW + QUEUES
    assert len(reader.asked) < 0.10 * NAIVE
    feeding = {
        row.values[[c.id for c in catalogue()["sqs.queues"].columns].index("sources")] for row in screen.rows.values()
    }
    assert tuple(f"q-{number}" for number in range(491, 500)) in feeding, "although nobody asked that queue"


@pytest.mark.parametrize("pane", PANES)
def test_a_pane_left_alone_overnight_goes_slower(pane: str) -> None:
    calls: list[int] = []

    @virtually
    async def watched(touch: Callable[[Poller], None]) -> None:
        poller, reader = Poller(now), account(FEW, FEW)
        touch(poller)
        await look_at(poller, reader, pane, 8 * 3600)
        calls.append(len(reader.asked))

    watched(lambda poller: poller.touched())
    watched(lambda _poller: None)
    assert calls[0] < 0.35 * calls[1]
