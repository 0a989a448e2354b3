"""Owns which alarms the shop has on single metrics, how each stands and since when; must not know requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.demo.account import ACCOUNT_ID, REGION
from console.demo.seed import story
from console.demo.seed.metrics import BALANCER, DATABASES, NIGHTLY, TARGETS
from console.demo.services.cloudwatch.metrics import Metric

CRITICAL = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:oncall-critical"
WARNING = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:oncall-warning"
_OVER, _AT_LEAST, _UNDER = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Plan:
    """One alarm on one metric. ``minutes`` is for how long it has been in its state, ``age`` its own in days.

    Without minutes it is in alarm since the incident's data crossed the threshold.
    """

    name: str
    metric: Metric
    statistic: str
    operator: str
    threshold: float
    state: str
    minutes: float = 0
    period: int = 60
    periods: int = 1
    needed: int = 1
    missing: str = "missing"
    description: str = ""
    actions: tuple[str, ...] = (CRITICAL,)
    enabled: bool = True
    age: int = 300
    before: str = ""

    @property
    def earlier(self) -> str:
        """The state that the alarm was in before."""
        return self.before or ("ALARM" if self.state == "OK" else "OK")


def _sqs(queue: str, name: str = "ApproximateNumberOfMessagesVisible") -> Metric:
    return Metric("AWS/SQS", name, (("QueueName", queue),))


def _ec2(instance: str, name: str) -> Metric:
    return Metric("AWS/EC2", name, (("InstanceId", story.instance_id(instance)),))


def _balanced(name: str) -> Metric:
    return Metric("AWS/ApplicationELB", name, (("LoadBalancer", BALANCER), ("TargetGroup", TARGETS)))


def _database(database: str, name: str) -> Metric:
    return Metric("AWS/RDS", name, (("DBInstanceIdentifier", database),))


def _function(function: str, name: str) -> Metric:
    return Metric("AWS/Lambda", name, (("FunctionName", function),))


def plans() -> Iterator[Plan]:
    """Yield the alarms on single metrics."""
    yield from _in_alarm()
    yield from _fine()
    yield from _without_data()


def _in_alarm() -> Iterator[Plan]:
    yield Plan(
        "orders-dlq-not-empty", _sqs(story.ORDERS_DLQ), "Maximum", _AT_LEAST, 1, "ALARM",
        missing="notBreaching", description="Orders that the orders service gave up on. Runbook: wiki/orders-dlq",
    )  # fmt: skip
    yield Plan(
        "web-eu1-5xx", _balanced("HTTPCode_Target_5XX_Count"), "Sum", _OVER, 50, "ALARM", periods=3, needed=3,
        missing="notBreaching", description="Errors that the web tier answers",
    )  # fmt: skip
    yield Plan(
        "web-eu1-latency-p95", _balanced("TargetResponseTime"), "p95", _OVER, 0.8, "ALARM", periods=5, needed=3,
        description="Customers wait", actions=(WARNING,),
    )  # fmt: skip
    yield Plan(
        "web-eu1-unhealthy-hosts", _balanced("UnHealthyHostCount"), "Maximum", _AT_LEAST, 1, "ALARM", periods=2,
        needed=2, actions=(WARNING,),
    )  # fmt: skip
    yield Plan(
        f"{story.FAILING}-status-check", _ec2(story.FAILING, "StatusCheckFailed"), "Maximum", _AT_LEAST, 1, "ALARM",
        periods=2, needed=2,
        actions=(CRITICAL, "arn:aws:automate:eu-west-1:ec2:reboot"), enabled=False, description="Reboots by itself",
    )  # fmt: skip
    yield Plan(
        f"{story.FAILING}-cpu", _ec2(story.FAILING, "CPUUtilization"), "Average", _OVER, 90, "ALARM", period=300,
        periods=2, needed=2, actions=(WARNING,),
    )  # fmt: skip
    yield Plan(
        "webhooks-out-dlq-not-empty", _sqs("webhooks-out-dlq"), "Maximum", _AT_LEAST, 1, "ALARM", 9 * _DAY,
        missing="notBreaching", enabled=False, description="Known: one partner is gone. Muted until 2026-12-01",
    )  # fmt: skip


def _fine() -> Iterator[Plan]:
    for name in (story.WEB[0], story.WEB[1], story.WEB[2]):
        check = _ec2(name, "StatusCheckFailed")
        yield Plan(f"{name}-status-check", check, "Maximum", _AT_LEAST, 1, "OK", 8 * _DAY, periods=2, needed=2)
    yield Plan(
        f"{story.BASTION}-credits", _ec2(story.BASTION, "CPUCreditBalance"), "Minimum", _UNDER, 20, "OK", 61 * _DAY,
        period=300, actions=(WARNING,),
    )  # fmt: skip
    yield Plan("orders-backlog", _sqs(story.ORDERS), "Maximum", _OVER, 2_000, "OK", 19 * _DAY, periods=5, needed=5)
    yield Plan(
        "invoices-dlq-arrivals", _sqs(story.INVOICES_DLQ, "NumberOfMessagesSent"), "Sum", _AT_LEAST, 1, "OK",
        64 * _DAY, missing="notBreaching", description="Invoices that could not be rendered",
    )  # fmt: skip
    yield Plan(
        "payments-oldest-message", _sqs(story.PAYMENTS, "ApproximateAgeOfOldestMessage"), "Maximum", _OVER, 300, "OK",
        3 * _DAY + 97, periods=3, needed=3,
    )  # fmt: skip
    yield Plan("orders-db-cpu", _database(DATABASES[0], "CPUUtilization"), "Average", _OVER, 80, "OK", 43 * _DAY, 300)
    yield Plan(
        "orders-db-connections", _database(DATABASES[0], "DatabaseConnections"), "Maximum", _OVER, 180, "OK",
        6 * _DAY, periods=3, needed=2, description="The pool holds 200",
    )  # fmt: skip
    yield Plan(
        "orders-db-free-storage", _database(DATABASES[0], "FreeStorageSpace"), "Minimum", _UNDER, 50_000_000_000, "OK",
        200 * _DAY, 300, actions=(WARNING,),
    )  # fmt: skip


def _without_data() -> Iterator[Plan]:
    yield Plan(
        f"{story.STOPPED}-status-check", _ec2(story.STOPPED, "StatusCheckFailed"), "Maximum", _AT_LEAST, 1,
        "INSUFFICIENT_DATA", story.STOPPED_AGE.total_seconds() / 60 - 3, periods=2, needed=2,
    )  # fmt: skip
    yield Plan(
        f"{NIGHTLY}-duration", _function(NIGHTLY, "Duration"), "Maximum", _OVER, 600_000, "INSUFFICIENT_DATA", 6 * 60,
        period=3600, actions=(WARNING,),
    )  # fmt: skip
    yield Plan(
        "data-lake-import-lag", Metric("Northwind/DataLake", "ImportLag", (("Table", "orders"),)), "Maximum", _OVER,
        7200, "INSUFFICIENT_DATA", 2 * _DAY, period=300, age=2, before="INSUFFICIENT_DATA", actions=(),
    )  # fmt: skip
