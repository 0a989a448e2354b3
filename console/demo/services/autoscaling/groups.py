"""Owns Auto Scaling's groups and who is in them; must not know requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from console.demo.services.ec2.fleet import SHUTTING_DOWN, TERMINATED, Fleet, Instance

REPLACE = "ReplaceUnhealthy"


@dataclass(slots=True)
class Group:
    """One Auto Scaling group. ``standby`` are members that it leaves alone; ``suspended`` are process → why."""

    name: str
    smallest: int
    largest: int
    desired: int
    created_at: datetime
    members: list[str]
    tags: dict[str, str]
    template: str
    health: str = "EC2"
    target_groups: tuple[str, ...] = ()
    standby: set[str] = field(default_factory=set)
    suspended: dict[str, str] = field(default_factory=dict)

    def present(self, fleet: Fleet) -> list[Instance]:
        """Return the members that are not on their way out."""
        found = (fleet.instances[identity] for identity in self.members if identity in fleet.instances)
        return [instance for instance in found if instance.state not in (SHUTTING_DOWN, TERMINATED)]


@dataclass(slots=True)
class Groups:
    """Every group by name."""

    by_name: dict[str, Group] = field(default_factory=dict)
