"""Owns the names of metrics: listing them and reading one back from its id. Must not know the screen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from console.resources.model import Item, Parameters, Plot, Reader, SeriesQuery
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind


async def fetch_metrics(reader: Reader, namespace: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the metrics of ``namespace``, or of all of them when it is empty, page by page."""
    parameters: Parameters = {"Namespace": namespace} if namespace else {}
    async for page in reader.pages("cloudwatch", "ListMetrics", parameters):
        yield list(page.get("Metrics") or ())


async def fetch_namespaces(reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the namespaces with how many metrics each has; CloudWatch can only list the metrics themselves."""
    counted: Counter[str] = Counter()
    async for page in reader.pages("cloudwatch", "ListMetrics", {}):
        counted.update(metric["Namespace"] for metric in page.get("Metrics") or ())
    yield [{"Namespace": name, "Metrics": count} for name, count in counted.items()]


def metric_id(metric: Item) -> str:
    """Return the one text that names a metric: a JSON array of namespace, name and dimension pairs."""
    dimensions = sorted([part["Name"], part["Value"]] for part in metric.get("Dimensions") or ())
    return json.dumps([metric.get("Namespace", ""), metric.get("MetricName", ""), dimensions])


def query_from(id_: str, statistic: str = "Average") -> SeriesQuery:
    """Return the query of the metric that ``metric_id`` named. Raises ``ValueError`` for another text."""
    try:
        namespace, name, dimensions = json.loads(id_)
        pairs = tuple((str(key), str(value)) for key, value in dimensions)
    except (TypeError, ValueError) as error:
        raise ValueError("it is not the id of a metric") from error
    return SeriesQuery(str(namespace), str(name), pairs, statistic)


async def describe(_reader: Reader, id_: str, _parent: str) -> dict[str, Any]:
    """Return the document of a metric: what its id says. Raises ``AwsError`` for a text that is no id."""
    try:
        query = query_from(id_)
    except (ValueError, TypeError) as error:
        raise AwsError(Fault(FaultKind.NOT_FOUND, f"{clean(id_)} names no metric", "")) from error
    dimensions = [{"Name": name, "Value": value} for name, value in query.dimensions]
    return {"metric": {"Namespace": query.namespace, "MetricName": query.name, "Dimensions": dimensions}, "id": id_}


def plots(document: Item) -> list[Plot]:
    """Return the chart of a metric's document."""
    query = query_from(document["id"])
    return [Plot(clean(query.name), query)]


def dimension_texts(metric: Item) -> list[str]:
    """Return the dimensions as ``name=value`` texts, in AWS's order."""
    return [f"{part['Name']}={part['Value']}" for part in metric.get("Dimensions") or ()]
