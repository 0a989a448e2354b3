"""Owns one queue: what it holds and who sees it when; must not know other queues or requests.

As SQS: leases, receive counts, delays, retention, FIFO groups, deduplication, limits in flight. Unlike SQS: counts are
exact, a short poll looks at everything, and a standard queue keeps its order.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.services.sqs import errors
from console.demo.services.sqs.lines import Lines
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.settings import Settings

_DEDUPLICATION = timedelta(minutes=5)
PURGE_PAUSE = timedelta(seconds=60)
LONGEST_LEASE = 43_200
MOST_IN_FLIGHT = 120_000
_RECEIVES_TO_THE_BACK = 3
"""A standard queue moves a message to its end when it has been received so often."""
_sequence = itertools.count(18_870_000_000_000_000_000, 256)
_ages = itertools.count()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a receive with a ``ReceiveRequestAttemptId`` gave: (message, handle)."""

    at: datetime
    given: tuple[tuple[Message, str], ...]


@dataclass(slots=True)
class Queue:
    """A queue. ``messages`` is by id; only ``put``, ``remove`` and ``purge`` may change it."""

    name: str
    arn: str
    settings: Settings
    created_at: datetime
    modified_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    purged_at: datetime | None = None
    purging_until: datetime | None = None
    deleted: bool = False
    recent: dict[tuple[str, str], Message] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    lines: Lines = field(init=False)
    ages: list[tuple[datetime, int, Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = Lines(self.fifo)

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""
        return self.name.endswith(".fifo")

    @property
    def full(self) -> bool:
        """Whether so much is in flight that nothing more is given out."""
        return self.lines.in_flight >= MOST_IN_FLIGHT

    def settle(self, now: datetime) -> None:
        """End leases and delays that ran out, end a slow purge, and drop what is older than the retention."""
        if self.purging_until and self.purging_until <= now:
            self._empty()
        oldest = now - timedelta(seconds=self.settings.seconds("MessageRetentionPeriod"))
        while self.ages and self.ages[0][0] < oldest:
            _, _, message = heapq.heappop(self.ages)
            if self.messages.get(message.id) is message:
                self.remove(message)
        self.lines.settle(now)

    def counts(self, now: datetime) -> tuple[int, int, int]:
        """Return how many messages are visible, in flight and delayed."""
        self.settle(now)
        in_flight, delayed = self.lines.in_flight, self.lines.delayed
        return len(self.messages) - in_flight - delayed, in_flight, delayed

    def put(self, message: Message) -> Message:
        """Add a message; return the earlier one instead if this is its duplicate."""
        if self.fifo:
            self._forget(message.sent_at)
            scope = message.group if self.settings.values["DeduplicationScope"] == "messageGroup" else ""
            earlier = self.recent.get((scope, message.deduplication))
            if earlier:
                return earlier
            message.sequence = str(next(_sequence))
            self.recent[scope, message.deduplication] = message
        self.messages[message.id] = message
        heapq.heappush(self.ages, (message.sent_at, next(_ages), message))
        self.lines.add(message)
        return message

    def _forget(self, now: datetime) -> None:
        """Forget what was sent too long ago to have a duplicate; the oldest come first."""
        while self.recent:
            key, earlier = next(iter(self.recent.items()))
            if now - earlier.sent_at < _DEDUPLICATION:
                return
            del self.recent[key]

    def remove(self, message: Message) -> None:
        """Take a message of this queue out."""
        del self.messages[message.id]
        self.lines.remove(message)

    def first(self, now: datetime) -> Message | None:
        """Return the message that would be received next, None if there is none, and leave it as it is."""
        self.settle(now)
        for message in (found := self.lines.first(1, lambda _: False)):
            self.lines.show(message)
        return found[0] if found else None

    def receive(
        self, most: int, seconds: int, now: datetime, refuse: Callable[[Message], bool] = lambda _: False,
        attempt: str = "",
    ) -> list[Message]:  # fmt: skip
        """Lease up to ``most`` messages for so long. ``refuse`` says of one whether it was taken out instead.

        The same ``attempt`` within five minutes gives the same messages under the same handles, for so long from now,
        if nothing was done to them.
        """
        self.settle(now)
        if attempt and (given := self._given(attempt, now)):
            for message in given:
                self._hide(message, seconds, now)
            return given
        found = self.lines.first(min(most, MOST_IN_FLIGHT - self.lines.in_flight), refuse)
        for message in found:
            self.lease(message, seconds, now)
        if attempt:
            self.attempts[attempt] = Attempt(now, tuple((message, message.handle) for message in found))
        return found

    def _given(self, attempt: str, now: datetime) -> list[Message]:
        earlier = self.attempts.get(attempt)
        if earlier is None or now - earlier.at >= _DEDUPLICATION:
            return []
        untouched = all(
            self.messages.get(message.id) is message and message.in_flight and message.handle == handle
            and not message.changed for message, handle in earlier.given
        )  # fmt: skip
        return [message for message, _ in earlier.given] if untouched else []

    def lease(self, message: Message, seconds: int, now: datetime) -> None:
        """Hide a message for a receiver and give it a new receipt handle."""
        message.receives += 1
        message.receives_here += 1
        if message.receives >= _RECEIVES_TO_THE_BACK and not self.fifo:
            self.lines.to_the_back(message)
        message.first_received_at = message.first_received_at or now
        message.received_at = now
        message.changed = False
        secret = f"{self.name}|{message.id}|{uuid.uuid4()}"
        message.handle = base64.b64encode(secret.encode()).decode()
        self._hide(message, seconds, now)

    def _hide(self, message: Message, seconds: int, now: datetime) -> None:
        if seconds:
            self.lines.hide(message, now + timedelta(seconds=seconds))
        else:
            message.visible_at = now
            self.lines.show(message)

    def held(self, handle: str) -> Message | None:
        """Return the message of a handle, None when it is gone or was received again. Raises for other texts."""
        message = self._named(handle)
        return message if message and message.handle == handle else None

    def _named(self, handle: str) -> Message | None:
        try:
            name, identity, _ = base64.b64decode(handle, validate=True).decode().split("|")
        except ValueError as error:
            raise errors.bad_handle(handle) from error
        if name != self.name:
            raise errors.bad_handle(handle)
        return self.messages.get(identity)

    def delete(self, handle: str, now: datetime) -> None:
        """Delete the message of a handle; one that is gone counts as deleted, and an old handle does nothing.

        A FIFO queue refuses a handle whose lease has ended.
        """
        self.settle(now)
        message = self._named(handle)
        if message is None:
            return
        newest = message.handle == handle
        if self.fifo and not (newest and message.in_flight):
            raise errors.stale_handle(handle, "The receipt handle has expired.")
        if newest:
            self.remove(message)

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
        message.changed = True
        self._hide(message, seconds, now)

    def purge(self, now: datetime, slowly: bool = False) -> None:
        """Drop everything, leased messages too: at once, or ``slowly``, with what arrives in the minute that it takes.

        SQS may do either.
        """
        if self.purged_at and now - self.purged_at < PURGE_PAUSE:
            raise errors.purging(self.name)
        self.purged_at = now
        if slowly:
            self.purging_until = now + PURGE_PAUSE
        else:
            self._empty()

    def _empty(self) -> None:
        self.purging_until = None
        self.messages.clear()
        self.lines.clear()
