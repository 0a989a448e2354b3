"""Owns CloudWatch's GetMetricData: queries, periods and pages of data points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.demo.account import Call, Operations
from console.demo.services.cloudwatch import errors, expressions
from console.demo.services.cloudwatch.expressions import Points
from console.demo.services.cloudwatch.metrics import Metric, Metrics, minute_of
from console.demo.services.cloudwatch.samples import is_statistic, statistic

_MOST_QUERIES = 500
_MOST_POINTS = 100_800
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_SHORT_PERIODS = (1, 5, 10, 20, 30)
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at: seconds since 1970, and the first minute about which nothing is known yet."""

    start: int
    end: int
    unknown: int

    @classmethod
    def of(cls, start: datetime, end: datetime, now: datetime) -> Window:
        """Return the window between two moments as seen ``now``; the running minute has no data yet."""
        return cls(int(start.timestamp()) // _MINUTE * _MINUTE, int(end.timestamp()), minute_of(now))


def read_points(metrics: Metrics, metric: Metric, name: str, period: int, window: Window) -> Points:
    """Return (start of a period in seconds, value) of one statistic, oldest first; nothing for an empty period.

    Periods are multiples of ``period`` since 1970; the first is the one that ``window`` begins in.
    """
    period = max(period, _MINUTE)
    points = {}
    for start in range(window.start // period * period, window.end, period):
        last = min((start + period) // _MINUTE, window.unknown)
        if found := metrics.between(metric, start // _MINUTE, last):
            points[start] = statistic(name, found)
    return points


def _get_metric_data(call: Call) -> dict[str, Any]:
    wanted = call.parameters
    queries = wanted["MetricDataQueries"]
    _check(queries, wanted["StartTime"], wanted["EndTime"])
    metrics, now = call.account.state(Metrics), call.account.now()
    metrics.settle(now)
    results = _results(metrics, queries, Window.of(wanted["StartTime"], wanted["EndTime"], now))
    newest_first = wanted.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    return _page(
        [query for query in queries if query.get("ReturnData", True)],
        {id_: sorted(points.items(), reverse=newest_first) for id_, points in results.items()},
        errors.position(wanted.get("NextToken")),
        min(wanted.get("MaxDatapoints", _MOST_POINTS), _MOST_POINTS),
    )


def _check(queries: list[dict[str, Any]], start: datetime, end: datetime) -> None:
    if len(queries) > _MOST_QUERIES:
        raise errors.invalid(f"The collection MetricDataQueries must not have a size greater than {_MOST_QUERIES}.")
    if start >= end:
        raise errors.validation("The parameter StartTime must be less than the parameter EndTime.")
    ids = [query.get("Id", "") for query in queries]
    for id_ in ids:
        if not _ID.fullmatch(id_):
            raise errors.validation(f'The value "{id_}" for parameter MetricDataQueries.member.Id is not valid.')
    if len(ids) != len(set(ids)):
        raise errors.validation("The values for parameter id in MetricDataQueries are not unique.")
    for query in queries:
        _check_query(query)


def _check_query(query: Mapping[str, Any]) -> None:
    if ("MetricStat" in query) == ("Expression" in query):
        raise errors.validation(f"Query {query['Id']} must have either an Expression or a MetricStat.")
    stat = query.get("MetricStat")
    if stat is None:
        return
    period = stat.get("Period", 0)
    if period not in _SHORT_PERIODS and (period < _MINUTE or period % _MINUTE):
        raise errors.validation("Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    if not is_statistic(stat.get("Stat", "")):
        raise errors.validation(f"The value {stat.get('Stat')} for parameter Stat is not supported.")


def _results(metrics: Metrics, queries: list[dict[str, Any]], window: Window) -> dict[str, Points]:
    results: dict[str, Points] = {}
    for query in queries:
        if stat := query.get("MetricStat"):
            results[query["Id"]] = read_points(metrics, Metric.of(stat["Metric"]), stat["Stat"], stat["Period"], window)
    for query in queries:
        if "Expression" in query:
            results[query["Id"]] = expressions.evaluate(query["Expression"], results)
    return results


def _page(
    queries: list[dict[str, Any]], points: Mapping[str, list[tuple[int, float]]], start: int, most: int
) -> dict[str, Any]:
    """Return the results from data point ``start`` on; each query has at least an empty result on the first page."""
    results, first, end = [], 0, start + most
    total = sum(len(points[query["Id"]]) for query in queries)
    for query in queries:
        found = points[query["Id"]]
        low, high = max(start - first, 0), min(end - first, len(found))
        if low < high or (not found and (start <= first < end or first == total <= end)):
            complete = high == len(found)
            results.append(_result(query, found[low:high], complete))
        first += len(found)
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if end < total:
        answer["NextToken"] = errors.token(end)
    return answer


def _result(query: Mapping[str, Any], points: list[tuple[int, float]], complete: bool) -> dict[str, Any]:
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or _label(query),
        "Timestamps": [datetime.fromtimestamp(at, UTC) for at, _ in points],
        "Values": [float(value) for _, value in points],
        "StatusCode": "Complete" if complete else "PartialData",
    }


def _label(query: Mapping[str, Any]) -> str:
    stat = query.get("MetricStat")
    return str(stat["Metric"]["MetricName"]) if stat else str(query["Id"])


OPERATIONS: Operations = {"GetMetricData": _get_metric_data}
