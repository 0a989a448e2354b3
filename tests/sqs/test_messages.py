"""The peek: what is received is given back, however it ends."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from console.sqs import messages
from console.sqs.messages import HOLD, LIMIT, fetch_messages, release, terms
from console.text.faults import AwsError, Fault
from tests.support.reader import DENIED, FakeReader

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"


class Queue:
    """A queue of messages that are hidden while they are held."""

    def __init__(self, size: int) -> None:
        self.visible = [f"m-{number}" for number in range(size)]
        self.hidden: dict[str, str] = {}
        self.received: dict[str, int] = {}
        self._handles = count()

    def receive(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["VisibilityTimeout"] == HOLD
        taken, self.visible = self.visible[: given["MaxNumberOfMessages"]], self.visible[given["MaxNumberOfMessages"] :]
        found = []
        for id_ in taken:
            handle = f"handle-{next(self._handles)}"
            self.hidden[handle] = id_
            self.received[id_] = self.received.get(id_, 0) + 1
            found.append({"MessageId": id_, "ReceiptHandle": handle, "Body": "x"})
        return {"Messages": found} if found else {}

    def change(self, given: dict[str, Any]) -> dict[str, Any]:
        assert len(given["Entries"]) <= 10
        for entry in given["Entries"]:
            assert entry["VisibilityTimeout"] == 0
            self.visible.append(self.hidden.pop(entry["ReceiptHandle"]))
        return {"Successful": given["Entries"]}

    def reader(self, **changes: Any) -> FakeReader:
        return FakeReader({"ReceiveMessage": self.receive, "ChangeMessageVisibilityBatch": self.change, **changes})


async def peek(reader: FakeReader) -> tuple[list[str], list[Fault]]:
    ids: list[str] = []
    faults: list[Fault] = []
    async for batch in fetch_messages(reader, URL):
        if isinstance(batch, Fault):
            faults.append(batch)
        else:
            ids += [message["MessageId"] for message in batch]
    return ids, faults


@pytest.mark.parametrize("size", [0, 1, 10, 23])
async def test_everything_is_seen_once_and_given_back(size):
    queue = Queue(size)
    ids, faults = await peek(queue.reader())
    assert sorted(ids) == sorted(f"m-{number}" for number in range(size))
    assert faults == []
    assert queue.hidden == {}
    assert set(queue.received.values()) <= {1}


async def test_it_stops_at_the_limit():
    queue = Queue(200)
    ids, _ = await peek(queue.reader())
    assert len(ids) == len(queue.received) == LIMIT
    assert queue.hidden == {}


async def test_it_stops_when_nothing_new_comes():
    reader = Queue(0).reader()
    await peek(reader)
    assert reader.count("ReceiveMessage") == 2


async def test_a_message_that_comes_again_is_shown_once_and_its_newest_handle_given_back():
    again = {"Messages": [{"MessageId": "m-1", "ReceiptHandle": "old"}]}
    newer = {"Messages": [{"MessageId": "m-1", "ReceiptHandle": "new"}]}
    answers = [again, newer, {}, {}]
    released: list[str] = []
    reader = FakeReader(
        {
            "ReceiveMessage": lambda _given: answers.pop(0),
            "ChangeMessageVisibilityBatch": lambda given: (
                released.extend(e["ReceiptHandle"] for e in given["Entries"]) or {}
            ),
        }
    )
    assert (await peek(reader))[0] == ["m-1"]
    assert released == ["new"]


async def test_a_receive_that_fails_gives_back_what_was_held():
    queue = Queue(30)
    calls = count()
    reader = queue.reader(ReceiveMessage=lambda given: queue.receive(given) if next(calls) < 2 else DENIED)
    with pytest.raises(AwsError):
        await peek(reader)
    assert queue.hidden == {}


async def test_leaving_early_gives_back_what_was_held():
    queue = Queue(30)
    batches = fetch_messages(queue.reader(), URL)
    await anext(batches)
    assert len(queue.hidden) == 10
    await batches.aclose()  # type: ignore[attr-defined]
    assert queue.hidden == {}


async def test_cancelled_while_it_waits_it_gives_back_what_was_held():
    queue = Queue(10)
    waiting = asyncio.Event()

    class Slow(FakeReader):
        async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            if operation == "ReceiveMessage" and queue.hidden:
                waiting.set()
                await asyncio.Event().wait()
            return await super().call(service, operation, parameters)

    task = asyncio.ensure_future(peek(Slow(queue.reader().script)))
    await waiting.wait()
    assert queue.hidden
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert queue.hidden == {}


async def test_cancelled_while_it_gives_back_it_still_gives_back():
    queue = Queue(3)
    releasing, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeReader):
        async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            if operation == "ChangeMessageVisibilityBatch":
                releasing.set()
                await go_on.wait()
            return await super().call(service, operation, parameters)

    task = asyncio.ensure_future(peek(Slow(queue.reader().script)))
    await releasing.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    go_on.set()
    await asyncio.gather(*others)
    assert queue.hidden == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [(DENIED, "12 messages could not be given back"), ({"Failed": [{"Id": "0"}]}, "2 messages could not")],
)
async def test_what_cannot_be_given_back_is_said(answer, said):
    _, (fault,) = await peek(Queue(12).reader(ChangeMessageVisibilityBatch=answer))
    assert said in fault.what
    assert f"{HOLD} s" in fault.why


async def test_giving_back_goes_on_after_a_batch_that_failed():
    answers = iter([DENIED, {}, {"Failed": [{"Id": "3"}]}])
    reader = FakeReader({"ChangeMessageVisibilityBatch": lambda _given: next(answers)})
    assert await release(reader, URL, [f"h-{number}" for number in range(25)]) == 11
    assert reader.count("ChangeMessageVisibilityBatch") == 3


def attributes(**more: Any) -> dict[str, Any]:
    return {"GetQueueAttributes": {"Attributes": more}}


async def test_an_idle_standard_queue_may_be_looked_into_and_the_cost_is_told():
    found = await terms(FakeReader(attributes(ApproximateNumberOfMessagesNotVisible="0")), URL)
    assert found.refusal == ""
    assert str(LIMIT) in found.cost
    assert "one receive" in found.cost


@pytest.mark.parametrize(
    ("url", "given", "sources", "refusal"),
    [
        (URL, {"RedrivePolicy": json.dumps({"maxReceiveCount": 1})}, [], "after 1 receive a message moves"),
        (URL, {"RedrivePolicy": json.dumps({"maxReceiveCount": "5"})}, [], "after 5 receives a message moves"),
        (URL, {"ApproximateNumberOfMessagesNotVisible": "7"}, [], "7 messages in flight"),
        (f"{URL}.fifo", {}, [], "FIFO queue in use"),
        (f"{URL}.fifo", {}, DENIED, "FIFO queue in use"),
        (f"{URL}.fifo", {}, [URL], ""),
    ],
)
async def test_what_speaks_against_a_peek(url, given, sources, refusal):
    feeding = sources if isinstance(sources, Fault) else [{"queueUrls": sources}]
    found = await terms(FakeReader({**attributes(**given), "ListDeadLetterSourceQueues": feeding}), url)
    assert refusal in found.refusal
    assert bool(refusal) is bool(found.refusal)


def test_a_message_in_words():
    message = {
        "Attributes": {"SentTimestamp": "1795235043000", "ApproximateReceiveCount": "3", "MessageGroupId": "g"},
        "MessageAttributes": {
            "trace": {"StringValue": "abc", "DataType": "String"},
            "blob": {"BinaryValue": b"12345", "DataType": "Binary"},
        },
    }
    assert messages.sent(message) == datetime(2026, 11, 21, 4, 24, 3, tzinfo=UTC)
    assert messages.receive_count(message) == 3
    assert messages.attribute("MessageGroupId")(message) == "g"
    assert messages.attribute_texts(message) == ["blob=5 bytes", "trace=abc"]
    assert messages.sent({}) is messages.receive_count({}) is messages.attribute("x")({}) is None
    assert messages.attribute_texts({}) == []
