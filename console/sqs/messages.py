"""Owns the peek: receiving a few messages and giving them back. Must not know the screen.

Every receive counts against the message's ``maxReceiveCount`` and hides it from consumers for a while, so
nothing here runs unless the operator asked for it and has been told what it costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from console.resources.model import Item, Reader, Terms
from console.resources.parts import attempt
from console.sqs.queues import attributes, redrive, sources
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import plural

LIMIT = 50
"""Messages received at most."""
HOLD = 30
"""Seconds that a received message stays hidden if it cannot be given back."""
_BATCH = 10
_EMPTY_ANSWERS = 2
"""Receives without anything new before the queue counts as looked through."""


async def terms(reader: Reader, url: str, ours: int = 0) -> Terms:
    """Return what a peek costs and why it is refused by default; ``ours`` are held here. Raises ``AwsError``."""
    found = await attributes(reader, url)
    limit = redrive(found).get("maxReceiveCount")
    cost = (
        f"Receives up to {LIMIT} messages: each gains one receive and is hidden from consumers until it is "
        f"given back, {HOLD} s at most. What comes back is a sample."
    )
    return Terms(cost, await _refusal(reader, url, found, limit, ours))


async def _refusal(reader: Reader, url: str, found: Item, limit: Any, ours: int) -> str:
    if limit is not None:
        return (
            f"it has a redrive policy: after {plural(int(limit), 'receive')} a message moves to the dead-letter queue"
        )
    if url.endswith(".fifo") and not await _is_dead_letter_queue(reader, url):
        return "it is a FIFO queue in use: a held message blocks the rest of its group"
    in_flight = int(found.get("ApproximateNumberOfMessagesNotVisible") or 0) - ours
    if in_flight > 0:
        return f"something is consuming it: {plural(in_flight, 'message')} in flight"
    return ""


async def _is_dead_letter_queue(reader: Reader, url: str) -> bool:
    """Whether it is known to take other queues' dead letters; what cannot be read counts as no."""
    feeding = await attempt(sources(reader, url))
    return not isinstance(feeding, Fault) and bool(feeding)


async def fetch_messages(reader: Reader, url: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield messages as they are received, each once; all are given back however it ends."""
    handles: dict[str, str] = {}
    try:
        quiet = 0
        while len(handles) < LIMIT and quiet < _EMPTY_ANSWERS:
            received = await _receive(reader, url, min(_BATCH, LIMIT - len(handles)))
            fresh = [message for message in received if message["MessageId"] not in handles]
            handles.update((message["MessageId"], message["ReceiptHandle"]) for message in received)
            quiet = 0 if fresh else quiet + 1
            if fresh:
                yield list(fresh)
    finally:
        kept = await asyncio.shield(release(reader, url, list(handles.values())))
    if kept:
        yield _not_released(kept)


async def _receive(reader: Reader, url: str, count: int) -> list[Any]:
    answer = await reader.call(
        "sqs",
        "ReceiveMessage",
        {
            "QueueUrl": url,
            "MaxNumberOfMessages": count,
            "VisibilityTimeout": HOLD,
            "WaitTimeSeconds": 1,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        },
    )
    return list(answer.get("Messages") or ())


async def release(reader: Reader, url: str, handles: Sequence[str]) -> int:
    """Make received messages visible again; return how many could not be."""
    kept = 0
    for start in range(0, len(handles), _BATCH):
        batch = handles[start : start + _BATCH]
        entries = [
            {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0} for index, handle in enumerate(batch)
        ]
        try:
            answer = await reader.call("sqs", "ChangeMessageVisibilityBatch", {"QueueUrl": url, "Entries": entries})
            kept += len(answer.get("Failed") or ())
        except AwsError:
            kept += len(batch)
    return kept


def _not_released(count: int) -> Fault:
    what = f"{plural(count, 'message')} could not be given back"
    return Fault(FaultKind.SERVICE, what, f"SQS shows them again within {HOLD} s")


def attribute(name: str) -> Any:
    """Return the getter of a system attribute."""
    return lambda message: (message.get("Attributes") or {}).get(name)


def sent(message: Item) -> datetime | None:
    """Return when the message was sent."""
    stamp = attribute("SentTimestamp")(message)
    return datetime.fromtimestamp(float(stamp) / 1000, UTC) if stamp else None


def receive_count(message: Item) -> int | None:
    """Return how often the message has been received, this time included."""
    count = attribute("ApproximateReceiveCount")(message)
    return int(count) if count else None


def attribute_texts(message: Item) -> list[str]:
    """Return the message attributes as ``name=value`` texts; binary ones by their length."""
    return [
        f"{name}={_attribute_value(part)}" for name, part in sorted((message.get("MessageAttributes") or {}).items())
    ]


def _attribute_value(part: Item) -> str:
    if "BinaryValue" in part:
        return f"{len(part['BinaryValue'])} bytes"
    return str(part.get("StringValue", ""))
