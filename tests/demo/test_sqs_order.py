"""The demo's queues against a slow and simple account of the same rules, over many random histories."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.settings import Settings
from console.demo.wire.messages import ServiceError

START = datetime(2026, 11, 21, tzinfo=UTC)
RETENTION = 600
STEPS = 400


@dataclass(slots=True)
class Card:
    """One message in the simple account."""

    name: str
    group: str
    sent: datetime
    hidden_until: datetime
    held: bool = False
    receives: int = 0


@dataclass(slots=True)
class Simple:
    """Looks at every message at every step."""

    fifo: bool
    cards: list[Card] = field(default_factory=list)

    def settle(self, now: datetime) -> None:
        """End what has run out."""
        self.cards = [card for card in self.cards if card.sent >= now - timedelta(seconds=RETENTION)]
        for card in self.cards:
            card.held = card.held and card.hidden_until > now

    def receive(self, most: int, seconds: int, now: datetime) -> list[str]:
        """Return the names of what a receive gives."""
        held = {card.group for card in self.cards if card.held} if self.fifo else set()
        if self.fifo:
            groups = dict.fromkeys(card.group for card in self.cards if card.group not in held)
            lines = [[card for card in self.cards if card.group == group] for group in groups]
            ready = [
                card for line in lines for card in itertools.takewhile(lambda card: card.hidden_until <= now, line)
            ]
        else:
            ready = [card for card in self.cards if card.hidden_until <= now]
        for card in ready[:most]:
            card.receives += 1
            card.hidden_until, card.held = now + timedelta(seconds=seconds), seconds > 0
            if card.receives >= 3 and not self.fifo:
                self.cards.remove(card)
                self.cards.append(card)
        return [card.name for card in ready[:most]]

    def counts(self, now: datetime) -> tuple[int, int, int]:
        """Return (visible, in flight, delayed)."""
        held = sum(card.held for card in self.cards)
        hidden = sum(card.hidden_until > now for card in self.cards)
        return len(self.cards) - hidden, held, hidden - held


class History:
    """Does the same to both and compares after each step."""

    def __init__(self, fifo: bool, seed: int) -> None:
        self.random = Random(seed)
        values = {"MessageRetentionPeriod": str(RETENTION)}
        self.queue = Queue("q.fifo" if fifo else "q", "arn:q", Settings(fifo, values), START, START)
        self.simple = Simple(fifo)
        self.now = START
        self.handles: dict[str, str] = {}
        self.numbers = itertools.count()

    def step(self) -> str:
        """Do one thing and return what it was."""
        work = self.random.choice((self.put, self.put, self.receive, self.receive, self.delete, self.extend, self.wait))
        work()
        self.simple.settle(self.now)
        assert self.queue.counts(self.now) == self.simple.counts(self.now)
        assert set(self.queue.messages) == {card.name for card in self.simple.cards}
        return work.__name__

    def put(self) -> None:
        """Send one message, now and then delayed."""
        name, group = str(next(self.numbers)), self.random.choice("abc")
        delayed = not self.queue.fifo and not self.random.randrange(4)
        until = self.now + timedelta(seconds=self.random.randrange(1, 40) * delayed)
        message = Message(name, self.now, until, "", group=group, deduplication=name, id=name)
        self.queue.put(message)
        self.simple.cards.append(Card(name, group, self.now, until))

    def receive(self) -> None:
        """Receive some, now and then without holding them."""
        most, seconds = self.random.randint(1, 10), self.random.choice((0, 5, 20, 60))
        messages = self.queue.receive(most, seconds, self.now)
        assert [message.id for message in messages] == self.simple.receive(most, seconds, self.now)
        self.handles |= {message.id: message.handle for message in messages}

    def delete(self) -> None:
        """Delete something that was received; in a FIFO queue it must be held."""
        card = self._some()
        if card is None:
            return
        if self.queue.fifo and not card.held:
            with pytest.raises(ServiceError):
                self.queue.delete(self.handles[card.name], self.now)
            return
        self.queue.delete(self.handles[card.name], self.now)
        self.simple.cards.remove(card)

    def extend(self) -> None:
        """Hold something for another time, or give it back."""
        card, seconds = self._some(), self.random.choice((0, 0, 10, 50))
        if card is None:
            return
        if not card.held:
            with pytest.raises(ServiceError):
                self.queue.extend(self.handles[card.name], seconds, self.now)
            return
        self.queue.extend(self.handles[card.name], seconds, self.now)
        card.hidden_until, card.held = self.now + timedelta(seconds=seconds), seconds > 0

    def wait(self) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=self.random.choice((1, 3, 15, 45)))
        self.simple.settle(self.now)

    def _some(self) -> Card | None:
        found = [card for card in self.simple.cards if card.name in self.handles]
        return self.random.choice(found) if found else None


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
@pytest.mark.parametrize("seed", range(15))
def test_both_tell_the_same(fifo: bool, seed: int) -> None:
    history = History(fifo, seed)
    done = {history.step() for _ in range(STEPS)}
    assert done == {"put", "receive", "delete", "extend", "wait"}
    assert len(history.handles) > 20
