"""Owns series that follow what is done to a resource: a machine stopped, a queue purged; knows no requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from console.demo.account import Account
from console.demo.seed.series import Course
from console.demo.services.cloudwatch.metrics import Series, minute_of
from console.demo.services.cloudwatch.samples import Sample
from console.demo.services.ec2.fleet import PENDING, RUNNING, Instance
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.queues import Queues, current


@dataclass(frozen=True, slots=True)
class OfInstance:
    """A machine's series. It ends when the machine is stopped; one that was started anew runs as ``healthy``."""

    course: Course
    healthy: Course
    instance: Instance

    def __call__(self, minute: int) -> Sample | None:
        """Return what was recorded in ``minute``."""
        instance = self.instance
        if instance.state not in (RUNNING, PENDING) and instance.since and minute >= minute_of(instance.since):
            return None
        launched = minute_of(instance.launched_at)
        anew = launched > self.course.incident_at and minute >= launched
        return self.healthy(minute) if anew else self.course(minute)


@dataclass(slots=True)
class OfQueue:
    """A queue's series. From the first look at the queue on it says what was seen there."""

    course: Course
    seen: dict[int, float] = field(default_factory=dict)

    def __call__(self, minute: int) -> Sample | None:
        """Return what was recorded in ``minute``."""
        planned = self.course(minute)
        earlier = next((at for at in reversed(self.seen) if at <= minute), None)
        before = self.course(earlier) if earlier is not None else None
        if earlier is None or planned is None or before is None:
            return planned
        value = max(0.0, self.seen[earlier] + planned.total - before.total)
        return Sample(value, 1, value, value)


def _visible(queue: Queue, now: datetime) -> float:
    return float(queue.counts(now)[0])


def _oldest(queue: Queue, now: datetime) -> float:
    sent = min((message.sent_at for message in queue.messages.values()), default=now)
    return float(int((now - sent).total_seconds()))


_READERS: dict[str, Callable[[Queue, datetime], float]] = {
    "ApproximateNumberOfMessagesVisible": _visible,
    "ApproximateAgeOfOldestMessage": _oldest,
}
OBSERVED = tuple(_READERS)
"""The metrics that can be seen at the queue itself."""


def look(account: Account, name: str, metric: str, series: OfQueue, now: datetime) -> None:
    """Note what is in the queue ``name`` now. A queue of which nobody knows yet is as it was planned."""
    queue = current(account).by_name.get(name) if Queues in account.states else None
    if queue:
        series.seen[minute_of(now)] = _READERS[metric](queue, now)


def course_of(series: Series | None) -> Course | None:
    """Return the course that a series was planned to take, None for a series without one."""
    return series.course if isinstance(series, OfInstance | OfQueue) else series if isinstance(series, Course) else None
