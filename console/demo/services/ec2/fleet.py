"""Owns the account's instances with their disks, addresses and groups, and how states change; knows no requests.

A state changes after a few seconds, where AWS takes up to minutes. A terminated instance is listed for an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.services.ec2 import errors

PENDING, RUNNING, SHUTTING_DOWN, TERMINATED, STOPPING, STOPPED = (
    "pending",
    "running",
    "shutting-down",
    "terminated",
    "stopping",
    "stopped",
)
CODES = {PENDING: 0, RUNNING: 16, SHUTTING_DOWN: 32, TERMINATED: 48, STOPPING: 64, STOPPED: 80}
_SETTLING = {
    PENDING: (RUNNING, timedelta(seconds=5)),
    STOPPING: (STOPPED, timedelta(seconds=6)),
    SHUTTING_DOWN: (TERMINATED, timedelta(seconds=6)),
}
_CHECKING = timedelta(seconds=25)
_LISTED = timedelta(hours=1)


@dataclass(slots=True)
class Volume:
    """One disk; attached to ``instance_id`` as ``device``, or to nothing where that is empty."""

    id: str
    zone: str
    size: int
    created_at: datetime
    instance_id: str
    device: str
    kind: str = "gp3"
    encrypted: bool = True
    deleted_with: bool = True


@dataclass(slots=True)
class Address:
    """One Elastic IP address."""

    allocation_id: str
    public_ip: str
    instance_id: str
    name: str


@dataclass(slots=True)
class SecurityGroup:
    """One security group; ``rules`` are (protocol, port, source), the source a network or a group's id."""

    id: str
    name: str
    description: str
    rules: tuple[tuple[str, int, str], ...]


@dataclass(slots=True)
class Instance:
    """One instance. ``impaired_at`` is set while its reachability check fails."""

    id: str
    tags: dict[str, str]
    type: str
    zone: str
    image: str
    private_ip: str
    launched_at: datetime
    reservation: str
    group_ids: tuple[str, ...]
    profile: str = ""
    key: str = ""
    architecture: str = "x86_64"
    public_ip: str = ""
    state: str = RUNNING
    since: datetime | None = None
    reason: str = ""
    impaired_at: datetime | None = None
    protections: set[str] = field(default_factory=set)
    volume_ids: list[str] = field(default_factory=list)

    def settle(self, now: datetime) -> None:
        """Let the state change that is due by now happen."""
        following = _SETTLING.get(self.state)
        if following and self.since and now >= self.since + following[1]:
            self.state, self.since = following[0], self.since + following[1]
            if self.state != RUNNING:
                self.public_ip = ""

    def checking(self, now: datetime) -> bool:
        """Say whether its status checks have not come to a result yet."""
        return self.since is not None and now < self.since + _CHECKING

    def start(self, now: datetime) -> None:
        """Start it. Raises ``ServiceError`` where its state does not allow that."""
        if self.state not in (STOPPED, RUNNING, PENDING):
            raise errors.wrong_state(self.id, "started")
        if self.state == STOPPED:
            self.launched_at, self.impaired_at = now, None
            self._go(PENDING, now, "")

    def check_stop(self) -> None:
        """Raise ``ServiceError`` where it cannot be stopped."""
        if self.state not in (RUNNING, STOPPED, STOPPING):
            raise errors.wrong_state(self.id, "stopped")
        if "disableApiStop" in self.protections:
            raise errors.protected(self.id, "stopped", "disableApiStop")

    def stop(self, now: datetime) -> None:
        """Stop it, after ``check_stop``."""
        if self.state == RUNNING:
            self._go(STOPPING, now, "User initiated")

    def reboot(self, now: datetime) -> None:
        """Reboot it. Its state stays; its checks start anew."""
        if self.state != RUNNING:
            raise errors.wrong_state(self.id, "rebooted")
        self.since = now

    def terminate(self, now: datetime) -> None:
        """Terminate it; nothing happens to one that is already going."""
        if self.state not in (SHUTTING_DOWN, TERMINATED):
            self._go(SHUTTING_DOWN, now, "User initiated")

    def _go(self, state: str, now: datetime, reason: str) -> None:
        self.state, self.since = state, now
        self.reason = f"{reason} ({now:%Y-%m-%d %H:%M:%S} GMT)" if reason else ""


@dataclass(slots=True)
class Fleet:
    """Everything of EC2 in the account, by id. ``works`` are run with the time before each request."""

    instances: dict[str, Instance] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    groups: dict[str, SecurityGroup] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    works: list[Callable[[datetime], None]] = field(default_factory=list)

    def settle(self, now: datetime) -> None:
        """Bring every instance up to now; drop what went long ago, and the disks that go with it."""
        for instance in list(self.instances.values()):
            instance.settle(now)
            if instance.state == TERMINATED:
                self._bury(instance, now)
        for work in self.works:
            work(now)

    def _bury(self, instance: Instance, now: datetime) -> None:
        for volume in self.disks(instance):
            if volume.deleted_with:
                del self.volumes[volume.id]
            else:
                volume.instance_id = volume.device = ""
        instance.volume_ids.clear()
        for address in self.addresses:
            if address.instance_id == instance.id:
                address.instance_id = ""
        if instance.since and now > instance.since + _LISTED:
            del self.instances[instance.id]

    def disks(self, instance: Instance) -> list[Volume]:
        """Return the disks attached to an instance."""
        return [self.volumes[identity] for identity in instance.volume_ids]

    def attach(self, volume: Volume) -> None:
        """Add a disk that is attached to one of the instances."""
        self.volumes[volume.id] = volume
        self.instances[volume.instance_id].volume_ids.append(volume.id)

    def elastic(self) -> Mapping[str, str]:
        """Return instance id → Elastic IP address."""
        return {address.instance_id: address.public_ip for address in self.addresses if address.instance_id}
