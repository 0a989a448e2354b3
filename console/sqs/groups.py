"""Owns the count of messages by signature; keeps ids and numbers, no bodies. Must not know what makes a signature."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.sqs.message import Message
from console.sqs.signature import Key, Signature, signature_of
from console.text.clean import clean


@dataclass(frozen=True, slots=True)
class Group:
    """The messages of one signature. Times are seconds since the epoch, None where no message told its own."""

    signature: Signature
    count: int
    first_sent: float | None
    last_sent: float | None
    receives_min: int
    receives_max: int
    ids: tuple[str, ...]
    """In the order in which they were added; exact, not clean."""
    share: float
    """Of all messages, 0 to 1."""


class Groups:
    """Counts messages into groups."""

    def __init__(self, by: Key | None = None) -> None:
        self._by = by
        self._tallies: dict[str, _Tally] = {}
        self._homes: dict[str, _Tally] = {}

    def add(self, message: Message) -> Signature:
        """Count ``message`` and return its signature; one that comes twice is counted once."""
        signature = signature_of(message, self._by)
        tally = self._homes.get(message.id) or self._tallies.setdefault(signature.id, _Tally(signature))
        self._homes[message.id] = tally
        tally.add(message)
        return tally.signature

    def groups(self) -> tuple[Group, ...]:
        """Return the groups, the largest first."""
        total = len(self._homes)
        found = [tally.group(total) for tally in self._tallies.values()]
        return tuple(sorted(found, key=lambda one: (-one.count, one.signature.title, one.signature.id)))

    def find(self, signature_id: str) -> Group:
        """Return the group of an id or the start of one. Raises ``LookupError`` for none and for several."""
        start = signature_id.strip().lower()
        found = [tally for name, tally in self._tallies.items() if start and name.startswith(start)]
        if not found:
            raise LookupError(f"no group starts with {clean(signature_id, 40) or 'nothing'}")
        if len(found) > 1:
            raise LookupError(f"{len(found)} groups start with {clean(signature_id, 40)}: give more of the id")
        return found[0].group(len(self._homes))


@dataclass(slots=True)
class _Tally:
    signature: Signature
    ids: dict[str, None] = field(default_factory=dict)
    sent: tuple[float, float] | None = None
    receives: tuple[int, int] | None = None

    def add(self, message: Message) -> None:
        self.ids[message.id] = None
        sent, receives = message.sent_at, message.receives
        if sent is not None:
            first, last = self.sent or (sent, sent)
            self.sent = min(first, sent), max(last, sent)
        least, most = self.receives or (receives, receives)
        self.receives = min(least, receives), max(most, receives)

    def group(self, total: int) -> Group:
        first, last = self.sent or (None, None)
        least, most = self.receives or (0, 0)
        return Group(
            self.signature, len(self.ids), first, last, least, most, tuple(self.ids), len(self.ids) / max(total, 1)
        )
