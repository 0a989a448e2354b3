"""Owns one message as SQS gave it: what it says, byte for byte, and the handle it is held by. Must not know AWS calls.

A message goes through here unchanged, from the answer that brought it to the spool, and from there to the call that
sends it again. Nothing in it is clean: who shows it passes it through ``console.text.clean``.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_TEXT, _BYTES = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One message attribute; ``type`` is ``String``, ``Number`` or ``Binary``, with any ``.suffix``."""

    type: str
    value: str | bytes

    def parameter(self) -> dict[str, Any]:
        """Return it as SendMessage takes it."""
        kind = "BinaryValue" if isinstance(self.value, bytes) else "StringValue"
        return {"DataType": self.type, kind: self.value}


@dataclass(frozen=True, slots=True)
class Message:
    """One received message. Times are seconds since the epoch."""

    id: str
    body: str
    body_md5: str
    """As SQS told it."""
    system: Mapping[str, str]
    """SQS's own attributes: SentTimestamp, ApproximateReceiveCount, MessageGroupId, DeadLetterQueueSourceArn…"""
    attributes: Mapping[str, Attribute]
    attributes_md5: str
    handle: str
    received_at: float
    held_until: float

    @property
    def sent_at(self) -> float | None:
        """When it was sent first."""
        stamp = self.system.get("SentTimestamp", "")
        return int(stamp) / 1000 if stamp.isdecimal() else None

    @property
    def receives(self) -> int:
        """How often it has been received, this time included; 0 when SQS did not say."""
        count = self.system.get("ApproximateReceiveCount", "")
        return int(count) if count.isdecimal() else 0

    @property
    def group(self) -> str:
        """The message group it belongs to; empty on a standard queue without."""
        return self.system.get("MessageGroupId", "")

    @property
    def source_arn(self) -> str:
        """The queue that it was moved from as a dead letter; empty where SQS does not know."""
        return self.system.get("DeadLetterQueueSourceArn", "")

    @property
    def size(self) -> int:
        """Bytes of body and attributes, which is what SQS's limit counts."""
        named = ((name, one.type, one.value) for name, one in self.attributes.items())
        return len(_bytes(self.body)) + sum(len(_bytes(part)) for parts in named for part in parts)

    @property
    def is_whole(self) -> bool:
        """Whether body and attributes are what SQS says it sent."""
        return md5_of_body(self.body) == self.body_md5 and md5_of_attributes(self.attributes) == self.attributes_md5

    def parameters(self) -> dict[str, Any]:
        """Return what SendMessage takes to send the same again, queue, group and deduplication id apart."""
        found: dict[str, Any] = {"MessageBody": self.body}
        if self.attributes:
            found["MessageAttributes"] = {name: one.parameter() for name, one in self.attributes.items()}
        trace = self.system.get("AWSTraceHeader")
        if trace:
            found["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
        return found

    def with_body(self, body: str) -> Message:
        """Return it saying something else."""
        return replace(self, body=body, body_md5=md5_of_body(body))

    def line(self) -> dict[str, Any]:
        """Return it as plain JSON values, binary values in base64; ``of_line`` is the way back."""
        return {
            "id": self.id,
            "body": self.body,
            "body_md5": self.body_md5,
            "system": dict(self.system),
            "attributes": {name: _written(one) for name, one in self.attributes.items()},
            "attributes_md5": self.attributes_md5,
            "handle": self.handle,
            "received_at": self.received_at,
            "held_until": self.held_until,
        }


def of_answer(entry: Mapping[str, Any], received_at: float, held_until: float) -> Message:
    """Return the message of one entry of a ReceiveMessage answer. Raises ``KeyError`` for half an entry."""
    attributes = {
        name: Attribute(part["DataType"], part["BinaryValue"] if "BinaryValue" in part else part["StringValue"])
        for name, part in (entry.get("MessageAttributes") or {}).items()
    }
    return Message(
        id=entry["MessageId"],
        body=entry["Body"],
        body_md5=entry["MD5OfBody"],
        system=dict(entry.get("Attributes") or {}),
        attributes=attributes,
        attributes_md5=entry.get("MD5OfMessageAttributes") or "",
        handle=entry["ReceiptHandle"],
        received_at=received_at,
        held_until=held_until,
    )


def of_line(line: Mapping[str, Any]) -> Message:
    """Return the message that ``Message.line`` wrote. Raises ``KeyError`` and ``ValueError`` for anything else."""
    attributes = {name: _read(part) for name, part in line["attributes"].items()}
    return Message(**{**line, "attributes": attributes})


def md5_of_body(body: str) -> str:
    """Return what SQS answers as ``MD5OfMessageBody``."""
    return hashlib.md5(_bytes(body), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Mapping[str, Attribute]) -> str:
    """Return what SQS answers as ``MD5OfMessageAttributes``; empty without attributes.

    Sorted by name: length and bytes of name, of type, one byte for the kind of value, length and bytes of the value.
    """
    if not attributes:
        return ""
    digest = hashlib.md5(usedforsecurity=False)
    for name, one in sorted(attributes.items()):
        for part in (_bytes(name), _bytes(one.type)):
            digest.update(struct.pack("!I", len(part)) + part)
        value = _bytes(one.value)
        digest.update(_BYTES if one.type.startswith("Binary") else _TEXT)
        digest.update(struct.pack("!I", len(value)) + value)
    return digest.hexdigest()


def refused_characters(body: str) -> tuple[int, ...]:
    """Return the places of characters that SQS does not take in a body.

    It takes #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
    """
    return tuple(place for place, character in enumerate(body) if not _is_taken(ord(character)))


def _is_taken(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or code in (0x9, 0xA, 0xD) or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _written(one: Attribute) -> dict[str, str]:
    if isinstance(one.value, bytes):
        return {"type": one.type, "base64": base64.b64encode(one.value).decode()}
    return {"type": one.type, "text": one.value}


def _read(part: Mapping[str, str]) -> Attribute:
    value = base64.b64decode(part["base64"], validate=True) if "base64" in part else part["text"]
    return Attribute(part["type"], value)
