"""SQS as the demo answers it, through boto3 and through aiobotocore."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import pytest
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import story
from tests.demo.conftest import Admin, connect

FIFO = {"FifoQueue": "true"}


@pytest.fixture
def sqs(fresh: DemoAccount) -> Any:
    """A client of an empty account."""
    return connect(fresh, "sqs")


@pytest.fixture
def later(fresh: DemoAccount) -> Callable[[float], None]:
    """Move the empty account's clock forward."""
    return Admin(fresh.endpoint_url).advance


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def make(sqs: Any, name: str = "work", **attributes: str) -> str:
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def arn(sqs: Any, url: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def counts(sqs: Any, url: str) -> tuple[int, int, int]:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = ("", "NotVisible", "Delayed")
    visible, in_flight, delayed = (int(found[f"ApproximateNumberOfMessages{name}"]) for name in names)
    return visible, in_flight, delayed


def receive(sqs: Any, url: str, most: int = 10, **more: Any) -> list[Any]:
    return list(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, **more).get("Messages", []))


def test_lists_queues_in_pages(sqs: Any) -> None:
    urls = [make(sqs, f"q{number}") for number in range(7)]
    make(sqs, "other")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="q", PaginationConfig={"PageSize": 3})
    found = [page["QueueUrls"] for page in pages]
    assert [len(page) for page in found] == [3, 3, 1]
    assert list(chain(*found)) == urls


def test_without_max_results_the_list_ends_at_a_thousand_in_silence(sqs: Any, fresh: DemoAccount) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: make(sqs, f"q{number}"), range(1001)))
    answer = sqs.list_queues()
    assert len(answer["QueueUrls"]) == 1000
    assert "NextToken" not in answer


def test_a_queue_is_found_by_name_and_has_attributes_and_tags(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "5"}, tags={"team": "orders"})["QueueUrl"]
    assert sqs.get_queue_url(QueueName="work")["QueueUrl"] == url
    assert url.startswith(sqs.meta.endpoint_url)
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "orders"}
    some = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "SqsManagedSseEnabled"])
    assert some["Attributes"] == {"VisibilityTimeout": "5", "SqsManagedSseEnabled": "true"}
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url)


@pytest.mark.parametrize("name", ["get_queue_attributes", "purge_queue", "receive_message", "list_queue_tags"])
def test_a_queue_that_is_not_there(sqs: Any, name: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(sqs, name)(QueueUrl=f"{sqs.meta.endpoint_url}/418250713366/nothing")
    assert code(refused) == "AWS.SimpleQueueService.NonExistentQueue"
    assert isinstance(refused.value, sqs.exceptions.QueueDoesNotExist)


def test_attributes_are_checked(sqs: Any) -> None:
    url = make(sqs)
    for attributes, expected in (
        ({"VisibilityTimeout": "50000"}, "InvalidAttributeValue"),
        ({"Nonsense": "1"}, "InvalidAttributeName"),
        ({"RedrivePolicy": "{"}, "InvalidParameterValue"),
    ):
        with pytest.raises(ClientError) as refused:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        assert code(refused) == expected


def test_creating_again_is_the_same_queue_or_refused(sqs: Any) -> None:
    url = make(sqs, VisibilityTimeout="5")
    assert make(sqs, VisibilityTimeout="5") == url
    with pytest.raises(ClientError) as refused:
        make(sqs, VisibilityTimeout="6")
    assert code(refused) == "QueueAlreadyExists"


def test_a_deleted_name_is_free_after_a_minute(sqs: Any, later: Callable[[float], None]) -> None:
    sqs.delete_queue(QueueUrl=make(sqs))
    with pytest.raises(ClientError) as refused:
        make(sqs)
    assert code(refused) == "AWS.SimpleQueueService.QueueDeletedRecently"
    later(61)
    assert make(sqs)


def test_a_message_comes_back_with_its_attributes_and_checksums(sqs: Any) -> None:
    url = make(sqs)
    attributes = {
        "Kind": {"DataType": "String", "StringValue": "café"},
        "Size": {"DataType": "Number", "StringValue": "3"},
        "Raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}
    # boto3 checks the checksums of what was sent and received by itself
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="ünï", MessageAttributes=attributes, MessageSystemAttributes=trace
    )
    names = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
    (message,) = receive(sqs, url, **names)
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "ünï")
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["AWSTraceHeader"] == "Root=1-2-3"


