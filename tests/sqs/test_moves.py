"""SQS's own move tasks: what a plan says, what starting and cancelling do, and what a lost answer leaves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from console.resources.model import Tone
from console.sqs import moves
from console.sqs.moves import MoveTask
from console.text.faults import AwsError
from tests.sqs.moving import cancel_move, start_move
from tests.support.queuereader import open_queues
from tests.support.reader import DENIED, FakeReader
from tests.support.sqsfaults import CUT, DROPPED, GARBLED, LOST, SqsBackend, running_sqs

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-dlq"
ARN = "arn:aws:sqs:eu-west-1:123456789012:orders-dlq"
STARTED = 1_795_260_000_000
NOW = STARTED / 1000 + 180
RUNNING = {
    "TaskHandle": "handle", "Status": "RUNNING", "SourceArn": ARN, "ApproximateNumberOfMessagesMoved": 6,
    "ApproximateNumberOfMessagesToMove": 52, "StartedTimestamp": STARTED,
}  # fmt: skip
FAILED = {
    "Status": "FAILED", "SourceArn": ARN, "DestinationArn": f"{ARN}-2", "ApproximateNumberOfMessagesMoved": 2,
    "ApproximateNumberOfMessagesToMove": 14, "FailureReason": "CouldNotDetermineMessageSource",
    "StartedTimestamp": STARTED, "MaxNumberOfMessagesPerSecond": 10,
}  # fmt: skip


def attributes(arn: str = ARN, **more: str) -> dict[str, Any]:
    found = {"QueueArn": arn, "ApproximateNumberOfMessages": "340", "ApproximateNumberOfMessagesNotVisible": "0"}
    return {"Attributes": {**found, **more}}


def script(**more: Any) -> FakeReader:
    answers: dict[str, Any] = {
        "GetQueueAttributes": lambda given: attributes(f"{ARN[:-10]}{given['QueueUrl'].rsplit('/', 1)[-1]}"),
        "ListDeadLetterSourceQueues": {"queueUrls": [URL.removesuffix("-dlq")]},
        "ListMessageMoveTasks": {"Results": []},
        "GetQueueUrl": lambda given: {"QueueUrl": URL.replace("orders-dlq", given["QueueName"])},
    }
    return FakeReader({**answers, **more})


async def listed(*found: dict[str, Any]) -> tuple[MoveTask, ...]:
    return await moves.list_moves(script(ListMessageMoveTasks={"Results": list(found)}), ARN)


async def test_tasks_are_read_ten_at_once_and_clean():
    reader = script(ListMessageMoveTasks={"Results": [RUNNING, {**FAILED, "FailureReason": "\x1b]0;x\x07"}, {}]})
    running, failed, bare = await moves.list_moves(reader, ARN)
    assert reader.asked == [("ListMessageMoveTasks", {"SourceArn": ARN, "MaxResults": 10})]
    assert running.running
    assert (running.moved, running.to_move, running.rate, running.destination) == (6, 52, None, "")
    assert running.started == datetime.fromtimestamp(STARTED / 1000, UTC)
    assert "\x1b" not in failed.reason
    assert (bare.status, bare.started, bare.to_move, bare.running) == ("", None, None, False)


@pytest.mark.parametrize("stamp", [10**30, -(10**20), 0, None, "soon"])
async def test_a_start_that_is_no_moment_is_unknown(stamp):
    (task,) = await listed({**RUNNING, "StartedTimestamp": stamp})
    assert task.started is None
    assert "started" not in moves.progress(task, NOW)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (RUNNING, "running: 6 of 52 moved back to their sources, started 3m ago, done in about 23m"),
        ({**RUNNING, "ApproximateNumberOfMessagesMoved": 0}, "running: 0 of 52 moved back to their sources"),
        ({**RUNNING, "DestinationArn": "arn:aws:sqs:eu-west-1:1:x", "Status": "COMPLETED",
          "ApproximateNumberOfMessagesMoved": 1204, "ApproximateNumberOfMessagesToMove": 1204},
         "completed: 1,204 of 1,204 moved to x, started 3m ago"),
        ({**RUNNING, "Status": "CANCELLED"}, "What was moved stays where it is"),
        ({**RUNNING, "ApproximateNumberOfMessagesToMove": None}, "running: 6 moved back"),
        (FAILED, "It failed: a message does not say which queue it came from, because a service put it there"),
        ({**FAILED, "FailureReason": "Another.Reason"}, "It failed: Another.Reason"),
        ({**FAILED, "FailureReason": None}, "It failed, and SQS does not say why"),
        ({}, "unknown: 0 moved"),
    ],
)  # fmt: skip
async def test_progress_in_words(found, text):
    (task,) = await listed(found)
    assert text in moves.progress(task, NOW)
    assert "None" not in moves.progress(task, NOW)


async def test_a_plan_back_to_the_sources_says_what_it_does():
    move = await moves.plan_move(script(), URL)
    assert move.refusal == ""
    assert move.parameters == {"SourceArn": ARN, "MaxNumberOfMessagesPerSecond": 10}
    told = {fact.title: fact for fact in move.facts}
    assert told["Messages"].text == "about 340, 10 a second: 34s"
    assert told["To"].text == "each back to its own source (orders)"
    assert "EventBridge" in told["No source"].text
    assert "nothing moves back" in told["Undo"].text
    assert "one task for each queue" in told["Limits"].text


async def test_a_plan_to_a_queue_names_it():
    move = await moves.plan_move(script(), URL, "orders-replay", 50)
    assert move.parameters["DestinationArn"] == f"{ARN[:-10]}orders-replay"
    told = {fact.title: fact.text for fact in move.facts}
    assert told["To"] == "orders-replay"
    assert "No source" not in told


@pytest.mark.parametrize(
    ("answers", "to", "rate", "why"),
    [
        ({}, "", 0, "the rate must be 1 to 500"),
        ({}, "", 501, "the rate must be 1 to 500"),
        ({"ListDeadLetterSourceQueues": {}}, "", 10, "no queue's dead-letter queue"),
        ({"ListMessageMoveTasks": {"Results": [RUNNING]}}, "", 10, "a move out of it is running"),
        ({"ListMessageMoveTasks": {"Results": [{**RUNNING, "Status": "CANCELLING"}]}}, "", 10, "is cancelling"),
        ({"GetQueueUrl": DENIED}, "other", 10, "the destination could not be read: denied"),
        ({}, "orders-dlq", 10, "the destination is the queue itself"),
        ({}, "orders.fifo", 10, "a standard queue's messages can only go to another standard queue"),
    ],
)
async def test_what_cannot_be_started_is_refused_before(answers, to, rate, why):
    move = await moves.plan_move(script(**answers), URL, to, rate)
    assert why in move.refusal


async def test_what_is_unknown_is_said_and_refuses_nothing():
    move = await moves.plan_move(script(ListDeadLetterSourceQueues=DENIED, ListMessageMoveTasks=DENIED), URL)
    assert move.refusal == ""
    assert {fact.title for fact in move.facts if fact.tone is Tone.UNKNOWN} == {"To", "Running tasks"}
    assert moves.new_task(move, await listed(RUNNING)) is None


async def test_a_queue_that_cannot_be_read_is_no_plan():
    with pytest.raises(AwsError):
        await moves.plan_move(script(GetQueueAttributes=DENIED), URL)
    with pytest.raises(AwsError, match="the ARN is missing"):
        await moves.plan_move(script(GetQueueAttributes={}), URL)


async def test_keys_are_named():
    answers = {"GetQueueAttributes": attributes(KmsMasterKeyId="alias/orders")}
    told = {fact.title: fact.text for fact in (await moves.plan_move(script(**answers), URL)).facts}
    assert "KMS alias/orders" in told["Keys"]


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs() as running:
        running.make("orders-dlq", MessageRetentionPeriod="1209600")
        running.make("orders", dead="orders-dlq")
        running.make("replay")
        yield running


@pytest.fixture
async def queues(backend: SqsBackend) -> AsyncIterator[Any]:
    """(reader, write, URL of the dead-letter queue with 30 letters and no running task)."""
    for name in ("orders-dlq", "orders", "replay"):
        backend.sqs.purge_queue(QueueUrl=backend.queue(name))
    backend.advance(61)
    backend.put("orders-dlq", [{"body": json.dumps({"n": n}), "source": "orders"} for n in range(30)])
    backend.forget()
    async with open_queues(backend) as (reader, write):
        yield reader, write, backend.queue("orders-dlq")
    backend.mend()
    backend.advance(3600)


async def test_a_move_starts_runs_and_ends(backend, queues):
    reader, write, url = queues
    move = await moves.plan_move(reader, url)
    assert await start_move(write, move)
    backend.advance(1.2)
    task = (await moves.list_moves(reader, move.parameters["SourceArn"]))[0]
    assert task.running
    assert 10 <= task.moved < 30
    again = await moves.plan_move(reader, url)
    assert "is running" in again.refusal
    backend.advance(3)
    task = (await moves.list_moves(reader, move.parameters["SourceArn"]))[0]
    assert (task.status, task.moved) == ("COMPLETED", 30)
    assert sum(backend.bodies("orders").values()) == 30
    assert backend.counts()["ReceiveMessage"] == 0


async def test_cancelling_moves_nothing_back(backend, queues):
    reader, write, url = queues
    move = await moves.plan_move(reader, url, "replay", 1)
    await start_move(write, move)
    backend.advance(5)
    (task, *_) = await moves.list_moves(reader, move.parameters["SourceArn"])
    told = await cancel_move(write, task)
    moved = sum(backend.bodies("replay").values())
    assert 5 <= moved < 30
    assert told == moved
    backend.advance(60)
    assert sum(backend.bodies("replay").values()) == moved
    assert sum(backend.bodies("orders-dlq").values()) == 30 - moved
    with pytest.raises(AwsError):
        await cancel_move(write, task)


async def test_what_a_service_put_there_fails_without_a_destination(backend, queues):
    reader, write, url = queues
    backend.sqs.purge_queue(QueueUrl=url)
    backend.advance(61)
    backend.put("orders-dlq", ["by EventBridge"])
    await start_move(write, await moves.plan_move(reader, url))
    backend.advance(2)
    (task, *_) = await moves.list_moves(reader, backend.arn("orders-dlq"))
    assert "start again with a destination" in moves.failure(task)


@pytest.mark.parametrize("weather", [DROPPED, CUT, GARBLED, LOST], ids=lambda one: one.name)
async def test_after_a_lost_answer_the_tasks_tell_whether_it_runs(backend, queues, weather):
    reader, write, url = queues
    move = await moves.plan_move(reader, url, rate=1)
    backend.fault(weather, "StartMessageMoveTask", nth=1)
    with pytest.raises((AwsError, KeyError)):
        await start_move(write, move)
    assert backend.counts()["StartMessageMoveTask"] == 1, "it was sent twice"
    backend.mend()
    found = moves.new_task(move, await moves.list_moves(reader, move.parameters["SourceArn"]))
    assert (found is not None) is weather.done
    if found is not None:
        await cancel_move(write, found)
