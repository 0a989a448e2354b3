"""Owns one message and its checksums; must not know queues."""

from __future__ import annotations

import hashlib
import re
import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Attributes = Mapping[str, Mapping[str, Any]]
"""name → ``{"DataType": …, "StringValue" or "BinaryValue": …}``."""

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Message:
    """A message in a queue. It is hidden until ``visible_at``; ``in_flight`` tells a receive from a delay.

    ``receives`` counts in all queues it has been in, ``receives_here`` in this one; ``changed`` is whether its lease
    was extended or ended by its holder; ``position`` is its place among the others.
    """

    body: str
    sent_at: datetime
    visible_at: datetime
    sender: str
    attributes: Attributes = field(default_factory=dict)
    trace_header: str = ""
    group: str = ""
    deduplication: str = ""
    sequence: str = ""
    source_arn: str = ""
    receives: int = 0
    receives_here: int = 0
    first_received_at: datetime | None = None
    received_at: datetime | None = None
    in_flight: bool = False
    delayed: bool = False
    changed: bool = False
    position: int = 0
    handle: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def hidden(self) -> bool:
        """Whether nobody can receive it now."""
        return self.in_flight or self.delayed

    def system(self, names: Sequence[str]) -> dict[str, str]:
        """Return the system attributes among ``names``; ``All`` is all."""
        found = {
            "SenderId": self.sender,
            "SentTimestamp": milliseconds(self.sent_at),
            "ApproximateReceiveCount": str(self.receives),
            "ApproximateFirstReceiveTimestamp": milliseconds(self.first_received_at),
            "MessageGroupId": self.group,
            "MessageDeduplicationId": self.deduplication,
            "SequenceNumber": self.sequence,
            "AWSTraceHeader": self.trace_header,
            "DeadLetterQueueSourceArn": self.source_arn,
        }
        return {name: value for name, value in found.items() if value and (name in names or "All" in names)}

    def own(self, names: Sequence[str]) -> Attributes:
        """Return the message attributes among ``names``: exact, ``All``, ``.*`` or ``prefix.*``."""
        if "All" in names or ".*" in names:
            return self.attributes
        prefixes = tuple(name[:-1] for name in names if name.endswith(".*"))
        return {
            name: part for name, part in self.attributes.items() if name in names or (name.startswith(prefixes or "\0"))
        }


def size(body: str, attributes: Attributes) -> int:
    """Return the bytes that count against the limits."""
    total = len(body.encode())
    for name, part in attributes.items():
        value = part.get("BinaryValue") or str(part.get("StringValue", "")).encode()
        total += len(name.encode()) + len(part.get("DataType", "")) + len(value)
    return total


def carried(text: str) -> bool:
    """Say whether SQS carries every character of ``text``."""
    return not _FORBIDDEN.search(text)


def milliseconds(moment: datetime | None) -> str:
    """Return a moment as SQS writes it; empty for None."""
    return str(int(moment.timestamp() * 1000)) if moment else ""


def md5(text: str) -> str:
    """Return the checksum of a body."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def attributes_md5(attributes: Attributes) -> str:
    """Return the checksum of message attributes, as SQS's documents describe it; empty without any."""
    if not attributes:
        return ""
    total = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        part = attributes[name]
        binary = "BinaryValue" in part
        value = part["BinaryValue"] if binary else str(part.get("StringValue", "")).encode()
        total.update(_measured(name.encode()) + _measured(part["DataType"].encode()))
        total.update((b"\2" if binary else b"\1") + _measured(value))
    return total.hexdigest()


def _measured(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
