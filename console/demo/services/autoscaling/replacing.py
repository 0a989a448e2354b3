"""Owns what Auto Scaling does by itself: it terminates a member that left ``running`` and launches another one.

AWS notices within a minute or so; here it takes ten seconds. Nothing is scaled, and no check of a load balancer counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.demo.services.autoscaling.groups import REPLACE, Group
from console.demo.services.ec2.fleet import PENDING, RUNNING, Fleet, Instance, Volume

_NOTICED_AFTER = timedelta(seconds=10)


@dataclass(slots=True)
class Replacing:
    """The work of one group. ``register`` is told (old id, new id) where a member was replaced."""

    group: Group
    fleet: Fleet
    register: Callable[[str, str], None]
    missing: dict[str, datetime] = field(default_factory=dict)

    def advance(self, now: datetime) -> None:
        """Replace the members that have been missing for long enough by now."""
        if REPLACE in self.group.suspended:
            return
        for identity in [one for one in self.group.members if one not in self.group.standby]:
            instance = self.fleet.instances.get(identity)
            if instance and instance.state in (PENDING, RUNNING):
                self.missing.pop(identity, None)
            elif now - self.missing.setdefault(identity, now) >= _NOTICED_AFTER:
                self._replace(identity, instance, now)

    def _replace(self, identity: str, old: Instance | None, now: datetime) -> None:
        del self.missing[identity]
        self.group.members.remove(identity)
        if old is None:
            return
        old.terminate(now)
        new = _successor(old, now)
        self.fleet.instances[new.id] = new
        for disk in self.fleet.disks(old):
            fresh = Volume(f"vol-0{_digest(disk.id, now)}", disk.zone, disk.size, now, new.id, disk.device)
            self.fleet.attach(fresh)
        self.group.members.append(new.id)
        self.register(identity, new.id)


def _successor(old: Instance, now: datetime) -> Instance:
    network, _, _ = old.private_ip.rpartition(".")
    digest = _digest(old.id, now)
    return replace(
        old,
        id=f"i-0{digest}",
        tags=dict(old.tags),
        private_ip=f"{network}.{210 + int(digest[:2], 16) % 40}",
        public_ip="",
        launched_at=now,
        reservation=f"r-0{digest[::-1]}",
        state=PENDING,
        since=now,
        reason="",
        impaired_at=None,
        protections=set(),
        volume_ids=[],
    )


def _digest(text: str, now: datetime) -> str:
    return hashlib.sha256(f"{text}{now}".encode()).hexdigest()[:16]
