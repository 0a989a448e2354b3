"""The same against an SQS of other people's making: taken, resent, deleted, restored and given back, byte for byte."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from console.workbench import lease as leases
from console.workbench.job import Job
from console.workbench.journal import Kind, Standing
from tests.support.moto import ACCESS_KEY, SECRET_KEY
from tests.workbench.site import Site, connection, taken

_numbers = count()
BODIES = ["plain", "\u202e\x9b\u2028 \U0001f4a3", "[" * 500 + "]" * 500, "é" * 100_000, *(f"{n}" for n in range(21))]
BINARY = {"DataType": "Binary.gz", "BinaryValue": bytes(range(256))}
NUMBER = {"DataType": "Number.int", "StringValue": "007"}


@pytest.fixture
def sqs(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of someone else's make."""
    monkeypatch.setattr(leases, "WAIT", 0)
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("sqs", endpoint_url=moto_url, region_name="eu-west-1", config=config, **keys)


@pytest.fixture
async def away(moto_url: str, home: Path) -> AsyncIterator[Site]:
    """An unlocked way to moto."""
    async with connection(moto_url, ACCESS_KEY, SECRET_KEY, "eu-west-1") as gateway:
        yield Site(None, gateway, home / "state")


def made(sqs: Any, fifo: bool = False) -> str:
    name = f"w{next(_numbers)}" + (".fifo" if fifo else "")
    return str(sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if fifo else {})["QueueUrl"])


def filled(sqs: Any, fifo: bool = False) -> str:
    url = made(sqs, fifo)
    for number, body in enumerate(BODIES):
        order = {"MessageGroupId": "g", "MessageDeduplicationId": f"{number}"} if fifo else {}
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={"B": BINARY, "N": NUMBER}, **order)
    return url


def contents(sqs: Any, url: str) -> list[tuple[str, Any]]:
    """Receive all there is, and give it back."""
    found: list[Any] = []
    asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 60, "MessageAttributeNames": ["All"]}
    while got := sqs.receive_message(**asked).get("Messages"):
        found += got
    for one in found:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)
    return [(one["Body"], one["MessageAttributes"]) for one in found]


async def test_messages_are_taken_and_given_back(away: Site, sqs: Any) -> None:
    url = filled(sqs)
    async with away.lease(url) as lease:
        messages, faults = await taken(lease, 100)
        assert (sorted(message.body for message in messages), faults) == (sorted(BODIES), [])
        assert contents(sqs, url) == []
    assert sorted(body for body, _ in contents(sqs, url)) == sorted(BODIES)
    assert lease.unreleased == {}


@pytest.mark.parametrize("fifo", [False, True])
async def test_messages_are_resent_and_restored_byte_for_byte(away: Site, sqs: Any, fifo: bool) -> None:
    url, target = filled(sqs, fifo), made(sqs, fifo)
    async with away.lease(url) as lease:
        while len(lease.ids()) < len(BODIES) and (await taken(lease, 100))[0]:
            pass
        chosen = lease.ids()
        account = await away.resend(lease, target)
    assert account.counts()[Standing.DONE] == len(chosen)
    async with away.lease(target) as lease:
        await taken(lease, 100)
        deleted = await away.delete(lease)
        ids = [entry.id for entry in deleted.those(Standing.DONE)]
        assert len(ids) == len(lease.spool)
    journal = away.journal(Kind.RESTORE, target, target, ids)
    restored = await away.run(Job(journal, lease.spool, away.write), journal)
    assert restored.counts()[Standing.DONE] == len(ids)
    found = contents(sqs, target)
    assert all(attributes == {"B": BINARY, "N": NUMBER} for _, attributes in found)
    bodies = [body for body, _ in found]
    if fifo:  # of a group that is held no more is shown than the first receives brought
        assert bodies[:10] == BODIES[:10]
    else:
        assert sorted(bodies) == sorted(BODIES)
