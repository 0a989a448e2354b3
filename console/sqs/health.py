"""Owns how a queue is, read without receiving anything; must not know findings, messages or the screen.

Each part is known or a ``Fault`` by itself: what could not be read is said to be unknown, never taken for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from console.resources.fields import name_of_arn
from console.resources.model import Item, Reader
from console.resources.parts import attempt, collect
from console.sqs.access import Access, read_access
from console.sqs.mappings import LambdaConsumer, read_mappings
from console.sqs.moves import MoveTask, list_moves
from console.sqs.queues import attributes, encryption, name_of_url, redrive, resolve, sources, values
from console.sqs.trend import Stop, Trend, rate, rate_sentence, read_trend, stop_sentence, stopped, window_at
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

OLDEST_CAVEAT = (
    "A message that was received more than three times is not counted, so repeated receives hide the oldest."
)
_SOURCES_READ = 10
"""Sources whose attributes are read; a dead-letter queue of more shows the rest by name."""
ALARMS_KEPT = 900
_MISLEADING = "NumberOfMessagesSent"

Clock = Callable[[], float]
"""Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A queue's attributes. None where SQS gave none or gave nonsense; durations in seconds."""

    arn: str
    visible: int | None
    in_flight: int | None
    delayed: int | None
    retention: int | None
    visibility_timeout: int | None
    encryption: str
    dead_letter_arn: str
    """Empty without a dead-letter queue."""
    max_receives: int | None
    access: Access | Fault


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A queue at the other end of a redrive policy. Its settings are a fault where they could not be read."""

    name: str
    settings: Settings | Fault


@dataclass(frozen=True, slots=True)
class Loss:
    """When the first message is lost, in seconds from now; 0 or less: it may be happening.

    ``earliest`` differs from ``latest`` in a standard dead-letter queue: the time a message spent in its source
    counts, and nobody tells how long that was.
    """

    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Health:
    """How a queue is at ``at`` (seconds since the epoch). Every string is clean save URL and ARN."""

    url: str
    at: float
    settings: Settings | Fault
    trend: Trend
    dead_letter_queue: Neighbour | Fault | None
    """None without one."""
    sources: tuple[Neighbour, ...] | Fault
    """The queues whose dead letters come here."""
    moves: tuple[MoveTask, ...] | Fault
    """The last ten tasks out of it, newest first."""
    consumers: tuple[LambdaConsumer, ...] | Fault
    misled_alarms: tuple[str, ...] | Fault
    """Alarms of a dead-letter queue that watch what redriven messages are not counted in; read for those only."""
    alarms_at: float
    """When these were read: a long list, kept from one reading to the next for ``ALARMS_KEPT`` seconds."""

    @property
    def name(self) -> str:
        """The queue's name."""
        return clean(name_of_url(self.url))

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""
        return name_of_url(self.url).endswith(".fifo")

    @property
    def takes_dead_letters(self) -> bool | None:
        """Whether it is a dead-letter queue of other queues; None when unknown."""
        return None if isinstance(self.sources, Fault) else bool(self.sources)

    def rate(self) -> float | None:
        """Return by how many messages a minute the depth changes; None when unknown."""
        points = self.trend.visible
        if isinstance(points, Fault):
            return None
        depth = None if isinstance(self.settings, Fault) else self.settings.visible
        return rate(points if depth is None else (*points, (self.at, float(depth)))) if points else None

    def outlook(self) -> str:
        """Return where its depth is going, in one line: ``consumer stopped 25m ago, fills by 6.6 a minute``."""
        if isinstance(self.settings, Fault) or self.settings.visible is None:
            return "unknown"
        if isinstance(self.trend.visible, Fault):
            return f"unknown: {self.trend.visible.why or self.trend.visible.what}"
        stop, pace = self.stopped(), rate_sentence(self.settings.visible, self.rate())
        return f"{stop_sentence(stop, self.at)}, {pace}" if stop else pace

    def stopped(self) -> Stop | None:
        """Return since when its consumer has done nothing; None when it works or that is unknown.

        A dead-letter queue is not meant to be consumed.
        """
        if isinstance(self.settings, Fault) or self.takes_dead_letters or not self.settings.visible:
            return None
        return None if self.settings.in_flight is None else stopped(self.trend, self.settings.in_flight)

    def first_loss(self) -> Loss | Fault | None:
        """Return when retention takes the first message; None for an empty queue, a fault when unknown."""
        if isinstance(self.settings, Fault):
            return self.settings
        if self.settings.visible == 0 and not self.settings.in_flight and not self.settings.delayed:
            return None
        age, retention = self.trend.oldest_age(), self.settings.retention
        if isinstance(age, Fault):
            return age
        if age is None or retention is None:
            return Fault(FaultKind.MALFORMED, "The age of the oldest message", "CloudWatch has none of the last hour")
        return Loss(retention - age - self._spent_in_sources(), retention - age)

    def _spent_in_sources(self) -> float:
        """Return how old a message may have been when it came here, at most."""
        if self.fifo or isinstance(self.sources, Fault):
            return 0.0
        kept = [each.settings.retention for each in self.sources if isinstance(each.settings, Settings)]
        return float(max((each for each in kept if each), default=0))


