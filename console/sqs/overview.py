"""Owns the dead-letter queues of a whole list: which hold messages, which are filling and since when.

Made of the list's rows and one batched reading of CloudWatch; must not know the screen, and never receives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.cloudwatch.recent import Samples, samples
from console.cloudwatch.series import Points, Window, query_of, read_series
from console.resources.model import EarlierCount, Reader, Values
from console.resources.parts import attempt
from console.sqs.findings import retention_risk
from console.sqs.moves import MoveTask, list_moves
from console.sqs.queues import name_of_url
from console.sqs.trend import empties_in, rate, speed
from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.text.format import age, duration, number

RANGE = 86_400
PERIOD = 300
"""Seconds read back, and from one sample to the next: one metric costs the same however many samples it has."""
_LATELY = 3600
_SHOWN = _LATELY // PERIOD
"""Samples of the sparkline: the last hour."""
_ASKED = 50
_METRICS = (
    ("ApproximateNumberOfMessagesVisible", "Average"),
    ("ApproximateAgeOfOldestMessage", "Maximum"),
)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """One dead-letter queue. Strings are clean, save the URL; durations and moments in seconds."""

    url: str
    name: str
    sources: tuple[str, ...]
    depth: int | None
    """Visible messages; None when unknown."""
    samples: Samples
    """Depth of the last hour, every five minutes; empty when unknown."""
    rate: float | None
    """Messages a minute, of the periods that have ended; None when unknown."""
    since: float | None
    """Since when it has only grown, some of it in the last hour; None when it does not or that is unknown."""
    longer: bool
    """Whether it had been growing before ``since``, where the samples begin."""
    gained: float
    """Messages that came in the last hour while it only grew."""
    oldest_age: float | None
    """Since its oldest message came here."""
    first_loss: float | None
    """Until retention takes the first message, at the latest; None when it is empty or that is unknown."""
    risk: str
    """Why its retention is too short; empty when it is not."""
    move: MoveTask | Fault | None
    """The move task that runs out of it; None without one."""
    fault: Fault | None
    """Why CloudWatch's part is unknown."""
    depth_is_earlier: bool = False
    """Whether the depth was told by CloudWatch too, minutes ago."""

    @property
    def filling(self) -> bool:
        """Whether it is growing."""
        return self.since is not None and self.depth != 0

    def sentence(self, now: float) -> str:
        """Return what happens: ``fills by 9 a minute, for 38m``, ``steady, the oldest came 2h ago``."""
        moving = ", a move task runs" if isinstance(self.move, MoveTask) else ""
        return f"{self._course(now)}{moving}"

    def _course(self, now: float) -> str:
        if self.depth is None:
            return "unknown"
        if self.depth == 0:
            return "empty"
        if self.since is not None:
            past = duration(round(max(now - self.since, 0) / 60) * 60)
            steadily = self.rate is not None and self.rate > 0
            pace = speed(self.rate or 0.0) if steadily else f"{number(round(self.gained))} in an hour"
            return f"fills by {pace}, for {past}{' or longer' if self.longer else ''}"
        left = empties_in(self.depth, self.rate) if self.rate is not None else None
        if left is not None:
            return f"drains: empties in about {duration(left)}"
        held = f", the oldest came {age(self.oldest_age)} ago" if self.oldest_age else ""
        return f"{'steady' if self.rate == 0 else 'rate unknown'}{held}"


def dead_letter_queues(rows: Mapping[str, Values]) -> list[str]:
    """Return the URLs of the rows that are known to take other queues' dead letters."""
    return [url for url, row in rows.items() if isinstance(row.get("sources"), tuple) and row["sources"]]


