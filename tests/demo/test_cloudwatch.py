"""CloudWatch as the demo answers it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import hostile, story
from console.demo.services.cloudwatch import expressions
from console.demo.services.cloudwatch.samples import Sample, statistic
from console.demo.wire.messages import ServiceError
from tests.demo.asking import BOTH, FAILING, alarms, before_and_since, code, points, query
from tests.demo.conftest import Admin, Clients, connect


@pytest.fixture
def cloudwatch(client: Clients) -> Any:
    """A client of the seeded account, which the tests only read."""
    return client("cloudwatch")


@pytest.fixture
def own(fresh: DemoAccount) -> Any:
    """A client of an empty account."""
    return connect(fresh, "cloudwatch")


def test_composite_alarms_come_only_when_they_are_asked_for(cloudwatch: Any) -> None:
    plain = {alarm["AlarmName"] for alarm in alarms(cloudwatch)}
    both = {alarm["AlarmName"] for alarm in alarms(cloudwatch, AlarmTypes=BOTH)}
    assert both - plain == {"shop-checkout-degraded", "orders-db-unhealthy"}
    named = alarms(cloudwatch, AlarmNames=["shop-checkout-degraded"])
    assert named == []


def test_alarms_come_once_each_whatever_the_page(cloudwatch: Any) -> None:
    whole = [alarm["AlarmName"] for alarm in alarms(cloudwatch, AlarmTypes=BOTH)]
    paged = [alarm["AlarmName"] for alarm in alarms(cloudwatch, AlarmTypes=BOTH, PaginationConfig={"PageSize": 4})]
    assert sorted(paged) == sorted(whole)
    assert len(whole) == len(set(whole)) >= 22


def test_the_page_is_limited(cloudwatch: Any) -> None:
    assert len(cloudwatch.describe_alarms(MaxRecords=3)["MetricAlarms"]) == 3
    with pytest.raises(ClientError) as refused:
        cloudwatch.describe_alarms(MaxRecords=101)
    assert code(refused) == "ValidationError"


def test_every_state_occurs_and_can_be_asked_for(cloudwatch: Any) -> None:
    for state in ("ALARM", "OK", "INSUFFICIENT_DATA"):
        found = alarms(cloudwatch, AlarmTypes=BOTH, StateValue=state)
        assert len(found) >= 3
        assert {alarm["StateValue"] for alarm in found} == {state}


def test_alarms_related_to_another(cloudwatch: Any) -> None:
    children = alarms(cloudwatch, AlarmTypes=BOTH, ChildrenOfAlarmName="orders-db-unhealthy")
    assert {alarm["AlarmName"] for alarm in children} == {"orders-db-cpu", "orders-db-connections"}
    parents = alarms(cloudwatch, AlarmTypes=BOTH, ParentsOfAlarmName="web-eu1-5xx")
    assert [alarm["AlarmName"] for alarm in parents] == ["shop-checkout-degraded"]


def test_alarms_in_alarm_agree_with_their_metrics(cloudwatch: Any) -> None:
    """Each alarm of the incident went off after it began, over data that are still there and over the threshold."""
    start = datetime.now(UTC) - story.INCIDENT_AGE - timedelta(minutes=2)
    checked = 0
    for alarm in alarms(cloudwatch, StateValue="ALARM"):
        if "MetricName" not in alarm or alarm["StateTransitionedTimestamp"] < start:
            continue
        data = json.loads(alarm["StateReasonData"])
        over = [value for value in data["recentDatapoints"] if value >= alarm["Threshold"]]
        assert len(over) >= alarm["DatapointsToAlarm"], alarm["AlarmName"]
        stat = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        dimensions = {part["Name"]: part["Value"] for part in alarm["Dimensions"]}
        wanted = query(alarm["Namespace"], alarm["MetricName"], stat, alarm["Period"], **dimensions)
        values = [value for _, value in points(cloudwatch, wanted)]
        for value in data["recentDatapoints"]:
            assert value == pytest.approx(next(found for found in values if found == pytest.approx(value)))
        assert alarm["StateReason"].startswith("Threshold Crossed: ")
        checked += 1
    assert checked == 6


def test_an_alarm_says_which_alarms_its_metric_has(cloudwatch: Any) -> None:
    found = cloudwatch.describe_alarms_for_metric(
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": story.ORDERS_DLQ}],
    )
    assert [alarm["AlarmName"] for alarm in found["MetricAlarms"]] == ["orders-dlq-not-empty"]


def test_history_is_newest_first_and_keeps_composite_alarms_apart(cloudwatch: Any) -> None:
    items = cloudwatch.describe_alarm_history(AlarmName="orders-dlq-not-empty")["AlarmHistoryItems"]
    moments = [item["Timestamp"] for item in items]
    assert moments == sorted(moments, reverse=True)
    assert {item["HistoryItemType"] for item in items} == {"Action", "StateUpdate", "ConfigurationUpdate"}
    assert json.loads(items[-1]["HistoryData"])["type"] == "Create"
    assert cloudwatch.describe_alarm_history(AlarmName="shop-checkout-degraded")["AlarmHistoryItems"] == []
    named = cloudwatch.describe_alarm_history(AlarmName="shop-checkout-degraded", AlarmTypes=BOTH)
    assert len(named["AlarmHistoryItems"]) == 3


def test_history_in_pages(cloudwatch: Any) -> None:
    whole = cloudwatch.describe_alarm_history(AlarmTypes=BOTH, ScanBy="TimestampAscending")["AlarmHistoryItems"]
    pages = cloudwatch.get_paginator("describe_alarm_history").paginate(
        AlarmTypes=BOTH, ScanBy="TimestampAscending", PaginationConfig={"PageSize": 7}
    )
    assert [item for page in pages for item in page["AlarmHistoryItems"]] == whole


def test_metrics_come_in_pages_of_five_hundred(cloudwatch: Any) -> None:
    pages = list(cloudwatch.get_paginator("list_metrics").paginate())
    assert len(pages) == 2
    assert len(pages[0]["Metrics"]) == 500
    found = [json.dumps(metric, sort_keys=True) for page in pages for metric in page["Metrics"]]
    assert len(found) == len(set(found))
    assert {json.loads(text)["Namespace"] for text in found} >= {
        "AWS/EC2", "AWS/SQS", "AWS/ApplicationELB", "AWS/Lambda", "AWS/RDS", "Northwind/Orders",
    }  # fmt: skip


def test_metrics_by_name_dimension_and_activity(cloudwatch: Any) -> None:
    of_failing = [{"Name": "InstanceId", "Value": FAILING["InstanceId"]}]
    found = cloudwatch.list_metrics(Namespace="AWS/EC2", Dimensions=of_failing)["Metrics"]
    assert {metric["MetricName"] for metric in found} >= {"CPUUtilization", "StatusCheckFailed"}
    by_key = cloudwatch.list_metrics(MetricName="CPUUtilization", Dimensions=[{"Name": "DBInstanceIdentifier"}])
    assert len(by_key["Metrics"]) == 4
    daily = cloudwatch.list_metrics(Namespace="AWS/S3", MetricName="NumberOfObjects")["Metrics"]
    assert len(daily) == 6
    stopped = [{"Name": "InstanceId", "Value": story.instance_id(story.STOPPED)}]
    assert cloudwatch.list_metrics(Dimensions=stopped, RecentlyActive="PT3H")["Metrics"] == []


def test_the_dead_letters_pile_up_from_the_start_of_the_incident(cloudwatch: Any) -> None:
    name = "ApproximateNumberOfMessagesVisible"
    found = points(cloudwatch, query("AWS/SQS", name, "Maximum", QueueName=story.ORDERS_DLQ))
    early, late = before_and_since(found)
    assert set(early) == {0.0}
    assert late == sorted(late)
    assert 300 < late[-1] < 380


def test_the_incident_shows_in_errors_and_times(cloudwatch: Any) -> None:
    balancer = "app/web-eu1/50dc6c495c0c9188"
    for name, stat, factor in (("HTTPCode_Target_5XX_Count", "Sum", 20.0), ("TargetResponseTime", "p95", 2.0)):
        early, late = before_and_since(
            points(cloudwatch, query("AWS/ApplicationELB", name, stat, LoadBalancer=balancer))
        )
        assert min(late) > max(early) * factor, name


def test_the_failing_machine_is_busy_and_silent_at_times(cloudwatch: Any) -> None:
    found = points(cloudwatch, query("AWS/EC2", "CPUUtilization", "Average", **FAILING))
    early, late = before_and_since(found)
    assert max(early) < 50
    assert min(late) > 90
    steps = [(after - before).total_seconds() for (before, _), (after, _) in itertools.pairwise(found)]
    assert max(steps) > 300
    checks = points(cloudwatch, query("AWS/EC2", "StatusCheckFailed", "Maximum", **FAILING))
    assert [value for _, value in checks][-1] == 1.0


def test_periods_are_aligned_and_add_up(cloudwatch: Any) -> None:
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    sent = {"QueueName": story.ORDERS}
    name = "NumberOfMessagesSent"
    queries = [
        query("AWS/SQS", name, "Sum", 60, "each", **sent),
        query("AWS/SQS", name, "Sum", 300, "five", **sent),
        query("AWS/SQS", name, "Sum", 3600, "hour", **sent),
        query("AWS/SQS", name, "SampleCount", 3600, "count", **sent),
    ]
    answer = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=end - timedelta(hours=1), EndTime=end)
    values = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
    moments = {result["Id"]: result["Timestamps"] for result in answer["MetricDataResults"]}
    assert (len(values["each"]), len(values["five"]), len(values["hour"])) == (60, 12, 1)
    assert sum(values["each"]) == pytest.approx(sum(values["five"])) == pytest.approx(values["hour"][0])
    assert values["count"] == pytest.approx(values["hour"])
    assert moments["five"] == sorted(moments["five"], reverse=True)
    assert all(moment.minute % 5 == 0 for moment in moments["five"])


def test_the_same_question_gets_the_same_answer(cloudwatch: Any) -> None:
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    wanted = query("AWS/EC2", "CPUUtilization", "Average", InstanceId=story.instance_id(story.WEB[0]))
    asked = {"MetricDataQueries": [wanted], "StartTime": end - timedelta(minutes=30), "EndTime": end}
    first = cloudwatch.get_metric_data(**asked)["MetricDataResults"]
    assert len(first[0]["Values"]) == 30
    assert cloudwatch.get_metric_data(**asked)["MetricDataResults"] == first


def test_data_points_come_in_pages_and_a_cut_series_says_so(cloudwatch: Any) -> None:
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    queries = [
        query("AWS/SQS", "NumberOfMessagesSent", "Sum", 60, f"m{number}", QueueName=queue)
        for number, queue in enumerate((story.ORDERS, "there-is-none", story.INVOICES))
    ]
    asked = {"MetricDataQueries": queries, "StartTime": end - timedelta(minutes=10), "EndTime": end}
    whole = cloudwatch.get_metric_data(**asked)["MetricDataResults"]
    assert [len(result["Values"]) for result in whole] == [10, 0, 10]
    first = cloudwatch.get_metric_data(**asked, MaxDatapoints=7)
    assert [(result["Id"], result["StatusCode"]) for result in first["MetricDataResults"]] == [("m0", "PartialData")]
    pages = cloudwatch.get_paginator("get_metric_data").paginate(**asked, PaginationConfig={"PageSize": 7})
    joined: dict[str, list[float]] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            joined.setdefault(result["Id"], []).extend(result["Values"])
    assert joined == {result["Id"]: result["Values"] for result in whole}


def test_refused_questions(cloudwatch: Any) -> None:
    now = datetime.now(UTC)
    asked = {"StartTime": now - timedelta(hours=1), "EndTime": now}
    good = query("AWS/SQS", "NumberOfMessagesSent", "Sum", QueueName=story.ORDERS)
    many = [{**good, "Id": f"m{number}"} for number in range(501)]
    wrong = [many, [good, good], [query("a", "b", "Nonsense")], [query("a", "b", "Sum", 61)], [{**good, "Id": "M"}]]
    for queries in wrong:
        with pytest.raises(ClientError) as refused:
            cloudwatch.get_metric_data(MetricDataQueries=queries, **asked)
        assert code(refused) in ("ValidationError", "InvalidParameterValue")
    with pytest.raises(ClientError) as refused:
        cloudwatch.get_metric_data(MetricDataQueries=[good], StartTime=now, EndTime=now)
    assert code(refused) == "ValidationError"
    with pytest.raises(ClientError) as refused:
        cloudwatch.get_metric_data(MetricDataQueries=[good], NextToken="nonsense", **asked)
    assert code(refused) == "InvalidNextToken"


def test_metric_math(cloudwatch: Any) -> None:
    now = datetime.now(UTC)
    inputs = [
        {**query("Northwind/Orders", name, "Sum", 60, id_), "ReturnData": False}
        for id_, name in (("failed", "OrdersFailed"), ("placed", "OrdersPlaced"))
    ]
    rate = {"Id": "rate", "Expression": "100 * failed / placed"}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[rate, *inputs], StartTime=now - timedelta(minutes=10), EndTime=now
    )
    assert [result["Id"] for result in answer["MetricDataResults"]] == ["rate"]
    assert all(5 < value < 20 for value in answer["MetricDataResults"][0]["Values"])
    with pytest.raises(ClientError) as refused:
        cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "e", "Expression": "SEARCH('x', 'Sum', 60)"}], StartTime=now, EndTime=now
        )
    assert code(refused) == "ValidationError"


def test_expressions() -> None:
    series = {"a": {0: 4.0, 60: 6.0}, "b": {60: 0.0, 120: 2.0}}
    assert expressions.evaluate("(a + 2) * -1", series) == {0: -6.0, 60: -8.0}
    assert expressions.evaluate("a - b", series) == {60: 6.0}
    assert expressions.evaluate("a / b", series) == {}
    assert expressions.evaluate("FILL(a, 0)", series) == {0: 4.0, 60: 6.0, 120: 0.0}
    for wrong in ("1 + 1", "a +", "c", "a ** 2", "__import__('os')", "FILL(a)"):
        with pytest.raises(ServiceError):
            expressions.evaluate(wrong, series)


def test_statistics_over_minutes() -> None:
    minutes = [Sample(30, 3, 5, 20), Sample(10, 1, 10, 10)]
    found = [statistic(name, minutes) for name in ("Sum", "SampleCount", "Average", "Minimum", "Maximum")]
    assert found == [40, 4, 10, 5, 20]
    assert 5 <= statistic("p50", minutes) <= statistic("p90", minutes) <= statistic("p99.9", minutes) <= 20


def test_what_is_put_can_be_read_back(fresh: DemoAccount, own: Any) -> None:
    data = [
        {
            "MetricName": "Jobs",
            "Dimensions": [{"Name": "Kind", "Value": "a"}],
            "Values": [1.0, 5.0],
            "Counts": [2.0, 1.0],
        },
        {"MetricName": "Jobs", "Dimensions": [{"Name": "Kind", "Value": "a"}], "Value": 9.0},
    ]
    own.put_metric_data(Namespace="Mine", MetricData=data)
    assert own.list_metrics(Namespace="Mine")["Metrics"] == [
        {"Namespace": "Mine", "MetricName": "Jobs", "Dimensions": [{"Name": "Kind", "Value": "a"}]}
    ]
    Admin(fresh.endpoint_url).advance(120)
    start = datetime.now(UTC) - timedelta(minutes=5)
    for stat, expected in (("Sum", 16.0), ("SampleCount", 4.0), ("Maximum", 9.0), ("Average", 4.0)):
        wanted = query("Mine", "Jobs", stat, 3600, Kind="a")
        answer = own.get_metric_data(MetricDataQueries=[wanted], StartTime=start, EndTime=start + timedelta(hours=1))
        assert sum(answer["MetricDataResults"][0]["Values"]) == pytest.approx(expected)
    with pytest.raises(ClientError) as refused:
        own.put_metric_data(Namespace="AWS/EC2", MetricData=data)
    assert code(refused) == "InvalidParameterValue"


def test_an_alarms_life(own: Any) -> None:
    own.put_metric_alarm(
        AlarmName="mine", Namespace="Mine", MetricName="Jobs", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    made = alarms(own)[0]
    assert (made["StateValue"], made["StateReason"]) == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")
    own.set_alarm_state(AlarmName="mine", StateValue="ALARM", StateReason="a test", StateReasonData='{"a": 1}')
    changed = alarms(own)[0]
    assert (changed["StateValue"], changed["StateReason"]) == ("ALARM", "a test")
    assert changed["StateTransitionedTimestamp"] > made["StateTransitionedTimestamp"]
    own.delete_alarms(AlarmNames=["mine"])
    assert alarms(own) == []
    items = own.describe_alarm_history(AlarmName="mine", ScanBy="TimestampAscending")["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in items] == ["ConfigurationUpdate", "StateUpdate", "ConfigurationUpdate"]


def test_alarms_that_are_not_there(own: Any) -> None:
    for call in (
        lambda: own.delete_alarms(AlarmNames=["none"]),
        lambda: own.set_alarm_state(AlarmName="none", StateValue="OK", StateReason="x"),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert code(refused) in ("ResourceNotFound", "ResourceNotFoundException")
    assert alarms(own, AlarmNames=["none"], AlarmTypes=BOTH) == []


@pytest.fixture(scope="module")
def attacked() -> Iterator[Any]:
    """A client of an account whose names and texts attack."""
    with DemoAccount.start(hostile=True) as account:
        yield connect(account, "cloudwatch")
        assert Admin(account.endpoint_url).mistakes() == []


def test_hostile_alarms_and_metrics_arrive_whole(attacked: Any) -> None:
    found = alarms(attacked, AlarmTypes=BOTH)
    reasons = {alarm["StateReason"] for alarm in found}
    assert {text[:1023] for text in hostile.RAW} <= reasons
    metrics = attacked.list_metrics(Namespace="Hostile")["Metrics"]
    assert any("\x1b]52;" in metric["MetricName"] for metric in metrics)


def test_extreme_values_arrive_as_they_are(attacked: Any) -> None:
    found = [value for _, value in points(attacked, query("Hostile", "extremes", "Average"))]
    assert found == [0.0, 5e-324, 1e300, -1e300, 0.0]


def test_a_big_fleet_has_metrics() -> None:
    with DemoAccount.start(scale=700) as account:
        cloudwatch = connect(account, "cloudwatch")
        pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/EC2", MetricName="CPUUtilization")
        found = [metric for page in pages for metric in page["Metrics"]]
        assert len(found) == 699
        assert Admin(account.endpoint_url).mistakes() == []
