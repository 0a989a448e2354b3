"""Owns SQS's message move tasks (redrive). They advance whenever anything is asked of SQS."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.demo.account import Account, Call, Operations
from console.demo.services.sqs import errors
from console.demo.services.sqs.messages import Message, milliseconds
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.queues import Queues, current

RATE = 50.0
"""Messages per second when the caller leaves it to SQS; AWS says only that it varies."""
_MOST_RATE = 500
_MOST_LISTED = 10


@dataclass(slots=True)
class Task:
    """One move. ``to_move`` is counted once, at the start; ``rate`` is None when the caller named none.

    ``pace`` is how many messages a second it then moves.
    """

    queues: Queues
    source: Queue
    destination: Queue | None
    rate: int | None
    started_at: datetime
    to_move: int
    moved: int = 0
    status: str = "RUNNING"
    reason: str = ""
    pace: float = RATE
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def advance(self, now: datetime) -> None:
        """Move what is due by now."""
        due = int((now - self.started_at).total_seconds() * (self.rate or self.pace))
        while self.status == "RUNNING" and self.moved < min(due, self.to_move):
            self._move_one(now)
        if self.status == "RUNNING" and self.moved >= self.to_move:
            self.status = "COMPLETED"

    def _move_one(self, now: datetime) -> None:
        if self.source.deleted or (self.destination and self.destination.deleted):
            self.status, self.reason = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
            return
        message = self.source.first(now)
        if message is None:
            self.status = "COMPLETED"
            return
        target = self.destination or self.queues.by_arn(message.source_arn)
        if target is None:
            self.status, self.reason = "FAILED", "CouldNotDetermineMessageSource"
            return
        self.source.remove(message)
        target.put(_copy(message, now))
        self.moved += 1

    def handle(self) -> str:
        """Return what the caller cancels it with."""
        return base64.b64encode(f"{self.id}|{self.source.arn}".encode()).decode()

    def document(self) -> dict[str, Any]:
        """Return the task as SQS lists it; only a running one has a handle."""
        found = {
            "TaskHandle": self.handle() if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source.arn,
            "DestinationArn": self.destination.arn if self.destination else None,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.reason or None,
            "StartedTimestamp": int(milliseconds(self.started_at)),
        }
        return {name: value for name, value in found.items() if value is not None}


def _copy(message: Message, now: datetime) -> Message:
    """A moved message is a new one: new id, time and receive count."""
    copy = Message(message.body, now, now, message.sender, message.attributes, message.trace_header)
    copy.group, copy.deduplication = message.group, message.deduplication
    return copy


@dataclass(slots=True)
class Tasks:
    """Every task of the account, newest last."""

    all: list[Task] = field(default_factory=list)


def add(account: Account, task: Task) -> None:
    """Add a task and let it go on if it runs."""
    account.state(Tasks).all.append(task)
    task.queues.works.append(task.advance)


def _tasks(account: Account, source: Queue) -> list[Task]:
    return [task for task in account.state(Tasks).all if task.source is source]


def _source(call: Call) -> Queue:
    queue = current(call.account).by_arn(call.parameters["SourceArn"])
    if queue is None:
        raise errors.no_source(call.parameters["SourceArn"])
    return queue


def _start(call: Call) -> dict[str, Any]:
    source, queues, now = _source(call), current(call.account), call.account.now()
    rate = call.parameters.get("MaxNumberOfMessagesPerSecond")
    if not queues.sources(source):
        reason = "Source queue must be configured as a Dead Letter Queue."
        raise errors.invalid("SourceArn", source.arn, reason)
    if rate is not None and not 1 <= rate <= _MOST_RATE:
        raise errors.invalid("MaxNumberOfMessagesPerSecond", rate, "Must be between 1 and 500.")
    if any(task.status == "RUNNING" for task in _tasks(call.account, source)):
        reason = "Only one active task is allowed for a source queue arn at a given time."
        raise errors.invalid("SourceArn", source.arn, reason)
    task = Task(queues, source, _destination(call, queues, source), rate, now, source.counts(now)[0])
    add(call.account, task)
    return {"TaskHandle": task.handle()}


def _destination(call: Call, queues: Queues, source: Queue) -> Queue | None:
    arn = call.parameters.get("DestinationArn")
    if not arn:
        return None
    queue = queues.by_arn(arn)
    if queue is None or queue is source or queue.fifo != source.fifo:
        raise errors.invalid("DestinationArn", arn, "It must be another queue of the same type.")
    return queue


def _list(call: Call) -> dict[str, Any]:
    source, most = _source(call), call.parameters.get("MaxResults", 1)
    if not 1 <= most <= _MOST_LISTED:
        raise errors.invalid("MaxResults", most, "Must be between 1 and 10.")
    newest = _tasks(call.account, source)[::-1][:most]
    return {"Results": [task.document() for task in newest]}


def _cancel(call: Call) -> dict[str, Any]:
    current(call.account)
    for task in call.account.state(Tasks).all:
        if task.status == "RUNNING" and task.handle() == call.parameters["TaskHandle"]:
            task.status = "CANCELLED"
            return {"ApproximateNumberOfMessagesMoved": task.moved}
    raise errors.no_task()


OPERATIONS: Operations = {
    "StartMessageMoveTask": _start,
    "ListMessageMoveTasks": _list,
    "CancelMessageMoveTask": _cancel,
}
