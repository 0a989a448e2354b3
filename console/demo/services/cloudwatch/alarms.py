"""Owns CloudWatch's operations on alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.demo.account import Call, Operations
from console.demo.services.cloudwatch import errors
from console.demo.services.cloudwatch.alarm import COMPOSITE, METRIC, STATES, Alarm, Alarms, arn_of
from console.demo.services.cloudwatch.evaluation import evaluate
from console.demo.services.cloudwatch.metrics import Metric
from console.demo.wire.messages import ServiceError

_PAGE, _MOST, _MOST_NAMES = 50, 100, 100
_OPERATORS = (
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold",
)  # fmt: skip
_SETTINGS = (
    "AlarmName", "AlarmDescription", "OKActions", "AlarmActions", "InsufficientDataActions", "MetricName", "Namespace",
    "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm",
    "Threshold", "ComparisonOperator", "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics",
    "ThresholdMetricId",
)  # fmt: skip


def _describe_alarms(call: Call) -> dict[str, Any]:
    """Return alarms in the order of their names; composite ones only if they are asked for."""
    wanted = call.parameters
    most = wanted.get("MaxRecords", _PAGE)
    if not 1 <= most <= _MOST:
        raise errors.validation(f"Value '{most}' at 'maxRecords' failed to satisfy constraint: between 1 and {_MOST}")
    evaluate(call.account)
    found = _wanted(call.account.state(Alarms), wanted)
    start = errors.position(wanted.get("NextToken"))
    page = found[start : start + most]
    answer: dict[str, Any] = {
        f"{kind}s": [alarm.document for alarm in page if alarm.kind == kind] for kind in (METRIC, COMPOSITE)
    }
    if start + most < len(found):
        answer["NextToken"] = errors.token(start + most)
    return answer


def _wanted(alarms: Alarms, wanted: Mapping[str, Any]) -> list[Alarm]:
    names, prefix = wanted.get("AlarmNames") or (), wanted.get("AlarmNamePrefix", "")
    if names and prefix:
        raise errors.combination("AlarmNames and AlarmNamePrefix cannot be used together.")
    if len(names) > _MOST_NAMES:
        raise errors.validation(f"AlarmNames must not have a size greater than {_MOST_NAMES}.")
    kinds = wanted.get("AlarmTypes") or (METRIC,)
    state, actions = wanted.get("StateValue"), wanted.get("ActionPrefix", "")
    related = _related(alarms, wanted)
    return [
        alarm
        for name, alarm in sorted(alarms.by_name.items())
        if alarm.kind in kinds
        and (not names or name in names)
        and name.startswith(prefix)
        and (not state or alarm.document["StateValue"] == state)
        and (not actions or any(action.startswith(actions) for action in alarm.document.get("AlarmActions", ())))
        and (related is None or name in related)
    ]


def _related(alarms: Alarms, wanted: Mapping[str, Any]) -> set[str] | None:
    """Return the children or parents of the alarm that is named, None if none is."""
    if parent := wanted.get("ChildrenOfAlarmName"):
        found = alarms.by_name.get(parent)
        return set(found.children()) if found else set()
    if child := wanted.get("ParentsOfAlarmName"):
        return {alarm.name for alarm in alarms.by_name.values() if child in alarm.children()}
    return None


def _describe_for_metric(call: Call) -> dict[str, Any]:
    wanted = call.parameters
    evaluate(call.account)
    metric = Metric.of(wanted)
    chosen = {name: wanted[name] for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if name in wanted}
    found = (alarm.document for _, alarm in sorted(call.account.state(Alarms).by_name.items()))
    return {
        "MetricAlarms": [
            document
            for document in found
            if "MetricName" in document
            and Metric.of(document) == metric
            and all(document.get(name) == value for name, value in chosen.items())
        ]
    }


def _put_metric_alarm(call: Call) -> dict[str, Any]:
    wanted, alarms, now = call.parameters, call.account.state(Alarms), call.account.now()
    _check(wanted)
    before = alarms.by_name.get(wanted["AlarmName"])
    settings = {name: wanted[name] for name in _SETTINGS if name in wanted}
    state = {name: value for name, value in before.document.items() if name.startswith("State")} if before else {}
    unchecked = {
        "StateValue": "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
        "StateUpdatedTimestamp": now,
        "StateTransitionedTimestamp": now,
    }
    document = {
        "AlarmArn": arn_of(wanted["AlarmName"]),
        "ActionsEnabled": wanted.get("ActionsEnabled", True),
        "AlarmConfigurationUpdatedTimestamp": now,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        "Dimensions": [],
        **settings,
        **(state or unchecked),
    }
    alarm = alarms.by_name[wanted["AlarmName"]] = Alarm(METRIC, document)
    done = "updated" if before else "created"
    data = {"type": "Update" if before else "Create", "version": "1.0"}
    alarms.note(alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {done}', data, now)
    return {}


def _check(wanted: Mapping[str, Any]) -> None:
    for name in ("AlarmName", "EvaluationPeriods", "ComparisonOperator"):
        if not wanted.get(name):
            raise errors.missing(name)
    if wanted["ComparisonOperator"] not in _OPERATORS:
        raise errors.validation(f"The value {wanted['ComparisonOperator']} for ComparisonOperator is not valid.")
    if "Metrics" in wanted:
        return
    for name in ("MetricName", "Namespace", "Period", "Threshold"):
        if wanted.get(name) is None:
            raise errors.missing(name)
    if ("Statistic" in wanted) == ("ExtendedStatistic" in wanted):
        raise errors.combination("Exactly one of Statistic and ExtendedStatistic is required.")


def _set_alarm_state(call: Call) -> dict[str, Any]:
    wanted = call.parameters
    alarm = call.account.state(Alarms).by_name.get(wanted["AlarmName"])
    if alarm is None:
        raise errors.no_alarm(wanted["AlarmName"])
    if wanted["StateValue"] not in STATES:
        raise errors.validation(f"The value {wanted['StateValue']} for parameter StateValue is not valid.")
    try:
        data = json.loads(wanted.get("StateReasonData") or "{}")
    except ValueError as error:
        raise ServiceError("InvalidFormat", "StateReasonData is not JSON", shape="InvalidFormatFault") from error
    call.account.state(Alarms).enter(alarm, wanted["StateValue"], wanted["StateReason"], data, call.account.now())
    return {}


def _delete_alarms(call: Call) -> dict[str, Any]:
    """Delete all of the alarms named, or none when one of them does not exist."""
    alarms, names = call.account.state(Alarms), call.parameters["AlarmNames"]
    for name in names:
        if name not in alarms.by_name:
            raise errors.no_alarm(name)
    for name in dict.fromkeys(names):
        alarm = alarms.by_name.pop(name)
        alarms.note(alarm, "ConfigurationUpdate", f'Alarm "{name}" deleted', {"type": "Delete"}, call.account.now())
    return {}


OPERATIONS: Operations = {
    "DescribeAlarms": _describe_alarms,
    "DescribeAlarmsForMetric": _describe_for_metric,
    "PutMetricAlarm": _put_metric_alarm,
    "SetAlarmState": _set_alarm_state,
    "DeleteAlarms": _delete_alarms,
}
