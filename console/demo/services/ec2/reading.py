"""Owns EC2's operations that read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from console.demo.account import ACCOUNT_ID, Account, Call, Operations
from console.demo.services.ec2 import documents, errors
from console.demo.services.ec2.fleet import CODES, RUNNING, Address, Fleet, Instance, SecurityGroup, Volume
from console.demo.services.ec2.listing import Values, filtered, page, tag_values

_ID = re.compile(r"[a-z]+-([0-9a-f]{8}|[0-9a-f]{17})")
_ENABLED = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
_NOT_OPTED_IN = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")

_INSTANCE: Values[Instance] = {
    "instance-state-name": lambda found: [found.state],
    "instance-state-code": lambda found: [str(CODES[found.state])],
    "instance-id": lambda found: [found.id],
    "instance-type": lambda found: [found.type],
    "availability-zone": lambda found: [found.zone],
    "image-id": lambda found: [found.image],
    "private-ip-address": lambda found: [found.private_ip],
    "ip-address": lambda found: [found.public_ip],
    "vpc-id": lambda _: [documents.VPC],
    "subnet-id": lambda found: [documents.SUBNETS.get(found.zone, "")],
    "key-name": lambda found: [found.key],
    "instance.group-id": lambda found: found.group_ids,
    "iam-instance-profile.arn": lambda found: [f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/{found.profile}"],
    "tag": lambda found: tag_values(found.tags),
    "tag-key": lambda found: found.tags,
}
_VOLUME: Values[Volume] = {
    "volume-id": lambda found: [found.id],
    "attachment.instance-id": lambda found: [found.instance_id],
    "attachment.device": lambda found: [found.device],
    "availability-zone": lambda found: [found.zone],
    "status": lambda found: ["in-use" if found.instance_id else "available"],
    "volume-type": lambda found: [found.kind],
}
_GROUP: Values[SecurityGroup] = {
    "group-id": lambda found: [found.id],
    "group-name": lambda found: [found.name],
    "vpc-id": lambda _: [documents.VPC],
}
_ADDRESS: Values[Address] = {
    "allocation-id": lambda found: [found.allocation_id],
    "public-ip": lambda found: [found.public_ip],
    "instance-id": lambda found: [found.instance_id],
}


def fleet_of(account: Account) -> Fleet:
    """Return the account's fleet as it is now."""
    fleet = account.state(Fleet)
    fleet.settle(account.now())
    return fleet


def named(fleet: Fleet, ids: Sequence[str]) -> list[Instance]:
    """Return the instances with these ids. Raises ``ServiceError`` for any that is not one."""
    for identity in ids:
        if not (identity.startswith("i-") and _ID.fullmatch(identity)):
            raise errors.malformed("InstanceID", identity)
    if unknown := [identity for identity in ids if identity not in fleet.instances]:
        raise errors.not_found("InstanceID", "instance ID", unknown)
    return [fleet.instances[identity] for identity in dict.fromkeys(ids)]


def _asked(call: Call, fleet: Fleet) -> list[Instance]:
    ids = call.parameters.get("InstanceIds")
    return named(fleet, ids) if ids else list(fleet.instances.values())


def _with_token(answer: dict[str, Any], token: str | None) -> dict[str, Any]:
    return answer | ({"NextToken": token} if token else {})


def _describe_instances(call: Call) -> dict[str, Any]:
    fleet = fleet_of(call.account)
    wanted = filtered(_asked(call, fleet), call.parameters.get("Filters"), _INSTANCE)
    found, token = page(wanted, call.parameters, lambda instance: instance.id)
    reservations = [
        {
            "ReservationId": reservation,
            "OwnerId": ACCOUNT_ID,
            "Groups": [],
            "Instances": [documents.instance(fleet, instance) for instance in members],
        }
        for reservation, members in groupby(found, lambda instance: instance.reservation)
    ]
    return _with_token({"Reservations": reservations}, token)


def _describe_status(call: Call) -> dict[str, Any]:
    fleet, now = fleet_of(call.account), call.account.now()
    everything = call.parameters.get("IncludeAllInstances", False)
    wanted = [found for found in _asked(call, fleet) if everything or found.state == RUNNING]
    values: Values[Instance] = {
        **_INSTANCE,
        "instance-status.status": lambda found: [documents.status(found, now)["InstanceStatus"]["Status"]],
        "system-status.status": lambda found: [documents.status(found, now)["SystemStatus"]["Status"]],
    }
    wanted = filtered(wanted, call.parameters.get("Filters"), values)
    found, token = page(wanted, call.parameters, lambda instance: instance.id)
    return _with_token({"InstanceStatuses": [documents.status(instance, now) for instance in found]}, token)


