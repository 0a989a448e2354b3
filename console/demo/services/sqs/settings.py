"""Owns a queue's attributes: defaults, ranges, and how they are checked; must not know messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.demo.services.sqs import errors

_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
_DEFAULTS = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "SqsManagedSseEnabled": "true",
}
_FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
_OTHERS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled", *_FIFO_DEFAULTS)
READ_ONLY = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
)
READABLE = (*_RANGES, *_OTHERS, *READ_ONLY)
_MOST_RECEIVES = 1000


@dataclass(slots=True)
class Settings:
    """The attributes of one queue that its owner can set, as SQS writes them."""

    fifo: bool
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = _DEFAULTS | (_FIFO_DEFAULTS if self.fifo else {}) | self.values

    def seconds(self, name: str) -> int:
        """Return a whole number."""
        return int(self.values[name])

    def redrive(self) -> tuple[str, int] | None:
        """Return the dead-letter queue's ARN and the most receives, None without a redrive policy."""
        if not (policy := self.values.get("RedrivePolicy")):
            return None
        document = json.loads(policy)
        return str(document["deadLetterTargetArn"]), int(document["maxReceiveCount"])

    def change(self, changes: Mapping[str, str]) -> None:
        """Take over checked changes; an empty text removes an attribute."""
        for name, value in changes.items():
            if value or name in _RANGES:
                self.values[name] = value
            else:
                self.values.pop(name, None)


def check(changes: Mapping[str, Any], fifo: bool) -> None:
    """Raise ``ServiceError`` for a name or value that SQS refuses."""
    for name, value in changes.items():
        if name in _RANGES:
            _check_range(name, value)
        elif name not in _OTHERS or (name in _FIFO_DEFAULTS and not fifo):
            raise errors.bad_attribute(name)
        elif name == "RedrivePolicy" and value:
            _check_redrive(value)


def _check_range(name: str, value: Any) -> None:
    low, high = _RANGES[name]
    if not str(value).isdigit() or not low <= int(value) <= high:
        raise errors.bad_attribute(name, value)


def _check_redrive(value: str) -> None:
    try:
        document = json.loads(value)
        target, most = document["deadLetterTargetArn"], int(document["maxReceiveCount"])
    except (ValueError, KeyError, TypeError) as error:
        raise errors.invalid("RedrivePolicy", value, "Redrive policy is not a valid JSON map.") from error
    if not 1 <= most <= _MOST_RECEIVES or not str(target).startswith("arn:"):
        raise errors.invalid("RedrivePolicy", value, "Invalid value for maxReceiveCount: must be between 1 and 1000.")
