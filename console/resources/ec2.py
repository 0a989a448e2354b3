"""Owns the declarations of EC2's resource types; must not hold logic."""

from __future__ import annotations

from collections.abc import Callable

from console.ec2 import facts, instances
from console.resources.fields import Mapped, Path, Pending, Tag, name_of_arn, tag_texts
from console.resources.model import (
    Action,
    Column,
    DetailField,
    Enrichment,
    Kind,
    Link,
    Metric,
    ResourceType,
    Risk,
    Tone,
    Values,
)

_STATES = {
    "running": Tone.OK,
    "pending": Tone.WARN,
    "stopping": Tone.WARN,
    "shutting-down": Tone.WARN,
    "stopped": Tone.DIM,
    "terminated": Tone.DIM,
}
_CHECKS = {
    **dict.fromkeys(("2/2 ok", "3/3 ok"), Tone.OK),
    **dict.fromkeys(("0/2 failed", "1/2 failed", "0/3 failed", "1/3 failed", "2/3 failed"), Tone.BAD),
    "initializing": Tone.WARN,
}


def _only(*states: str) -> Callable[[Values], str]:
    def refuse(values: Values) -> str:
        state = values.get("state")
        return "" if state in states else f"it is {state}"

    return refuse


def _metric(title: str, name: str, statistic: str = "Average", kind: Kind = Kind.NUMBER) -> Metric:
    return Metric(title, "AWS/EC2", name, lambda id_: {"InstanceId": id_}, statistic, kind)


INSTANCES = ResourceType(
    name="ec2.instances",
    title="EC2 instances",
    service="ec2",
    aliases=("ec2", "instances", "instance", "i"),
    operation="DescribeInstances",
    items="Reservations[].Instances[]",
    parameters={"MaxResults": 1000},
    id=Path("InstanceId"),
    arn=lambda item, scope: scope.arn("ec2", f"instance/{item['InstanceId']}"),
    columns=(
        Column("name", "NAME", Tag("Name"), 24, rank=0),
        Column("instance_id", "ID", Path("InstanceId"), 19, Kind.ID, rank=5),
        Column("state", "STATE", Path("State.Name"), 14, Kind.STATE, _STATES, rank=0),
        Column("instance_type", "TYPE", Path("InstanceType"), 12, rank=3),
        Column("availability_zone", "ZONE", Path("Placement.AvailabilityZone"), 11, rank=6),
        Column("private_ip_address", "PRIVATE IP", Path("PrivateIpAddress"), 15, rank=2, steady=True),
        Column("public_ip_address", "PUBLIC IP", Path("PublicIpAddress"), 15, rank=7, steady=True),
        Column("launch_time", "AGE", Path("LaunchTime"), 4, Kind.TIME, rank=3),
        Column("cpu_hour", "CPU 1H", Pending(), 12, Kind.SPARK, full=100.0, rank=2),
        Column("cpu", "CPU", Pending(), 4, Kind.PERCENT, rank=1),
        Column("status_checks", "CHECKS", Pending(), 12, Kind.STATE, _CHECKS, rank=1),
        Column("vpc_id", "VPC", Path("VpcId"), 21, Kind.ID, rank=8),
        Column("subnet_id", "SUBNET", Path("SubnetId"), 24, Kind.ID, rank=9),
        Column("image_id", "IMAGE", Path("ImageId"), 21, Kind.ID, rank=9),
    ),
    enrich=(
        Enrichment(
            ("status_checks",), instances.read_checks, 15, (("ec2", "DescribeInstanceStatus"),), rest=60
        ),
        Enrichment(("cpu_hour", "cpu"), instances.read_cpu, 60, (("cloudwatch", "GetMetricData"),)),
    ),
    describe=instances.describe,
    calls=(
        ("ec2", "DescribeVolumes"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeInstanceStatus"),
        ("autoscaling", "DescribeAutoScalingInstances"),
    ),
    fields=(
        DetailField("Instance", Path("instance.InstanceId"), Kind.ID),
        DetailField("Name", Mapped("instance", Tag("Name"))),
        DetailField("State", Path("instance.State.Name"), Kind.STATE, _STATES),
        DetailField("Why", Path("instance.StateTransitionReason")),
        DetailField("Type", Path("instance.InstanceType")),
        DetailField("Auto Scaling", instances.group_member),
        DetailField("Role", Mapped("instance.IamInstanceProfile.Arn", name_of_arn)),
        DetailField("Zone", Path("instance.Placement.AvailabilityZone")),
        DetailField("Private IP", Path("instance.PrivateIpAddress")),
        DetailField("Public IP", Path("instance.PublicIpAddress")),
        DetailField("Subnet", Path("instance.SubnetId"), Kind.ID),
        DetailField("Security", instances.group_texts, Kind.LIST),
        DetailField("Volumes", instances.volume_texts, Kind.LIST),
        DetailField("Launched", Path("instance.LaunchTime"), Kind.TIME),
        DetailField("Image", Path("instance.ImageId"), Kind.ID),
        DetailField("Key", Path("instance.KeyName")),
        DetailField("Tags", Mapped("instance.Tags", tag_texts), Kind.LIST),
    ),
    links=(
        Link(
            "Role",
            "iam.roles",
            lambda document: [
                name_of_arn(((document.get("instance") or {}).get("IamInstanceProfile") or {}).get("Arn", ""))
            ],
        ),
        Link(
            "Alarms", "cloudwatch.alarms", lambda document: [document["instance"]["InstanceId"]], search=True
        ),
    ),
    metrics=(
        _metric("CPU utilisation", "CPUUtilization", kind=Kind.PERCENT),
        _metric("Failed status checks", "StatusCheckFailed", "Maximum"),
        _metric("Network in", "NetworkIn", "Sum", Kind.SIZE),
        _metric("Network out", "NetworkOut", "Sum", Kind.SIZE),
        _metric("CPU credits left", "CPUCreditBalance", "Minimum"),
    ),
    actions=(
        Action(
            "start", "Start", "StartInstances", lambda ids: {"InstanceIds": list(ids)}, Risk.WRITE,
            refuse=_only("stopped"), batch=100, effect="The instance boots and is charged again.",
        ),
        Action(
            "stop", "Stop", "StopInstances", lambda ids: {"InstanceIds": list(ids)}, Risk.WRITE,
            facts.stop_facts, facts.CALLS, _only("running", "pending"), 100,
            "The instance shuts down; its EBS volumes and private address stay.",
        ),
        Action(
            "reboot", "Reboot", "RebootInstances", lambda ids: {"InstanceIds": list(ids)}, Risk.WRITE,
            facts.reboot_facts, facts.CALLS, _only("running"), 100,
            "The operating system restarts; addresses and volumes stay.",
        ),
        Action(
            "terminate", "Terminate", "TerminateInstances", lambda ids: {"InstanceIds": list(ids)}, Risk.DESTROY,
            facts.terminate_facts, facts.CALLS, _only("running", "stopped", "pending", "stopping"), 100,
            "The instance is deleted for ever, with every volume marked to go with it.",
        ),
    ),
    problem=instances.problem,
    sort="name",
)  # fmt: skip

TYPES = (INSTANCES,)
