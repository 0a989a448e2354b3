"""Queues, their attributes and what purging loses."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.resources.model import EarlierCount, Missing, Tone
from console.sqs import queues
from tests.support.reader import DENIED, FakeReader

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
DLQ = f"{URL}-dlq"
ATTRIBUTES = {
    "ApproximateNumberOfMessages": "1024",
    "ApproximateNumberOfMessagesNotVisible": "3",
    "ApproximateNumberOfMessagesDelayed": "0",
    "CreatedTimestamp": "1795235043",
    "MessageRetentionPeriod": "345600",
    "VisibilityTimeout": "30",
    "SqsManagedSseEnabled": "true",
    "RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:orders-dlq", "maxReceiveCount": 5}
    ),
}


async def listed(generator: Any) -> list[Any]:
    return [part async for part in generator]


def test_values_are_typed():
    assert queues.values(ATTRIBUTES) == {
        "visible": 1024, "in_flight": 3, "delayed": 0, "dead_letter_queue": "orders-dlq", "max_receive_count": 5,
        "retention": 345600, "visibility_timeout": 30, "encryption": "SQS-managed",
        "created": datetime(2026, 11, 21, 4, 24, 3, tzinfo=UTC),
    }  # fmt: skip


def test_what_is_not_there_is_none_and_never_zero():
    found = queues.values({})
    assert {found[name] for name in ("visible", "in_flight", "delayed", "created", "dead_letter_queue")} == {None}


@pytest.mark.parametrize("nonsense", ["many", "", "1e9", "NaN"])
def test_a_count_that_is_no_number_is_unknown(nonsense):
    assert queues.values({"ApproximateNumberOfMessages": nonsense})["visible"] is Missing.UNKNOWN


@pytest.mark.parametrize("stamp", ["soon", "1e400", "99999999999999999999"])
def test_a_moment_that_is_none_is_unknown_and_the_rest_stands(stamp):
    found = queues.values({**ATTRIBUTES, "CreatedTimestamp": stamp})
    assert found["created"] is Missing.UNKNOWN
    assert found["visible"] == 1024


@pytest.mark.parametrize("policy", ["{", "[]", '"x"', "null", ""])
def test_a_redrive_policy_of_another_shape_is_none(policy):
    assert queues.redrive({"RedrivePolicy": policy}) == {}
    assert queues.dead_letter_queue({"RedrivePolicy": policy}) is None


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({"KmsMasterKeyId": "alias/orders", "SqsManagedSseEnabled": "false"}, "KMS alias/orders"),
        ({"SqsManagedSseEnabled": "true"}, "SQS-managed"),
        ({"SqsManagedSseEnabled": "false"}, "none"),
    ],
)
def test_encryption(found, text):
    assert queues.encryption(found) == text


@pytest.mark.parametrize(
    ("url", "name", "kind"),
    [(URL, "orders", "standard"), (f"{URL}.fifo", "orders.fifo", "FIFO"), (f"{URL}/", "orders", "standard")],
)
def test_name_and_kind(url, name, kind):
    assert (queues.name({"QueueUrl": url}), queues.kind({"QueueUrl": url})) == (name, kind)


async def test_queues_are_listed_past_the_first_thousand():
    pages = [{"QueueUrls": [f"{URL}-{page}-{number}" for number in range(1000)]} for page in range(3)]
    reader = FakeReader({"ListQueues": [*pages, {}]})
    batches = await listed(queues.fetch_queues(reader, ""))
    assert sum(len(batch) for batch in batches) == 3_000
    assert reader.asked[0][1] == {"MaxResults": 1000}


async def test_one_queue_that_is_denied_leaves_the_others():
    reader = FakeReader(
        {"GetQueueAttributes": lambda given: DENIED if given["QueueUrl"] == DLQ else {"Attributes": ATTRIBUTES}}
    )
    read = dict(await listed(queues.read_attributes(reader, [URL, DLQ])))
    assert read[URL]["visible"] == 1024
    assert read[DLQ] is DENIED


async def test_sources_are_names_and_a_denied_one_is_a_fault():
    reader = FakeReader(
        {"ListDeadLetterSourceQueues": lambda given: [{"queueUrls": [URL]}] if given["QueueUrl"] == DLQ else DENIED}
    )
    read = dict(await listed(queues.read_sources(reader, [URL, DLQ])))
    assert read[DLQ] == {"sources": ("orders",)}
    assert read[URL] is DENIED


ROWS = {
    "url/orders": ("orders", "dlq"), "url/returns": ("returns", "dlq"), "url/dlq": ("dlq", None),
    "url/idle": ("idle", None), "url/lost": ("lost", "deleted"),
}  # fmt: skip


def test_what_a_queue_is_the_dead_letter_queue_of_follows_from_the_others():
    found = queues.sources_among(ROWS, whole=True)
    assert found.keys() == ROWS.keys()
    assert found["url/dlq"] == {"sources": ("orders", "returns")}
    assert {url for url, values in found.items() if values == {"sources": ()}} == ROWS.keys() - {"url/dlq"}


@pytest.mark.parametrize(
    ("rows", "whole"),
    [
        (ROWS, False),
        ({**ROWS, "url/denied": ("denied", Missing.UNKNOWN)}, True),
        ({**ROWS, "url/new": ("new", Missing.PENDING)}, True),
    ],
    ids=["a part of the list", "one could not be read", "one was not read yet"],
)
def test_that_a_queue_has_no_sources_follows_only_when_all_could_be_read(rows, whole):
    assert queues.sources_among(rows, whole) == {"url/dlq": {"sources": ("orders", "returns")}}


@pytest.mark.parametrize("count", [1, 500, 501])
async def test_depth_by_cloudwatch_takes_one_call_for_five_hundred_queues(count):
    def answer(given):
        moment = datetime(2026, 11, 21, 4, 24, tzinfo=UTC)
        wanted = given["MetricDataQueries"]
        return {
            "MetricDataResults": [
                {"Id": query["Id"], "Timestamps": [moment, moment + timedelta(minutes=1)], "Values": [3.0, 7.0]}
                for query in wanted
            ]
        }

    reader = FakeReader({"GetMetricData": answer})
    urls = [f"{URL}-{number}" for number in range(count)]
    read = dict(await listed(queues.read_depth(reader, urls)))
    assert list(read) == urls
    assert all(values == {"visible": EarlierCount(7)} for values in read.values())
    assert read[urls[-1]].at == datetime(2026, 11, 21, 4, 25, tzinfo=UTC).timestamp(), "as things were then"
    assert reader.count("GetMetricData") == (count + 499) // 500
    metrics = [query["MetricStat"]["Metric"] for _, given in reader.asked for query in given["MetricDataQueries"]]
    assert {metric["MetricName"] for metric in metrics} == {"ApproximateNumberOfMessagesVisible"}
    assert len({metric["Dimensions"][0]["Value"] for metric in metrics}) == len(metrics) == count, "each costs"


async def test_a_queue_that_cloudwatch_does_not_watch_is_not_empty():
    read = dict(await listed(queues.read_depth(FakeReader({"GetMetricData": {}}), [URL])))
    assert read == {URL: {}}


async def test_depth_that_is_denied_is_a_fault():
    assert dict(await listed(queues.read_depth(FakeReader({"GetMetricData": DENIED}), [URL]))) == {URL: DENIED}


async def test_who_stops_listening_ends_what_was_on_its_way():
    begun, ended = [], []

    class Slow(FakeReader):
        async def call(self, _service, operation, parameters):
            begun.append(parameters["QueueUrl"])
            try:
                await asyncio.sleep(0 if parameters["QueueUrl"] == URL else 3600)
            finally:
                ended.append(parameters["QueueUrl"])
            return {"Attributes": ATTRIBUTES}

    async with aclosing(queues.read_attributes(Slow({}), [URL, DLQ])) as readings:
        async for url, _ in readings:
            assert url == URL
            break
    assert sorted(begun) == sorted(ended) == [URL, DLQ]


@pytest.mark.parametrize(
    ("row", "tone"),
    [
        ({"visible": 1, "sources": ("orders",)}, Tone.BAD),
        ({"visible": 0, "sources": ("orders",)}, Tone.NONE),
        ({"visible": 9, "sources": ()}, Tone.NONE),
        ({"visible": 9, "sources": Missing.PENDING}, Tone.NONE),
        ({"visible": 9, "sources": Missing.UNKNOWN}, Tone.NONE),
        ({"visible": Missing.UNKNOWN, "sources": ("orders",)}, Tone.NONE),
    ],
)
def test_a_dead_letter_queue_that_holds_messages_is_bad(row, tone):
    assert queues.problem(row) is tone


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("orders", {"QueueName": "orders"}),
        ("arn:aws:sqs:eu-west-1:123456789012:orders", {"QueueName": "orders"}),
        ("arn:aws:sqs:eu-west-1:999999999999:orders",
         {"QueueName": "orders", "QueueOwnerAWSAccountId": "999999999999"}),
    ],
)  # fmt: skip
async def test_a_name_or_arn_is_resolved(text, asked):
    reader = FakeReader({"GetQueueUrl": {"QueueUrl": URL}})
    assert await queues.resolve(reader, text, "") == (URL, "")
    assert reader.asked == [("GetQueueUrl", asked)]


async def test_a_url_is_taken_as_it_is():
    reader = FakeReader({})
    assert await queues.resolve(reader, URL, "") == (URL, "")


async def test_a_detail_stands_when_its_parts_are_denied():
    reader = FakeReader(
        {
            "GetQueueAttributes": {"Attributes": ATTRIBUTES},
            "ListDeadLetterSourceQueues": DENIED,
            "ListQueueTags": DENIED,
            "GetQueueUrl": DENIED,
        }
    )
    document = await queues.describe(reader, URL, "")
    assert document["attributes"] == ATTRIBUTES
    assert document["sources"] is document["tags"] is document["target"] is DENIED
    assert document["redrive_policy"]["maxReceiveCount"] == 5
    assert queues.source_names(document) == ()


async def test_reading_queues_never_receives():
    reader = FakeReader(
        {
            "GetQueueAttributes": {"Attributes": ATTRIBUTES}, "ListQueues": {"QueueUrls": [URL]},
            "ListDeadLetterSourceQueues": [{"queueUrls": []}], "ListQueueTags": {}, "GetQueueUrl": {"QueueUrl": DLQ},
        }
    )  # fmt: skip
    await listed(queues.fetch_queues(reader, ""))
    await queues.describe(reader, URL, "")
    await listed(queues.purge_facts(reader, [URL]))
    assert reader.count("ReceiveMessage") == 0


async def test_purging_says_what_is_lost_and_an_unread_queue_is_unknown():
    reader = FakeReader(
        {"GetQueueAttributes": lambda given: DENIED if given["QueueUrl"] == DLQ else {"Attributes": ATTRIBUTES}}
    )
    facts = await listed(queues.purge_facts(reader, [URL, DLQ]))
    assert (facts[0].text, facts[0].tone) == ("about 1,024 visible, 3 in flight, 0 delayed: all lost", Tone.WARN)
    assert facts[1].tone is Tone.UNKNOWN
    told = {fact.title: fact for fact in facts[2:]}
    assert list(told) == ["Counts", "New messages", "Undo", "Instead", "Repeat"]
    assert told["Counts"].text == "as SQS counts: roughly, and up to a minute late"
    assert told["New messages"].text.startswith("newly arriving messages may go too")
    assert told["Undo"].tone is Tone.BAD
    assert told["Instead"].text.startswith("drain keeps a copy of each message")


async def test_a_count_that_is_missing_is_unknown_in_the_facts_too():
    (fact, *_) = await listed(queues.purge_facts(FakeReader({"GetQueueAttributes": {}}), [URL]))
    assert fact.text == "about unknown visible, unknown in flight, unknown delayed: all lost"
