"""Owns what one metric recorded in a minute, and statistics over minutes; must not know where it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """What arrived in one minute."""

    total: float
    count: float
    lowest: float
    highest: float

    def merged(self, other: Sample) -> Sample:
        """Return what arrived in both."""
        return Sample(
            self.total + other.total,
            self.count + other.count,
            min(self.lowest, other.lowest),
            max(self.highest, other.highest),
        )

    def at(self, share: float) -> float:
        """Return about the value that ``share`` of the arrivals do not exceed: few are far above the average."""
        middle = self.total / self.count if self.count else self.lowest
        low = self.lowest + (middle - self.lowest) * min(1.0, share / 0.6)
        return low if share <= 0.6 else low + (self.highest - middle) * ((share - 0.6) / 0.4) ** 3


def is_statistic(name: str) -> bool:
    """Return whether the demo can calculate the statistic."""
    return name in STATISTICS or _PERCENTILE.fullmatch(name) is not None


def statistic(name: str, samples: Sequence[Sample]) -> float:
    """Return one statistic over ``samples``, which are not empty."""
    count = sum(sample.count for sample in samples)
    if name == "SampleCount":
        return count
    if name == "Sum":
        return sum(sample.total for sample in samples)
    if name == "Average":
        return sum(sample.total for sample in samples) / count if count else 0.0
    if name == "Minimum":
        return min(sample.lowest for sample in samples)
    if name == "Maximum":
        return max(sample.highest for sample in samples)
    return _percentile(float(name[1:]) / 100, samples)


def _percentile(share: float, samples: Sequence[Sample]) -> float:
    if len(samples) == 1:
        return samples[0].at(share)
    points = [(sample.at((step + 0.5) / _STEPS), sample.count / _STEPS) for sample in samples for step in range(_STEPS)]
    wanted = share * sum(weight for _, weight in points)
    reached = 0.0
    for value, weight in sorted(points):
        reached += weight
        if reached >= wanted:
            return value
    return max(sample.highest for sample in samples)
