"""What the demo shows the queue workbench: letters of every make, queues that are set up wrong, moves, consumers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.seed import letters, story
from console.demo.seed.sqs import MANY, MANY_DLQ
from tests.demo.asking import points, query
from tests.support.sqsfaults import SqsBackend, Stored, running_sqs

COUNT = 10_000


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs(empty=False, letters=COUNT) as running:
        yield running


@pytest.fixture(scope="module")
def dead(backend: SqsBackend) -> list[Stored]:
    """The dead orders."""
    return backend.messages(story.ORDERS_DLQ)


def make_of(letter: Stored) -> str:
    """Return what a reader can tell of a letter's make, without knowing how the demo writes it."""
    for name in ("ErrorType", "ERROR_CODE", "ErrorCode"):
        if name in letter.attributes:
            return f"{name} {letter.attributes[name]['StringValue']}"
    try:
        document = json.loads(letter.body)
    except ValueError:
        return letter.body[:6]
    keys = document if isinstance(document, dict) else {"pointer": document[0]}
    return str(keys.get("type") or keys.get("Type") or keys.get("event") or keys.get("kind") or keys["pointer"])


def settings(backend: SqsBackend, name: str) -> dict[str, str]:
    answer = backend.sqs.get_queue_attributes(QueueUrl=backend.queue(name), AttributeNames=["All"])
    return dict(answer["Attributes"])


def policy(backend: SqsBackend, name: str) -> dict[str, Any]:
    return dict(json.loads(settings(backend, name)["RedrivePolicy"]))


def test_the_dead_orders_are_of_many_makes(dead: list[Stored]) -> None:
    makes = Counter(make_of(letter) for letter in dead)
    assert len(makes) >= 16
    assert [make for make, _ in makes.most_common(2)] == [f"ErrorType {name}" for name in story.FAILURES[:2]]
    first = {make_of(letter) for letter in dead[:50]}
    assert len(first) >= 14, "a first glance shows most of them"
    assert not first & {"CustomerNote", "BulkOrder"}


def test_what_services_delivered_came_from_no_queue(dead: list[Stored]) -> None:
    for letter in dead:
        direct = any(name in letter.attributes for name in ("RULE_ARN", "RequestID")) or '"Notification"' in letter.body
        assert bool(letter.source) is not direct
        assert (letter.receives == 0) is direct
    events = [letter for letter in dead if "RULE_ARN" in letter.attributes]
    expected = {
        "RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS",
    }  # fmt: skip
    assert all(set(letter.attributes) == expected for letter in events)
    calls = [letter for letter in dead if "RequestID" in letter.attributes]
    assert all(set(letter.attributes) == {"RequestID", "ErrorCode", "ErrorMessage"} for letter in calls)


def test_a_pointer_leads_to_an_object_as_long_as_the_letter_says(backend: SqsBackend, dead: list[Stored]) -> None:
    pointing = [letter for letter in dead if "PayloadS3Pointer" in letter.body]
    assert pointing
    s3 = backend.client("s3")
    for letter in pointing:
        pointer = json.loads(letter.body)[1]
        body = s3.get_object(Bucket=pointer["s3BucketName"], Key=pointer["s3Key"])["Body"].read()
        assert len(body) > 1_048_576
        assert len(body) == int(letter.attributes["ExtendedPayloadSize"]["StringValue"])
        assert json.loads(body)["type"] == "BulkOrder"


def test_one_letter_is_ugly_and_one_is_big(dead: list[Stored]) -> None:
    (ugly,) = (letter for letter in dead if '"CustomerNote"' in letter.body)
    assert {"\u202e", "\x9b", "\u200b", "\u3164"} <= set(ugly.body)
    assert "[@click=app.quit]" in ugly.body
    (big,) = (letter for letter in dead if '"BulkOrder"' in letter.body)
    assert 400_000 < len(big.body) < 1_048_576


