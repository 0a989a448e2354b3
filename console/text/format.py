"""Owns how clean values read on screen: ages, sizes, numbers, times; must not know what they stand for."""

from __future__ import annotations

from datetime import UTC, datetime

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_BARS = "▁▂▃▄▅▆▇█"
SECONDS_UNTIL = 60
"""An age is told in seconds below so many."""
_AGES = (("s", 1, SECONDS_UNTIL), ("m", 60, 3600), ("h", 3600, 48 * 3600), ("d", 86400, 1000 * 86400))


def age(seconds: float) -> str:
    """Return a duration in its largest unit, at most three digits: ``42s``, ``9m``, ``5h``, ``12d``."""
    seconds = max(0, int(seconds))
    for unit, length, until in _AGES:
        if seconds < until:
            return f"{seconds // length}{unit}"
    return f"{seconds // (365 * 86400)}y"


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``1h 42m``, ``2m 41s``, ``9s``."""
    left, parts = max(0, int(seconds)), []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def size(count: float) -> str:
    """Return a number of bytes in binary units: ``512 B``, ``4.2 MiB``."""
    for unit in _SIZES:
        if abs(count) < 1024 or unit == _SIZES[-1]:
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"


def number(value: float) -> str:
    """Return a number with thousands separated; a fraction keeps at most two places."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 0.01 else f"{value:.3g}"


def percent(value: float) -> str:
    """Return a percentage without places: ``42%``."""
    return f"{value:.0f}%"


def timestamp(moment: datetime) -> str:
    """Return a moment as people read it, in UTC: ``2026-11-21 04:24:03``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def iso(moment: datetime) -> str:
    """Return a moment in ISO 8601, in UTC, with ``Z``; microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Return ``1 queue`` or ``1,024 queues``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def sparkline(values: tuple[float | None, ...], width: int, top: float | None = None) -> str:
    """Return the newest ``width`` values as block characters; a gap is a blank, never a low value."""
    shown = values[-width:]
    known = [value for value in shown if value is not None]
    if not known:
        return "·" * len(shown)
    peak = max(top or 0.0, *known) or 1.0
    return "".join([" " if value is None else _BARS[max(0, int(value / peak * 7.999))] for value in shown])
