"""Owns a line that is typed into, so that keys act in the order they were typed. Must not know what is asked."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from console.ui.output.hooks import Bound


class TextField(Input, Bound):
    """A line to type into.

    Textual takes characters at once and everything else, such as backspace and tab, a turn later. From a line that
    delivers several keys together, 50 that is rubbed out and made 120 would come out as another number.
    """

    hears_first = True

    async def typed(self, event: events.Key) -> bool:
        """Take a character."""
        if not event.is_printable:
            return False
        await self._on_key(event)
        return True
