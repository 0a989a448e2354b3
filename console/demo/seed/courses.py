"""Owns which way each of the shop's metrics goes: the incident's, and that of what is done in the demo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from console.demo.account import Account
from console.demo.seed import story
from console.demo.seed.metrics import AGENT_DIED, FAILING, FAILING_GAPS, INSTANCE, described
from console.demo.seed.observed import OBSERVED, OfInstance, OfQueue, look
from console.demo.seed.series import Course, Shape, seed_of
from console.demo.services.cloudwatch.metrics import Metric, Metrics, Series, minute_of
from console.demo.services.ec2.fleet import Fleet

_SIZES: dict[str, float] = {
    "northwind-access-logs": 1_900_000_000,
    "northwind-assets": 48_200_000,
    "northwind-backups": 4_810_000_000_000,
    "northwind-invoices": 260_000_000,
    "northwind-orders-archive": 31_000_000_000,
    "northwind-terraform-state": 410_000,
}
"""Bytes in each of this region's buckets."""
_SIZE_HISTORY = timedelta(days=30)


def seed(account: Account) -> None:
    """Fill the account's metrics."""
    metrics = account.state(Metrics)
    incident = minute_of(account.started - story.INCIDENT_AGE)
    first = minute_of(account.started - story.HISTORY)
    for metric, shape in described(account):
        metrics.series[metric] = Course(shape, _seed(metric), incident, first)
    _break(metrics, incident, first)
    _follow(account, metrics)
    for bucket, size in _SIZES.items():
        _add_size(metrics, bucket, size, account)


def _seed(metric: Metric) -> int:
    return seed_of(metric.namespace, metric.name, *(value for _, value in metric.dimensions))


def _break(metrics: Metrics, incident: int, first: int) -> None:
    """Make the failing machine fail: busy, then silent at times; its agent dies for good."""
    dimensions = (("InstanceId", story.instance_id(story.FAILING)),)
    for metric in [metric for metric in metrics.series if metric.dimensions == dimensions]:
        shape = FAILING.get(metric.name, INSTANCE.get(metric.name))
        if metric.namespace == "CWAgent" or shape is None:
            course = metrics.series[metric]
            metrics.series[metric] = _until(course, incident + AGENT_DIED)
        else:
            gaps = () if metric.name.startswith("StatusCheck") else FAILING_GAPS
            metrics.series[metric] = Course(shape, _seed(metric), incident, first, gaps=gaps)


def _follow(account: Account, metrics: Metrics) -> None:
    """Let the series of machines and dead-letter queues follow what is done to these."""
    instances = account.state(Fleet).instances
    for metric, series in list(metrics.series.items()):
        dimensions = dict(metric.dimensions)
        instance, queue = instances.get(dimensions.get("InstanceId", "")), dimensions.get("QueueName", "")
        if not isinstance(series, Course):
            continue
        if instance:
            healthy = replace(series, shape=INSTANCE.get(metric.name, series.shape), gaps=(), last=None)
            metrics.series[metric] = OfInstance(series, healthy, instance)
        elif "-dlq" in queue and metric.name in OBSERVED:
            followed = metrics.series[metric] = OfQueue(series)
            metrics.works.append(partial(look, account, queue, metric.name, followed))


def _until(series: Series, last: int) -> Series:
    return replace(series, last=last) if isinstance(series, Course) else series


def _add_size(metrics: Metrics, bucket: str, size: float, account: Account) -> None:
    """Add what S3 reports of a bucket once a day, at midnight."""
    first = minute_of(account.started - _SIZE_HISTORY)
    incident = minute_of(account.started)
    for name, storage, base in (
        ("BucketSizeBytes", "StandardStorage", size),
        ("NumberOfObjects", "AllStorageTypes", size / 81_000),
    ):
        metric = Metric("AWS/S3", name, (("BucketName", bucket), ("StorageType", storage)))
        course = Course(Shape(base, 0.02, 0.001, wave=60 * 24 * 30, whole=True), _seed(metric), incident, first)
        metrics.series[metric] = _daily(course)


def _daily(series: Series) -> Series:
    return lambda minute: series(minute) if minute % (24 * 60) == 0 else None
