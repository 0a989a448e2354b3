"""One message, byte for byte: its checksums as others compute them, its way to the disk and to SQS and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config

from console.sqs.message import (
    Attribute,
    Message,
    md5_of_attributes,
    md5_of_body,
    of_answer,
    of_line,
    refused_characters,
)
from tests.support.moto import ACCESS_KEY, SECRET_KEY
from tests.support.sqsfaults import SqsBackend, running_sqs

MOST = 1_048_576
HOSTILE = (
    "\x9d0;owned\x9c\x9b31m\u202elive\u200b\u2028[@click=app.quit]\r\n\t\"\\ '; DROP TABLE--\u0085\ufdd0\U0001f4a3é" * 3
)
BODIES = {
    "plain": "hello",
    "one character": "x",
    "deep": "[" * 2000 + "]" * 2000,
    "lines": "a\r\nb\rc\n\td\u2028e\u2029f",
    "hostile": HOSTILE,
    "far planes": "\U00010000\U0010ffff\ufffd\ud7ff\ue000",
    "numbers": '{"big": 1e400, "long": 12345678901234567890123456789, "minus": -0.0, "again": 1, "again": 2}',
    "surrogates written out": '"\\ud800\\udfff\\u0000"',
    "nearly 1 MiB": "é" * 500_000,
}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "Text": {"DataType": "String", "StringValue": "vålue\n\t\U0001f600"},
    "text": {"DataType": "String.uuid-4", "StringValue": "lower case, another name"},
    "Number": {"DataType": "Number", "StringValue": "1.50e+3"},
    "Whole.Number": {"DataType": "Number.int", "StringValue": "007"},
    "Bytes": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
    "Bytes-of_kind": {"DataType": "Binary.gzip", "BinaryValue": b"\x00\xff\xfe" * 1000},
}


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs() as running:
        yield running


@pytest.fixture(params=["demo", "moto"])
def sqs(request: pytest.FixtureRequest) -> Any:
    """SQS by someone else's client: of the demo, and of one that we did not write."""
    if request.param == "demo":
        return request.getfixturevalue("backend").sqs
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    url = request.getfixturevalue("moto_url")
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("sqs", endpoint_url=url, region_name="eu-west-1", config=config, **keys)


def exchanged(sqs: Any, body: str, attributes: Mapping[str, Any]) -> tuple[dict[str, Any], Message]:
    """Send and receive; return the answer to sending, and the message that came."""
    queue = sqs.create_queue(QueueName=f"q{md5_of_body(body)}{len(attributes)}")["QueueUrl"]
    answer = sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
    got = sqs.receive_message(
        QueueUrl=queue, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=2
    )
    return answer, of_answer(got["Messages"][0], 1.0, 2.0)


def on_disk(message: Message) -> Message:
    """Return what comes back after it was written as a line and read again."""
    line = json.dumps(message.line(), ensure_ascii=True).encode("ascii")
    return of_line(json.loads(line))


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_the_same_after_the_wire_and_the_disk_and_has_the_checksum_that_sqs_tells(
    sqs: Any, name: str
) -> None:
    body = BODIES[name]
    answer, message = exchanged(sqs, body, {})
    assert message.body == body
    assert answer["MD5OfMessageBody"] == md5_of_body(body) == message.body_md5
    assert message.attributes_md5 == md5_of_attributes({}) == ""
    assert message.is_whole
    assert on_disk(message) == message
    assert on_disk(message).parameters() == {"MessageBody": body}


@pytest.mark.parametrize("names", [[name] for name in ATTRIBUTES] + [list(ATTRIBUTES), list(reversed(ATTRIBUTES))])
def test_attributes_are_the_same_after_the_wire_and_the_disk_and_have_the_checksum_that_sqs_tells(
    sqs: Any, names: list[str]
) -> None:
    given = {name: ATTRIBUTES[name] for name in names}
    answer, message = exchanged(sqs, f"with {' '.join(names)}", given)
    assert answer["MD5OfMessageAttributes"] == md5_of_attributes(message.attributes) == message.attributes_md5
    assert message.is_whole
    assert on_disk(message) == message
    assert on_disk(message).parameters()["MessageAttributes"] == given


def test_a_whole_mebibyte_with_attributes_goes_through(backend: SqsBackend) -> None:
    given = {"B": ATTRIBUTES["Bytes"], "N": ATTRIBUTES["Number"]}
    apart = sum(
        len(name) + len(part["DataType"]) + len(part.get("BinaryValue") or part["StringValue"])
        for name, part in given.items()
    )
    answer, message = exchanged(backend.sqs, "z" * (MOST - apart), given)
    assert message.size == MOST
    assert answer["MD5OfMessageAttributes"] == md5_of_attributes(message.attributes)
    assert on_disk(message) == message