def test_ten_thousand_letters_are_of_twelve_makes(backend: SqsBackend) -> None:
    many = backend.messages(MANY_DLQ)
    assert len(many) == COUNT == len({letter.id for letter in many})
    makes = Counter(make_of(letter) for letter in many)
    assert len(makes) == 12 == len(letters.KINDS) + 1
    assert len({make_of(letter) for letter in many[:12]}) == 12
    assert min(makes.values()) > 50
    assert policy(backend, MANY)["deadLetterTargetArn"] == backend.arn(MANY_DLQ)
    found = points(
        backend.client("cloudwatch"),
        query("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=MANY_DLQ),
    )
    assert found[-1][1] == COUNT


def test_some_queues_are_set_up_wrong(backend: SqsBackend) -> None:
    assert policy(backend, "email-outbound")["maxReceiveCount"] == 1
    kept = [int(settings(backend, name)["MessageRetentionPeriod"]) for name in ("webhooks-out-dlq", "webhooks-out")]
    assert kept[0] <= kept[1]
    assert "RedrivePolicy" not in settings(backend, "thumbnails")
    alarm = backend.client("cloudwatch").describe_alarms(AlarmNames=["invoices-dlq-arrivals"])["MetricAlarms"][0]
    assert alarm["MetricName"] == "NumberOfMessagesSent"


def test_a_group_of_the_dead_payments_is_longer_than_anybody_can_see(backend: SqsBackend) -> None:
    groups = Counter(letter.group for letter in backend.messages(story.PAYMENTS_DLQ))
    assert groups.most_common(1)[0][1] > 20
    assert len(groups) > 5
    received = backend.sqs.receive_message(QueueUrl=backend.queue(story.PAYMENTS_DLQ), MaxNumberOfMessages=10)
    assert received["Messages"]


def tasks(backend: SqsBackend, name: str) -> list[Any]:
    return list(backend.sqs.list_message_move_tasks(SourceArn=backend.arn(name), MaxResults=10)["Results"])


def test_moves_of_the_past_and_of_now(backend: SqsBackend) -> None:
    assert [task["Status"] for task in tasks(backend, story.ORDERS_DLQ)] == ["CANCELLED", "COMPLETED"]
    (failed,) = tasks(backend, "webhooks-out-dlq")
    assert (failed["Status"], bool(failed["FailureReason"])) == ("FAILED", True)
    (running,) = tasks(backend, story.PAYMENTS_DLQ)
    assert running["Status"] == "RUNNING"
    before = len(backend.messages(story.PAYMENTS_DLQ)), running["ApproximateNumberOfMessagesMoved"]
    assert sum(before) == running["ApproximateNumberOfMessagesToMove"]
    backend.advance(120)
    (later,) = tasks(backend, story.PAYMENTS_DLQ)
    assert later["Status"] == "RUNNING"
    assert later["ApproximateNumberOfMessagesMoved"] - before[1] in (3, 4, 5)


def depth(backend: SqsBackend, name: str) -> list[float]:
    wanted = query("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=name)
    return [value for _, value in points(backend.client("cloudwatch"), wanted, 20)]


def test_one_queue_becomes_empty_and_the_consumer_of_another_has_stopped(backend: SqsBackend) -> None:
    emails, stock = depth(backend, "email-outbound"), depth(backend, "inventory-sync")
    assert 100 < emails[0] - emails[-1] < 240
    assert 100 < stock[-1] - stock[0] < 150
    now = int(settings(backend, "inventory-sync")["ApproximateNumberOfMessages"])
    assert now == pytest.approx(stock[-1], abs=20)
    assert int(settings(backend, "email-outbound")["ApproximateNumberOfMessages"]) == pytest.approx(emails[-1], rel=0.3)
    wanted = query("AWS/SQS", "NumberOfMessagesDeleted", "Sum", QueueName="inventory-sync")
    deleted = dict(points(backend.client("cloudwatch"), wanted, 60))
    since = datetime.now(UTC) - story.STOPPED_CONSUMER_AGE
    assert any(value for at, value in deleted.items() if at < since - timedelta(minutes=3))
    assert not any(value for at, value in deleted.items() if at > since + timedelta(minutes=3))


def test_functions_consume_queues(backend: SqsBackend) -> None:
    aws_lambda = backend.client("lambda")
    every = aws_lambda.get_paginator("list_event_source_mappings").paginate().build_full_result()
    mappings = every["EventSourceMappings"]
    assert len(mappings) == 6
    (stock,) = aws_lambda.list_event_source_mappings(EventSourceArn=backend.arn("inventory-sync"))[
        "EventSourceMappings"
    ]
    assert (stock["State"], stock["FunctionArn"].rpartition(":")[2]) == ("Disabled", "inventory-sync")
    assert stock["LastModified"] > datetime.now(UTC) - timedelta(hours=1)
    (mine,) = aws_lambda.list_event_source_mappings(FunctionName="thumbnailer")["EventSourceMappings"]
    assert mine["EventSourceArn"] == backend.arn("thumbnails")
    assert aws_lambda.list_event_source_mappings(EventSourceArn=backend.arn("none"))["EventSourceMappings"] == []


def test_mappings_come_in_pages(backend: SqsBackend) -> None:
    pages = list(
        backend.client("lambda").get_paginator("list_event_source_mappings").paginate(
            PaginationConfig={"PageSize": 4}
        )
    )  # fmt: skip
    assert [len(page["EventSourceMappings"]) for page in pages] == [4, 2]


@pytest.mark.parametrize(
    ("kind", "code"), [("deny", "AccessDeniedException"), ("throttle", "TooManyRequestsException")]
)
def test_lambda_refuses_in_its_own_words(backend: SqsBackend, kind: str, code: str) -> None:
    backend._ask("POST", "fault", {"kind": kind, "service": "lambda", "nth": 1})
    with pytest.raises(ClientError) as refused:
        backend.client("lambda").list_event_source_mappings()
    assert refused.value.response["Error"]["Code"] == code
    backend.mend()
