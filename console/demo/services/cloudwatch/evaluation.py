"""Owns deciding in which state an alarm is: one metric against a threshold, or a rule over other alarms.

It is done when somebody looks. An alarm on metric math or on a band stays as it was set, and every alarm does so for a
minute after it was set by hand.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from console.demo.account import Account
from console.demo.services.cloudwatch import reasons
from console.demo.services.cloudwatch.alarm import COMPOSITE, RULE_PART, Alarm, Alarms, arn_of, aws_time
from console.demo.services.cloudwatch.data import Window, read_points
from console.demo.services.cloudwatch.metrics import Metric, Metrics
from console.demo.services.cloudwatch.reasons import Points

_PAUSE = timedelta(minutes=1)


def evaluate(account: Account) -> None:
    """Bring every alarm into the state that it should be in now, the composite ones last."""
    alarms, metrics, now = account.state(Alarms), account.state(Metrics), account.now()
    metrics.settle(now)
    due = [alarm for alarm in alarms.by_name.values() if now - alarm.document["StateUpdatedTimestamp"] >= _PAUSE]
    for alarm in due:
        if "MetricName" in alarm.document and "Threshold" in alarm.document:
            _evaluate_metric(alarms, alarm, metrics, now)
    for alarm in due:
        if alarm.kind == COMPOSITE:
            _evaluate_rule(alarms, alarm, now)


def recent_points(metrics: Metrics, settings: Mapping[str, Any], now: datetime) -> Points:
    """Return the data points of an alarm's last whole periods before ``now``."""
    period = settings["Period"]
    end = now - timedelta(seconds=now.timestamp() % period)
    window = Window.of(end - timedelta(seconds=period * settings["EvaluationPeriods"]), end, now)
    statistic = reasons.statistic_of(settings)
    return sorted(read_points(metrics, Metric.of(settings), statistic, period, window).items())


def _evaluate_metric(alarms: Alarms, alarm: Alarm, metrics: Metrics, now: datetime) -> None:
    settings, before = alarm.document, alarm.document["StateValue"]
    points = recent_points(metrics, settings, now)
    after = _decided(settings, points)
    if after == before:
        return
    words = (
        reasons.unknown(settings) if after == "INSUFFICIENT_DATA" else reasons.crossed(settings, before, after, points)
    )
    alarms.enter(alarm, after, words[0], {"version": "1.0", "queryDate": aws_time(now), **words[1]}, now)


def _decided(settings: Mapping[str, Any], points: Points) -> str:
    """Return the state that data points mean; where it depends on missing ones, the state that the alarm is in."""
    missing, before = settings.get("TreatMissingData", "missing"), str(settings["StateValue"])
    total = settings["EvaluationPeriods"]
    needed = settings.get("DatapointsToAlarm") or total
    over = sum(reasons.breaches(settings, value) for _, value in points)
    gaps = total - len(points)
    if not points and missing in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if missing == "missing" else before
    if over + (gaps if missing == "breaching" else 0) >= needed:
        return "ALARM"
    undecided = gaps if missing in ("missing", "ignore") else 0
    return "OK" if over + undecided < needed else before


def _evaluate_rule(alarms: Alarms, alarm: Alarm, now: datetime) -> None:
    before = alarm.document["StateValue"]
    states = {name: str(other.document["StateValue"]) for name, other in alarms.by_name.items()}
    found = _holds(alarm.document["AlarmRule"], states)
    known = [alarms.by_name[name] for name in alarm.children() if name in alarms.by_name]
    after = before if found is None else "ALARM" if found else "OK"
    if after == before or not known:
        return
    trigger = max(known, key=lambda child: child.document["StateTransitionedTimestamp"])
    state = trigger.document["StateValue"]
    reason = f"{arn_of(trigger.name)} transitioned to {state} at {now:%A %d %B, %Y %H:%M:%S} UTC"
    cause = {"arn": arn_of(trigger.name), "state": {"value": state, "timestamp": aws_time(now)}}
    alarms.enter(alarm, after, reason, {"triggeringAlarms": [cause]}, now)


def _holds(rule: str, states: Mapping[str, str]) -> bool | None:
    """Return whether a rule is true, None for one that cannot be read."""
    text = RULE_PART.sub(lambda found: str(states.get(found[2]) == found[1]), rule)
    words = text.replace("AND", "and").replace("OR", "or").replace("NOT", "not").replace("TRUE", "True")
    try:
        return _truth(ast.parse(words.replace("FALSE", "False").strip(), mode="eval").body)
    except (SyntaxError, ValueError):
        return None


def _truth(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _truth(node.operand)
    if isinstance(node, ast.BoolOp):
        parts = [_truth(part) for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    raise ValueError("not a rule")
