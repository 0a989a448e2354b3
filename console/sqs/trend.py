"""Owns where a queue's depth is going, out of CloudWatch's last hour; must not know findings or the screen.

A minute without a point says nothing: it is neither zero nor what was before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from console.cloudwatch.recent import Samples, samples
from console.cloudwatch.series import Points, Window, query_of, read_series
from console.resources.model import Reader
from console.sqs.queues import name_of_url
from console.text.faults import Fault
from console.text.format import age, duration, number

RANGE = 3600
PERIOD = 60
RECENT = 900
"""Seconds over which the rate is taken."""
_QUIET = 300
"""Seconds without a delete, while messages wait, before a consumer counts as stopped."""
_STEADY = 0.02
"""A change by less than this part of the depth in ``RECENT``, or by less than its scatter, is no direction."""
_METRICS = (
    ("ApproximateNumberOfMessagesVisible", "Maximum"),
    ("NumberOfMessagesSent", "Sum"),
    ("NumberOfMessagesReceived", "Sum"),
    ("NumberOfMessagesDeleted", "Sum"),
    ("ApproximateAgeOfOldestMessage", "Maximum"),
)
Series = Points | Fault


@dataclass(frozen=True, slots=True)
class Trend:
    """The last hour minute by minute; ages in seconds. Each series is known, empty or a fault by itself."""

    window: Window
    visible: Series
    sent: Series
    received: Series
    deleted: Series
    oldest: Series

    @property
    def whole(self) -> bool:
        """Whether every series could be read."""
        series = (self.visible, self.sent, self.received, self.deleted, self.oldest)
        return not any(isinstance(each, Fault) for each in series)

    def samples(self) -> Samples:
        """Return the depth for a sparkline: one per minute, oldest first, None for a gap; empty when unknown."""
        return () if isinstance(self.visible, Fault) or not self.visible else samples(self.visible, self.window)

    def oldest_age(self) -> float | Fault | None:
        """Return the newest age in seconds; None where CloudWatch has none."""
        if isinstance(self.oldest, Fault):
            return self.oldest
        return self.oldest[-1][1] if self.oldest else None


@dataclass(frozen=True, slots=True)
class Stop:
    """Since when nothing was deleted while messages waited. ``whole``: for all of the hour, or longer."""

    since: float
    receiving: bool
    """Whether messages were received meanwhile."""
    whole: bool


def window_at(now: float) -> Window:
    """Return the hour before ``now``, in whole minutes."""
    return Window.last(RANGE, PERIOD, now)


async def read_trend(reader: Reader, url: str, now: float) -> Trend:
    """Return the last hour before ``now``, in one call. Never raises ``AwsError``: a series may be a fault."""
    window = window_at(now)
    queries = [query_of("AWS/SQS", name, {"QueueName": name_of_url(url)}, statistic) for name, statistic in _METRICS]
    found = [points async for _, points in read_series(reader, queries, window)]
    return Trend(window, *found)


def rate(points: Points) -> float | None:
    """Return by how many messages a minute the depth changes, a line through the points of the last ``RECENT`` s.

    None with fewer than two points or less than a minute between them; 0.0 where it only goes up and down.
    """
    recent = [point for point in points if point[0] >= points[-1][0] - RECENT]
    span = recent[-1][0] - recent[0][0] if recent else 0
    if len(recent) < 2 or span < PERIOD:
        return None
    slope, scatter, mean = _line(recent)
    return slope * 60 if abs(slope) * span >= max(1.0, scatter, _STEADY * mean) else 0.0


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return (slope per second, how far the values are from the line, their mean) of the least-squares line."""
    middle = fmean(at for at, _ in points)
    mean = fmean(value for _, value in points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    slope = sum((at - middle) * (value - mean) for at, value in points) / spread
    scatter = sqrt(fmean((value - mean - slope * (at - middle)) ** 2 for at, value in points))
    return slope, scatter, mean


def empties_in(depth: float, per_minute: float) -> float | None:
    """Return the seconds until the queue is empty; None where it does not drain."""
    return depth / -per_minute * 60 if per_minute < 0 and depth > 0 else None


def stopped(trend: Trend, in_flight: int) -> Stop | None:
    """Return since when the consumer has deleted nothing, None where it works, has nothing to do or is unknown.

    What is in flight is at work: a slow consumer is none that stopped.
    """
    if isinstance(trend.visible, Fault) or isinstance(trend.deleted, Fault) or in_flight:
        return None
    deletes = [at for at, count in trend.deleted if count > 0]
    quiet = [at for at, _ in trend.deleted if not deletes or at > deletes[-1]]
    waiting = {at for at, depth in trend.visible if depth > 0}
    idle = [at for at in quiet if at in waiting]
    if not idle or idle[-1] - idle[0] < _QUIET or any(at not in waiting for at in quiet if at > idle[0]):
        return None
    received = () if isinstance(trend.received, Fault) else trend.received
    receiving = any(count > 0 for at, count in received if at >= idle[0])
    return Stop(idle[0], receiving, idle[0] == trend.deleted[0][0])


def stop_sentence(stop: Stop, now: float) -> str:
    """Return it in words: ``consumer stopped 25m ago``."""
    past = age(now - stop.since)
    if stop.receiving:
        return f"messages are received, but none was deleted for {past}{' or longer' if stop.whole else ''}"
    return f"nothing consumed it for {past} or longer" if stop.whole else f"consumer stopped {past} ago"


def rate_sentence(depth: int, per_minute: float | None) -> str:
    """Return where the depth is going: ``fills by 9 a minute``, ``drains by 8 a minute: empties in about 2h 34m``."""
    if per_minute is None:
        return "rate unknown: too few samples"
    if per_minute == 0:
        return "steady"
    left = empties_in(depth, per_minute)
    if left is None:
        return f"{'fills' if per_minute > 0 else 'drains'} by {speed(per_minute)}"
    return f"drains by {speed(per_minute)}: empties in about {duration(round(left, -1) or 10)}"


def speed(per_minute: float) -> str:
    """Return ``9.2 a minute``, ``1,240 a minute``; the direction is left out."""
    size = abs(per_minute)
    text = number(round(size)) if size >= 10 else f"{size:.1f}".removesuffix(".0")
    return f"{text} a minute"
