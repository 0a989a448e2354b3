"""Visibility, receive counts and dead letters as the documents have them, ours and moto's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.demo.services.sqs import queue as demo_queue
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.settings import Settings
from tests.demo.documented import GUIDE, Place, bodies, documented, lacking, refused, timed


@documented(
    "ReceiveMessage", "If you don't include the parameter, the overall visibility timeout for the queue is used"
)
@timed()
def test_the_queue_says_how_long_a_message_is_hidden(place: Place) -> None:
    url = place.make(VisibilityTimeout="100")
    place.send(url)
    assert place.receive(url)
    place.later(99)
    assert place.receive(url) == []
    place.later(2)
    assert place.receive(url)


@documented("ReceiveMessage", "The duration (in seconds) that the received messages are hidden from subsequent")
def test_a_received_message_is_hidden(place: Place) -> None:
    url = place.make()
    place.send(url)
    assert place.receive(url, VisibilityTimeout=1)
    assert place.receive(url) == []
    assert place.counts(url) == (0, 1, 0)
    assert place.receive(url, WaitTimeSeconds=20)  # as soon as the second is over


@documented(
    "ReceiveMessage", "ApproximateReceiveCount – Returns the number of times a message has been received across all"
)
def test_each_receive_counts(place: Place) -> None:
    url = place.make()
    place.send(url)
    found = [place.receive(url, VisibilityTimeout=0)[0]["Attributes"] for _ in range(3)]
    assert [one["ApproximateReceiveCount"] for one in found] == ["1", "2", "3"]
    assert len({one["ApproximateFirstReceiveTimestamp"] for one in found}) == 1


@documented("ChangeMessageVisibility", "the 10 seconds begin to count from the time that you make the")
@timed()
def test_an_extension_counts_from_now(place: Place) -> None:
    url = place.make(VisibilityTimeout="60")
    place.send(url)
    (message,) = place.receive(url)
    place.later(15)
    place.hold(url, message, 10)
    place.later(8)
    assert place.receive(url) == []
    place.later(3)
    assert place.receive(url)


@documented("ChangeMessageVisibility", "the visibility timeout for the message reverts to the original timeout value")
@timed()
def test_an_extension_is_forgotten(place: Place) -> None:
    url = place.make(VisibilityTimeout="30")
    place.send(url)
    (message,) = place.receive(url)
    place.hold(url, message, 500)
    place.later(501)
    assert place.receive(url)
    place.later(31)
    assert place.receive(url)


@documented("ChangeMessageVisibility", "The minimum is 0 seconds.")
def test_zero_gives_it_back_at_once(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url)
    place.hold(url, message, 0)
    assert place.counts(url) == (1, 0, 0)


@documented("ChangeMessageVisibility", "to a value greater than the maximum time left, Amazon SQS returns an error.")
@timed()
def test_twelve_hours_count_from_the_receive(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url)
    for _ in range(11):
        place.hold(url, message, 3600)
        place.later(3500)
    left = 43_200 - 11 * 3500
    assert refused(place.hold, url, message, left + 60) == "InvalidParameterValue"
    place.hold(url, message, left - 60)


@documented(
    "ChangeMessageVisibility", "any attempt to change the visibility timeout or to delete that message 10 seconds"
)
@timed()
def test_a_lease_that_ended_cannot_be_extended(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url, VisibilityTimeout=10)
    place.later(11)
    assert refused(place.hold, url, message, 10) == "MessageNotInflight"


@documented(
    "ChangeMessageVisibility", "The receipt handle associated with the message, whose visibility timeout is changed."
)
def test_an_invented_handle_is_refused(place: Place) -> None:
    url = place.make()
    call = place.sqs.change_message_visibility
    assert refused(call, QueueUrl=url, ReceiptHandle="nonsense", VisibilityTimeout=1) == "ReceiptHandleIsInvalid"


@documented("DeleteMessage", "If you receive the same message more than once, you will get a different")
def test_each_receive_has_a_handle_of_its_own(place: Place) -> None:
    url = place.make()
    place.send(url)
    handles = {place.receive(url, VisibilityTimeout=0)[0]["ReceiptHandle"] for _ in range(3)}
    assert len(handles) == 3


@documented("DeleteMessage", "the request will succeed, but the message might not be deleted.")
@lacking("an old handle deletes the message, which SQS may do too")
def test_an_old_handle_deletes_nothing(place: Place) -> None:
    url = place.make()
    place.send(url)
    (old,) = place.receive(url, VisibilityTimeout=0)
    (new,) = place.receive(url)
    place.delete(url, old)
    assert place.counts(url) == (0, 1, 0)
    place.delete(url, new)
    assert place.counts(url) == (0, 0, 0)


@documented(GUIDE, "Deleting a message that is no longer there succeeds.")
def test_deleting_twice_succeeds(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url)
    place.delete(url, message)
    place.delete(url, message)


@documented("DeleteMessage", "Amazon SQS can delete a message from a queue even if a visibility timeout setting causes")
@timed()
def test_the_newest_handle_deletes_after_its_lease(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url, VisibilityTimeout=10)
    place.later(11)
    place.delete(url, message)
    assert place.counts(url) == (0, 0, 0)


@documented("ReceiveMessage", "the message might be sent to the dead-letter queue.")
def test_a_message_received_too_often_becomes_a_dead_letter(place: Place) -> None:
    url, dead = place.with_dead(2)
    sent = place.send(url)
    for _ in range(2):
        assert place.receive(url, VisibilityTimeout=0)
    assert place.receive(url) == []
    (letter,) = place.receive(dead)
    assert letter["MessageId"] == sent["MessageId"]
    assert letter["Attributes"]["ApproximateReceiveCount"] == "3"


@documented("ReceiveMessage", "A message that isn't deleted or a message whose visibility isn't extended before the")
@timed()
def test_a_lease_that_ran_out_is_a_failed_receive(place: Place) -> None:
    url, dead = place.with_dead(1)
    place.send(url)
    assert place.receive(url, VisibilityTimeout=10)
    place.later(11)
    assert place.receive(url) == []
    assert place.counts(dead) == (1, 0, 0)


@documented(GUIDE, "The expiration of a message is always based on its original enqueue timestamp (standard queues).")
@timed()
def test_a_dead_letter_keeps_its_age_and_says_where_it_comes_from(place: Place) -> None:
    url, dead = place.with_dead(1)
    place.send(url)
    (first,) = place.receive(url, VisibilityTimeout=0)
    place.later(3600)
    assert place.receive(url) == []
    (letter,) = place.receive(dead)
    assert letter["Attributes"]["SentTimestamp"] == first["Attributes"]["SentTimestamp"]
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == place.arn(url)
    place.later(345_600 - 3500)
    assert place.counts(dead) == (0, 0, 0)


@documented(GUIDE, "FIFO queues: the enqueue timestamp resets when the message is moved to a dead-letter queue.")
@timed()
def test_a_fifo_dead_letter_starts_anew(place: Place) -> None:
    url, dead = place.with_dead(1, ".fifo")
    (sent,) = place.send_fifo(url, "a1")
    (first,) = place.receive(url, VisibilityTimeout=0)
    place.later(3600)
    assert place.receive(url) == []
    (letter,) = place.receive(dead)
    late = int(letter["Attributes"]["SentTimestamp"]) - int(first["Attributes"]["SentTimestamp"])
    assert 3_590_000 < late < 3_700_000
    assert letter["Attributes"]["MessageDeduplicationId"] == sent["MessageId"] == letter["MessageId"]
    assert letter["Attributes"]["MessageGroupId"] == "a"


@documented(GUIDE, "After a message is received three times and not deleted, SQS moves it to the back of the queue.")
@lacking("a message keeps its place however often it is received")
def test_a_message_received_three_times_goes_to_the_back(place: Place) -> None:
    url = place.make()
    for body in "abc":
        place.send(url, body)
    for _ in range(3):
        assert bodies(place.receive(url, 1, VisibilityTimeout=0)) == ["a"]
    assert bodies(place.receive(url)) == ["b", "c", "a"]


@documented("ReceiveMessage", "If a message is available, the call returns sooner than WaitTimeSeconds.")
def test_a_long_poll_ends_with_a_message(place: Place) -> None:
    url = place.make()
    place.send(url, DelaySeconds=1)
    assert place.receive(url) == []
    assert bodies(place.receive(url, WaitTimeSeconds=20)) == ["a"]


@documented(
    "ReceiveMessage",
    "If no messages are available and the wait time expires, the call does not return a message list.",
)
def test_a_long_poll_ends_without_one(place: Place) -> None:
    url = place.make()
    answer = place.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert "Messages" not in answer


@documented(
    "SendMessage", "Messages with a positive DelaySeconds value become available for processing after the delay"
)
@timed()
def test_a_delayed_message_is_hidden_at_first(place: Place) -> None:
    url = place.make(DelaySeconds="50")
    place.send(url, "queue's")
    place.send(url, "own", DelaySeconds=100)
    assert place.counts(url) == (0, 0, 2)
    place.later(51)
    assert bodies(place.receive(url)) == ["queue's"]
    place.later(50)
    assert bodies(place.receive(url)) == ["queue's", "own"]


@documented(
    "DeleteMessage", "Amazon SQS automatically deletes messages left in a queue longer than the retention period"
)
@timed()
def test_messages_expire_leased_or_not(place: Place) -> None:
    url = place.make(MessageRetentionPeriod="60")
    place.send(url, "leased")
    assert place.receive(url, VisibilityTimeout=500)
    place.send(url, "free")
    place.later(61)
    assert place.counts(url) == (0, 0, 0)


@documented("PurgeQueue", "Deletes available messages in a queue (including in-flight messages)")
def test_a_purge_takes_what_is_in_flight(place: Place) -> None:
    url = place.make()
    place.send(url)
    place.receive(url)
    place.send(url)
    place.sqs.purge_queue(QueueUrl=url)
    assert place.counts(url) == (0, 0, 0)


@documented("PurgeQueue", "The message deletion process takes up to 60 seconds.")
def test_a_second_purge_within_a_minute_is_refused(place: Place) -> None:
    url = place.make()
    place.sqs.purge_queue(QueueUrl=url)
    assert refused(place.sqs.purge_queue, QueueUrl=url) == "PurgeQueueInProgress"


@pytest.fixture
def standard() -> Callable[[str], Queue]:
    """Make queues past HTTP, for what takes very many messages."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return lambda name: Queue(name, f"arn:{name}", Settings(name.endswith(".fifo")), now, now)


