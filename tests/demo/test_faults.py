"""The faults of the demo's SQS: each does what it says, no more, and is counted."""

from __future__ import annotations

import asyncio
import urllib.error
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from console.demo.faults import FaultKind, Faults
from console.demo.process import DemoAccount
from tests.demo.conftest import Admin, connect
from tests.support import sqsfaults
from tests.support.sqsfaults import SqsBackend, Weather, running_sqs

ALWAYS = {FaultKind.EMPTY, FaultKind.REPEAT, FaultKind.SLOW, FaultKind.STALL, FaultKind.HOLD}
"""Kinds that have tests of their own here."""
SEEN = {"delay": 4, "partial": 2, "doubtful": 2, "garble": 0, "cut": 0, "corrupt": 4}
"""How many of four entries botocore reports as sent. It does not notice that an answer is not whole."""


@pytest.fixture(scope="module")
def running() -> Iterator[SqsBackend]:
    with running_sqs() as backend:
        yield backend


@pytest.fixture
def backend(running: SqsBackend, request: pytest.FixtureRequest) -> Iterator[SqsBackend]:
    """The module's account without faults and counts."""
    running.mend()
    running.forget()
    yield running
    running.mend()


@pytest.fixture
def name(backend: SqsBackend, request: pytest.FixtureRequest) -> str:
    """A queue of this test's own."""
    name = f"q{abs(hash(request.node.nodeid))}"
    backend.make(name)
    return name


def send(backend: SqsBackend, name: str, body: str = "a") -> Any:
    return backend.sqs.send_message(QueueUrl=backend.queue(name), MessageBody=body)


def send_batch(backend: SqsBackend, name: str, count: int = 10) -> Any:
    entries = [{"Id": str(number), "MessageBody": f"body {number}"} for number in range(count)]
    return backend.sqs.send_message_batch(QueueUrl=backend.queue(name), Entries=entries)


@pytest.mark.parametrize("weather", sqsfaults.WEATHERS, ids=lambda weather: weather.name)
def test_a_call_that_goes_wrong_is_done_or_not_as_it_says(backend: SqsBackend, name: str, weather: Weather) -> None:
    backend.fault(weather, "SendMessageBatch", nth=2)
    send_batch(backend, name, 1)
    if weather.kind in SEEN:
        assert len(send_batch(backend, name, 4).get("Successful", [])) == SEEN[weather.kind]
    else:
        with pytest.raises((ClientError, HTTPClientError)):
            send_batch(backend, name, 4)
    send_batch(backend, name, 1)
    expected = {True: 6, False: 2, None: 4}[weather.done]
    assert len(backend.messages(name)) == expected
    assert backend.counts()["SendMessageBatch"] == 3
    assert [faults for _, _, faults in backend.calls()][-3:] == [(), (weather.kind,), ()]


def test_every_kind_of_fault_is_in_some_weather_or_has_a_test_of_its_own() -> None:
    assert {weather.kind for weather in sqsfaults.WEATHERS} | ALWAYS | {FaultKind.THROTTLE} == set(FaultKind)


@pytest.mark.parametrize(
    ("weather", "code", "status"),
    [
        (sqsfaults.THROTTLED, "RequestThrottled", 400),
        (sqsfaults.THROTTLING, "ThrottlingException", 400),
        (sqsfaults.UNAVAILABLE, "ServiceUnavailable", 503),
        (sqsfaults.BROKEN, "InternalError", 500),
        (sqsfaults.DENIED, "AccessDenied", 403),
    ],
    ids=lambda value: value.name if isinstance(value, Weather) else "",
)
def test_an_error_has_its_code_and_status(
    backend: SqsBackend, name: str, weather: Weather, code: str, status: int
) -> None:
    backend.fault(weather, "ReceiveMessage", times=1)
    with pytest.raises(ClientError) as refused:
        backend.sqs.receive_message(QueueUrl=backend.queue(name))
    found = refused.value.response
    assert (found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    backend.sqs.receive_message(QueueUrl=backend.queue(name))


def test_half_a_batch_fails_entry_by_entry(backend: SqsBackend, name: str) -> None:
    backend.fault("partial", "SendMessageBatch")
    answer = send_batch(backend, name, 5)
    assert [entry["Id"] for entry in answer["Successful"]] == ["1", "3"]
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [
        ("0", False), ("2", False), ("4", False),
    ]  # fmt: skip
    assert backend.bodies(name) == Counter(["body 1", "body 3"])


def test_half_a_batch_is_said_to_have_failed_and_is_done(backend: SqsBackend, name: str) -> None:
    backend.fault(sqsfaults.DOUBTFUL, "SendMessageBatch")
    answer = send_batch(backend, name, 5)
    assert [entry["Id"] for entry in answer["Failed"]] == ["0", "2", "4"]
    assert not any(entry["SenderFault"] for entry in answer["Failed"])
    assert len(backend.messages(name)) == 5


def test_checksums_do_not_fit(backend: SqsBackend, name: str) -> None:
    backend.fault(sqsfaults.CORRUPT, "SendMessage", nth=1)
    backend.fault(sqsfaults.CORRUPT, "ReceiveMessage", nth=1)
    expected = send(backend, name)["MD5OfMessageBody"], backend.messages(name)[0].md5
    assert expected[0] != expected[1]
    url = backend.queue(name)
    digests = [
        backend.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]["MD5OfBody"] for _ in range(2)
    ]
    assert digests == list(expected)


