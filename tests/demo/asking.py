"""How the tests of the demo's CloudWatch ask for metrics and alarms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.seed import story

BOTH = ["MetricAlarm", "CompositeAlarm"]
FAILING = {"InstanceId": story.instance_id(story.FAILING)}


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def query(namespace: str, name: str, stat: str, period: int = 60, id_: str = "m1", **dimensions: str) -> dict[str, Any]:
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": listed}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def points(cloudwatch: Any, wanted: dict[str, Any], minutes: float = 90) -> list[tuple[datetime, float]]:
    """Return (moment, value), oldest first."""
    now = datetime.now(UTC)
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[wanted], StartTime=now - timedelta(minutes=minutes), EndTime=now, ScanBy="TimestampAscending"
    )
    result = answer["MetricDataResults"][0]
    assert result["StatusCode"] == "Complete"
    return list(zip(result["Timestamps"], result["Values"], strict=True))


def before_and_since(found: list[tuple[datetime, float]]) -> tuple[list[float], list[float]]:
    """Return the values well before the incident and well inside it."""
    now = datetime.now(UTC)
    start = now - story.INCIDENT_AGE
    early = [value for at, value in found if at < start - timedelta(minutes=3)]
    late = [value for at, value in found if at > start + timedelta(minutes=12)]
    return early, late


def alarms(cloudwatch: Any, **parameters: Any) -> list[dict[str, Any]]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(**parameters)
    return [alarm for page in pages for alarm in page["MetricAlarms"] + page["CompositeAlarms"]]
