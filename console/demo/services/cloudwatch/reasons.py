"""Owns the words in which CloudWatch says why an alarm is in its state; must not know how that was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from console.demo.services.cloudwatch.alarm import aws_time

Points = Sequence[tuple[int, float]]
"""(start of a period in seconds since 1970, value), oldest first."""
Reason = tuple[str, dict[str, Any]]
"""The sentence, and the data beside it."""

_WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}


def breaches(settings: Mapping[str, Any], value: float) -> bool:
    """Return whether a value is one that an alarm is to go off for."""
    operator, threshold = settings["ComparisonOperator"], settings["Threshold"]
    if operator == "GreaterThanOrEqualToThreshold":
        return bool(value >= threshold)
    if operator == "GreaterThanThreshold":
        return bool(value > threshold)
    if operator == "LessThanThreshold":
        return bool(value < threshold)
    return bool(value <= threshold)


def statistic_of(settings: Mapping[str, Any]) -> str:
    """Return the statistic that an alarm looks at."""
    return str(settings.get("Statistic") or settings.get("ExtendedStatistic"))


def crossed(settings: Mapping[str, Any], before: str, after: str, points: Points) -> Reason:
    """Return why an alarm went from one state to another over these data points."""
    if not points:
        return _treated(settings, after)
    deciding = [point for point in points if breaches(settings, point[1]) == (after == "ALARM")]
    count, needed = len(deciding), settings.get("DatapointsToAlarm") or settings["EvaluationPeriods"]
    listed = ", ".join(f"{value:g} ({_moment(at):%d/%m/%y %H:%M:%S})" for at, value in reversed(deciding))
    verb = ("was" if count == 1 else "were") + (" not" if after == "OK" else "")
    threshold = float(settings["Threshold"])
    reason = (
        f"Threshold Crossed: {count} out of the last {len(points)} datapoints [{listed}] {verb} "
        f"{_WORDS.get(settings['ComparisonOperator'], 'beyond')} the threshold ({threshold}) "
        f"(minimum {needed} datapoint{'s' * (needed > 1)} for {before} -> {after} transition)."
    )
    data = {
        "startDate": aws_time(_moment(points[0][0])),
        "statistic": statistic_of(settings),
        "period": settings["Period"],
        "recentDatapoints": [value for _, value in points],
        "threshold": threshold,
        "evaluatedDatapoints": [{"timestamp": aws_time(_moment(at)), "value": value} for at, value in reversed(points)],
    }
    return reason, data


def _treated(settings: Mapping[str, Any], after: str) -> Reason:
    kind = "Breaching" if after == "ALARM" else "NonBreaching"
    count = settings["EvaluationPeriods"]
    text = (
        f"Threshold Crossed: no datapoints were received for {count} period{'s' * (count > 1)} and {count} missing "
        f"datapoint{'s were' if count > 1 else ' was'} treated as [{kind}]."
    )
    return text, {"statistic": statistic_of(settings), "period": settings["Period"], "recentDatapoints": []}


def unknown(settings: Mapping[str, Any]) -> Reason:
    """Return why nothing can be said."""
    count = settings["EvaluationPeriods"]
    text = f"Insufficient Data: {count} datapoint{'s were' if count > 1 else ' was'} unknown."
    data = {"statistic": statistic_of(settings), "period": settings["Period"], "recentDatapoints": []}
    return text, data | {"threshold": settings["Threshold"]}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
