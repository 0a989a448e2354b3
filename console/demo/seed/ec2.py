"""Owns the shop's machines: web tier, order workers, bastion, and as many more as were asked for; knows no requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from console.demo.account import Account
from console.demo.seed import hostile, story
from console.demo.services.ec2.documents import SUBNETS
from console.demo.services.ec2.fleet import STOPPED, Address, Fleet, Instance, SecurityGroup, Volume

_ZONES = tuple(SUBNETS)
_GROUPS = {
    "balancer": SecurityGroup(
        "sg-0e51b7c2a9d40f361", "alb-eu1", "The shop's load balancer", (("tcp", 443, "0.0.0.0/0"),)
    ),
    "web": SecurityGroup("sg-0a86d13f5c7e29b04", "web-eu1", "Web tier", (("tcp", 8443, "sg-0e51b7c2a9d40f361"),)),
    "worker": SecurityGroup("sg-0d24f8b6e1a35c790", "orders-worker-eu1", "Order workers", ()),
    "bastion": SecurityGroup("sg-07c9e3a5d1f68b240", "bastion-eu1", "Jump host", (("tcp", 22, "203.0.113.0/24"),)),
    "batch": SecurityGroup("sg-0f3b1d9c7e5a82460", "batch-eu1", "Batch fleet", ()),
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What machines of one kind have in common; ``ages`` are in days, machine by machine, over and over."""

    group: str
    type: str
    image: str
    profile: str
    ages: tuple[int, ...]
    disk: int
    architecture: str = "x86_64"
    key: str = ""


_WEB = _Kind(
    "web", "m6i.large", "ami-0c2f4e1a7b93d5860", story.WEB_ROLE, (41, 41, 41, 9, 41, 41, 41, 41, 41, 9, 3, 3), 30
)
_WORKER = _Kind("worker", "c7g.xlarge", "ami-0d8b61c3f2e5a9740", story.WORKER_ROLE, (2,), 50, "arm64")
_BASTION = _Kind("bastion", "t4g.micro", "ami-0d8b61c3f2e5a9740", "bastion", (143,), 16, "arm64", "oncall-2026")
_BATCH = _Kind("batch", "c6i.2xlarge", "ami-0c2f4e1a7b93d5860", "batch", (30, 30, 12, 1), 40)
_PER_RESERVATION = 5


def seed(account: Account) -> None:
    """Fill the account's fleet, unless that was done."""
    fleet, now = account.state(Fleet), account.started
    if fleet.instances:
        return
    fleet.groups = {group.id: group for group in _GROUPS.values()}
    for number, name in enumerate(story.WEB):
        _add(fleet, name, story.instance_id(name), _WEB, number, now)
    for number, name in enumerate(story.WORKERS):
        _add(fleet, name, story.instance_id(name), _WORKER, number, now)
    _add(fleet, story.BASTION, story.instance_id(story.BASTION), _BASTION, 0, now)
    _break(fleet, now)
    for number, name in enumerate(_more(account)):
        _add(fleet, name, f"i-0f{number:015x}", _BATCH, number, now)


def _more(account: Account) -> Iterator[str]:
    if account.hostile:
        yield from hostile.XML
    for number in range(max(0, account.scale - len(account.state(Fleet).instances))):
        yield f"batch-eu1-{number + 1:05d}"


def _add(fleet: Fleet, name: str, identity: str, kind: _Kind, number: int, now: datetime) -> None:
    random = Random(identity)
    launched = now - timedelta(
        days=kind.ages[number % len(kind.ages)], hours=number % 20, seconds=random.randint(0, 3600)
    )
    zone = _ZONES[number % len(_ZONES)]
    reservation = f"r-0{Random(f'{kind.group}{number // _PER_RESERVATION}').getrandbits(64):016x}"
    group = _GROUPS[kind.group]
    tags = {"Name": name, "environment": "production", "service": kind.group, "managed-by": "terraform"}
    if kind in (_WEB, _WORKER):
        tags["aws:autoscaling:groupName"] = story.WEB_GROUP if kind is _WEB else story.WORKER_GROUP
    fleet.instances[identity] = Instance(
        identity, tags, kind.type, zone, kind.image, _private_ip(kind, number), launched, reservation, (group.id,),
        kind.profile, kind.key, kind.architecture,
    )  # fmt: skip
    root = Volume(f"vol-0{random.getrandbits(64):016x}", zone, kind.disk, launched, identity, "/dev/xvda")
    fleet.attach(root)


def _private_ip(kind: _Kind, number: int) -> str:
    network = {"web": 10, "worker": 20, "bastion": 5, "batch": 64}[kind.group]
    return f"10.20.{network + number % len(_ZONES) + number // 600 * 3}.{10 + number // len(_ZONES) % 200}"


def _break(fleet: Fleet, now: datetime) -> None:
    """Bring in the incident, and what is special about single machines."""
    failing = fleet.instances[story.instance_id(story.FAILING)]
    failing.impaired_at = now - story.INCIDENT_AGE + timedelta(minutes=4)
    stopped = fleet.instances[story.instance_id(story.STOPPED)]
    stopped.state, stopped.since = STOPPED, now - story.STOPPED_AGE
    stopped.reason = f"User initiated ({stopped.since:%Y-%m-%d %H:%M:%S} GMT)"
    bastion = fleet.instances[story.instance_id(story.BASTION)]
    bastion.protections = {"disableApiTermination"}
    fleet.addresses.append(Address("eipalloc-0b7d4f2a91c36e580", "198.51.100.24", bastion.id, story.BASTION))
    for number, name in enumerate(story.WORKERS):
        worker = fleet.instances[story.instance_id(name)]
        data = Volume(
            f"vol-0d{number:015x}", worker.zone, 200, worker.launched_at, worker.id, "/dev/sdf", deleted_with=False
        )
        fleet.attach(data)
