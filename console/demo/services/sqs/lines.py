"""Owns which message of a queue is received next, and what is hidden until when; must not know SQS's rules.

Messages stand in lines: a FIFO group is one, in any other queue each message is its own. A line gives nothing while a
message of it is in flight. Every step costs the logarithm of the queue's size at most.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from console.demo.services.sqs.messages import Message


class Lines:
    """The order of one queue. Both heaps may hold entries that are no longer true; they are dropped when they show."""

    def __init__(self, grouped: bool) -> None:
        self.in_flight = 0
        self.delayed = 0
        self._grouped = grouped
        self._lines: dict[str, dict[str, Message]] = {}
        self._held: Counter[str] = Counter()
        self._positions = itertools.count()
        self._offers: list[tuple[int, str]] = []
        self._returns: list[tuple[datetime, int, Message]] = []

    def add(self, message: Message) -> None:
        """Put a message at the end of its line; one whose ``visible_at`` is after its sending is delayed."""
        message.position = next(self._positions)
        message.in_flight = False
        self._lines.setdefault(self._key(message), {})[message.id] = message
        message.delayed = message.visible_at > message.sent_at
        if message.delayed:
            self.delayed += 1
            self._return(message)
        else:
            self._offer(self._key(message))

    def remove(self, message: Message) -> None:
        """Take a message out, wherever it stands."""
        key = self._key(message)
        line = self._lines[key]
        del line[message.id]
        self._reveal(message)
        if line:
            self._offer(key)
        else:
            del self._lines[key]

    def clear(self) -> None:
        """Take everything out."""
        self.in_flight = self.delayed = 0
        for part in (self._lines, self._held, self._offers, self._returns):
            part.clear()

    def settle(self, now: datetime) -> None:
        """Show again what was hidden until now or earlier."""
        while self._returns and self._returns[0][0] <= now:
            at, _, message = heapq.heappop(self._returns)
            if message.visible_at == at and message.hidden and message.id in self._lines.get(self._key(message), ()):
                self.show(message)

    def hide(self, message: Message, until: datetime) -> None:
        """Keep a received message from others until then."""
        if not message.in_flight:
            message.in_flight = True
            self.in_flight += 1
            self._held[self._key(message)] += 1
        message.visible_at = until
        self._return(message)

    def show(self, message: Message) -> None:
        """Let a message be received from now on."""
        self._reveal(message)
        self._offer(self._key(message))

    def to_the_back(self, message: Message) -> None:
        """Let every message of other lines be received before this one."""
        message.position = next(self._positions)

    def first(self, most: int, refuse: Callable[[Message], bool]) -> list[Message]:
        """Return up to ``most`` messages, as many as there are of each line; the caller hides or shows each.

        ``refuse`` says of one whether it may not be received; it has then been taken out.
        """
        found: list[Message] = []
        touched: set[str] = set()
        while self._offers and len(found) < most:
            position, key = heapq.heappop(self._offers)
            if key in touched or not self._stands(position, key):
                continue
            several = tuple(itertools.islice(self._lines[key].values(), most - len(found)))
            shown = itertools.takewhile(lambda message: not message.delayed, several)
            if taken := [message for message in shown if not refuse(message)]:
                touched.add(key)
                found += taken
        return found

    def _stands(self, position: int, key: str) -> bool:
        line = self._lines.get(key)
        return line is not None and not self._held[key] and next(iter(line.values())).position == position

    def _offer(self, key: str) -> None:
        line = self._lines.get(key)
        if not line or self._held[key]:
            return
        head = next(iter(line.values()))
        if not head.delayed:
            heapq.heappush(self._offers, (head.position, key))

    def _return(self, message: Message) -> None:
        heapq.heappush(self._returns, (message.visible_at, next(self._positions), message))

    def _reveal(self, message: Message) -> None:
        if message.in_flight:
            self.in_flight -= 1
            key = self._key(message)
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
        self.delayed -= message.delayed
        message.in_flight = message.delayed = False

    def _key(self, message: Message) -> str:
        return message.group if self._grouped else message.id
