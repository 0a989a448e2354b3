"""The names of metrics."""

from __future__ import annotations

import pytest

from console.cloudwatch.metrics import dimension_texts, fetch_metrics, metric_id, query_from
from tests.support.reader import FakeReader

METRIC = {
    "Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "b", "Value": '"quoted"\n'}, {"Name": "a", "Value": "x"}],
}  # fmt: skip


@pytest.mark.parametrize(("namespace", "asked"), [("", {}), ("AWS/EC2", {"Namespace": "AWS/EC2"})])
async def test_metrics_of_one_namespace_or_all(namespace, asked):
    reader = FakeReader({"ListMetrics": [{"Metrics": [METRIC]}, {}]})
    assert [len(batch) async for batch in fetch_metrics(reader, namespace)] == [1, 0]
    assert reader.asked == [("ListMetrics", asked)]


def test_an_id_names_one_metric_whatever_the_order_of_its_dimensions():
    turned = {**METRIC, "Dimensions": METRIC["Dimensions"][::-1]}
    assert metric_id(METRIC) == metric_id(turned)
    query = query_from(metric_id(METRIC), "Sum")
    assert (query.namespace, query.name, query.statistic) == ("AWS/EC2", "CPUUtilization", "Sum")
    assert query.dimensions == (("a", "x"), ("b", '"quoted"\n'))


@pytest.mark.parametrize("text", ["", "CPUUtilization", "[]", "[1, 2]", "7", "null", '["a", "b", [["x"]]]'])
def test_another_text_is_an_error(text):
    with pytest.raises(ValueError, match=r"not the id of a metric"):
        query_from(text)


def test_dimensions_in_words():
    assert dimension_texts(METRIC) == ['b="quoted"\n', "a=x"]
    assert dimension_texts({}) == []
