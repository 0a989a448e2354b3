"""Owns the names of metrics: listing them and reading one back from its id. Must not know the screen."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from console.cloudwatch.series import SeriesQuery
from console.resources.model import Item, Parameters, Reader
from console.text.faults import Fault


async def fetch_metrics(reader: Reader, namespace: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the metrics of ``namespace``, or of all of them when it is empty, page by page."""
    parameters: Parameters = {"Namespace": namespace} if namespace else {}
    async for page in reader.pages("cloudwatch", "ListMetrics", parameters):
        yield list(page.get("Metrics") or ())


def metric_id(metric: Item) -> str:
    """Return the one text that names a metric: a JSON array of namespace, name and dimension pairs."""
    dimensions = sorted([part["Name"], part["Value"]] for part in metric.get("Dimensions") or ())
    return json.dumps([metric.get("Namespace", ""), metric.get("MetricName", ""), dimensions])


def query_from(id_: str, statistic: str = "Average") -> SeriesQuery:
    """Return the query of the metric that ``metric_id`` named. Raises ``ValueError`` for another text."""
    namespace, name, dimensions = json.loads(id_)
    return SeriesQuery(namespace, name, tuple((str(key), str(value)) for key, value in dimensions), statistic)


def dimension_texts(metric: Item) -> list[str]:
    """Return the dimensions as ``name=value`` texts, in AWS's order."""
    return [f"{part['Name']}={part['Value']}" for part in metric.get("Dimensions") or ()]
