"""Owns how an alarm's state is put into words and into its history; must not know which alarms there are.

Why an alarm stands as it does is taken from the very data points that its chart shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.demo.account import Account
from console.demo.seed import story
from console.demo.seed.alarms import Plan
from console.demo.seed.observed import course_of
from console.demo.services.cloudwatch import reasons
from console.demo.services.cloudwatch.alarm import METRIC, Alarm, Alarms, arn_of, aws_time, state_change
from console.demo.services.cloudwatch.evaluation import recent_points
from console.demo.services.cloudwatch.metrics import Metrics
from console.demo.services.cloudwatch.reasons import Points, Reason

_NEW: Reason = ("Unchecked: Initial alarm creation", {})
_EVALUATED = timedelta(seconds=3)
"""How long after its change of state an alarm was last looked at."""


def add(account: Account, plan: Plan) -> Alarm:
    """Add one alarm with its history, and return it."""
    metrics = account.state(Metrics)
    since = account.started - timedelta(minutes=plan.minutes) if plan.minutes else _crossing(account, metrics, plan)
    points = _points(metrics, plan, since)
    reason, data = _reason(plan, points)
    data = {"version": "1.0", "queryDate": aws_time(since), **data}
    document = settings(plan) | standing(plan.state, since, reason, data)
    document["AlarmConfigurationUpdatedTimestamp"] = account.started - timedelta(days=plan.age)
    alarm = account.state(Alarms).by_name[plan.name] = Alarm(METRIC, document)
    remember(account, alarm, plan.earlier)
    return alarm


def standing(state: str, since: datetime, reason: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an alarm's document that tells its state."""
    return {
        "StateValue": state,
        "StateReason": reason,
        "StateReasonData": json.dumps(data),
        "StateTransitionedTimestamp": since,
        "StateUpdatedTimestamp": since + _EVALUATED,
    }


def settings(plan: Plan) -> dict[str, Any]:
    """Return the part of an alarm's document that its owner chose."""
    statistic = "ExtendedStatistic" if plan.statistic.startswith("p") else "Statistic"
    return {
        "AlarmName": plan.name,
        "AlarmArn": arn_of(plan.name),
        "AlarmDescription": plan.description or None,
        **plan.metric.document(),
        statistic: plan.statistic,
        "Period": plan.period,
        "EvaluationPeriods": plan.periods,
        "DatapointsToAlarm": plan.needed,
        "Threshold": float(plan.threshold),
        "ComparisonOperator": plan.operator,
        "TreatMissingData": plan.missing,
        "ActionsEnabled": plan.enabled,
        "AlarmActions": list(plan.actions),
        "OKActions": list(plan.actions[:1]),
        "InsufficientDataActions": [],
    }


def remember(account: Account, alarm: Alarm, before: str) -> None:
    """Add to the history that an alarm was made and how it came into its state."""
    alarms, document = account.state(Alarms), alarm.document
    made = document["AlarmConfigurationUpdatedTimestamp"]
    alarms.note(
        alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" created', {"version": "1.0", "type": "Create"}, made
    )
    if document["StateValue"] != before:
        alarms.remember(alarm, before)


def flap(account: Account, alarm: Alarm, days: float, minutes: float) -> None:
    """Add to the history that an alarm went off so many days ago and was over after so many minutes."""
    started = account.started - timedelta(days=days)
    alarms = account.state(Alarms)
    for before, after, at in (("OK", "ALARM", started), ("ALARM", "OK", started + timedelta(minutes=minutes))):
        reason = f"Threshold Crossed: the alarm went from {before} to {after}."
        change = state_change(before, after, reason, {"version": "1.0"})
        alarms.note(alarm, "StateUpdate", f"Alarm updated from {before} to {after}", change, at)


def _crossing(account: Account, metrics: Metrics, plan: Plan) -> datetime:
    """Return when an evaluation first found enough data points over the threshold since the incident began."""
    moment = account.started - story.INCIDENT_AGE
    while moment < account.started:
        moment += timedelta(seconds=plan.period)
        over = [value for _, value in _points(metrics, plan, moment) if reasons.breaches(settings(plan), value)]
        if len(over) >= plan.needed:
            break
    return moment


def _points(metrics: Metrics, plan: Plan, since: datetime) -> Points:
    """Return the data points that the alarm was decided by, as if metrics had always been there."""
    course = course_of(metrics.series.get(plan.metric))
    if plan.state == "INSUFFICIENT_DATA" or course is None:
        return []
    endless = Metrics({plan.metric: replace(course, first=0)})
    return recent_points(endless, settings(plan), since)


def _reason(plan: Plan, points: Points) -> Reason:
    if plan.state != "INSUFFICIENT_DATA":
        return reasons.crossed(settings(plan), plan.earlier, plan.state, points)
    return _NEW if plan.before == plan.state else reasons.unknown(settings(plan))
