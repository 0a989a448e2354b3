"""Owns one queue: what it holds and who sees it when; must not know other queues or requests.

As SQS: leases, receive counts, delays, retention, FIFO groups and deduplication. Unlike SQS: counts are exact, a short
poll looks at everything, and a standard queue keeps its order.
"""

from __future__ import annotations

import base64
import itertools
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.services.sqs import errors
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.settings import Settings

_DEDUPLICATION = timedelta(minutes=5)
PURGE_PAUSE = timedelta(seconds=60)
LONGEST_LEASE = 43_200
_RECEIVES_TO_THE_BACK = 3
"""A standard queue moves a message to its end when it has been received so often."""
_sequence = itertools.count(18_870_000_000_000_000_000, 256)


@dataclass(slots=True)
class Queue:
    """A queue. ``messages`` is in order of arrival."""

    name: str
    arn: str
    settings: Settings
    created_at: datetime
    modified_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    purged_at: datetime | None = None
    recent: dict[tuple[str, str], Message] = field(default_factory=dict)

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""
        return self.name.endswith(".fifo")

    def settle(self, now: datetime) -> None:
        """End leases that ran out, and drop what is older than the retention."""
        oldest = now - timedelta(seconds=self.settings.seconds("MessageRetentionPeriod"))
        for message in [m for m in self.messages.values() if m.sent_at < oldest]:
            del self.messages[message.id]
        for message in self.messages.values():
            if message.in_flight and message.visible_at <= now:
                message.in_flight = False

    def counts(self, now: datetime) -> tuple[int, int, int]:
        """Return how many messages are visible, in flight and delayed."""
        self.settle(now)
        in_flight = sum(message.in_flight for message in self.messages.values())
        hidden = sum(message.visible_at > now for message in self.messages.values())
        return len(self.messages) - hidden, in_flight, hidden - in_flight

    def put(self, message: Message) -> Message:
        """Add a message; return the earlier one instead if this is its duplicate."""
        if not self.fifo:
            self.messages[message.id] = message
            return message
        self._forget(message.sent_at)
        scope = message.group if self.settings.values["DeduplicationScope"] == "messageGroup" else ""
        earlier = self.recent.get((scope, message.deduplication))
        if earlier:
            return earlier
        message.sequence = str(next(_sequence))
        self.recent[scope, message.deduplication] = self.messages[message.id] = message
        return message

    def _forget(self, now: datetime) -> None:
        """Forget what was sent too long ago to have a duplicate."""
        for key in [key for key, earlier in self.recent.items() if now - earlier.sent_at >= _DEDUPLICATION]:
            del self.recent[key]

    def ready(self, now: datetime, most: int) -> list[Message]:
        """Return up to ``most`` messages that a receive may take now; a held message holds its group."""
        self.settle(now)
        blocked = {m.group for m in self.messages.values() if m.visible_at > now} if self.fifo else set()
        visible = (m for m in self.messages.values() if m.visible_at <= now and m.group not in blocked)
        return list(itertools.islice(visible, most))

    def lease(self, message: Message, seconds: int, now: datetime) -> None:
        """Hide a message for a receiver and give it a new receipt handle."""
        message.receives += 1
        if message.receives >= _RECEIVES_TO_THE_BACK and not self.fifo:
            self.messages[message.id] = self.messages.pop(message.id)
        message.first_received_at = message.first_received_at or now
        message.received_at = now
        message.visible_at = now + timedelta(seconds=seconds)
        message.in_flight = seconds > 0
        secret = f"{self.name}|{message.id}|{uuid.uuid4()}"
        message.handle = base64.b64encode(secret.encode()).decode()

    def held(self, handle: str) -> Message | None:
        """Return the message of a handle, None when it is gone or was received again. Raises for other texts."""
        try:
            name, identity, _ = base64.b64decode(handle, validate=True).decode().split("|")
        except ValueError as error:
            raise errors.bad_handle(handle) from error
        if name != self.name:
            raise errors.bad_handle(handle)
        message = self.messages.get(identity)
        return message if message and message.handle == handle else None

    def delete(self, handle: str, now: datetime) -> None:
        """Delete the message of a handle; one that is gone or held by somebody else counts as deleted."""
        self.settle(now)
        message = self.held(handle)
        if message is None:
            return
        if self.fifo and not message.in_flight:
            raise errors.stale_handle(handle, "The receipt handle has expired.")
        del self.messages[message.id]

    def extend(self, handle: str, seconds: int, now: datetime) -> None:
        """Hide the message of a handle for so long from now; 0 gives it back."""
        self.settle(now)
        message = self.held(handle)
        if message is None:
            reason = "Message does not exist or is not available for visibility timeout change."
            raise errors.stale_handle(handle, reason)
        if not message.in_flight or message.received_at is None:
            raise errors.not_in_flight()
        until = now + timedelta(seconds=seconds)
        if until - message.received_at > timedelta(seconds=LONGEST_LEASE):
            reason = f"Total VisibilityTimeout for the message is beyond the limit [{LONGEST_LEASE} seconds]"
            raise errors.invalid("VisibilityTimeout", seconds, reason)
        message.visible_at = until
        message.in_flight = seconds > 0

    def purge(self, now: datetime) -> None:
        """Drop everything, leased messages too. SQS takes up to a minute; here it is done at once."""
        if self.purged_at and now - self.purged_at < PURGE_PAUSE:
            raise errors.purging(self.name)
        self.purged_at = now
        self.messages.clear()
