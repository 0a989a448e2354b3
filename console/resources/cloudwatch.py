"""Owns the declarations of CloudWatch's resource types; must not hold logic."""

from __future__ import annotations

from console.cloudwatch import alarms, metrics
from console.resources.fields import Mapped, Path
from console.resources.model import Column, DetailField, Kind, Link, ResourceType, Tone

_STATES = {"alarm": Tone.BAD, "ok": Tone.OK, "insufficient_data": Tone.UNKNOWN}

ALARMS = ResourceType(
    name="cloudwatch.alarms",
    title="CloudWatch alarms",
    service="cloudwatch",
    aliases=("alarms", "alarm", "cloudwatch", "cw"),
    operation="DescribeAlarms",
    items="[MetricAlarms, CompositeAlarms][]",
    fetch=alarms.fetch_alarms,
    id=Path("AlarmName"),
    arn=lambda item, _scope: str(item.get("AlarmArn", "")),
    columns=(
        Column("name", "NAME", Path("AlarmName"), 32, rank=0),
        Column("state", "STATE", Path("StateValue"), 19, Kind.STATE, _STATES, rank=0),
        Column("since", "SINCE", alarms.since, 5, Kind.TIME, rank=1),
        Column("type", "TYPE", alarms.kind, 9, rank=6),
        Column("resource", "RESOURCE", alarms.resource, 30, rank=2),
        Column("condition", "CONDITION", alarms.condition, 44, rank=3),
        Column("namespace", "NAMESPACE", alarms.namespace, 18, rank=7),
        Column("metric_name", "METRIC", alarms.metric_name, 22, rank=7),
        Column("threshold", "THRESHOLD", Path("Threshold"), 9, Kind.NUMBER, rank=8),
        Column("actions_enabled", "ACTIONS", Path("ActionsEnabled"), 7, Kind.FLAG, rank=5),
        Column("reason", "REASON", Path("StateReason"), 40, rank=9),
        Column("updated", "UPDATED", Path("StateUpdatedTimestamp"), 7, Kind.TIME, rank=9),
    ),
    describe=alarms.describe,
    calls=(("cloudwatch", "DescribeAlarmHistory"),),
    fields=(
        DetailField("Alarm", Path("alarm.AlarmName")),
        DetailField("State", Path("alarm.StateValue"), Kind.STATE, _STATES),
        DetailField("Since", Mapped("alarm", alarms.since), Kind.TIME),
        DetailField("Reason", Path("alarm.StateReason")),
        DetailField("Condition", Mapped("alarm", alarms.condition)),
        DetailField("Resource", Mapped("alarm", alarms.resource)),
        DetailField("Missing data", Path("alarm.TreatMissingData")),
        DetailField("Actions on", Path("alarm.ActionsEnabled"), Kind.FLAG),
        DetailField("In alarm", Path("alarm.AlarmActions"), Kind.LIST),
        DetailField("Suppressed by", Path("alarm.ActionsSuppressor")),
        DetailField("Description", Path("alarm.AlarmDescription")),
    ),
    links=(
        Link("Instance", "ec2.instances", alarms.linked("ec2.instances")),
        Link("Queue", "sqs.queues", alarms.linked("sqs.queues")),
        Link("Bucket", "s3.buckets", alarms.linked("s3.buckets")),
        Link("Alarms in its rule", "cloudwatch.alarms", alarms.children),
    ),
    plots=alarms.plots,
    problem=alarms.problem,
    sort="since",
)

METRICS = ResourceType(
    name="cloudwatch.metrics",
    title="CloudWatch metrics",
    service="cloudwatch",
    aliases=("metrics", "metric"),
    operation="ListMetrics",
    items="Metrics",
    fetch=metrics.fetch_metrics,
    parent="cloudwatch.namespaces",
    id=metrics.metric_id,
    arn=lambda _item, _scope: "",
    columns=(
        Column("namespace", "NAMESPACE", Path("Namespace"), 22, rank=0),
        Column("metric_name", "METRIC", Path("MetricName"), 36, rank=0),
        Column("dimensions", "DIMENSIONS", metrics.dimension_texts, 60, Kind.LIST, rank=1),
    ),
    describe=metrics.describe,
    plots=metrics.plots,
    fields=(
        DetailField("Namespace", Path("metric.Namespace")),
        DetailField("Metric", Path("metric.MetricName")),
        DetailField("Dimensions", Mapped("metric", metrics.dimension_texts), Kind.LIST),
    ),
    sort="namespace",
    period=0,
)

NAMESPACES = ResourceType(
    name="cloudwatch.namespaces",
    title="CloudWatch namespaces",
    service="cloudwatch",
    aliases=("namespaces", "namespace"),
    operation="ListMetrics",
    items="Metrics",
    fetch=metrics.fetch_namespaces,
    child="cloudwatch.metrics",
    id=Path("Namespace"),
    arn=lambda _item, _scope: "",
    columns=(
        Column("namespace", "NAMESPACE", Path("Namespace"), 40, rank=0),
        Column("metrics", "METRICS", lambda namespace: namespace["Metrics"], 9, Kind.NUMBER, rank=0),
    ),
    sort="namespace",
    period=0,
)

TYPES = (ALARMS, NAMESPACES, METRICS)
