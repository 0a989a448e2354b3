"""Owns CloudWatch's DescribeAlarmHistory."""

from __future__ import annotations

from typing import Any

from console.demo.account import Call, Operations
from console.demo.services.cloudwatch import errors
from console.demo.services.cloudwatch.alarm import METRIC, Alarms
from console.demo.services.cloudwatch.evaluation import evaluate

_MOST = 100


def _describe_history(call: Call) -> dict[str, Any]:
    """Return what happened, newest first unless told otherwise; of composite alarms only if they are asked for."""
    wanted = call.parameters
    most = wanted.get("MaxRecords", _MOST)
    if not 1 <= most <= _MOST:
        raise errors.validation(f"Value '{most}' at 'maxRecords' failed to satisfy constraint: between 1 and {_MOST}")
    evaluate(call.account)
    kinds = wanted.get("AlarmTypes") or (METRIC,)
    found = [
        item
        for item in call.account.state(Alarms).history
        if item["AlarmType"] in kinds
        and wanted.get("AlarmName", item["AlarmName"]) == item["AlarmName"]
        and wanted.get("HistoryItemType", item["HistoryItemType"]) == item["HistoryItemType"]
        and wanted.get("StartDate", item["Timestamp"]) <= item["Timestamp"] <= wanted.get("EndDate", item["Timestamp"])
    ]
    newest_first = wanted.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    found.sort(key=lambda item: item["Timestamp"], reverse=newest_first)
    start = errors.position(wanted.get("NextToken"))
    answer: dict[str, Any] = {"AlarmHistoryItems": found[start : start + most]}
    if start + most < len(found):
        answer["NextToken"] = errors.token(start + most)
    return answer


OPERATIONS: Operations = {"DescribeAlarmHistory": _describe_history}
