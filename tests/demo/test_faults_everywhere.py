"""Every call of SQS that changes something, struck on its way there and on its way back: done once, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from tests.support import sqsfaults
from tests.support.sqsfaults import SqsBackend, Weather, running_sqs


@dataclass(slots=True)
class Scene:
    """Two queues of one test, the second the other's dead-letter queue, and a message held in the first."""

    backend: SqsBackend
    work: str
    dead: str
    handle: str

    @property
    def url(self) -> str:
        """The URL of the first queue."""
        return self.backend.queue(self.work)

    def states(self) -> list[str]:
        """Return the first queue's messages' states."""
        return [stored.state for stored in self.backend.messages(self.work)]

    def entries(self, **more: object) -> list[dict[str, Any]]:
        """Return a batch of one."""
        return [{"Id": "1", **more}]

    def tasks(self) -> list[str]:
        """Return how the move tasks stand."""
        listed = self.backend.sqs.list_message_move_tasks(SourceArn=self.backend.arn(self.dead), MaxResults=10)
        return [task["Status"] for task in listed["Results"]]

    def attribute(self, name: str) -> str:
        """Return an attribute of the first queue."""
        answer = self.backend.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return str(answer["Attributes"][name])


@dataclass(frozen=True, slots=True)
class Deed:
    """One operation: how it is called, and whether one can see that it was done."""

    operation: str
    call: Callable[[Scene], object]
    seen: Callable[[Scene], bool]


DEEDS = (
    Deed(
        "SendMessage",
        lambda at: at.backend.sqs.send_message(QueueUrl=at.url, MessageBody="new"),
        lambda at: len(at.states()) == 3,
    ),
    Deed(
        "SendMessageBatch",
        lambda at: at.backend.sqs.send_message_batch(QueueUrl=at.url, Entries=at.entries(MessageBody="new")),
        lambda at: len(at.states()) == 3,
    ),
    Deed(
        "ReceiveMessage",
        lambda at: at.backend.sqs.receive_message(QueueUrl=at.url, VisibilityTimeout=60),
        lambda at: at.states() == ["in flight"] * 2,
    ),
    Deed(
        "DeleteMessage",
        lambda at: at.backend.sqs.delete_message(QueueUrl=at.url, ReceiptHandle=at.handle),
        lambda at: at.states() == ["visible"],
    ),
    Deed(
        "DeleteMessageBatch",
        lambda at: at.backend.sqs.delete_message_batch(QueueUrl=at.url, Entries=at.entries(ReceiptHandle=at.handle)),
        lambda at: at.states() == ["visible"],
    ),
    Deed(
        "ChangeMessageVisibility",
        lambda at: at.backend.sqs.change_message_visibility(
            QueueUrl=at.url, ReceiptHandle=at.handle, VisibilityTimeout=0
        ),
        lambda at: at.states() == ["visible"] * 2,
    ),
    Deed(
        "ChangeMessageVisibilityBatch",
        lambda at: at.backend.sqs.change_message_visibility_batch(
            QueueUrl=at.url, Entries=at.entries(ReceiptHandle=at.handle, VisibilityTimeout=0)
        ),
        lambda at: at.states() == ["visible"] * 2,
    ),
    Deed(
        "PurgeQueue",
        lambda at: at.backend.sqs.purge_queue(QueueUrl=at.url),
        lambda at: at.states() == [],
    ),
    Deed(
        "StartMessageMoveTask",
        lambda at: at.backend.sqs.start_message_move_task(
            SourceArn=at.backend.arn(at.dead), MaxNumberOfMessagesPerSecond=1
        ),
        lambda at: at.tasks() == ["RUNNING"],
    ),
    Deed(
        "SetQueueAttributes",
        lambda at: at.backend.sqs.set_queue_attributes(QueueUrl=at.url, Attributes={"VisibilityTimeout": "77"}),
        lambda at: at.attribute("VisibilityTimeout") == "77",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[SqsBackend]:
    with running_sqs() as backend:
        yield backend


@pytest.fixture
def scene(running: SqsBackend, request: pytest.FixtureRequest) -> Scene:
    """A first queue with a held message and another one, and a dead-letter queue with many."""
    running.mend()
    work = f"w{abs(hash(request.node.nodeid))}"
    dead = f"{work}-dlq"
    running.make(dead)
    url = running.make(work, dead=dead)
    running.put(work, ["held", "free"])
    running.put(dead, [{"body": str(number), "source": work, "receives": 3} for number in range(20)])
    (message,) = running.sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"]
    running.forget()
    return Scene(running, work, dead, message["ReceiptHandle"])


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.operation)
@pytest.mark.parametrize(
    "weather", [sqsfaults.LOST, sqsfaults.DROPPED, sqsfaults.THROTTLED, sqsfaults.UNAVAILABLE], ids=lambda one: one.name
)
def test_a_call_is_done_once_or_not_at_all(scene: Scene, deed: Deed, weather: Weather) -> None:
    assert not deed.seen(scene)
    scene.backend.fault(weather, deed.operation, nth=1)
    with pytest.raises((ClientError, HTTPClientError)):
        deed.call(scene)
    assert scene.backend.counts()[deed.operation] == 1
    assert deed.seen(scene) is weather.done


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.operation)
def test_without_a_fault_each_is_done(scene: Scene, deed: Deed) -> None:
    deed.call(scene)
    assert deed.seen(scene)


def test_a_purge_whose_answer_was_lost_is_in_progress(scene: Scene) -> None:
    scene.backend.fault(sqsfaults.DROPPED, "PurgeQueue", nth=1)
    with pytest.raises(HTTPClientError):
        scene.backend.sqs.purge_queue(QueueUrl=scene.url)
    with pytest.raises(ClientError) as refused:
        scene.backend.sqs.purge_queue(QueueUrl=scene.url)
    assert refused.value.response["Error"]["Code"] == "AWS.SimpleQueueService.PurgeQueueInProgress"


def test_a_move_whose_answer_was_lost_runs(scene: Scene) -> None:
    scene.backend.fault(sqsfaults.DROPPED, "StartMessageMoveTask", nth=1)
    source = scene.backend.arn(scene.dead)
    with pytest.raises(HTTPClientError):
        scene.backend.sqs.start_message_move_task(SourceArn=source, MaxNumberOfMessagesPerSecond=5)
    scene.backend.advance(60)
    assert scene.tasks() == ["COMPLETED"]
    assert len(scene.backend.messages(scene.work)) == 22