def test_what_is_sent_again_is_what_came(backend: SqsBackend) -> None:
    url = backend.make("again")
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    backend.put("again", [{"body": HOSTILE, "attributes": ATTRIBUTES, "trace": trace}])
    before = backend.contents("again")
    got = backend.sqs.receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    message = on_disk(of_answer(got["Messages"][0], 0.0, 0.0))
    backend.sqs.send_message(QueueUrl=url, **message.parameters())
    assert backend.contents("again") == before + before
    assert {stored.trace for stored in backend.messages("again")} == {trace}


def message(**others: Any) -> Message:
    """Return the smallest message, but for ``others``."""
    entry = {"MessageId": "m", "Body": "b", "MD5OfBody": md5_of_body("b"), "ReceiptHandle": "h", **others}
    return of_answer(entry, 1.0, 2.0)


@pytest.mark.parametrize("body", ["\ud800", "a\udfffb", "\udc80" * 10], ids=ascii)
def test_lone_surrogates_survive_the_disk_and_have_a_checksum(body: str) -> None:
    odd = message(Body=body, MD5OfBody=md5_of_body(body))
    assert odd.is_whole
    assert on_disk(odd) == odd
    assert refused_characters(odd.body)


def test_what_does_not_fit_its_checksum_is_not_whole() -> None:
    assert message().is_whole
    assert not message(Body="B").is_whole
    assert not message(MD5OfBody="").is_whole
    text = {"A": {"DataType": "String", "StringValue": "v"}}
    proper = md5_of_attributes({"A": Attribute("String", "v")})
    assert message(MessageAttributes=text, MD5OfMessageAttributes=proper).is_whole
    assert not message(MessageAttributes=text).is_whole
    assert not message(MD5OfMessageAttributes=proper).is_whole
    assert not message(
        MessageAttributes={"A": {"DataType": "String", "StringValue": "w"}}, MD5OfMessageAttributes=proper
    ).is_whole


@pytest.mark.parametrize("missing", ["MessageId", "Body", "MD5OfBody", "ReceiptHandle"])
def test_half_an_entry_is_no_message(missing: str) -> None:
    entry = {"MessageId": "m", "Body": "b", "MD5OfBody": md5_of_body("b"), "ReceiptHandle": "h"}
    del entry[missing]
    with pytest.raises(KeyError):
        of_answer(entry, 1.0, 2.0)


def test_a_line_of_something_else_is_no_message() -> None:
    with pytest.raises(KeyError):
        of_line({"ended": True})
    spoilt = {**message().line(), "attributes": {"A": {"type": "Binary", "base64": "%%%"}}}
    with pytest.raises(ValueError, match="base64"):
        of_line(spoilt)


def test_numbers_of_sqs_are_read_with_caution() -> None:
    told = message(Attributes={"SentTimestamp": "1500", "ApproximateReceiveCount": "4"})
    assert (told.sent_at, told.receives) == (1.5, 4)
    odd = message(Attributes={"SentTimestamp": "²", "ApproximateReceiveCount": "-1"})
    assert (odd.sent_at, odd.receives) == (None, 0)
    assert (message().sent_at, message().receives) == (None, 0)


def test_an_edited_body_keeps_everything_else() -> None:
    before = message(MessageAttributes={"A": {"DataType": "Number", "StringValue": "1"}})
    after = before.with_body("other")
    assert (after.body, after.body_md5) == ("other", md5_of_body("other"))
    assert (after.id, after.handle, after.attributes) == (before.id, before.handle, before.attributes)


def test_the_characters_that_sqs_refuses_are_found(backend: SqsBackend) -> None:
    url = backend.make("characters")
    for code in (*range(0x30), 0x7F, 0x85, 0x9B, 0xD7FF, 0xE000, 0xFDD0, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF):
        body = f"a{chr(code)}b"
        refused = False
        try:
            backend.sqs.send_message(QueueUrl=url, MessageBody=body)
        except backend.sqs.exceptions.InvalidMessageContents:
            refused = True
        assert bool(refused_characters(body)) is refused, hex(code)
    assert refused_characters("\x00ok\x0b\ufffe") == (0, 3, 4)
    assert refused_characters("tab\tline\nreturn\r") == ()
