"""Owns what an alarm's description says in an operator's words; must not know the screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.resources.model import Item, Plot, Reader, SeriesQuery, Tone, Value, Values
from console.resources.parts import gather
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import duration, number

_SIGNS = {
    "GreaterThanOrEqualToThreshold": "≥",
    "GreaterThanThreshold": ">",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside",
    "LessThanLowerThreshold": "below",
    "GreaterThanUpperThreshold": "above",
}
_RULE_NAME = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*+(?:"([^"]++)"|'([^']++)'|([^)"']++))\s*+\)""")

_RESOURCES = {
    "InstanceId": "ec2.instances",
    "QueueName": "sqs.queues",
    "BucketName": "s3.buckets",
}
"""Which dimension names a resource of which type."""


async def fetch_alarms(reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield metric and composite alarms page by page; both kinds must be asked for by name."""
    parameters = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
    async for page in reader.pages("cloudwatch", "DescribeAlarms", parameters):
        yield list(page.get("MetricAlarms") or ()) + list(page.get("CompositeAlarms") or ())


def kind(alarm: Item) -> str:
    """Return ``metric`` or ``composite``."""
    return "composite" if "AlarmRule" in alarm else "metric"


def since(alarm: Item) -> Any:
    """Return when the alarm last changed state; older answers lack the transition and give the update."""
    return alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")


def condition(alarm: Item) -> str:
    """Return what sets the alarm off: ``CPUUtilization Average > 80 for 3 of 3 x 5m``."""
    if "AlarmRule" in alarm:
        return str(alarm["AlarmRule"])
    sign = _SIGNS.get(alarm.get("ComparisonOperator", ""), alarm.get("ComparisonOperator", ""))
    limit = alarm.get("Threshold")
    bound = number(limit) if limit is not None else "its band"
    total = alarm.get("EvaluationPeriods") or 1
    needed = alarm.get("DatapointsToAlarm") or total
    statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or ""
    what = " ".join(part for part in (metric_name(alarm), statistic) if part)
    every = duration(alarm["Period"]) if alarm.get("Period") else "1 period"
    return f"{what} {sign} {bound} for {needed} of {total} × {every}"


def metric_name(alarm: Item) -> str:
    """Return the metric's name, or the expression of a metric-math alarm."""
    if alarm.get("MetricName"):
        return str(alarm["MetricName"])
    queries = alarm.get("Metrics") or ()
    expression = next((query["Expression"] for query in queries if query.get("Expression")), "")
    return str(expression or ("" if not queries else "metric math"))


def namespace(alarm: Item) -> Value:
    """Return the namespace of the alarm's metric, None where it has several or none."""
    if alarm.get("Namespace"):
        return str(alarm["Namespace"])
    stats = [query.get("MetricStat", {}).get("Metric", {}) for query in alarm.get("Metrics") or ()]
    found = {metric["Namespace"] for metric in stats if metric.get("Namespace")}
    return found.pop() if len(found) == 1 else None


def resource(alarm: Item) -> Value:
    """Return the resource the alarm watches, as its dimensions name it."""
    texts = [f"{part['Name']}={part['Value']}" for part in alarm.get("Dimensions") or ()]
    return " ".join(texts) or None


def linked(type_name: str) -> Any:
    """Return the finder of the resources of ``type_name`` among an alarm document's dimensions."""

    def find(document: Item) -> Sequence[str]:
        dimensions = (document.get("alarm") or {}).get("Dimensions") or ()
        return [part["Value"] for part in dimensions if _RESOURCES.get(part["Name"]) == type_name]

    return find


def children(document: Item) -> Sequence[str]:
    """Return the names of the alarms in a composite alarm's rule."""
    rule = (document.get("alarm") or {}).get("AlarmRule") or ""
    return [next(part for part in match if part).strip() for match in _RULE_NAME.findall(rule)]


def problem(values: Values) -> Tone:
    """Return how bad an alarm's row is."""
    tones = {"ALARM": Tone.BAD, "INSUFFICIENT_DATA": Tone.UNKNOWN}
    return tones.get(str(values.get("state")), Tone.NONE)


def plots(document: Item) -> list[Plot]:
    """Return the chart of an alarm's document: its metric against its threshold, nothing for metric math."""
    alarm = document["alarm"]
    if not alarm.get("MetricName"):
        return []
    dimensions = tuple((part["Name"], part["Value"]) for part in alarm.get("Dimensions") or ())
    statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Average"
    query = SeriesQuery(alarm["Namespace"], alarm["MetricName"], dimensions, statistic)
    return [Plot(clean(alarm["MetricName"]), query, threshold=alarm.get("Threshold"))]


async def describe(reader: Reader, name: str, _parent: str) -> dict[str, Any]:
    """Return an alarm's document: the alarm of either kind, and its last changes. Raises ``AwsError``."""
    types = ["MetricAlarm", "CompositeAlarm"]
    answer = await reader.call("cloudwatch", "DescribeAlarms", {"AlarmNames": [name], "AlarmTypes": types})
    found = list(answer.get("MetricAlarms") or ()) + list(answer.get("CompositeAlarms") or ())
    if not found:
        raise AwsError(Fault(FaultKind.NOT_FOUND, f"The alarm {clean(name)} was not found", ""))
    wanted = {"AlarmName": name, "AlarmTypes": types, "MaxRecords": 20}
    parts = await gather({"history": _history(reader, wanted)})
    return {"alarm": found[0], **parts}


async def _history(reader: Reader, parameters: dict[str, Any]) -> list[Any]:
    answer = await reader.call("cloudwatch", "DescribeAlarmHistory", parameters)
    return list(answer.get("AlarmHistoryItems") or ())
