"""Owns asking which one of several things is meant; must not know what they are, nor how a menu is painted.

The menu is loaded when the first one is opened, not before the first list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import App


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose. ``id`` is raw and never painted; an entry with ``why_not`` cannot be chosen."""

    id: str
    title: str
    note: str = ""
    why_not: str = ""
    tone: str = "text"


async def choose(app: App[Any], title: str, entries: Sequence[Entry], about: str = "") -> str | None:
    """Return the id of what the operator chooses from a menu; None where it is closed."""
    from console.ui.screens.menu import Menu

    return await app.push_screen_wait(Menu(title, entries, about))
