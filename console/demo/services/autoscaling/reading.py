"""Owns Auto Scaling's operations, all of which read."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Account, Call, Operations
from console.demo.services.autoscaling.groups import Group, Groups
from console.demo.services.ec2 import documents
from console.demo.services.ec2.fleet import PENDING, RUNNING, Instance
from console.demo.services.ec2.listing import filtered, tag_values
from console.demo.services.ec2.reading import fleet_of
from console.demo.wire.messages import ServiceError

_MOST_IDS = 50
_PAGES = {"groups": (50, 100), "instances": (50, 50)}


def _member(group: Group, instance: Instance) -> dict[str, Any]:
    healthy = instance.state in (PENDING, RUNNING) and not instance.impaired_at
    template = {"LaunchTemplateId": f"lt-{group.template}", "LaunchTemplateName": group.name, "Version": "17"}
    standby = instance.id in group.standby
    state = "Standby" if standby else "Pending" if instance.state == PENDING else "InService"
    return {
        "InstanceId": instance.id,
        "InstanceType": instance.type,
        "AvailabilityZone": instance.zone,
        "LifecycleState": state,
        "HealthStatus": "Healthy" if healthy or standby else "Unhealthy",
        "LaunchTemplate": template,
        "ProtectedFromScaleIn": False,
    }


def _describe_instances(call: Call) -> dict[str, Any]:
    ids = call.parameters.get("InstanceIds") or []
    if len(ids) > _MOST_IDS:
        text = f"The number of instance ids that may be passed in is limited to {_MOST_IDS}"
        raise ServiceError("ValidationError", text)
    fleet = fleet_of(call.account)
    found = [
        _member(group, instance) | {"AutoScalingGroupName": group.name, "HealthStatus": health}
        for group in call.account.state(Groups).by_name.values()
        for instance in group.present(fleet)
        if not ids or instance.id in ids
        for health in [_member(group, instance)["HealthStatus"].upper()]
    ]
    return _page(call, "AutoScalingInstances", found, "instances")


def _describe_groups(call: Call) -> dict[str, Any]:
    names = call.parameters.get("AutoScalingGroupNames") or ()
    groups = (group for group in call.account.state(Groups).by_name.values() if not names or group.name in names)
    values = {"tag": lambda group: tag_values(group.tags), "tag-key": lambda group: group.tags}
    found = filtered(groups, call.parameters.get("Filters"), values)
    return _page(call, "AutoScalingGroups", [_group(group, call.account) for group in found], "groups")


def _group(group: Group, account: Account) -> dict[str, Any]:
    members = group.present(fleet_of(account))
    zones = sorted({instance.zone for instance in members})
    tags = [
        {
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": True,
            "ResourceId": group.name,
            "ResourceType": "auto-scaling-group",
        }
        for key, value in group.tags.items()
    ]
    suspended = [{"ProcessName": name, "SuspensionReason": why} for name, why in group.suspended.items()]
    return {
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": f"arn:aws:autoscaling:{REGION}:{ACCOUNT_ID}:autoScalingGroup:{group.template}:"
        f"autoScalingGroupName/{group.name}",
        "MinSize": group.smallest,
        "MaxSize": group.largest,
        "DesiredCapacity": group.desired,
        "DefaultCooldown": 300,
        "AvailabilityZones": zones,
        "TargetGroupARNs": list(group.target_groups),
        "HealthCheckType": group.health,
        "HealthCheckGracePeriod": 120,
        "Instances": [_member(group, instance) for instance in members],
        "CreatedTime": group.created_at,
        "SuspendedProcesses": suspended,
        "VPCZoneIdentifier": ",".join(documents.SUBNETS.get(zone, "") for zone in zones),
        "Tags": tags,
        "TerminationPolicies": ["Default"],
        "NewInstancesProtectedFromScaleIn": False,
    }


def _page(call: Call, member: str, things: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    usual, most = _PAGES[kind]
    count = call.parameters.get("MaxRecords", usual)
    if not 1 <= count <= most:
        raise ServiceError("ValidationError", f"MaxRecords must be between 1 and {most}")
    try:
        start = int(base64.b64decode(call.parameters.get("NextToken") or "MA==", validate=True))
    except ValueError as error:
        raise ServiceError("InvalidNextToken", "The NextToken value is not valid.") from error
    answer: dict[str, Any] = {member: things[start : start + count]}
    if start + count < len(things):
        answer["NextToken"] = base64.b64encode(str(start + count).encode()).decode()
    return answer


OPERATIONS: Operations = {
    "DescribeAutoScalingInstances": _describe_instances,
    "DescribeAutoScalingGroups": _describe_groups,
}