def test_only_the_attributes_asked_for_are_sent(sqs: Any) -> None:
    url = make(sqs)
    part = {"DataType": "String", "StringValue": "x"}
    sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes={"err.type": part, "other": part})
    (message,) = receive(sqs, url, MessageAttributeNames=["err.*"], AttributeNames=["SentTimestamp"])
    assert set(message["MessageAttributes"]) == {"err.type"}
    assert set(message["Attributes"]) == {"SentTimestamp"}


def test_a_received_message_is_hidden_until_its_lease_ends(sqs: Any, later: Callable[[float], None]) -> None:
    url = make(sqs)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    assert receive(sqs, url, VisibilityTimeout=30)
    assert receive(sqs, url) == []
    assert counts(sqs, url) == (0, 1, 0)
    later(31)
    (again,) = receive(sqs, url, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_lease_is_given_back_and_extended(sqs: Any, later: Callable[[float], None]) -> None:
    url = make(sqs)
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    first, second = receive(sqs, url)
    entries = [
        {"Id": "back", "ReceiptHandle": first["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "long", "ReceiptHandle": second["ReceiptHandle"], "VisibilityTimeout": 500},
        {"Id": "bad", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0},
    ]
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["back", "long"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "ReceiptHandleIsInvalid")]
    assert counts(sqs, url) == (1, 1, 0)
    with pytest.raises(ClientError) as refused:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=9)
    assert code(refused) == "AWS.SimpleQueueService.MessageNotInflight"
    later(400)
    assert counts(sqs, url) == (1, 1, 0)


def test_a_lease_is_twelve_hours_at_most(sqs: Any) -> None:
    url = make(sqs)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    (message,) = receive(sqs, url)
    with pytest.raises(ClientError) as refused:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43_201)
    assert code(refused) == "InvalidParameterValue"


def test_deleting_needs_the_newest_handle(sqs: Any) -> None:
    url = make(sqs)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    (old,) = receive(sqs, url, VisibilityTimeout=0)
    (new,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=old["ReceiptHandle"])
    assert counts(sqs, url) == (0, 1, 0)
    entries = [{"Id": "1", "ReceiptHandle": new["ReceiptHandle"]}]
    assert sqs.delete_message_batch(QueueUrl=url, Entries=entries)["Successful"] == [{"Id": "1"}]
    assert counts(sqs, url) == (0, 0, 0)


def test_a_message_received_too_often_becomes_a_dead_letter(sqs: Any) -> None:
    dead = make(sqs, "dead")
    policy = json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 2})
    url = make(sqs, "work", RedrivePolicy=policy)
    sent = sqs.send_message(QueueUrl=url, MessageBody="a")
    assert receive(sqs, url, VisibilityTimeout=0)
    assert receive(sqs, url, VisibilityTimeout=0)
    assert receive(sqs, url) == []
    (message,) = receive(sqs, dead, MessageSystemAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn(sqs, url)
    assert message["Attributes"]["ApproximateReceiveCount"] == "3"
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]


def test_delays_and_retention(sqs: Any, later: Callable[[float], None]) -> None:
    url = make(sqs, MessageRetentionPeriod="60")
    sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=20)
    assert counts(sqs, url) == (0, 0, 1)
    later(21)
    assert counts(sqs, url) == (1, 0, 0)
    later(40)
    assert counts(sqs, url) == (0, 0, 0)


def test_a_long_poll_returns_when_a_message_comes(fresh: DemoAccount, sqs: Any) -> None:
    url = make(sqs)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(receive, connect(fresh, "sqs"), url, WaitTimeSeconds=20)
        sqs.send_message(QueueUrl=url, MessageBody="a")
        assert [message["Body"] for message in waiting.result(15)] == ["a"]


def test_a_long_poll_of_an_eager_account_waits_for_nothing() -> None:
    with DemoAccount.start(empty=True, eager=True) as account, ThreadPoolExecutor() as pool:
        sqs = connect(account, "sqs")
        url = make(sqs)
        assert pool.submit(receive, sqs, url, WaitTimeSeconds=20).result(15) == []
        sqs.send_message(QueueUrl=url, MessageBody="a")
        assert [message["Body"] for message in receive(sqs, url, WaitTimeSeconds=20)] == ["a"]


