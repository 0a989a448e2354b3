"""Owns what the worker tells of a session; must not know how it is found out or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.aws.cost import Usage
    from console.scope.model import Identity, Scope
    from console.store.poller import Problems
    from console.store.query import Query
    from console.store.rows import Delta


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


@dataclass(frozen=True, slots=True)
class ListNews:
    """What changed in a list that is watched, and what is wrong in each list that is known."""

    query: Query
    delta: Delta
    problems: Mapping[Query, Problems]