async def read_overview(reader: Reader, rows: Mapping[str, Values], now: float) -> tuple[DeadLetters, ...]:
    """Return every dead-letter queue among ``rows`` (URL → a queue list's values), the fastest filling first.

    Two metrics for each, 250 queues a call, and the move tasks of those that are not empty. Never raises
    ``AwsError``: what is refused is a fault of its row.
    """
    urls = dead_letter_queues(rows)
    window = Window.last(RANGE, PERIOD, now)
    dimensions = [{"QueueName": name_of_url(url)} for url in urls]
    queries = [query_of("AWS/SQS", name, each, statistic) for each in dimensions for name, statistic in _METRICS]
    read = [points async for _, points in read_series(reader, queries, window)]
    moving = await _running(reader, [url for url in urls if _whole(rows[url].get("visible")) != 0])
    retentions = {clean(row.get("name")): _whole(row.get("retention")) for row in rows.values()}
    found = [
        replace(_row(url, rows[url], retentions, (read[index * 2], read[index * 2 + 1]), window), move=moving.get(url))
        for index, url in enumerate(urls)
    ]
    return tuple(sorted(found, key=_urgency))


async def _running(reader: Reader, urls: Sequence[str]) -> dict[str, MoveTask | Fault | None]:
    """Return the task that runs out of each queue, of ``_ASKED`` queues at most: one call for each."""
    asked = urls[:_ASKED]
    calls = (attempt(list_moves(reader, reader.scope.arn("sqs", name_of_url(url)))) for url in asked)
    unread = Fault(FaultKind.REFUSED, "Its move tasks", f"only those of {_ASKED} queues are read")
    found: dict[str, MoveTask | Fault | None] = dict.fromkeys(urls, unread)
    for url, tasks in zip(asked, await asyncio.gather(*calls), strict=True):
        found[url] = tasks if isinstance(tasks, Fault) else next((task for task in tasks if task.running), None)
    return found


def _urgency(row: DeadLetters) -> tuple[bool, float, int, str]:
    return not row.filling, -(row.rate or 0.0) if row.filling else 0.0, -(row.depth or 0), row.name


def _row(
    url: str,
    row: Values,
    retentions: Mapping[str, int | None],
    read: tuple[Points | Fault, Points | Fault],
    window: Window,
) -> DeadLetters:
    visible, oldest = read
    points = () if isinstance(visible, Fault) else visible
    depth = _whole(row.get("visible"))
    since, longer = growing_since(points, window)
    came = None if isinstance(oldest, Fault) or not oldest or not depth else oldest[-1][1]
    retention = _whole(row.get("retention"))
    feeding = row.get("sources")
    names = tuple(clean(name) for name in feeding) if isinstance(feeding, tuple) else ()
    return DeadLetters(
        url=url,
        name=clean(name_of_url(url)),
        sources=names,
        depth=depth,
        samples=samples(points, window)[-_SHOWN:] if points else (),
        rate=rate(points[:-1]) if len(points) > 1 else None,
        since=since,
        longer=longer,
        gained=_gained(points, window) if since is not None else 0.0,
        oldest_age=came,
        first_loss=None if came is None or retention is None else retention - came,
        risk=_risk(names, retentions, retention, url.endswith(".fifo")),
        move=None,
        fault=next((part for part in read if isinstance(part, Fault)), None),
        depth_is_earlier=isinstance(row.get("visible"), EarlierCount),
    )


def growing_since(points: Points, window: Window) -> tuple[float | None, bool]:
    """Return (since when the values have only grown, whether the samples begin later than that growth).

    The moment is that of the first growth after the last fall; None where none grew in the last hour.
    """
    start = None
    for (_, value), (at, after) in zip(points[-2::-1], points[:0:-1], strict=True):
        if value > after or (start is None and at < window.end - PERIOD - _LATELY):
            break
        if value < after:
            start = at
    return start, start is not None and start <= window.start + PERIOD


def _gained(points: Points, window: Window) -> float:
    lately = [value for at, value in points if at >= window.end - PERIOD - _LATELY]
    return max(lately[-1] - lately[0], 0.0) if lately else 0.0


def _risk(names: Sequence[str], retentions: Mapping[str, int | None], own: int | None, fifo: bool) -> str:
    risks = ((name, retention_risk(retentions.get(name), own, fifo)) for name in names)
    return next((f"from {name}, {risk}" for name, risk in risks if risk), "")


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None
