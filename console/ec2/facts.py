"""Owns the blast radius of stopping, rebooting or terminating instances; must not know the dialog."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.ec2.instances import auto_scaling
from console.resources.model import Fact, Item, Reader, Tone
from console.resources.parts import attempt, collect
from console.text.clean import clean
from console.text.faults import Fault
from console.text.format import plural

SHOWN = 3
"""Names listed in one fact before "and n more"."""

CALLS = (
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeInstanceAttribute"),
    ("ec2", "DescribeAddresses"),
    ("autoscaling", "DescribeAutoScalingInstances"),
    ("elbv2", "DescribeTargetGroups"),
    ("elbv2", "DescribeTargetHealth"),
)


async def stop_facts(reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
    """Yield what stopping these instances touches."""
    instances = await attempt(_instances(reader, ids))
    readings = (
        scaling_facts(reader, ids),
        target_facts(reader, ids, instances),
        address_facts(reader, instances),
        protection_facts(reader, ids, "disableApiStop", "DisableApiStop", "Stop protection"),
    )
    for facts in await asyncio.gather(*readings):
        for fact in facts:
            yield fact
    yield _storage(instances)
    for fact in _spot(instances):
        yield fact


async def terminate_facts(reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
    """Yield what terminating these instances touches."""
    instances = await attempt(_instances(reader, ids))
    protection = ("disableApiTermination", "DisableApiTermination", "Termination protection")
    readings = (
        scaling_facts(reader, ids),
        target_facts(reader, ids, instances),
        protection_facts(reader, ids, *protection),
    )
    for facts in await asyncio.gather(*readings):
        for fact in facts:
            yield fact
    yield _volumes(instances)


async def reboot_facts(reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
    """Yield what rebooting these instances touches."""
    for fact in await target_facts(reader, ids, await attempt(_instances(reader, ids))):
        yield fact


async def scaling_facts(reader: Reader, ids: Sequence[str]) -> list[Fact]:
    """Return what Auto Scaling will do about it."""
    members = await attempt(auto_scaling(reader, ids))
    title = "Auto Scaling"
    if isinstance(members, Fault):
        return [unreadable(title, members)]
    standing_by = {_group_of(member) for member in members if member.get("LifecycleState") == "Standby"}
    watched = {_group_of(member) for member in members if member.get("LifecycleState") != "Standby"}
    facts = [Fact(title, f"{group} will terminate and replace what leaves it", Tone.BAD) for group in sorted(watched)]
    facts += [Fact(title, f"in standby in {group}, which leaves it alone") for group in sorted(standing_by)]
    return facts or [Fact(title, "in no group")]


def _group_of(member: Item) -> str:
    return clean(member.get("AutoScalingGroupName"))


async def target_facts(reader: Reader, ids: Sequence[str], instances: Any) -> list[Fact]:
    """Return the healthy targets left in every target group that these instances serve, by id or by address."""
    title = "Load balancing"
    groups = await attempt(collect(reader, "elbv2", "DescribeTargetGroups", {}, "TargetGroups"))
    for unread in (groups, instances):
        if isinstance(unread, Fault):
            return [unreadable(title, unread)]
    leaving = {*ids, *(instance.get("PrivateIpAddress") for instance in instances)}
    answers = await asyncio.gather(*(attempt(_health(reader, group)) for group in groups))
    facts = [_targets(group, health, leaving) for group, health in zip(groups, answers, strict=True)]
    return [fact for fact in facts if fact] or [Fact(title, "in no target group")]


async def _health(reader: Reader, group: Item) -> list[Any]:
    parameters = {"TargetGroupArn": group["TargetGroupArn"]}
    answer = await reader.call("elbv2", "DescribeTargetHealth", parameters)
    return list(answer.get("TargetHealthDescriptions") or ())


def _targets(group: Item, health: Any, leaving: set[str | None]) -> Fact | None:
    name = clean(group.get("TargetGroupName"))
    if isinstance(health, Fault):
        return Fact("Load balancing", f"{name}: {health.why}", Tone.UNKNOWN)
    if not any(target["Target"]["Id"] in leaving for target in health):
        return None
    healthy = [target for target in health if target.get("TargetHealth", {}).get("State") == "healthy"]
    left = sum(1 for target in healthy if target["Target"]["Id"] not in leaving)
    failing = len(health) - len(healthy)
    text = f"{name}: {plural(left, 'healthy target')} left of {len(health)}"
    if failing:
        text += f" ({failing} not healthy now)"
    return Fact("Load balancing", text, Tone.WARN if left else Tone.BAD)


async def address_facts(reader: Reader, instances: Any) -> list[Fact]:
    """Return the public addresses that a stop gives up."""
    title = "Public address"
    if isinstance(instances, Fault):
        return [unreadable(title, instances)]
    public = [instance["PublicIpAddress"] for instance in instances if instance.get("PublicIpAddress")]
    if not public:
        return [Fact(title, "none")]
    elastic = await attempt(reader.call("ec2", "DescribeAddresses", {}))
    if isinstance(elastic, Fault):
        return [unreadable(title, elastic)]
    kept = {address.get("PublicIp") for address in elastic.get("Addresses") or ()}
    lost = [address for address in public if address not in kept]
    if not lost:
        return [Fact(title, "kept (Elastic IP)")]
    return [Fact(title, f"{_listed(lost)} will change (no Elastic IP)", Tone.WARN)]


async def protection_facts(reader: Reader, ids: Sequence[str], attribute: str, member: str, title: str) -> list[Fact]:
    """Return whether an attribute will make AWS refuse the call."""
    answers = await asyncio.gather(*(attempt(_attribute(reader, id_, attribute)) for id_ in ids))
    unread = [answer for answer in answers if isinstance(answer, Fault)]
    if unread:
        return [unreadable(title, unread[0])]
    pairs = zip(ids, answers, strict=True)
    guarded = [instance_id for instance_id, answer in pairs if (answer.get(member) or {}).get("Value")]
    if guarded:
        return [Fact(title, f"on for {_listed(guarded)}: AWS will refuse", Tone.BAD)]
    return [Fact(title, "off")]


async def _attribute(reader: Reader, instance_id: str, attribute: str) -> dict[str, Any]:
    parameters = {"InstanceId": instance_id, "Attribute": attribute}
    return await reader.call("ec2", "DescribeInstanceAttribute", parameters)


async def _instances(reader: Reader, ids: Sequence[str]) -> list[Any]:
    parameters = {"InstanceIds": list(ids)}
    reservations = await collect(reader, "ec2", "DescribeInstances", parameters, "Reservations")
    return [instance for reservation in reservations for instance in reservation.get("Instances") or ()]


def _volumes(instances: Any) -> Fact:
    title = "Volumes"
    if isinstance(instances, Fault):
        return unreadable(title, instances)
    disks = [disk.get("Ebs", {}) for instance in instances for disk in instance.get("BlockDeviceMappings") or ()]
    deleted = sum(1 for disk in disks if disk.get("DeleteOnTermination"))
    return Fact(title, f"{len(disks) - deleted} kept · {deleted} deleted", Tone.WARN if deleted else Tone.NONE)


def _storage(instances: Any) -> Fact:
    title = "Instance store"
    if isinstance(instances, Fault):
        return unreadable(title, instances)
    rooted = [i["InstanceId"] for i in instances if i.get("RootDeviceType") == "instance-store"]
    if rooted:
        return Fact(title, f"{_listed(rooted)}: cannot be stopped, its root disk would be lost", Tone.BAD)
    return Fact(title, "data on instance-store disks, if there are any, is lost")


def _spot(instances: Any) -> list[Fact]:
    if isinstance(instances, Fault):
        return []  # the facts before it have said so
    rented = [i["InstanceId"] for i in instances if i.get("InstanceLifecycle") == "spot"]
    text = f"{_listed(rented)}: AWS refuses to stop one of a one-time request, and may not start it again"
    return [Fact("Spot", text, Tone.WARN)] if rented else []


def unreadable(title: str, fault: Fault) -> Fact:
    """Return the fact that says that nothing is known, and why."""
    return Fact(title, f"not readable: {fault.what} {fault.kind.value}", Tone.UNKNOWN)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(clean(name) for name in names[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
