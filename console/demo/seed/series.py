"""Owns how a made-up metric runs: daily waves, jitter, and what the incident does to it; knows no service.

A series is a pure function of its name and the minute: nothing is stored, and asking twice gives the same.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from enum import Enum

from console.demo.services.cloudwatch.samples import Sample

_MASK = 0xFFFFFFFF


class Kind(Enum):
    """What a metric's value is."""

    GAUGE = "one reading a minute"
    COUNT = "so many arrivals, each counts one"
    SPREAD = "arrivals that differ: times and sizes"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value runs. ``swing`` and ``jitter`` are shares of ``base``; the wave repeats after ``wave`` minutes.

    ``incident`` is what the value becomes, or None; it gets there in ``ramp`` minutes, ``delay`` minutes after the
    incident began. ``growth`` is added each minute from then on. ``calls`` is how many arrivals a spread has.
    """

    base: float
    swing: float = 0.15
    jitter: float = 0.05
    incident: float | None = None
    ramp: float = 5
    delay: float = 0
    growth: float = 0
    wave: float = 170
    kind: Kind = Kind.GAUGE
    calls: float = 60
    most: float = math.inf
    whole: bool = False

    def value(self, minute: int, age: int, seed: int) -> float:
        """Return the value in a minute; ``age`` is in minutes since the incident began, ``seed`` tells series apart."""
        since = age - self.delay
        level = self.base
        if self.incident is not None and since > 0:
            level += (self.incident - self.base) * min(1.0, since / self.ramp)
        turn = math.sin((minute + seed % 1000) / self.wave * math.tau)
        value = level * (1 + self.swing * turn + self.jitter * noise(seed, minute)) + self.growth * max(0.0, since)
        value = min(max(0.0, value), self.most)
        return float(round(value)) if self.whole else round(value, 4)


@dataclass(frozen=True, slots=True)
class Course:
    """One series: a shape between two minutes, ``last`` excluded; ``gaps`` are spans in minutes of the incident."""

    shape: Shape
    seed: int
    incident_at: int
    first: int
    last: int | None = None
    gaps: tuple[tuple[int, int], ...] = ()

    def __call__(self, minute: int) -> Sample | None:
        """Return what was recorded in ``minute``."""
        age = minute - self.incident_at
        if minute < self.first or (self.last is not None and minute >= self.last):
            return None
        if any(start <= age < end for start, end in self.gaps):
            return None
        return _sample(self.shape, self.shape.value(minute, age, self.seed), age)


def _sample(shape: Shape, value: float, age: int) -> Sample:
    if shape.kind is Kind.GAUGE:
        return Sample(value, 1, value, value)
    if shape.kind is Kind.COUNT:
        return Sample(value, max(1.0, value), min(value, 1.0), min(value, 1.0))
    slow = 9.0 if shape.incident is None or age <= shape.delay else 4.0
    return Sample(value * shape.calls, shape.calls, value * 0.18, value * slow)


def seed_of(*words: str) -> int:
    """Return a number that belongs to ``words``, the same in every process."""
    return zlib.crc32("\0".join(words).encode())


def noise(seed: int, minute: int) -> float:
    """Return a number between -1 and 1 that belongs to both."""
    mixed = (seed ^ (minute * 0x9E3779B1)) & _MASK
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & _MASK
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & _MASK
    return (mixed ^ (mixed >> 16)) / (_MASK / 2) - 1
