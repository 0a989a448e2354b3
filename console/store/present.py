"""Owns how one value reads on screen: its words and what they mean for the operator. Must not know widgets.

Values are clean already. Unknown never reads like "none".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.resources.model import EarlierCount, Kind, Missing, Tone, Value
from console.text.format import age, duration, number, percent, size, sparkline, timestamp

SPARK_WIDTH = 12
NUMERIC = frozenset({Kind.NUMBER, Kind.SIZE, Kind.PERCENT, Kind.TIME, Kind.DURATION})
"""Kinds that align right."""

_GLYPHS = {Tone.OK: "● ", Tone.DIM: "○ ", Tone.WARN: "◐ ", Tone.BAD: "✖ ", Tone.UNKNOWN: "? ", Tone.NONE: "  "}
_NUMBERS: dict[Kind, Callable[[float], str]] = {
    Kind.NUMBER: number,
    Kind.SIZE: size,
    Kind.PERCENT: percent,
    Kind.DURATION: duration,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value's words and tone."""

    text: str
    tone: Tone = Tone.NONE


EARLIER = "~"
"""What stands before a number that is minutes old."""
_PENDING = Cell("…", Tone.DIM)
_UNKNOWN = Cell("?", Tone.UNKNOWN)
_NOTHING = Cell("–", Tone.DIM)


def cell(value: Value, kind: Kind, tones: Mapping[str, Tone], now: float, full: float | None = None) -> Cell:
    """Return what is painted for ``value``; ``now`` in seconds since the epoch makes ages of moments.

    ``full`` is what a full bar of samples stands for; without it the highest sample fills its bar.
    """
    if isinstance(value, Missing):
        return _PENDING if value is Missing.PENDING else _UNKNOWN
    if value is None or value in ("", ()):
        return _NOTHING
    if isinstance(value, EarlierCount):
        return Cell(f"{EARLIER}{words(value, kind, now)}", Tone.DIM)
    if kind is Kind.STATE:
        tone = tones.get(str(value).lower(), Tone.NONE)
        return Cell(f"{_GLYPHS[tone]}{value}", tone)
    quiet = kind is Kind.ID or (kind is Kind.NUMBER and value == 0)
    return Cell(words(value, kind, now, full), Tone.DIM if quiet else Tone.NONE)


def words(value: Value, kind: Kind, now: float, full: float | None = None) -> str:
    """Return a known value as a person reads it: ages, sizes and durations short."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return age(now - value.timestamp()) if kind is Kind.TIME else timestamp(value)
    if isinstance(value, tuple):
        return several(value, kind, full)
    if isinstance(value, int | float):
        return _NUMBERS.get(kind, number)(value) if math.isfinite(value) else str(value)
    return str(value)


def several(values: tuple[str | float | None, ...], kind: Kind, full: float | None = None) -> str:
    """Return a list in one line, samples as a sparkline."""
    if kind is Kind.SPARK:
        return sparkline(tuple([_sample(value) for value in values]), SPARK_WIDTH, full)
    return ", ".join(str(value) for value in values)


def _sample(value: str | float | None) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
