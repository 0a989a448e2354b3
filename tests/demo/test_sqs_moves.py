"""Message move tasks as the documents have them. moto answers 500 to all three operations; that is the first test."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.documented import GUIDE, Place, bodies, documented, lacking, plain, refused, sentences, texts

ours_only = pytest.mark.parametrize("place", ["demo"], indirect=True)


def dead_letters(place: Place, count: int) -> tuple[str, str]:
    """Return (source, dead-letter queue) with so many messages moved there by the redrive policy."""
    url, dead = place.with_dead(1)
    for number in range(count):
        place.send(url, str(number))
    while place.receive(url, VisibilityTimeout=0) or place.counts(url)[0]:
        pass
    assert place.counts(dead) == (count, 0, 0)
    return url, dead


def start(place: Place, dead: str, **more: Any) -> str:
    return str(place.sqs.start_message_move_task(SourceArn=place.arn(dead), **more)["TaskHandle"])


def tasks(place: Place, dead: str, most: int = 10) -> list[Any]:
    return list(place.sqs.list_message_move_tasks(SourceArn=place.arn(dead), MaxResults=most)["Results"])


@documented("StartMessageMoveTask", "Starts an asynchronous task to move messages from a specified source queue")
@lacking("it has no message move tasks and answers 500")
def test_there_are_message_move_tasks(place: Place) -> None:
    _, dead = place.with_dead(1)
    assert start(place, dead)


@documented("StartMessageMoveTask", "the messages will be redriven back to their respective original source queues.")
@ours_only
def test_without_a_destination_each_message_goes_back_where_it_came_from(place: Place) -> None:
    url, dead = place.with_dead(1)
    policy = place.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    other = place.make("other", RedrivePolicy=policy["RedrivePolicy"])
    for source in (url, other):
        place.send(source, source)
        while place.receive(source, VisibilityTimeout=0):
            pass
    start(place, dead)
    place.later(10)
    assert bodies(place.receive(url)) == [url]
    assert bodies(place.receive(other)) == [other]
    (task,) = tasks(place, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)
    assert "DestinationArn" not in task


@documented(GUIDE, "Redriven messages are new messages: a new messageID and enqueueTime are assigned to them.")
@ours_only
def test_a_moved_message_is_a_new_one(place: Place) -> None:
    url, dead = dead_letters(place, 1)
    (letter,) = place.receive(dead, VisibilityTimeout=0)
    place.later(3600)
    start(place, dead)
    place.later(5)
    (moved,) = place.receive(url)
    assert moved["MessageId"] != letter["MessageId"]
    late = int(moved["Attributes"]["SentTimestamp"]) - int(letter["Attributes"]["SentTimestamp"])
    assert late >= 3_600_000
    assert moved["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in moved["Attributes"]


@documented("StartMessageMoveTask", "You can use this field to define a fixed message movement rate.")
@ours_only
def test_the_rate_is_kept_and_counted(place: Place) -> None:
    _, dead = dead_letters(place, 20)
    start(place, dead, MaxNumberOfMessagesPerSecond=2)
    place.later(5)
    (task,) = tasks(place, dead)
    assert (task["Status"], task["MaxNumberOfMessagesPerSecond"]) == ("RUNNING", 2)
    assert task["ApproximateNumberOfMessagesToMove"] == 20
    assert 10 <= task["ApproximateNumberOfMessagesMoved"] < 20
    assert place.counts(dead)[0] <= 10
    place.later(10)
    assert tasks(place, dead)[0]["Status"] == "COMPLETED"
    assert place.counts(dead) == (0, 0, 0)


@documented("ListMessageMoveTasks", "it is only populated for tasks that are in RUNNING status.")
@ours_only
def test_only_a_running_task_has_a_handle(place: Place) -> None:
    _, dead = dead_letters(place, 2)
    handle = start(place, dead, MaxNumberOfMessagesPerSecond=1)
    assert tasks(place, dead)[0]["TaskHandle"] == handle
    place.later(10)
    assert "TaskHandle" not in tasks(place, dead)[0]


@documented("ListMessageMoveTasks", "This number is obtained at the time of starting the message movement task")
@ours_only
def test_what_arrives_later_is_not_counted_and_not_moved(place: Place) -> None:
    _, dead = dead_letters(place, 3)
    start(place, dead, MaxNumberOfMessagesPerSecond=1)
    place.send(dead, "late")
    place.later(10)
    (task,) = tasks(place, dead)
    assert (task["ApproximateNumberOfMessagesToMove"], task["ApproximateNumberOfMessagesMoved"]) == (3, 3)
    assert bodies(place.receive(dead)) == ["late"]


@documented("StartMessageMoveTask", "Only one active message movement task is supported per queue at any given time.")
@ours_only
def test_a_second_task_is_refused_while_one_runs(place: Place) -> None:
    _, dead = dead_letters(place, 3)
    start(place, dead, MaxNumberOfMessagesPerSecond=1)
    assert refused(start, place, dead) == "InvalidParameterValue"
    place.later(10)
    assert start(place, dead)


@documented(
    "StartMessageMoveTask",
    "Currently, only ARNs of dead-letter queues (DLQs) whose sources are other Amazon SQS queues",
)
@ours_only
def test_only_a_dead_letter_queue_is_a_source(place: Place) -> None:
    assert refused(start, place, place.make()) == "InvalidParameterValue"
    call = place.sqs.start_message_move_task
    assert refused(call, SourceArn=place.arn(place.make("x")) + "-gone") == "ResourceNotFoundException"


@documented("StartMessageMoveTask", "The maximum value for messages per second is 500.")
@ours_only
@pytest.mark.parametrize("rate", [0, 501])
def test_the_rate_has_limits(place: Place, rate: int) -> None:
    _, dead = place.with_dead(1)
    assert refused(start, place, dead, MaxNumberOfMessagesPerSecond=rate) == "InvalidParameterValue"


@documented(
    "CancelMessageMoveTask", "Cancelling a message movement task does not revert the messages that have already"
)
@ours_only
def test_cancelling_moves_nothing_back(place: Place) -> None:
    url, dead = dead_letters(place, 10)
    handle = start(place, dead, MaxNumberOfMessagesPerSecond=1)
    place.later(4)
    moved = place.sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    assert 4 <= moved < 10
    place.later(60)
    assert (place.counts(url)[0], place.counts(dead)[0]) == (moved, 10 - moved)
    (task,) = tasks(place, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("CANCELLED", moved)
    assert refused(place.sqs.cancel_message_move_task, TaskHandle=handle) == "ResourceNotFoundException"


@documented("CancelMessageMoveTask", "A message movement can only be cancelled when the current status is RUNNING.")
@ours_only
def test_a_finished_task_cannot_be_cancelled(place: Place) -> None:
    _, dead = dead_letters(place, 1)
    handle = start(place, dead)
    place.later(10)
    assert refused(place.sqs.cancel_message_move_task, TaskHandle=handle) == "ResourceNotFoundException"


@documented("ListMessageMoveTasks", "The task failure reason (only included if the task status is FAILED).")
@ours_only
def test_a_message_of_unknown_origin_fails_the_task(place: Place) -> None:
    _, dead = place.with_dead(1)
    place.send(dead, "sent here directly")
    start(place, dead)
    place.later(5)
    (task,) = tasks(place, dead)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert place.counts(dead) == (1, 0, 0)


@documented("ListMessageMoveTasks", "Possible values are: RUNNING, COMPLETED, CANCELLING, CANCELLED, and FAILED.")
@ours_only
def test_a_destination_that_goes_away_fails_the_task(place: Place) -> None:
    _, dead = dead_letters(place, 10)
    other = place.make("other")
    start(place, dead, DestinationArn=place.arn(other), MaxNumberOfMessagesPerSecond=1)
    place.later(3)
    place.sqs.delete_queue(QueueUrl=other)
    place.later(3)
    (task,) = tasks(place, dead)
    assert task["Status"] == "FAILED"
    assert task["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert place.counts(dead)[0] == 10 - task["ApproximateNumberOfMessagesMoved"] > 0


@documented(
    GUIDE, "A FIFO queue's messages can be redriven to a FIFO queue only, a standard queue's to a standard queue."
)
@ours_only
def test_the_types_of_queues_must_match(place: Place) -> None:
    _, dead = place.with_dead(1)
    other = place.arn(place.make("other.fifo"))
    assert refused(start, place, dead, DestinationArn=other) == "InvalidParameterValue"


@documented("ListMessageMoveTasks", "The default is 1, which provides the most recent message movement task.")
@documented("ListMessageMoveTasks", "The upper limit is 10.")
@ours_only
def test_the_most_recent_tasks_are_listed_newest_first(place: Place) -> None:
    _, dead = place.with_dead(1)
    for _ in range(12):
        start(place, dead)
        place.later(1)
    starts = [task["StartedTimestamp"] for task in tasks(place, dead)]
    assert len(starts) == 10
    assert starts == sorted(starts, reverse=True)
    (only,) = place.sqs.list_message_move_tasks(SourceArn=place.arn(dead))["Results"]
    assert only["StartedTimestamp"] == starts[0]
    with pytest.raises(ClientError):
        tasks(place, dead, 11)


@pytest.mark.parametrize("module", ["test_sqs_leases", "test_sqs_fifo", "test_sqs_sending", "test_sqs_moves"])
def test_every_sentence_is_in_the_text_of_its_operation(module: str) -> None:
    __import__(f"tests.demo.{module}")
    wrong = [
        f"{where}: {sentence}"
        for where, sentence in sentences
        if where != GUIDE and plain(sentence) not in texts()[where]
    ]
    assert len(sentences) > 10
    assert not wrong, "\n".join(wrong)