def test_moving_the_clock_ends_a_long_poll(backend: SqsBackend, name: str) -> None:
    url = backend.queue(name)
    with ThreadPoolExecutor() as pool:
        polling = pool.submit(backend.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        backend.wait("ReceiveMessage")
        backend.advance(21)
        assert "Messages" not in polling.result(15)


@pytest.mark.parametrize("operation", ["DeleteMessageBatch", "ChangeMessageVisibilityBatch"])
def test_half_a_batch_of_handles_fails_and_is_not_done(backend: SqsBackend, name: str, operation: str) -> None:
    send_batch(backend, name, 4)
    received = backend.sqs.receive_message(QueueUrl=backend.queue(name), MaxNumberOfMessages=10)["Messages"]
    entries = [{"Id": m["Body"][-1], "ReceiptHandle": m["ReceiptHandle"]} for m in received]
    backend.fault("partial", operation)
    call = {
        "DeleteMessageBatch": backend.sqs.delete_message_batch,
        "ChangeMessageVisibilityBatch": backend.sqs.change_message_visibility_batch,
    }[operation]
    answer = call(QueueUrl=backend.queue(name), Entries=entries)
    assert len(answer["Successful"]) == len(answer["Failed"]) == 2
    failed = {f"body {entry['Id']}" for entry in answer["Failed"]}
    assert {stored.body for stored in backend.messages(name) if stored.state == "in flight"} == failed


def test_a_garbled_answer_looks_whole_and_says_nothing(backend: SqsBackend, name: str) -> None:
    backend.fault(sqsfaults.GARBLED, "SendMessage")
    answer = send(backend, name)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "MessageId" not in answer


def test_a_stalled_call_waits_until_it_is_released(backend: SqsBackend, name: str) -> None:
    backend.fault("stall", "SendMessage", nth=1)
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(send, backend, name)
        backend.wait("SendMessage")
        assert backend.messages(name) == []
        assert not sending.done()
        backend.release()
        assert sending.result(30)["MessageId"] == backend.messages(name)[0].id


def test_a_stalled_call_is_lost_when_the_fault_is_removed(backend: SqsBackend, name: str) -> None:
    backend.fault("stall", "SendMessage")
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(send, backend, name)
        backend.wait("SendMessage")
        backend.mend()
        assert isinstance(sending.exception(30), ConnectionClosedError)
    assert backend.messages(name) == []


def test_a_held_answer_comes_long_after_the_deed(backend: SqsBackend, name: str) -> None:
    backend.fault("hold", "SendMessage", nth=1)
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(send, backend, name)
        backend.wait("SendMessage", done=True)
        assert len(backend.messages(name)) == 1
        assert not sending.done()
        backend.release()
        assert sending.result(30)["MessageId"]


def test_a_held_answer_is_lost_when_the_fault_is_removed(backend: SqsBackend, name: str) -> None:
    backend.fault("hold", "SendMessage")
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(send, backend, name)
        backend.wait("SendMessage", done=True)
        backend.mend()
        assert isinstance(sending.exception(30), ConnectionClosedError)
    assert len(backend.messages(name)) == 1


async def test_a_test_with_a_loop_of_its_own_can_wait(backend: SqsBackend, name: str) -> None:
    backend.fault("hold", "SendMessage")
    sending = asyncio.create_task(asyncio.to_thread(send, backend, name))
    await backend.arrived("SendMessage", done=True)
    backend.release()
    assert (await sending)["MessageId"]


def test_released_faults_strike_again(backend: SqsBackend, name: str) -> None:
    backend.fault("hold", "SendMessage", times=2)
    with ThreadPoolExecutor() as pool:
        for count in (1, 2):
            sending = pool.submit(send, backend, name)
            backend.wait("SendMessage", count, done=True)
            backend.release()
            assert sending.result(30)["MessageId"]
    assert send(backend, name)["MessageId"]


async def test_who_stops_waiting_takes_nobody_along() -> None:
    faults = Faults()
    first, second = asyncio.create_task(faults.wait()), asyncio.create_task(faults.wait())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    faults.release()
    assert await second is True


def test_a_delay_outlasts_an_impatient_client_and_is_done_later(backend: SqsBackend, name: str) -> None:
    backend.fault("delay", "SendMessage", seconds=1)
    impatient = connect(
        backend.account, "sqs", config=Config(read_timeout=0.2, retries={"total_max_attempts": 1})
    )  # fmt: skip
    with pytest.raises(HTTPClientError):
        impatient.send_message(QueueUrl=backend.queue(name), MessageBody="a")
    backend.wait("SendMessage", done=True)
    assert backend.bodies(name) == Counter("a")


def test_nothing_is_received_from_a_queue_that_is_said_to_be_full(backend: SqsBackend, name: str) -> None:
    send_batch(backend, name, 3)
    backend.fault("empty", "ReceiveMessage", times=2)
    url = backend.queue(name)
    for _ in range(2):
        assert "Messages" not in backend.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert backend.sqs.receive_message(QueueUrl=url)["Messages"]


def test_a_queue_is_said_to_be_empty_and_is_not(backend: SqsBackend, name: str) -> None:
    send_batch(backend, name, 3)
    backend.fault("empty", "GetQueueAttributes", nth=1)
    counts = []
    for _ in range(2):
        names = ["ApproximateNumberOfMessages"]
        found = backend.sqs.get_queue_attributes(QueueUrl=backend.queue(name), AttributeNames=names)
        counts.append(found["Attributes"]["ApproximateNumberOfMessages"])
    assert counts == ["0", "3"]


def test_one_answer_holds_a_message_three_times_and_the_newest_handle_counts(backend: SqsBackend, name: str) -> None:
    send_batch(backend, name, 4)
    backend.fault("repeat", "ReceiveMessage", nth=1)
    url = backend.queue(name)
    names = ["ApproximateReceiveCount"]
    options = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": names}
    received = backend.sqs.receive_message(**options)["Messages"]
    assert sorted(Counter(message["MessageId"] for message in received).values()) == [3, 3, 3]
    assert len({message["ReceiptHandle"] for message in received}) == 9
    first = [message for message in received if message["MessageId"] == received[0]["MessageId"]]
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in first] == ["1", "2", "3"]
    backend.sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
    assert len(backend.messages(name)) == 4
    backend.sqs.delete_message(QueueUrl=url, ReceiptHandle=first[2]["ReceiptHandle"])
    assert len(backend.messages(name)) == 3


