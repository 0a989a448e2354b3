"""What SQS takes and refuses, single and in batches, as the documents have it, ours and moto's."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import pytest

from tests.demo.documented import GUIDE, Place, bodies, documented, lacking, refused

MIB = 1_048_576
ALL = {"MessageAttributeNames": ["All"]}


def text(value: str, kind: str = "String") -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def entries(*texts: str) -> list[dict[str, Any]]:
    return [{"Id": f"e{number}", "MessageBody": body} for number, body in enumerate(texts)]


@documented("SendMessage", "The maximum size is 1 MiB or 1,048,576 bytes")
@lacking("a queue takes 256 KiB unless told otherwise, as SQS did until 2025")
def test_a_message_may_have_a_mebibyte(place: Place) -> None:
    url = place.make()
    place.send(url, "x" * MIB)
    assert refused(place.send, url, "x" * (MIB + 1)) == "InvalidParameterValue"
    assert refused(place.send, url, "é" * (MIB // 2 + 1)) == "InvalidParameterValue"
    (message,) = place.receive(url)
    assert message["Body"] == "x" * MIB


@documented(
    "SendMessage", "All parts of the message attribute, including Name, Type, and Value, are part of the message size"
)
@lacking("its limit is another, and it does not count attributes")
def test_attributes_are_part_of_the_size(place: Place) -> None:
    url = place.make()
    parts = {"Name": text("v" * 90)}
    room = MIB - len("Name") - len("String") - 90
    place.send(url, "x" * room, MessageAttributes=parts)
    assert refused(place.send, url, "x" * (room + 1), MessageAttributes=parts) == "InvalidParameterValue"


@documented("SendMessageBatch", "(the sum of the individual lengths of all of the batched messages) are both 1 MiB")
def test_a_batch_may_have_a_mebibyte_in_all(place: Place) -> None:
    url = place.make()
    half = "x" * (MIB // 2)
    assert len(place.sqs.send_message_batch(QueueUrl=url, Entries=entries(half, half))["Successful"]) == 2
    assert (
        refused(place.sqs.send_message_batch, QueueUrl=url, Entries=entries(half, half, "1")) == "BatchRequestTooLong"
    )
    assert place.counts(url) == (2, 0, 0)


@documented("SendMessageBatch", "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
@pytest.mark.parametrize("body", ["\t\n\r", " \ud7ff\ue000\ufffd", "\U00010000\U0010ffff", "\x7f\x9b\u202e"])
def test_what_can_be_carried(place: Place, body: str) -> None:
    url = place.make()
    place.send(url, body)
    assert bodies(place.receive(url)) == [body]


@documented("SendMessage", "Amazon SQS rejects the message and returns an InvalidMessageContents error.")
@lacking("it takes every character")
@pytest.mark.parametrize("body", ["\x00", "a\x1b[2J", "\x0b", "\x1f", "\ufffe", "\uffff"], ids=ascii)
def test_what_cannot_be_carried(place: Place, body: str) -> None:
    assert refused(place.send, place.make(), body) == "InvalidMessageContents"


@documented(
    "SendMessageBatch", "you should check for batch errors even when the call returns an HTTP status code of 200."
)
@lacking("it takes every character")
def test_a_batch_succeeds_in_part(place: Place) -> None:
    url = place.make()
    answer = place.sqs.send_message_batch(QueueUrl=url, Entries=entries("good", "bad\x00", "good too"))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [entry["Id"] for entry in answer["Successful"]] == ["e0", "e2"]
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [("e1", True)]
    assert place.counts(url) == (2, 0, 0)


@documented(
    "DeleteMessageBatch", "you should check for batch errors even when the call returns an HTTP status code of 200."
)
def test_handles_fail_one_by_one(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url)
    handles = [{"Id": "good", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "nonsense"}]
    answer = place.sqs.delete_message_batch(QueueUrl=url, Entries=handles)
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "ReceiptHandleIsInvalid")]


@documented(
    "ChangeMessageVisibilityBatch", "you should check for batch errors even when the call returns an HTTP status code"
)
def test_leases_fail_one_by_one(place: Place) -> None:
    url = place.make()
    for body in "ab":
        place.send(url, body)
    held, deleted = place.receive(url)
    place.delete(url, deleted)
    listed = [
        {"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
        for message in (held, deleted)
    ]
    answer = place.sqs.change_message_visibility_batch(QueueUrl=url, Entries=listed)
    assert [entry["Id"] for entry in answer["Successful"]] == [held["Body"]]
    assert [entry["Id"] for entry in answer["Failed"]] == [deleted["Body"]]


@documented("SendMessageBatch", "You can use SendMessageBatch to send up to 10 messages to the specified queue")
@documented("SendMessageBatch", "The Id s of a batch request need to be unique within a request.")
@documented(
    "SendMessageBatch",
    "The following characters are accepted: alphanumeric characters, hyphens(-), and underscores (_).",
)
@pytest.mark.parametrize(
    ("listed", "code"),
    [
        (entries(*"abcdefghijk"), "TooManyEntriesInBatchRequest"),
        (entries("a") * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "a b", "MessageBody": "a"}], "InvalidBatchEntryId"),
        ([{"Id": "x" * 81, "MessageBody": "a"}], "InvalidBatchEntryId"),
    ],
    ids=["eleven", "twice", "characters", "length"],
)
def test_a_batch_that_is_refused_does_nothing(place: Place, listed: list[Any], code: str) -> None:
    url = place.make()
    assert refused(place.sqs.send_message_batch, QueueUrl=url, Entries=listed) == code
    assert place.counts(url) == (0, 0, 0)


@documented("SendMessage", "An MD5 digest of the non-URL-encoded message body string.")
def test_the_checksum_of_a_body(place: Place) -> None:
    url = place.make()
    expected = hashlib.md5("ünï 😀\r\n".encode(), usedforsecurity=False).hexdigest()
    assert place.send(url, "ünï 😀\r\n")["MD5OfMessageBody"] == expected
    assert place.receive(url)[0]["MD5OfBody"] == expected


def digest(attributes: dict[str, Any]) -> str:
    """Return the checksum as the developer guide builds it: sorted by name; lengths, types, transport byte, values."""
    data = b""
    for name in sorted(attributes):
        part = attributes[name]
        value = part["BinaryValue"] if part["DataType"].startswith("Binary") else part["StringValue"].encode()
        for piece in (name.encode(), part["DataType"].encode()):
            data += struct.pack(">I", len(piece)) + piece
        data += (b"\2" if part["DataType"].startswith("Binary") else b"\1") + struct.pack(">I", len(value)) + value
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@documented("SendMessage", "You can also append custom labels.")
@documented("SendMessage", "Binary type attributes can store any binary data")
def test_attributes_come_back_as_they_were_with_their_checksum(place: Place) -> None:
    url = place.make()
    attributes: dict[str, Any] = {
        "text": text("café 😀"),
        "Text.2": text("x", "String.uuid"),
        "number": text("1e-7", "Number"),
        "Number": text("18446744073709551616", "Number.big"),
        "raw": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
        "gif": {"DataType": "Binary.gif", "BinaryValue": b"GIF89a\x00\xff"},
    }
    sent = place.send(url, MessageAttributes=attributes)
    (message,) = place.receive(url, **ALL)
    assert message["MessageAttributes"] == attributes
    assert sent["MD5OfMessageAttributes"] == message["MD5OfMessageAttributes"] == digest(attributes)


@documented("SendMessage", "Name, type, value and the message body must not be empty or null.")
@documented("ReceiveMessage", "The name must not start with AWS-reserved prefixes such as AWS. or Amazon.")
@documented("ReceiveMessage", "should not have periods in succession ( .. ).")
@pytest.mark.parametrize(
    "attributes",
    [
        {"k": text("")},
        {"": text("x")},
        {"a b": text("x")},
        {"aws.x": text("x")},
        {".x": text("x")},
        {"x..y": text("x")},
        {"x" * 257: text("x")},
        {"k": text("x", "Text")},
        {"k": text("not a number", "Number")},
    ],
    ids=lambda attributes: ascii(next(iter(attributes)))[:8] + " " + next(iter(attributes.values()))["DataType"],
)
@pytest.mark.parametrize("place", ["demo"], indirect=True)  # moto checks types and empty values only
def test_attributes_that_are_refused(place: Place, attributes: dict[str, Any]) -> None:
    assert refused(place.send, place.make(), MessageAttributes=attributes) == "InvalidParameterValue"


@documented(GUIDE, "Each message can have up to 10 attributes.")
@lacking("it takes any number of attributes")
def test_a_message_has_ten_attributes(place: Place) -> None:
    url = place.make()
    place.send(url, MessageAttributes={f"k{number}": text("x") for number in range(10)})
    eleven = {f"k{number}": text("x") for number in range(11)}
    assert refused(place.send, url, MessageAttributes=eleven) == "InvalidParameterValue"


@documented("ReceiveMessage", "You can also use all message attributes starting with a prefix, for example bar.*.")
@pytest.mark.parametrize(
    ("names", "found"),
    [(["err.*"], {"err.type"}), (["other"], {"other"}), ([".*"], {"err.type", "other"}), ([], set())],
)
def test_only_the_attributes_asked_for_are_sent(place: Place, names: list[str], found: set[str]) -> None:
    url = place.make()
    place.send(url, MessageAttributes={"err.type": text("x"), "other": text("y")})
    (message,) = place.receive(url, MessageAttributeNames=names)
    assert set(message.get("MessageAttributes", {})) == found


@documented("SendMessage", "Currently, the only supported message system attribute is AWSTraceHeader.")
def test_the_trace_header_is_kept(place: Place) -> None:
    url = place.make()
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    place.send(url, MessageSystemAttributes={"AWSTraceHeader": text(trace)})
    assert place.receive(url)[0]["Attributes"]["AWSTraceHeader"] == trace


@documented("ReceiveMessage", "Valid values: 1 to 10.")
@pytest.mark.parametrize("most", [0, 11])
def test_one_to_ten_are_received(place: Place, most: int) -> None:
    assert refused(place.receive, place.make(), most) == "InvalidParameterValue"


@documented("ChangeMessageVisibility", "Values range: 0 to 43200.")
def test_a_lease_has_a_longest_length(place: Place) -> None:
    url = place.make()
    place.send(url)
    (message,) = place.receive(url)
    assert refused(place.hold, url, message, 43_201) == "InvalidParameterValue"
