"""What messages point to in S3, from the screen's side: read when it is asked for, kept as long as its message."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from console.text.faults import AwsError
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import HOLD, Beside, spools


@pytest.fixture
def backend(orders: SqsBackend) -> SqsBackend:
    """An account with a dead-letter queue of a few letters, and a bucket."""
    orders.put("orders-dlq", [json.dumps({"type": f"Make{n % 3}", "n": n}) for n in range(20)])
    bucket = {"LocationConstraint": "eu-west-1"}
    orders.client("s3").create_bucket(Bucket="bulk", CreateBucketConfiguration=bucket)
    return orders


async def test_a_payload_in_s3_is_read_once_it_was_asked_what_it_costs(
    backend: SqsBackend, anywhere: Beside, home: Path
) -> None:
    s3, queue = backend.client("s3"), anywhere.queue
    body = json.dumps({"lines": ["x" * 100] * 30_000})
    s3.put_object(Bucket="bulk", Key="one", Body=body.encode())
    for key in ("one", "gone"):
        pointer = {"s3BucketName": "bulk", "s3Key": key}
        backend.put("orders-dlq", [json.dumps(["software.amazon.payloadoffloading.PayloadS3Pointer", pointer])])
    await queue.take(200, HOLD)
    (one,), (gone,), (plain, *_) = [await queue.search(word) for word in ('"one"', "gone", "Make0")]
    found = await queue.read(one)
    assert found.pointer
    assert (found.pointer.text, found.payload) == ("s3://bulk/one", "")
    assert not any(call.service == "s3" for call in await anywhere.session.calls()), "nobody asked for it"
    with pytest.raises(AwsError, match="not asked for"):
        await queue.fetch_payload(one)
    weight = await queue.weigh_payload(one)
    assert (weight.place, weight.size) == ("s3://bulk/one", len(body))
    await queue.fetch_payload(one)
    found = await queue.read(one)
    assert found.payload == "3.0 MiB from s3://bulk/one"
    assert found.is_json
    assert "lines" in str(found.lines[1])
    assert [call.operation for call in await anywhere.session.calls() if call.service == "s3"] == [
        "HeadObject", "GetObject",
    ]  # fmt: skip
    for message_id, words in ((gone, "no such object"), (plain, "does not point there"), ("nobody", "not held")):
        with pytest.raises(AwsError, match=words):
            await queue.weigh_payload(message_id)
    assert json.loads(await queue.body(one))[1] == {"s3BucketName": "bulk", "s3Key": "one"}, "it is sent as it is"
    assert len(spools(home)) == 2
    await queue.close()
    assert spools(home) == []


async def test_a_payload_that_comes_when_its_message_was_given_back_is_not_kept(
    backend: SqsBackend, desk: Beside, home: Path
) -> None:
    s3 = backend.client("s3")
    s3.put_object(Bucket="bulk", Key="one", Body=b"secret")
    pointer = {"s3BucketName": "bulk", "s3Key": "one"}
    backend.put("orders-dlq", [json.dumps(["com.amazon.sqs.javamessaging.MessageS3Pointer", pointer])])
    await desk.queue.take(200, HOLD)
    (one,) = await desk.queue.search("MessageS3Pointer")
    await desk.queue.weigh_payload(one)
    backend.fault("hold", "GetObject", service="s3")
    fetching = asyncio.create_task(desk.queue.fetch_payload(one))
    await backend.arrived("GetObject", 1, done=True, service="s3")
    await desk.queue.release(None)
    backend.release()
    with pytest.raises(AwsError, match="No message is held"):
        await fetching
    assert spools(home) == []
