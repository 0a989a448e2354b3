"""Owns checking what a caller sends: attributes, delay, deduplication, attempt; must not know what becomes of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from console.demo.services.sqs import errors
from console.demo.services.sqs.messages import Attributes, carried
from console.demo.services.sqs.queue import Queue

_MOST_ATTRIBUTES = 10
_NAME = re.compile(r"(?!(aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", re.IGNORECASE)
_TYPE = re.compile(r"(String|Number|Binary)(\.[^.].{0,255})?")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_ATTEMPT = re.compile(r"[!-~]{1,128}")
_WRONG_TYPE = "The request include parameter that is not valid for this queue type."


def check_attributes(attributes: Attributes) -> None:
    """Raise ``ServiceError`` for message attributes that SQS refuses."""
    if len(attributes) > _MOST_ATTRIBUTES:
        raise errors.malformed(f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10].")
    for name, part in attributes.items():
        if not _NAME.fullmatch(name):
            raise errors.malformed(f"The message attribute name '{name}' is invalid.")
        _check_value(name, part)


def _check_value(name: str, part: Mapping[str, Any]) -> None:
    kind = _TYPE.fullmatch(part.get("DataType") or "")
    if kind is None:
        raise errors.malformed(f"The message attribute '{name}' has an invalid message attribute type.")
    member = "BinaryValue" if kind[1] == "Binary" else "StringValue"
    value = part.get(member)
    if not value:
        raise errors.malformed(f"The message attribute '{name}' must contain a non-empty {member} for its type.")
    if member == "StringValue" and not carried(value):
        raise errors.contents()
    if kind[1] == "Number" and not _NUMBER.fullmatch(value):
        raise errors.malformed(f"Can't cast the value of message attribute '{name}' to a number.")


def delay(queue: Queue, entry: Mapping[str, Any]) -> timedelta:
    """Return for how long a message is hidden at first."""
    seconds = entry.get("DelaySeconds")
    if seconds and queue.fifo:
        raise errors.invalid("DelaySeconds", seconds, _WRONG_TYPE)
    if seconds is not None and not 0 <= seconds <= 900:
        raise errors.invalid("DelaySeconds", seconds, "DelaySeconds must be >= 0 and <= 900.")
    return timedelta(seconds=queue.settings.seconds("DelaySeconds") if seconds is None else seconds)


def deduplication(queue: Queue, entry: Mapping[str, Any]) -> str:
    """Return by what a message is told from others: empty in a standard queue, which takes none."""
    given = entry.get("MessageDeduplicationId")
    if not queue.fifo:
        if given:
            raise errors.invalid("MessageDeduplicationId", given, _WRONG_TYPE)
        return ""
    if not entry.get("MessageGroupId"):
        raise errors.missing("MessageGroupId")
    if given:
        return str(given)
    if queue.settings.values["ContentBasedDeduplication"] != "true":
        reason = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided."
        raise errors.invalid("MessageDeduplicationId", None, reason)
    return hashlib.sha256(entry["MessageBody"].encode()).hexdigest()


def attempt(queue: Queue, parameters: Mapping[str, Any]) -> str:
    """Return the ``ReceiveRequestAttemptId``, empty without one."""
    given = str(parameters.get("ReceiveRequestAttemptId") or "")
    if given and not (queue.fifo and _ATTEMPT.fullmatch(given)):
        raise errors.invalid("ReceiveRequestAttemptId", given, _WRONG_TYPE)
    return given
