"""Owns which metrics there are and what each recorded, and CloudWatch's operations on that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.demo.account import ACCOUNT_ID, Call, Operations
from console.demo.services.cloudwatch import errors
from console.demo.services.cloudwatch.samples import Sample

_PAGE = 500
_RECENT = {"PT3H": timedelta(hours=3)}
_MOST_DIMENSIONS = 30
_MOST_PUT = 1000

Series = Callable[[int], Sample | None]
"""Returns what was recorded in a minute, counted since 1970; None for nothing."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's name. ``dimensions`` are in the order of their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Metric:
        """Return the metric that a request names."""
        pairs = sorted((part["Name"], part.get("Value", "")) for part in document.get("Dimensions") or ())
        return cls(document.get("Namespace", ""), document.get("MetricName", ""), tuple(pairs))

    def document(self) -> dict[str, Any]:
        """Return the metric as CloudWatch writes it."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        return {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}


@dataclass(slots=True)
class Metrics:
    """Every metric: ``series`` are calculated, ``put`` were sent by somebody, by minute.

    ``works`` look at what the metrics are about; ``settle`` runs them.
    """

    series: dict[Metric, Series] = field(default_factory=dict)
    put: dict[Metric, dict[int, Sample]] = field(default_factory=dict)
    works: list[Callable[[datetime], None]] = field(default_factory=list)

    def settle(self, now: datetime) -> None:
        """Look at what there is now; to be called before data are read."""
        for work in self.works:
            work(now)

    def all(self) -> list[Metric]:
        """Return every metric in CloudWatch's own, stable order."""
        return list(dict.fromkeys((*self.series, *self.put)))

    def between(self, metric: Metric, start: int, end: int) -> list[Sample]:
        """Return what was recorded from minute ``start`` until before ``end``."""
        series, put = self.series.get(metric), self.put.get(metric, {})
        found = (put.get(minute) or (series(minute) if series else None) for minute in range(start, end))
        return [sample for sample in found if sample is not None]

    def active(self, metric: Metric, start: int, end: int) -> bool:
        """Return whether anything was recorded from minute ``start`` until before ``end``."""
        return any(self.between(metric, minute, minute + 1) for minute in range(end - 1, start - 1, -1))

    def record(self, metric: Metric, at: datetime, sample: Sample) -> None:
        """Add what somebody sent."""
        minutes = self.put.setdefault(metric, {})
        minute = minute_of(at)
        minutes[minute] = minutes[minute].merged(sample) if minute in minutes else sample


def minute_of(moment: datetime) -> int:
    """Return the minute since 1970 that ``moment`` is in."""
    return int(moment.timestamp()) // 60


def _list_metrics(call: Call) -> dict[str, Any]:
    wanted = call.parameters
    recent = wanted.get("RecentlyActive")
    if recent is not None and recent not in _RECENT:
        raise errors.validation("1 validation error detected: RecentlyActive must be PT3H")
    metrics = call.account.state(Metrics)
    found = [metric for metric in metrics.all() if _fits(metric, wanted)]
    if recent:
        end = minute_of(call.account.now()) + 1
        start = end - int(_RECENT[recent].total_seconds()) // 60
        found = [metric for metric in found if metrics.active(metric, start, end)]
    start = errors.position(wanted.get("NextToken"))
    answer: dict[str, Any] = {"Metrics": [metric.document() for metric in found[start : start + _PAGE]]}
    if wanted.get("IncludeLinkedAccounts"):
        answer["OwningAccounts"] = [ACCOUNT_ID] * len(answer["Metrics"])
    if start + _PAGE < len(found):
        answer["NextToken"] = errors.token(start + _PAGE)
    return answer


def _fits(metric: Metric, wanted: Mapping[str, Any]) -> bool:
    if wanted.get("Namespace", metric.namespace) != metric.namespace:
        return False
    if wanted.get("MetricName", metric.name) != metric.name:
        return False
    dimensions = dict(metric.dimensions)
    return all(
        part["Name"] in dimensions and part.get("Value", dimensions[part["Name"]]) == dimensions[part["Name"]]
        for part in wanted.get("Dimensions") or ()
    )


def _put_metric_data(call: Call) -> dict[str, Any]:
    namespace, data = call.parameters.get("Namespace", ""), call.parameters.get("MetricData") or ()
    if not namespace:
        raise errors.missing("Namespace")
    if namespace.startswith("AWS/"):
        raise errors.invalid("The value AWS/ for parameter Namespace is invalid.")
    if len(data) > _MOST_PUT:
        raise errors.invalid(f"The collection MetricData must not have a size greater than {_MOST_PUT}.")
    ready = [_read(namespace, datum, call.account.now()) for datum in data]
    for metric, at, sample in ready:
        call.account.state(Metrics).record(metric, at, sample)
    return {}


def _read(namespace: str, datum: Mapping[str, Any], now: datetime) -> tuple[Metric, datetime, Sample]:
    if not datum.get("MetricName"):
        raise errors.missing("MetricData.member.1.MetricName")
    if len(datum.get("Dimensions") or ()) > _MOST_DIMENSIONS:
        raise errors.invalid(f"The collection Dimensions must not have a size greater than {_MOST_DIMENSIONS}.")
    metric = Metric.of({**datum, "Namespace": namespace})
    return metric, datum.get("Timestamp") or now, _sample(datum)


def _sample(datum: Mapping[str, Any]) -> Sample:
    if found := datum.get("StatisticValues"):
        return Sample(found["Sum"], found["SampleCount"], found["Minimum"], found["Maximum"])
    values = list(datum.get("Values") or ()) or [value for value in (datum.get("Value"),) if value is not None]
    if not values:
        raise errors.missing("MetricData.member.1.Value")
    counts = list(datum.get("Counts") or [1.0] * len(values))
    return _summary(values, counts)


def _summary(values: Sequence[float], counts: Sequence[float]) -> Sample:
    pairs: Iterator[tuple[float, float]] = zip(values, counts, strict=True)
    return Sample(sum(value * count for value, count in pairs), sum(counts), min(values), max(values))


OPERATIONS: Operations = {"ListMetrics": _list_metrics, "PutMetricData": _put_metric_data}
