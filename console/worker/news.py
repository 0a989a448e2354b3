"""Owns what the worker tells of a session; must not know how it is found out or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.aws.cost import Usage
    from console.scope.model import Identity, Scope
    from console.sqs.findings import Finding
    from console.sqs.groups import Group
    from console.sqs.health import Health
    from console.store.delta import Delta, Problems
    from console.store.query import Query
    from console.text.faults import Fault
    from console.workbench.lease import Unreleased


@dataclass(frozen=True, slots=True)
class Door:
    """What is known of a session from its beginning."""

    scope: Scope
    operator: str
    """Who the audit log says is at the keyboard."""
    profiles: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What changes by itself: who we are, whether writes may leave, what it has cost."""

    identity: Identity
    unlocked_for: float
    """Seconds from now that writes stay allowed; 0 while read-only."""
    writes_forbidden: bool
    usage: Usage
    held: bool = False
    """Whether a job that was confirmed goes on writing, also once the session is read-only again."""
    slowed: Mapping[str, int] = field(default_factory=dict)
    """Service → how many times slower it is asked, because AWS refused calls for coming too fast."""

    def at_rest(self) -> Standing:
        """Return how things stand once no call is made any more."""
        return replace(self, usage=replace(self.usage, per_minute=0))


@dataclass(frozen=True, slots=True)
class ListNews:
    """What changed in a list that is watched, and what is wrong in each list that is known."""

    query: Query
    delta: Delta
    problems: Mapping[Query, Problems]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One held message as a list shows it. Times are seconds since the epoch; the id is raw, all else is clean."""

    id: str
    group: str
    """The id of the signature that it is grouped by."""
    sent_at: float | None
    receives: int
    size: int
    """Bytes of body and attributes."""
    preview: str
    """The beginning of the body in one line."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is held of the queue that is open. Everything is clean, save ids and the URL."""

    queue: str
    """The URL."""
    groups: tuple[Group, ...]
    """The largest first; without what was deleted or given back."""
    received: int
    """Messages received since all were given back last, each counted once."""
    held: int
    """Messages that are hidden from their consumers now."""
    known: int | None
    """About how many there are in all; None where SQS did not say."""
    taking: bool
    faults: tuple[Fault, ...]
    """What went wrong in the last receiving."""
    spoilt: int
    """Messages that are not shown, because they did not arrive as they were sent."""
    unreleased: tuple[Unreleased, ...]
    """What could not be given back; an empty id stands for what a receive without an answer may have taken."""
    over: str
    """Why nothing is held any longer; empty while it is."""
    grouped_by: str
    """Empty for the signature."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue that is open is, and what is wrong with it, the worst first."""

    health: Health
    findings: tuple[Finding, ...]
