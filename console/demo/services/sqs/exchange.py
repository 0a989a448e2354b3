"""Owns SQS's operations on messages: send, receive, delete, change visibility."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.demo.account import USER_ARN, Call, Operations
from console.demo.faults import FaultKind
from console.demo.services.sqs import errors
from console.demo.services.sqs.content import attempt, check_attributes, deduplication, delay
from console.demo.services.sqs.messages import Message, attributes_md5, carried, md5, size
from console.demo.services.sqs.queue import LONGEST_LEASE, Queue
from console.demo.services.sqs.queues import asked, current
from console.demo.wire.messages import ServiceError

_MOST_ENTRIES = 10
_BATCH_BYTES = 1_048_576
_LONGEST_WAIT = 20
_LOOK_AGAIN = 0.1
_REPEATS = 3
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
SENDER = f"AROADEMO000000ONCALL:{USER_ARN.rpartition('/')[2]}"

Entry = dict[str, Any]


def _send(call: Call) -> dict[str, Any]:
    return _send_one(call, asked(call), call.parameters)


def _send_one(call: Call, queue: Queue, entry: Entry) -> dict[str, Any]:
    message = _message(queue, entry, call.account.now())
    most = queue.settings.seconds("MaximumMessageSize")
    if size(message.body, message.attributes) > most:
        raise errors.too_long(most)
    kept = queue.put(message)
    answer = {
        "MessageId": kept.id,
        "MD5OfMessageBody": _checksum(call, message),
        "MD5OfMessageAttributes": attributes_md5(message.attributes),
        "MD5OfMessageSystemAttributes": attributes_md5(entry.get("MessageSystemAttributes") or {}),
        "SequenceNumber": kept.sequence,
    }
    return {name: value for name, value in answer.items() if value}


def _checksum(call: Call, message: Message) -> str:
    return md5(message.body + " " * (FaultKind.CORRUPT in call.struck))


def _message(queue: Queue, entry: Entry, now: datetime) -> Message:
    body, attributes = entry["MessageBody"], entry.get("MessageAttributes") or {}
    if not body:
        raise errors.missing("MessageBody")
    if not carried(body):
        raise errors.contents()
    check_attributes(attributes)
    trace = (entry.get("MessageSystemAttributes") or {}).get("AWSTraceHeader", {}).get("StringValue", "")
    message = Message(body, now, now + delay(queue, entry), SENDER, attributes, trace)
    message.group, message.deduplication = entry.get("MessageGroupId", ""), deduplication(queue, entry)
    return message


async def _receive(call: Call) -> dict[str, Any]:
    queue = asked(call)
    most = call.parameters.get("MaxNumberOfMessages", 1)
    if not 1 <= most <= _MOST_ENTRIES:
        raise errors.invalid("MaxNumberOfMessages", most, "Must be between 1 and 10, if provided.")
    wait = call.parameters.get("WaitTimeSeconds", queue.settings.seconds("ReceiveMessageWaitTimeSeconds"))
    if not 0 <= wait <= _LONGEST_WAIT:
        raise errors.invalid("WaitTimeSeconds", wait, "Must be >= 0 and <= 20, if provided.")
    if FaultKind.EMPTY in call.struck:
        return {}
    until = call.account.now() + timedelta(seconds=0 if call.account.eager else wait)
    while not (taken := _take(call, queue, most, short=not wait)) and call.account.now() < until:  # noqa: ASYNC110  # time itself shows them
        await asyncio.sleep(_LOOK_AGAIN)
    return {"Messages": [_received(call, message) for message in taken]} if taken else {}


def _take(call: Call, queue: Queue, most: int, *, short: bool) -> list[Message]:
    """Lease up to ``most`` messages; what was received too often before goes to the dead-letter queue instead."""
    seconds = call.parameters.get("VisibilityTimeout", queue.settings.seconds("VisibilityTimeout"))
    _check_lease(seconds)
    now, queues = call.account.now(), current(call.account)
    queue.settle(now)
    if queue.full and short and not queue.fifo:
        raise errors.over_limit(queue.name)
    times = _REPEATS if FaultKind.REPEAT in call.struck and most >= _REPEATS else 1
    again = attempt(queue, call.parameters)
    taken = queue.receive(most // times, seconds, now, lambda message: queues.bury(queue, message, now), again)
    return [one for message in taken for one in _repeated(queue, message, times, seconds, now)]


def _repeated(queue: Queue, message: Message, times: int, seconds: int, now: datetime) -> Iterator[Message]:
    """Yield a leased message as one answer shows it; SQS may give it several times, each time with a newer handle."""
    yield replace(message)
    for _ in range(times - 1):
        queue.lease(message, seconds, now)
        yield replace(message)


def _check_lease(seconds: int) -> None:
    if not 0 <= seconds <= LONGEST_LEASE:
        raise errors.invalid("VisibilityTimeout", seconds, "Must be between 0 and 43200.")


def _received(call: Call, message: Message) -> dict[str, Any]:
    parameters = call.parameters
    names = [*(parameters.get("MessageSystemAttributeNames") or ()), *(parameters.get("AttributeNames") or ())]
    own = message.own(parameters.get("MessageAttributeNames") or ())
    answer = {
        "MessageId": message.id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": _checksum(call, message),
        "Body": message.body,
        "Attributes": message.system(names),
        "MessageAttributes": own,
        "MD5OfMessageAttributes": attributes_md5(own),
    }
    return {name: value for name, value in answer.items() if value}


def _delete(call: Call) -> dict[str, Any]:
    asked(call).delete(call.parameters["ReceiptHandle"], call.account.now())
    return {}


def _change_visibility(call: Call) -> dict[str, Any]:
    queue = asked(call)
    _check_lease(call.parameters["VisibilityTimeout"])
    queue.extend(call.parameters["ReceiptHandle"], call.parameters["VisibilityTimeout"], call.account.now())
    return {}


def _batch(call: Call, work: Callable[[Queue, Entry], dict[str, Any]]) -> dict[str, Any]:
    """Do each entry for itself; the answer is 200 with what succeeded and what failed."""
    queue, entries = asked(call), call.parameters.get("Entries") or []
    _check_batch(entries)
    successful, failed = [], []
    for number, entry in enumerate(entries):
        try:
            if FaultKind.PARTIAL in call.struck and not number % 2:
                raise errors.inside(entry["Id"])
            done = {"Id": entry["Id"], **work(queue, entry)}
            if FaultKind.DOUBTFUL in call.struck and not number % 2:
                raise errors.inside(entry["Id"])
            successful.append(done)
        except ServiceError as error:
            failed.append(
                {"Id": entry["Id"], "SenderFault": error.status < 500, "Code": error.code, "Message": str(error)}
            )
    return {"Successful": successful, "Failed": failed}


def _check_batch(entries: list[Entry]) -> None:
    if not entries:
        raise errors.batch("EmptyBatchRequest", "There should be at least one entry in the request.")
    if len(entries) > _MOST_ENTRIES:
        text = f"Maximum number of entries per request are 10. You have sent {len(entries)}."
        raise errors.batch("TooManyEntriesInBatchRequest", text)
    if not all(_ENTRY_ID.fullmatch(entry["Id"]) for entry in entries):
        raise errors.batch("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, - and _.")
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise errors.batch("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
    if (
        sum(size(entry.get("MessageBody", ""), entry.get("MessageAttributes") or {}) for entry in entries)
        > _BATCH_BYTES
    ):
        raise errors.batch("BatchRequestTooLong", f"Batch requests cannot be longer than {_BATCH_BYTES} bytes.")


def _send_batch(call: Call) -> dict[str, Any]:
    return _batch(call, lambda queue, entry: _send_one(call, queue, entry))


def _delete_batch(call: Call) -> dict[str, Any]:
    def work(queue: Queue, entry: Entry) -> dict[str, Any]:
        queue.delete(entry["ReceiptHandle"], call.account.now())
        return {}

    return _batch(call, work)


def _change_visibility_batch(call: Call) -> dict[str, Any]:
    def work(queue: Queue, entry: Entry) -> dict[str, Any]:
        seconds = entry.get("VisibilityTimeout", 0)
        _check_lease(seconds)
        queue.extend(entry["ReceiptHandle"], seconds, call.account.now())
        return {}

    return _batch(call, work)


OPERATIONS: Operations = {
    "SendMessage": _send,
    "SendMessageBatch": _send_batch,
    "ReceiveMessage": _receive,
    "DeleteMessage": _delete,
    "DeleteMessageBatch": _delete_batch,
    "ChangeMessageVisibility": _change_visibility,
    "ChangeMessageVisibilityBatch": _change_visibility_batch,
}
