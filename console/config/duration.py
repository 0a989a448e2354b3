"""Owns how a length of time is written by a person: ``90s``, ``15m``, ``1h30m``, ``7d``. Must not know what for."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([smhd])")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` means; a bare number is seconds. Raises ``ValueError``."""
    wanted = text.strip().lower()
    if _SECONDS.fullmatch(wanted):
        return float(wanted)
    parts = list(_PART.finditer(wanted))
    if not parts or _PART.sub("", wanted).strip():
        raise ValueError("it is no length of time such as 90s, 15m, 1h30m or 7d")
    return sum(float(part[1]) * _UNITS[part[2]] for part in parts)