def test_a_slow_purge_takes_what_arrives_in_its_minute(backend: SqsBackend, name: str) -> None:
    send(backend, name, "before")
    backend.fault("slow", "PurgeQueue")
    backend.sqs.purge_queue(QueueUrl=backend.queue(name))
    send(backend, name, "meanwhile")
    assert backend.bodies(name) == Counter(["before", "meanwhile"])
    backend.advance(61)
    send(backend, name, "after")
    assert backend.bodies(name) == Counter(["after"])


def test_messages_are_put_there_without_a_call(backend: SqsBackend, name: str) -> None:
    part = {"DataType": "Binary.zip", "BinaryValue": b"\x00\xff"}
    letter = {"body": "ü", "attributes": {"Raw": part}, "receives": 5, "source": "orders", "age": 3600}
    (identity,) = backend.put(name, [letter])
    assert backend.counts()["SendMessage"] == 0
    url = backend.queue(name)
    options = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    (message,) = backend.sqs.receive_message(QueueUrl=url, **options)["Messages"]
    assert (message["MessageId"], message["Body"], message["MessageAttributes"]) == (identity, "ü", {"Raw": part})
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == backend.arn("orders")
    assert message["Attributes"]["ApproximateReceiveCount"] == "6"
    (stored,) = backend.messages(name)
    assert (stored.md5, stored.attributes_md5) == (message["MD5OfBody"], message["MD5OfMessageAttributes"])
    assert (stored.state, stored.receives) == ("in flight", 6)


def test_contents_tell_messages_apart_that_have_one_body(backend: SqsBackend, name: str) -> None:
    part = {"DataType": "String", "StringValue": "x"}
    backend.put(name, ["a", "a", {"body": "a", "attributes": {"K": part}}])
    assert sorted(backend.contents(name).values()) == [1, 2]
    assert backend.bodies(name) == Counter({"a": 3})


def test_of_all_queues_or_of_those_that_are_named(backend: SqsBackend, name: str) -> None:
    backend.put(name, ["mine"])
    backend.put(backend.make(f"{name}-other").rpartition("/")[2], ["other"])
    assert backend.bodies(name) == Counter({"mine": 1})
    assert backend.bodies(name, f"{name}-other", "there is none") == Counter({"mine": 1, "other": 1})
    assert backend.bodies() >= Counter({"mine": 1, "other": 1})


def test_nobody_sees_or_holds_messages_unless_it_was_asked_for_at_the_start() -> None:
    with DemoAccount.start(empty=True) as account:
        door = Admin(account.endpoint_url)
        assert door.counts() == {}
        for method, path in (("GET", "messages"), ("POST", "messages"), ("POST", "wait")):
            with pytest.raises(urllib.error.HTTPError) as refused:
                door.ask(method, path, {"call": "sqs:SendMessage"})
            assert refused.value.code == 404