def _fill(queue: Queue, count: int) -> datetime:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for number in range(count):
        message = Message(str(number), now, now, "", group=str(number), deduplication=str(number))
        queue.put(message)
    return now


@documented("ChangeMessageVisibility", "there can be a maximum of approximately 120,000 in flight messages")
def test_no_more_than_the_limit_are_in_flight(standard: Callable[[str], Queue], monkeypatch: Any) -> None:
    monkeypatch.setattr(demo_queue, "MOST_IN_FLIGHT", 25)
    for name in ("work", "work.fifo"):
        queue = standard(name)
        now = _fill(queue, 40)
        given = [len(queue.receive(10, 30, now)) for _ in range(4)]
        assert given == [10, 10, 5, 0]
        assert queue.full
        queue.settle(now + timedelta(seconds=31))
        assert not queue.full


def test_ten_thousand_messages_cost_no_more_each_than_a_hundred(standard: Callable[[str], Queue]) -> None:
    """Steps are counted instead of seconds: what a receive looks at must not grow with the queue."""
    looked = []
    for count in (100, 10_000):
        queue = standard("work")
        now = _fill(queue, count)
        seen: list[Message] = []

        def refuse(message: Message, seen: list[Message] = seen) -> bool:
            seen.append(message)
            return False

        received = 0
        while messages := queue.receive(10, 30, now, refuse):
            received += len(messages)
        assert received == count
        looked.append(len(seen) / count)
    assert looked == [1, 1]