def _describe_volumes(call: Call) -> dict[str, Any]:
    fleet = fleet_of(call.account)
    ids = call.parameters.get("VolumeIds") or ()
    if unknown := [identity for identity in ids if identity not in fleet.volumes]:
        raise errors.not_found("Volume", "volume", unknown)
    wanted = [fleet.volumes[identity] for identity in ids] or list(fleet.volumes.values())
    wanted = filtered(wanted, call.parameters.get("Filters"), _VOLUME)
    found, token = page(wanted, call.parameters, lambda volume: volume.id)
    return _with_token({"Volumes": [documents.volume(volume) for volume in found]}, token)


def _describe_groups(call: Call) -> dict[str, Any]:
    groups = fleet_of(call.account).groups
    ids, names = call.parameters.get("GroupIds") or (), call.parameters.get("GroupNames") or ()
    if unknown := [identity for identity in ids if identity not in groups]:
        raise errors.not_found("Group", "security group", unknown)
    chosen = (found for found in groups.values() if not (ids or names) or found.id in ids or found.name in names)
    wanted = filtered(chosen, call.parameters.get("Filters"), _GROUP)
    found, token = page(wanted, call.parameters, lambda group: group.id)
    return _with_token({"SecurityGroups": [documents.security_group(group) for group in found]}, token)


def _describe_addresses(call: Call) -> dict[str, Any]:
    fleet = fleet_of(call.account)
    ids, public = call.parameters.get("AllocationIds") or (), call.parameters.get("PublicIps") or ()
    chosen = [
        found
        for found in fleet.addresses
        if not (ids or public) or found.allocation_id in ids or found.public_ip in public
    ]
    if ids and not chosen:
        raise errors.not_found("AllocationID", "allocation ID", ids)
    wanted = filtered(chosen, call.parameters.get("Filters"), _ADDRESS)
    return {"Addresses": [documents.address(found, fleet) for found in wanted]}


def _describe_regions(call: Call) -> dict[str, Any]:
    names = (*_ENABLED, *_NOT_OPTED_IN) if call.parameters.get("AllRegions") else _ENABLED
    wanted = call.parameters.get("RegionNames") or names
    if unknown := [name for name in wanted if name not in (*_ENABLED, *_NOT_OPTED_IN)]:
        raise errors.invalid(f"Invalid region names: {', '.join(unknown)}")
    return {"Regions": [_region(name) for name in names if name in wanted]}


def _region(name: str) -> dict[str, str]:
    opted = "not-opted-in" if name in _NOT_OPTED_IN else "opt-in-not-required"
    return {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": opted}


def _describe_attribute(call: Call) -> dict[str, Any]:
    fleet = fleet_of(call.account)
    (found,) = named(fleet, [call.parameters["InstanceId"]])
    attribute = call.parameters["Attribute"]
    whole = documents.instance(fleet, found)
    groups = [{"GroupId": identity} for identity in found.group_ids]
    answers: dict[str, dict[str, Any]] = {
        "instanceType": {"InstanceType": {"Value": found.type}},
        "disableApiTermination": {"DisableApiTermination": {"Value": "disableApiTermination" in found.protections}},
        "disableApiStop": {"DisableApiStop": {"Value": "disableApiStop" in found.protections}},
        "instanceInitiatedShutdownBehavior": {"InstanceInitiatedShutdownBehavior": {"Value": "stop"}},
        "rootDeviceName": {"RootDeviceName": {"Value": "/dev/xvda"}},
        "blockDeviceMapping": {"BlockDeviceMappings": whole.get("BlockDeviceMappings", [])},
        "sourceDestCheck": {"SourceDestCheck": {"Value": True}},
        "groupSet": {"Groups": groups},
        "ebsOptimized": {"EbsOptimized": {"Value": True}},
        "enaSupport": {"EnaSupport": {"Value": True}},
        "enclaveOptions": {"EnclaveOptions": {"Enabled": False}},
        "productCodes": {"ProductCodes": []},
    }
    empty = ("kernel", "ramdisk", "userData", "sriovNetSupport")
    if attribute not in answers and attribute not in empty:
        raise errors.invalid(f"Value ({attribute}) for parameter attribute is invalid. Unknown attribute.")
    return {"InstanceId": found.id, **answers.get(attribute, {})}


OPERATIONS: Operations = {
    "DescribeInstances": _describe_instances,
    "DescribeInstanceStatus": _describe_status,
    "DescribeVolumes": _describe_volumes,
    "DescribeSecurityGroups": _describe_groups,
    "DescribeAddresses": _describe_addresses,
    "DescribeRegions": _describe_regions,
    "DescribeInstanceAttribute": _describe_attribute,
}
