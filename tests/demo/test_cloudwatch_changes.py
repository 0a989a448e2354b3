"""The demo's CloudWatch follows what is done to machines and queues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.demo.process import DemoAccount
from console.demo.seed import story
from tests.demo.asking import BOTH, FAILING, alarms, query
from tests.demo.conftest import Admin, Clients, connect


@pytest.fixture
def cloudwatch(client: Clients) -> Any:
    """A client of the seeded account, which the tests only read."""
    return client("cloudwatch")


@pytest.fixture
def own(fresh: DemoAccount) -> Any:
    """A client of an empty account."""
    return connect(fresh, "cloudwatch")


@pytest.fixture
def changing() -> Iterator[DemoAccount]:
    """A seeded account that a test may change."""
    with DemoAccount.start() as account:
        yield account
        assert Admin(account.endpoint_url).mistakes() == []


def latest(account: DemoAccount, wanted: dict[str, Any]) -> list[float]:
    """Return the values of the last ten minutes before the account's clock, which is 5 minutes ahead by then."""
    end = datetime.now(UTC) + timedelta(minutes=5)
    answer = connect(account, "cloudwatch").get_metric_data(
        MetricDataQueries=[wanted], StartTime=end - timedelta(minutes=10), EndTime=end, ScanBy="TimestampAscending"
    )
    return list(answer["MetricDataResults"][0]["Values"])


def test_a_purged_queue_is_seen_in_its_metric(changing: DemoAccount) -> None:
    wanted = query("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=story.ORDERS_DLQ)
    sqs = connect(changing, "sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=story.ORDERS_DLQ)["QueueUrl"])
    latest(changing, wanted)
    Admin(changing.endpoint_url).advance(300)
    values = latest(changing, wanted)
    assert values[0] > 250
    assert values[-1] < 100


def test_a_stopped_machine_sends_nothing_more(changing: DemoAccount) -> None:
    machine = story.instance_id(story.WEB[0])
    wanted = query("AWS/EC2", "CPUUtilization", "Average", InstanceId=machine)
    assert len(latest(changing, wanted)) == 5
    connect(changing, "ec2").stop_instances(InstanceIds=[machine])
    Admin(changing.endpoint_url).advance(300)
    assert len(latest(changing, wanted)) == 5


def test_a_failing_machine_that_is_started_anew_is_healthy(changing: DemoAccount) -> None:
    ec2, machine = connect(changing, "ec2"), FAILING["InstanceId"]
    ec2.stop_instances(InstanceIds=[machine])
    Admin(changing.endpoint_url).advance(120)
    ec2.start_instances(InstanceIds=[machine])
    Admin(changing.endpoint_url).advance(180)
    wanted = query("AWS/EC2", "StatusCheckFailed", "Maximum", InstanceId=machine)
    values = latest(changing, wanted)
    assert (values[0], values[-1]) == (1.0, 0.0)


def states(account: DemoAccount) -> dict[str, str]:
    return {
        alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms(connect(account, "cloudwatch"), AlarmTypes=BOTH)
    }


def test_alarms_stay_as_they_are_while_nothing_is_done(changing: DemoAccount) -> None:
    before = states(changing)
    for seconds in (60, 90, 300, 7200):
        Admin(changing.endpoint_url).advance(seconds)
        assert states(changing) == before


def test_alarms_follow_what_is_done(changing: DemoAccount) -> None:
    ec2, machine, later = connect(changing, "ec2"), FAILING["InstanceId"], Admin(changing.endpoint_url).advance
    name = f"{story.FAILING}-status-check"
    assert states(changing)[name] == "ALARM"
    ec2.stop_instances(InstanceIds=[machine])
    later(240)
    assert states(changing)[name] == "INSUFFICIENT_DATA"
    ec2.start_instances(InstanceIds=[machine])
    later(240)
    assert states(changing)[name] == "OK"
    history = connect(changing, "cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")
    summaries = [item["HistorySummary"] for item in history["AlarmHistoryItems"]]
    assert summaries[:2] == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from ALARM to INSUFFICIENT_DATA",
    ]


def put_alarm(cloudwatch: Any, **more: Any) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName="mine", Namespace="Mine", MetricName="Jobs", Statistic="Sum", Period=60, Threshold=5,
        ComparisonOperator="GreaterThanThreshold", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "values", "expected"),
    [
        ("missing", (), "INSUFFICIENT_DATA"), ("missing", (9, 9, 9), "ALARM"), ("missing", (1, 9, 9), "ALARM"),
        ("missing", (1, 1, 9), "OK"), ("notBreaching", (), "OK"), ("breaching", (), "ALARM"),
        ("notBreaching", (9,), "OK"), ("breaching", (1,), "ALARM"), ("missing", (9,), "INSUFFICIENT_DATA"),
    ],
)  # fmt: skip
def test_missing_data(fresh: DemoAccount, own: Any, missing: str, values: tuple[int, ...], expected: str) -> None:
    """Two of three data points set the alarm off; where the missing ones decide, it stays as it is."""
    put_alarm(own, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData=missing)
    now = datetime.now(UTC).replace(second=30, microsecond=0)
    data = [{"MetricName": "Jobs", "Timestamp": now + timedelta(minutes=n), "Value": v} for n, v in enumerate(values)]
    if data:
        own.put_metric_data(Namespace="Mine", MetricData=data)
    Admin(fresh.endpoint_url).advance((now + timedelta(minutes=3) - datetime.now(UTC)).total_seconds())
    assert alarms(own)[0]["StateValue"] == expected


def test_a_rule_follows_its_alarms(changing: DemoAccount) -> None:
    cloudwatch, later = connect(changing, "cloudwatch"), Admin(changing.endpoint_url).advance
    cloudwatch.set_alarm_state(AlarmName="orders-db-cpu", StateValue="ALARM", StateReason="a test")
    assert states(changing)["orders-db-unhealthy"] == "ALARM"
    later(90)
    assert states(changing)["orders-db-cpu"] == "OK"
    later(90)
    assert states(changing)["orders-db-unhealthy"] == "OK"
