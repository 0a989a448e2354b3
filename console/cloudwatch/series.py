"""Owns reading metric series in batches; must not know what they are drawn as.

A point that CloudWatch did not send is a gap; nothing is interpolated and nothing becomes zero.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.resources.model import Item, Parameters, Reader, SeriesQuery
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

BATCH = 500
"""Metrics one GetMetricData takes."""

Points = tuple[tuple[float, float], ...]
"""(seconds since the epoch, value), oldest first."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time read: ``start`` and ``end`` in seconds since the epoch, multiples of ``period`` seconds."""

    start: float
    end: float
    period: int

    @classmethod
    def last(cls, seconds: float, period: int, now: float) -> Window:
        """Return the window of the last ``seconds`` before ``now``, widened to whole periods."""
        end = (int(now) // period + 1) * period
        return cls(end - (int(seconds) // period + 1) * period, end, period)


def period_for(seconds: float) -> int:
    """Return the period CloudWatch still keeps for a range of ``seconds``, at some 300 points at most."""
    steps = (60, 300, 900, 3600, 6 * 3600, 86400)
    return next((step for step in steps if seconds / step <= 300), steps[-1])


def query_of(namespace: str, name: str, dimensions: Mapping[str, str], statistic: str) -> SeriesQuery:
    """Return the query of one metric."""
    return SeriesQuery(namespace, name, tuple(dimensions.items()), statistic)


async def read_series(
    reader: Reader, queries: Sequence[SeriesQuery], window: Window
) -> AsyncIterator[tuple[int, Points | Fault]]:
    """Yield (index of the query, its points or why it has none), in batches of ``BATCH`` metrics a call."""
    for first in range(0, len(queries), BATCH):
        batch = queries[first : first + BATCH]
        try:
            found = await _read_batch(reader, batch, window)
        except AwsError as error:
            found = dict.fromkeys(range(len(batch)), error.fault)
        for index in range(len(batch)):
            yield first + index, found.get(index, ())


async def _read_batch(reader: Reader, batch: Sequence[SeriesQuery], window: Window) -> dict[int, Points | Fault]:
    points: dict[int, dict[float, float]] = {}
    faults: dict[int, Fault] = {}
    async for page in reader.pages("cloudwatch", "GetMetricData", _parameters(batch, window)):
        for result in page.get("MetricDataResults") or ():
            index = int(result["Id"][1:])
            pairs = zip(result.get("Timestamps") or (), result.get("Values") or (), strict=False)
            points.setdefault(index, {}).update((moment.timestamp(), value) for moment, value in pairs)
            if result.get("StatusCode") in ("InternalError", "Forbidden"):
                faults[index] = _fault(result)
    read: dict[int, Points | Fault] = {index: tuple(sorted(found.items())) for index, found in points.items()}
    return {**read, **faults}


def _parameters(batch: Sequence[SeriesQuery], window: Window) -> Parameters:
    return {
        "StartTime": datetime.fromtimestamp(window.start, UTC),
        "EndTime": datetime.fromtimestamp(window.end, UTC),
        "ScanBy": "TimestampAscending",
        "MetricDataQueries": [_query(index, query, window.period) for index, query in enumerate(batch)],
    }


def _query(index: int, query: SeriesQuery, period: int) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in query.dimensions]
    metric = {"Namespace": query.namespace, "MetricName": query.name, "Dimensions": dimensions}
    return {"Id": f"m{index}", "MetricStat": {"Metric": metric, "Period": period, "Stat": query.statistic}}


def _fault(result: Item) -> Fault:
    messages = "; ".join(clean(message.get("Value")) for message in result.get("Messages") or ())
    return Fault(FaultKind.SERVICE, "cloudwatch GetMetricData", messages or clean(result["StatusCode"]))
