"""Series, alarms and metrics, against a back end of other people's making."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from console.cloudwatch import alarms
from console.cloudwatch.metrics import fetch_metrics, metric_id, query_from
from console.cloudwatch.series import Window, read_series
from tests.support.reader import real_reader, seeder


async def test_points_that_were_put_are_read_and_nothing_between(moto):
    cloudwatch = seeder(moto, "cloudwatch")
    window = Window.last(3600, 300, time.time())
    dimensions = [{"Name": "QueueName", "Value": "orders"}]
    for at, value in ((window.start + 300, 4.0), (window.start + 900, 6.0)):
        moment = datetime.fromtimestamp(at, UTC)
        data = {"MetricName": "Age", "Dimensions": dimensions, "Timestamp": moment, "Value": value}
        cloudwatch.put_metric_data(Namespace="App", MetricData=[data])
    async with real_reader(moto) as reader:
        (metric,) = [item async for batch in fetch_metrics(reader, "App") for item in batch]
        queries = [query_from(metric_id(metric), "Sum"), query_from('["App", "Absent", []]')]
        found = {index: points async for index, points in read_series(reader, queries, window)}
    assert found == {0: ((window.start + 300, 4.0), (window.start + 900, 6.0)), 1: ()}


async def test_an_alarm_in_words(moto):
    cloudwatch = seeder(moto, "cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="cpu", MetricName="CPUUtilization", Namespace="AWS/EC2", Statistic="Average", Period=300,
        EvaluationPeriods=3, DatapointsToAlarm=2, Threshold=80, ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "InstanceId", "Value": "i-1"}],
    )  # fmt: skip
    async with real_reader(moto) as reader:
        (listed,) = [alarm async for batch in alarms.fetch_alarms(reader, "") for alarm in batch]
    assert alarms.kind(listed) == "metric"
    assert alarms.condition(listed) == "CPUUtilization Average > 80 for 2 of 3 × 5m"
    assert alarms.linked("ec2.instances")({"alarm": listed}) == ["i-1"]
    assert alarms.since(listed)
