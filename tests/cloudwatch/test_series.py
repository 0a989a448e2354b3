"""Metric series in batches: gaps stay gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.cloudwatch.recent import recent_samples, samples
from console.cloudwatch.series import BATCH, SeriesQuery, Window, period_for, query_of, read_series
from console.resources.model import Metric
from console.text.faults import Fault
from tests.support.reader import DENIED, FakeReader

NOW = 1_795_235_043.0
CPU = Metric("CPU", "AWS/EC2", "CPUUtilization", lambda id_: {"InstanceId": id_})
HOUR = Window.last(3600, 300, NOW)


def queries(count: int) -> list[SeriesQuery]:
    return [query_of("AWS/EC2", "CPUUtilization", {"InstanceId": f"i-{number}"}, "Average") for number in range(count)]


def result(id_: str, *points: tuple[float, float], status: str = "Complete", **more: Any) -> dict[str, Any]:
    moments = [datetime.fromtimestamp(at, UTC) for at, _ in points]
    return {"Id": id_, "Timestamps": moments, "Values": [value for _, value in points], "StatusCode": status, **more}


async def read(script: Any, count: int = 1) -> dict[int, Any]:
    reader = FakeReader({"GetMetricData": script})
    return {index: found async for index, found in read_series(reader, queries(count), HOUR)}


@pytest.mark.parametrize(
    ("seconds", "period"),
    [
        (60, 60), (3600, 60), (5 * 3600, 60), (5 * 3600 + 1, 300), (24 * 3600, 300), (3 * 86400, 900),
        (7 * 86400, 3600), (30 * 86400, 6 * 3600), (365 * 86400, 86400), (3650 * 86400, 86400),
    ],
)  # fmt: skip
def test_period_keeps_a_chart_to_three_hundred_points(seconds, period):
    assert period_for(seconds) == period


def test_a_window_is_whole_periods_and_holds_now():
    window = Window.last(3600, 300, NOW)
    assert window.start % 300 == window.end % 300 == 0
    assert window.start <= NOW - 3600
    assert window.end - 300 <= NOW < window.end


async def test_points_come_oldest_first_and_a_metric_without_any_is_empty():
    found = await read({"MetricDataResults": [result("m0", (600, 2.0), (300, 1.0)), result("m1")]}, 3)
    assert found == {0: ((300.0, 1.0), (600.0, 2.0)), 1: (), 2: ()}


async def test_five_hundred_metrics_a_call_each_with_its_own_id():
    sizes: list[int] = []

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        asked = given["MetricDataQueries"]
        sizes.append(len(asked))
        assert len({query["Id"] for query in asked}) == len(asked)
        last = asked[-1]
        value = float(last["MetricStat"]["Metric"]["Dimensions"][0]["Value"].removeprefix("i-"))
        return {"MetricDataResults": [result(last["Id"], (300, value))]}

    found = await read(answer, 1_201)
    assert sizes == [BATCH, BATCH, 201]
    assert len(found) == 1_201
    assert [found[index] for index in (499, 999, 1_200)] == [((300.0, float(n)),) for n in (499, 999, 1_200)]


async def test_a_batch_that_is_denied_leaves_the_others():
    calls = iter([DENIED, {"MetricDataResults": [result("m0", (300, 1.0))]}])
    found = await read(lambda _given: next(calls), BATCH + 1)
    assert found[0] is found[BATCH - 1] is DENIED
    assert found[BATCH] == ((300.0, 1.0),)


async def test_partial_data_is_joined_over_its_pages():
    pages = [
        {"MetricDataResults": [result("m0", (300, 1.0), status="PartialData")]},
        {"MetricDataResults": [result("m0", (600, 2.0), (300, 1.0))]},
    ]
    assert await read(pages) == {0: ((300.0, 1.0), (600.0, 2.0))}


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
async def test_a_metric_that_failed_is_a_fault_and_not_an_empty_line(status):
    failed = result("m0", status=status, Messages=[{"Code": "x", "Value": "no\x1b access"}])
    found = await read({"MetricDataResults": [failed, result("m1", (300, 1.0))]}, 2)
    assert isinstance(found[0], Fault)
    assert found[0].why == "no<ESC> access"
    assert found[1] == ((300.0, 1.0),)


async def test_what_is_asked_for():
    reader = FakeReader({"GetMetricData": {}})
    [_ async for _ in read_series(reader, [SeriesQuery("AWS/SQS", "Age", (("QueueName", "q"),), "p99")], HOUR)]
    _, asked = reader.asked[0]
    assert asked["StartTime"] == datetime.fromtimestamp(HOUR.start, UTC)
    assert asked["EndTime"] == datetime.fromtimestamp(HOUR.end, UTC)
    stat = asked["MetricDataQueries"][0]["MetricStat"]
    assert (stat["Period"], stat["Stat"]) == (300, "p99")
    assert stat["Metric"]["Dimensions"] == [{"Name": "QueueName", "Value": "q"}]


async def test_nothing_asked_is_no_call():
    reader = FakeReader({})
    assert [_ async for _ in read_series(reader, [], HOUR)] == []


def test_a_gap_is_none_and_the_period_that_has_not_ended_is_left_out():
    window = Window(0, 1500, 300)
    assert samples(((0.0, 1.0), (600.0, 3.0)), window) == (1.0, None, 3.0, None)
    assert samples(((0.0, 0.0), (1200.0, 5.0)), window) == (0.0, None, None, None, 5.0)
    assert samples((), window) == (None, None, None, None)


async def test_an_hour_of_samples_for_each_id():
    window = Window.last(3600, 300, NOW)
    answer = {"MetricDataResults": [result("m0", (window.start, 7.0)), result("m1", status="Forbidden")]}
    reader = FakeReader({"GetMetricData": answer})
    found = {id_: values async for id_, values in recent_samples(reader, CPU, ["i-1", "i-2", "i-3"], lambda: NOW)}
    assert found["i-1"] == (7.0, *(None,) * 11)
    assert isinstance(found["i-2"], Fault)
    assert set(found["i-3"]) == {None}
