"""Owns what is read about instances beyond the list: checks, CPU, volumes, groups. Must not know the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.cloudwatch.recent import recent_samples
from console.resources.model import Item, Metric, Missing, Reader, Tone, Value, Values
from console.resources.parts import collect, gather
from console.text.faults import AwsError, Fault

STATUS_BATCH = 100
SCALING_BATCH = 50
CPU = Metric("CPU utilisation", "AWS/EC2", "CPUUtilization", lambda id_: {"InstanceId": id_}, "Average")


async def read_checks(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield each instance's status checks; an instance that is not running has none."""
    for start in range(0, len(ids), STATUS_BATCH):
        batch = list(ids[start : start + STATUS_BATCH])
        try:
            statuses = await collect(
                reader, "ec2", "DescribeInstanceStatus", {"InstanceIds": batch}, "InstanceStatuses"
            )
        except AwsError as error:
            for instance_id in batch:
                yield instance_id, error.fault
            continue
        found = {status["InstanceId"]: checks(status) for status in statuses}
        for instance_id in batch:
            yield instance_id, {"status_checks": found.get(instance_id)}


async def read_cpu(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield each instance's CPU over the last hour and its newest value."""
    async for instance_id, samples in recent_samples(reader, CPU, ids):
        if isinstance(samples, Fault):
            yield instance_id, samples
            continue
        newest = next((value for value in reversed(samples) if value is not None), None)
        yield instance_id, {"cpu_hour": samples, "cpu": newest}


def checks(status: Item) -> str:
    """Return an instance's checks in words: ``2/2 ok``, ``1/2 failed``, ``initializing``."""
    parts = [
        status.get(name, {}).get("Status", "")
        for name in ("InstanceStatus", "SystemStatus", "AttachedEbsStatus")
        if status.get(name)
    ]
    if not parts:
        return "unknown"
    passed = parts.count("ok")
    if "impaired" in parts:
        return f"{passed}/{len(parts)} failed"
    if passed == len(parts):
        return f"{passed}/{len(parts)} ok"
    return str(next(part for part in parts if part != "ok"))


def problem(values: Values) -> Tone:
    """Return how bad an instance's row is."""
    text = values.get("status_checks")
    if isinstance(text, str) and text.endswith("failed"):
        return Tone.BAD
    return Tone.WARN if values.get("state") in ("stopping", "shutting-down", "pending") else Tone.NONE


async def describe(reader: Reader, instance_id: str, _parent: str) -> dict[str, Any]:
    """Return an instance's document. Raises ``AwsError`` when the instance itself cannot be read."""
    answer = await reader.call("ec2", "DescribeInstances", {"InstanceIds": [instance_id]})
    instance = answer["Reservations"][0]["Instances"][0]
    groups = [group["GroupId"] for group in instance.get("SecurityGroups") or ()]
    attached = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    status = {"InstanceIds": [instance_id], "IncludeAllInstances": True}
    parts = await gather(
        {
            "volumes": collect(reader, "ec2", "DescribeVolumes", {"Filters": attached}, "Volumes"),
            "security_groups": _groups(reader, groups),
            "status": collect(reader, "ec2", "DescribeInstanceStatus", status, "InstanceStatuses"),
            "auto_scaling": auto_scaling(reader, [instance_id]),
        }
    )
    return {"instance": instance, **parts}


async def auto_scaling(reader: Reader, ids: Sequence[str]) -> list[Any]:
    """Return the Auto Scaling membership of those instances that have one. Raises ``AwsError``."""
    members: list[Any] = []
    for start in range(0, len(ids), SCALING_BATCH):
        parameters = {"InstanceIds": list(ids[start : start + SCALING_BATCH])}
        answer = await reader.call("autoscaling", "DescribeAutoScalingInstances", parameters)
        members.extend(answer.get("AutoScalingInstances") or ())
    return members


async def _groups(reader: Reader, groups: list[str]) -> list[Any]:
    if not groups:
        return []
    return await collect(reader, "ec2", "DescribeSecurityGroups", {"GroupIds": groups}, "SecurityGroups")


def volume_texts(document: Item) -> Value:
    """Return the attached volumes, one text each: ``vol-… 30 GiB gp3 encrypted``."""
    volumes = document.get("volumes")
    if isinstance(volumes, Fault):
        return Missing.UNKNOWN
    return tuple(_volume(volume) for volume in volumes or ())


def _volume(volume: Item) -> str:
    sealed = "encrypted" if volume.get("Encrypted") else "not encrypted"
    return f"{volume['VolumeId']} {volume.get('Size', '?')} GiB {volume.get('VolumeType', '')} {sealed}"


def group_texts(document: Item) -> Value:
    """Return the security groups with what they let in: ``web-sg in 443 from sg-…``."""
    groups = document.get("security_groups")
    if isinstance(groups, Fault):
        named = (document.get("instance") or {}).get("SecurityGroups") or ()
        return tuple(f"{group.get('GroupName', '')} {group['GroupId']} (rules not readable)" for group in named)
    return tuple(_group(group) for group in groups or ())


def _group(group: Item) -> str:
    rules = [_rule(rule) for rule in group.get("IpPermissions") or ()]
    return f"{group.get('GroupName', '')} in {', '.join(rules) if rules else 'nothing'}"


def _rule(rule: Item) -> str:
    low, high = rule.get("FromPort"), rule.get("ToPort")
    ports = "all" if low in (None, -1) else str(low) if low == high else f"{low}-{high}"
    protocol = str(rule.get("IpProtocol", ""))
    ports = ports if protocol in ("", "-1", "tcp") else f"{protocol} {ports}"
    sources = [source.get("CidrIp") for source in rule.get("IpRanges") or ()]
    sources += [source.get("CidrIpv6") for source in rule.get("Ipv6Ranges") or ()]
    sources += [source.get("GroupId") for source in rule.get("UserIdGroupPairs") or ()]
    sources += [source.get("PrefixListId") for source in rule.get("PrefixListIds") or ()]
    return f"{ports} from {'/'.join(str(source) for source in sources) or 'nobody'}"


def group_member(document: Item) -> Value:
    """Return the Auto Scaling group an instance is in, None without one."""
    members = document.get("auto_scaling")
    if isinstance(members, Fault):
        return Missing.UNKNOWN
    return members[0].get("AutoScalingGroupName") if members else None
