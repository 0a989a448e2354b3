"""Owns the account's queues and what goes on in them by itself; must not know requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.account import ACCOUNT_ID, REGION, Account, Call
from console.demo.services.sqs import errors, settings
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.settings import Settings

_DELETED_PAUSE = timedelta(seconds=60)


@dataclass(slots=True)
class Queues:
    """Every queue by name. ``works`` are run with the time before each request: producers, consumers, moves."""

    by_name: dict[str, Queue] = field(default_factory=dict)
    deleted_at: dict[str, datetime] = field(default_factory=dict)
    works: list[Callable[[datetime], None]] = field(default_factory=list)

    def create(self, name: str, values: Mapping[str, str], now: datetime) -> Queue:
        """Add a queue. Raises ``ServiceError`` for attributes that SQS refuses."""
        fifo = name.endswith(".fifo")
        if now - self.deleted_at.get(name, now - _DELETED_PAUSE) < _DELETED_PAUSE:
            raise errors.deleted_recently()
        if (values.get("FifoQueue") == "true") != fifo:
            raise errors.invalid("QueueName", name, "The name of a FIFO queue, and no other, ends in .fifo.")
        settings.check(values, fifo)
        self.check_redrive(values, fifo)
        self.by_name[name] = Queue(name, arn_of(name), Settings(fifo, dict(values)), now, now)
        return self.by_name[name]

    def check_redrive(self, values: Mapping[str, str], fifo: bool) -> None:
        """Raise ``ServiceError`` for a redrive policy whose target is not a queue of the same type."""
        policy = values.get("RedrivePolicy")
        target = Settings(fifo, {"RedrivePolicy": policy}).redrive() if policy else None
        if target and ((queue := self.by_arn(target[0])) is None or queue.fifo != fifo):
            raise errors.invalid("RedrivePolicy", policy, "Dead letter target does not exist or has another type.")

    def delete(self, queue: Queue, now: datetime) -> None:
        """Remove a queue. SQS takes up to a minute; here it is done at once."""
        del self.by_name[queue.name]
        queue.deleted = True
        self.deleted_at[queue.name] = now

    def by_arn(self, arn: str) -> Queue | None:
        """Return the queue of an ARN."""
        name = arn.rpartition(":")[2]
        return self.by_name.get(name) if arn == arn_of(name) else None

    def sources(self, target: Queue) -> list[Queue]:
        """Return the queues that send their dead letters to ``target``."""
        found = (queue for queue in self.by_name.values() if (queue.settings.redrive() or ("",))[0] == target.arn)
        return sorted(found, key=lambda queue: queue.name)

    def bury(self, queue: Queue, message: Message, now: datetime) -> bool:
        """Move a message that was received too often to the dead-letter queue; say whether that was so."""
        redrive = queue.settings.redrive()
        target = self.by_arn(redrive[0]) if redrive else None
        if redrive is None or target is None or message.receives_here < redrive[1]:
            return False
        queue.remove(message)
        message.source_arn, message.receives_here = queue.arn, 0
        if target.fifo:  # it starts anew there; a standard queue's message keeps its age
            message.deduplication, message.sent_at = message.id, now
        message.visible_at = message.sent_at
        target.put(message)
        return True


def arn_of(name: str) -> str:
    """Return the ARN of this account's queue ``name``."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{name}"


def url_of(queue: Queue, call: Call) -> str:
    """Return the queue's URL; it leads to where the client reached us."""
    return f"{call.endpoint}/{ACCOUNT_ID}/{queue.name}"


def current(account: Account) -> Queues:
    """Return the account's queues as they are now."""
    queues, now = account.state(Queues), account.now()
    for work in list(queues.works):
        work(now)
    return queues


def asked(call: Call) -> Queue:
    """Return the queue that the call's ``QueueUrl`` names. Raises ``ServiceError``."""
    owner, _, name = call.parameters.get("QueueUrl", "").rstrip("/").rpartition("/")
    queue = current(call.account).by_name.get(name)
    if queue is None or not owner.endswith(f"/{ACCOUNT_ID}"):
        raise errors.no_queue()
    queue.settle(call.account.now())
    return queue
