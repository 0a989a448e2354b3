"""Owns Elastic Load Balancing's target groups; a target's health follows from its instance. Nothing is balanced."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from console.demo.account import Call, Operations
from console.demo.services.ec2 import documents
from console.demo.services.ec2.fleet import PENDING, RUNNING, Fleet
from console.demo.services.ec2.reading import fleet_of
from console.demo.wire.messages import ServiceError

_MOST = 400


@dataclass(slots=True)
class TargetGroup:
    """One target group and the instances registered in it."""

    arn: str
    name: str
    protocol: str
    port: int
    path: str
    load_balancer: str
    targets: list[str]


@dataclass(slots=True)
class TargetGroups:
    """Every target group by ARN."""

    by_arn: dict[str, TargetGroup] = field(default_factory=dict)

    def register(self, old: str, new: str) -> None:
        """Put instance ``new`` in the place of ``old`` wherever that is a target."""
        for group in self.by_arn.values():
            group.targets = [new if target == old else target for target in group.targets]


def _describe_groups(call: Call) -> dict[str, Any]:
    arns, names = call.parameters.get("TargetGroupArns") or (), call.parameters.get("Names") or ()
    balancer = call.parameters.get("LoadBalancerArn")
    groups = call.account.state(TargetGroups).by_arn.values()
    known = {group.arn for group in groups} | {group.name for group in groups}
    if any(name not in known for name in (*arns, *names)):
        raise ServiceError("TargetGroupNotFound", "One or more target groups not found")
    wanted = [
        group
        for group in groups
        if (not arns or group.arn in arns)
        and (not names or group.name in names)
        and (not balancer or group.load_balancer == balancer)
    ]
    return _page(call, [_group(group) for group in wanted])


def _page(call: Call, groups: list[dict[str, Any]]) -> dict[str, Any]:
    count = call.parameters.get("PageSize", _MOST)
    if not 1 <= count <= _MOST:
        raise ServiceError("ValidationError", f"Page size must be between 1 and {_MOST}")
    try:
        start = int(base64.b64decode(call.parameters.get("Marker") or "MA==", validate=True))
    except ValueError as error:
        raise ServiceError("ValidationError", "The marker is not valid") from error
    answer: dict[str, Any] = {"TargetGroups": groups[start : start + count]}
    if start + count < len(groups):
        answer["NextMarker"] = base64.b64encode(str(start + count).encode()).decode()
    return answer


def _group(group: TargetGroup) -> dict[str, Any]:
    return {
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "Protocol": group.protocol,
        "Port": group.port,
        "VpcId": documents.VPC,
        "HealthCheckProtocol": group.protocol,
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 15,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 3,
        "UnhealthyThresholdCount": 2,
        "HealthCheckPath": group.path,
        "Matcher": {"HttpCode": "200"},
        "LoadBalancerArns": [group.load_balancer] if group.load_balancer else [],
        "TargetType": "instance",
        "ProtocolVersion": "HTTP1",
        "IpAddressType": "ipv4",
    }


def _describe_health(call: Call) -> dict[str, Any]:
    group = call.account.state(TargetGroups).by_arn.get(call.parameters["TargetGroupArn"])
    if group is None:
        raise ServiceError("TargetGroupNotFound", "One or more target groups not found")
    fleet = fleet_of(call.account)
    asked = [target["Id"] for target in call.parameters.get("Targets") or ()]
    if any(identity not in group.targets for identity in asked):
        raise ServiceError("InvalidTarget", "One or more targets is not registered with the target group")
    return {
        "TargetHealthDescriptions": [
            {
                "Target": {"Id": identity, "Port": group.port},
                "HealthCheckPort": str(group.port),
                "TargetHealth": _health(fleet, identity),
            }
            for identity in group.targets
            if (not asked or identity in asked) and identity in fleet.instances
        ]
    }


def _health(fleet: Fleet, identity: str) -> dict[str, str]:
    instance = fleet.instances[identity]
    if instance.state == PENDING:
        return _unwell("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
    if instance.state != RUNNING:
        return _unwell("unused", "Target.InvalidState", f"Target is in the {instance.state} state")
    if instance.impaired_at:
        return _unwell("unhealthy", "Target.Timeout", "Request timed out")
    return {"State": "healthy"}


def _unwell(state: str, reason: str, description: str) -> dict[str, str]:
    return {"State": state, "Reason": reason, "Description": description}


OPERATIONS: Operations = {"DescribeTargetGroups": _describe_groups, "DescribeTargetHealth": _describe_health}