async def read_health(reader: Reader, url: str, clock: Clock, earlier: Health | None = None) -> Health:
    """Return how the queue is. Nothing is received and nothing raised for AWS: what fails is a fault in its place.

    ``earlier`` is the reading before of the same queue: what cannot have changed since is taken from it.
    """
    now = clock()
    found, feeding, trend = await asyncio.gather(
        attempt(_settings(reader, url)), attempt(sources(reader, url)), _trend(reader, url, now, earlier)
    )
    arn = found.arn if isinstance(found, Settings) else reader.scope.arn("sqs", name_of_url(url))
    kept = earlier if earlier and now - earlier.alarms_at < ALARMS_KEPT and _whole(earlier.misled_alarms) else None
    dead, around, moves, consumers, alarms = await _together(
        _dead_letter_queue(reader, found),
        _around(reader, feeding),
        list_moves(reader, arn),
        read_mappings(reader, arn),
        _kept(kept.misled_alarms) if kept else _misled_alarms(reader, url, feeding),
    )
    read_at = kept.alarms_at if kept else now
    return Health(url, now, found, trend, dead, around, moves, consumers, alarms, read_at)


async def _trend(reader: Reader, url: str, now: float, earlier: Health | None) -> Trend:
    """Return the trend of this minute: CloudWatch has one sample a minute, and each reading costs."""
    if earlier and earlier.trend.window == window_at(now) and earlier.trend.whole:
        return earlier.trend
    return await read_trend(reader, url, now)


def _whole(part: object) -> bool:
    return not isinstance(part, Fault)


async def _kept(part: Any) -> Any:
    return part


async def _together(*readings: Awaitable[Any]) -> list[Any]:
    return list(await asyncio.gather(*(attempt(reading) for reading in readings)))


async def _settings(reader: Reader, url: str) -> Settings:
    found = await attributes(reader, url)
    if "QueueArn" not in found:  # an answer broken off midway parses to nothing at all
        raise AwsError(Fault(FaultKind.MALFORMED, f"The attributes of {clean(name_of_url(url))}", "they are missing"))
    return _settings_of(found)


def _settings_of(found: Item) -> Settings:
    held = {name: value if isinstance(value, int) else None for name, value in values(found).items()}
    policy = redrive(found)
    receives = str(policy.get("maxReceiveCount"))
    return Settings(
        arn=str(found["QueueArn"]),
        visible=held["visible"],
        in_flight=held["in_flight"],
        delayed=held["delayed"],
        retention=held["retention"],
        visibility_timeout=held["visibility_timeout"],
        encryption=clean(encryption(found)),
        dead_letter_arn=str(policy.get("deadLetterTargetArn") or ""),
        max_receives=int(receives) if receives.isdecimal() else None,
        access=read_access(found.get("Policy")),
    )


async def _dead_letter_queue(reader: Reader, found: Settings | Fault) -> Neighbour | None:
    if isinstance(found, Fault):
        raise AwsError(found)
    if not found.dead_letter_arn:
        return None
    name = clean(name_of_arn(found.dead_letter_arn))
    return Neighbour(name, await attempt(_settings_by_arn(reader, found.dead_letter_arn)))


async def _settings_by_arn(reader: Reader, arn: str) -> Settings:
    url, _ = await resolve(reader, arn, "")
    return await _settings(reader, url)


async def _around(reader: Reader, feeding: Sequence[str] | Fault) -> tuple[Neighbour, ...]:
    if isinstance(feeding, Fault):
        raise AwsError(feeding)
    read = await _together(*(_settings(reader, url) for url in feeding[:_SOURCES_READ]))
    unread = Fault(FaultKind.REFUSED, "The settings", f"only those of {_SOURCES_READ} sources are read")
    read += [unread] * (len(feeding) - len(read))
    return tuple(Neighbour(clean(name_of_url(url)), each) for url, each in zip(feeding, read, strict=True))


async def _misled_alarms(reader: Reader, url: str, feeding: Sequence[str] | Fault) -> tuple[str, ...]:
    """Return the alarms on the queue's ``NumberOfMessagesSent``; no list of alarms is read for other queues."""
    if isinstance(feeding, Fault):
        raise AwsError(feeding)
    if not feeding:
        return ()
    wanted = {"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100}
    found = await collect(reader, "cloudwatch", "DescribeAlarms", wanted, "MetricAlarms")
    return tuple(clean(alarm.get("AlarmName")) for alarm in found if _watches(alarm, name_of_url(url)))


def _watches(alarm: Item, queue: str) -> bool:
    """Whether an alarm compares the queue's ``NumberOfMessagesSent``, alone or in an expression."""
    parts = [part.get("MetricStat", {}).get("Metric", {}) for part in alarm.get("Metrics") or ()]
    return any(
        metric.get("Namespace") == "AWS/SQS"
        and metric.get("MetricName") == _MISLEADING
        and {"Name": "QueueName", "Value": queue} in (metric.get("Dimensions") or ())
        for metric in (alarm, *parts)
    )
