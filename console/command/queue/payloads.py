"""Owns reading from S3, for a command, what messages point to: one after the other, all together up to a bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from console.command.queue.progress import ProgressLine
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import size

if TYPE_CHECKING:
    from console.resources.model import Reader
    from console.sqs.message import Message
    from console.sqs.reading import S3Pointer
    from console.workbench.payloads import Payload

TOGETHER = 64 * 1024 * 1024
"""Bytes of all payloads of one command: they are held in memory until they are printed."""


async def payloads_of(reader: Reader, messages: Sequence[Message]) -> Mapping[str, Payload | Fault]:
    """Return message id → its payload or why it was not read, for those that point to S3."""
    from console.sqs.reading import pointer_of

    found: dict[str, Payload | Fault] = {}
    left, line = TOGETHER, ProgressLine()
    pointers = {message.id: pointer for message in messages if (pointer := pointer_of(message))}
    try:
        for number, (message_id, pointer) in enumerate(pointers.items(), 1):
            line.say(f"Reading payload {number:,} of {len(pointers):,} from S3…")
            try:
                found[message_id] = payload = await _read(reader, pointer, left)
                left -= len(payload.body)
            except AwsError as error:
                found[message_id] = error.fault
    finally:
        line.end()
    return found


async def _read(reader: Reader, pointer: S3Pointer, left: int) -> Payload:
    from console.workbench.payloads import LIMIT, fetch, weigh

    weight, measured = await weigh(reader, pointer)
    if min(weight.size, LIMIT) > left:
        why = f"more than {size(TOGETHER)} of payloads in one go"
        raise AwsError(Fault(FaultKind.REFUSED, f"The payload {weight.place} was not read", why, "Ask with --max"))
    return await fetch(reader, weight, measured)
