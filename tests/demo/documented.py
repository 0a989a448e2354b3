"""Owns what tests of documented behaviour share: a place that answers SQS, ours or another's, and the sentences."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import botocore
import pytest
from botocore.exceptions import ClientError

Test = TypeVar("Test", bound=Callable[..., Any])
GUIDE = "the developer guide"
"""Where a sentence comes from that the models do not have."""

sentences: list[tuple[str, str]] = []
"""(operation or ``GUIDE``, sentence) of every test that was imported."""
_LACK = (ClientError, AssertionError, KeyError, pytest.fail.Exception)
_numbers = itertools.count(1)


def documented(where: str, sentence: str) -> Callable[[Test], Test]:
    """Note which sentence a test proves, and of which operation's text it is."""
    sentences.append((where, sentence))
    return lambda test: test


def lacking(reason: str) -> pytest.MarkDecorator:
    """Expect that moto fails a test, for this reason; when it no longer does, that is a failure."""
    return _without(pytest.mark.xfail(reason=f"moto: {reason}", strict=True, raises=_LACK))


def timed() -> pytest.MarkDecorator:
    """Leave moto out of a test that moves the clock."""
    return _without(pytest.mark.skip(reason="moto: its clock cannot be moved, and a test does not wait"))


def _without(mark: pytest.MarkDecorator) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", ["demo", pytest.param("moto", marks=mark)], indirect=True)


@dataclass(slots=True)
class Place:
    """One back end. ``later`` moves its clock where it has one. Every name is made unique."""

    sqs: Any
    later: Callable[[float], None]
    number: int = field(default_factory=lambda: next(_numbers))

    def name(self, name: str) -> str:
        """Return a queue's name in this test."""
        return f"t{self.number}-{name}"

    def make(self, name: str = "work", **attributes: str) -> str:
        """Create a queue and return its URL."""
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        return str(self.sqs.create_queue(QueueName=self.name(name), Attributes=attributes)["QueueUrl"])

    def with_dead(self, receives: int, suffix: str = "", **attributes: str) -> tuple[str, str]:
        """Create a queue and its dead-letter queue; return both URLs."""
        dead = self.make(f"dead{suffix}")
        policy = json.dumps({"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": receives})
        return self.make(f"work{suffix}", RedrivePolicy=policy, **attributes), dead

    def arn(self, url: str) -> str:
        """Return a queue's ARN."""
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def counts(self, url: str) -> tuple[int, int, int]:
        """Return how many messages are visible, in flight and delayed."""
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        visible, in_flight, delayed = (
            int(found[f"ApproximateNumberOfMessages{name}"]) for name in ("", "NotVisible", "Delayed")
        )
        return visible, in_flight, delayed

    def send(self, url: str, body: str = "a", **more: Any) -> Any:
        """Send one message."""
        return self.sqs.send_message(QueueUrl=url, MessageBody=body, **more)

    def send_fifo(self, url: str, *bodies: str) -> list[Any]:
        """Send messages whose group is their first letter and whose identity is their body."""
        return [self.send(url, body, MessageGroupId=body[0], MessageDeduplicationId=body) for body in bodies]

    def receive(self, url: str, most: int = 10, **more: Any) -> list[Any]:
        """Receive once, with every system attribute."""
        options = {"MaxNumberOfMessages": most, "MessageSystemAttributeNames": ["All"], "AttributeNames": ["All"]}
        return list(self.sqs.receive_message(QueueUrl=url, **{**options, **more}).get("Messages", []))

    def delete(self, url: str, message: Any) -> Any:
        """Delete a received message."""
        return self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def hold(self, url: str, message: Any, seconds: int) -> Any:
        """Change a received message's visibility timeout."""
        handle = message["ReceiptHandle"]
        return self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=seconds)


def bodies(messages: Sequence[Any]) -> list[str]:
    """Return the bodies of received messages."""
    return [message["Body"] for message in messages]


def refused(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> str:
    """Return the code with which a call is refused, without the prefix that only queries have."""
    with pytest.raises(ClientError) as error:
        call(*arguments, **parameters)
    return str(error.value.response["Error"]["Code"]).rpartition(".")[2]


@cache
def texts() -> dict[str, str]:
    """Return every operation's text in botocore's model, its parameters' included, as plain words."""
    path = Path(botocore.__file__).parent / "data/sqs/2012-11-05/service-2.json.gz"
    model = json.loads(gzip.decompress(path.read_bytes()))
    return {name: _text(model, operation) for name, operation in model["operations"].items()}


def _text(model: Any, operation: Any) -> str:
    parts = [operation["documentation"]]
    waiting = [operation["input"]["shape"], operation.get("output", {}).get("shape", "")]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if not name or name in seen:
            continue
        seen.add(name)
        shape = model["shapes"][name]
        parts.append(shape.get("documentation", ""))
        members = [*shape.get("members", {}).values(), *(shape[key] for key in ("member", "value") if key in shape)]
        parts += [member.get("documentation", "") for member in members]
        waiting += [member["shape"] for member in members]
    return plain(" ".join(parts))


def plain(text: str) -> str:
    """Return a text without markup and with single spaces, none before a full stop or a comma."""
    return re.sub(r" (?=[.,)])", "", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))).strip()
