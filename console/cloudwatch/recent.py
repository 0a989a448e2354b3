"""Owns the last hour of one metric for many resources; must not know which metric a type wants."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence

from console.cloudwatch.series import Points, Window, query_of, read_series
from console.resources.model import Metric, Reader
from console.text.faults import Fault

RANGE = 3600
PERIOD = 300
"""What basic monitoring keeps."""

Samples = tuple[float | None, ...]
"""Values oldest first, one per period, None for a gap."""


async def recent_samples(
    reader: Reader, metric: Metric, ids: Sequence[str], clock: Callable[[], float] = time.time
) -> AsyncIterator[tuple[str, Samples | Fault]]:
    """Yield each id's samples of the last hour, or why they cannot be read."""
    window = Window.last(RANGE, PERIOD, clock())
    queries = [query_of(metric.namespace, metric.name, metric.dimensions(id_), metric.statistic) for id_ in ids]
    async for index, points in read_series(reader, queries, window):
        yield ids[index], points if isinstance(points, Fault) else samples(points, window)


def samples(points: Points, window: Window) -> Samples:
    """Return the points as one value per period of the window, None where there is none.

    The newest period is left out while it has no point: it has not ended yet.
    """
    by_period = {int((at - window.start) // window.period): value for at, value in points}
    count = int((window.end - window.start) // window.period)
    values = tuple(by_period.get(index) for index in range(count))
    return values[:-1] if values and values[-1] is None else values
