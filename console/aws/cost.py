"""Owns what the session has asked of AWS and what that costs; must not know why it was asked.

Prices are us-east-1 list prices in dollars per request as published in November 2026; they make an estimate,
and say so on screen.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

_PRICES = {
    ("s3", "ListBuckets"): 5e-6,
    ("s3", "ListObjectsV2"): 5e-6,
    ("s3", "ListObjectVersions"): 5e-6,
    ("s3", "PutObject"): 5e-6,
    ("s3", ""): 4e-7,
    ("sqs", ""): 4e-7,
    ("cloudwatch", ""): 1e-5,
}
METRIC_PRICE = 1e-5
"""GetMetricData is charged per metric asked for, not per call."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call, for the list of calls and errors."""

    at: float
    service: str
    operation: str
    region: str
    seconds: float
    outcome: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """The session's counters at one moment."""

    requests: int
    per_minute: int
    dollars: float
    dollars_per_hour: float
    faults: int


class Meter:
    """Counts requests as they are sent, retries included, because AWS counts them too."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._started = clock()
        self._dollars = 0.0
        self._faults = 0
        self._requests = 0
        self._recent: deque[tuple[int, int]] = deque(maxlen=64)
        """(second, requests sent in it), the last minute's and a few more."""
        self.sent: Counter[tuple[str, str]] = Counter()
        self.records: deque[CallRecord] = deque(maxlen=500)

    def go_on(self, before: Usage) -> None:
        """Add what another meter of the same session has counted, and the time that it took."""
        self._requests += before.requests
        self._dollars += before.dollars
        self._faults += before.faults
        if before.dollars_per_hour:
            self._started -= 3600 * before.dollars / before.dollars_per_hour

    def count(self, service: str, operation: str, metrics: int = 0) -> None:
        """Count one request on its way; ``metrics`` is how many a GetMetricData asks for."""
        self.sent[service, operation] += 1
        self._requests += 1
        second = int(self._clock())
        if self._recent and self._recent[-1][0] == second:
            self._recent[-1] = (second, self._recent[-1][1] + 1)
        else:
            self._recent.append((second, 1))
        price = _PRICES.get((service, operation), _PRICES.get((service, ""), 0.0))
        self._dollars += metrics * METRIC_PRICE if metrics else price

    def record(self, record: CallRecord) -> None:
        """Keep what became of a call."""
        self.records.append(record)
        self._faults += record.outcome != "ok"

    def usage(self) -> Usage:
        """Return the counters now."""
        now = self._clock()
        hours = max(now - self._started, 60.0) / 3600
        recent = list(self._recent)  # copied in one go: requests are counted on another thread
        per_minute = sum(count for second, count in recent if now - second <= 60)
        return Usage(self._requests, per_minute, self._dollars, self._dollars / hours, self._faults)
