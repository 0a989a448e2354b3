"""Alarms in an operator's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.cloudwatch import alarms
from console.resources.model import Missing, Tone
from console.text.faults import AwsError, FaultKind
from tests.support.reader import DENIED, FakeReader

CPU = {
    "AlarmName": "cpu", "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 300,
    "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 80.0, "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
}  # fmt: skip
RATIO = {
    "AlarmName": "ratio", "EvaluationPeriods": 1, "Threshold": 0.05,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Metrics": [
        {"Id": "e", "Expression": "errors/total"},
        {"Id": "errors", "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "Errors"}, "Period": 60}},
        {"Id": "total", "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "Total"}, "Period": 60}},
    ],
}  # fmt: skip
BOTH = {"AlarmName": "both", "AlarmRule": "ALARM(\"cpu\") AND NOT (OK('ratio') OR INSUFFICIENT_DATA(disk-full))"}


@pytest.mark.parametrize(
    ("alarm", "text"),
    [
        (CPU, "CPUUtilization Average > 80 for 2 of 3 × 5m"),
        ({**CPU, "DatapointsToAlarm": None, "EvaluationPeriods": 1, "Period": 60},
         "CPUUtilization Average > 80 for 1 of 1 × 1m"),
        ({**CPU, "Statistic": None, "ExtendedStatistic": "p99", "ComparisonOperator": "LessThanThreshold"},
         "CPUUtilization p99 < 80 for 2 of 3 × 5m"),
        ({**CPU, "ComparisonOperator": "Odd"}, "CPUUtilization Average Odd 80 for 2 of 3 × 5m"),
        ({**CPU, "Threshold": None, "ThresholdMetricId": "ad1",
          "ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold"},
         "CPUUtilization Average outside its band for 2 of 3 × 5m"),
        ({**CPU, "Threshold": 0}, "CPUUtilization Average > 0 for 2 of 3 × 5m"),
        (RATIO, "errors/total ≥ 0.05 for 1 of 1 × 1 period"),
        (BOTH, BOTH["AlarmRule"]),
    ],
)  # fmt: skip
def test_what_sets_it_off(alarm, text):
    assert alarms.condition(alarm) == text


def test_kind_namespace_and_resource():
    assert [alarms.kind(alarm) for alarm in (CPU, RATIO, BOTH)] == ["metric", "metric", "composite"]
    assert [alarms.namespace(alarm) for alarm in (CPU, RATIO, BOTH)] == ["AWS/EC2", "App", None]
    assert [alarms.resource(alarm) for alarm in (CPU, RATIO, BOTH)] == ["InstanceId=i-1", None, None]
    assert alarms.metric_name({"Metrics": [{"Id": "a"}]}) == "metric math"
    assert alarms.metric_name({}) == ""


def test_since_is_the_change_of_state_and_the_update_only_without_it():
    changed, updated = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    both = {"StateTransitionedTimestamp": changed, "StateUpdatedTimestamp": updated}
    assert alarms.since(both) == changed
    assert alarms.since({"StateUpdatedTimestamp": updated}) == updated
    assert alarms.since({}) is None


def test_the_way_to_what_is_watched():
    document = {"alarm": CPU}
    assert alarms.linked("ec2.instances")(document) == ["i-1"]
    assert alarms.linked("sqs.queues")(document) == []
    queue = {"alarm": {"Dimensions": [{"Name": "QueueName", "Value": "orders"}, {"Name": "Other", "Value": "x"}]}}
    assert alarms.linked("sqs.queues")(queue) == ["orders"]
    assert alarms.linked("ec2.instances")({}) == []


def test_the_children_of_a_composite_alarm():
    assert alarms.children({"alarm": BOTH}) == ["cpu", "ratio", "disk-full"]
    assert alarms.children({"alarm": {"AlarmRule": 'ALARM( "a b" ) OR TRUE'}}) == ["a b"]
    assert alarms.children({"alarm": {"AlarmRule": "ALARM(" + " " * 10_000}}) == []
    assert alarms.children({"alarm": CPU}) == alarms.children({}) == []


@pytest.mark.parametrize(
    ("state", "tone"),
    [("ALARM", Tone.BAD), ("INSUFFICIENT_DATA", Tone.UNKNOWN), ("OK", Tone.NONE), (Missing.UNKNOWN, Tone.NONE)],
)
def test_how_bad_a_row_is(state, tone):
    assert alarms.problem({"state": state}) is tone


async def test_both_kinds_are_asked_for_by_name():
    pages = [{"MetricAlarms": [CPU], "CompositeAlarms": [BOTH]}, {"MetricAlarms": [RATIO]}]
    reader = FakeReader({"DescribeAlarms": pages})
    batches = [[alarm["AlarmName"] for alarm in batch] async for batch in alarms.fetch_alarms(reader, "")]
    assert batches == [["cpu", "both"], ["ratio"]]
    assert reader.asked[0][1]["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"]


def account(**changes: Any) -> FakeReader:
    return FakeReader({"DescribeAlarms": {"CompositeAlarms": [BOTH]}, "DescribeAlarmHistory": {}, **changes})


async def test_a_detail_is_found_among_both_kinds():
    document = await alarms.describe(account(), "both", "")
    assert document == {"alarm": BOTH, "history": []}


async def test_a_detail_stands_without_its_history():
    document = await alarms.describe(account(DescribeAlarmHistory=DENIED), "both", "")
    assert document["history"] is DENIED


async def test_an_alarm_that_is_gone_is_not_found():
    with pytest.raises(AwsError) as caught:
        await alarms.describe(account(DescribeAlarms={}), "gone\x1b", "")
    assert caught.value.fault.kind is FaultKind.NOT_FOUND
    assert "gone<ESC>" in caught.value.fault.what
