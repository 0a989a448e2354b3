"""The peek and the attributes, against a back end of other people's making."""

from __future__ import annotations

import json

from console.sqs import messages, queues
from tests.support.reader import real_reader, seeder


async def test_messages_are_received_and_visible_again(moto):
    sqs = seeder(moto, "sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for number in range(13):
        sqs.send_message(
            QueueUrl=url, MessageBody=f"body {number}",
            MessageAttributes={"trace": {"DataType": "String", "StringValue": "t"}},
        )  # fmt: skip
    async with real_reader(moto) as reader:
        batches = [batch async for batch in messages.fetch_messages(reader, url)]
        after = queues.values(await queues.attributes(reader, url))
    found = [message for batch in batches for message in batch]
    assert sorted(message["Body"] for message in found) == sorted(f"body {number}" for number in range(13))
    assert {messages.receive_count(message) for message in found} == {1}
    assert all(messages.sent(message) and messages.attribute_texts(message) == ["trace=t"] for message in found)
    assert (after["visible"], after["in_flight"]) == (13, 0)


async def test_a_dead_letter_queue_is_told_by_its_sources(moto):
    sqs = seeder(moto, "sqs")
    dead = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    live = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    async with real_reader(moto) as reader:
        listed = [item["QueueUrl"] async for batch in queues.fetch_queues(reader, "") for item in batch]
        read = {url: found async for url, found in queues.read_sources(reader, listed)}
        document = await queues.describe(reader, live, "")
        assert (await queues.resolve(reader, arn, ""))[0] == dead
        assert "after 5 receives" in (await messages.terms(reader, live)).refusal
    assert read == {dead: {"sources": ("orders",)}, live: {"sources": ()}}
    assert queues.dead_letter_queue(document["attributes"]) == "orders-dlq"
    assert document["target"]["QueueArn"] == arn
