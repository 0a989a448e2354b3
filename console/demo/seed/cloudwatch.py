"""Owns filling CloudWatch: metrics, alarms on one metric, on metric math, on a band, on other alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Account
from console.demo.seed import alarms as planned
from console.demo.seed import courses, hostile, metrics, standings, story
from console.demo.seed.alarms import CRITICAL, WARNING, Plan
from console.demo.services.cloudwatch.alarm import COMPOSITE, METRIC, Alarm, Alarms, arn_of, aws_time
from console.demo.services.cloudwatch.metrics import Metric, Metrics, minute_of
from console.demo.services.cloudwatch.samples import Sample

_HOSTILE_NAMESPACE = "Hostile"


def seed(account: Account) -> None:
    """Fill the account's metrics and alarms."""
    courses.seed(account)
    for plan in planned.plans():
        alarm = standings.add(account, plan)
        if plan.name in ("orders-dlq-not-empty", "web-eu1-5xx"):
            standings.flap(account, alarm, 6.3, 14)
            standings.flap(account, alarm, 41.8, 52)
    _add_failure_rate(account)
    _add_band(account)
    _add_composites(account)
    if account.hostile:
        _add_hostile(account)


def _keep(account: Account, kind: str, document: dict[str, Any], days: int, before: str) -> None:
    common = {
        "AlarmArn": arn_of(document["AlarmName"]),
        "AlarmConfigurationUpdatedTimestamp": account.started - timedelta(days=days),
        "ActionsEnabled": True,
        "InsufficientDataActions": [],
    }
    alarm = Alarm(kind, common | document)
    account.state(Alarms).by_name[alarm.name] = alarm
    standings.remember(account, alarm, before)


def _add_failure_rate(account: Account) -> None:
    since = account.started - story.INCIDENT_AGE + timedelta(minutes=3)
    failed, placed = (Metric(metrics.ORDERS_NAMESPACE, name) for name in ("OrdersFailed", "OrdersPlaced"))
    share = _share(account.state(Metrics), failed, placed, minute_of(since) - 1)
    reason = (
        f"Threshold Crossed: 1 out of the last 1 datapoints [{share} ({since:%d/%m/%y %H:%M}:00)] was greater than "
        "the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    data = {"version": "1.0", "queryDate": aws_time(since), "threshold": 5.0, "recentDatapoints": [share]}
    document = {
        "AlarmName": "orders-failed-percent",
        "AlarmDescription": "Share of orders that fail",
        "Metrics": [
            {"Id": "rate", "Expression": "100 * failed / placed", "Label": "Failed orders, %", "ReturnData": True},
            _input("failed", failed, "Sum"),
            _input("placed", placed, "Sum"),
        ],
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [CRITICAL],
        "OKActions": [CRITICAL],
        **standings.standing("ALARM", since, reason, data),
    }
    _keep(account, METRIC, document, 188, "OK")


def _share(recorded: Metrics, part: Metric, whole: Metric, minute: int) -> float:
    """Return how many per cent ``part`` was of ``whole`` in a minute."""
    totals = [sum(sample.total for sample in recorded.between(metric, minute, minute + 1)) for metric in (part, whole)]
    return round(100 * totals[0] / totals[1], 2)


def _input(id_: str, metric: Metric, statistic: str, period: int = 60) -> dict[str, Any]:
    stat = {"Metric": metric.document(), "Period": period, "Stat": statistic}
    return {"Id": id_, "MetricStat": stat, "ReturnData": False}


def _add_band(account: Account) -> None:
    """Add an alarm that has no threshold but a band."""
    since = account.started - timedelta(days=16, hours=5)
    placed = _input("placed", Metric(metrics.ORDERS_NAMESPACE, "OrdersPlaced"), "Sum", 300) | {"ReturnData": True}
    band = {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(placed, 2)", "Label": "Expected", "ReturnData": True}
    document = {
        "AlarmName": "orders-placed-unusual",
        "Metrics": [placed, band],
        "ThresholdMetricId": "band",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 3,
        "ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold",
        "TreatMissingData": "missing",
        "AlarmActions": [WARNING],
        "OKActions": [],
        **standings.standing(
            "OK", since, "Thresholds Crossed: the datapoints are inside the band.", {"version": "1.0"}
        ),
    }
    _keep(account, METRIC, document, 120, "ALARM")


def _add_composites(account: Account) -> None:
    now = account.started
    errors_since = account.state(Alarms).by_name["web-eu1-5xx"].document["StateTransitionedTimestamp"]
    degraded = 'ALARM("web-eu1-5xx") AND (ALARM("orders-dlq-not-empty") OR ALARM("orders-failed-percent"))'
    _add_composite(
        account, "shop-checkout-degraded", degraded, "ALARM", errors_since + timedelta(seconds=2), "web-eu1-5xx",
        {"ActionsSuppressor": arn_of("shop-maintenance"), "ActionsSuppressorWaitPeriod": 60,
         "ActionsSuppressorExtensionPeriod": 120},
    )  # fmt: skip
    database = 'ALARM("orders-db-cpu") OR ALARM("orders-db-connections")'
    since = now - timedelta(days=6)
    _add_composite(account, "orders-db-unhealthy", database, "OK", since, "orders-db-connections", {})
    maintenance = Metric("Northwind/Shop", "Maintenance")
    plan = Plan(
        "shop-maintenance", maintenance, "Maximum", "GreaterThanOrEqualToThreshold", 1, "OK", 31 * 24 * 60,
        missing="notBreaching", description="Set by hand while the shop is closed", actions=(),
    )  # fmt: skip
    standings.add(account, plan)


def _add_composite(
    account: Account, name: str, rule: str, state: str, since: datetime, child: str, more: dict[str, Any]
) -> None:
    reason = f"{arn_of(child)} transitioned to {state} at {since:%A %d %B, %Y %H:%M:%S} UTC"
    trigger = {"arn": arn_of(child), "state": {"value": state, "timestamp": aws_time(since)}}
    document = {
        "AlarmName": name,
        "AlarmRule": rule,
        "AlarmActions": [CRITICAL],
        "OKActions": [CRITICAL],
        **standings.standing(state, since, reason, {"triggeringAlarms": [trigger]}),
        **more,
    }
    _keep(account, COMPOSITE, document, 188, "ALARM" if state == "OK" else "OK")


def _add_hostile(account: Account) -> None:
    """Add alarms and metrics whose names, reasons and dimensions attack; CBOR carries everything."""
    for number, text in enumerate(hostile.RAW):
        name = f"{number} {text}"[:255]
        metric = Metric(_HOSTILE_NAMESPACE, name, (("Name", text[:1024]), (text[:255], "value")))
        account.state(Metrics).record(metric, account.started - timedelta(minutes=5), Sample(1, 1, 1, 1))
        plan = Plan(
            name, metric, "Sum", "GreaterThanThreshold", 1e308 if number % 2 else -0.0, "INSUFFICIENT_DATA", number,
            description=text, actions=(f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:{text[:256]}",),
        )  # fmt: skip
        alarm = standings.add(account, plan)
        alarm.document["StateReason"] = text[:1023]
    _add_composite(
        account, "hostile-rule", f'ALARM("{hostile.RAW[0]}") OR OK([/])', "OK", account.started, hostile.RAW[1], {}
    )
    extremes = Metric(_HOSTILE_NAMESPACE, "extremes")
    for age, value in enumerate((0.0, -1e300, 1e300, 5e-324, -0.0)):
        sample = Sample(value, 1, value, value)
        account.state(Metrics).put.setdefault(extremes, {})[minute_of(account.started) - 2 - age] = sample
