"""Owns the words for what is being done still, counted down. Must not know widgets, nor what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.session import Session


def settling_words(session: Session | None, type_name: str, now: float, name: str = "") -> str:
    """Return what goes on with rows of a type, or with the one of a ``name``; empty where nothing does."""
    found = [
        one
        for one in (session.settling if session else ())
        if one.type == type_name and one.until > now and name in ("", one.name)
    ]
    if not found:
        return ""
    last, more = found[-1], f" and {len(found) - 1} more" if len(found) > 1 else ""
    told = f"{last.sentence(now)}, {last.doubt}"
    return told if name else f"{told} ({last.name}{more})"