def test_a_fifo_group_waits_for_its_first_message(sqs: Any) -> None:
    url = make(sqs, "work.fifo", **FIFO)
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)
    (first,) = receive(sqs, url, 1)
    assert first["Body"] == "a1"
    assert [message["Body"] for message in receive(sqs, url)] == ["b1"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert [message["Body"] for message in receive(sqs, url)] == ["a2"]


def test_a_fifo_duplicate_is_accepted_and_dropped(sqs: Any, later: Callable[[float], None]) -> None:
    url = make(sqs, "work.fifo", ContentBasedDeduplication="true", **FIFO)
    sent = [sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="a") for _ in range(2)]
    assert sent[0]["MessageId"] == sent[1]["MessageId"]
    assert sent[0]["SequenceNumber"] == sent[1]["SequenceNumber"]
    assert counts(sqs, url) == (1, 0, 0)
    later(301)
    sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="a")
    assert counts(sqs, url) == (2, 0, 0)


def test_fifo_messages_need_a_group_and_an_identity(sqs: Any) -> None:
    url = make(sqs, "work.fifo", **FIFO)
    for more, expected in (({}, "MissingParameter"), ({"MessageGroupId": "a"}, "InvalidParameterValue")):
        with pytest.raises(ClientError) as refused:
            sqs.send_message(QueueUrl=url, MessageBody="a", **more)
        assert code(refused) == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Id": str(number), "MessageBody": "a"} for number in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "1", "MessageBody": "a"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "a b", "MessageBody": "a"}], "InvalidBatchEntryId"),
    ],
)
def test_batches_are_checked(sqs: Any, entries: list[Any], expected: str) -> None:
    with pytest.raises(ClientError) as refused:
        sqs.send_message_batch(QueueUrl=make(sqs), Entries=entries)
    assert code(refused) == f"AWS.SimpleQueueService.{expected}"


def test_a_batch_fails_in_part(sqs: Any) -> None:
    entries = [{"Id": "good", "MessageBody": "a"}, {"Id": "bad", "MessageBody": "\x1b[2J"}]
    answer = sqs.send_message_batch(QueueUrl=make(sqs), Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "InvalidMessageContents")]


@pytest.mark.parametrize("more", [{"MaxNumberOfMessages": 11}, {"WaitTimeSeconds": 21}, {"VisibilityTimeout": 43_201}])
def test_a_receive_has_limits(sqs: Any, more: dict[str, int]) -> None:
    with pytest.raises(ClientError) as refused:
        sqs.receive_message(QueueUrl=make(sqs), **more)
    assert code(refused) == "InvalidParameterValue"


def test_a_purge_is_allowed_once_a_minute(sqs: Any, later: Callable[[float], None]) -> None:
    url = make(sqs)
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    receive(sqs, url, 1)
    sqs.purge_queue(QueueUrl=url)
    assert counts(sqs, url) == (0, 0, 0)
    with pytest.raises(ClientError) as refused:
        sqs.purge_queue(QueueUrl=url)
    assert code(refused) == "AWS.SimpleQueueService.PurgeQueueInProgress"
    later(61)
    sqs.purge_queue(QueueUrl=url)


def dead_letters(sqs: Any, count: int) -> tuple[str, str]:
    dead = make(sqs, "dead")
    policy = json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 1})
    url = make(sqs, "work", RedrivePolicy=policy)
    for number in range(count):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    for _ in range(count + 1):
        receive(sqs, url, VisibilityTimeout=0)
    assert counts(sqs, dead) == (count, 0, 0)
    return url, dead


def test_a_move_task_brings_dead_letters_back(sqs: Any, later: Callable[[float], None]) -> None:
    url, dead = dead_letters(sqs, 6)
    source = arn(sqs, dead)
    sqs.start_message_move_task(SourceArn=source, MaxNumberOfMessagesPerSecond=1)
    with pytest.raises(ClientError) as refused:
        sqs.start_message_move_task(SourceArn=source)
    assert code(refused) == "InvalidParameterValue"
    later(2.5)
    (task,) = sqs.list_message_move_tasks(SourceArn=source)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesToMove"]) == ("RUNNING", 6)
    assert 0 < task["ApproximateNumberOfMessagesMoved"] < 6
    assert task["TaskHandle"]
    later(10)
    (task,) = sqs.list_message_move_tasks(SourceArn=source)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 6)
    assert "TaskHandle" not in task
    assert counts(sqs, dead) == (0, 0, 0)
    assert counts(sqs, url) == (6, 0, 0)


