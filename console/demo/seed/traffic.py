"""Owns what producers and consumers do to a queue while nobody looks; must not know what messages mean."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.queue import Queue

Make = Callable[[datetime], Message]
"""Returns a new message that was sent at a moment."""

_WAVE_SECONDS = 240
_MOST_STEPS = 400
"""Steps made up for at once, after a long time without a request."""


@dataclass(slots=True)
class Flow:
    """One producer and one consumer of a queue: it stays about ``depth`` deep with ``held`` messages in flight."""

    queue: Queue
    make: Make
    depth: int
    held: int
    period: timedelta
    due: datetime
    drained: float = 0
    """By how many messages a second the depth falls."""
    leased: deque[str] = field(default_factory=deque)
    level: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = float(self.depth)

    def advance(self, now: datetime) -> None:
        """Do what is due by now."""
        self.due = max(self.due, now - _MOST_STEPS * self.period)
        while self.due <= now:
            self._step(self.due)
            self.due += self.period

    def start(self, now: datetime) -> None:
        """Fill the queue as if this had gone on for long."""
        for number in range(self.depth + self.held, 0, -1):
            self.queue.put(self.make(now - number * self.period))
        for _ in range(self.held):
            self._consume(now)

    def _step(self, now: datetime) -> None:
        """The consumer is steady, so that no lease runs out; the producer makes the waves."""
        waiting = len(self.queue.messages) - len(self.leased)
        self.level = max(0.0, self.level - self.drained * self.period.total_seconds())
        wanted = self.level * (1 + 0.2 * math.sin(now.timestamp() / _WAVE_SECONDS * math.tau))
        for _ in range(2 if waiting < wanted else 1 if waiting < wanted * 1.05 + 1 else 0):
            self.queue.put(self.make(now))
        self._consume(now)
        while len(self.leased) > self.held:
            done = self.queue.messages.get(self.leased.popleft())
            if done:
                self.queue.remove(done)

    def _consume(self, now: datetime) -> None:
        """Take the first message; what somebody else holds is left alone."""
        taken = self.queue.receive(1, self.queue.settings.seconds("VisibilityTimeout"), now)
        self.leased.extend(message.id for message in taken)


@dataclass(slots=True)
class Failing:
    """What keeps arriving in a queue of which nobody takes anything: dead letters, or a consumer has stopped."""

    queue: Queue
    make: Make
    period: timedelta
    due: datetime

    def advance(self, now: datetime) -> None:
        """Add what is due by now."""
        self.due = max(self.due, now - _MOST_STEPS * self.period)
        while self.due <= now:
            self.queue.put(self.make(self.due))
            self.due += self.period


@dataclass(slots=True)
class Delayed:
    """Messages that are sent with a delay and consumed at once when it is over."""

    queue: Queue
    make: Make
    period: timedelta
    delay: timedelta
    due: datetime

    def advance(self, now: datetime) -> None:
        """Do what is due by now."""
        self.due = max(self.due, now - self.delay)
        while self.due <= now:
            message = self.make(self.due)
            message.visible_at = self.due + self.delay
            self.queue.put(message)
            self.due += self.period
        while ready := self.queue.first(now):
            self.queue.remove(ready)