def test_a_move_task_is_cancelled(sqs: Any, later: Callable[[float], None]) -> None:
    _, dead = dead_letters(sqs, 6)
    other = make(sqs, "elsewhere")
    options = {"DestinationArn": arn(sqs, other), "MaxNumberOfMessagesPerSecond": 1}
    handle = sqs.start_message_move_task(SourceArn=arn(sqs, dead), **options)["TaskHandle"]
    later(2.5)
    moved = sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    later(60)
    assert counts(sqs, other) == (moved, 0, 0)
    (task,) = sqs.list_message_move_tasks(SourceArn=arn(sqs, dead), MaxResults=10)["Results"]
    assert task["Status"] == "CANCELLED"
    with pytest.raises(ClientError) as refused:
        sqs.cancel_message_move_task(TaskHandle=handle)
    assert code(refused) == "ResourceNotFoundException"


def test_only_a_dead_letter_queue_can_be_moved(sqs: Any) -> None:
    with pytest.raises(ClientError) as refused:
        sqs.start_message_move_task(SourceArn=arn(sqs, make(sqs)))
    assert code(refused) == "InvalidParameterValue"


def test_the_shop_has_a_dead_letter_queue_that_fills(demo: DemoAccount, admin: Admin) -> None:
    sqs = connect(demo, "sqs")
    urls = {url.rpartition("/")[2]: url for url in sqs.list_queues()["QueueUrls"]}
    assert len(urls) == 16
    dead = urls[story.ORDERS_DLQ]
    before, _, _ = counts(sqs, dead)
    assert before >= 340
    admin.advance(60)
    assert 5 <= counts(sqs, dead)[0] - before <= 12
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [urls[story.ORDERS]]
    visible, in_flight, _ = counts(sqs, urls[story.ORDERS])
    assert visible > 100
    assert in_flight > 0


def test_dead_orders_say_why_they_failed(demo: DemoAccount) -> None:
    sqs = connect(demo, "sqs")
    dead = sqs.get_queue_url(QueueName=story.ORDERS_DLQ)["QueueUrl"]
    messages = [m for _ in range(10) for m in receive(sqs, dead, MessageAttributeNames=["All"])]
    orders = [message for message in messages if "ErrorType" in message.get("MessageAttributes", {})]
    assert len(orders) > len(messages) / 2
    kinds = [message["MessageAttributes"]["ErrorType"]["StringValue"] for message in orders]
    assert set(kinds) == set(story.FAILURES)
    assert max(set(kinds), key=kinds.count) == story.FAILURES[0]
    assert all(json.loads(message["Body"])["trace_id"] for message in orders)


async def test_aiobotocore_reads_it_too(demo: DemoAccount) -> None:
    options = {
        "endpoint_url": demo.endpoint_url,
        "aws_access_key_id": demo.access_key,
        "aws_secret_access_key": demo.secret_key,
        "region_name": demo.region,
    }
    async with get_session().create_client("sqs", **options) as sqs:
        pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 5})
        assert len((await pages.build_full_result())["QueueUrls"]) == 16


def test_a_hostile_account_has_messages_that_attack() -> None:
    with DemoAccount.start(hostile=True) as running:
        sqs = connect(running, "sqs")
        url = sqs.get_queue_url(QueueName="hostile")["QueueUrl"]
        messages = [m for _ in range(3) for m in receive(sqs, url, MessageAttributeNames=["All"])]
        tags = sqs.list_queue_tags(QueueUrl=url)["Tags"]
        names = [found.rpartition("/")[2] for found in sqs.list_queues()["QueueUrls"]]
        assert Admin(running.endpoint_url).mistakes() == []
    for piece in ("\x1b]52;", "\x1b[2J", "\x9b", "\u202e", "[@click=app.quit]", "x" * 4000):
        assert any(piece in m["MessageAttributes"]["ErrorType"]["StringValue"] for m in messages), ascii(piece)
    assert any("\x1b]52;" in message["Body"] for message in messages)
    assert any("\\u001b" in message["Body"] for message in messages)
    assert any("\x1b" in value for value in tags.values())
    assert {"orders-dlq", "orders-dIq", "q" * 80} <= set(names)
